//! C declarations: a whole header that compiles (`vmlinux.h`), one type's definition, or one type's
//! name.
//!
//! Text is made from a stack of work items, not by recursion, and is bounded by the size of the
//! input: a small BTF can describe anonymous types nested so that their text would fill any disk.

use alloc::string::String;
use alloc::vec::Vec;
mod body;
mod decl;
mod guards;
mod keywords;
mod kfuncs;
mod limit;
mod names;
mod order;
mod rings;

use crate::layout::{Shapes, size_of_long};
use crate::{Btf, Kind, TypeId};
use core::fmt::{self, Write as _};
use guards::Guard;
use keywords::Renamed;
pub(crate) use limit::Limited;
use names::Names;

/// Bytes of a type's name; the longest in a kernel have a few hundred.
const MAX_NAME: u64 = 16 * 1024;

/// Why a type could not be printed as C.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CError {
    /// The text could not be written out.
    #[error("the C text could not be written")]
    Write(#[from] fmt::Error),
    /// Anonymous types inside one another make the text far longer than the types are.
    #[error(
        "anonymous types nested in type {id} make its C text far longer than the BTF itself; the BTF is damaged or made to be so"
    )]
    TooLong {
        /// The type being printed.
        id: TypeId,
    },
    /// Pointers, qualifiers and arrays that never come to an end.
    #[error(
        "the declaration of type {id} leads through more than 128 pointers, qualifiers or arrays, or in a loop; the BTF is damaged"
    )]
    Loop {
        /// The type being printed.
        id: TypeId,
    },
}

/// Prints all own types of `btf` as a C header. Types of the base come along where own types need them.
///
/// Structs get `__attribute__((packed))` and unnamed bitfields as padding where their offsets ask for
/// it, so that every offset and size is the BTF's when compiled for a machine with its pointer size.
///
/// # Errors
///
/// [`CError::Write`] from `out`, [`CError::TooLong`] for anonymous types nested without end,
/// [`CError::Loop`] for declarations without end.
pub fn print_c(btf: &Btf, out: &mut dyn fmt::Write) -> Result<(), CError> {
    print_header(btf, out, false, order::print_all)
}

/// Prints some types as a C header, with what they need and nothing else: pointees are only declared. A function is
/// printed as its prototype.
///
/// Each definition has a guard of its own, so several such headers of one BTF can be included together, and after
/// the whole header. A definition that differs from one of the same name in a header before stops the compiler.
///
/// ```
/// use btf::{Btf, Kind, print::c::print_c_of};
///
/// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
/// let sell = btf.find(Kind::Func, "sell").expect("the sample has it");
/// let mut header = String::new();
/// print_c_of(&btf, &[sell], &mut header)?;
/// assert!(header.contains("struct item;\n"));
/// assert!(header.contains("int sell(struct item *item, const char *note, ...);\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`print_c`].
pub fn print_c_of(btf: &Btf, ids: &[TypeId], out: &mut dyn fmt::Write) -> Result<(), CError> {
    print_header(btf, out, true, |printer| order::print_some(printer, ids))
}

/// Prints types with what a header has before and behind them. The types come first: only their text tells which names
/// a newer dialect would refuse.
fn print_header(
    btf: &Btf,
    out: &mut dyn fmt::Write,
    guarded: bool,
    types: impl FnOnce(&mut Printer<'_, '_>) -> Result<(), CError>,
) -> Result<(), CError> {
    let mut text = String::new();
    let limited = Limited::new(&mut text, 1 << 20, btf, 32);
    let mut printer = Printer::new(btf, limited, Names::header());
    printer.tagged = rings::anonymous_rings(btf);
    printer.guards = guarded.then(Vec::new);
    let result = types(&mut printer);
    printer.out.explain(printer.current, result)?;
    let guards = printer.guards.take();

    let renamed = Renamed::of(&text);
    out.write_str(if guarded {
        guards::BEGIN_PARTIAL
    } else {
        guards::BEGIN_WHOLE
    })?;
    renamed.begin(out)?;
    out.write_str(
        "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n\
         #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n\
         #endif\n\n",
    )?;
    guards::write(&text, guards.as_deref().unwrap_or_default(), out)?;
    out.write_str(
        "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n\
         #pragma clang attribute pop\n\
         #endif\n\n",
    )?;
    renamed.end(out)?;
    Ok(out.write_str("#endif /* __VMLINUX_H__ */\n")?)
}

/// Prints the declaration of one type, without what it depends on: a definition for structs, unions,
/// enumerations and typedefs, a prototype for functions, a declaration for variables, and for
/// everything else its name. Ends with `;` (and no line break) for declarations.
///
/// # Errors
///
/// As [`print_c`].
pub fn print_c_type(btf: &Btf, id: TypeId, out: &mut dyn fmt::Write) -> Result<(), CError> {
    let limited = Limited::new(out, 1 << 20, btf, 32);
    let mut printer = Printer::new(btf, limited, Names::plain());
    let result = printer.statement(id, true);
    printer.out.explain(id, result)
}

/// The C name of a type, or the declaration of `variable` if that is not empty: `const struct foo *(*)(int)`,
/// `char name[16]`. Anonymous structs, unions and enumerations are shown as `struct {...}`.
///
/// A name too long to show is cut, with `...` at its end.
pub fn type_name(btf: &Btf, id: TypeId, variable: &str) -> String {
    let mut out = String::new();
    let limited = Limited::new(&mut out, MAX_NAME, btf, 0);
    let mut printer = Printer::new(btf, limited, Names::plain());
    printer.budget = 4096;
    printer.inline = false;
    if printer.declaration(id, variable).is_err() {
        out.push_str("...");
    }
    out
}

/// What is being printed, with what.
pub(crate) struct Printer<'a, 'o> {
    btf: &'a Btf,
    shapes: Shapes<'a>,
    /// Bits of the widest unit that padding is made of: `long`, or `int` where the BTF does not say how
    /// wide `long` is.
    widest: u64,
    names: Names,
    out: Limited<'o>,
    /// Work items left.
    budget: u64,
    /// Whether anonymous types are written out where they are named.
    inline: bool,
    /// Anonymous types that get a tag, in the order of ids.
    tagged: Vec<TypeId>,
    /// Where the text has definitions that get a guard; `None` if they get none.
    guards: Option<Vec<Guard>>,
    /// The type whose statement is being printed, for errors.
    current: TypeId,
}

impl<'a, 'o> Printer<'a, 'o> {
    fn new(btf: &'a Btf, out: Limited<'o>, names: Names) -> Printer<'a, 'o> {
        Printer {
            btf,
            shapes: Shapes::new(btf),
            widest: size_of_long(btf).unwrap_or(4) * 8,
            names,
            out,
            // A kernel needs less than one item a byte: anonymous types are named about once.
            budget: limit::bytes_of(btf).saturating_mul(8) + 100_000,
            inline: true,
            tagged: Vec::new(),
            guards: None,
            current: TypeId::VOID,
        }
    }

    /// Whether a struct, union, or enumeration has no name in the text either.
    fn is_nameless(&self, id: TypeId) -> bool {
        self.btf.name(id).is_empty() && !self.is_tagged(id)
    }

    /// Whether an anonymous type gets a tag, because it leads back to itself.
    fn is_tagged(&self, id: TypeId) -> bool {
        self.tagged.binary_search(&id).is_ok()
    }

    /// Counts work done.
    fn spend(&mut self, items: u64) -> Result<(), CError> {
        match self.budget.checked_sub(items) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(CError::TooLong { id: self.current }),
        }
    }

    /// One top-level statement: the definition of `id`, `;` included.
    fn statement(&mut self, id: TypeId, full: bool) -> Result<(), CError> {
        self.current = id;
        let Some(ty) = self.btf.get(id) else {
            return Ok(self.out.write_str("void")?);
        };
        match ty.kind() {
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 if full => {
                self.definition(id)?;
            }
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Fwd => {
                let name = self.names.of(self.btf, id);
                write!(self.out, "{} {name}", names::keyword(ty))?;
            }
            Kind::Typedef => {
                let name = self.names.of(self.btf, id);
                self.out.write_str("typedef ")?;
                self.declaration(ty.target().unwrap_or_default(), &name)?;
            }
            Kind::Func => {
                let name = self.btf.str(ty.name());
                let name = names::identifier(&name);
                // A header declares a function that is elsewhere.
                if ty.vlen() == 0 && self.guards.is_none() {
                    self.out.write_str("static ")?;
                }
                self.declaration(ty.target().unwrap_or_default(), &name)?;
            }
            Kind::Var => {
                let name = self.btf.str(ty.name());
                let name = names::identifier(&name);
                self.out.write_str(match ty.tail().first() {
                    Some(0) => "static ",
                    Some(2) => "extern ",
                    _ => "",
                })?;
                self.declaration(ty.target().unwrap_or_default(), &name)?;
            }
            _ => return self.declaration(id, ""),
        }
        Ok(self.out.write_char(';')?)
    }
}
