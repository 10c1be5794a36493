//! One program through several compilers, versions of DWARF, architectures and forms of file: the same
//! types. gcc, clang and binutils must be there.
//!
//! What each type must look like is in `programs/*.txt`. These were compared with pahole 1.32 for every
//! build here, which had the same types in the same order. `BTFSCOPE_BLESS=1` writes them anew.

use btf::{Btf, Data, Kind, Type, compare};
use engine_tests::{Workshop, describe, encode, raw};
use std::path::PathBuf;

fn programs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("programs")
}

fn shop() -> Workshop {
    let shop = Workshop::new("toolchains");
    for name in ["shapes.h", "shapes.c", "other.c", "all.c", "link.lds"] {
        shop.write(name, std::fs::read(programs().join(name)).unwrap());
    }
    shop
}

impl Build<'_> {
    fn object(&self, shop: &Workshop, unit: &str) {
        let Build { compiler, flags } = self;
        shop.run(&format!(
            "{compiler} -std=gnu11 -ffreestanding -fno-pic {flags} -c {unit}.c -o {unit}.o"
        ));
    }

    /// A linked file of both units.
    fn linked(&self, shop: &Workshop) -> Vec<u8> {
        self.object(shop, "shapes");
        self.object(shop, "other");
        shop.run("ld -T link.lds -o linked shapes.o other.o");
        shop.read("linked")
    }

    /// An object of both units as one.
    fn single(&self, shop: &Workshop) -> Vec<u8> {
        self.object(shop, "all");
        shop.read("all.o")
    }
}

struct Build<'a> {
    compiler: &'a str,
    flags: &'a str,
}

/// The types of a file in words; all of its units must have been encoded.
fn types(file: &[u8], what: &str) -> (Btf, String) {
    let outcome = encode(file).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(
        outcome.statistics.units.failed.is_empty(),
        "{what}: {:?}",
        outcome.statistics.units
    );
    let text = describe(&outcome.btf);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("function ") && !line.starts_with("variable "))
        .collect();
    (outcome.btf, lines.join("\n") + "\n")
}

/// Holds types against what is written down.
fn check(found: &str, name: &str, what: &str) {
    let path = programs().join(name);
    if std::env::var_os("BTFSCOPE_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let missing: Vec<&str> = expected
        .lines()
        .filter(|line| !found.lines().any(|own| own == *line))
        .collect();
    let surplus: Vec<&str> = found
        .lines()
        .filter(|line| !expected.lines().any(|own| own == *line))
        .collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{what}: missing {missing:#?}, instead {surplus:#?}"
    );
}

const HOSTED: [Build<'_>; 9] = [
    Build {
        compiler: "gcc",
        flags: "-gdwarf-4 -O0",
    },
    Build {
        compiler: "gcc",
        flags: "-gdwarf-4 -O2",
    },
    Build {
        compiler: "gcc",
        flags: "-gdwarf-5 -O0",
    },
    Build {
        compiler: "gcc",
        flags: "-gdwarf-5 -O2",
    },
    Build {
        compiler: "gcc",
        flags: "-gdwarf-3 -gstrict-dwarf -O2",
    },
    Build {
        compiler: "clang",
        flags: "-gdwarf-4 -O0",
    },
    Build {
        compiler: "clang",
        flags: "-gdwarf-4 -O2",
    },
    Build {
        compiler: "clang",
        flags: "-gdwarf-5 -O0",
    },
    Build {
        compiler: "clang",
        flags: "-gdwarf-5 -O2",
    },
];

#[test]
#[ignore = "needs gcc, clang"]
fn compilers_versions_and_optimisation_give_the_same_types() {
    let shop = shop();
    for build in HOSTED {
        let what = format!("{} {}", build.compiler, build.flags);
        let (btf, text) = types(&build.linked(&shop), &what);
        check(&text, "lp64.txt", &what);
        check_functions(&btf, &what);
        check_per_cpu(&btf, &what);
        let (_, text) = types(&build.single(&shop), &what);
        check(&text, "lp64.txt", &format!("{what}, both units as one"));
    }
}

#[test]
#[ignore = "needs gcc"]
fn dwarf_2_lacks_restrict_and_signs_of_enumerations() {
    let shop = shop();
    let build = Build {
        compiler: "gcc",
        flags: "-gdwarf-2 -gstrict-dwarf -O2",
    };
    let (btf, text) = types(&build.linked(&shop), "DWARF 2");
    check(&text, "dwarf2.txt", "DWARF 2");
    check_functions(&btf, "DWARF 2");
}

#[test]
#[ignore = "needs gcc"]
fn the_64_bit_format_gives_the_same_types() {
    let shop = shop();
    let build = Build {
        compiler: "gcc",
        flags: "-gdwarf-5 -gdwarf64 -O2",
    };
    let narrow = Build {
        compiler: "gcc",
        flags: "-gdwarf-5 -O2",
    };
    let (wide, text) = types(&build.linked(&shop), "DWARF64");
    check(&text, "lp64.txt", "DWARF64");
    assert_eq!(raw(&wide), raw(&types(&narrow.linked(&shop), "DWARF32").0));
}

#[test]
#[ignore = "needs gcc, clang"]
fn other_architectures() {
    let shop = shop();
    for (flags, name, endian) in [
        (
            "--target=aarch64-linux-gnu",
            "lp64.txt",
            btf::Endian::Little,
        ),
        ("--target=s390x-linux-gnu", "lp64.txt", btf::Endian::Big),
        ("--target=powerpc64-linux-gnu", "lp64.txt", btf::Endian::Big),
        ("--target=mips64-linux-gnu", "lp64.txt", btf::Endian::Big),
        (
            "--target=riscv64-linux-gnu",
            "lp64.txt",
            btf::Endian::Little,
        ),
        ("--target=armeb-linux-gnueabi", "arm.txt", btf::Endian::Big),
        ("--target=arm-linux-gnueabi", "arm.txt", btf::Endian::Little),
        ("-m32", "i386.txt", btf::Endian::Little),
    ] {
        let flags = format!("{flags} -gdwarf-5 -O2");
        let build = Build {
            compiler: "clang",
            flags: &flags,
        };
        let file = build.single(&shop);
        let (found, text) = types(&file, &flags);
        check(&text, name, &flags);
        assert_eq!(found.endian, endian, "{flags}");
        // The bytes are in the file's order, as bpftool on that machine reads them.
        let bytes = encode(&file).unwrap().bytes;
        let magic = if endian == btf::Endian::Big {
            [0xeb, 0x9f]
        } else {
            [0x9f, 0xeb]
        };
        assert_eq!(bytes[..2], magic, "{flags}");
        assert_eq!(
            raw(&btf::parse(&bytes, None).unwrap()),
            raw(&found),
            "{flags}"
        );
    }
    let build = Build {
        compiler: "gcc",
        flags: "-m32 -gdwarf-4",
    };
    let (_, text) = types(&build.single(&shop), "gcc -m32");
    check(&text, "i386.txt", "gcc -m32");
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn compressed_sections_give_the_same_bytes() {
    let shop = shop();
    let build = Build {
        compiler: "gcc",
        flags: "-gdwarf-5 -O2",
    };
    let plain = encode(&build.linked(&shop)).unwrap();
    let object = encode(&shop.read("shapes.o")).unwrap();
    for form in ["zlib", "zlib-gnu", "zstd"] {
        shop.run(&format!(
            "objcopy --compress-debug-sections={form} linked packed"
        ));
        shop.run(&format!(
            "objcopy --compress-debug-sections={form} shapes.o packed.o"
        ));
        let packed = encode(&shop.read("packed")).unwrap();
        assert!(
            packed.statistics.input.compressed,
            "{form} compresses nothing"
        );
        assert!(!plain.statistics.input.compressed);
        assert_eq!(packed.bytes, plain.bytes, "{form}");
        assert_eq!(
            packed.statistics.input.debug_info_bytes,
            plain.statistics.input.debug_info_bytes
        );
        assert_eq!(
            encode(&shop.read("packed.o")).unwrap().bytes,
            object.bytes,
            "{form}, relocatable"
        );
    }
}

#[test]
#[ignore = "needs gcc, clang"]
fn a_relocatable_file_has_the_types_of_the_linked_one() {
    let shop = shop();
    for build in HOSTED {
        let linked = encode(&build.linked(&shop)).unwrap().btf;
        shop.run("ld -r -o joined.o shapes.o other.o");
        let joined = encode(&shop.read("joined.o")).unwrap().btf;
        let comparison = compare::compare(&joined, &linked);
        assert!(
            comparison.is_equal(),
            "{} {}: {comparison:#?}",
            build.compiler,
            build.flags
        );
    }
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn stripped_of_symbols_functions_that_are_visible_stay() {
    let shop = shop();
    let build = Build {
        compiler: "gcc",
        flags: "-gdwarf-5 -O2",
    };
    build.linked(&shop);
    shop.run("objcopy --strip-all --keep-section=.debug_* linked bare");
    let bare = encode(&shop.read("bare")).unwrap();
    assert!(bare.statistics.functions.no_symbol_table);
    let names: Vec<String> = functions(&bare.btf)
        .map(|ty| bare.btf.str(ty.name()).into_owned())
        .collect();
    assert_eq!(names, ["_start", "entry", "other", "variadic"]);
    let (_, text) = types(&shop.read("bare"), "stripped");
    check(&text, "lp64.txt", "stripped");
}

fn functions(btf: &Btf) -> impl Iterator<Item = Type<'_>> {
    btf.types()
        .map(|(_, ty)| ty)
        .filter(|ty| ty.kind() == Kind::Func)
}

fn check_functions(btf: &Btf, what: &str) {
    let text = describe(btf);
    for line in [
        "function _start () -> void",
        "function entry (struct outer*, struct operations*, enum signs) -> i32",
        "function other ((struct outer const)*, struct bits, u64) -> i32",
        "function variadic ((char const)*, ...) -> i32",
    ] {
        assert!(
            text.lines().any(|own| own == line),
            "{what}: no {line} in {text}"
        );
    }
    assert_eq!(
        functions(btf)
            .filter(|ty| btf.str(ty.name()) == "entry")
            .count(),
        1,
        "{what}"
    );
}

/// Three variables, in the order of their places, which do not overlap.
fn check_per_cpu(btf: &Btf, what: &str) {
    let sections: Vec<_> = btf
        .types()
        .filter(|(_, ty)| ty.kind() == Kind::Datasec)
        .collect();
    let [(_, section)] = sections[..] else {
        panic!("{what}: {} sections", sections.len())
    };
    assert_eq!(btf.str(section.name()), ".data..percpu", "{what}");
    let mut found: Vec<(String, u32)> = Vec::new();
    let mut end = 0;
    for place in section.variables() {
        assert!(place.offset >= end, "{what}: overlap");
        end = place.offset + place.size;
        assert!(matches!(
            btf.get(place.ty).unwrap().data(),
            Data::Var { .. }
        ));
        found.push((btf.name(place.ty).into_owned(), place.size));
    }
    assert_eq!(section.size(), Some(end), "{what}");
    found.sort();
    let expected = [
        ("per_cpu_count", 4),
        ("per_cpu_list", 16),
        ("per_cpu_times", 32),
    ];
    assert_eq!(
        found,
        expected.map(|(name, size)| (name.to_owned(), size)),
        "{what}"
    );
}
