//! The passes in words: what each does, and how much it has to do.

use crate::State;
use btf::{Btf, Kind, TypeId};
use dedup::Pass;
use std::collections::BTreeSet;

/// What people call the passes, in their order.
pub const NAMES: [&str; 7] = [
    "strings",
    "primitives",
    "structs",
    "forwards",
    "references",
    "compaction",
    "remap",
];

/// The number of a pass, from 1.
pub fn number(pass: Pass) -> usize {
    let at = Pass::ALL.iter().position(|other| *other == pass);
    at.map_or(0, |at| at + 1)
}

/// What people call a pass.
pub fn name(pass: Pass) -> &'static str {
    let at = number(pass).checked_sub(1);
    at.and_then(|at| NAMES.get(at)).copied().unwrap_or_default()
}

/// The sentences with which a pass begins.
pub fn of_pass(btf: &Btf, state: &State, pass: Pass) -> String {
    let all = Counts::of(btf, state);
    let says = match pass {
        Pass::Strings => strings(btf),
        Pass::Primitives => match all.primitives {
            0 => "every type refers to another. Nothing to do.".to_owned(),
            1 => format!("1 of the {} types refers to no other type.", all.kept),
            some if some == all.kept => format!("none of the {some} types refers to another. Two are equal if their records are."),
            some => format!(
                "{some} of the {} types refer to no other type. Two of these are equal if their records are.",
                all.kept
            ),
        },
        Pass::Composites => match all.composites {
            0 => "no type is a struct, a union or a typedef. Nothing to do.".to_owned(),
            _ => "two are equal only if what they refer to matches as well. A hash finds the pairs; a walk over both graphs decides.".to_owned(),
        },
        Pass::Forwards => match all.forwards {
            0 => "no forward declaration is left. Nothing to do.".to_owned(),
            1 => "1 forward declaration is left. It is replaced if exactly one struct or union has its name.".to_owned(),
            some => format!(
                "{some} forward declarations are left. Each is replaced if exactly one struct or union has its name."
            ),
        },
        Pass::References => match all.references {
            0 if all.places > 0 => "variables and sections are never merged, and no other type is left. Nothing to do.".to_owned(),
            0 => "no type is left for this pass. Nothing to do.".to_owned(),
            _ => "structs are settled now, so pointers are equal if they point to the same canonical type; other references likewise.".to_owned(),
        },
        Pass::Compaction => compaction(btf, &all),
        Pass::Renumbering => match changes(btf, state) {
            false => "no canonical type refers to one whose id has changed. Nothing to do.".to_owned(),
            true => "every reference is rewritten: from the old id to the canonical type, and from there to its new id.".to_owned(),
        },
    };
    format!(
        "Pass {} of {}, {}: {says}",
        number(pass),
        Pass::ALL.len(),
        name(pass)
    )
}

fn compaction(btf: &Btf, all: &Counts) -> String {
    let (kept, gone) = (all.kept, all.types - all.kept);
    if kept == 0 && gone > 0 {
        return "every type is replaced by one of the base, so all are removed.".to_owned();
    }
    let removed = match gone {
        0 => return format!("all {kept} types are canonical and keep their ids."),
        1 => "1 type is removed.".to_owned(),
        _ => format!("{gone} types are removed."),
    };
    let keep = all.keep_their_ids;
    if keep == kept {
        let last = btf.first_id().index() + kept - 1;
        return match kept {
            1 => format!("{removed} The canonical type comes first and keeps its id."),
            _ => format!(
                "{removed} The {kept} canonical types come first and keep their ids, up to `[{last}]`."
            ),
        };
    }
    let rest = "The other canonical types move up, and each gets its new id.";
    match keep {
        0 => format!("{removed} The canonical types move up, and each gets its new id."),
        1 => format!("{removed} `{}` keeps its id. {rest}", btf.first_id()),
        _ => format!("{removed} The first {keep} types keep their ids. {rest}"),
    }
}

/// Whether a reference of a canonical type changes; new ids are known.
fn changes(btf: &Btf, state: &State) -> bool {
    let kept = btf.types().filter(|(id, _)| state.is_kept(*id));
    let mut targets = kept.flat_map(|(_, ty)| ty.refs());
    targets.any(|target| state.new_id(target) != Some(target))
}

fn strings(btf: &Btf) -> String {
    let own = btf.strings().start();
    let mut used: BTreeSet<&[u8]> = BTreeSet::new();
    for (_, ty) in btf.types() {
        let names = ty.names().filter(|name| name.0 > 0);
        used.extend(names.filter_map(|name| btf.string(name)));
    }
    if let Some(base) = btf.base() {
        let names = used.len();
        for (_, known) in base.strings().iter() {
            used.remove(known);
        }
        let of_base = match names - used.len() {
            0 => "The base has none of their names".to_owned(),
            some if some == names => format!("The base has all {names} of their names"),
            some => format!("The base has {some} of their {names} names"),
        };
        let before = btf.strings().as_bytes().len();
        let after = used.iter().map(|name| name.len() + 1).sum::<usize>();
        return format!(
            "the module’s own strings are {before} bytes. {of_base}. Each of the others is stored once now, behind the base’s \
             strings: {after} bytes."
        );
    }
    let before = btf.strings().as_bytes().len();
    let after = used.iter().map(|name| name.len() + 1).sum::<usize>() + usize::from(own == 0);
    match before == after {
        true => format!(
            "each name is stored once already, in {before} bytes. So equal names have equal offsets."
        ),
        false => format!(
            "the units’ own strings are {before} bytes. Each name is stored once now, {after} bytes: equal names have equal offsets."
        ),
    }
}

/// How many types the passes have to do with.
struct Counts {
    types: usize,
    primitives: usize,
    composites: usize,
    forwards: usize,
    references: usize,
    /// Variables and sections.
    places: usize,
    kept: usize,
    /// Canonical types before the first that was replaced.
    keep_their_ids: usize,
}

impl Counts {
    fn of(btf: &Btf, state: &State) -> Counts {
        let own = (btf.first_id().0..btf.end_id().0).map(TypeId);
        // What was replaced before a pass, by the fast path too, is nothing to it.
        let count = |wanted: &dyn Fn(Kind, TypeId) -> bool| {
            let kept = own.clone().filter(|&id| state.is_kept(id));
            kept.filter(|&id| wanted(btf.kind(id), id)).count()
        };
        Counts {
            types: own.clone().count(),
            primitives: count(&|kind, _| is_primitive(kind)),
            composites: count(&|kind, _| is_composite(kind)),
            forwards: count(&|kind, _| kind == Kind::Fwd),
            references: count(&|kind, id| {
                let is_late_typedef = kind == Kind::Typedef && !state.is_entered(id);
                is_late_typedef || !is_primitive(kind) && !is_composite(kind) && !is_place(kind)
            }),
            places: count(&|kind, _| is_place(kind)),
            kept: count(&|_, _| true),
            keep_their_ids: own.clone().take_while(|&id| state.is_kept(id)).count(),
        }
    }
}

fn is_primitive(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Int | Kind::Float | Kind::Enum | Kind::Enum64 | Kind::Fwd
    )
}

fn is_place(kind: Kind) -> bool {
    matches!(kind, Kind::Var | Kind::Datasec)
}

fn is_composite(kind: Kind) -> bool {
    kind.is_composite() || kind == Kind::Typedef
}
