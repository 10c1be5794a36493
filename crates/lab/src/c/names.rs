//! The names that a text declares as types, found among its tokens: they are needed before the text can be parsed, and
//! when it cannot.

use super::tokens::Token;
use super::words;

/// The names of its typedefs.
pub(super) fn typedefs<'t>(tokens: &[Token<'t>]) -> Vec<&'t str> {
    let mut all = Vec::new();
    for (start, _) in tokens.iter().enumerate().filter(|(_, it)| it.is("typedef")) {
        let (mut braces, mut brackets, mut named) = (0_usize, 0_usize, false);
        for at in start + 1..tokens.len() {
            let [before, token] = &tokens[at - 1..=at] else {
                break;
            };
            let next = tokens.get(at + 1).map_or("", |it| it.text);
            match token.text {
                "{" => braces += 1,
                "}" => braces = braces.saturating_sub(1),
                _ if braces > 0 => {}
                ";" | "typedef" => break,
                "(" => brackets += 1,
                ")" => brackets = brackets.saturating_sub(1),
                "," if brackets == 0 => named = false,
                name if token.is_word() && !named && !words::is_keyword(name) => {
                    let is_name = match brackets {
                        0 => {
                            let ends = [";", ",", "[", "(", ")", "__attribute__", ""];
                            let opens = words::BEFORE_TYPES.contains(&before.text)
                                || words::TAGGED.contains(&before.text);
                            ends.contains(&next) && !opens && name != "__attribute__"
                        }
                        _ => before.is("*") && [")", "[", "("].contains(&next),
                    };
                    if is_name {
                        named = true;
                        all.push(name);
                    }
                }
                _ => {}
            }
        }
    }
    all
}

/// Its tags, each with the word before it.
pub(super) fn tags<'t>(tokens: &[Token<'t>]) -> Vec<(&'static str, &'t str)> {
    let tag = |pair: &[Token<'t>]| {
        let [keyword, name] = pair else { return None };
        let keyword = words::TAGGED.iter().find(|it| keyword.is(it))?;
        let is_tag = name.is_word() && !words::is_keyword(name.text);
        is_tag.then_some((*keyword, name.text))
    };
    tokens.windows(2).filter_map(tag).collect()
}
