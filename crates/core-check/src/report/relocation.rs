//! What a relocation lacks on a kernel, in the author's words.

use super::life::{Subject, works_on};
use super::{Reason, counted, snippet};
use crate::answer::{Answer, Relocation, State, Verdict};
use crate::flow::Reach;
use crate::instead::{Cause, Instead, Missing};
use crate::kernel::essential;
use crate::relocate::{BadAccess, Fatal, RelocationKind, Unpatchable};

/// The reason that a relocation is, if it is one.
pub(super) fn relocation(number: usize, one: &Relocation, all: &[Answer]) -> Option<Reason> {
    let (state, missing, effect) = match &one.verdict {
        Verdict::Ok { missing: None, .. } => return None,
        Verdict::Ok {
            missing: Some(missing),
            ..
        } => (State::Guarded, missing, answered(one.kind)),
        Verdict::Poisoned { missing, reach } => match reach {
            Reach::Reached => (
                State::Fails,
                missing,
                "libbpf poisons the instruction, and the verifier comes to it.",
            ),
            Reach::Perhaps => (
                State::Unknown,
                missing,
                "libbpf poisons the instruction. The program has too many paths to tell whether the verifier comes to it.",
            ),
            Reach::GuardedByData => (
                State::Guarded,
                missing,
                "libbpf poisons the instruction. The verifier does not come to it, as long as constants (const volatile) stay as the object has them.",
            ),
            Reach::Guarded => (
                State::Guarded,
                missing,
                "libbpf poisons the instruction, and the verifier does not come to it.",
            ),
        },
        Verdict::Fatal(fatal) => {
            let mut reason = Reason::new(
                State::Fails,
                fatal_heading(one, fatal),
                "libbpf does not load the object.",
            );
            reason.programs = vec![one.program.clone()];
            reason.source = one.source.clone();
            reason.access = Some(one.access.clone()).filter(|access| !access.is_empty());
            reason.of_type = type_of_access(&one.access);
            reason.is_optional = one.is_optional;
            reason.works_on = works_on(Subject::Relocation(number), all);
            return Some(reason);
        }
    };
    let mut reason = Reason::new(state, missing_heading(missing), effect);
    reason.programs = vec![one.program.clone()];
    reason.source = one.source.clone();
    reason.access = Some(one.access.clone());
    reason.of_type = type_of_access(&missing.within).or_else(|| type_of_access(&one.access));
    reason.built_for = missing.declared.clone();
    reason.instead = missing.instead.iter().map(instead).collect();
    if let Cause::MemberKind { kernel_has } = &missing.cause {
        reason.instead.push(kernel_has.clone());
    }
    reason.works_on = works_on(Subject::Relocation(number), all);
    reason.is_optional = one.is_optional;
    if state >= State::Unknown {
        reason.snippet = snippet::for_missing(one, missing);
    }
    Some(reason)
}

/// The type at the start of an access as C, with its keyword and without its flavour.
///
/// ```
/// use core_check::type_of_access;
///
/// assert_eq!(type_of_access("struct task___old.se.my_q").as_deref(), Some("struct task"));
/// assert_eq!(type_of_access("u64"), None);
/// ```
pub fn type_of_access(access: &str) -> Option<String> {
    let (keyword, rest) = access.split_once(' ')?;
    let end = rest.find(|one: char| !one.is_ascii_alphanumeric() && one != '_');
    let name = &rest[..end.unwrap_or(rest.len())];
    // A flavour is no part of the kernel's name.
    let name = std::str::from_utf8(essential(name.as_bytes())).ok()?;
    let known = ["struct", "union", "enum", "typedef"].contains(&keyword);
    (known && !name.is_empty()).then(|| format!("{keyword} {name}"))
}

fn answered(kind: Option<RelocationKind>) -> &'static str {
    match kind {
        Some(RelocationKind::TypeSize) => "The program asks for the size and gets 0.",
        Some(RelocationKind::TargetTypeId) => "The program asks for the id and gets 0.",
        _ => "The program asks whether it exists and gets 0.",
    }
}

fn missing_heading(missing: &Missing) -> String {
    let Missing { within, name, .. } = missing;
    match &missing.cause {
        Cause::Type { other_kinds } if other_kinds.is_empty() => {
            format!("the kernel has no {name}")
        }
        Cause::Type { other_kinds } => format!(
            "the kernel has no {name}; the name is that of {}",
            other_kinds.join(", ")
        ),
        Cause::TypeDiffers => format!("the kernel's {name} differs"),
        Cause::Member => format!("{within} has no member {name}"),
        Cause::MemberKind { .. } => {
            format!("the member {name} of {within} has a type of another kind")
        }
        Cause::NoParts => format!("a step of the access has no members or elements in {within}"),
        Cause::Short { count } => {
            format!(
                "an array of {within} has only {}",
                counted(*count as usize, "element")
            )
        }
        Cause::Enumerator => format!("{within} has no value {name}"),
        Cause::UnsafeSize => format!("{within}.{name} has another size or sign"),
    }
}

fn instead(one: &Instead) -> String {
    match one {
        Instead::Renamed { declaration, .. } => {
            format!("{declaration}, at the same place: perhaps its new name")
        }
        Instead::Moved { path, declaration } => format!("{declaration}, at {path}"),
        Instead::InStruct { name, declaration } => format!("{declaration}, in struct {name}"),
        Instead::Type { name } => format!("{name}, a similar name"),
        Instead::Module { name } => format!("the type is in the module {name}"),
    }
}

fn fatal_heading(one: &Relocation, fatal: &Fatal) -> String {
    match fatal {
        Fatal::Kind { number } => format!("libbpf does not know relocations of kind {number}"),
        Fatal::Misaligned => "a relocation is not at the start of an instruction".to_owned(),
        Fatal::Access(bad) => match bad {
            BadAccess::Text => "an access string cannot be read".to_owned(),
            BadAccess::TooLong => "an access string has more than 64 numbers".to_owned(),
            BadAccess::OutOfRange { position } => {
                format!("number {position} of an access string is out of range")
            }
            BadAccess::NoParts { position } => {
                format!("number {position} of an access string leads into a type without parts")
            }
            BadAccess::NoSize => "a type of an access string has no size".to_owned(),
        },
        Fatal::Anonymous => "an access starts at a type without a name".to_owned(),
        Fatal::TooDeep => format!("{} is too deep to compare", one.access),
        Fatal::NoSize => format!("a type of {} has no size", one.access),
        Fatal::BitfieldTooWide => format!("the bitfield {} spans more than 8 bytes", one.access),
        Fatal::OnElement { kind } => {
            format!(
                "{} cannot be asked for the element {}",
                kind.name(),
                one.access
            )
        }
        Fatal::AmbiguousOffset { first, other } => format!(
            "the kernel has several types for {}, with the field at bit {first} and at bit {other}",
            one.access
        ),
        Fatal::AmbiguousValue { first, other } => {
            let text =
                |value: &Option<u64>| value.map_or("poison".to_owned(), |value| value.to_string());
            format!(
                "the kernel has several types for {}, which give {} and {}",
                one.access,
                text(first),
                text(other)
            )
        }
        Fatal::Instruction(why) => format!(
            "instruction {} of {} cannot be relocated: {}",
            one.instruction,
            one.program,
            unpatchable(why)
        ),
    }
}

fn unpatchable(why: &Unpatchable) -> String {
    match why {
        Unpatchable::Outside => "it is outside its section".to_owned(),
        Unpatchable::Register => "its operand is a register".to_owned(),
        Unpatchable::Class { code } => format!("its code {code:#04x} has no such operand"),
        Unpatchable::WideForm => "it is no plain 64-bit immediate".to_owned(),
        Unpatchable::Unexpected { found, expected } => {
            format!("it has {found}, and the object's types give {expected}")
        }
        Unpatchable::OutOfRange { value } => format!("the offset {value} does not fit 16 bits"),
        Unpatchable::AccessSize { found, expected } => {
            format!("it accesses {found} bytes of a field of {expected}")
        }
        Unpatchable::NewSize { size } => format!("no instruction accesses {size} bytes"),
    }
}
