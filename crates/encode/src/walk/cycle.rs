//! Types that refer to themselves with no name on the way.

use crate::unit::Unit;
use btf::{Info, Kind};

/// What has been found of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

/// Whether a type refers to itself through types without a name. `later` are the types without a name that
/// refer to a later type or to themselves, of which a ring has at least one.
pub(super) fn has_nameless_cycle(unit: &Unit, later: &[u32]) -> bool {
    let mut states: Vec<Visit> = Vec::new();
    let mut stack: Vec<(u32, bool)> = Vec::new();
    for &id in later {
        if !is_nameless(unit, id) || !targets(unit, id).any(|to| to >= id) {
            continue;
        }
        states.resize(unit.len() + 1, Visit::New);
        stack.push((id, false));
        while let Some((id, leave)) = stack.pop() {
            let at = id as usize;
            if leave {
                states[at] = Visit::Done;
                continue;
            }
            if states[at] != Visit::New {
                continue;
            }
            states[at] = Visit::Open;
            stack.push((id, true));
            for to in refs(unit, id) {
                match states.get(to as usize) {
                    Some(Visit::Done) | None => {}
                    Some(_) if !is_nameless(unit, to) => {}
                    Some(Visit::Open) => return true,
                    Some(Visit::New) => stack.push((to, false)),
                }
            }
        }
    }
    false
}

fn is_nameless(unit: &Unit, id: u32) -> bool {
    let info = unit.type_words(id).and_then(|words| words.get(1));
    let kind = info.map_or(Kind::Void, |&info| Info(info).kind());
    matches!(
        kind,
        Kind::Ptr
            | Kind::Const
            | Kind::Volatile
            | Kind::Restrict
            | Kind::Array
            | Kind::FuncProto
            | Kind::TypeTag
    )
}

/// The nameless types that a type refers to.
fn targets(unit: &Unit, id: u32) -> impl Iterator<Item = u32> {
    refs(unit, id).filter(move |&to| is_nameless(unit, to))
}

fn refs(unit: &Unit, id: u32) -> impl Iterator<Item = u32> {
    let words = unit.type_words(id).and_then(btf::Type::from_words);
    words.into_iter().flat_map(btf::Type::refs).map(|to| to.0)
}
