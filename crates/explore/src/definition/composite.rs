//! A struct or union as C, with the members of its members where these are anonymous or unfolded.

use super::Text;
use super::token::{CacheLine, Line, Token};
use super::words::{
    comment, counted, depth, keyword, name, number_token, plain, qualifiers, tag_word, words,
};
use btf::layout::{CACHELINE, Row, StructLayout, strip_arrays};
use btf::print::show::text::declared;
use btf::{Kind, TypeId};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Members unfolded in one another, at most.
const MOST_UNFOLDED: usize = 32;

/// A struct or union whose members are being written.
struct Frame {
    layout: Rc<StructLayout>,
    /// The next row.
    next: usize,
    /// Bytes from the start of the outermost struct to this one.
    base: u64,
    /// Levels that the members of this one are indented beyond those of the outermost.
    indent: usize,
    /// The path to this one, with a full stop at its end; empty for the outermost.
    path: String,
    /// The rows of anonymous types that are open.
    open: Vec<Row>,
}

/// A struct or union that is open: the outermost, an anonymous or an unfolded one.
struct Scope {
    is_union: bool,
    /// The last cache line announced in it. What is announced in a union stays there: its members each start where the
    /// union does.
    line: u64,
}

impl Text<'_, '_> {
    pub(super) fn composite(&mut self, before: &str, id: TypeId, after: &str) {
        let mut known: FxHashMap<TypeId, Rc<StructLayout>> = FxHashMap::default();
        let Some(layout) = self.layouts.layout(id).map(Rc::new) else {
            return;
        };
        self.push(0, self.head(before, id));
        let mut number = layout.rows.len();
        let mut scopes = vec![Scope {
            is_union: layout.is_union,
            line: 0,
        }];
        let mut frames = vec![Frame {
            layout,
            next: 0,
            base: 0,
            indent: 0,
            path: String::new(),
            open: Vec::new(),
        }];
        while !self.is_cut {
            let outermost = frames.first().map_or(0, |frame| frame.next);
            let (is_outermost, ids) = match frames.as_slice() {
                [_] => (true, Vec::new()),
                all => (false, all.iter().map(|frame| frame.layout.id).collect()),
            };
            let Some(frame) = frames.last_mut() else {
                break;
            };
            let row = frame.layout.rows.get(frame.next).cloned();
            let outer = row.as_ref().map_or(0, |row| row.depth);
            while frame.open.len() > outer
                && let Some(row) = frame.open.pop()
            {
                self.close(&row, frame.indent);
                leave(&mut scopes);
            }
            let Some(row) = row else {
                let frame = frames.pop();
                if frame.as_ref().is_some_and(|frame| frame.layout.is_cut) {
                    self.cut();
                }
                let outer = frames.last();
                match (
                    frame,
                    outer.and_then(|outer| outer.layout.rows.get(outer.next - 1)),
                ) {
                    (Some(frame), Some(row)) => {
                        self.padding(&frame.layout, frame.indent);
                        let indent = outer.map_or(0, |outer| outer.indent);
                        self.close(row, indent);
                        leave(&mut scopes);
                    }
                    (Some(frame), None) => self.tail(&frame.layout, after),
                    (None, _) => {}
                }
                continue;
            };
            frame.next += 1;
            self.gap(&row, frame.indent);
            let offset = frame.base.saturating_add(row.offset);
            self.cache_line(offset, &mut scopes);
            let own = self.btf.str(row.name);
            let mut path = frame.path.clone();
            for row in &frame.open {
                let name = self.btf.str(row.name);
                if !name.is_empty() {
                    path.push_str(&name);
                    path.push('.');
                }
            }
            path.push_str(&own);
            let mut line = Line {
                offset: Some(offset),
                bits: row.bits,
                size: Some(row.size),
                depth: depth(frame.indent + row.depth + 1),
                ..Line::default()
            };
            if is_outermost {
                line.row = u32::try_from(frame.next - 1).ok();
            } else {
                line.row = u32::try_from(number).ok();
                line.within = u32::try_from(outermost.saturating_sub(1)).ok();
                number += 1;
            }
            if let Some(nested) = row.nested {
                line.size = None;
                line.member = (!own.is_empty()).then_some(path);
                line.tokens = self.head(qualifiers(self.btf, row.ty), nested.id);
                scopes.push(Scope {
                    is_union: self.btf.kind(nested.id) == Kind::Union,
                    line: scopes.last().map_or(0, |scope| scope.line),
                });
                frame.open.push(row);
                self.line(line);
                continue;
            }
            let inner = self.unfoldable(&row);
            let can = inner.is_some_and(|id| !ids.contains(&id) && id != frame.layout.id);
            let is_unfolded = can && ids.len() < MOST_UNFOLDED && self.unfolded.contains(&path);
            line.unfolded = can.then_some(is_unfolded);
            let layout = inner.filter(|_| is_unfolded).and_then(|id| {
                let layout = match known.get(&id) {
                    Some(layout) => layout.clone(),
                    None => Rc::new(self.layouts.layout(id)?),
                };
                known.insert(id, layout.clone());
                Some(layout)
            });
            if let Some(layout) = layout {
                line.tokens = self.unfolded_head(&row, &layout);
                line.member = Some(path.clone());
                self.line(line);
                scopes.push(Scope {
                    is_union: layout.is_union,
                    line: scopes.last().map_or(0, |scope| scope.line),
                });
                path.push('.');
                let indent = frame.indent + row.depth + 1;
                frames.push(Frame {
                    layout,
                    next: 0,
                    base: offset,
                    indent,
                    path,
                    open: Vec::new(),
                });
                continue;
            }
            line.member = (!own.is_empty()).then_some(path);
            line.tokens = self.declaration(row.ty, &own, row.flexible);
            if let Some((_, width)) = row.bits {
                line.tokens.push(plain(":"));
                line.tokens.push(number_token(width));
            }
            line.tokens.push(plain(";"));
            self.line(line);
        }
    }

    /// The struct or union whose members a member has, directly or in an array, if that has a name or a typedef's and any
    /// members.
    fn unfoldable(&self, row: &Row) -> Option<TypeId> {
        if row.bits.is_some() || row.name.0 == 0 {
            return None;
        }
        let (id, ty, _) = strip_arrays(self.btf, row.ty)?;
        (ty.kind().is_composite() && ty.vlen() > 0).then_some(id)
    }

    /// Announces a cache line that begins with the member at `offset` or began since the one before.
    fn cache_line(&mut self, offset: u64, scopes: &mut [Scope]) {
        let Some(scope) = scopes.last_mut().filter(|_| self.shown.cache_lines) else {
            return;
        };
        let number = offset / CACHELINE;
        if number <= scope.line {
            return;
        }
        scope.line = number;
        self.line(Line {
            cache_line: Some(CacheLine {
                number,
                start: number * CACHELINE,
                ago: offset % CACHELINE,
            }),
            ..Line::default()
        });
    }

    /// The line that opens a struct, union, or enumeration: `struct name {`.
    fn head(&self, before: &str, id: TypeId) -> Vec<Token> {
        let mut tokens = Vec::new();
        if !before.is_empty() {
            tokens.push(keyword(before));
        }
        tokens.push(keyword(tag_word(self.btf, id)));
        let own = self.btf.name(id);
        if !own.is_empty() {
            tokens.extend([plain(" "), name(&own)]);
        }
        tokens.push(plain(" {"));
        tokens
    }

    /// The line that opens a member that is unfolded: its type, and what that is if only a typedef is named.
    fn unfolded_head(&self, row: &Row, layout: &StructLayout) -> Vec<Token> {
        let left = declared(self.btf, row.ty, "", false).left;
        let mut tokens = words(left.trim_end(), &self.names(row.ty));
        tokens.push(plain(" {"));
        let word = if layout.is_union { "union" } else { "struct" };
        if !left.split_whitespace().any(|part| part == word) {
            let own = self.btf.name(layout.id);
            let text = format!(" /* {word} {own}").trim_end().to_owned();
            tokens.push(comment(&format!("{text} */")));
        }
        if let Some((.., count)) = strip_arrays(self.btf, row.ty)
            && count != 1
        {
            tokens.push(comment(&format!(" /* the first of {count} */")));
        }
        tokens
    }

    /// Unused bytes before a member.
    fn gap(&mut self, row: &Row, indent: usize) {
        if row.hole > 0 {
            let text = format!("/* {} unused */", counted(row.hole, "byte"));
            self.push(indent + row.depth + 1, vec![comment(&text)]);
        }
        if row.bit_hole > 0 {
            let text = format!("/* {} unused */", counted(row.bit_hole, "bit"));
            self.push(indent + row.depth + 1, vec![comment(&text)]);
        }
    }

    /// Unused bytes at the end.
    fn padding(&mut self, layout: &StructLayout, indent: usize) {
        if layout.holes.padding > 0 {
            let text = format!("/* {} of padding */", counted(layout.holes.padding, "byte"));
            self.push(indent + 1, vec![comment(&text)]);
        }
    }

    /// The `} name;` that closes an anonymous type or one that is unfolded.
    fn close(&mut self, row: &Row, indent: usize) {
        let own = self.btf.str(row.name);
        let right = declared(self.btf, row.ty, &own, row.flexible).right;
        let mut tokens = vec![plain("}")];
        if !right.is_empty() {
            tokens.extend([plain(" "), name(&right)]);
        }
        tokens.push(plain(";"));
        self.push(indent + row.depth + 1, tokens);
    }

    fn tail(&mut self, layout: &StructLayout, after: &str) {
        self.padding(layout, 0);
        let mut tokens = vec![plain("}")];
        if layout.packed {
            tokens.push(keyword(" __attribute__((packed))"));
        }
        if let Some(align) = layout.forced_alignment {
            tokens.push(keyword(&format!(" __attribute__((aligned({align})))")));
        }
        if !after.is_empty() {
            tokens.extend([plain(" "), name(after)]);
        }
        tokens.push(plain(";"));
        self.push(0, tokens);
    }
}

/// Closes the innermost scope. A struct in a struct announces for both.
fn leave(scopes: &mut Vec<Scope>) {
    let Some(inner) = scopes.pop() else { return };
    if let Some(outer) = scopes.last_mut()
        && !inner.is_union
        && !outer.is_union
    {
        outer.line = inner.line;
    }
}
