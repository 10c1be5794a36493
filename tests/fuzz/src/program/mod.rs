//! A random program of types, written as DWARF; what its BTF must be follows from the program alone.
//!
//! The program has one pool of types, each with a name or a content that no other has. Its units contain parts of the pool,
//! so dedup must find each type once, at its first place.

mod bytes;
mod dwarf;
mod expect;
mod make;

pub use bytes::Bytes;
pub use dwarf::write;
pub use expect::check;

/// A type of the pool, by its place there; `None` is void.
pub type Ref = Option<usize>;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A number: its bytes and its encoding.
    Base { size: u32, encoding: Encoding },
    /// A pointer.
    Pointer(Ref),
    /// `const`, `volatile`, or `restrict`.
    Modifier(Modifier, Ref),
    /// Another name.
    Typedef(Ref),
    /// So many elements.
    Array { element: usize, count: u32 },
    /// A struct or union.
    Composite {
        union: bool,
        named: bool,
        size: u32,
        members: Vec<Member>,
    },
    /// An enumeration with its bytes.
    Enum {
        named: bool,
        size: u32,
        signed: bool,
        values: Vec<i64>,
    },
    /// What a function pointer points to.
    Prototype {
        result: Ref,
        params: Vec<usize>,
        variadic: bool,
    },
}

/// How a number is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Signed,
    Unsigned,
    Bool,
    Float,
}

/// What a type is modified with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Modifier {
    Const,
    Volatile,
    Restrict,
}

/// A member; of a bit-field, `width` is not 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    pub named: bool,
    pub ty: usize,
    pub bit_offset: u32,
    pub width: u32,
}

/// A function, which one unit defines.
#[derive(Clone, Debug)]
pub struct Function {
    pub unit: usize,
    pub result: Ref,
    pub params: Vec<usize>,
}

/// A per-CPU variable, which one unit defines.
#[derive(Clone, Debug)]
pub struct Variable {
    pub unit: usize,
    pub ty: usize,
}

/// What a unit says of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Whole(usize),
    /// That there is such a struct or union.
    Declared(usize),
}

/// A program.
#[derive(Clone, Debug)]
pub struct Program {
    pub types: Vec<Type>,
    /// The types of each unit, in the order of its entries.
    pub units: Vec<Vec<Shown>>,
    pub functions: Vec<Function>,
    pub variables: Vec<Variable>,
    /// The version of DWARF, from 3 to 5.
    pub version: u16,
    /// Whether addresses have 8 bytes.
    pub is_64: bool,
    pub big_endian: bool,
}

impl Program {
    /// The name of a type, if it has one.
    #[must_use]
    pub fn name(&self, ty: usize) -> Option<String> {
        match &self.types[ty] {
            Type::Base { .. } if ty == 0 => Some("int".to_owned()),
            Type::Base { .. } => Some(format!("number_{ty}")),
            Type::Typedef(_) => Some(format!("name_{ty}")),
            Type::Composite { named: true, .. } => Some(format!("record_{ty}")),
            Type::Enum { named: true, .. } => Some(format!("choice_{ty}")),
            _ => None,
        }
    }

    /// Bytes of a type; 0 if it has none.
    #[must_use]
    pub fn size(&self, ty: usize) -> u32 {
        match &self.types[ty] {
            Type::Base { size, .. } | Type::Composite { size, .. } | Type::Enum { size, .. } => {
                *size
            }
            Type::Pointer(_) => self.pointer_size(),
            Type::Modifier(_, of) | Type::Typedef(of) => of.map_or(0, |of| self.size(of)),
            Type::Array { element, count } => self.size(*element).saturating_mul(*count),
            Type::Prototype { .. } => 0,
        }
    }

    /// Bytes of an address.
    #[must_use]
    pub fn pointer_size(&self) -> u32 {
        if self.is_64 { 8 } else { 4 }
    }

    /// Whether any unit contains the whole of a type.
    #[must_use]
    pub fn is_defined(&self, ty: usize) -> bool {
        let mut shown = self.units.iter().flatten();
        shown.any(|shown| *shown == Shown::Whole(ty))
    }
}

/// The name of the enumerator at this place.
fn enumerator(ty: usize, at: usize) -> String {
    format!("value_{ty}_{at}")
}

/// The name of the member at this place.
fn member(at: usize) -> String {
    format!("member_{at}")
}

/// The name of a function.
fn function(at: usize) -> String {
    format!("function_{at:03}")
}

/// The name of a variable.
fn variable(at: usize) -> String {
    format!("variable_{at:03}")
}

/// The name of a function's parameter.
fn param(at: usize) -> String {
    format!("param_{at}")
}

/// Bytes between the addresses of functions.
const FUNCTION_BYTES: u64 = 16;

/// The address of a variable, from the beginning of the per-CPU section.
fn variable_offset(program: &Program, at: usize) -> u64 {
    let before = program.variables.iter().take(at);
    before
        .map(|variable| u64::from(program.size(variable.ty)).max(1))
        .sum()
}
