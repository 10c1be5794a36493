//! Text within a paragraph: code, emphasis, links and marks.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A text within a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Code, a type or an id.
    Code(String),
    /// Emphasised.
    Emphasis(Text),
    /// Emphasised strongly.
    Strong(Text),
    /// Set as the drawing sets it.
    Mark(Mark, Text),
    /// A word of the glossary, as addresses have it.
    Term(Text, String),
    /// A scenario of the lab, by its name.
    Lab(Text, String),
    /// A lesson of the course, by its slug.
    Lesson(Text, String),
    /// A page elsewhere.
    Link(Text, String),
}

/// A state of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A pair that is assumed to be equal.
    Assumed,
    /// A pair that is equal.
    Same,
    /// A pair that is different.
    Differ,
    /// A canonical type.
    Canonical,
    /// A candidate.
    Candidate,
}

impl Mark {
    /// All of them, by name.
    pub const ALL: [(&str, Mark); 5] = [
        ("assumed", Mark::Assumed),
        ("same", Mark::Same),
        ("differ", Mark::Differ),
        ("canonical", Mark::Canonical),
        ("candidate", Mark::Candidate),
    ];

    /// Its name, as files have it.
    pub fn name(self) -> &'static str {
        let named = Mark::ALL.iter().find(|(_, mark)| *mark == self);
        named.map_or("", |(name, _)| name)
    }
}

impl Text {
    /// Without marks and links.
    pub fn plain(&self) -> String {
        let mut all = String::new();
        self.write_plain(&mut all);
        all
    }

    fn write_plain(&self, all: &mut String) {
        for span in &self.0 {
            match span {
                Span::Plain(text) | Span::Code(text) => all.push_str(text),
                Span::Emphasis(text)
                | Span::Strong(text)
                | Span::Mark(_, text)
                | Span::Term(text, _)
                | Span::Lab(text, _)
                | Span::Lesson(text, _)
                | Span::Link(text, _) => text.write_plain(all),
            }
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Calls a function with each of its pieces, inner ones too.
    pub fn visit<'a>(&'a self, found: &mut impl FnMut(&'a Span)) {
        for span in &self.0 {
            found(span);
            if let Span::Emphasis(text)
            | Span::Strong(text)
            | Span::Mark(_, text)
            | Span::Term(text, _)
            | Span::Lab(text, _)
            | Span::Lesson(text, _)
            | Span::Link(text, _) = span
            {
                text.visit(found);
            }
        }
    }
}

/// A text as one paragraph, whatever begins its lines.
pub fn text(source: &str) -> Text {
    // With a word in front it is a paragraph: no list, no quotation, no heading.
    const FRONT: &str = "a ";
    let lines = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let joined: Vec<&str> = lines.collect();
    let source = format!("{FRONT}{}", joined.join(" "));
    let mut spans = Builder::default();
    for event in Parser::new_ext(&source, Options::empty()) {
        spans.event(event);
    }
    let mut text = spans.finish();
    if let Some(Span::Plain(first)) = text.0.first_mut() {
        *first = first
            .strip_prefix(FRONT.trim_end())
            .unwrap_or(first)
            .trim_start()
            .to_owned();
        if first.is_empty() {
            text.0.remove(0);
        }
    }
    text
}

/// How deep pieces can be within each other; deeper ones count as part of the one around them.
const DEEPEST: usize = 6;

/// What surrounds pieces.
#[derive(Clone, Debug)]
enum Around {
    Emphasis,
    Strong,
    Link(String),
    Mark(Mark),
    /// Too deep, or shown as nothing of its own.
    Nothing,
}

/// Collects pieces from the events of the Markdown reader.
#[derive(Debug, Default)]
pub(super) struct Builder {
    /// Finished pieces, outermost.
    root: Vec<Span>,
    /// What is open, with the pieces in it.
    open: Vec<(Around, Vec<Span>)>,
    /// Text that is not looked through for marks yet.
    pending: String,
    /// Links that lead where none may.
    pub refused: Vec<String>,
}

impl Builder {
    /// Text as it is.
    pub fn text(&mut self, text: &str) {
        self.pending.push_str(text);
    }

    /// An event within a paragraph; all others are ignored.
    pub fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Code(code) => {
                self.flush();
                self.push(Span::Code(code.into_string()));
            }
            // Shown, not read.
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Start(Tag::Emphasis) => self.begin(Around::Emphasis),
            Event::Start(Tag::Strong) => self.begin(Around::Strong),
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.begin(Around::Link(dest_url.into_string()));
            }
            Event::Start(Tag::Image { .. }) => self.begin(Around::Nothing),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {
                self.end();
            }
            _ => {}
        }
    }

    /// All of it; empty if there was nothing.
    pub fn finish(mut self) -> Text {
        self.take()
    }

    /// The whole text, so that reading can start again.
    pub fn take(&mut self) -> Text {
        self.flush();
        while !self.open.is_empty() {
            self.close();
        }
        let mut spans = std::mem::take(&mut self.root);
        if let Some(Span::Plain(last)) = spans.last_mut() {
            last.truncate(last.trim_end().len());
            if last.is_empty() {
                spans.pop();
            }
        }
        Text(spans)
    }

    fn begin(&mut self, around: Around) {
        self.flush();
        let deep = self.open.len() >= DEEPEST;
        self.open
            .push((if deep { Around::Nothing } else { around }, Vec::new()));
    }

    /// Ends what the Markdown reader began last; a mark in it that is not closed ends with it.
    fn end(&mut self) {
        self.flush();
        while let Some((Around::Mark(_), _)) = self.open.last() {
            self.close();
        }
        self.close();
    }

    /// Puts what is open innermost into what surrounds it.
    fn close(&mut self) {
        let Some((around, spans)) = self.open.pop() else {
            return;
        };
        let text = Text(spans);
        let span = match around {
            Around::Emphasis => Span::Emphasis(text),
            Around::Strong => Span::Strong(text),
            Around::Mark(mark) => Span::Mark(mark, text),
            Around::Link(url) => match link(text, url) {
                Ok(span) => span,
                Err((text, url)) => {
                    self.refused.push(url);
                    return self.extend(text.0);
                }
            },
            Around::Nothing => return self.extend(text.0),
        };
        self.push(span);
    }

    fn extend(&mut self, spans: Vec<Span>) {
        spans.into_iter().for_each(|span| self.push(span));
    }

    fn push(&mut self, span: Span) {
        let spans = match self.open.last_mut() {
            Some((_, spans)) => spans,
            None => &mut self.root,
        };
        match (spans.last_mut(), span) {
            (Some(Span::Plain(before)), Span::Plain(text)) => before.push_str(&text),
            (_, span) => spans.push(span),
        }
    }

    /// Looks through pending text for marks.
    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_str();
        while let Some((before, behind)) = rest.split_once("==") {
            if let Some((Around::Mark(_), _)) = self.open.last() {
                self.plain(before);
                self.close();
                rest = behind;
                continue;
            }
            let named = Mark::ALL.iter().find_map(|(name, mark)| {
                let inner = behind.strip_prefix(name)?.strip_prefix(':')?;
                Some((*mark, inner))
            });
            match named {
                Some((mark, inner)) if self.open.len() < DEEPEST => {
                    self.plain(before);
                    self.open.push((Around::Mark(mark), Vec::new()));
                    rest = inner;
                }
                _ => {
                    self.plain(before);
                    self.plain("==");
                    rest = behind;
                }
            }
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.push(Span::Plain(text.to_owned()));
        }
    }
}

/// A link, by where it leads; what may not be a link comes back.
fn link(text: Text, url: String) -> Result<Span, (Text, String)> {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", &url));
    let rest = rest.to_owned();
    match scheme {
        "term" => {
            let word = if rest.is_empty() { text.plain() } else { rest };
            Ok(Span::Term(text, crate::anchor(&word)))
        }
        "lab" => Ok(Span::Lab(text, rest)),
        "lesson" => Ok(Span::Lesson(text, rest)),
        "https" => Ok(Span::Link(text, url)),
        _ => Err((text, url)),
    }
}
