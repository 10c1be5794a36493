//! `btfscope lab`.

use crate::common::Place;

#[test]
fn two_units_become_one_and_every_step_is_said() {
    let place = Place::new();
    place.write(
        "first.c",
        "struct list;\nstruct node { struct list *owner; };\n",
    );
    place.write(
        "second.c",
        "struct list { int count; };\nstruct node { struct list *owner; };\n",
    );
    let said = place.run(["lab", "first.c", "second.c", "--steps"]).ok();
    for line in [
        "Unit first.c\n[1] FWD 'list' fwd_kind=struct\n",
        "\nPass 3 of 7, structs: two are equal only if what they refer to matches as well. ",
        "\n`[1]` only declares `struct list`; `[4]` defines it. Same name, same kind: assume `[1]` ≡ `[4]`.\n",
        "\n[2] struct node -> [1]\n",
        "\n7 types are 4 now (42.9 % saved), 124 bytes are 76 (38.7 % saved)\n",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let kept = place
        .run(["lab", "first.c", "second.c", "--keep-forwards"])
        .ok();
    assert!(!kept.contains("Pass 3"), "steps are for those who ask");
    // What is printed is taken as well.
    let first: String = said
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    place.write("first.txt", first);
    let again = place.run(["lab", "first.txt", "second.c", "--steps"]).ok();
    assert_eq!(again.replace("first.txt", "first.c"), said);
    // Sizes are those of the machine that is asked for.
    let small = place.run(["lab", "first.c", "--m32"]).ok();
    assert!(small.contains("STRUCT 'node' size=4 vlen=1"), "{small}");
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let place = Place::new();
    place.write("bad.c", "struct a { int x; };\nstruct b { nosuch y; };\n");
    let said = place.run(["lab", "bad.c"]).fails(1);
    let wanted = "bad.c: line 2, column 12: unknown type `nosuch`";
    assert!(said.starts_with(wanted), "{said}");
    place.write("binary.c", [0xff, 0xfe]);
    let said = place.run(["lab", "binary.c"]).fails(1);
    assert_eq!(said, "binary.c: this is no text in UTF-8");
    // Not a byte of it is silently dropped.
    place.write("long.txt", "[1] FWD 'a' fwd_kind=struct\n".repeat(100_000));
    let said = place.run(["lab", "long.txt"]).fails(1);
    assert!(said.starts_with("long.txt: it has more than"), "{said}");
}

#[test]
fn the_prelude_can_be_switched_off_and_what_changes_no_type_is_noted() {
    let place = Place::new();
    place.write(
        "job.c",
        "struct job { u32 id; struct list_head list; } __packed;\nint first;\n",
    );
    let said = place.run(["lab", "job.c"]).ok();
    assert!(said.contains("STRUCT 'job' size=20 vlen=2"), "{said}");
    assert!(said.contains("TYPEDEF 'u32'"), "{said}");
    let noted =
        "\n\nNotes\njob.c: line 2, column 5: variables are left out; only their types count\n\n";
    assert!(said.contains(noted), "{said}");
    let said = place.run(["lab", "--no-prelude", "job.c"]).fails(1);
    assert!(
        said.starts_with(
            "job.c: line 1, column 47: `__packed` looks like a macro: the prelude has it and is off"
        ),
        "{said}"
    );
}

#[test]
fn files_become_a_module_on_a_base() {
    let place = Place::new();
    place.write("kernel.c", "struct list { struct list *next; };\n");
    place.write(
        "module.c",
        "struct list { struct list *next; };\nstruct queue { struct list list; int length; };\n",
    );
    let said = place
        .run(["lab", "module.c", "--base", "kernel.c", "--steps"])
        .ok();
    for line in [
        "Base kernel.c, after dedup\n[1] STRUCT 'list' size=8 vlen=1\n",
        "\nUnit module.c\n[3] STRUCT 'list' size=8 vlen=1\n",
        "\nNo difference was found: all assumptions hold. `[3]` is replaced by `[1]` of the base.\n",
        "\nDone: the module’s 4 types are 2 now, behind the 2 of the base.\n",
        "\nAfter dedup\n[3] STRUCT 'queue' size=16 vlen=2\n\t'list' type_id=1 bits_offset=0\n",
        "\n[4] *struct list -> [2]\n",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    place.write("bad.c", "struct a { nosuch x; };\n");
    let said = place.run(["lab", "module.c", "--base", "bad.c"]).fails(1);
    assert!(said.starts_with("bad.c: line 1, column 12"), "{said}");
}

#[test]
fn steps_are_drawn_as_svg() {
    let place = Place::new();
    place.write("first.c", "struct list { struct list *next; };\n");
    place.write("second.c", "struct list { struct list *next; };\n");
    let draw = |args: &[&str]| {
        let both = ["lab", "first.c", "second.c", "--svg", "out.svg"];
        let said = place.run([&both[..], args].concat()).ok();
        assert_eq!(said, "");
        String::from_utf8(place.read("out.svg")).unwrap()
    };
    let last = draw(&[]);
    assert!(last.starts_with("<svg ") && last.ends_with("</svg>\n"));
    assert!(last.contains("<title id=\"btfscope-title\">first.c, second.c: step "));
    assert_eq!(last, draw(&[]), "the same bytes each time");
    assert!(draw(&["--step", "3", "--dark"]).contains("fill=\"#14171a\""));
    let moving = draw(&["--step", "2", "--to", "6", "--seconds", "0.5"]);
    assert_eq!(moving.matches("class=\"btfscope-step\"").count(), 5);
    assert!(moving.contains("2.500s step-end infinite"));

    let said = place
        .run(["lab", "first.c", "second.c", "--svg", "first.c"])
        .fails(1);
    assert!(said.starts_with("first.c: this is an input file"), "{said}");
    let said = place
        .run(["lab", "first.c", "--svg", "out.svg", "--step", "900"])
        .fails(1);
    assert!(
        said.starts_with("step 900 does not exist; the last one is "),
        "{said}"
    );
    let too_fast = [
        "--svg",
        "out.svg",
        "--step",
        "1",
        "--to",
        "2",
        "--seconds",
        "0",
    ];
    let said = place
        .run([&["lab", "first.c"], &too_fast[..]].concat())
        .fails(1);
    assert_eq!(said, "a step of 0 seconds cannot be shown; take 0.1 to 60");
    assert_eq!(
        String::from_utf8(place.read("out.svg")).unwrap(),
        moving,
        "what failed changes no file"
    );
    place.run(["lab", "first.c", "--step", "3"]).fails(2);
}

#[test]
fn a_scenario_takes_the_place_of_files() {
    let place = Place::new();
    let said = place.run(["lab", "--scenario", "deep"]).ok();
    assert!(said.starts_with("Unit 1\n[1] STRUCT "), "{said}");
    let said = place.run(["lab", "--scenario", "nothing"]).fails(1);
    assert!(
        said.starts_with("no scenario is called “nothing”; there are two-units, "),
        "{said}"
    );
    place.run(["lab", "--scenario", "deep", "first.c"]).fails(2);
}
