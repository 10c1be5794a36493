//! A base: the units are a module's, deduplicated on it, and everything says which types are the base's.

use btf::TypeId;
use lab::ladder::{Cell, ladder};
use lab::{Lab, Seek, Setup, SetupError, scenario};

fn on(base: &str, units: &[&str]) -> Lab {
    Lab::new(Setup {
        base: Some(base.to_owned()),
        ..Setup::of(units)
    })
}

fn scenario(slug: &str) -> Lab {
    Lab::new(scenario::find(slug).expect(slug).setup)
}

/// The types that are left, as people write them.
fn left(lab: &Lab) -> Vec<String> {
    let rows = lab.overview().after;
    rows.into_iter()
        .map(|row| format!("[{}] {}", row.id, row.name))
        .collect()
}

#[test]
fn a_module_has_only_what_is_new() {
    let lab = scenario("module");
    assert_eq!(left(&lab), ["[7] struct blinker", "[8] unsigned int"]);
    let (_, run) = lab.result().expect("units");
    let module = &run.deduped.btf;
    assert_eq!(
        module.first_id(),
        TypeId(7),
        "ids continue those of the base"
    );
    assert_eq!(module.strings().start(), 28, "and so do strings");
    let said = lab.told();
    for expected in [
        "Pass 1 of 7, strings: the module’s own strings are 57 bytes. The base has 5 of their 8 names. Each of the others is stored once now, behind the base’s strings: 30 bytes.",
        "All 6 types of the base are canonical from the start; each is entered with its hash. A type of the module can be replaced by one of the base, never the reverse.",
        "Look up `[7] struct list` (hash 7c0eaaa2): `[1]` of the base has the same hash. Compare them.",
        "No difference was found: all assumptions hold. `[7]` is replaced by `[1]` of the base.",
        "Done: the module’s 8 types are 2 now, behind the 6 of the base.",
    ] {
        assert!(
            said.iter().any(|line| line == expected),
            "{expected}\n{said:#?}"
        );
    }
}

#[test]
fn a_module_of_nothing_new_is_empty() {
    let list = "struct list { struct list *next; int value; };";
    let lab = on(list, &[list, list]);
    assert_eq!(left(&lab), [""; 0]);
    let said = lab.told();
    let last = said.last().expect("steps");
    assert!(
        last.contains("each of the module’s 6 types is replaced by one of the base"),
        "{last}"
    );
    assert!(said.iter().any(|line| {
        line.ends_with("every type is replaced by one of the base, so all are removed.")
    }));
    assert!(
        lab.sections()
            .iter()
            .all(|section| !section.bytes.is_empty())
    );
}

#[test]
fn a_declaration_of_the_base_is_never_resolved() {
    let mut lab = scenario("only-declared");
    assert_eq!(
        left(&lab),
        ["[5] struct item", "[6] struct shelf", "[7] *struct item"]
    );
    let steps = lab.overview().steps;
    let mut says = None;
    for step in 0..=steps {
        let moment = lab.seek(Seek::To(step));
        for id in 0..5 {
            assert_eq!(moment.becomes[id as usize], id, "step {step}");
        }
        if moment.sentence.contains("would have to become") {
            says = Some(moment.sentence);
        }
    }
    assert_eq!(
        says.as_deref(),
        Some(
            "No difference was found, but `[1] forward struct item` of the base would have to become `[5]`, and the base \
             does not change. The module’s references to `[1]` lead to `[5]` from now on. No other type has this hash, so \
             `[7]` becomes canonical."
        )
    );
    // With forwards apart from definitions nothing leads anywhere.
    let apart = Lab::new(Setup {
        keep_forwards: true,
        ..lab.setup.clone()
    });
    assert_eq!(left(&apart).len(), 3);
}

#[test]
fn what_the_base_declares_and_a_later_unit_defines_is_found() {
    let base = "enum mode;\nstruct file { enum mode *mode; };";
    let lab = on(
        base,
        &[
            "enum mode;\nstruct lock { enum mode *mode; };",
            "enum mode { READ };",
        ],
    );
    let said = lab.told();
    let leads = "`[1]` of the base only declares `enum mode`, `[7]` defines it. The base does not change, but the module’s \
                 references to `[1]` lead to `[7]` from now on.";
    assert!(said.iter().any(|line| line.starts_with(leads)), "{said:#?}");
    let overview = lab.overview();
    let pointer = overview
        .after
        .iter()
        .find(|row| row.kind == "PTR")
        .expect("a pointer");
    let own = overview
        .after
        .iter()
        .find(|row| row.kind == "ENUM")
        .expect("the definition");
    assert!(
        pointer.lines.ends_with(&format!("type_id={}", own.id)),
        "{}",
        pointer.lines
    );
}

#[test]
fn the_bucket_lists_types_of_the_base() {
    let mut lab = scenario("module");
    let at = lab
        .told()
        .iter()
        .position(|line| line.starts_with("Look up `[7] struct list`"));
    let moment = lab.seek(Seek::To(at.expect("a step") as u32 + 1));
    let (_, bucket) = moment.bucket.expect("a lookup");
    assert_eq!(bucket, [1]);
}

#[test]
fn the_drawing_names_the_base() {
    let mut lab = scenario("module");
    let overview = lab.overview();
    assert_eq!(overview.graph.units, 2);
    for step in 0..=overview.steps {
        let moment = lab.seek(Seek::To(step));
        let drawn = ladder(&overview.graph, &moment, &[]);
        assert_eq!(drawn.headings[0].units, "base", "step {step}");
        assert_eq!(drawn.headings[1].units, "module", "step {step}");
        for row in &drawn.rows {
            if let Cell::Type(place) = row.cells[0] {
                assert!(
                    overview.is_of_base(place.id) && !place.replaced,
                    "step {step}"
                );
            }
        }
    }
    let two = on(
        "struct a { int x; };",
        &["struct a { int x; };", "struct b { int x; };"],
    );
    let graph = two.overview().graph;
    let titles: Vec<String> = (0..graph.units).map(|unit| graph.title(unit)).collect();
    assert_eq!(titles, ["base", "module unit 1", "module unit 2"]);
    assert_eq!(two.setup.title(2), "Module unit 2");
}

#[test]
fn strings_of_the_base_are_used_where_they_are() {
    let lab = scenario("module");
    let overview = lab.overview();
    let names = overview.names.expect("few names");
    assert_eq!((names.base.len(), names.base[1].text.as_str()), (6, "list"));
    let (_, run) = lab.result().expect("units");
    let own: Vec<(u32, String)> = run
        .deduped
        .btf
        .strings()
        .iter()
        .map(|(at, text)| (at.0, String::from_utf8_lossy(text).into_owned()))
        .collect();
    let listed: Vec<(u32, String)> = names
        .after
        .iter()
        .map(|row| (row.offset, row.text.clone()))
        .collect();
    assert_eq!(listed, own, "as the engine has it");
    assert_eq!(names.bytes, (57, 30));
    let of_base = names.visits.iter().filter(|visit| visit.of_base).count();
    assert_eq!((names.visits.len(), of_base), (10, 7));
    assert!(
        names
            .visits
            .iter()
            .all(|visit| visit.of_base == (visit.new < 28))
    );
}

#[test]
fn a_distilled_base_has_names_and_sizes() {
    let lab = scenario("distilled");
    let overview = lab.overview();
    let distilled = overview
        .distilled
        .expect("a base")
        .expect("it can be distilled");
    let lines: Vec<&str> = distilled
        .base
        .iter()
        .map(|row| row.lines.as_str())
        .collect();
    assert_eq!(
        lines,
        [
            "[1] INT 'unsigned int' size=4 bits_offset=0 nr_bits=32 encoding=(none)",
            "[2] STRUCT 'inode' size=16 vlen=0",
            "[3] STRUCT 'file' size=16 vlen=0",
        ]
    );
    let of = |name: &str| {
        let row = overview
            .base
            .iter()
            .find(|row| row.name == name)
            .expect(name);
        distilled.ids[row.id as usize - 1]
    };
    assert_eq!(of("struct inode"), Some(2));
    assert_eq!(of("typedef access"), Some(6), "moved into the module");
    assert_eq!(of("struct list"), None, "the module does not refer to it");
    let titles: Vec<String> = lab
        .sections()
        .into_iter()
        .map(|section| section.title)
        .collect();
    assert_eq!(titles, ["Base", "Module", "Distilled base", "Module on it"]);
}

#[test]
fn a_module_is_put_onto_another_build() {
    let lab = scenario("distilled");
    let other = "struct added { int before; };\nstruct inode { unsigned int access; long more; };\n\
                 struct file { char name[4]; struct inode *inode; };";
    let relocated = lab.relocate(other).expect("all names are found");
    let name = |id: u32| relocated.base[id as usize - 1].name.as_str();
    let names: Vec<&str> = relocated.ids.iter().map(|&id| name(id)).collect();
    assert_eq!(names, ["unsigned int", "struct inode", "struct file"]);
    let journal = &relocated.split[0];
    assert!(
        journal
            .lines
            .contains(&format!("'inode' type_id={}", relocated.ids[1])),
        "{}",
        journal.lines
    );
    // A member by value has a size that the module was compiled with.
    let grown = other.replace("long more;", "long more, still;");
    let error = lab.relocate(&grown).expect_err("it is larger");
    assert!(error.contains("inode"), "{error}");
    assert!(
        lab.relocate("struct")
            .expect_err("no C")
            .starts_with("line 1: ")
    );
}

/// As the first version with bases makes it.
const LINK: &str =
    "3jcsxCsAgEATArxxbhrxAn5KkiGIhyBXeCoL4d1tLyylmIPyW4GCsLVJKNsqQXZemTi_Tv4obTTMN7jkM31w";

#[test]
fn a_link_carries_a_base() {
    let lab = on(
        "struct list { struct list *next; };\n",
        &["struct list { struct list *next; };\n"],
    );
    let link = lab.setup.to_link();
    assert_eq!(link, LINK);
    assert_eq!(Setup::from_link(LINK).as_ref(), Ok(&lab.setup));
    assert_eq!(
        Setup::from_file(&lab.setup.to_file()).as_ref(),
        Ok(&lab.setup)
    );
    for end in 0..link.len() {
        assert_eq!(
            Setup::from_link(&link[..end]),
            Err(SetupError::Damaged),
            "{end}"
        );
    }
}

#[test]
fn a_base_with_an_error_says_where() {
    let lab = on("struct a {\n    nothing x;\n};", &["struct a { int x; };"]);
    let overview = lab.overview();
    assert_eq!(
        overview.panes[0].error.as_ref().map(|error| error.line),
        Some(2)
    );
    assert_eq!(overview.panes[1].error, None);
    assert_eq!((overview.steps, lab.setup.title(0).as_str()), (0, "Base"));
}

#[test]
fn a_link_that_cannot_be_opened_says_what_to_do_next() {
    let said = |link: &str| Setup::from_link(link).expect_err("no link").of_link();
    assert_eq!(
        said(&LINK[..40]),
        "This link is incomplete, so the default example is shown. Copy the link again."
    );
    assert_eq!(
        said("9abc"),
        "This link was made by a newer btfscope, so the default example is shown. Reload the page, then open the link again."
    );
    let units = ["struct a { int x; };"; 5];
    let many = on("", &units).setup.to_link();
    assert_eq!(
        said(&many),
        "This link contains more than 4 units or 256 KiB of text, so the default example is shown. Leave out what the \
         example does not need, then copy the link again."
    );
    let file = Setup::from_file("{\"units\": 3}").expect_err("no list");
    let file = file.to_string();
    assert!(
        file.starts_with("this is not a file of the lab (invalid type"),
        "{file}"
    );
    assert!(
        file.ends_with("): choose one that “Save as file” wrote"),
        "{file}"
    );
}
