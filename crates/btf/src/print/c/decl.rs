//! Declarators: `const struct foo *(*name[2])(int)` from a chain of types.

use super::{CError, Printer, names};
use crate::layout::MAX_CHAIN;
use crate::{Array, Data, Kind, StringOffset, Type, TypeId};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// Something still to be printed. The stack of these takes the place of recursion.
pub(super) enum Item {
    /// Text as it is.
    Text(&'static str),
    /// Text made for this place.
    Owned(String),
    /// The declaration of a variable of a type. Empty names are left out.
    Decl {
        /// The type of the variable.
        ty: TypeId,
        /// The name of the variable.
        name: String,
        /// Tabs before members, if the type is written out.
        depth: usize,
    },
    /// The definition of a struct, union or enumeration.
    Definition {
        /// The type to define.
        id: TypeId,
        /// Tabs before its closing brace.
        depth: usize,
    },
    /// The members of a struct or union from `index` on.
    Members(super::body::Members),
    /// The parameters of a prototype from `index` on.
    Params {
        /// The prototype.
        proto: TypeId,
        /// The next parameter.
        index: usize,
        /// As above.
        depth: usize,
    },
}

/// A derived type, seen from the name outwards.
enum Piece {
    Ptr(Qualifiers),
    Array(u32),
    Func(TypeId),
}

/// Qualifiers and tags that wait for the type they belong to.
#[derive(Default)]
struct Qualifiers {
    words: [bool; 3],
    tags: Vec<(StringOffset, bool)>,
}

const QUALIFIERS: [&str; 3] = ["const", "volatile", "restrict"];

/// Deeper than any code nests anonymous types; a type nested in itself ends there.
const MAX_DEPTH: usize = 64;

impl Printer<'_, '_> {
    /// Prints the declaration of `name` with type `ty`.
    pub(super) fn declaration(&mut self, ty: TypeId, name: &str) -> Result<(), CError> {
        self.run(Item::Decl {
            ty,
            name: name.to_owned(),
            depth: 0,
        })
    }

    /// Prints the definition of a struct, union or enumeration.
    pub(super) fn definition(&mut self, id: TypeId) -> Result<(), CError> {
        self.run(Item::Definition { id, depth: 0 })
    }

    fn run(&mut self, first: Item) -> Result<(), CError> {
        let mut stack = vec![first];
        while let Some(item) = stack.pop() {
            self.spend(1)?;
            match item {
                Item::Text(text) => self.out.write_str(text)?,
                Item::Owned(text) => self.out.write_str(&text)?,
                Item::Decl { ty, name, depth } => self.declarator(ty, &name, depth, &mut stack)?,
                Item::Definition { id, depth } => self.begin_definition(id, depth, &mut stack)?,
                Item::Members(members) => self.next_member(members, &mut stack)?,
                Item::Params {
                    proto,
                    index,
                    depth,
                } => self.next_param(proto, index, depth, &mut stack),
            }
        }
        Ok(())
    }

    /// Takes the chain of derived types apart. C writes what is nearest to the name last: pointers to
    /// the left of the name, arrays and parameters to its right.
    fn declarator(
        &mut self,
        ty: TypeId,
        name: &str,
        depth: usize,
        stack: &mut Vec<Item>,
    ) -> Result<(), CError> {
        let (mut id, mut pieces, mut waiting) = (ty, Vec::new(), Qualifiers::default());
        let mut steps = 0;
        while let Some(ty) = self.btf.get(id) {
            steps += 1;
            if steps > MAX_CHAIN {
                return Err(CError::Loop { id: self.current });
            }
            match ty.data() {
                Data::Const { target } => (waiting.words[0], id) = (true, target),
                Data::Volatile { target } => (waiting.words[1], id) = (true, target),
                Data::Restrict { target } => (waiting.words[2], id) = (true, target),
                Data::TypeTag { target } => {
                    waiting.tags.push((ty.name(), ty.kind_flag()));
                    id = target;
                }
                Data::Ptr { target } => {
                    pieces.push(Piece::Ptr(core::mem::take(&mut waiting)));
                    id = target;
                }
                // Qualifiers of an array are its elements' in C: they wait on.
                Data::Array(Array { element, count, .. }) => {
                    pieces.push(Piece::Array(count));
                    id = element;
                }
                Data::FuncProto { result } => {
                    // C has no qualified functions.
                    waiting = Qualifiers::default();
                    pieces.push(Piece::Func(id));
                    id = result;
                }
                _ => break,
            }
        }

        self.spend(steps as u64)?;
        let left = self.left_of_name(&pieces);
        let (mut after_base, mut empty) = (String::new(), true);
        for tag in &waiting.tags {
            after_base.push(' ');
            after_base.push_str(&self.attribute(tag));
        }
        if !left.is_empty() || !name.is_empty() {
            after_base.push(' ');
            empty = false;
        }
        // Qualifiers and the base come first, so they are pushed last.
        self.push_right_of_name(&pieces, depth, stack);
        if !empty {
            stack.push(Item::Owned(format!("{left}{name}")));
        }
        if !after_base.is_empty() {
            stack.push(Item::Owned(after_base));
        }
        for (_, word) in (waiting.words.iter().zip(QUALIFIERS)).filter(|(on, _)| **on) {
            // `restrict` is for pointers; bad input may have it elsewhere.
            if word != "restrict" {
                write!(self.out, "{word} ")?;
            }
        }
        self.base(id, depth, stack)
    }

    /// `*const (*` and so on.
    fn left_of_name(&self, pieces: &[Piece]) -> String {
        let mut left = String::new();
        for (index, piece) in pieces.iter().enumerate().rev() {
            let Piece::Ptr(qualifiers) = piece else {
                continue;
            };
            if matches!(
                pieces.get(index + 1),
                Some(Piece::Array(_) | Piece::Func(_))
            ) {
                left.push('(');
            }
            left.push('*');
            for tag in &qualifiers.tags {
                left.push(' ');
                left.push_str(&self.attribute(tag));
                left.push(' ');
            }
            for (_, word) in (qualifiers.words.iter().zip(QUALIFIERS)).filter(|(on, _)| **on) {
                left.push(' ');
                left.push_str(if word == "restrict" {
                    "__restrict"
                } else {
                    word
                });
                left.push(' ');
            }
        }
        left.replace("  ", " ")
    }

    /// `[2])(int)` and so on; pushed in reverse, as the stack is taken from its end.
    fn push_right_of_name(&self, pieces: &[Piece], depth: usize, stack: &mut Vec<Item>) {
        for (index, piece) in pieces.iter().enumerate().rev() {
            match piece {
                Piece::Ptr(_) => {
                    if matches!(
                        pieces.get(index + 1),
                        Some(Piece::Array(_) | Piece::Func(_))
                    ) {
                        stack.push(Item::Text(")"));
                    }
                }
                Piece::Array(count) => stack.push(Item::Owned(format!("[{count}]"))),
                &Piece::Func(proto) => {
                    stack.push(Item::Text(")"));
                    stack.push(Item::Params {
                        proto,
                        index: 0,
                        depth,
                    });
                    stack.push(Item::Text("("));
                }
            }
        }
    }

    fn next_param(&mut self, proto: TypeId, index: usize, depth: usize, stack: &mut Vec<Item>) {
        let Some(ty) = self.btf.get(proto) else {
            return;
        };
        let words = ty.tail().as_chunks::<2>().0;
        let lone_void = words.len() == 1 && words[0][1] == 0;
        let Some(&[name, param]) = words.get(index) else {
            if words.is_empty() {
                stack.push(Item::Text("void"));
            }
            return;
        };
        if index + 1 < words.len() {
            stack.push(Item::Params {
                proto,
                index: index + 1,
                depth,
            });
            stack.push(Item::Text(", "));
        }
        stack.push(match (lone_void, param) {
            (true, _) => Item::Text("void"),
            (false, 0) => Item::Text("..."),
            _ => Item::Decl {
                ty: TypeId(param),
                name: self.param_name(StringOffset(name)),
                depth,
            },
        });
    }

    /// A parameter's name, left out where it would hide a type of the parameters after it.
    fn param_name(&self, name: StringOffset) -> String {
        let name = self.btf.str(name);
        let name = names::identifier(&name);
        if self.names.is_identifier(&name) {
            return String::new();
        }
        name.into_owned()
    }

    /// The type at the end of the chain.
    fn base(&mut self, id: TypeId, depth: usize, stack: &mut Vec<Item>) -> Result<(), CError> {
        let Some(ty) = self.btf.get(id) else {
            return Ok(self.out.write_str("void")?);
        };
        match ty.kind() {
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Fwd => {
                let keyword = names::keyword(ty);
                if !self.is_nameless(id) {
                    let name = self.names.of(self.btf, id);
                    write!(self.out, "{keyword} {name}")?;
                } else if !self.inline || depth >= MAX_DEPTH || ty.kind() == Kind::Fwd {
                    write!(self.out, "{keyword} {{...}}")?;
                } else {
                    stack.push(Item::Definition { id, depth });
                }
            }
            Kind::Typedef if self.btf.string(ty.name()) == Some(b"__builtin_va_list") => {
                self.out.write_str("__builtin_va_list")?;
            }
            Kind::Typedef => {
                let name = self.names.of(self.btf, id);
                self.out.write_str(&name)?;
            }
            Kind::Int | Kind::Float => {
                let name = self.number_name(ty);
                self.out.write_str(&name)?;
            }
            // A function, variable or section is no type of C; `verify` says so.
            _ => self.out.write_str("void")?,
        }
        Ok(())
    }

    /// The name of an INT or FLOAT: as it is where C knows it.
    pub(super) fn number_name(&self, ty: Type<'_>) -> String {
        let name = self.btf.str(ty.name());
        if names::is_builtin_of(&name, ty.size()) {
            return name.into_owned();
        }
        match &*names::identifier(&name) {
            "" => "int".to_owned(),
            plain => self.names.number(plain, ty).as_ref().to_owned(),
        }
    }

    fn attribute(&self, &(name, raw): &(StringOffset, bool)) -> String {
        let value = self.btf.str(name);
        let plain = |c: char| c.is_ascii_alphanumeric() || "_(), \"-.:".contains(c);
        if raw && value.chars().all(plain) {
            return format!("__attribute__(({value}))");
        }
        format!(
            "__attribute__((btf_type_tag(\"{}\")))",
            value.escape_default()
        )
    }
}
