//! Modules' BTF on a distilled base and back, and BTF written in other forms.

use crate::common::Place;

const KERNEL: &str = "
struct list { struct list *next; };
struct page { struct list lru; unsigned long flags; };
struct unused { int a; };
unsigned long kernel(struct page *page, struct unused *unused) { return page->flags + unused->a; }
";

/// The same names with another `struct page`, and in another order.
const OTHER: &str = "
struct more { char name[8]; };
struct list { struct list *next; };
struct page { unsigned long more; struct list lru; unsigned long flags; };
unsigned long kernel(struct page *page, struct more *more) { return page->flags + more->name[0]; }
";

const MODULE: &str = "
struct list { struct list *next; };
struct page { struct list lru; unsigned long flags; };
struct mine { struct page *page; struct list list; };
unsigned long module(struct mine *mine) { return mine->page->flags; }
";

const DISTIL: &str = "distill module.btf --base kernel.btf -o small.btf";

/// A folder with `kernel.btf`, `other.btf`, `module.o` and its split BTF `module.btf`.
fn place() -> Place {
    let place = Place::new();
    for (name, text) in [("kernel", KERNEL), ("other", OTHER), ("module", MODULE)] {
        let (source, object) = (format!("{name}.c"), format!("{name}.o"));
        place.write(&source, text);
        place.tool("cc", &["-g", "-c", &source, "-o", &object]);
    }
    for name in ["kernel", "other"] {
        let (object, btf) = (format!("{name}.o"), format!("{name}.btf"));
        place.run(["encode", &object, "-o", &btf]).ok();
    }
    let split = [
        "encode",
        "module.o",
        "--base",
        "kernel.btf",
        "-o",
        "module.btf",
    ];
    place.run(split).ok();
    place
}

#[test]
fn a_module_moves_to_another_kernel_by_its_distilled_base() {
    let place = place();
    place.run(DISTIL.split(' ')).ok();
    let shells = place.run("dump small.btf.base".split(' ')).ok();
    assert!(shells.contains("STRUCT 'page' size=16 vlen=0"), "{shells}");
    assert!(!shells.contains("unused"), "{shells}");
    place
        .run("relocate small.btf --base other.btf -o moved.btf".split(' '))
        .ok();
    let shown = place
        .run("show moved.btf struct mine --base other.btf".split(' '))
        .ok();
    assert!(shown.contains("struct page *"), "{shown}");
    // Back on the kernel it was built for, nothing but copies of unnamed types is new.
    place
        .run("relocate small.btf --base kernel.btf -o back.btf".split(' '))
        .ok();
    let diff = place.run("diff module.btf back.btf --base kernel.btf".split(' '));
    assert!(!diff.stdout.contains("\n-"), "{}", diff.stdout);
}

#[test]
fn a_kernels_build_distils_before_it_sorts() {
    let place = place();
    // An unnamed type of the base, which distilling takes over into the module.
    for (name, text) in [("kernel", KERNEL), ("module", MODULE)] {
        let more = "typedef struct { int counter; } count_t; count_t count; struct of { count_t *of; } of;";
        place.write(&format!("{name}.c"), format!("{text}{more}"));
        let (source, object) = (format!("{name}.c"), format!("{name}.o"));
        place.tool("cc", &["-g", "-c", &source, "-o", &object]);
    }
    for line in [
        "encode kernel.o -o kernel.btf",
        "encode module.o --base kernel.btf -o module.btf",
        "distill module.btf --base kernel.btf -o small.btf",
        "convert small.btf --base small.btf.base --sort -o sorted.btf",
        "encode module.o --base kernel.btf --features +distilled_base --as-kernel -o own.btf",
    ] {
        place.run(line.split(' ')).ok();
    }
    let dump = |file: &str| place.run(["dump", file, "--base", "small.btf.base"]).ok();
    assert_eq!(dump("own.btf"), dump("sorted.btf"));
    assert_eq!(place.read("own.btf.base"), place.read("small.btf.base"));
    let own = dump("own.btf");
    let names = own
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split('\'').nth(1));
    let names: Vec<&str> = names
        .map(|name| if name == "(anon)" { "" } else { name })
        .collect();
    assert!(names.is_sorted() && names.len() > 3, "{own}");
}

#[test]
#[ignore = "needs readelf"]
fn a_patched_module_has_both_sections_and_needs_no_base() {
    let place = place();
    let encode = |features: &str, file: &str, out: &str| {
        let args = [
            "encode",
            file,
            "--base",
            "kernel.btf",
            "--features",
            features,
            "--patch",
            out,
        ];
        place.run(args).ok();
    };
    encode("+distilled_base", "module.o", "module.ko");
    let sections = place.tool("readelf", &["-SW", "module.ko"]);
    assert!(
        sections.contains(" .BTF ") && sections.contains(" .BTF.base "),
        "{sections}"
    );
    place.run(DISTIL.split(' ')).ok();
    let own = place
        .run("dump small.btf --base small.btf.base".split(' '))
        .ok();
    assert_eq!(place.run("dump module.ko".split(' ')).ok(), own);
    place
        .run("relocate module.ko --base other.btf -o moved.btf".split(' '))
        .ok();
    // Encoded anew without it, the old distilled base is gone: it would be taken for the base.
    encode("default", "module.ko", "plain.ko");
    assert!(
        !place
            .tool("readelf", &["-SW", "plain.ko"])
            .contains(".BTF.base")
    );
    let split = place
        .run("dump module.btf --base kernel.btf".split(' '))
        .ok();
    assert_eq!(
        place.run("dump plain.ko --base kernel.btf".split(' ')).ok(),
        split
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let place = place();
    let line = place
        .run("encode module.o -o a.btf --features +distilled_base".split(' '))
        .fails(1);
    assert!(line.contains("needs a base to distill"), "{line}");
    place.run(DISTIL.split(' ')).ok();
    place.write("less.c", "struct list { struct list *next; int count; }; long f(struct list *list) { return list->count; }");
    place.tool("cc", &["-g", "-c", "less.c", "-o", "less.o"]);
    place.run("encode less.o -o less.btf".split(' ')).ok();
    let line = place
        .run("relocate small.btf --base less.btf -o moved.btf".split(' '))
        .fails(1);
    assert!(line.starts_with("small.btf: the base has no "), "{line}");
    let line = place
        .run("relocate module.btf --base kernel.btf -o moved.btf".split(' '))
        .fails(1);
    assert!(line.contains("module.btf.base"), "{line}");
    assert!(!place.files().contains(&"moved.btf".to_owned()));
}

#[test]
fn the_distilled_base_is_no_output() {
    let place = place();
    place.run(DISTIL.split(' ')).ok();
    let before = place.read("small.btf.base");
    let line = place
        .run("relocate small.btf --base kernel.btf -o small.btf.base".split(' '))
        .fails(1);
    assert!(line.contains("this is the input file"), "{line}");
    let both = "encode module.o --base kernel.btf --features +distilled_base -o a --patch a.base";
    let line = place.run(both.split(' ')).fails(1);
    assert!(line.contains("name the same file"), "{line}");
    assert!(place.read("small.btf.base") == before);
}

#[test]
#[ignore = "needs bpftool"]
fn forms_are_chosen_on_output() {
    let place = place();
    let sorted = |file: &str| {
        let dump = place.run(["dump", file]).ok();
        let names: Vec<String> = dump
            .lines()
            .filter(|line| line.starts_with('['))
            .filter_map(|line| line.split('\'').nth(1))
            .map(|name| name.replace("(anon)", ""))
            .collect();
        (names.is_sorted(), names.len())
    };
    place
        .run("encode kernel.o -o sorted.btf --sort --header 32".split(' '))
        .ok();
    place
        .run("convert kernel.btf -o converted.btf --sort --header 32".split(' '))
        .ok();
    assert_eq!(sorted("kernel.btf").1, sorted("sorted.btf").1);
    assert_eq!(
        (sorted("kernel.btf").0, sorted("sorted.btf").0),
        (false, true)
    );
    assert_eq!(place.read("sorted.btf"), place.read("converted.btf"));
    assert_eq!(
        (place.read("kernel.btf")[4], place.read("sorted.btf")[4]),
        (24, 32)
    );
    assert_eq!(
        place.tool("bpftool", &["btf", "dump", "file", "sorted.btf"]),
        place.run("dump sorted.btf".split(' ')).ok()
    );
    place.run("diff kernel.btf sorted.btf".split(' ')).ok();

    place
        .run("convert kernel.btf -o layout.btf --layout".split(' '))
        .ok();
    for command in ["convert", "dedup"] {
        let words = [command, "layout.btf", "-o", "kept.btf"];
        place.run(words).ok();
        assert_eq!(
            place.read("kept.btf")[4],
            32,
            "{command} keeps the layout section"
        );
    }
    place
        .run("convert layout.btf -o plain.btf --header 24".split(' '))
        .ok();
    assert!(place.read("layout.btf").len() > place.read("plain.btf").len());
    assert_eq!(place.read("plain.btf"), place.read("kernel.btf"));

    place
        .run("convert kernel.btf -o big.btf --endian big".split(' '))
        .ok();
    assert_eq!(place.read("big.btf")[..2], [0xeb, 0x9f]);
    assert_eq!(
        place.run("dump big.btf".split(' ')).ok(),
        place.run("dump kernel.btf".split(' ')).ok()
    );
    place
        .run("dedup kernel.btf -o dedup.btf --sort".split(' '))
        .ok();
    assert!(sorted("dedup.btf").0);
}
