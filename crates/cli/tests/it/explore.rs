//! `btfscope types` and `btfscope why`.

use crate::common::Place;

/// Two units that disagree about `struct slot`, and what leads to it.
const FIRST: &str =
    "struct slot { int number; char tail; };\nstruct user { struct slot *slot; };\n";
const SECOND: &str =
    "struct slot { long number; char tail; };\nstruct user { struct slot *slot; };\n";

/// A program of the two, with debug information.
fn program() -> Place {
    let place = Place::new();
    place.write("first.c", format!("{FIRST}struct user first;\n"));
    place.write(
        "second.c",
        format!("{SECOND}struct user second;\nint main(void) {{ return 0; }}\n"),
    );
    place.tool("cc", &["-g", "first.c", "second.c", "-o", "program"]);
    place
}

#[test]
fn what_keeps_two_of_a_name_apart_is_said_with_its_units() {
    let place = program();
    let said = place.run(["why", "program"]).ok();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "struct slot: member 1 is `int number` at 0 here, `long int number` at 0 there",
            "struct user.slot → struct slot: member 1 is `int number` at 0 here, `long int number` at 0 there",
            "2 names have more than one definition.",
        ]
    );
    let said = place.run(["why", "program", "struct", "user"]).ok();
    for part in [
        "struct user is there 2 times.\n",
        " in 1 unit: first.c\n",
        " in 1 unit: second.c\n",
        "\n   2. member 1, slot: struct slot * [",
        "\n   3. what it points to: struct slot [",
        "\n  They differ: member 1 is `int number` at 0 here, `long int number` at 0 there.\n",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    // Of BTF the same is known, but not the units.
    place.run(["encode", "program", "-o", "program.btf"]).ok();
    let bare = place.run(["why", "program.btf", "user"]).ok();
    assert!(
        bare.contains("`long int number`") && !bare.contains("unit"),
        "{bare}"
    );
    let json = place.run(["why", "program", "slot", "--json"]).ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0]["definitions"][1]["units"][0], "second.c");
    let once = place.run(["why", "program", "int"]).ok();
    assert_eq!(once, "int: one definition exists.\n");
    let failed = place.run(["why", "program", "slto"]).fails(1);
    assert!(
        failed.contains("no type slto exists; did you mean slot?"),
        "{failed}"
    );
}

#[test]
fn lists_are_searched_sorted_and_cut() {
    let place = program();
    let said = place
        .run(["types", "program", "--kind", "struct", "--sort", "size"])
        .ok();
    let last = |line: &str| {
        line.split_whitespace()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let rows: Vec<String> = said.lines().map(last).collect();
    assert_eq!(
        rows,
        [
            "16 struct slot",
            "8 struct slot",
            "8 struct user",
            "8 struct user",
            "types"
        ]
    );
    let cut = place
        .run(["types", "program", "u", "--limit", "1", "--kind", "struct"])
        .ok();
    assert!(cut.ends_with("the first 1 of 2 types\n"), "{cut}");
    let member = place
        .run(["types", "program", "^numb", "--regex", "--in", "member"])
        .ok();
    assert!(member.contains("struct slot: number\n"), "{member}");
    let copies = place
        .run(["types", "program", "char", "--sort", "copies"])
        .ok();
    assert!(copies.contains("  int char\n"), "{copies}");
    place.run(["encode", "program", "-o", "program.btf"]).ok();
    let failed = place
        .run(["types", "program.btf", "--sort", "saved"])
        .fails(1);
    assert!(
        failed.contains("it has no DWARF, so what there was before dedup is not known"),
        "{failed}"
    );
    let failed = place.run(["types", "program", "(", "--regex"]).fails(1);
    assert!(
        failed.contains("invalid regular expression “(”"),
        "{failed}"
    );
    let failed = place.run(["types", "program", "--kind", "class"]).fails(2);
    assert!(
        failed.contains("possible values: struct, union, enum"),
        "{failed}"
    );
}

#[test]
fn changes_are_told_by_name_and_the_code_says_whether_there_are_any() {
    let place = Place::new();
    for (name, text) in [("a", FIRST), ("b", SECOND)] {
        place.write(&format!("{name}.c"), format!("{text}struct user user;\n"));
        place.tool(
            "cc",
            &["-g", "-c", &format!("{name}.c"), "-o", &format!("{name}.o")],
        );
        let (object, btf) = (format!("{name}.o"), format!("{name}.btf"));
        place.run(["encode", &object, "-o", &btf]).ok();
    }
    let differs = place.run(["diff", "--changes", "a.btf", "b.btf"]);
    assert_eq!(differs.code, 1);
    for line in [
        "≠ struct slot: 8 bytes, then 16\n",
        "    ≠ int number at 0, then long int number at 0\n",
        "    ↓ char tail at 4, then 8\n",
        "struct      1        1    0     0\n",
    ] {
        assert!(differs.stdout.contains(line), "{line}\n{}", differs.stdout);
    }
    let same = place.run(["diff", "--changes", "a.btf", "a.btf"]).ok();
    assert!(
        same.contains("struct      2        0    0     0\n"),
        "{same}"
    );
    let markdown = place.run([
        "diff",
        "--changes",
        "--format",
        "markdown",
        "--name",
        "slot",
        "a.btf",
        "b.btf",
    ]);
    assert!(
        markdown
            .stdout
            .contains("### struct slot: 8 bytes, then 16\n"),
        "{}",
        markdown.stdout
    );
    let json = place.run(["diff", "--changes", "--format", "json", "a.btf", "b.btf"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["changed"][0]["name"], "slot");
    // Who refers to it has not changed, and other kinds were not asked for.
    let unions = place.run(["diff", "--changes", "--kind", "union", "a.btf", "b.btf"]);
    assert_eq!(unions.code, 0);
}

#[test]
fn changes_are_told_by_folder_where_units_are_known() {
    let place = Place::new();
    for (folder, long) in [("old", "int"), ("new", "long")] {
        for (name, text) in [
            (
                "net/core/dev.c",
                format!(
                    "struct device {{ {long} mtu; }} device; struct both {{ {long} b; }} one;\n"
                ),
            ),
            (
                "net/ipv4/tcp.c",
                format!("struct {folder}_tcp {{ int a; }} tcp; struct both {{ {long} b; }} two;\n"),
            ),
            (
                "main.c",
                format!(
                    "struct kept {{ int a; }} kept; int main(void) {{ return sizeof({long}); }}\n"
                ),
            ),
        ] {
            let path = format!("{folder}/{name}");
            let above = place.path(&path);
            std::fs::create_dir_all(above.parent().expect("a folder")).expect("a folder");
            place.write(&path, text);
        }
        let files = ["net/core/dev.c", "net/ipv4/tcp.c", "main.c"];
        let files = files.map(|name| format!("{folder}/{name}"));
        let mut args = vec!["-g", "-o", folder];
        let program = format!("{folder}.elf");
        args[2] = &program;
        args.extend(files.iter().map(String::as_str));
        place.tool("cc", &args);
    }
    let run = |more: &[&str]| {
        let all = [
            "diff",
            "--changes",
            "--folders",
            "--kind",
            "struct",
            "--format",
            "json",
        ];
        let said = place.run(
            all.iter()
                .chain(more)
                .chain(&["old.elf", "new.elf"])
                .copied(),
        );
        let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
        let counts = |of: &serde_json::Value| {
            let number = |name: &str| of[name].as_u64().expect("a number");
            let path = of["path"].as_str().expect("a path").to_owned();
            (path, number("changed"), number("added"), number("removed"))
        };
        let folders = json["folders"].as_array().expect("folders");
        folders.iter().map(counts).collect::<Vec<_>>()
    };
    // What two folders share belongs to the one above; what is equal to none.
    assert_eq!(run(&[]), [("net".to_owned(), 2, 1, 1)]);
    assert_eq!(
        run(&["--within", "net"]),
        [
            ("net/ipv4".to_owned(), 0, 1, 1),
            ("net/core".to_owned(), 1, 0, 0),
            ("net".to_owned(), 1, 0, 0),
        ]
    );
    assert_eq!(
        run(&["--within", "net/core"]),
        [("net/core".to_owned(), 1, 0, 0)]
    );
    place.run(["encode", "old.elf", "-o", "old.btf"]).ok();
    place.run(["encode", "new.elf", "-o", "new.btf"]).ok();
    let none = place.run(["diff", "--changes", "--folders", "old.btf", "new.btf"]);
    assert_eq!(none.code, 2);
    assert!(
        none.stderr.contains("neither file has DWARF"),
        "{}",
        none.stderr
    );
}

#[test]
fn where_types_come_from_is_said_by_folder_and_unit() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("fs/ext4")).expect("a folder");
    place.write("common.h", "struct both { int number; };\n");
    place.write(
        "fs/ext4/first.c",
        "#include \"../../common.h\"\nstruct only { long own; } only; struct both first;\n",
    );
    place.write(
        "main.c",
        "#include \"common.h\"\nstruct only;\nstruct both second;\nint use(struct only *p) { return p != 0; }\nint main(void) { return use(0); }\n",
    );
    place.tool("cc", &["-g", "fs/ext4/first.c", "main.c", "-o", "program"]);
    let said = place.run(["sources", "program"]).ok();
    let row = |name: &str| {
        let line = said
            .lines()
            .find(|line| line.trim_start().starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name}: {said}"));
        let cells = line.trim_start().strip_prefix(name).unwrap_or_default();
        cells
            .split_whitespace()
            .map(|cell| cell.replace(',', "").parse().expect("a number"))
            .collect::<Vec<u64>>()
    };
    // first.c: both, int, only, long. main.c: both, int, what is declared, and a pointer to it; prototypes are made
    // with functions.
    assert_eq!(row("fs/")[0], 4);
    assert_eq!(row("main.c")[..2], [4, 64]);
    assert_eq!(row("shared by several of these")[2], 2, "both and int");
    assert_eq!(row("fs/")[2], 2, "only and long");
    let unit = place.run(["sources", "program", "fs/ext4/first.c"]).ok();
    assert!(unit.contains("struct only"), "{unit}");
    let json = place.run(["sources", "program", "--format", "json"]).ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["units"], 2);
    let svg = place.run(["sources", "program", "--format", "svg"]).ok();
    assert!(
        svg.starts_with("<svg ") && svg.contains("<title>fs: "),
        "{svg}"
    );
    let failed = place.run(["sources", "program", "fs/xfs"]).fails(1);
    assert!(
        failed.contains("no folder or unit is called “fs/xfs”"),
        "{failed}"
    );
    place.run(["encode", "program", "-o", "program.btf"]).ok();
    let failed = place.run(["sources", "program.btf"]).fails(1);
    assert!(failed.contains("it has no DWARF"), "{failed}");
}

#[test]
fn a_declaration_is_no_copy_of_a_definition() {
    let place = program();
    place.write("third.c", "struct slot; struct slot *third;\n");
    place.tool(
        "cc",
        &["-g", "first.c", "second.c", "third.c", "-o", "program"],
    );
    place.write("one.c", "struct one { int a; } one;\n");
    place.write(
        "two.c",
        "struct one; struct one *two; int main(void) { return 0; }\n",
    );
    place.tool("cc", &["-g", "one.c", "two.c", "-o", "ones"]);
    let said = place
        .run([
            "types", "ones", "one", "--kind", "struct", "--sort", "copies",
        ])
        .ok();
    let cells: Vec<&str> = said
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    assert_eq!(cells.get(2), Some(&"1"), "copies: {said}");
    let said = place.run(["sources", "ones", "two.c"]).ok();
    assert!(!said.contains("struct one"), "{said}");
}

#[test]
fn functions_and_variables_are_printed_as_c() {
    let place = program();
    let said = place.run(["functions", "program", "main"]).ok();
    assert_eq!(said, "int main(void);\n1 in all\n");
    let of = |option: &str, ty: &str| place.run(["functions", "program", option, ty]).ok();
    assert_eq!(of("--returns", "int"), "int main(void);\n1 in all\n");
    assert_eq!(of("--takes", "int"), "0 in all\n");
    let said = place.run(["functions", "program", "--left-out"]).ok();
    assert!(said.ends_with(" in all\n"), "{said}");
    let csv = place.run(["functions", "program", "--format", "csv"]).ok();
    assert!(csv.starts_with("id,name,signature,"), "{csv}");
    place
        .run(["encode", "program", "-o", "all.btf", "--features", "all"])
        .ok();
    let said = place.run(["functions", "all.btf", "--variables"]).ok();
    assert!(said.contains("struct user first;  /* .bss+"), "{said}");
    let failed = place.run(["functions", "all.btf", "--left-out"]).fails(1);
    assert!(failed.contains("it has no DWARF"), "{failed}");
}

#[test]
fn the_history_of_a_type_has_a_column_for_each_file() {
    let place = Place::new();
    for (name, text) in [
        ("one", "struct user { int id; };"),
        ("two", "struct user { int id; long more; };"),
    ] {
        place.write(&format!("{name}.c"), format!("{text}\nstruct user user;\n"));
        let (source, object) = (format!("{name}.c"), format!("{name}.o"));
        place.tool("cc", &["-g", "-c", &source, "-o", &object]);
        place
            .run(["encode", &object, "-o", &format!("{name}.btf")])
            .ok();
    }
    let table = place
        .run(["history", "struct user", "one.btf", "two.btf"])
        .ok();
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "struct user",
            "one.btf two.btf",
            "(size) 4 16",
            "id 0 int id 0",
            "more – + 8 long int more"
        ]
    );
    let failed = place.run(["history", "usr", "one.btf", "two.btf"]).fails(1);
    assert!(failed.contains("user"), "{failed}");
    let failed = place.run(["history", "[3]", "one.btf"]).fails(1);
    assert!(failed.contains("give a name"), "{failed}");
    let failed = place
        .run(["history", "user", "one.btf", "--member", "nothing"])
        .fails(1);
    assert!(failed.contains("no member"), "{failed}");
}

#[test]
fn a_header_of_one_type_compiles_and_has_nothing_else() {
    let place = program();
    place.run(["encode", "program", "-o", "program.btf"]).ok();
    let header = place
        .run([
            "show",
            "program.btf",
            "struct",
            "user",
            "--format",
            "header",
        ])
        .ok();
    assert!(
        header.contains("struct slot;") && !header.contains("number"),
        "{header}"
    );
    place.write("user.h", &header);
    place.write(
        "use.c",
        "#include \"user.h\"\n_Static_assert(sizeof(struct user) == 8, \"\");\n",
    );
    place.tool("cc", &["-w", "-fsyntax-only", "use.c"]);
    let main = place
        .run(["show", "program.btf", "main", "--format", "header"])
        .ok();
    assert!(main.contains("int main(void);"), "{main}");
    let svg = place
        .run(["show", "program.btf", "user", "--format", "svg"])
        .ok();
    assert!(svg.contains("<title>slot, 0–7 (8 B)</title>"), "{svg}");
    let rust = place
        .run(["show", "program.btf", "user", "--format", "rust"])
        .ok();
    assert!(rust.contains("    pub slot: *mut slot,\n"), "{rust}");
    let go = place
        .run(["show", "program.btf", "user", "--format", "go"])
        .ok();
    assert!(go.contains("\tSlot uint64 // struct slot *slot\n"), "{go}");
    let read = "show program.btf struct user --format core-read --member slot";
    let read = place.run(read.split(' ')).ok();
    assert_eq!(read, "BPF_CORE_READ(user, slot)\n");
    let failed = place
        .run(["show", "program.btf", "user", "--format", "fentry"])
        .fails(1);
    assert!(failed.contains("no function"), "{failed}");
    let failed = place
        .run(["show", "program.btf", "int", "--format", "svg"])
        .fails(1);
    assert!(failed.contains("no struct and no union"), "{failed}");
}

/// A kernel that declares `struct hidden` only, and two modules: one that defines it, and shares a name of two
/// meanings and one of one with the other.
fn kernel_and_modules() -> Place {
    let place = Place::new();
    let sources = [
        (
            "kernel",
            "struct hidden; struct net { struct hidden *hidden; }; struct user { struct net *net; };
             struct same { int a; }; struct user user; struct same same;",
        ),
        (
            "first",
            "struct net; struct user { struct net *net; }; struct net { struct hidden *hidden; };
             struct hidden { int x; }; struct same { long a; }; struct extra { int a; }; enum both { ONE };
             struct user *user; struct same same; struct hidden hidden; struct extra extra; enum both both;",
        ),
        (
            "second",
            "struct extra { long a; }; enum both { ONE };
             struct extra extra; enum both both; int work(void) { return 0; }",
        ),
    ];
    for (name, text) in sources {
        place.write(&format!("{name}.c"), text);
        place.tool(
            "cc",
            &[
                "-g",
                "-c",
                &format!("{name}.c"),
                "-o",
                &format!("{name}.ko"),
            ],
        );
    }
    place
}

#[test]
fn modules_say_what_they_add_what_they_repeat_and_why() {
    let place = kernel_and_modules();
    let said = place
        .run(["modules", "kernel.ko", "first.ko", "second.ko"])
        .ok();
    let (table, rest) = said.split_once("\n\n").expect("a table");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|row| row.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0], ["first", "9", "172", "0", "0", "2"]);
    assert_eq!(rows[1], ["second", "6", "100", "1", "0", "0"]);
    assert_eq!(
        rest,
        "Duplicated, although the base has a type of that name:
  first: struct user.net → struct net.hidden → struct hidden: the base only declares it, the module defines it
  first: struct same: member 1 is `int a` at 0 here, `long int a` at 0 there

In several modules:
  enum both: first, second
  struct extra: first, second, 2 definitions
"
    );
}

#[test]
fn a_kernel_and_its_modules_in_a_folder_or_an_archive_are_one_input() {
    let place = kernel_and_modules();
    place.tool("mkdir", &["btf"]);
    place.run("encode kernel.ko -o btf/vmlinux".split(' ')).ok();
    for name in ["first", "second"] {
        let command = format!("encode {name}.ko --base btf/vmlinux -o btf/{name}");
        place.run(command.split(' ')).ok();
    }
    place.tool("tar", &["-cJf", "btf.tar.xz", "btf"]);
    let named = "modules btf/vmlinux btf/first btf/second --format json";
    let named = place.run(named.split(' ')).ok();
    for input in ["btf", "btf.tar.xz"] {
        let said = place.run(["modules", input, "--format", "json"]).ok();
        assert_eq!(said, named, "{input}");
    }
    let failed = place.run(["modules", "kernel.ko"]).fails(1);
    assert!(failed.contains("no modules: name them"), "{failed}");
    place.tool("mkdir", &["none"]);
    let failed = place.run(["modules", "none"]).fails(1);
    assert!(failed.contains("no file vmlinux"), "{failed}");
}

#[test]
fn modules_are_the_same_of_their_dwarf_and_of_their_btf() {
    let place = kernel_and_modules();
    let of_dwarf = place
        .run("modules kernel.ko first.ko second.ko --format json".split(' '))
        .ok();
    place.run("encode kernel.ko -o kernel.btf".split(' ')).ok();
    for name in ["first", "second"] {
        let command = format!("encode {name}.ko --base kernel.btf -o {name}.btf");
        place.run(command.split(' ')).ok();
    }
    let of_btf = place
        .run("modules kernel.btf first.btf second.btf --format json".split(' '))
        .ok();
    assert_eq!(of_dwarf, of_btf);
    let table = place
        .run("modules kernel.btf first.btf second.btf --format csv".split(' '))
        .ok();
    assert_eq!(
        table.lines().collect::<Vec<_>>(),
        [
            "name,types,bytes,functions,variables,repeated",
            "first,9,172,0,0,2",
            "second,6,100,1,0,0",
        ]
    );
    // The base's own names are the base's matter.
    let why = place.run("why first.btf --base kernel.btf".split(' ')).ok();
    assert!(
        why.ends_with("2 names have more than one definition.\n"),
        "{why}"
    );
    let why = place
        .run("why first.btf --base kernel.btf struct user".split(' '))
        .ok();
    assert!(
        why.contains(
            "Not merged: the base only declares struct hidden, which the module defines. "
        ),
        "{why}"
    );
}

#[test]
fn a_module_that_is_there_twice_is_refused() {
    let place = kernel_and_modules();
    let said = place
        .run("modules kernel.ko first.ko first.ko".split(' '))
        .fails(1);
    assert!(
        said.contains("first.ko: another module named first came before"),
        "{said}"
    );
}
