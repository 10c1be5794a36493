//! The words of C that a diagnosis tells apart, and some of other languages.

/// Words that are a type or part of one.
pub(super) const TYPES: &[&str] = &[
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "_Bool",
    "_Complex",
    "__signed",
    "__signed__",
];

/// Words that go before a type's tag.
pub(super) const TAGGED: &[&str] = &["struct", "union", "enum"];

/// Words that can stand before a type and are none.
pub(super) const BEFORE_TYPES: &[&str] = &[
    "typedef",
    "extern",
    "static",
    "register",
    "auto",
    "_Thread_local",
    "__thread",
    "inline",
    "__inline",
    "__inline__",
    "_Noreturn",
    "const",
    "volatile",
    "restrict",
    "__const",
    "__volatile",
    "__volatile__",
    "__restrict",
    "__restrict__",
];

/// Words that begin a declaration, and cannot go on with one.
const BEGINS: &[&str] = &["typedef", "extern", "static", "inline", "_Static_assert"];

/// All other words of C.
const OTHERS: &[&str] = &[
    "break",
    "case",
    "continue",
    "default",
    "do",
    "else",
    "for",
    "goto",
    "if",
    "return",
    "sizeof",
    "switch",
    "while",
    "_Alignof",
    "_Static_assert",
];

/// Words that begin a declaration in another language.
const FOREIGN: &[(&str, &str)] = &[
    ("class", CPP),
    ("template", CPP),
    ("namespace", CPP),
    ("using", CPP),
    ("public", CPP),
    ("private", CPP),
    ("protected", CPP),
    ("virtual", CPP),
    ("operator", CPP),
    ("friend", CPP),
    ("constexpr", CPP),
    ("explicit", CPP),
    ("mutable", CPP),
    ("alignas", CPP),
    ("decltype", CPP),
    ("fn", RUST),
    ("let", RUST),
    ("impl", RUST),
    ("pub", RUST),
    ("trait", RUST),
    ("mod", RUST),
    ("use", RUST),
    ("func", "a word of Go"),
    ("var", "a word of Go"),
    ("package", "a word of Go"),
    ("def", "a word of Python"),
];

const CPP: &str = "a word of C++";
const RUST: &str = "a word of Rust";

pub(super) fn language(word: &str) -> Option<&'static str> {
    let found = FOREIGN.iter().find(|it| it.0 == word)?;
    Some(found.1)
}

/// Whether a word has a meaning in C, so that it cannot be a name.
pub(super) fn is_keyword(word: &str) -> bool {
    is_type_word(word) || BEFORE_TYPES.contains(&word) || OTHERS.contains(&word)
}

/// Whether a word is a type, begins one or is part of one.
pub(super) fn is_type_word(word: &str) -> bool {
    TYPES.contains(&word) || TAGGED.contains(&word)
}

/// Whether a word begins a declaration, wherever it stands.
pub(super) fn begins_declaration(word: &str) -> bool {
    is_type_word(word) || BEGINS.contains(&word)
}

/// Whether a name is written as macros usually are.
pub(super) fn is_macro_like(name: &str) -> bool {
    let letters = name.trim_matches('_');
    let is_upper = letters.len() > 1
        && letters.chars().any(|it| it.is_ascii_uppercase())
        && !letters.chars().any(|it| it.is_ascii_lowercase());
    is_upper || name.starts_with("__")
}

/// A word as messages show it: the parser's spelling is not what was typed.
pub(super) fn shown(word: &str) -> String {
    match word {
        "_Complex" => "`__int128`".to_owned(),
        _ => format!("`{word}`"),
    }
}
