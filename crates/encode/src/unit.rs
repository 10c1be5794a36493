//! The result of encoding one unit.

use crate::exclusion::Exclusion;
use crate::inline::InlineSites;
use btf::{Kind, StringOffset};
use serde::{Deserialize, Serialize};

/// In the words of an ARRAY: the index type, which is one type for the whole file, the first `int` of the first unit
/// that has one.
pub const INDEX_TYPE: u32 = 0x7fff_ffff;

/// Typedefs, qualifiers and arrays that are followed from a type to what it is: far more than a program has,
/// and a bound where damaged input runs in circles, for each of many members and parameters.
pub(crate) const LONGEST_CHAIN: usize = 1024;

/// What to encode; see the pipeline's features for the names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Choices {
    pub float: bool,
    pub enum64: bool,
    pub decl_tag: bool,
    pub type_tag: bool,
    /// Parameters as they are after optimisation.
    pub true_signature: bool,
    /// Where functions were inlined.
    pub inline: bool,
    /// Units in these languages are left out.
    pub excluded: crate::language::Languages,
}

/// The types of one unit as a per-unit encoder emits them, and its functions and variables.
///
/// Ids are the unit's own, counted from 1; names are offsets in the [`crate::Names`] it was encoded
/// with. A `Unit` is reused from unit to unit: `clear` keeps its memory.
#[derive(Debug, Default)]
pub struct Unit {
    /// Words of all types, one after the other.
    pub words: Vec<u32>,
    /// Word at which each type starts.
    pub starts: Vec<u32>,
    /// Tags of types of this unit, which are emitted after its types.
    pub decl_tags: Vec<DeclTag>,
    /// Functions that could become a FUNC.
    pub functions: Vec<Function>,
    /// Parameters of `functions`: name and type id.
    pub params: Vec<(StringOffset, u32)>,
    /// Variables at fixed addresses.
    pub variables: Vec<Variable>,
    /// Id of the unit's first base type named `int`.
    pub int_type: Option<u32>,
    /// Whether an array was emitted.
    pub has_array: bool,
    /// References that lead nowhere and became `void`.
    pub dangling: u32,
    /// What BTF cannot express, by [`Inexpressible`].
    pub inexpressible: [u32; Inexpressible::ALL.len()],
    /// The unit's source file, as the DWARF names it.
    pub name: String,
    /// Where functions were inlined, if [`Choices::inline`] asks for it.
    pub inline: InlineSites,
}

/// What the languages beside C have and BTF has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Inexpressible {
    /// A base class: its members are not the derived class's.
    BaseClass,
    /// A C++ reference, written as a pointer.
    Reference,
    /// A C++ pointer to a member, written as the numbers that the ABI has for it.
    MemberPointer,
    /// Variants of a Rust enumeration.
    Variants,
    /// A complex number, written as a structure of two FLOATs.
    Complex,
    /// A member for whose place BTF has too few bits: 32, or 24 in a structure with bitfields; or for
    /// whose width: 8.
    FarMember,
    /// A structure of 4 GiB and more.
    LargeStruct,
    /// An array of 4,294,967,296 elements and more.
    LargeArray,
    /// An enumeration of 16 bytes.
    WideEnum,
}

impl Inexpressible {
    /// All, in the order of their numbers.
    pub const ALL: [Inexpressible; 9] = [
        Inexpressible::BaseClass,
        Inexpressible::Reference,
        Inexpressible::MemberPointer,
        Inexpressible::Variants,
        Inexpressible::Complex,
        Inexpressible::FarMember,
        Inexpressible::LargeStruct,
        Inexpressible::LargeArray,
        Inexpressible::WideEnum,
    ];

    /// What people read: what it is and what became of it.
    pub fn text(self) -> &'static str {
        match self {
            Inexpressible::BaseClass => "base classes (left out)",
            Inexpressible::Reference => "references (written as pointers)",
            Inexpressible::MemberPointer => "pointers to members (written as their numbers)",
            Inexpressible::Variants => "variants of enumerations (left out)",
            Inexpressible::Complex => "complex numbers (written as structures)",
            Inexpressible::FarMember => "members too far from the start, or too wide (left out)",
            Inexpressible::LargeStruct => "structures of 4 GiB and more (written as declarations)",
            Inexpressible::LargeArray => {
                "arrays of more elements than 32 bits count (written without a length)"
            }
            Inexpressible::WideEnum => "enumerations of 16 bytes (written as integers)",
        }
    }
}

/// Whether a unit was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its types are in the [`Unit`].
    Encoded,
    /// It was left out on purpose.
    Excluded(Exclusion),
}

/// A `btf_decl_tag` of a type, variable or function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclTag {
    /// The text of the tag.
    pub value: StringOffset,
    /// The tagged type; for functions and variables their index.
    pub target: u32,
    /// Member or parameter, -1 for the whole.
    pub component: i32,
}

/// A function with its parameters, as one DIE describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Tells its DIE from others of the unit: the offset in the unit, if the DIE is in the unit itself.
    pub key: u32,
    /// Its name, without what the symbol table may add.
    pub name: StringOffset,
    /// Its address, 0 when the DIE has none.
    pub address: u64,
    /// Id of the type it returns.
    pub result: u32,
    /// Its parameters in [`Unit::params`]; a last one of name 0 and type 0 stands for `...`.
    pub params: std::ops::Range<u32>,
    /// What was seen of its parameters.
    pub flags: FunctionFlags,
    /// Values of its `btf_decl_tag`s, each with the parameter it belongs to, -1 for the function.
    pub decl_tags: Vec<(StringOffset, i32)>,
}

/// What the DWARF says about how a function's parameters arrive. The reasons for leaving a function
/// out of BTF rest on these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FunctionFlags(pub u8);

impl FunctionFlags {
    /// A parameter arrives in another register than the calling convention says.
    pub const UNEXPECTED_REGISTER: FunctionFlags = FunctionFlags(1);
    /// A parameter was optimised out.
    pub const OPTIMIZED_PARAMETERS: FunctionFlags = FunctionFlags(2);
    /// A packed struct on the stack makes the place of a parameter uncertain.
    pub const UNCERTAIN_LOCATION: FunctionFlags = FunctionFlags(4);
    /// Parameters are in another order than declared.
    pub const REORDERED_PARAMETERS: FunctionFlags = FunctionFlags(8);
    /// The compiler says that the signature was changed (clang: `DW_CC_nocall`).
    pub const SIGNATURE_CHANGED: FunctionFlags = FunctionFlags(16);
    /// Visible outside its unit.
    pub const EXTERNAL: FunctionFlags = FunctionFlags(32);

    /// Whether all of `other` are set.
    pub fn contains(self, other: FunctionFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets `other` when `on`.
    pub fn set(&mut self, other: FunctionFlags, on: bool) {
        if on {
            self.0 |= other.0;
        }
    }
}

/// A variable at a fixed address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name of its declaration.
    pub name: StringOffset,
    /// Its address, or offset in the per-CPU area.
    pub address: u64,
    /// The id of its type in the unit; 0 for `void`.
    pub ty: u32,
    /// Its size in bytes, 0 when not known.
    pub size: u64,
    /// Whether it is visible outside its unit (`DW_AT_external`).
    pub external: bool,
    /// Values of its `btf_decl_tag`s.
    pub decl_tags: Vec<StringOffset>,
}

impl Unit {
    /// Forgets the types and keeps the memory.
    pub fn clear(&mut self) {
        self.words.clear();
        self.starts.clear();
        self.decl_tags.clear();
        self.functions.clear();
        self.params.clear();
        self.variables.clear();
        self.int_type = None;
        self.has_array = false;
        self.dangling = 0;
        self.inexpressible = Default::default();
        self.name.clear();
        self.inline.clear();
    }

    /// The number of types; the ids are 1 to this.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no type.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The words of a type; `None` for `void` and for an id that does not exist.
    pub fn type_words(&self, id: u32) -> Option<&[u32]> {
        self.words.get(self.range(id)?)
    }

    /// The words of a type; none for `void` and for an id that does not exist.
    pub(crate) fn type_words_mut(&mut self, id: u32) -> &mut [u32] {
        let range = self.range(id);
        let words = range.and_then(|range| self.words.get_mut(range));
        words.unwrap_or_default()
    }

    fn range(&self, id: u32) -> Option<std::ops::Range<usize>> {
        let index = (id as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.words.len(), |&end| end as usize);
        Some(start..end)
    }

    /// The type with this id; `None` for `void` and for an id that does not exist.
    pub fn get(&self, id: u32) -> Option<btf::Type<'_>> {
        btf::Type::from_words(self.type_words(id)?)
    }

    /// Kind of a type; `Void` for 0.
    pub fn kind(&self, id: u32) -> Kind {
        self.get(id).map_or(Kind::Void, btf::Type::kind)
    }

    /// The id of the type to come.
    pub(crate) fn next_id(&self) -> u32 {
        self.starts.len() as u32 + 1
    }

    #[inline]
    pub(crate) fn push(&mut self, words: &[u32]) -> u32 {
        let id = self.next_id();
        self.starts.push(self.words.len() as u32);
        self.words.extend_from_slice(words);
        id
    }
}
