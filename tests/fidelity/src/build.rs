//! Files for cells: each is built once.

use crate::cell::{Cell, Form};
use crate::memo::Memo;
use crate::program::{Language, program};
use crate::run::{Workbench, exists};
use crate::toolchain::{Family, Toolchain, Toolchains};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

type Built = Result<String, String>;

/// Builds files and remembers them. Paths are relative to the workbench.
#[derive(Debug)]
pub struct Builder<'a> {
    bench: &'a Workbench,
    tools: &'a Toolchains,
    memo: Memo<Built>,
    number: AtomicUsize,
}

/// What a file is built from.
struct Recipe<'a> {
    toolchain: &'a Toolchain,
    flags: String,
    /// Where objects go; one folder for all but those whose neighbours are removed.
    folder: String,
}

impl<'a> Builder<'a> {
    /// A builder in this workbench.
    #[must_use]
    pub fn new(bench: &'a Workbench, tools: &'a Toolchains) -> Builder<'a> {
        Builder {
            bench,
            tools,
            memo: Memo::default(),
            number: AtomicUsize::new(0),
        }
    }

    /// The file of a cell; `more` flags go to the compiler.
    ///
    /// # Errors
    ///
    /// When a tool fails.
    pub fn file(&self, cell: &Cell, form: Form, more: &str) -> Result<PathBuf, String> {
        let key = format!("{} {form:?} {more}", cell.name());
        let path = self.memo.get(&key, || self.make(cell, form, more))?;
        Ok(self.bench.path().join(path))
    }

    /// A name for a new file or folder.
    fn new_name(&self, what: &str) -> String {
        format!("{what}{}", self.number.fetch_add(1, Ordering::Relaxed))
    }

    fn new_folder(&self) -> Built {
        let name = self.new_name("build");
        let path = self.bench.path().join(&name);
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(name)
    }

    fn make(&self, cell: &Cell, form: Form, more: &str) -> Built {
        let recipe = |flags: &str, folder: &str| Recipe {
            toolchain: &cell.toolchain,
            flags: format!("{} {more} {flags}", cell.flags),
            folder: folder.to_owned(),
        };
        let plain = recipe("", "objects");
        match form {
            Form::Object => self.joined(cell, &plain),
            Form::Linked => self.linked(cell, &plain, ""),
            Form::LinkedWithRelocations => self.linked(cell, &plain, "-Wl,-q"),
            Form::Stripped => {
                let from = self.linked(cell, &plain, "")?;
                self.copy_with("objcopy --strip-all --keep-section=.debug_*", &from)
            }
            Form::Compressed(way) => {
                let from = self.linked(cell, &plain, "")?;
                self.copy_with(&format!("objcopy --compress-debug-sections={way}"), &from)
            }
            Form::CompressedObject(way) => {
                let from = self.joined(cell, &plain)?;
                self.copy_with(&format!("objcopy --compress-debug-sections={way}"), &from)
            }
            Form::Dwz => {
                let from = self.linked(cell, &plain, "")?;
                let to = self.new_name("dwz");
                self.bench.must("", &format!("dwz -o {to} {from}"))?;
                Ok(to)
            }
            Form::DwzMulti => self.shared(cell, &plain),
            Form::Split => self.linked(cell, &recipe("-gsplit-dwarf", "objects"), ""),
            Form::SplitPackage => {
                let folder = self.new_folder()?;
                let file = self.linked(cell, &recipe("-gsplit-dwarf", &folder), "")?;
                self.package(&file, &folder)?;
                Ok(file)
            }
            Form::TypeUnits => self.linked(cell, &recipe("-fdebug-types-section", "objects"), ""),
            Form::Lto => {
                let recipe = recipe("-flto", "objects");
                match cell.toolchain.family {
                    Family::Gcc => self.linked(cell, &recipe, ""),
                    Family::Clang => self.linked_by_lld(cell, &recipe),
                }
            }
            Form::FatObject => self.joined(cell, &recipe("-flto -ffat-lto-objects", "objects")),
        }
    }

    /// Runs a command that takes a file and the name of another.
    fn copy_with(&self, command: &str, from: &str) -> Built {
        let to = self.new_name("copy");
        self.bench.must("", &format!("{command} {from} {to}"))?;
        Ok(to)
    }

    /// The program and another one that has much in common with it.
    fn shared(&self, cell: &Cell, recipe: &Recipe) -> Built {
        let folder = self.new_folder()?;
        let other = if cell.program.name == "all" {
            "units"
        } else {
            "all"
        };
        let beside = Cell {
            program: program(other),
            ..cell.clone()
        };
        for (file, cell) in [("own", cell), ("other", &beside)] {
            let from = self.bench.path().join(self.linked(cell, recipe, "")?);
            std::fs::copy(from, self.bench.path().join(&folder).join(file))
                .map_err(|error| format!("{file}: {error}"))?;
        }
        self.bench
            .must(&folder, "dwz -m common.debug -r own other")?;
        Ok(format!("{folder}/own"))
    }

    /// Packs the `.dwo` files that a program names and removes them.
    fn package(&self, file: &str, folder: &str) -> Result<(), String> {
        let packer = [
            "llvm-dwp-24",
            "llvm-dwp-23",
            "llvm-dwp-22",
            "llvm-dwp-19",
            "llvm-dwp",
            "llvm-dwp-14",
        ]
        .into_iter()
        .find(|name| exists(name))
        .ok_or("there is no llvm-dwp")?;
        self.bench
            .must("", &format!("{packer} -e {file} -o {file}.dwp"))?;
        let at = self.bench.path().join(folder);
        let remove = || -> std::io::Result<()> {
            for entry in std::fs::read_dir(&at)? {
                let path = entry?.path();
                if path.extension().is_some_and(|end| end == "dwo") {
                    std::fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        remove().map_err(|error| format!("{}: {error}", at.display()))
    }

    fn objects(&self, cell: &Cell, recipe: &Recipe) -> Result<Vec<String>, String> {
        let sources = cell.program.sources.iter();
        sources.map(|source| self.object(recipe, source)).collect()
    }

    fn joined(&self, cell: &Cell, recipe: &Recipe) -> Built {
        let objects = self.objects(cell, recipe)?;
        if let [one] = &objects[..] {
            return Ok(one.clone());
        }
        let list = objects.join(" ");
        self.memo.get(&format!("join {list}"), || {
            let to = self.new_name("joined");
            let linker = if cell.toolchain.is_native() {
                "ld".to_owned()
            } else if cell.toolchain.links {
                format!("{} -nostdlib", cell.toolchain.cc)
            } else {
                self.tools.lld.clone().ok_or("there is no lld")?
            };
            self.bench
                .must("", &format!("{linker} -r -o {to} {list}"))?;
            Ok(to)
        })
    }

    fn linked(&self, cell: &Cell, recipe: &Recipe, flags: &str) -> Built {
        if !recipe.toolchain.links {
            return self.linked_by_lld(cell, recipe);
        }
        let cc = &recipe.toolchain.cc;
        let own = &recipe.flags;
        let command = format!(
            "{cc} {own} {flags} -w -nostdlib -static -no-pie -Wl,-e,start -Wl,--unresolved-symbols=ignore-all \
             -Wl,-T,programs/percpu.lds"
        );
        self.linked_by(cell, recipe, &command)
    }

    /// By lld itself: the compiler may be in a folder of its own from which it does not find lld.
    fn linked_by_lld(&self, cell: &Cell, recipe: &Recipe) -> Built {
        let lld = self.tools.lld.as_ref().ok_or("there is no lld")?;
        let level = if recipe.flags.contains("-O0") { 0 } else { 2 };
        let command = format!(
            "{lld} -static -e start --unresolved-symbols=ignore-all -T programs/percpu.lds --lto-O{level}"
        );
        self.linked_by(cell, recipe, &command)
    }

    fn linked_by(&self, cell: &Cell, recipe: &Recipe, command: &str) -> Built {
        let mut objects = self.objects(cell, recipe)?;
        objects.push(self.object(recipe, "support.c")?);
        let list = objects.join(" ");
        self.memo.get(&format!("{command} {list}"), || {
            let to = format!("{}/{}", recipe.folder, self.new_name("program"));
            self.bench.must("", &format!("{command} -o {to} {list}"))?;
            Ok(to)
        })
    }

    fn object(&self, recipe: &Recipe, source: &str) -> Built {
        let Recipe {
            toolchain,
            flags,
            folder,
        } = recipe;
        let command = match language(source) {
            Language::Rust => {
                let rustc = self.tools.rustc.as_ref().ok_or("there is no rustc")?;
                let version = if flags.contains("-gdwarf-4") { 4 } else { 5 };
                let level = if flags.contains("-O0") { 0 } else { 2 };
                format!(
                    "{rustc} --edition 2024 --crate-name shapes --emit=obj -g -C dwarf-version={version} \
                     -C opt-level={level} -C codegen-units=1 -C panic=abort"
                )
            }
            Language::Cpp => {
                let cxx = toolchain.cxx.as_ref().ok_or("it has no C++ compiler")?;
                format!(
                    "{cxx} {flags} -std=c++17 -w -ffreestanding -fno-exceptions -fno-rtti -fno-pic -fno-stack-protector -c"
                )
            }
            _ => format!(
                "{} {flags} -std=gnu11 -w -ffreestanding -fno-pic -fno-stack-protector -c",
                toolchain.cc
            ),
        };
        self.memo.get(&format!("{command} {source} {folder}"), || {
            let to = format!("{folder}/{}.o", self.new_name("object"));
            self.bench
                .must("", &format!("{command} programs/{source} -o {to}"))?;
            Ok(to)
        })
    }
}

fn language(source: &str) -> Language {
    match source.rsplit('.').next() {
        Some("rs") => Language::Rust,
        Some("cc") => Language::Cpp,
        _ => Language::C,
    }
}
