//! Names are told by their offsets in `.debug_str`, which holds each string once if the linker made it so.

use engine_tests::{encode_whole, units};

/// How often a string stands in a file's `.debug_str`.
fn count(file: &[u8], string: &str) -> usize {
    let elf = elf::Elf::parse(file).unwrap();
    let section = elf.section(".debug_str").unwrap();
    let bytes = elf.read_section(file, section).unwrap();
    bytes
        .split(|&byte| byte == 0)
        .filter(|own| *own == string.as_bytes())
        .count()
}

#[test]
#[ignore = "needs gcc, clang, objcopy"]
fn strings_that_the_linker_did_not_merge_are_the_same_names() {
    for compiler in ["gcc", "clang"] {
        for version in ["4", "5"] {
            let flags = format!("-gdwarf-{version} -O2");
            let what = format!("{compiler} {flags}");
            let shop = units("strings");
            let file = shop.link(compiler, &flags, "merged");
            // It may stand as the end of another.
            assert!(count(&file, "list") < 2, "{what}");
            let merged = encode_whole(&file, &what);
            for unit in ["first", "second"] {
                shop.run(&format!(
                    "objcopy --set-section-flags .debug_str=readonly,debug {unit}.o"
                ));
            }
            shop.run("ld --build-id=sha1 -T link.lds -o repeated first.o second.o");
            let file = shop.read("repeated");
            assert_eq!(count(&file, "list"), 2, "{what}");
            let repeated = encode_whole(&file, &what);
            assert_eq!(repeated.bytes, merged.bytes, "{what}");
            assert_eq!(
                repeated.statistics.before, merged.statistics.before,
                "{what}"
            );
        }
    }
}
