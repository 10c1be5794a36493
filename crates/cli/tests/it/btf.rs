//! The commands that work on BTF.

use crate::common::Place;
use btf::{Btf, Info, Int, IntEncoding, Kind, Member, Param, StringOffset, TypeId, WriteOptions};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::sync::Arc;

const INT: Int = Int {
    size: 4,
    encoding: IntEncoding::SIGNED,
    offset: 0,
    bits: 32,
};

fn bytes(btf: &Btf) -> Vec<u8> {
    btf.to_bytes(WriteOptions::default()).expect("fits")
}

/// `struct pair { int first; int second; }`, `second` at this bit.
fn pair(btf: &mut Btf, int: TypeId, second: u32) -> TypeId {
    let mut member = |name: &str, bit| Member {
        name: btf.intern(name.as_bytes()).expect("fits"),
        ty: int,
        bit_offset: bit,
        bitfield_size: 0,
    };
    let members = [member("first", 0), member("second", second)];
    btf.add_composite(Kind::Struct, "pair", 8, &members)
        .expect("fits")
}

/// `int`, `struct pair`, and a pointer to it, each as often as asked.
fn pairs(times: usize) -> Btf {
    let mut btf = Btf::new();
    for _ in 0..times {
        let int = btf.add_int("int", INT).expect("fits");
        let pair = pair(&mut btf, int, 32);
        btf.add_ptr(pair).expect("fits");
    }
    btf
}

/// Twenty thousand typedefs: more than a pipe holds.
fn many() -> Btf {
    let mut btf = pairs(1);
    for number in 0..20_000 {
        btf.add_typedef(&format!("number_{number}_t"), TypeId(1))
            .expect("fits");
    }
    btf
}

#[test]
#[ignore = "needs bpftool"]
fn dump_prints_what_bpftool_prints() {
    let place = Place::new();
    place.write("pairs.btf", bytes(&pairs(2)));
    let bpftool = |args: &[&str]| place.tool("bpftool", args);
    assert_eq!(
        place.run(["dump", "pairs.btf"]).ok(),
        bpftool(&["btf", "dump", "file", "pairs.btf"])
    );
    let json = place.run(["dump", "pairs.btf", "--format", "json"]).ok();
    assert_eq!(
        json.trim_end(),
        bpftool(&["-j", "btf", "dump", "file", "pairs.btf"]).trim_end()
    );

    let header = place.run(["dump", "pairs.btf", "--format", "c"]).ok();
    place.write("pairs.h", header);
    place.write(
        "use.c",
        "#include \"pairs.h\"\n_Static_assert(sizeof(struct pair) == 8, \"size\");\n",
    );
    place.tool("cc", &["-Wno-unknown-pragmas", "-c", "use.c"]);

    // From a pipe too.
    assert_eq!(
        place.shell("cat pairs.btf | \"$0\" dump /dev/stdin").ok(),
        place.run(["dump", "pairs.btf"]).ok()
    );
}

#[test]
fn big_endian_btf_reads_the_same() {
    let place = Place::new();
    place.write("little.btf", bytes(&pairs(1)));
    place.write("big.btf", bytes(&pairs(1).with_endian(btf::Endian::Big)));
    assert_eq!(
        place.run(["dump", "big.btf"]).ok(),
        place.run(["dump", "little.btf"]).ok()
    );
    assert!(
        place
            .run(["stats", "big.btf"])
            .ok()
            .starts_with("big.btf: BTF, big-endian\n")
    );
    place.run(["diff", "big.btf", "little.btf"]).ok();
}

/// A struct of 6,000 members that point at one prototype of 160 parameters: written as C it takes 96 MB.
fn long_where_it_is_written_out() -> Btf {
    let mut btf = Btf::new();
    let int = btf.add_int("int", INT).expect("fits");
    let long = btf.add_typedef(&"n".repeat(100), int).expect("fits");
    let name = btf.intern(b"x").expect("fits");
    let parameters = vec![Param { name, ty: long }; 160];
    let prototype = btf.add_func_proto(int, &parameters).expect("fits");
    let pointer = btf.add_ptr(prototype).expect("fits");
    let member = |at| Member {
        name,
        ty: pointer,
        bit_offset: 64 * at,
        bitfield_size: 0,
    };
    let members: Vec<Member> = (0..6_000_u32).map(member).collect();
    btf.add_composite(Kind::Struct, "wide", 48_000, &members)
        .expect("fits");
    btf
}

#[test]
fn types_that_are_long_as_c_are_refused_only_where_they_are_written_as_c() {
    let place = Place::new();
    place.write("long.btf", bytes(&long_where_it_is_written_out()));
    let run = |line: &str| place.run(line.split(' '));
    for line in [
        "dump long.btf",
        "dump long.btf --format json",
        "stats long.btf",
        "verify long.btf",
        "dedup long.btf -o out.btf",
        "convert long.btf -o out.btf --sort",
        "diff long.btf long.btf",
    ] {
        run(line).ok();
    }
    for line in [
        "dump long.btf --format c",
        "show long.btf wide",
        "types long.btf",
        "functions long.btf",
        "diff --changes long.btf long.btf",
        "history wide long.btf",
        "modules long.btf long.btf",
        "why long.btf",
    ] {
        let code = if line.starts_with("diff") { 2 } else { 1 };
        let error = run(line).fails(code);
        assert!(error.contains("bytes of names and other text"), "{error}");
        assert!(error.contains("--budget 10"), "{error}");
    }
    run("types long.btf --budget 100").ok();
}

#[test]
fn a_reader_that_stops_is_no_error() {
    let place = Place::new();
    place.write("many.btf", bytes(&many()));
    for format in ["raw", "c", "json"] {
        let mut child = place
            .command(crate::common::btfscope())
            .args(["dump", "many.btf", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut start = [0; 10];
        let mut stdout = child.stdout.take().expect("piped");
        stdout.read_exact(&mut start).expect("some output");
        drop(stdout);
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("piped"))
            .read_line(&mut line)
            .expect("read");
        let status = child.wait().expect("it ends");
        assert_eq!((status.code(), line.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn dedup_makes_equal_types_one() {
    let place = Place::new();
    place.write("thrice.btf", bytes(&pairs(3)));
    place.write("once.btf", bytes(&pairs(1)));
    assert_eq!(place.run(["dedup", "thrice.btf", "-o", "out.btf"]).ok(), "");
    // Strings come in the order of their use, so that bytes may differ.
    assert_eq!(
        place.run(["dump", "out.btf"]).ok(),
        place.run(["dump", "once.btf"]).ok()
    );
    assert_eq!(place.read("out.btf").len(), place.read("once.btf").len());
    place
        .run(["dedup", "thrice.btf", "-o", "layout.btf", "--layout"])
        .ok();
    assert_eq!(place.read("layout.btf")[4], 32);
    let line = place
        .run(["dedup", "thrice.btf", "-o", "thrice.btf"])
        .fails(1);
    assert!(line.contains("this is the input file"), "{line}");
}

#[test]
#[ignore = "needs bpftool"]
fn split_btf_is_read_with_its_base() {
    let place = Place::new();
    let mut base = pairs(1);
    base.index_strings();
    place.write("base.btf", bytes(&base));
    let mut split = Btf::split(Arc::new(base));
    let int = split.add_int("int", INT).expect("fits");
    let copy = pair(&mut split, int, 32);
    split.add_typedef("pair_t", copy).expect("fits");
    place.write("split.btf", bytes(&split));

    let with_base = |args: &[&str]| place.run(args.iter().chain(&["--base", "base.btf"]).copied());
    let bpftool = place.tool(
        "bpftool",
        &["-B", "base.btf", "btf", "dump", "file", "split.btf"],
    );
    assert_eq!(with_base(&["dump", "split.btf"]).ok(), bpftool);
    assert_eq!(
        with_base(&["show", "split.btf", "pair_t"]).ok(),
        "typedef struct pair pair_t;\n"
    );
    assert!(
        with_base(&["show", "split.btf", "[2]"])
            .ok()
            .starts_with("struct pair {")
    );
    assert!(
        with_base(&["stats", "split.btf"])
            .ok()
            .contains("\nTYPEDEF ")
    );
    with_base(&["verify", "split.btf"]).ok();
    with_base(&["diff", "split.btf", "split.btf"]).ok();

    with_base(&["dedup", "split.btf", "-o", "less.btf"]).ok();
    let left = with_base(&["dump", "less.btf"]).ok();
    assert_eq!(left, "[4] TYPEDEF 'pair_t' type_id=2\n");

    let line = place.run(["show", "split.btf", "pair_t"]).fails(1);
    assert!(
        line.ends_with("if it is a module's (split) BTF, name the kernel's with --base"),
        "{line}"
    );
    let line = place.run(["dump", "split.btf", "--base", "none"]).fails(1);
    assert_eq!(line, "none: the file does not exist");
}

#[test]
fn show_lays_a_type_out_and_knows_similar_names() {
    let place = Place::new();
    place.build_program();
    place.run(["encode", "prog", "--patch", "p"]).ok();
    let shown = place.run(["show", "p", "only_one"]).ok();
    assert_eq!(place.run(["show", "p", "struct", "only_one"]).ok(), shown);
    assert_eq!(place.run(["show", "p", "struct only_one"]).ok(), shown);
    for wanted in [
        "struct only_one {",
        "/* XXX 7 bytes hole",
        "/* size: 24, cachelines: 1, members: 3 */",
    ] {
        assert!(shown.contains(wanted), "{wanted} in {shown}");
    }
    assert!(place.run(["show", "p", "colour"]).ok().contains("GREEN"));
    assert!(
        place
            .run(["show", "p", "add"])
            .ok()
            .contains("int add(int number, struct shared *shared);")
    );

    let fails = |name: &str| place.run(["show", "p", name]).fails(1);
    assert_eq!(
        fails("only_won"),
        "p: no type only_won exists; did you mean only_one?"
    );
    assert_eq!(
        fails("only"),
        "p: no type only exists; did you mean only_one?"
    );
    assert_eq!(
        fails("union shared"),
        "p: no union shared exists; shared is of kind STRUCT"
    );
    assert_eq!(
        fails("quite_unlike_any_other"),
        "p: no type quite_unlike_any_other exists"
    );
    assert!(fails("[5000]").starts_with("p: type [5000] does not exist; the last type id is ["));
}

#[test]
fn types_of_one_name_are_all_shown() {
    let place = Place::new();
    let mut btf = pairs(1);
    btf.add_typedef("pair", TypeId(2)).expect("fits");
    place.write("two.btf", bytes(&btf));
    let shown = place.run(["show", "two.btf", "pair"]).ok();
    assert!(
        shown.starts_with("/* [2] STRUCT */\nstruct pair {"),
        "{shown}"
    );
    assert!(
        shown.ends_with("\n/* [4] TYPEDEF */\ntypedef struct pair pair;\n"),
        "{shown}"
    );
    assert_eq!(
        place.run(["show", "two.btf", "typedef", "pair"]).ok(),
        "typedef struct pair pair;\n"
    );
}

#[test]
fn stats_count_types_and_bytes() {
    let place = Place::new();
    let raw = bytes(&pairs(2));
    place.write("pairs.btf", &raw);
    let text = place.run(["stats", "pairs.btf"]).ok();
    let row = |name: &str| -> Vec<String> {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{name}  ")))
            .expect(name);
        line[name.len()..]
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(row("STRUCT")[..2], ["2", "72"]);
    assert_eq!(row("INT")[..2], ["2", "32"]);
    assert_eq!(row("PTR")[..2], ["2", "24"]);
    assert_eq!(row("all types")[..2], ["6", "128"]);
    assert_eq!(row("header")[0], "24");
    assert_eq!(row("all")[0], raw.len().to_string());
}

#[test]
fn diff_compares_by_meaning() {
    let place = Place::new();
    place.write("a.btf", bytes(&pairs(1)));
    let mut reordered = Btf::new();
    reordered.add_ptr(TypeId(3)).expect("fits");
    reordered.add_int("int", INT).expect("fits");
    pair(&mut reordered, TypeId(2), 32);
    place.write("reordered.btf", bytes(&reordered));
    assert_eq!(
        place.run(["diff", "a.btf", "reordered.btf"]).ok(),
        "The same 3 types.\n"
    );

    let mut more = pairs(1);
    more.add_typedef("extra_t", TypeId(1)).expect("fits");
    place.write("more.btf", bytes(&more));
    let ran = place.run(["diff", "a.btf", "more.btf"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("+ TYPEDEF extra_t [4]: "), "{lines:?}");
    assert!(
        !lines[1..].iter().any(|line| line.starts_with(['+', '-'])),
        "{lines:?}"
    );
    assert_eq!(
        place
            .run(["diff", "more.btf", "a.btf"])
            .stdout
            .lines()
            .next()
            .map(|line| &line[..9]),
        Some("- TYPEDEF")
    );
    assert_eq!(
        place.run(["diff", "a.btf", "missing"]).fails(2),
        "missing: the file does not exist"
    );
}

#[test]
fn verify_knows_what_each_release_accepts() {
    let place = Place::new();
    let mut btf = pairs(1);
    btf.add_float("double", 8).expect("fits");
    place.write("float.btf", bytes(&btf));
    assert_eq!(
        place.run(["verify", "float.btf"]).ok(),
        "4 types, no rule broken.\n\
         Linux before 5.13 refuses the kind FLOAT: type [4]\n\
         Accepted by Linux 5.15 and newer.\n"
    );
    let old = place.run(["verify", "float.btf", "--kernel", "5.10.0-32-cloud-amd64"]);
    assert!(old.stdout.starts_with("FLOAT 'double' [4]"), "{old:?}");
    let refused = "1 problem; the kernel of Linux 5.10 refuses this BTF; Linux 5.15 and newer would accept it";
    assert!(old.code == 1 && old.stderr.contains(refused), "{old:?}");
    let unknown = place.run(["verify", "float.btf", "--kernel", "4.19"]);
    assert!(
        unknown.stderr.contains("before 5.10 are not known"),
        "{unknown:?}"
    );
}

#[test]
fn verify_prints_every_problem() {
    let place = Place::new();
    place.write("good.btf", bytes(&pairs(1)));
    assert_eq!(
        place.run(["verify", "good.btf"]).ok(),
        "3 types, no rule broken.\n"
    );

    let mut bad = pairs(1);
    // `second` reaches beyond the struct's eight bytes, and an anonymous typedef is none.
    pair(&mut bad, TypeId(1), 64);
    bad.add_typedef("", TypeId(1)).expect("fits");
    place.write("bad.btf", bytes(&bad));
    let ran = place.run(["verify", "bad.btf"]);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines.iter().any(|line| line.contains("STRUCT 'pair' [4]")),
        "{lines:?}"
    );
    assert!(
        lines.iter().any(|line| line.contains("TYPEDEF [5]")),
        "{lines:?}"
    );
    assert_eq!(
        crate::common::one_line(&ran.stderr),
        "bad.btf: 2 problems; the kernel of Linux 7.3 refuses this BTF, as does every other from 5.10 on"
    );

    let mut version = bytes(&pairs(1));
    version[2] = 2;
    place.write("version.btf", version);
    let ran = place.run(["verify", "version.btf"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("Unsupported version"), "{}", ran.stdout);
}

#[test]
fn references_that_lead_nowhere_are_told() {
    let place = Place::new();
    let mut btf = pairs(1);
    btf.add_ptr(TypeId(99)).expect("fits");
    let mut named = pairs(1);
    named
        .push(&[
            StringOffset(9999).0,
            Info::new(Kind::Typedef, 0, false).0,
            1,
        ])
        .expect("fits");
    for (name, btf) in [("type.btf", btf), ("name.btf", named)] {
        place.write(name, bytes(&btf));
        // Lines show what is there.
        assert_eq!(
            place
                .run(["dump", name])
                .ok()
                .lines()
                .filter(|line| line.starts_with('['))
                .count(),
            4
        );
        for args in [
            &["dump", name, "--format", "c"][..],
            &["show", name, "pair"],
            &["dedup", name, "-o", "x"],
        ] {
            let line = place.run(args).fails(1);
            assert!(line.starts_with(&format!("{name}: type [4] ")), "{line}");
        }
    }
}
