//! Files that dwz has been over: the same BTF as before. pahole 1.32 makes the same of them.

use engine_tests::{
    Supplement, Workshop, assert_same, encode, encode_beside, encode_whole, excluded, small_shards,
    units,
};
use pipeline::{Options, Outcome};

const FLAGS: [&str; 3] = ["-gdwarf-4 -O2", "-gdwarf-5 -O2", "-gdwarf-5 -O0"];

#[test]
#[ignore = "needs gcc, clang, objcopy, dwz"]
fn what_units_have_in_common_in_a_partial_unit() {
    let shop = units("dwz");
    // dwz knows no .debug_str_offsets, which clang makes of DWARF 5.
    let builds = FLAGS.map(|flags| ("gcc", flags));
    for (compiler, flags) in builds.into_iter().chain([("clang", "-gdwarf-4 -O2")]) {
        let what = format!("{compiler} {flags}");
        let plain = encode_whole(&shop.link(compiler, flags, "plain"), &what);
        shop.run("dwz -o small plain");
        let small = encode_whole(&shop.read("small"), &what);
        let partial = excluded(&small, "partial units");
        assert!(partial > 0, "{what}: dwz found nothing");
        assert_same(&small, &plain, &what);
        shop.run("objcopy --compress-debug-sections=zlib small packed");
        let packed = encode_whole(&shop.read("packed"), &what);
        assert_eq!(packed.bytes, small.bytes, "{what}");
    }
}

/// Two copies of a program, and what they have in common in `common`.
fn with_supplement(shop: &Workshop, options: &str) -> (Vec<u8>, Vec<u8>) {
    shop.run("cp plain one");
    shop.run("cp plain two");
    shop.run(&format!("dwz {options} -m common one two"));
    (shop.read("one"), shop.read("common"))
}

fn encode_two(file: &[u8], common: &[u8], what: &str) -> Outcome {
    let outcome = encode_beside(file, &Options::default(), &Supplement(common));
    let outcome = outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(outcome.statistics.units.failed.is_empty(), "{what}");
    outcome
}

#[test]
#[ignore = "needs gcc, objcopy, dwz"]
fn what_files_have_in_common_in_a_supplementary_file() {
    let shop = units("dwz-m");
    for flags in FLAGS {
        let plain = encode_whole(&shop.link("gcc", flags, "plain"), flags);
        // The link is .gnu_debugaltlink with GNU's forms, or .debug_sup with those of DWARF 5.
        for options in ["", "--dwarf-5"] {
            let what = format!("{flags} {options}");
            let (file, common) = with_supplement(&shop, options);
            let outcome = encode_two(&file, &common, &what);
            assert_same(&outcome, &plain, &what);
            assert_eq!(outcome.statistics.units.encoded, 2, "{what}");
            let each = encode_beside(&file, &small_shards(), &Supplement(&common)).unwrap();
            assert_eq!(each.bytes, outcome.bytes, "{what}");
            shop.run("objcopy --compress-debug-sections=zlib common common.z");
            let packed = encode_two(&file, &shop.read("common.z"), &what);
            assert_eq!(packed.bytes, outcome.bytes, "{what}");
        }
    }
}

#[test]
#[ignore = "needs gcc, readelf, dwz"]
fn a_supplementary_file_that_is_missing_or_another_is_named() {
    let shop = units("dwz-missing");
    shop.link("gcc", "-gdwarf-5 -O2", "plain");
    let (file, common) = with_supplement(&shop, "");
    let notes = shop.run("readelf -n common");
    let id = notes
        .split_whitespace()
        .find(|word| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .unwrap()
        .to_owned();
    let missing = encode(&file).unwrap_err().to_string();
    assert!(
        missing.contains("common") && missing.contains(&id),
        "{missing}"
    );

    shop.link("gcc", "-gdwarf-5 -O0", "plain");
    let (_, other) = with_supplement(&shop, "");
    assert_ne!(other, common);
    let wrong = encode_beside(&file, &Options::default(), &Supplement(&other));
    let wrong = wrong.unwrap_err().to_string();
    assert!(
        wrong.contains("another build") && wrong.contains(&id),
        "{wrong}"
    );

    let nothing = encode_beside(&file, &Options::default(), &Supplement(b"no ELF file"));
    assert!(nothing.unwrap_err().to_string().contains("ELF"));
}
