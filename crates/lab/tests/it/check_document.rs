//! The document lists every name of the language. `BTFSCOPE_BLESS=1` writes its tables.

use lab::Happening;
use lab::check::{NAMES, Sort};

/// As the document says what a name belongs to.
fn of(sort: Option<Sort>) -> &'static str {
    match sort {
        Some(Sort::Types) => "*types*.",
        Some(Sort::Type) => "*type*.",
        Some(Sort::Pair) => "*pair*.",
        Some(Sort::Steps) => "*steps*.",
        Some(Sort::Walk) => "*walk*.",
        _ => "",
    }
}

fn gives(sort: Sort) -> &'static str {
    match sort {
        Sort::Condition => "condition",
        Sort::Number => "number",
        Sort::Text => "text",
        Sort::Types => "types",
        Sort::Type => "type",
        Sort::Pair => "pair",
        Sort::Steps => "steps",
        Sort::Changed => "changes",
        Sort::Walk => "walk",
        Sort::Start => "start",
    }
}

#[test]
fn the_document_has_every_name_with_its_meaning() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lesson-checks.md");
    let mut text = std::fs::read_to_string(path).expect("docs/lesson-checks.md");
    let name = |name: &lab::check::Name| {
        let value = format!("{}`{}`", of(name.of), name.form);
        format!("| {value} | {} | {} |\n", gives(name.gives), name.means)
    };
    let names: String = NAMES.iter().map(name).collect();
    let steps: String = Happening::all()
        .map(|(name, means)| format!("| `{name}` | {means} |\n"))
        .collect();
    for (begin, table) in [
        (
            "<!-- names -->\n",
            format!("\n| value | gives | meaning |\n|---|---|---|\n{names}\n"),
        ),
        (
            "<!-- steps -->\n",
            format!("\n| name | what happens |\n|---|---|\n{steps}\n"),
        ),
    ] {
        let (before, rest) = text.split_once(begin).expect(begin);
        let (found, after) = rest.split_once("<!-- end -->\n").expect("the end");
        if std::env::var_os("BTFSCOPE_BLESS").is_some() {
            text = format!("{before}{begin}{table}<!-- end -->\n{after}");
            std::fs::write(path, &text).expect("docs/lesson-checks.md");
        } else {
            assert_eq!(
                found, table,
                "BTFSCOPE_BLESS=1 cargo test -p btfscope-lab writes it"
            );
        }
    }
}
