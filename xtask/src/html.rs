//! Just enough of HTML's tokens to find elements, their attributes and the bodies of scripts.

use std::ops::Range;

/// A start tag; for script and style with the text up to their end tag.
#[derive(Debug, PartialEq, Eq)]
pub struct Element {
    /// Lower-case.
    pub name: String,
    /// Lower-case names, values as written.
    pub attributes: Vec<(String, String)>,
    /// Of the start tag alone, in bytes of the text.
    pub range: Range<usize>,
    /// Empty for all but script and style.
    pub body: String,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self
            .attributes
            .iter()
            .find(|(attribute, _)| attribute == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    Comment { text: String, range: Range<usize> },
    Element(Element),
}

impl Item {
    pub fn element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            Self::Comment { .. } => None,
        }
    }
}

/// The comments and start tags of a text, in order.
pub fn items(text: &str) -> Vec<Item> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + offset;
        let rest = text.get(start..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("<!--") {
            let length = comment.find("-->").unwrap_or(comment.len());
            let end = (start + 4 + length + 3).min(text.len());
            found.push(Item::Comment {
                text: comment.get(..length).unwrap_or_default().to_owned(),
                range: start..end,
            });
            at = end;
        } else if rest.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
            let mut element = start_tag(text, start);
            at = element.range.end;
            if element.name == "script" || element.name == "style" {
                let body = text.get(at..).unwrap_or_default();
                let end = body
                    .to_ascii_lowercase()
                    .find(&format!("</{}", element.name));
                let body = body.get(..end.unwrap_or(body.len())).unwrap_or_default();
                element.body = body.to_owned();
                at += body.len();
            }
            found.push(Item::Element(element));
        } else {
            at = start + 1;
        }
    }
    found
}

fn start_tag(text: &str, start: usize) -> Element {
    let mut scan = Scan {
        text,
        at: start + 1,
    };
    let name = scan.take(|c| !c.is_ascii_whitespace() && c != '>' && c != '/');
    let mut attributes = Vec::new();
    loop {
        scan.take(|c| c.is_ascii_whitespace() || c == '/');
        if scan.eat('>') || scan.done() {
            break;
        }
        let name = scan.take(|c| !c.is_ascii_whitespace() && !"=>/".contains(c));
        if name.is_empty() {
            // A stray "=": HTML takes it as part of a name, and nothing here asks for such a name.
            scan.eat('=');
            continue;
        }
        scan.take(|c| c.is_ascii_whitespace());
        let value = if scan.eat('=') { scan.value() } else { "" };
        attributes.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    Element {
        name: name.to_ascii_lowercase(),
        attributes,
        range: start..scan.at,
        body: String::new(),
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn done(&self) -> bool {
        self.rest().is_empty()
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.rest().starts_with(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    fn value(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_whitespace());
        for quote in ['"', '\''] {
            if self.eat(quote) {
                let value = self.take(|c| c != quote);
                self.eat(quote);
                return value;
            }
        }
        self.take(|c| !c.is_ascii_whitespace() && c != '>')
    }
}

/// The line, from 1, in which a byte lies.
pub fn line(text: &str, at: usize) -> usize {
    1 + text.get(..at).unwrap_or(text).matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_in_all_their_forms() {
        let found = items("<a b C=d e = 'f>g' h=\"i\" / j=k/l><br/>");
        let first = found.first().and_then(Item::element).unwrap();
        let pairs: Vec<_> = first
            .attributes
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("b", ""),
                ("c", "d"),
                ("e", "f>g"),
                ("h", "i"),
                ("j", "k/l")
            ]
        );
        assert_eq!(found.get(1).and_then(Item::element).unwrap().name, "br");
    }

    #[test]
    fn a_script_ends_at_its_end_tag_only() {
        let found = items("<SCRIPT>'<b>' + '<!--'</Script><i>");
        let names: Vec<_> = found
            .iter()
            .filter_map(Item::element)
            .map(|e| e.name.as_str())
            .collect();
        assert_eq!(names, ["script", "i"]);
        assert_eq!(
            found.first().and_then(Item::element).unwrap().body,
            "'<b>' + '<!--'"
        );
    }

    #[test]
    fn unfinished_text_ends_the_scan() {
        for text in [
            "<", "<a", "<a b", "<a b=", "<a b='", "<!--", "<script>", "<a =", "</", "<é",
        ] {
            items(text);
        }
    }
}
