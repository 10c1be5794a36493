//! The marks of the texts.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    /// Words as they are.
    Text(&'a str),
    /// Code, a type or an id.
    Code(&'a str),
    /// A word of the glossary.
    Term {
        /// As the text puts it.
        shown: &'a str,
        /// The glossary's word.
        term: &'a str,
    },
    /// A scenario of the lab.
    Lab {
        /// As the text puts it.
        shown: &'a str,
        /// The scenario's name.
        scenario: &'a str,
    },
}

/// The pieces of a text. A mark that is not closed is text.
pub fn spans(text: &str) -> Vec<Span<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let next = [rest.find('`'), rest.find("[[")]
            .into_iter()
            .flatten()
            .min();
        let Some(at) = next else { break };
        let (before, mark) = rest.split_at(at);
        let span = match mark.strip_prefix('`') {
            Some(code) => code
                .split_once('`')
                .map(|(code, rest)| (Span::Code(code), rest)),
            None => mark.strip_prefix("[[").and_then(|term| {
                let (inside, rest) = term.split_once("]]")?;
                let (term, shown) = inside.split_once('|').unwrap_or((inside, inside));
                let span = match term.strip_prefix("lab:") {
                    Some(scenario) => Span::Lab { shown, scenario },
                    None => Span::Term { shown, term },
                };
                Some((span, rest))
            }),
        };
        let Some((span, behind)) = span else { break };
        if !before.is_empty() {
            found.push(Span::Text(before));
        }
        found.push(span);
        rest = behind;
    }
    if !rest.is_empty() {
        found.push(Span::Text(rest));
    }
    found
}

/// A text without marks.
pub fn plain(text: &str) -> String {
    spans(text)
        .into_iter()
        .map(|span| match span {
            Span::Text(text)
            | Span::Code(text)
            | Span::Term { shown: text, .. }
            | Span::Lab { shown: text, .. } => text,
        })
        .collect()
}
