//! `btfscope lesson check`.

use crate::common::Place;
use std::path::Path;

/// A lesson in which everything is right.
const GOOD: &str = r#"---
lesson: 1
title: A forward declaration hides a difference
language: en
---

Unit 2 only declares `struct item`.

```unit name=1 set=node
struct node {
    struct item *item;
};
struct item {
    int id;
};
```

```unit name=2 set=node
struct item;
struct node {
    struct item *item;
};
```

```figure set=node step=walk
The walk begins.
```

```exercise id=stays set=node
task: Make the declaration stay. Change unit 2 only.
locked: [unit 1]
check:
  - unchanged(unit 1)
  - after.count(FWD, "item") == 1:
      no: '{counted(after.count(FWD), "declaration", "declarations")} stay.'
done: "It stays."
hints:
  - What else can be declared?
solution:
  unit 2: |
    union item;
    struct node {
        union item *item;
    };
```
"#;

#[test]
fn a_lesson_that_is_right_passes() {
    let place = Place::new();
    place.write("good.lesson.md", GOOD);
    let said = place.run(["lesson", "check", "good.lesson.md"]).ok();
    assert_eq!(said, "1 lesson: 0 errors, 0 warnings\n");
    let said = place
        .run(["lesson", "check", "good.lesson.md", "--json"])
        .ok();
    assert_eq!(said, "[]\n");
}

#[test]
fn each_error_has_its_line_and_what_to_write() {
    let place = Place::new();
    for (from, to, says) in [
        (
            "step=walk",
            "step=999",
            "bad.lesson.md:25: figure: there is no step 999: the run has ",
        ),
        (
            "step=walk",
            "step=different:1",
            "bad.lesson.md:25: figure: `different:1` names no step: it never happens.\n    ```figure set=node step=different:1\n  Choose something that happens",
        ),
        (
            "step=walk",
            "steps=pass:5..walk",
            "bad.lesson.md:25: figure: step ",
        ),
        (
            "    int id;\n};",
            "    int id\n};",
            "bad.lesson.md:14: unit 1 cannot be read: line 5 of the unit: `;` is missing after `id`.\n    int id\n",
        ),
        (
            "unchanged(unit 1)",
            "unchangd(unit 1)",
            "bad.lesson.md:33: exercise \"stays\", check: unknown name `unchangd`.\n    - unchangd(unit 1)\n      ^^^^^^^^\n  Did you mean `unchanged(unit 1)`?\n",
        ),
        (
            "== 1:",
            "== left == 1:",
            "bad.lesson.md:34: exercise \"stays\", check: a comparison cannot be compared again.\n",
        ),
        (
            "{counted(after.count(FWD)",
            "{count(after.count(FWD)",
            "bad.lesson.md:35: exercise \"stays\", no: unknown name `count`.\n    no: '{count(after.count(FWD), \"declaration\", \"declarations\")} stay.'\n          ^^^^^\n  Did you mean `after.count()`?\n",
        ),
        (
            "\"It stays.\"",
            "\"It stays {.\"",
            "bad.lesson.md:36: exercise \"stays\", done: this `{` has no partner.\n",
        ),
        (
            "after.count(FWD, \"item\") == 1",
            "answer == 1",
            "bad.lesson.md:29: exercise \"stays\": the check uses `answer`, but there is no field for a number.\n",
        ),
        (
            "== 1:",
            "== 0:",
            "bad.lesson.md:29: exercise \"stays\": the start passes the check already.\n",
        ),
        (
            "  unit 2: |\n    union item;",
            "  unit 1: |\n    int other;\n  unit 2: |\n    union item;",
            "bad.lesson.md:39: exercise \"stays\": the solution changes unit 1, which is locked.\n",
        ),
        (
            "    union item;\n    struct node {\n        union item *item;",
            "    struct item;\n    struct node {\n        struct item *item;",
            "bad.lesson.md:39: exercise \"stays\": the solution does not pass.\n    solution:\n  Check 2 says: 0 declarations stay.\n",
        ),
        (
            "        union item *item;\n",
            "        union itm item\n",
            "bad.lesson.md:43: exercise \"stays\", solution, unit 2 cannot be read: line 3 of the unit: ",
        ),
        (
            "Unit 2 only declares",
            "[Unit 2](lab:nowhere) only declares",
            "bad.lesson.md:7: link: the lab has no scenario \"nowhere\".\n",
        ),
        (
            "figure set=node",
            "figure scenario=lst",
            "bad.lesson.md:25: figure: the lab has no scenario \"lst\".\n    ```figure scenario=lst step=walk\n  Did you mean list?\n",
        ),
    ] {
        let bad = GOOD.replacen(from, to, 1);
        assert_ne!(bad, GOOD, "{from}");
        place.write("bad.lesson.md", bad);
        let run = place.run(["lesson", "check", "bad.lesson.md"]);
        assert_eq!(run.code, 1, "{to}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(says), "{to}:\n{says}\n{}", run.stdout);
    }
}

#[test]
fn warnings_alone_are_no_error_and_json_has_all_of_it() {
    let place = Place::new();
    let text = GOOD.replace("Unit 2 only", "[Unit 2](term:nonsense) only");
    place.write("warned.lesson.md", text);
    let said = place.run(["lesson", "check", "warned.lesson.md"]).ok();
    assert!(
        said.contains("warned.lesson.md:7: warning: no entry explains the word \"nonsense\".\n"),
        "{said}"
    );
    assert!(said.ends_with("1 lesson: 0 errors, 1 warning\n"), "{said}");
    place.write("bad.lesson.md", GOOD.replace("unchanged(", "unchangd("));
    let run = place.run([
        "lesson",
        "check",
        "warned.lesson.md",
        "bad.lesson.md",
        "--json",
    ]);
    assert_eq!(run.code, 1);
    let all: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let severities: Vec<_> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["severity"].clone())
        .collect();
    assert_eq!(severities, ["warning", "error"]);
    assert_eq!(all[1]["line"], 33);
    assert_eq!(all[1]["advice"], "Did you mean `unchanged(unit 1)`?");
}

#[test]
fn a_file_that_is_no_lesson_is_refused() {
    let place = Place::new();
    place.write("binary.lesson.md", [0xff, 0xfe]);
    let said = place.run(["lesson", "check", "binary.lesson.md"]).fails(1);
    assert!(said.contains("is not UTF-8"), "{said}");
    place.write("long.lesson.md", "a".repeat(70 << 10));
    let said = place.run(["lesson", "check", "long.lesson.md"]).fails(1);
    assert!(said.contains("make two lessons of it"), "{said}");
    place.write("empty.lesson.md", "");
    let run = place.run(["lesson", "check", "empty.lesson.md"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout
            .contains("empty.lesson.md:1: the file does not begin with a header"),
        "{}",
        run.stdout
    );
}

#[test]
fn our_own_lessons_are_right_in_every_language() {
    let place = Place::new();
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../course/lessons");
    let mut files = Vec::new();
    for language in std::fs::read_dir(lessons).expect("a folder") {
        for file in std::fs::read_dir(language.expect("a folder").path()).expect("a folder") {
            files.push(file.expect("a file").path().display().to_string());
        }
    }
    assert!(files.len() >= 10, "{files:?}");
    let mut arguments = vec!["lesson".to_owned(), "check".to_owned()];
    arguments.extend(files);
    let said = place.run(&arguments).ok();
    assert!(said.ends_with(" 0 errors, 0 warnings\n"), "{said}");
}
