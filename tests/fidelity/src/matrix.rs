//! All cells.

use crate::cell::{Cell, Form, Reference};
use crate::program::{Language, PROGRAMS, Program, program};
use crate::toolchain::{Family, Toolchain, Toolchains};

/// Forms of linked programs and objects that say the same as the plain ones.
const FORMS: [(Form, Reference); 15] = [
    (Form::Object, Reference::Same),
    (Form::LinkedWithRelocations, Reference::Same),
    // pahole wants symbols; functions and variables are chosen by them.
    (
        Form::Stripped,
        Reference::Plain("func,proto,var,datasec,decltag"),
    ),
    (Form::Compressed("zlib"), Reference::Same),
    (Form::Compressed("zlib-gnu"), Reference::Same),
    (Form::Compressed("zstd"), Reference::Same),
    (Form::CompressedObject("zlib"), Reference::Same),
    (Form::CompressedObject("zstd"), Reference::Same),
    (Form::Dwz, Reference::Plain("")),
    (Form::DwzMulti, Reference::Plain("")),
    (Form::Split, Reference::Plain("")),
    (Form::SplitPackage, Reference::Plain("")),
    (Form::TypeUnits, Reference::Plain("")),
    (Form::Lto, Reference::Same),
    (Form::FatObject, Reference::Plain("")),
];

/// All cells that these compilers allow, in a fixed order.
#[must_use]
pub fn cells(tools: &Toolchains) -> Vec<Cell> {
    let mut list = List(Vec::new());
    for toolchain in &tools.found {
        if toolchain.is_native() {
            hosted(&mut list, toolchain);
            forms(&mut list, toolchain, tools.lld.is_some());
            odd(&mut list, toolchain);
            cpp(&mut list, toolchain);
        } else {
            cross(&mut list, toolchain, tools.lld.is_some());
        }
    }
    if let (Some(_), Some(gcc)) = (&tools.rustc, tools.found.first()) {
        rust(&mut list, gcc);
    }
    list.0
}

struct List(Vec<Cell>);

impl List {
    fn add(
        &mut self,
        group: &str,
        program: &'static Program,
        toolchain: &Toolchain,
        flags: &str,
        form: Form,
        reference: Reference,
    ) {
        self.0.push(Cell {
            group: group.to_owned(),
            program,
            toolchain: toolchain.clone(),
            flags: flags.to_owned(),
            form,
            reference,
        });
    }
}

/// Programs in C of which pahole makes BTF.
fn plain_c() -> impl Iterator<Item = &'static Program> {
    PROGRAMS.iter().filter(|program| {
        program.language == Language::C && !["atomic", "complex"].contains(&program.name)
    })
}

/// The compilers that go through everything: those in between differ little from them.
fn is_thorough(toolchain: &Toolchain) -> bool {
    let name = toolchain.name.split(' ').next();
    ["gcc-12", "gcc-16", "clang-14", "clang-23"]
        .iter()
        .any(|own| name == Some(own))
}

/// Versions of DWARF, optimisation, forms of the format.
fn hosted(list: &mut List, toolchain: &Toolchain) {
    let is_gcc = toolchain.family == Family::Gcc;
    let thorough = is_thorough(toolchain);
    for program in plain_c() {
        let mut add = |group: &str, flags: &str| {
            let group = format!("C: {group}");
            list.add(
                &group,
                program,
                toolchain,
                flags,
                Form::Linked,
                Reference::Same,
            );
        };
        for version in 2..=5 {
            for level in ["-O0", "-O2"] {
                if !thorough && version != 5 && level == "-O0" {
                    continue;
                }
                add(
                    "DWARF 2 to 5, `-O0`, `-O2`",
                    &format!("-gdwarf-{version} {level}"),
                );
                if is_gcc || thorough && version > 2 && level == "-O2" {
                    add(
                        "`-gstrict-dwarf`",
                        &format!("-gdwarf-{version} -gstrict-dwarf {level}"),
                    );
                }
            }
        }
        for version in [4, 5] {
            add("64-bit DWARF", &format!("-gdwarf-{version} -gdwarf64 -O2"));
            add(
                "32-bit program (`-m32`)",
                &format!("-gdwarf-{version} -m32 -O2"),
            );
            for level in ["-O1", "-O3", "-Os", "-Og"] {
                if ["functions", "optimized", "units"].contains(&program.name) {
                    add(
                        "other levels of optimisation",
                        &format!("-gdwarf-{version} {level}"),
                    );
                }
            }
        }
        if !thorough {
            continue;
        }
        add("`-gz` by the compiler", "-gdwarf-5 -gz=zlib -O2");
        add(
            "unused types too",
            "-gdwarf-5 -fno-eliminate-unused-debug-types -O2",
        );
    }
}

/// Whether there is a tool for a form: `dwz` does not know the section `.debug_addr`, which clang writes in
/// DWARF 5, and `llvm-dwp` does not end on gcc's DWARF 5.
fn has_tool(form: Form, toolchain: &Toolchain, flags: &str) -> bool {
    let without = match form {
        Form::Dwz | Form::DwzMulti => Family::Clang,
        Form::SplitPackage => Family::Gcc,
        _ => return true,
    };
    toolchain.family != without || !flags.contains("-gdwarf-5")
}

/// What becomes of files after compiling.
fn forms(list: &mut List, toolchain: &Toolchain, lld: bool) {
    for (form, reference) in FORMS {
        let is_gcc = toolchain.family == Family::Gcc;
        if form == Form::FatObject && !is_gcc || form == Form::Lto && !is_gcc && !lld {
            continue;
        }
        for program in plain_c() {
            let joined = ["all", "units", "optimized"].contains(&program.name);
            // One program of each sort is enough for what does not look at types.
            let looks_at_types = matches!(
                form,
                Form::Object | Form::TypeUnits | Form::Split | Form::Lto | Form::Dwz
            );
            if !(joined || looks_at_types && is_thorough(toolchain)) {
                continue;
            }
            for flags in ["-gdwarf-4 -O2", "-gdwarf-5 -O2", "-gdwarf-5 -O0"] {
                if !has_tool(form, toolchain, flags) {
                    continue;
                }
                let group = format!("C: {}", form.says());
                list.add(&group, program, toolchain, flags, form, reference);
            }
        }
    }
}

/// What BTF has no kind for.
fn odd(list: &mut List, toolchain: &Toolchain) {
    for name in ["atomic", "complex"] {
        let group = format!("C: {name} types");
        for flags in ["-gdwarf-4 -O2", "-gdwarf-5 -O2", "-gdwarf-5 -O0"] {
            // Only DWARF 5 has a tag for atomic types.
            let reference = match (name, flags.contains("-gdwarf-5")) {
                ("atomic", false) => Reference::Same,
                _ => Reference::Twin,
            };
            for form in [Form::Linked, Form::Object] {
                list.add(&group, program(name), toolchain, flags, form, reference);
            }
        }
    }
}

fn cpp(list: &mut List, toolchain: &Toolchain) {
    if toolchain.cxx.is_none() {
        return;
    }
    for (name, reference) in [
        ("classes", Reference::Same),
        ("references", Reference::Twin),
        ("members", Reference::Twin),
    ] {
        let group = format!("C++: {name}");
        for flags in [
            "-gdwarf-3 -O2",
            "-gdwarf-4 -O0",
            "-gdwarf-4 -O2",
            "-gdwarf-5 -O0",
            "-gdwarf-5 -O2",
        ] {
            for form in [Form::Linked, Form::Object] {
                list.add(&group, program(name), toolchain, flags, form, reference);
            }
        }
        if reference == Reference::Same {
            let group = "C++: type units, split DWARF, dwz";
            for flags in ["-gdwarf-4 -O2", "-gdwarf-5 -O2"] {
                for form in [Form::TypeUnits, Form::Split, Form::SplitPackage, Form::Dwz] {
                    if !has_tool(form, toolchain, flags) {
                        continue;
                    }
                    let plain = Reference::Plain("");
                    list.add(group, program(name), toolchain, flags, form, plain);
                }
            }
        }
    }
}

/// Other machines: sizes, byte order, registers.
fn cross(list: &mut List, toolchain: &Toolchain, lld: bool) {
    let target = toolchain.target.unwrap_or_default();
    let group = format!("C for {target}");
    for program in plain_c() {
        // The newest clang and gcc go through all programs.
        let few = ["all", "bitfields", "optimized"].contains(&program.name);
        if !few && toolchain.name.starts_with("clang-14") {
            continue;
        }
        let linked = toolchain.links || lld;
        for (form, flags) in [
            (Form::Linked, "-gdwarf-4 -O2"),
            (Form::Linked, "-gdwarf-5 -O2"),
            (Form::Object, "-gdwarf-5 -O2"),
        ] {
            if linked || form == Form::Object {
                list.add(&group, program, toolchain, flags, form, Reference::Same);
            }
        }
    }
}

fn rust(list: &mut List, gcc: &Toolchain) {
    for (name, group) in [
        ("shapes", "Rust, units in Rust encoded"),
        ("mixed", "Rust beside C, units in Rust left out"),
    ] {
        for flags in ["-gdwarf-4 -O2", "-gdwarf-5 -O0", "-gdwarf-5 -O2"] {
            for form in [Form::Object, Form::Linked] {
                list.add(group, program(name), gcc, flags, form, Reference::Same);
            }
        }
    }
}
