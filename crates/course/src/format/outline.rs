//! Lines that belong together by how far they are indented: the header, and what an exercise contains.

/// A line of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub number: u32,
    pub text: &'a str,
}

/// A line and those below it that are indented further.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    /// The number of the line.
    pub line: u32,
    /// The line without its indentation.
    pub head: &'a str,
    /// Those below it.
    pub body: Vec<Line<'a>>,
}

/// The lines of a text, the first of which has this number.
pub(super) fn lines(text: &str, first: u32) -> Vec<Line<'_>> {
    (first..)
        .zip(text.lines())
        .map(|(number, text)| Line { number, text })
        .collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The entries of some lines. A list may begin below its key without being indented, as YAML allows.
pub(super) fn entries<'a>(lines: &[Line<'a>]) -> Vec<Entry<'a>> {
    let is_blank = |line: &Line<'_>| line.text.trim().is_empty();
    let Some(first) = lines.iter().find(|line| !is_blank(line)) else {
        return Vec::new();
    };
    let base = indent(first.text);
    let begins_with_item = first.text.trim_start().starts_with('-');
    let mut found: Vec<Entry<'a>> = Vec::new();
    for line in lines {
        let is_inner = is_blank(line)
            || indent(line.text) > base
            || !begins_with_item && line.text.trim_start().starts_with("- ");
        match found.last_mut() {
            Some(entry) if is_inner => entry.body.push(*line),
            _ if is_blank(line) => {}
            _ => found.push(Entry {
                line: line.number,
                head: line.text.trim(),
                body: Vec::new(),
            }),
        }
    }
    found
}

impl<'a> Entry<'a> {
    /// The key and what follows it on the line.
    pub fn key(&self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.head.split_once(':')?;
        Some((key.trim(), value.trim()))
    }

    /// What follows the dash of a list.
    pub fn item(&self) -> Option<&'a str> {
        match self.head {
            "-" => Some(""),
            head => head.strip_prefix("- ").map(str::trim),
        }
    }

    /// The value of a key or item with the lines below it, as one text; as they are behind `|`.
    pub fn text(&self, value: &str) -> String {
        if value == "|" {
            return self.literal();
        }
        let mut text = String::from(value);
        for line in &self.body {
            let more = line.text.trim();
            if !more.is_empty() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(more);
            }
        }
        unquoted(&text)
    }

    /// The lines below, as they are, but for what all are indented by.
    pub fn literal(&self) -> String {
        let used = self.body.iter().filter(|line| !line.text.trim().is_empty());
        let least = used.map(|line| indent(line.text)).min().unwrap_or(0);
        let mut text = String::new();
        for line in &self.body {
            text.push_str(line.text.get(least..).unwrap_or_default());
            text.push('\n');
        }
        // Blank lines before the next key belong to neither.
        let end = text.trim_end().len();
        text.truncate(end);
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }
}

/// A list in one line, `[a, b]`, or a single value.
pub(super) fn inline_list(value: &str) -> Vec<String> {
    let inner = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner
        .unwrap_or(value)
        .split(',')
        .map(|item| unquoted(item.trim()))
        .filter(|item| !item.is_empty())
        .collect()
}

/// The value of a list: in one line, or as items below.
pub(super) fn list(entry: &Entry<'_>, value: &str) -> Vec<(u32, String)> {
    if !value.is_empty() {
        let items = inline_list(value).into_iter();
        return items.map(|item| (entry.line, item)).collect();
    }
    let items = entries(&entry.body);
    let texts = items
        .iter()
        .map(|item| (item.line, item.text(item.item().unwrap_or(item.head))));
    texts.collect()
}

/// A value without a comment behind it.
pub(super) fn uncommented(value: &str) -> &str {
    let is_quoted = value.starts_with(['"', '\'']);
    match value.find(" #") {
        Some(at) if !is_quoted => value.get(..at).unwrap_or(value).trim_end(),
        _ if value.starts_with('#') => "",
        _ => value,
    }
}

/// A value without the quotes around it.
pub(super) fn unquoted(value: &str) -> String {
    for (quote, escaped) in [('"', "\\\""), ('\'', "''")] {
        let inner = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.replace(escaped, &quote.to_string());
        }
    }
    value.to_owned()
}
