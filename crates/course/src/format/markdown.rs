//! Markdown: headings, paragraphs, lists, quotations, code, and the fenced blocks that mean something.

use super::outline::{Line, lines};
use super::spans::{Builder, Text};
use crate::{Fault, Problem};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A piece of a text with paragraphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prose {
    /// A heading: how deep, from 1.
    Heading(u8, Text),
    /// A paragraph.
    Paragraph(Text),
    /// A list: its first number if it has numbers, and its items.
    List(Option<u64>, Vec<Vec<Prose>>),
    /// A quotation.
    Quote(Vec<Prose>),
    /// Code, as it is.
    Code(String),
}

/// A part of a file.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// What only has to be shown.
    Prose(u32, Prose),
    /// A fenced block.
    Fence {
        /// The line of the fence.
        line: u32,
        /// What is written behind the fence.
        info: String,
        /// What is between the fences.
        inner: Vec<Line<'a>>,
        /// Whether it ends before the file does.
        is_closed: bool,
    },
}

/// How deep lists and quotations can be within each other; deeper ones count as part of the one around them.
const DEEPEST: usize = 6;

/// Reads Markdown whose first line has this number.
pub(super) fn pieces<'a>(
    source: &'a str,
    first: u32,
    problems: &mut Vec<Problem>,
) -> Vec<Piece<'a>> {
    let mut reader = Reader::new(source, first);
    let mut events = Parser::new_ext(source, Options::empty()).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let fence = match &event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if reader.open.is_empty() => {
                Some(info.to_string())
            }
            _ => None,
        };
        let Some(info) = fence else {
            reader.event(event, range.start);
            continue;
        };
        let end = events
            .by_ref()
            .find(|(event, _)| matches!(event, Event::End(TagEnd::CodeBlock)));
        let range = end.map_or(range.clone(), |(_, end)| range.start..end.end);
        reader.fence(
            info,
            source.get(range.clone()).unwrap_or_default(),
            range.start,
        );
    }
    reader.end_paragraph();
    while !reader.open.is_empty() {
        reader.close();
    }
    problems.append(&mut reader.problems);
    reader.pieces
}

/// What is between fences, or anywhere where no blocks are read: only prose.
pub(super) fn prose(inner: &[Line<'_>], problems: &mut Vec<Problem>) -> Vec<Prose> {
    let Some(first) = inner.first() else {
        return Vec::new();
    };
    let texts: Vec<&str> = inner.iter().map(|line| line.text).collect();
    let source = texts.join("\n");
    let pieces = pieces(&source, first.number, problems).into_iter();
    let shown = pieces.map(|piece| match piece {
        Piece::Prose(_, prose) => prose,
        Piece::Fence { inner, .. } => Prose::Code(joined(&inner)),
    });
    shown.collect()
}

/// Lines as one text.
pub(super) fn joined(inner: &[Line<'_>]) -> String {
    let lines = inner.iter().flat_map(|line| [line.text, "\n"]);
    lines.collect()
}

/// A list, an item or a quotation that is open.
#[derive(Debug)]
enum Open {
    /// With what it contains so far.
    List(Option<u64>, Vec<Vec<Prose>>),
    Item(Vec<Prose>),
    Quote(Vec<Prose>),
    /// Too deep.
    Nothing,
}

struct Reader<'a> {
    source: &'a str,
    /// The line that `at` is on, so that counting goes through the source once.
    line: u32,
    at: usize,
    pieces: Vec<Piece<'a>>,
    /// With the lines on which they began.
    open: Vec<(u32, Open)>,
    spans: Builder,
    /// The line on which the paragraph, heading or code began, if one is open.
    began: Option<u32>,
    heading: Option<u8>,
    /// Code that is not fenced, or fenced within a list.
    code: Option<String>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, first: u32) -> Reader<'a> {
        Reader {
            source,
            line: first,
            at: 0,
            pieces: Vec::new(),
            open: Vec::new(),
            spans: Builder::default(),
            began: None,
            heading: None,
            code: None,
            problems: Vec::new(),
        }
    }

    /// The line of a place in the source. Places come in order, but for ends.
    fn line_of(&mut self, at: usize) -> u32 {
        if let Some(passed) = self.source.get(self.at..at) {
            self.line += passed.bytes().filter(|&byte| byte == b'\n').count() as u32;
            self.at = at;
        }
        self.line
    }

    fn event(&mut self, event: Event<'_>, at: usize) {
        let line = self.line_of(at);
        match event {
            Event::Start(Tag::Paragraph) => self.begin(line),
            Event::Start(Tag::Heading { level, .. }) => {
                self.begin(line);
                self.heading = Some(depth(level));
            }
            Event::Start(Tag::CodeBlock(_)) => {
                self.begin(line);
                self.code = Some(String::new());
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock) => {
                self.end_paragraph();
            }
            Event::Start(Tag::List(first)) => {
                self.begin_container(line, Open::List(first, Vec::new()))
            }
            Event::Start(Tag::Item) => self.begin_container(line, Open::Item(Vec::new())),
            Event::Start(Tag::BlockQuote(_)) => self.begin_container(line, Open::Quote(Vec::new())),
            Event::End(TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_)) => {
                self.end_paragraph();
                self.close();
            }
            Event::Rule => {}
            Event::Text(text) if self.code.is_some() => {
                if let Some(code) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                if self
                    .problems
                    .last()
                    .is_none_or(|last| last.fault != Fault::Html)
                {
                    self.problems.push(Problem::new(line, Fault::Html));
                }
                self.inline(event, line);
            }
            Event::Start(Tag::Image { .. }) => {
                self.problems.push(Problem::new(line, Fault::Image));
                self.inline(event, line);
            }
            event => self.inline(event, line),
        }
    }

    /// In a list without blank lines the text of an item has no paragraph around it.
    fn inline(&mut self, event: Event<'_>, line: u32) {
        if matches!(
            event,
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock)
        ) {
            return self.end_paragraph();
        }
        self.began.get_or_insert(line);
        self.spans.event(event);
    }

    fn begin(&mut self, line: u32) {
        self.end_paragraph();
        self.began = Some(line);
    }

    fn begin_container(&mut self, line: u32, open: Open) {
        self.end_paragraph();
        let is_deep = self.open.len() >= DEEPEST;
        self.open
            .push((line, if is_deep { Open::Nothing } else { open }));
    }

    /// Ends what is open of text.
    fn end_paragraph(&mut self) {
        let Some(line) = self.began.take() else {
            return;
        };
        let text = self.spans.take();
        for url in std::mem::take(&mut self.spans.refused) {
            self.problems.push(Problem::new(line, Fault::Link { url }));
        }
        let prose = match (self.heading.take(), self.code.take()) {
            (_, Some(code)) => Prose::Code(code),
            (Some(depth), None) => Prose::Heading(depth, text),
            (None, None) if text.is_empty() => return,
            (None, None) => Prose::Paragraph(text),
        };
        self.push(line, prose);
    }

    fn push(&mut self, line: u32, prose: Prose) {
        let mut around = self.open.iter_mut().rev().map(|(_, open)| open);
        match around.find(|open| !matches!(open, Open::Nothing)) {
            None => self.pieces.push(Piece::Prose(line, prose)),
            Some(Open::Item(inner) | Open::Quote(inner)) => inner.push(prose),
            Some(Open::List(_, items)) => match items.last_mut() {
                Some(item) => item.push(prose),
                None => items.push(vec![prose]),
            },
            Some(Open::Nothing) => {}
        }
    }

    /// Puts the innermost container into what surrounds it.
    fn close(&mut self) {
        match self.open.pop() {
            None | Some((_, Open::Nothing)) => {}
            Some((line, Open::List(first, items))) => self.push(line, Prose::List(first, items)),
            Some((line, Open::Quote(inner))) => self.push(line, Prose::Quote(inner)),
            Some((line, Open::Item(inner))) => match self.open.last_mut() {
                Some((_, Open::List(_, items))) => items.push(inner),
                _ => inner.into_iter().for_each(|prose| self.push(line, prose)),
            },
        }
    }

    fn fence(&mut self, info: String, block: &'a str, at: usize) {
        self.end_paragraph();
        let line = self.line_of(at);
        let mut inner = lines(block, line);
        let fence = inner.first().map_or("", |line| line.text.trim_start());
        let sign = fence.chars().next().unwrap_or('`');
        let length = fence.chars().take_while(|&own| own == sign).count();
        if !inner.is_empty() {
            inner.remove(0);
        }
        let closes = |line: &Line<'_>| {
            let text = line.text.trim();
            text.chars().all(|own| own == sign) && text.chars().count() >= length
        };
        let is_closed = inner.last().is_some_and(closes);
        if is_closed {
            inner.pop();
        }
        self.pieces.push(Piece::Fence {
            line,
            info,
            inner,
            is_closed,
        });
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
