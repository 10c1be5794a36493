//! Names are told by their offsets in `.debug_str`, which holds each string once if the linker made it so.

use engine_tests::{
    encode, encode_in_one_process, encode_whole, read_test_file, small_shards, units,
};
use pipeline::{Features, Options, Outcome};

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

/// The result of a job whose names stay offsets until the merge is that of `packed`, whose names became strings before.
fn assert_same_in_one_process(file: &[u8], packed: &Outcome, what: &str) {
    for workers in [1, 3] {
        let options = match workers {
            1 => Options::default(),
            _ => small_shards(),
        };
        let own = encode_in_one_process(file, &options, workers).unwrap();
        assert_eq!(own.bytes, packed.bytes, "{what}, {workers} workers");
        let (own, packed) = (&own.statistics, &packed.statistics);
        assert_eq!(own.before, packed.before, "{what}");
        assert_eq!(own.strings, packed.strings, "{what}");
        assert_eq!(own.functions, packed.functions, "{what}");
    }
}

#[test]
fn names_may_stay_offsets_until_the_merge() {
    let file = read_test_file("sample/sample.elf");
    let packed = encode(&file).unwrap();
    assert!(packed.statistics.functions.without_symbol > 0);
    assert_same_in_one_process(&file, &packed, "sample");
}

#[test]
fn names_of_inline_sites_may_stay_offsets_too() {
    let file = read_test_file("sample/sample.elf");
    let options = Options {
        features: Features {
            inline: true,
            ..Features::default()
        },
        ..small_shards()
    };
    let packed = engine_tests::encode_with(&file, &options).unwrap();
    let own = encode_in_one_process(&file, &options, 2).unwrap();
    assert!(own.inline.as_ref().is_some_and(|bytes| !bytes.is_empty()));
    assert_eq!(own.inline, packed.inline);
    assert_eq!(own.bytes, packed.bytes);
}

#[test]
fn a_name_without_text_in_the_strings_is_the_same_as_none() {
    let file = read_test_file("sample/sample.elf");
    let elf = elf::Elf::parse(&file[..]).unwrap();
    let section = elf.section(".debug_str").unwrap();
    let strings = elf.read_section(&file[..], section).unwrap();
    let start = section.offset as usize;
    let mut at = 0;
    let mut changed = 0;
    for string in strings.split(|&byte| byte == 0) {
        // Every twentieth name of some length loses its text.
        if string.len() > 5 && at % 20 == 0 {
            let mut damaged = file.clone();
            damaged[start + at] = 0;
            let packed = encode(&damaged).unwrap();
            assert_same_in_one_process(&damaged, &packed, &String::from_utf8_lossy(string));
            changed += 1;
        }
        at += string.len() + 1;
    }
    assert!(changed > 0);
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
            assert_same_in_one_process(&file, &repeated, &what);
            assert_eq!(repeated.bytes, merged.bytes, "{what}");
            assert_eq!(
                repeated.statistics.before, merged.statistics.before,
                "{what}"
            );
        }
    }
}
