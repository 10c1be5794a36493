//! Split DWARF: the same program with and without `-gsplit-dwarf` gives the same types, functions and
//! variables. The builds without are compared with pahole in `toolchains.rs`; pahole itself gives nothing
//! for split DWARF. gcc, clang, binutils and llvm-dwp must be there.

use btf::compare;
use budget::Resource;
use engine_tests::{Folder, Workshop, encode, encode_in_turns, raw, small_shards, spent};
use pipeline::{Companion, Error, Options, Outcome};
use std::path::PathBuf;

const UNITS: [&str; 2] = ["shapes", "other"];

fn shop() -> Workshop {
    let shop = Workshop::new("split");
    let programs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("programs");
    for name in ["shapes.h", "shapes.c", "other.c", "link.lds"] {
        shop.write(name, std::fs::read(programs.join(name)).unwrap());
    }
    shop
}

/// Compiles both units, links them as a program and as an object.
fn build(shop: &Workshop, command: &str) {
    for unit in UNITS {
        shop.run(&format!(
            "{command} -std=gnu11 -ffreestanding -fno-pic -c {unit}.c -o {unit}.o"
        ));
    }
    shop.run("ld -T link.lds -o linked shapes.o other.o");
    shop.run("ld -r -o joined.o shapes.o other.o");
}

fn encode_split(shop: &Workshop, file: &str, package: Option<&str>) -> Result<Outcome, Error> {
    let folder = match package {
        Some(name) => Folder::with_package(shop.path(), name),
        None => Folder::new(shop.path()),
    };
    encode_in_turns(&shop.read(file), &folder, &Options::default(), 1, false)
}

#[track_caller]
fn check(split: &Outcome, plain: &Outcome, what: &str) {
    let units = &split.statistics.units;
    assert!(units.failed.is_empty(), "{what}: {units:?}");
    assert_eq!((units.split, units.encoded), (2, 2), "{what}: {units:?}");
    assert!(units.split_bytes > 1000, "{what}: {units:?}");
    let comparison = compare::compare(&split.btf, &plain.btf);
    assert!(comparison.is_equal(), "{what}: {comparison:#?}");
    let reasons = |outcome: &Outcome| outcome.statistics.functions.reasons.clone();
    assert_eq!(reasons(split), reasons(plain), "{what}");
}

/// One build, split into `.dwo` files, in a package, and not at all.
fn compare_builds(command: &str, package: Option<&str>) {
    let shop = shop();
    build(&shop, command);
    let (linked, joined) = (
        encode(&shop.read("linked")).unwrap(),
        encode(&shop.read("joined.o")).unwrap(),
    );
    build(&shop, &format!("{command} -gsplit-dwarf"));
    check(
        &encode_split(&shop, "linked", None).unwrap(),
        &linked,
        command,
    );
    check(
        &encode_split(&shop, "joined.o", None).unwrap(),
        &joined,
        &format!("{command}, relocatable"),
    );
    let Some(tool) = package else { return };
    shop.run(&format!("{tool} -o units.dwp shapes.dwo other.dwo"));
    for unit in UNITS {
        std::fs::remove_file(shop.path().join(format!("{unit}.dwo"))).unwrap();
    }
    check(
        &encode_split(&shop, "linked", Some("units.dwp")).unwrap(),
        &linked,
        &format!("{command}, {tool}"),
    );
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn gcc_and_dwarf_5() {
    // llvm-dwp 14 to 22 never end on GCC 12's DWARF 5, and binutils' dwp does not know DWARF 5.
    compare_builds("gcc -gdwarf-5 -O0", None);
    compare_builds("gcc -gdwarf-5 -O2", None);
}

#[test]
#[ignore = "needs gcc, objcopy, llvm-dwp"]
fn gcc_and_gnus_extension_to_dwarf_4() {
    compare_builds("gcc -gdwarf-4 -O0", Some("llvm-dwp"));
    compare_builds("gcc -gdwarf-4 -O2", Some("llvm-dwp"));
}

#[test]
#[ignore = "needs clang, llvm-dwp"]
fn clang_and_dwarf_5() {
    compare_builds("clang -gdwarf-5 -O0", Some("llvm-dwp"));
    compare_builds("clang -gdwarf-5 -O2", Some("llvm-dwp"));
}

#[test]
#[ignore = "needs clang, llvm-dwp"]
fn clang_and_gnus_extension_to_dwarf_4() {
    compare_builds("clang -gdwarf-4 -O0", Some("llvm-dwp"));
    compare_builds("clang -gdwarf-4 -O2", Some("llvm-dwp"));
}

#[test]
#[ignore = "needs clang"]
fn big_endian() {
    let shop = shop();
    let command = "clang --target=s390x-linux-gnu -gdwarf-5 -O2 -std=gnu11 -ffreestanding -c shapes.c -o shapes.o";
    shop.run(command);
    let plain = encode(&shop.read("shapes.o")).unwrap();
    shop.run(&format!("{command} -gsplit-dwarf"));
    let split = encode_split(&shop, "shapes.o", None).unwrap();
    let comparison = compare::compare(&split.btf, &plain.btf);
    assert!(comparison.is_equal(), "{comparison:#?}");
}

#[test]
#[ignore = "needs gcc, clang, objcopy, llvm-dwp"]
fn type_units_of_the_same_file_or_package() {
    for command in [
        "gcc -gdwarf-5 -O2",
        "gcc -gdwarf-4 -O2",
        "clang -gdwarf-5 -O2",
        "clang -gdwarf-4 -O2",
    ] {
        let shop = shop();
        build(&shop, command);
        let plain = encode(&shop.read("linked")).unwrap();
        build(
            &shop,
            &format!("{command} -gsplit-dwarf -fdebug-types-section"),
        );
        check(
            &encode_split(&shop, "linked", None).unwrap(),
            &plain,
            &format!("{command}, type units"),
        );
        if command.starts_with("gcc -gdwarf-5") {
            continue;
        }
        shop.run("llvm-dwp -o units.dwp shapes.dwo other.dwo");
        check(
            &encode_split(&shop, "linked", Some("units.dwp")).unwrap(),
            &plain,
            &format!("{command}, type units in a package"),
        );
    }
}

#[test]
#[ignore = "needs clang"]
fn split_within_the_object_file() {
    let shop = shop();
    for version in [4, 5] {
        let command = format!("clang -gdwarf-{version} -O2");
        build(&shop, &command);
        let plain = encode(&shop.read("linked")).unwrap();
        let object = encode(&shop.read("shapes.o")).unwrap();
        build(&shop, &format!("{command} -gsplit-dwarf=single"));
        check(
            &encode_split(&shop, "linked", None).unwrap(),
            &plain,
            &command,
        );
        // An object is its own companion.
        let alone = encode(&shop.read("shapes.o")).unwrap();
        let comparison = compare::compare(&alone.btf, &object.btf);
        assert!(comparison.is_equal(), "{command}: {comparison:#?}");
    }
}

#[test]
#[ignore = "needs clang, llvm-dwp"]
fn the_result_depends_on_no_worker() {
    let shop = shop();
    build(&shop, "clang -gdwarf-5 -O2 -gsplit-dwarf");
    shop.run("llvm-dwp -o units.dwp shapes.dwo other.dwo");
    let file = shop.read("linked");
    let dwo = Folder::new(shop.path());
    let package = Folder::with_package(shop.path(), "units.dwp");
    let one = encode_in_turns(&file, &dwo, &Options::default(), 1, false).unwrap();
    for folder in [dwo, package] {
        for (workers, backwards) in [(1, false), (2, false), (2, true)] {
            let other =
                encode_in_turns(&file, &folder, &small_shards(), workers, backwards).unwrap();
            assert_eq!(other.bytes, one.bytes, "{folder:?}");
            assert_eq!(raw(&other.btf), raw(&one.btf));
        }
    }
}

#[test]
#[ignore = "needs gcc, readelf, objcopy"]
fn what_is_wanted_is_known_beforehand() {
    let shop = shop();
    build(&shop, "gcc -gdwarf-5 -O2 -gsplit-dwarf");
    let plan = pipeline::plan(&shop.read("linked"), &Options::default()).unwrap();
    let wanted = plan.companions();
    assert_eq!(wanted[0], Companion::Package);
    let names: Vec<&str> = wanted[1..].iter().map(Companion::file_name).collect();
    assert_eq!(names, ["shapes.dwo", "other.dwo"]);
    let Companion::SplitUnit { directory, id, .. } = &wanted[1] else {
        panic!("{wanted:?}")
    };
    assert_eq!(directory.as_deref(), shop.path().to_str());
    let dump = shop.run("readelf --debug-dump=info linked");
    assert!(dump.contains(&format!("{id:x}")), "{id:x} is not in {dump}");
    build(&shop, "gcc -gdwarf-5 -O2");
    let plan = pipeline::plan(&shop.read("linked"), &Options::default()).unwrap();
    assert_eq!(plan.companions(), []);
}

/// The only unit that failed, in words.
#[track_caller]
fn failure(outcome: Result<Outcome, Error>, what: &str) -> String {
    let outcome = outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
    let [failed] = &outcome.statistics.units.failed[..] else {
        panic!("{what}: {:?}", outcome.statistics.units)
    };
    assert_eq!(failed.name.as_deref(), Some("other.dwo"), "{what}");
    assert_eq!(outcome.statistics.units.encoded, 1, "{what}");
    failed.cause.clone()
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn a_file_that_is_missing_or_wrong_leaves_its_unit_out() {
    let shop = shop();
    build(&shop, "gcc -gdwarf-5 -O2 -gsplit-dwarf");
    let (program, good) = (shop.read("linked"), shop.read("other.dwo"));
    let attempt = |bytes: Option<&[u8]>, what: &str| {
        let path = shop.path().join("other.dwo");
        match bytes {
            Some(bytes) => std::fs::write(path, bytes).unwrap(),
            None => std::fs::remove_file(path).unwrap(),
        }
        failure(encode_split(&shop, "linked", None), what)
    };
    let missing = attempt(None, "missing");
    assert!(missing.contains("other.dwo was not found"), "{missing}");
    let wrong = attempt(Some(&shop.read("shapes.dwo")), "another unit");
    assert!(wrong.contains("it is of another build"), "{wrong}");
    let program = attempt(Some(&program), "the program itself");
    assert!(program.contains("no split unit"), "{program}");
    let text = attempt(Some(b"not an ELF file"), "text");
    assert!(text.starts_with("other.dwo: "), "{text}");
    for len in [0, 1, 16, 63, 64, 200, good.len() / 2, good.len() - 1] {
        let cut = attempt(Some(&good[..len]), &format!("{len} bytes"));
        assert!(cut.starts_with("other.dwo: "), "{len} bytes: {cut}");
    }
    std::fs::write(shop.path().join("other.dwo"), &good).unwrap();
    let whole = encode_split(&shop, "linked", None).unwrap();
    assert!(whole.statistics.units.failed.is_empty());
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn what_is_read_in_vain_counts_against_the_budget() {
    let shop = shop();
    build(&shop, "gcc -gdwarf-5 -O2 -gsplit-dwarf");
    let spent = |what: &str| {
        let outcome = encode_split(&shop, "linked", None).unwrap();
        let cost = spent(&outcome, Resource::SplitUnits);
        failure(Ok(outcome), what);
        cost
    };
    std::fs::remove_file(shop.path().join("other.dwo")).unwrap();
    let one = spent("missing");
    assert!(one > 1000, "{one}");
    // Each file costs its sections, whether or not it has the unit that is looked for.
    shop.write("other.dwo", shop.read("shapes.dwo"));
    assert_eq!(spent("another unit"), 2 * one);
}

#[test]
#[ignore = "needs clang"]
fn no_file_at_all_is_one_error() {
    let shop = shop();
    build(&shop, "clang -gdwarf-4 -O2 -gsplit-dwarf");
    match encode(&shop.read("linked")) {
        Err(Error::SplitUnits { units: 2, first }) => {
            assert!(first.contains("shapes.dwo"), "{first}");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        encode(&shop.read("shapes.dwo")),
        Err(Error::SplitFile)
    ));
}

#[test]
#[ignore = "needs clang, llvm-dwp"]
fn damaged_split_units_and_packages_are_no_end() {
    let shop = shop();
    build(&shop, "clang -gdwarf-5 -O2 -gsplit-dwarf");
    shop.run("llvm-dwp -o units.dwp shapes.dwo other.dwo");
    let (program, dwo, package) = (
        shop.read("linked"),
        shop.read("other.dwo"),
        shop.read("units.dwp"),
    );
    std::fs::remove_file(shop.path().join("shapes.dwo")).unwrap();
    let run = |name: &str, bytes: &[u8]| {
        std::fs::write(shop.path().join(name), bytes).unwrap();
        let package = (name == "units.dwp").then_some(name);
        // Whatever comes of it: a result, or an error with a sentence.
        match encode_split(&shop, "linked", package) {
            Ok(outcome) => assert!(outcome.statistics.units.total == 2),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    };
    for (name, good) in [("units.dwp", &package), ("other.dwo", &dwo)] {
        for at in (0..good.len()).step_by(good.len() / 150 + 1) {
            let mut bad = good.clone();
            for byte in bad.iter_mut().skip(at).take(4) {
                *byte = 0xff;
            }
            run(name, &bad);
            run(name, &good[..at]);
        }
    }
    // Skeletons that lie.
    std::fs::write(shop.path().join("other.dwo"), &dwo).unwrap();
    for at in (0..program.len()).step_by(program.len() / 150 + 1) {
        let mut bad = program.clone();
        for byte in bad.iter_mut().skip(at).take(4) {
            *byte = 0xff;
        }
        run("linked", &bad);
    }
}

#[test]
#[ignore = "needs clang, llvm-dwp"]
fn an_index_that_leads_elsewhere_is_told() {
    let shop = shop();
    build(&shop, "clang -gdwarf-5 -O2 -gsplit-dwarf");
    shop.run("llvm-dwp -o units.dwp shapes.dwo other.dwo");
    let good = encode_split(&shop, "linked", Some("units.dwp")).unwrap();
    assert_eq!(good.statistics.units.split, 2);
    for unit in UNITS {
        std::fs::remove_file(shop.path().join(format!("{unit}.dwo"))).unwrap();
    }
    let package = shop.read("units.dwp");
    let elf = elf::Elf::parse(&package[..]).unwrap();
    let index = elf.section(".debug_cu_index").unwrap();
    let start = index.offset as usize;
    let word = |at: usize| {
        let bytes = package[start + at..start + at + 4].try_into().unwrap();
        u32::from_le_bytes(bytes) as usize
    };
    let (columns, units, slots) = (word(4), word(8), word(12));
    let offsets = 16 + slots * 12 + columns * 4;
    // Beyond the section, and over the end.
    for (table, value) in [
        (offsets, 0xffff_0000u32),
        (offsets + units * columns * 4, 0x7fff_ffff),
    ] {
        let mut bad = package.clone();
        for cell in 0..units * columns {
            let at = start + table + cell * 4;
            bad[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        shop.write("bad.dwp", &bad);
        match encode_split(&shop, "linked", Some("bad.dwp")) {
            Err(Error::SplitUnits { units: 2, first }) => {
                assert!(first.contains("its index leads to bytes"), "{first}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The function has two definitions, and the strong one has ranges instead of an address: the weak one
/// describes it, as without split units.
#[test]
#[ignore = "needs gcc, objcopy, nm"]
fn functions_in_parts_have_no_address() {
    let shop = Workshop::new("split-parts");
    shop.write(
        "weak.c",
        "__attribute__((weak)) int pick(int weak_name) { return weak_name; }
        int use_weak(void) { return pick(1); }",
    );
    shop.write(
        "strong.c",
        "__attribute__((cold, noinline)) int unlikely(int *value) { return *value * 3; }
        int pick(int strong_name)
        {
            volatile int place = strong_name;
            if (__builtin_expect(place > 7, 0)) {
                place = unlikely((int *)&place);
                place = unlikely((int *)&place) + place;
            }
            return place;
        }",
    );
    for version in [4, 5] {
        for unit in ["weak", "strong"] {
            shop.run(&format!(
                "gcc -ffreestanding -fno-pic -O2 -gdwarf-{version} -gsplit-dwarf -c {unit}.c -o {unit}.o"
            ));
        }
        for order in ["weak.o strong.o", "strong.o weak.o"] {
            shop.run(&format!("ld -e pick -o linked {order}"));
            assert!(shop.run("nm linked").contains("pick.cold"), "not in parts");
            let outcome = encode_split(&shop, "linked", None).unwrap();
            let text = raw(&outcome.btf);
            assert!(
                text.contains("'weak_name'") && !text.contains("'strong_name'"),
                "{order}, DWARF {version}: {text}"
            );
        }
    }
}
