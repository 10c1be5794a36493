//! Inline sites: reading `.BTF.inline` and files like `/sys/kernel/btf/vmlinux.inline`, and making them from DWARF.

use crate::common::Place;
use btf::{Btf, Info, Kind, Linkage, Param, WriteOptions};
use std::sync::Arc;

fn bytes(btf: &Btf) -> Vec<u8> {
    btf.to_bytes(WriteOptions::default()).expect("written")
}

/// A kernel with the function `twice`.
fn kernel() -> Btf {
    let mut btf = Btf::new();
    let real = btf.add_float("real", 4).unwrap();
    let name = btf.intern(b"value").unwrap();
    let proto = btf.add_func_proto(real, &[Param { name, ty: real }]);
    btf.add_func("twice", proto.unwrap(), Linkage::Static)
        .unwrap();
    btf
}

/// Split BTF with one site of the function `name` of `base`, whose argument is in register 5.
fn site(base: Btf, name: &str) -> Btf {
    with_sites(base, name, &[0x40])
}

/// Sites of a function at these offsets in `.text`.
fn with_sites(base: Btf, name: &str, offsets: &[u32]) -> Btf {
    let func = base.find(Kind::Func, name).expect("the function").0;
    let mut btf = Btf::split(Arc::new(base));
    let info = |kind, vlen| Info::new(kind, vlen, false).0;
    let param = btf
        .push(&[0, info(Kind::LocParam, 1), 4, 8, 5])
        .expect("LOC_PARAM");
    let proto = btf
        .push(&[0, info(Kind::LocProto, 1), 0, param.0])
        .expect("LOC_PROTO");
    let section = btf.intern(b"inline.text").unwrap();
    let count = u32::try_from(offsets.len()).expect("few sites");
    let mut words = vec![section.0, info(Kind::LocSec, count), 0];
    words.extend(offsets.iter().flat_map(|&offset| [func, proto.0, offset]));
    btf.push(&words).expect("LOCSEC");
    btf
}

const SITE: &str = "[5] LOC_PROTO '(anon)' vlen=1\n\ttype_id=4 value='reg5'\n\
                    [6] LOCSEC 'inline.text' vlen=1\n\tname='twice' func_type_id=3 loc_proto_type_id=5 offset=64\n";

#[test]
fn a_file_named_inline_is_based_on_the_file_beside_it() {
    let place = Place::new();
    place.write("vmlinux.inline", bytes(&site(kernel(), "twice")));
    let missing = place.run(["dump", "vmlinux.inline"]).fails(1);
    assert!(missing.ends_with("name it with --base"), "{missing}");

    place.write("vmlinux", bytes(&kernel()));
    let dump = place.run(["dump", "vmlinux.inline"]).ok();
    assert!(dump.ends_with(SITE), "{dump}");
    let stats = place.run(["stats", "vmlinux.inline"]).ok();
    assert!(stats.contains("LOCSEC"), "{stats}");
    let shown = place.run(["show", "vmlinux.inline", "[6]"]).ok();
    assert!(shown.contains("twice"), "{shown}");

    place.write("sites.btf", bytes(&site(kernel(), "twice")));
    let dump = place.run(["dump", "sites.btf", "--base", "vmlinux"]).ok();
    assert!(dump.ends_with(SITE), "{dump}");
    let unknown = place.run(["dump", "--inline", "sites.btf"]).fails(1);
    assert!(unknown.ends_with("name it with --base"), "{unknown}");
}

#[test]
fn inline_sites_of_a_module_are_based_on_the_module_and_that_on_the_kernel() {
    let place = Place::new();
    let mut module = Btf::split(Arc::new(kernel()));
    let proto = module.add_func_proto(btf::TypeId(1), &[]).unwrap();
    module.add_func("start", proto, Linkage::Static).unwrap();
    place.write("vmlinux", bytes(&kernel()));
    place.write("module", bytes(&module));
    place.write("module.inline", bytes(&site(module, "start")));
    let dump = place.run(["dump", "module.inline"]).ok();
    let expected = "\tname='start' func_type_id=5 loc_proto_type_id=7 offset=64\n";
    assert!(dump.ends_with(expected), "{dump}");
}

#[test]
fn an_elf_file_without_inline_sites_says_how_to_make_them() {
    let place = Place::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");
    let said = place.run(["dump", "--inline", sample]).fails(1);
    assert!(said.contains("encode --features +inline"), "{said}");
}

fn object(compiler: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    format!("{root}/../../tests/inline/{compiler}.o")
}

/// The sites of the only LOCSEC, a line each: offset, function, and where its arguments are.
fn sites(dump: &str) -> Vec<String> {
    let lines: Vec<&str> = dump.lines().collect();
    let number = |line: &str, key: &str| -> String {
        let rest = line.split_once(key).expect("the key").1;
        rest.split_whitespace().next().expect("a number").to_owned()
    };
    let places = |id: &str| -> Vec<String> {
        let head = format!("[{id}] LOC_PROTO");
        let at = lines.iter().position(|line| line.starts_with(&head));
        let rest = lines.iter().skip(at.expect("the LOC_PROTO") + 1);
        let place = |line: &&str| match line.split_once("value='") {
            Some((_, place)) => place.trim_end_matches('\'').to_owned(),
            None => "gone".to_owned(),
        };
        rest.take_while(|line| line.starts_with('\t'))
            .map(place)
            .collect()
    };
    let in_section = lines.iter().skip_while(|line| !line.contains("LOCSEC"));
    let site = |line: &&str| {
        let name = number(line, "name='");
        let places = places(&number(line, "loc_proto_type_id="));
        let offset = number(line, "offset=");
        format!(
            "{offset} {}({})",
            name.trim_matches('\''),
            places.join(", ")
        )
    };
    in_section.skip(1).map(site).collect()
}

#[test]
fn inline_sites_of_gcc_and_clang_are_those_of_their_dwarf() {
    let place = Place::new();
    for (compiler, expected) in [
        (
            "gcc",
            [
                "0 scale(reg5, 0x7)",
                "16 scale(reg5, reg4)",
                "39 nested(reg3)",
                "39 scale(reg3, 0x3)",
                "64 total(gone, gone)",
            ],
        ),
        (
            "clang",
            [
                "0 scale(reg5, 0x7)",
                "22 scale(reg5, reg4)",
                "35 nested(reg3)",
                "35 scale(reg3, 0x3)",
                "64 total(reg5 + 0x10, gone)",
            ],
        ),
    ] {
        let object = object(compiler);
        let encode = ["encode", &object, "--features", "+inline"];
        place.run(encode.iter().chain(&["-o", "o.btf"])).ok();
        let dump = place.run(["dump", "o.btf.inline"]).ok();
        assert_eq!(sites(&dump), expected, "{compiler}");
        place.run(["verify", "--for", "kernel", "o.btf"]).ok();

        // The types are the same bytes as without inline sites.
        place.run(["encode", &object, "-o", "types.btf"]).ok();
        assert_eq!(place.read("o.btf"), place.read("types.btf"));

        // A patched file has both sections, and loses the sites if only types are written.
        place.run(encode.iter().chain(&["--patch", "o.elf"])).ok();
        let patched = place.run(["dump", "--inline", "o.elf"]).ok();
        assert_eq!(patched, dump);
        place.run(["encode", "o.elf", "--patch", "plain.elf"]).ok();
        let gone = place.run(["dump", "--inline", "plain.elf"]).fails(1);
        assert!(gone.contains("no .BTF.inline section"), "{gone}");
    }
}

#[test]
fn inline_sites_do_not_depend_on_threads_and_exclude_a_distilled_base() {
    let place = Place::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");
    let encode = |jobs, output| {
        let args = [
            "encode",
            sample,
            "--features",
            "+inline",
            "-j",
            jobs,
            "-o",
            output,
        ];
        place.run(args).ok();
    };
    encode("1", "one.btf");
    encode("4", "four.btf");
    let (one, four) = (place.read("one.btf.inline"), place.read("four.btf.inline"));
    assert_eq!(one, four);
    let object = object("gcc");
    let both = ["--features", "+inline,distilled_base", "--base", "one.btf"];
    let args = ["encode", &object, "-o", "x.btf"];
    let said = place.run(args.iter().chain(&both)).fails(1);
    assert!(said.contains("exclude each other"), "{said}");
}

#[test]
fn functions_that_were_inlined_are_listed_with_the_places_of_their_arguments() {
    let place = Place::new();
    let objects = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/inline");
    for name in ["gcc.o", "clang.o"] {
        place.write(name, std::fs::read(objects.join(name)).expect("the object"));
    }
    let said = place
        .run(["functions", "gcc.o", "--inlined", "--sites", "scale"])
        .ok();
    let wanted = "int scale(int value, int factor);  /* 3 sites, no FUNC in .BTF */
    value: register 3
    factor: register 1, constant 2
    .text+0x0: reg5; 0x7
    .text+0x10: reg5; reg4
    .text+0x27: reg3; 0x3
1 in all
";
    assert_eq!(said, wanted);
    // From a .BTF.inline section it is the same as from the DWARF.
    place
        .run([
            "encode",
            "gcc.o",
            "--features",
            "+inline",
            "--patch",
            "patched.o",
        ])
        .ok();
    let patched = place
        .run(["functions", "patched.o", "--inlined", "--sites", "scale"])
        .ok();
    assert_eq!(patched, wanted);
    let csv = place
        .run(["functions", "clang.o", "--inlined", "--format", "csv"])
        .ok();
    assert!(csv.contains("\ntotal,1,false,pair,0,0,1,0,0\r\n"), "{csv}");

    // A function that also exists can be probed, too.
    place.write("vmlinux", bytes(&kernel()));
    place.write("vmlinux.inline", bytes(&site(kernel(), "twice")));
    let said = place.run(["functions", "vmlinux.inline", "--inlined"]).ok();
    assert!(
        said.contains("/* 1 site */\n    value: register 1\n"),
        "{said}"
    );
    let none = place.run(["functions", "vmlinux", "--inlined"]).fails(1);
    assert!(none.contains("name it with --base"), "{none}");
}

#[test]
fn types_functions_and_diff_read_inline_sites() {
    let place = Place::new();
    place.write("vmlinux", bytes(&kernel()));
    place.write("vmlinux.inline", bytes(&site(kernel(), "twice")));
    let types = place.run(["types", "vmlinux.inline"]).ok();
    assert_eq!(types, "    [6]             locsec inline.text\n1 type\n");
    place.write("sites", bytes(&site(kernel(), "twice")));
    let same = place.run(["types", "sites", "--base", "vmlinux"]).ok();
    assert_eq!(same, types);
    let same = place
        .run(["diff", "vmlinux.inline", "sites", "--base", "vmlinux"])
        .ok();
    assert_eq!(same, "The same 3 types.\n");
    let alone = place.run(["types", "sites"]).fails(1);
    assert!(alone.contains("--base"), "{alone}");

    // Of an ELF file, the section is read beside the types, or in their place.
    let encode = ["encode", "--features", "+inline", "--patch"];
    for compiler in ["gcc", "clang"] {
        let (object, patched) = (object(compiler), format!("{compiler}.o"));
        place
            .run(encode.iter().chain(&[patched.as_str(), &object]))
            .ok();
    }
    let own = place
        .run(["types", "gcc.o", "--inline", "--kind", "func"])
        .ok();
    assert!(
        own.contains(" func scale\n") && own.contains(" func total\n"),
        "{own}"
    );
    let same = place.run(["diff", "--inline", "gcc.o", "gcc.o"]).ok();
    assert_eq!(same, "The same 17 types.\n");
    let differs = place.run(["diff", "--inline", "gcc.o", "clang.o"]);
    assert_eq!(differs.code, 1);
    assert!(
        differs.stdout.contains("- LOCSEC inline.text"),
        "{}",
        differs.stdout
    );

    // By name: what was inlined at another number of sites. Places differ in every build.
    let same = place
        .run(["diff", "--inline", "--changes", "gcc.o", "gcc.o"])
        .ok();
    assert!(!same.contains("sites") && !same.contains("var"), "{same}");
    place.write(
        "more.inline",
        bytes(&with_sites(kernel(), "twice", &[0x40, 0x80])),
    );
    let more = ["diff", "vmlinux.inline", "more.inline", "--base", "vmlinux"];
    let more = place.run(more.iter().chain(&["--changes"]));
    assert_eq!(more.code, 1);
    assert_eq!(more.stdout, "≠ twice: inlined at 1 site, then at 2 sites\n");
}

#[test]
fn functions_tell_at_how_many_sites_they_were_inlined() {
    let place = Place::new();
    let object = object("gcc");
    let args = [
        "encode",
        &object,
        "--features",
        "+inline",
        "--patch",
        "o.elf",
    ];
    place.run(args).ok();
    let functions = place.run(["functions", "o.elf"]).ok();
    let without = place.run(["functions", &object]).ok();
    assert!(!without.contains("inlined at"), "{without}");
    assert!(
        functions.lines().count() == without.lines().count(),
        "{functions}"
    );
    let csv = place.run(["functions", "o.elf", "--format", "csv"]).ok();
    assert!(
        csv.starts_with("id,name,") && csv.lines().next().unwrap().ends_with(",inlined at"),
        "{csv}"
    );
}
