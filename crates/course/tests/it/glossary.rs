//! The glossary of the course and the document agree.

use course::{Span, Text, glossary, text};

/// A text as Markdown of a document, where words of the glossary are in italics.
fn markdown(text: &Text) -> String {
    let parts = text.0.iter().map(|span| match span {
        Span::Plain(text) => text.replace('’', "'"),
        Span::Code(code) => format!("`{code}`"),
        Span::Term(text, _) => format!("*{}*", text.plain()),
        other => panic!("{other:?}"),
    });
    parts.collect()
}

/// The glossary as rows of a Markdown table.
fn rows() -> String {
    glossary()
        .iter()
        .map(|term| format!("| {} | {} |\n", term.word, markdown(&text(term.means))))
        .collect()
}

/// `BTFSCOPE_BLESS=1` writes the course's rows into the document.
#[test]
fn the_document_has_the_courses_glossary_and_no_word_twice() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/glossary.md");
    let text = std::fs::read_to_string(path).expect("docs/glossary.md");
    let (before, rest) = text.split_once("<!-- course -->\n").expect("the beginning");
    let (found, after) = rest.split_once("<!-- end -->\n").expect("the end");
    let expected = format!("\n| word | meaning |\n|---|---|\n{}\n", rows());
    if std::env::var_os("BTFSCOPE_BLESS").is_some() {
        let text = format!("{before}<!-- course -->\n{expected}<!-- end -->\n{after}");
        std::fs::write(path, text).expect("docs/glossary.md");
    } else {
        assert_eq!(
            found, expected,
            "BTFSCOPE_BLESS=1 cargo test -p btfscope-course writes it"
        );
    }
    let row = |line: &str| Some(line.strip_prefix("| ")?.split(" | ").next()?.to_owned());
    let own: Vec<String> = after.lines().filter_map(row).skip(1).collect();
    assert!(own.len() > 20, "{own:?}");
    for (at, word) in own.iter().enumerate() {
        assert!(course::term(word).is_none(), "{word} is the course's");
        assert!(!own[..at].contains(word), "{word} has two rows");
    }
}
