//! Cuts C into words, and finds the types among them.

use super::token::{Token, TokenKind};
use crate::address::Address;
use btf::layout::resolve;
use btf::{Btf, Kind, TypeId};
use rustc_hash::FxHashMap;

/// Splits the stars off the end of a type, without spaces: they go next to the name.
pub(super) fn stars(left: &str) -> (String, String) {
    let (mut text, mut count) = (left.trim_end(), 0);
    while let Some(rest) = text.strip_suffix('*') {
        text = rest.trim_end();
        count += 1;
    }
    (text.to_owned(), "*".repeat(count))
}

/// Cuts text into words. A word that names a type becomes a link.
pub(super) fn words(text: &str, names: &FxHashMap<String, Address>) -> Vec<Token> {
    const WORDS: [&str; 11] = [
        "struct", "union", "enum", "const", "volatile", "restrict", "void", "unsigned", "signed",
        "static", "typedef",
    ];
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text;
    let mut tag = None;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| is_word(c) == is_word(first);
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        let kind = if !is_word(first) {
            TokenKind::Plain
        } else if matches!(word, "struct" | "union" | "enum") {
            tag = Some(word);
            TokenKind::Keyword
        } else {
            let linked = match tag.take() {
                _ if names.is_empty() => None,
                Some(tag) => names.get(&format!("{tag} {word}")),
                None => names.get(word),
            };
            match linked {
                Some(address) => TokenKind::Link(address.clone()),
                None if WORDS.contains(&word) => TokenKind::Keyword,
                None => TokenKind::Plain,
            }
        };
        match tokens.last_mut() {
            Some(last) if last.kind == TokenKind::Plain && kind == TokenKind::Plain => {
                last.text.push_str(word);
            }
            _ => tokens.push(Token {
                kind,
                text: word.to_owned(),
            }),
        }
    }
    tokens
}

pub(super) fn width(tokens: &[Token]) -> usize {
    tokens.iter().map(|token| token.text.chars().count()).sum()
}

pub(super) fn depth(depth: usize) -> u32 {
    u32::try_from(depth).unwrap_or(u32::MAX)
}

/// The qualifier before an anonymous type that is written out: `const ` or `volatile `.
pub(super) fn qualifiers(btf: &Btf, id: TypeId) -> &'static str {
    match btf.kind(id) {
        Kind::Const => "const ",
        Kind::Volatile => "volatile ",
        _ => "",
    }
}

/// The keyword of the type behind qualifiers: `struct`, `union`, or `enum`.
pub(super) fn tag_word(btf: &Btf, id: TypeId) -> &'static str {
    let resolved = match btf.kind(id) {
        Kind::Fwd => btf.get(id),
        _ => resolve(btf, id).map(|(_, ty)| ty),
    };
    match resolved.map(|ty| (ty.kind(), ty.kind_flag())) {
        Some((Kind::Union, _) | (Kind::Fwd, true)) => "union",
        Some((Kind::Enum | Kind::Enum64, _)) => "enum",
        _ => "struct",
    }
}

pub(crate) fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

pub(super) fn plain(text: &str) -> Token {
    token(TokenKind::Plain, text)
}

pub(super) fn keyword(text: &str) -> Token {
    token(TokenKind::Keyword, text)
}

pub(super) fn name(text: &str) -> Token {
    token(TokenKind::Name, text)
}

pub(super) fn comment(text: &str) -> Token {
    token(TokenKind::Comment, text)
}

pub(super) fn number_token(number: u64) -> Token {
    token(TokenKind::Number, &number.to_string())
}

fn token(kind: TokenKind, text: &str) -> Token {
    Token {
        kind,
        text: text.to_owned(),
    }
}
