//! A type as C: lines of words, in which names of types are links.

mod composite;
mod declarations;
mod locations;
mod token;
mod unfold;
mod words;

pub(crate) use declarations::Declarations;
pub use token::{CacheLine, Line, Token, TokenKind};
pub use unfold::Unfolded;

use crate::address::Address;
use crate::explorer::Explorer;
use btf::layout::Layouts;
use btf::print::show::text::{Declared, declared};
use btf::{Btf, Data, Kind, Linkage, Type, TypeId};
use rustc_hash::FxHashMap;
pub(crate) use words::counted;
use words::{comment, keyword, name, plain, stars, tag_word, width, words};

/// How many lines of one type are shown; the longest enumeration of a kernel has some 3,000.
const MOST_LINES: usize = 20_000;
/// How many bytes of one type are shown; a line of a kernel has some 40.
const MOST_BYTES: usize = 8 << 20;
/// How many types are visited for the links of one line.
const MOST_NAMES: usize = 200;
/// A prototype with more characters than this has a line for each parameter.
const WIDE: usize = 76;

/// The definition of a type. One that is longer than any real one is cut, and its last line says so.
pub fn definition(explorer: &Explorer, id: TypeId) -> Vec<Line> {
    let layouts = &mut Layouts::new(explorer.btf());
    written(
        explorer,
        layouts,
        id,
        &Unfolded::default(),
        Shown::default(),
    )
}

/// [`definition`] for one of many types, of which only the text counts: no word is a link. Layouts are kept, so types that
/// contain each other are laid out once.
pub(crate) fn unlinked_definition<'a>(
    layouts: &mut Layouts<'a>,
    explorer: &'a Explorer,
    id: TypeId,
) -> Vec<Line> {
    written(explorer, layouts, id, &Unfolded::default(), Shown::TEXT)
}

/// The definition of a type with some of its members unfolded, and a line where each cache line begins.
pub fn unfolded_definition(explorer: &Explorer, id: TypeId, unfolded: &Unfolded) -> Vec<Line> {
    let layouts = &mut Layouts::new(explorer.btf());
    let shown = Shown {
        cache_lines: true,
        ..Shown::default()
    };
    written(explorer, layouts, id, unfolded, shown)
}

/// What is shown beside the words.
#[derive(Clone, Copy)]
struct Shown {
    /// Whether a line announces each cache line.
    cache_lines: bool,
    /// Whether names of types are links.
    links: bool,
}

impl Default for Shown {
    fn default() -> Shown {
        Shown {
            cache_lines: false,
            links: true,
        }
    }
}

impl Shown {
    const TEXT: Shown = Shown {
        cache_lines: false,
        links: false,
    };
}

fn written<'a>(
    explorer: &'a Explorer,
    layouts: &mut Layouts<'a>,
    id: TypeId,
    unfolded: &Unfolded,
    shown: Shown,
) -> Vec<Line> {
    let btf = explorer.btf();
    let mut text = Text {
        explorer,
        btf,
        layouts,
        unfolded,
        shown,
        lines: Vec::new(),
        bytes: 0,
        is_cut: false,
    };
    let Some(ty) = btf.get(id) else {
        text.push(0, vec![keyword("void")]);
        return text.lines;
    };
    match ty.kind() {
        Kind::Struct | Kind::Union => text.composite("", id, ""),
        Kind::Enum | Kind::Enum64 => text.enumeration("", ty, ""),
        Kind::Typedef => text.typedef(ty),
        Kind::Func => text.function(ty),
        Kind::FuncProto => text.prototype(ty, "(*)"),
        Kind::Var => text.variable(ty),
        Kind::Datasec => text.section(ty),
        Kind::LocParam => {
            if let Some(location) = ty.location() {
                text.location(location);
            }
        }
        Kind::LocProto => text.locations(ty),
        Kind::LocSec => text.inline_sites(ty),
        Kind::Fwd => {
            let tokens = vec![
                keyword(tag_word(btf, id)),
                plain(" "),
                name(&btf.name(id)),
                plain(";"),
            ];
            text.push(0, tokens);
        }
        Kind::Int | Kind::Float => text.number(ty),
        _ => {
            let tokens = text.declaration(id, "", false);
            text.push(0, tokens);
        }
    }
    text.lines
}

struct Text<'a, 't> {
    explorer: &'a Explorer,
    btf: &'a Btf,
    layouts: &'t mut Layouts<'a>,
    unfolded: &'t Unfolded,
    shown: Shown,
    lines: Vec<Line>,
    /// Bytes of text so far.
    bytes: usize,
    /// Whether the text has ended before the type has.
    is_cut: bool,
}

impl Text<'_, '_> {
    fn push(&mut self, depth: usize, tokens: Vec<Token>) {
        self.line(Line {
            depth: u32::try_from(depth).unwrap_or(u32::MAX),
            tokens,
            ..Line::default()
        });
    }

    fn line(&mut self, line: Line) {
        let words = line.tokens.iter().map(|token| token.text.len());
        self.bytes += words.sum::<usize>() + line.member.as_ref().map_or(0, String::len);
        if self.bytes > MOST_BYTES || self.lines.len() >= MOST_LINES {
            self.cut();
        }
        if !self.is_cut {
            self.lines.push(line);
        }
    }

    /// Ends the text here with a remark.
    fn cut(&mut self) {
        if !std::mem::replace(&mut self.is_cut, true) {
            self.lines.push(Line {
                tokens: vec![comment(
                    "/* … cut here; `btfscope dump` prints all of it */",
                )],
                ..Line::default()
            });
        }
    }

    fn enumeration(&mut self, before: &str, ty: Type<'_>, after: &str) {
        let mut head = Vec::new();
        if !before.is_empty() {
            head.push(keyword(before));
        }
        head.push(keyword("enum"));
        let own = self.btf.str(ty.name());
        if !own.is_empty() {
            head.extend([plain(" "), name(&own)]);
        }
        head.push(plain(" {"));
        self.push(0, head);
        for (number, value) in (0..).zip(ty.enumerators()) {
            let tokens = vec![
                name(&self.btf.str(value.name)),
                plain(" = "),
                Token {
                    kind: TokenKind::Number,
                    text: value.value.to_string(),
                },
                plain(","),
            ];
            self.line(Line {
                row: Some(number),
                member: Some(self.btf.str(value.name).into_owned()),
                depth: 1,
                tokens,
                ..Line::default()
            });
        }
        let mut tail = vec![plain("}")];
        if let Some(size) = ty.size().filter(|&size| size != 4) {
            tail.push(comment(&format!(" /* {} */", counted(size.into(), "byte"))));
        }
        if !after.is_empty() {
            tail.extend([plain(" "), name(after)]);
        }
        tail.push(plain(";"));
        self.push(0, tail);
    }

    fn typedef(&mut self, ty: Type<'_>) {
        let own = self.btf.str(ty.name()).into_owned();
        let target = ty.target().unwrap_or_default();
        if let Some(inner) = self.btf.get(target).filter(|ty| ty.name().is_empty()) {
            if inner.kind().is_composite() {
                return self.composite("typedef ", target, &own);
            }
            if inner.kind().is_any_enum() {
                return self.enumeration("typedef ", inner, &own);
            }
        }
        let mut tokens = vec![keyword("typedef ")];
        tokens.extend(self.declaration(target, &own, false));
        tokens.push(plain(";"));
        self.push(0, tokens);
    }

    fn function(&mut self, ty: Type<'_>) {
        let own = self.btf.str(ty.name()).into_owned();
        // Encoders of kernels record every function as static, so the linkage is not shown.
        let proto = ty.target().and_then(|proto| self.btf.get(proto));
        match proto.filter(|proto| proto.kind() == Kind::FuncProto) {
            Some(proto) => self.prototype(proto, &own),
            None => self.push(0, vec![name(&own), plain("();")]),
        }
    }

    /// A prototype on one line, or with a line for each parameter.
    fn prototype(&mut self, proto: Type<'_>, own: &str) {
        let result = TypeId(proto.size_or_type());
        let Declared { left, .. } = declared(self.btf, result, "", false);
        let (left, stars) = stars(&left);
        let mut head = words(&left, &self.names(result));
        head.extend([plain(" "), plain(&stars), name(own), plain("(")]);
        let (mut params, mut bytes) = (Vec::new(), 0);
        for param in proto.params() {
            let tokens = match param.ty {
                TypeId::VOID => vec![plain("...")],
                ty => self.declaration(ty, &self.btf.str(param.name), false),
            };
            bytes += tokens.iter().map(|token| token.text.len()).sum::<usize>();
            params.push(tokens);
            // What follows is cut.
            if bytes > MOST_BYTES {
                break;
            }
        }
        if params.is_empty() {
            head.extend([keyword("void"), plain(");")]);
            return self.push(0, head);
        }
        let length: usize = params.iter().chain([&head]).map(|part| width(part)).sum();
        let last = params.len() - 1;
        if length + 2 * last <= WIDE {
            for (at, param) in params.into_iter().enumerate() {
                head.extend(param);
                head.push(plain(if at == last { ");" } else { ", " }));
            }
            return self.push(0, head);
        }
        self.push(0, head);
        for (at, mut param) in params.into_iter().enumerate() {
            param.push(plain(if at == last { ");" } else { "," }));
            self.push(2, param);
        }
    }

    fn variable(&mut self, ty: Type<'_>) {
        let Data::Var { target, linkage } = ty.data() else {
            return;
        };
        let mut tokens = match linkage {
            Linkage::Static => vec![keyword("static ")],
            Linkage::Extern => vec![keyword("extern ")],
            _ => Vec::new(),
        };
        tokens.extend(self.declaration(target, &self.btf.str(ty.name()), false));
        tokens.push(plain(";"));
        self.push(0, tokens);
    }

    fn section(&mut self, ty: Type<'_>) {
        let text = format!("/* section {} */", self.btf.str(ty.name()));
        self.push(0, vec![comment(&text)]);
        for part in ty.variables() {
            let there = self.btf.get(part.ty);
            let own = there.map_or_else(String::new, |var| self.btf.str(var.name()).into_owned());
            let target = there.and_then(|var| match var.data() {
                Data::Var { target, .. } => Some(target),
                _ => None,
            });
            let mut tokens = self.declaration(target.unwrap_or_default(), &own, false);
            for token in &mut tokens {
                if token.kind == TokenKind::Name && token.text == own {
                    token.kind = TokenKind::Link(self.explorer.address(part.ty));
                }
            }
            tokens.push(plain(";"));
            self.line(Line {
                offset: Some(part.offset.into()),
                size: Some(part.size.into()),
                tokens,
                ..Line::default()
            });
        }
    }

    fn number(&mut self, ty: Type<'_>) {
        let own = self.btf.str(ty.name()).into_owned();
        let text = match ty.data() {
            Data::Int(int) => {
                let sign = match int.encoding {
                    encoding if encoding.0 & btf::IntEncoding::BOOL.0 != 0 => "a truth value",
                    encoding if encoding.is_signed() => "signed",
                    _ => "unsigned",
                };
                let bits = match u32::from(int.bits) == int.size.saturating_mul(8) {
                    true => String::new(),
                    false => format!(", {} used", counted(int.bits.into(), "bit")),
                };
                format!(" /* {}, {sign}{bits} */", counted(int.size.into(), "byte"))
            }
            _ => format!(" /* {} */", counted(ty.size().unwrap_or(0).into(), "byte")),
        };
        self.push(0, vec![name(&own), comment(&text)]);
    }

    /// A declaration without its semicolon; names of types are links.
    fn declaration(&self, ty: TypeId, own: &str, flexible: bool) -> Vec<Token> {
        let Declared { left, right } = declared(self.btf, ty, own, flexible);
        let names = self.names(ty);
        let (left, stars) = stars(&left);
        let mut tokens = words(&left, &names);
        if !right.is_empty() || !stars.is_empty() {
            tokens.push(plain(&format!(" {stars}")));
        }
        // In the right part the name comes first, after brackets and stars.
        let (before, rest) = match right.find(own) {
            Some(at) if !own.is_empty() => (&right[..at], &right[at + own.len()..]),
            _ => ("", &*right),
        };
        if !before.is_empty() {
            tokens.push(plain(before));
        }
        if !own.is_empty() {
            tokens.push(name(own));
        }
        tokens.extend(words(rest, &names));
        tokens
    }

    /// The named types that a declaration of this type mentions, by their words.
    fn names(&self, id: TypeId) -> FxHashMap<String, Address> {
        let mut names = FxHashMap::default();
        if !self.shown.links {
            return names;
        }
        let (mut stack, mut seen) = (vec![id], 0);
        while let Some(id) = stack.pop() {
            seen += 1;
            let Some(ty) = self.btf.get(id).filter(|_| seen < MOST_NAMES) else {
                continue;
            };
            match ty.data() {
                Data::Ptr { target }
                | Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target } => stack.push(target),
                Data::Array(array) => stack.push(array.element),
                Data::FuncProto { result } => {
                    stack.push(result);
                    stack.extend(ty.params().map(|param| param.ty));
                }
                Data::Int(_) | Data::Float { .. } => {}
                _ if ty.name().is_empty() => {}
                Data::Typedef { .. } => {
                    names.insert(self.btf.name(id).into_owned(), self.explorer.address(id));
                }
                _ => {
                    let tagged = format!("{} {}", tag_word(self.btf, id), self.btf.name(id));
                    names.insert(tagged, self.explorer.address(id));
                }
            }
        }
        names
    }
}
