//! A step as one plain sentence, in the engine's own terms.

use crate::Event;
use btf::{Btf, Data, FwdKind, Kind, TypeId};
use dedup::{Pass, Reason, Via};

/// References that a type's name follows: a pointer to a pointer to…
const DEEPEST: usize = 8;

/// The sentence of a step; ids are those of `btf`, the units before dedup. Types stand in backticks.
pub fn sentence(btf: &Btf, event: &Event) -> String {
    let name = |id: TypeId| format!("`{id} {}`", spell(btf, id));
    let code = |id: TypeId| format!("`{id}`");
    match *event {
        Event::Pass(pass) => {
            let number = Pass::ALL.iter().position(|other| *other == pass);
            let number = number.map_or(0, |at| at + 1);
            format!("Pass {number} of {}: {}", Pass::ALL.len(), of_pass(pass))
        }
        Event::Bucket { id, hash } => {
            format!(
                "{}: is there already a canonical type with this hash, {:08x}?",
                name(id),
                hash as u32
            )
        }
        Event::Candidate {
            candidate,
            canonical,
        } => format!(
            "Yes: {} is compared with {}.",
            name(candidate),
            name(canonical)
        ),
        Event::CompareStart {
            candidate,
            canonical,
        } => format!(
            "The graphs below {} and {} are walked side by side.",
            name(candidate),
            name(canonical)
        ),
        Event::Visit {
            candidate,
            canonical,
            via,
            ..
        } => format!(
            "{}: {} and {}.",
            of_way(via),
            name(candidate),
            name(canonical)
        ),
        Event::Hypothesis {
            canonical,
            candidate,
        } => format!(
            "From here on {} is assumed to stand for {}.",
            name(canonical),
            code(candidate)
        ),
        Event::CycleClosed {
            candidate,
            canonical,
        } => format!(
            "{} maps to {} already: the cycle closes.",
            name(candidate),
            code(canonical)
        ),
        Event::Contradiction {
            canonical,
            had,
            wants,
            identical,
        } => {
            let end = match identical {
                true => "those two are identical copies, so the walk continues",
                false => "they are different types",
            };
            format!(
                "Contradiction: {} was assumed to stand for {}, now it wants to stand for {}: {end}.",
                name(canonical),
                code(had),
                code(wants)
            )
        }
        Event::ForwardAssumed { forward, full } => format!(
            "{} is a forward declaration, {} its definition: they count as equal.",
            name(forward),
            name(full)
        ),
        Event::NotEqual {
            candidate,
            canonical,
            reason,
        } => format!(
            "{} and {} differ: {}.",
            name(candidate),
            name(canonical),
            of_reason(reason)
        ),
        Event::CompareEnd {
            candidate,
            canonical,
            equal,
        } => match equal {
            true => format!(
                "The walk ends: {} equals {}; all assumptions hold.",
                code(candidate),
                code(canonical)
            ),
            false => format!(
                "The walk ends: {} differs from {}; all assumptions are discarded.",
                code(candidate),
                code(canonical)
            ),
        },
        Event::Merged { from, to } => format!("{} is replaced by {}.", name(from), code(to)),
        Event::ForwardResolved { forward, to } => {
            format!(
                "{} is replaced by its definition, {}.",
                name(forward),
                code(to)
            )
        }
        Event::ReferenceMerged { from, to } => {
            format!("{} equals {} and is replaced by it.", name(from), code(to))
        }
        Event::Renumbered { old, new } => format!("{} is kept, as {}.", name(old), code(new)),
    }
}

fn of_pass(pass: Pass) -> &'static str {
    match pass {
        Pass::Strings => "strings, each once.",
        Pass::Primitives => "primitives and forwards, equal if their words are equal.",
        Pass::Composites => {
            "structs, unions and typedefs, equal if the graphs below them are equal."
        }
        Pass::Forwards => "forwards whose name has exactly one definition.",
        Pass::References => "types that refer to others, equal if they refer to the same types.",
        Pass::Compaction => "compaction: kept types move up.",
        Pass::Renumbering => "references get the new ids.",
    }
}

fn of_way(via: Via) -> String {
    match via {
        Via::Root => "The start".to_owned(),
        Via::Target => "What they refer to".to_owned(),
        Via::Index => "The index type".to_owned(),
        Via::Element => "The element".to_owned(),
        Via::Member(number) => format!("Member {number}"),
        Via::Result => "The result".to_owned(),
        Via::Param(number) => format!("Parameter {number}"),
    }
}

fn of_reason(reason: Reason) -> String {
    match reason {
        Reason::Name => "their names".to_owned(),
        Reason::Kind {
            candidate,
            canonical,
        } => format!(
            "one is {}, the other {}",
            of_kind(candidate),
            of_kind(canonical)
        ),
        Reason::ForwardKind => "one declares a struct, the other a union".to_owned(),
        Reason::Size => "their sizes".to_owned(),
        Reason::Count => "they have different numbers of parts".to_owned(),
        Reason::KindFlag => {
            "their kind flag (bit-fields, signedness, or kind of forward)".to_owned()
        }
        Reason::PartName(number) => format!("part {number} has another name"),
        Reason::PartValue(number) => format!("part {number} has another offset or value"),
        Reason::Detail => "length, encoding or offset".to_owned(),
        Reason::Target => "they refer to different types".to_owned(),
        Reason::Contradiction => "the walk assumed otherwise".to_owned(),
        Reason::BaseForward => {
            "a forward of the base cannot become a struct of this BTF".to_owned()
        }
        _ => "for another reason".to_owned(),
    }
}

fn of_kind(kind: Kind) -> String {
    format!("{kind:?}").to_uppercase()
}

/// A type as people write it: `struct list`, `*const char`, `[10]int`.
pub fn spell(btf: &Btf, id: TypeId) -> String {
    let mut text = String::new();
    let mut at = id;
    for _ in 0..DEEPEST {
        let Some(ty) = btf.get(at) else {
            return text + "void";
        };
        let name = btf.name(at);
        let tagged = |keyword: &str| match name.is_empty() {
            true => format!("{keyword} without a name"),
            false => format!("{keyword} {name}"),
        };
        let (prefix, target) = match ty.data() {
            Data::Array(array) => (format!("[{}]", array.count), array.element),
            _ => match (ty.kind(), ty.target()) {
                (Kind::Ptr, Some(target)) => ("*".to_owned(), target),
                (Kind::Const, Some(target)) => ("const ".to_owned(), target),
                (Kind::Volatile, Some(target)) => ("volatile ".to_owned(), target),
                (Kind::Restrict, Some(target)) => ("restrict ".to_owned(), target),
                (Kind::Struct, _) => return text + &tagged("struct"),
                (Kind::Union, _) => return text + &tagged("union"),
                (Kind::Enum | Kind::Enum64, _) => return text + &tagged("enum"),
                (Kind::Fwd, _) => {
                    let keyword = match ty.data() {
                        Data::Fwd(FwdKind::Union) => "union",
                        _ => "struct",
                    };
                    // A pointer to a declared struct is a pointer to that struct.
                    let declared = if text.is_empty() { "forward " } else { "" };
                    return text + declared + &tagged(keyword);
                }
                (Kind::FuncProto, _) => return text + "prototype",
                (Kind::Func, _) => return text + &tagged("function"),
                (Kind::Typedef, _) => return text + &tagged("typedef"),
                _ => return text + &name,
            },
        };
        text += &prefix;
        at = target;
    }
    text + "…"
}
