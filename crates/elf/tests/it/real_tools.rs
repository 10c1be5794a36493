//! What compilers and binutils make is read, and what we patch is what they accept. The tools must be
//! there: gcc, clang, objcopy with zlib and zstd, readelf, nm. A missing one fails the test.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::elf_crate::{BtfChange, CompressionFormat, Elf, patch_btf};
use crate::common::{Fixture, Part, spliced};
use object::{Endianness, elf};

const ONE: &str = "
struct point { int x; long y; struct point *next; };
int answer = 2;
static struct point origin;
int two(struct point *p);
int main(void) { origin.x = answer; return two(&origin) == 42 ? 7 : 1; }
";
const TWO: &str = "
struct point { int x; long y; struct point *next; };
int two(struct point *p) { return p->x * 21; }
";

/// A directory of its own for a test, removed at its end.
struct Workshop(PathBuf);

impl Workshop {
    fn new(name: &str) -> Workshop {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a directory to work in");
        std::fs::write(path.join("one.c"), ONE).expect("writes");
        std::fs::write(path.join("two.c"), TWO).expect("writes");
        Workshop(path)
    }

    /// Runs a command here; its output, if it succeeds.
    fn run(&self, command: &str) -> String {
        let mut words = command.split_whitespace();
        let tool = words.next().expect("a tool");
        let output = Command::new(tool)
            .args(words)
            .current_dir(&self.0)
            .env("LC_ALL", "C")
            .output()
            .unwrap_or_else(|error| panic!("{tool} is needed for this test: {error}"));
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let warnings = String::from_utf8_lossy(&output.stderr);
        assert!(!warnings.contains("arning"), "{command}: {warnings}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).expect("was made")
    }

    /// Patches `from` to `to` and says what was done.
    fn patch(&self, from: &str, to: &str, btf: &[u8]) -> BtfChange {
        let file = self.read(from);
        let patched =
            patch_btf(&Elf::parse(&file).expect("parses"), &file, btf.to_vec()).expect("patches");
        let target = self.0.join(to);
        std::fs::write(&target, spliced(&patched.splice, &file)).expect("writes");
        let mode = std::fs::metadata(self.0.join(from))
            .expect("is there")
            .permissions();
        std::fs::set_permissions(target, mode).expect("may be set");
        patched.change
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn section(file: &[u8], name: &str) -> Vec<u8> {
    let parsed = Elf::parse(file).expect("parses");
    parsed
        .read_section(file, parsed.section(name).expect(name))
        .expect(name)
}

/// A section's bytes as readelf dumps them, relocated.
fn dumped(shop: &Workshop, file: &str, name: &str) -> Vec<u8> {
    let dump = shop.run(&format!("readelf -R {name} {file}"));
    let words = dump
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("0x"))
        .flat_map(|line| {
            // An address, up to four groups of eight digits, the text.
            line.get(9..44)
                .unwrap_or_default()
                .split(' ')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
        });
    words
        .flat_map(|word| {
            (0..word.len() / 2).map(|at| u8::from_str_radix(&word[at * 2..at * 2 + 2], 16))
        })
        .collect::<Result<_, _>>()
        .expect("digits")
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn every_compression_of_objcopy() {
    let shop = Workshop::new("compression");
    // Macros make the sections large enough that compression pays.
    shop.run("gcc -g3 -o plain one.c two.c");
    let plain = shop.read("plain");
    let kinds = [
        ("zlib", CompressionFormat::Zlib),
        ("zlib-gnu", CompressionFormat::GnuZlib),
        ("zstd", CompressionFormat::Zstd),
    ];
    for (kind, format) in kinds {
        shop.run(&format!(
            "objcopy --compress-debug-sections={kind} plain packed"
        ));
        let packed = shop.read("packed");
        let parsed = Elf::parse(&packed).expect("parses");
        let macros = parsed.section(".debug_macro").expect("is there");
        assert_eq!(macros.compression.map(|c| c.format), Some(format), "{kind}");
        for name in [
            ".debug_info",
            ".debug_abbrev",
            ".debug_str",
            ".debug_line",
            ".debug_macro",
        ] {
            assert!(
                section(&packed, name) == section(&plain, name),
                "{kind} {name}"
            );
        }
    }
}

#[test]
#[ignore = "needs gcc, clang, readelf"]
fn objects_are_relocated_as_readelf_does_it() {
    let shop = Workshop::new("relocation");
    for compiler in ["gcc", "clang"] {
        for version in ["-gdwarf-4", "-gdwarf-5"] {
            shop.run(&format!("{compiler} {version} -c -o one.o one.c"));
            let object = shop.read("one.o");
            let parsed = Elf::parse(&object).expect("parses");
            let debug = parsed
                .sections
                .iter()
                .filter(|s| s.name.starts_with(".debug_"));
            let mut relocated = 0;
            for info in debug {
                relocated += usize::from(info.relocated);
                let bytes = parsed.read_section(&object, info).expect("reads");
                assert_eq!(
                    bytes,
                    dumped(&shop, "one.o", &info.name),
                    "{compiler} {version} {}",
                    info.name
                );
            }
            assert!(relocated >= 2);
        }
    }
}

#[test]
#[ignore = "needs gcc, nm"]
fn symbols_are_those_of_nm() {
    let shop = Workshop::new("symbols");
    shop.run("gcc -g -o plain one.c two.c");
    let file = shop.read("plain");
    let symbols = Elf::parse(&file)
        .expect("parses")
        .symbols(&file)
        .expect("reads");
    let mut ours: Vec<String> = symbols
        .iter()
        .filter(|s| !s.name.is_empty() && s.kind.0 != 4 && s.kind.0 != 3)
        .filter(|s| s.section != crate::common::elf_crate::SymbolSection::Undefined)
        .map(|s| format!("{:016x} {}", s.value, String::from_utf8_lossy(s.name)))
        .collect();
    let mut theirs: Vec<String> = shop
        .run("nm --defined-only plain")
        .lines()
        .map(|line| format!("{} {}", &line[..16], &line[19..]))
        .collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);
}

#[test]
#[ignore = "needs gcc, readelf, objcopy, nm"]
fn patched_executables_run_and_pass_binutils() {
    let shop = Workshop::new("patched");
    shop.run("gcc -g -o plain one.c two.c");
    assert_eq!(
        shop.patch("plain", "patched", &[0x9f; 5000]),
        BtfChange::Added
    );
    assert_eq!(
        shop.run("readelf -lW plain"),
        shop.run("readelf -lW patched")
    );
    assert_eq!(shop.run("nm plain"), shop.run("nm patched"));
    // One line more, and .shstrtab's differs; the line that counts the sections aside.
    let lines = |file: &str| -> Vec<String> {
        let table = shop.run(&format!("readelf -SW {file}"));
        table
            .lines()
            .filter(|l| l.contains("] .") && !l.contains(".shstrtab"))
            .map(str::to_owned)
            .collect()
    };
    let (before, mut after) = (lines("plain"), lines("patched"));
    let btf = after.pop().expect("a line");
    assert_eq!(before, after);
    assert!(
        btf.contains("] .BTF              PROGBITS        0000000000000000"),
        "{btf}"
    );
    assert!(btf.ends_with("001388 00      0   0  8"), "{btf}");

    let status = Command::new(shop.0.join("patched")).status().expect("runs");
    assert_eq!(status.code(), Some(7));
    shop.run("objcopy patched copied");
    assert_eq!(section(&shop.read("copied"), ".BTF"), [0x9f; 5000]);
    shop.run("objcopy -O binary --only-section=.BTF --set-section-flags .BTF=alloc patched raw");
    assert_eq!(shop.read("raw"), [0x9f; 5000]);
    assert_eq!(
        shop.patch("patched", "again", &[0x9f; 5000]),
        BtfChange::Replaced
    );
    assert!(shop.read("again") == shop.read("patched"));
}

#[test]
#[ignore = "needs gcc, clang, readelf, nm"]
fn patched_objects_link() {
    let shop = Workshop::new("objects");
    // clang keeps section names and symbol names in one table.
    shop.run("clang -g -c -o one.o one.c");
    shop.run("gcc -g -c -o two.o two.c");
    let file = shop.read("one.o");
    let parsed = Elf::parse(&file).expect("parses");
    assert!(
        parsed.section(".shstrtab").is_none(),
        "clang's table is shared"
    );
    assert_eq!(
        shop.patch("one.o", "one-patched.o", b"BTF of one"),
        BtfChange::Added
    );
    assert_eq!(
        shop.patch("two.o", "two-patched.o", b"BTF of two"),
        BtfChange::Added
    );
    assert_eq!(shop.run("nm one.o"), shop.run("nm one-patched.o"));
    shop.run("readelf -SW one-patched.o");
    shop.run("gcc -o linked one-patched.o two-patched.o");
    let status = Command::new(shop.0.join("linked")).status().expect("runs");
    assert_eq!(status.code(), Some(7));
    // In the order of the command line, each aligned to 8.
    assert_eq!(
        section(&shop.read("linked"), ".BTF"),
        b"BTF of one\0\0\0\0\0\0BTF of two"
    );
}

#[test]
#[ignore = "needs readelf"]
fn readelf_reads_seventy_thousand_sections() {
    let shop = Workshop::new("many");
    let mut fixture = Fixture {
        file_type: elf::ET_REL,
        ..Fixture::new(true, Endianness::Little)
    };
    fixture.parts = vec![Part::new(".text.f", b"x".as_slice()); 70_000];
    std::fs::write(shop.0.join("many.o"), fixture.build()).expect("writes");
    assert_eq!(
        shop.patch("many.o", "patched.o", b"BTF bytes"),
        BtfChange::Added
    );
    let table = shop.run("readelf -SW patched.o");
    assert!(
        table.starts_with("There are 70003 section headers"),
        "{}",
        &table[..100]
    );
    assert_eq!(
        table
            .lines()
            .filter(|line| line.contains("] .text.f "))
            .count(),
        70_000
    );
    assert_eq!(dumped(&shop, "patched.o", ".BTF"), b"BTF bytes");
}
