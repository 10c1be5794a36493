//! Decides every relocation of an object on a kernel, in the order of its records.

mod access;
mod compatible;
mod kind;
mod matching;
mod patch;
mod value;

pub use access::BadAccess;
pub(crate) use access::{Access, Step, is_named};
pub(crate) use compatible::{fields_are_compatible, types_are_compatible};
pub use kind::RelocationKind;
pub(crate) use kind::Subject;
pub(crate) use matching::{Differs, Mismatch};
pub use patch::{Operand, Unpatchable};

use crate::kernel::{Found, Kernel, essential};
use crate::object::{Autoload, Object, Record};
use crate::spending::Spending;
use btf::{Btf, Type, TypeId};
use matching::{Matched, follow};
use patch::{Patched, patch};
use rustc_hash::FxHashMap;
use value::{Computed, compute};

/// What ends a load.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Fatal {
    /// No relocation has this kind.
    Kind {
        /// The number in the record.
        number: u32,
    },
    /// The record's offset is within an instruction.
    Misaligned,
    /// The access of the object makes no sense.
    Access(BadAccess),
    /// The root has no name, so that nothing can be found for it.
    Anonymous,
    /// A walk is too deep.
    TooDeep,
    /// A type has no size.
    NoSize,
    /// A bitfield spans more than 8 bytes.
    BitfieldTooWide,
    /// Only the offset and the size of an element can be asked for.
    OnElement {
        /// What was asked for.
        kind: RelocationKind,
    },
    /// Two types of the kernel match, and the field is at different offsets, in bits.
    AmbiguousOffset {
        /// In the first.
        first: u32,
        /// In another.
        other: u32,
    },
    /// Two types of the kernel match and give different values; `None` for poison.
    AmbiguousValue {
        /// Of the first.
        first: Option<u64>,
        /// Of another.
        other: Option<u64>,
    },
    /// The instruction cannot take the value.
    Instruction(Unpatchable),
}

/// What became of a relocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The instruction has the kernel's value.
    Resolved {
        operand: Operand,
        from: u64,
        to: u64,
        size: Option<(u32, u32)>,
    },
    /// The instruction is poisoned: nothing matches.
    Absent,
    /// The instruction is poisoned: the field has another size that it cannot access.
    UnsafeSize,
    /// The load ends.
    Fatal(Fatal),
}

/// A relocation, decided.
#[derive(Debug)]
pub(crate) struct Decided<'a> {
    /// The number of the record in the object.
    pub record: usize,
    /// `None` if the number is not a kind.
    pub kind: Option<RelocationKind>,
    /// The access in the object's types; `None` if it makes no sense.
    pub local: Option<Access>,
    /// How many candidates were compared.
    pub candidates: usize,
    /// The first candidate that matches, with the access in it.
    pub target: Option<(Found<'a>, Access)>,
    /// Others that match: they have the same value, or end the load.
    pub others: Vec<(Found<'a>, Access)>,
    /// Why the first candidate does not match, if none does.
    pub mismatch: Option<(Found<'a>, Mismatch)>,
    pub outcome: Outcome,
}

/// Which programs' relocations are decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those that a loader decides by itself: not those of optional programs.
    Autoloaded,
    /// All.
    All,
}

/// Decides the relocations of an object. What would end a load is noted, and the next is decided.
pub(crate) fn relocate<'a>(
    object: &Object,
    kernel: &'a Kernel,
    scope: Scope,
    spending: &Spending,
) -> Vec<Decided<'a>> {
    let Some(btf) = &object.btf else {
        return Vec::new();
    };
    let mut run = Run {
        object,
        btf,
        kernel,
        spending,
        candidates: FxHashMap::default(),
    };
    let mut decided = Vec::new();
    for (number, record) in object.records.iter().enumerate() {
        if !spending.step(1) {
            break;
        }
        let Some(program) = record.program.map(|program| &object.programs[program]) else {
            continue;
        };
        let skipped = matches!(program.autoload, Autoload::Optional | Autoload::Off);
        if skipped && scope == Scope::Autoloaded {
            continue;
        }
        decided.push(run.decide(number, record));
    }
    decided
}

struct Run<'a, 'o> {
    object: &'o Object,
    btf: &'o Btf,
    kernel: &'a Kernel,
    spending: &'o Spending,
    /// Candidates by root. Those that did not match while others did are gone.
    candidates: FxHashMap<TypeId, Vec<Found<'a>>>,
}

impl<'a> Run<'a, '_> {
    fn decide(&mut self, number: usize, record: &Record) -> Decided<'a> {
        let mut decided = Decided {
            record: number,
            kind: RelocationKind::from_number(record.kind),
            local: None,
            candidates: 0,
            target: None,
            others: Vec::new(),
            mismatch: None,
            outcome: Outcome::Absent,
        };
        decided.outcome = match self.outcome(record, &mut decided) {
            Ok(outcome) => outcome,
            Err(fatal) => Outcome::Fatal(fatal),
        };
        decided
    }

    fn outcome(&mut self, record: &Record, decided: &mut Decided<'a>) -> Result<Outcome, Fatal> {
        let kind = decided.kind.ok_or(Fatal::Kind {
            number: record.kind,
        })?;
        if !record.aligned {
            return Err(Fatal::Misaligned);
        }
        let subject = kind.subject();
        let local = Access::parse(self.btf, record.root, &record.access, subject);
        let local = decided.local.insert(local.map_err(Fatal::Access)?).clone();
        if subject == Subject::Enumerator {
            // Enumerators are counted up to the one that is meant.
            let _checked_later = self.spending.step(local.raw[0] as usize / 16);
        }
        let big_endian = self.object.big_endian;
        if kind == RelocationKind::LocalTypeId {
            let value = compute(kind, self.btf, Some(&local), big_endian)?;
            return self.patched(record, self.btf, value, value);
        }
        let root = self.btf.get(record.root).ok_or(Fatal::NoSize)?;
        let name = essential(self.btf.string(root.name()).unwrap_or_default());
        if name.is_empty() {
            return Err(Fatal::Anonymous);
        }
        let kernel = self.kernel;
        let mut list = match self.candidates.remove(&record.root) {
            Some(list) => list,
            // Lists are kept, so they count four times.
            None if self.spending.step(4 * kernel.crowd(name)) => {
                kernel.candidates(name, root.kind())
            }
            None => Vec::new(),
        };
        let chosen = self.choose(kind, &local, &mut list, decided);
        self.candidates.insert(record.root, list);
        let after = chosen?;
        let before = compute(kind, self.btf, Some(&local), big_endian)?;
        let target = decided
            .target
            .as_ref()
            .map(|(found, _)| found.types.btf.as_ref());
        self.patched(record, target.unwrap_or(self.btf), before, after)
    }

    /// Compares the candidates and drops those that do not match, unless none does. The value of those that do; `None`
    /// for poison.
    fn choose(
        &self,
        kind: RelocationKind,
        local: &Access,
        list: &mut Vec<Found<'a>>,
        decided: &mut Decided<'a>,
    ) -> Result<Option<Computed>, Fatal> {
        let big_endian = self.object.big_endian;
        let mut matching: Vec<Found<'a>> = Vec::new();
        let mut first: Option<(u32, Option<Computed>)> = None;
        decided.candidates = list.len();
        for &found in &*list {
            let access = match self.compare(kind, local, found)? {
                Ok(access) => access,
                Err(mismatch) => {
                    decided.mismatch.get_or_insert((found, mismatch));
                    continue;
                }
            };
            let value = compute(kind, &found.types.btf, Some(&access), big_endian)?;
            match first {
                None => {
                    first = Some((access.bit_offset, value));
                    decided.target = Some((found, access));
                }
                Some((offset, before)) => {
                    let other = access.bit_offset;
                    decided.others.push((found, access));
                    if offset != other {
                        return Err(Fatal::AmbiguousOffset {
                            first: offset,
                            other,
                        });
                    }
                    let number = |of: Option<Computed>| of.map(|computed| computed.value);
                    if number(before) != number(value) {
                        return Err(Fatal::AmbiguousValue {
                            first: number(before),
                            other: number(value),
                        });
                    }
                }
            }
            matching.push(found);
        }
        match first {
            Some((_, value)) => {
                *list = matching;
                decided.mismatch = None;
                Ok(value)
            }
            None => compute(kind, self.btf, None, big_endian),
        }
    }

    fn compare(
        &self,
        kind: RelocationKind,
        local: &Access,
        found: Found<'a>,
    ) -> Result<Matched, Fatal> {
        let target: &Btf = &found.types.btf;
        let subject = kind.subject();
        if subject != Subject::Type {
            return follow(self.btf, local, target, found.id, (subject, self.spending));
        }
        let compare = match kind {
            RelocationKind::TypeMatches => compatible::type_matches,
            _ => types_are_compatible,
        };
        let pair = (self.btf, local.root, target, found.id);
        Ok(match compare(pair, self.spending)? {
            true => Ok(Access {
                root: found.id,
                ..local.clone()
            }),
            false => Err(Mismatch::Type),
        })
    }

    fn patched(
        &self,
        record: &Record,
        target: &Btf,
        before: Option<Computed>,
        after: Option<Computed>,
    ) -> Result<Outcome, Fatal> {
        let (Some(before), Some(after)) = (before, after) else {
            return Ok(Outcome::Absent);
        };
        let program = record.program.map(|program| &self.object.programs[program]);
        let Some((section, start)) = program
            .and_then(|program| Some((self.object.section(program.section)?, program.start)))
        else {
            return Err(Fatal::Instruction(Unpatchable::Outside));
        };
        let patched = patch(
            section,
            start + record.instruction,
            self.object.big_endian,
            (self.btf, &before),
            (target, &after),
        );
        match patched.map_err(Fatal::Instruction)? {
            Patched::Value {
                operand,
                from,
                to,
                size,
            } => Ok(Outcome::Resolved {
                operand,
                from,
                to,
                size,
            }),
            Patched::UnsafeSize => Ok(Outcome::UnsafeSize),
        }
    }
}

/// The type behind typedefs and qualifiers; `None` for `void`.
pub(crate) fn skip(btf: &Btf, id: TypeId) -> Option<(TypeId, Type<'_>)> {
    btf::layout::resolve(btf, id)
}
