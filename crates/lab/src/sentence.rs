//! A step as plain sentences: what was decided, and why.

use crate::base_mark::of_base;
use crate::difference::{capitalised, difference, id_in_words};
use crate::pass::of_pass;
use crate::spell::spell;
use crate::state::Replaced;
use crate::steps::{Found, Stays, Step, Then, What};
use crate::{Run, State};
use btf::{Btf, Data, Kind, TypeId};
use dedup::Via;

/// Types of one walk that are named; the others are counted.
const MOST_NAMED: usize = 3;

/// All steps of a run, in words.
pub fn sentences(btf: &Btf, run: &Run, steps: &[Step]) -> Vec<String> {
    let mut state = State::new(btf);
    let said = steps.iter().map(|step| {
        let said = sentence(btf, step, &state);
        step.apply(&run.events, &mut state);
        said
    });
    said.collect()
}

/// The sentences of a step. Ids are those of `btf`, the units before dedup, and stand in backticks. `state` is that before
/// the step.
pub fn sentence(btf: &Btf, step: &Step, state: &State) -> String {
    of_base(&said(btf, step, state), btf.first_id())
}

fn said(btf: &Btf, step: &Step, state: &State) -> String {
    let say = Say { btf, state };
    match &step.what {
        What::Pass(pass) => of_pass(btf, state, *pass),
        What::Shared { replaced } => say.shared(replaced),
        What::Skipped(pass) => format!(
            "Pass {} of 7, {}: left out, because forward declarations are not resolved.",
            crate::pass::number(*pass),
            crate::pass::name(*pass)
        ),
        What::BaseEntered { types } => say.base_entered(*types),
        What::Canonical { id, hash } => format!(
            "{}: no canonical type has this hash, so `{id}` becomes canonical.",
            say.look_up(*id, *hash)
        ),
        What::Found {
            id,
            hash,
            canonical,
        } => say.found(*id, *hash, *canonical),
        What::Equal { id, canonical } => say.equal(*id, *canonical),
        What::EnumDefined { id, forward, then } => {
            let before = state.resolved(*forward);
            let said = match before == *forward {
                true if state.is_of_base(*forward) => format!(
                    "`{forward}` only declares {}, `{id}` defines it. The base does not change, but the module’s references \
                     to `{forward}` lead to `{id}` from now on.",
                    say.bare(*id)
                ),
                true => format!(
                    "`{forward}` only declares {}, `{id}` defines it: `{forward}` is replaced by `{id}`.",
                    say.bare(*id)
                ),
                false => format!(
                    "`{forward}` was replaced by `{before}`; `{id}` is another definition of its name, and the last one \
                     counts: `{forward}` is replaced by `{id}`."
                ),
            };
            say.then(&said, *id, *then)
        }
        What::RecordsDiffer {
            id,
            canonical,
            reason,
            then,
        } => say.then(
            &difference(btf, state, *id, *canonical, *reason),
            *id,
            *then,
        ),
        What::Walk { id, canonical } => say.walk(*id, *canonical),
        What::Visit {
            id,
            canonical,
            via,
            depth,
            found,
        } => say.visit(*id, *canonical, *via, *depth, *found),
        What::Differ {
            id,
            canonical,
            reason,
        } => difference(btf, state, *id, *canonical, *reason),
        What::Holds { replaced, .. } => say.holds(replaced),
        What::HoldsOffBase { id, led, then, .. } => say.then(&say.off_base(led), *id, *then),
        What::Dropped { id, then, .. } => {
            let said = match state.hypotheses.len() {
                1 => "A difference was found: the assumption is dropped.".to_owned(),
                2 => "A difference was found: both assumptions are dropped.".to_owned(),
                more => format!("A difference was found: all {more} assumptions are dropped."),
            };
            say.then(&said, *id, *then)
        }
        What::ForwardResolved { forward, to } => format!(
            "{}: {} is the only definition of its name, so `{forward}` is replaced by `{to}`.",
            say.type_of(*forward),
            say.type_of(*to)
        ),
        What::ForwardStays { forward, why } => say.stays(*forward, *why),
        What::Renumbered { old, new } => {
            format!("{} moves up and gets the id `{new}`.", say.type_of(*old))
        }
        What::Remapped { old } => say.remapped(*old),
        What::Done => say.done(),
    }
}

struct Say<'a> {
    btf: &'a Btf,
    state: &'a State,
}

impl Say<'_> {
    /// The id and the type.
    fn type_of(&self, id: TypeId) -> String {
        match id.0 {
            0 => id_in_words(id),
            _ => format!("`{id} {}`", spell(self.btf, id)),
        }
    }

    /// The type alone, without the word that it is a declaration.
    fn bare(&self, id: TypeId) -> String {
        let spelled = spell(self.btf, id);
        format!("`{}`", spelled.strip_prefix("forward ").unwrap_or(&spelled))
    }

    fn has_base(&self) -> bool {
        self.btf.base().is_some()
    }

    fn kind(&self, id: TypeId) -> Kind {
        self.btf.kind(id)
    }

    fn shared(&self, replaced: &[(TypeId, TypeId)]) -> String {
        let named = |&(from, to): &(TypeId, TypeId)| format!("`{from}` by `{to}`");
        let some: Vec<String> = replaced.iter().take(MOST_NAMED).map(named).collect();
        let more = replaced.len().saturating_sub(MOST_NAMED);
        let list = match more {
            0 => some.join(", "),
            _ => format!("{}, and {more} more", some.join(", ")),
        };
        let types = match replaced.len() {
            1 => "1 type".to_owned(),
            count => format!("{count} types"),
        };
        format!(
            "Fast path: {types} replaced by hash, where equality is certain: {list}. The engine gets the rest."
        )
    }

    fn look_up(&self, id: TypeId, hash: u64) -> String {
        format!("Look up {} (hash {:08x})", self.type_of(id), hash as u32)
    }

    fn found(&self, id: TypeId, hash: u64, canonical: TypeId) -> String {
        let mut others: Vec<TypeId> = self.state.of_hash(hash).collect();
        others.retain(|other| *other != canonical);
        let look_up = self.look_up(id, hash);
        match others.len() {
            0 => format!("{look_up}: `{canonical}` has the same hash. Compare them."),
            _ => format!(
                "{look_up}: {} types have the same hash. Compare it with `{canonical}` first.",
                others.len() + 1
            ),
        }
    }

    fn equal(&self, id: TypeId, canonical: TypeId) -> String {
        let end = self.state.resolved(canonical);
        let with = match end == canonical {
            true => String::new(),
            false => format!(" and with it by `{end}`"),
        };
        let replaced = format!("so `{id}` is replaced by `{canonical}`{with}.");
        let target = || {
            let target = self.btf.get(id).and_then(|ty| ty.target());
            id_in_words(self.state.resolved(target.unwrap_or_default()))
        };
        let is_declared = |id| self.btf.get(id).is_some_and(|ty| ty.vlen() == 0);
        match self.kind(id) {
            Kind::Enum | Kind::Enum64 if is_declared(id) && !is_declared(canonical) => format!(
                "`{id}` only declares {}, `{canonical}` defines it, {replaced}",
                self.bare(canonical)
            ),
            Kind::Ptr => format!(
                "`{id}` and `{canonical}`: both point to {}, {replaced}",
                target()
            ),
            Kind::Const
            | Kind::Volatile
            | Kind::Restrict
            | Kind::Typedef
            | Kind::TypeTag
            | Kind::DeclTag => {
                format!(
                    "`{id}` and `{canonical}`: both refer to {}, {replaced}",
                    target()
                )
            }
            Kind::Array => format!(
                "`{id}` and `{canonical}`: length, element type and index type are the same, {replaced}"
            ),
            Kind::FuncProto => {
                format!("`{id}` and `{canonical}`: result and parameters are the same, {replaced}")
            }
            Kind::Func => format!(
                "`{id}` and `{canonical}`: name, linkage and prototype are the same, {replaced}"
            ),
            _ => format!("`{id}` and `{canonical}`: their records are identical, {replaced}"),
        }
    }

    fn then(&self, said: &str, id: TypeId, then: Then) -> String {
        match then {
            Then::Next(next) => format!("{said} The next type of this hash is `{next}`."),
            Then::Canonical => {
                format!("{said} No other type has this hash, so `{id}` becomes canonical.")
            }
        }
    }

    fn walk(&self, id: TypeId, canonical: TypeId) -> String {
        let assume = format!("Assume `{canonical}` ≡ `{id}`.");
        let (unnamed, parts) = self
            .btf
            .get(id)
            .map_or((false, 0), |ty| (self.btf.name(id).is_empty(), ty.vlen()));
        match (self.kind(id), unnamed, parts) {
            (Kind::Typedef, ..) => {
                format!("{assume} Their names match. Now compare what they stand for.")
            }
            (_, true, 0) => format!("{assume} Both have no name, no members, and the same size."),
            (_, false, 0) => format!("{assume} Name and size match, and both have no members."),
            (_, true, _) => format!(
                "{assume} Both have no name; size, member names and offsets match. Now compare the members’ types."
            ),
            (_, false, _) => format!(
                "{assume} Name, size, member names and offsets match. Now compare the members’ types."
            ),
        }
    }

    /// What is found at a pair.
    fn visit(&self, id: TypeId, canonical: TypeId, via: Via, depth: u32, found: Found) -> String {
        let way = self.way(via, depth);
        let (one, other) = (id_in_words(id), id_in_words(canonical));
        let pair = match via {
            Via::Target => format!("{} {one} and {other}", self.they_refer(depth)),
            _ => format!("{one} and {other}"),
        };
        match found {
            Found::Same => self.same(id, canonical, via, depth),
            Found::Known => {
                let above = self.state.path.get(..depth as usize).unwrap_or_default();
                let is_above = above
                    .iter()
                    .any(|&(candidate, kept, _)| candidate == id && kept == canonical);
                let end = match is_above {
                    true => "is already assumed. This is how cycles end.",
                    false => "is already assumed, so there is nothing new to compare.",
                };
                match via {
                    Via::Target => format!("{pair}: {other} ≡ {one} {end}"),
                    _ => format!("{way}{other} ≡ {one} {end}"),
                }
            }
            Found::Assumed => self.assumed(id, canonical, via, depth),
            Found::AssumedFalsely => {
                let (one, kept) = (self.type_of(id), self.type_of(canonical));
                let pair = match via {
                    Via::Target => format!("{} {one} and {kept}", self.they_refer(depth)),
                    _ => format!("{one} and {kept}"),
                };
                format!(
                    "{way}{pair}. Assume {other} ≡ {} and compare their records.",
                    id_in_words(id)
                )
            }
            Found::Forward => {
                let (forward, full) = match self.kind(id) {
                    Kind::Fwd => (id, canonical),
                    _ => (canonical, id),
                };
                format!(
                    "{way}`{forward}` only declares {}; `{full}` defines it. Same name, same kind: assume {other} ≡ {one}.",
                    self.bare(full)
                )
            }
            Found::Contradiction { had, identical } => {
                let assumed = format!("{other} is already assumed ≡ `{had}`");
                match identical {
                    true => format!(
                        "{way}{pair}: {assumed}. But `{had}` and {one} are copies of each other, so the walk goes on."
                    ),
                    false => {
                        format!("{way}{pair}. Contradiction: {assumed}, so it cannot be {one} too.")
                    }
                }
            }
        }
    }

    /// Two that are the same type already.
    fn same(&self, id: TypeId, canonical: TypeId, via: Via, depth: u32) -> String {
        let way = self.way(via, depth);
        let state = self.state;
        let (one, other) = (id_in_words(id), id_in_words(canonical));
        if id == canonical {
            return match via {
                Via::Target => format!("{} the same type, {one}.", self.they_refer(depth)),
                _ => format!("{way}both have the type {one}."),
            };
        }
        let said = match (state.is_kept(id), state.is_kept(canonical)) {
            (false, true) => (one.clone(), other.clone(), state.replaced(id)),
            (true, false) => (other.clone(), one.clone(), state.replaced(canonical)),
            _ => {
                let end = id_in_words(state.resolved(id));
                let said = format!("{one} and {other} were both replaced by {end}: equal.");
                return match via {
                    Via::Target => format!("{} {said}", self.they_refer(depth)),
                    _ => format!("{way}{said}"),
                };
            }
        };
        let (gone, kept, when) = said;
        let when = match when {
            Some(Replaced::InPass(pass)) if Some(pass) != state.pass => {
                format!("in pass {}", crate::pass::number(pass))
            }
            None => "by the fast path".to_owned(),
            _ => "in an earlier walk".to_owned(),
        };
        match via {
            Via::Target => format!(
                "{} {one} and {other}: {gone} was replaced by {kept} {when}. Equal.",
                self.they_refer(depth)
            ),
            _ => format!("{way}{gone} was replaced by {kept} {when}: equal."),
        }
    }

    /// A pair that is assumed to be equal, and whose records are.
    fn assumed(&self, id: TypeId, canonical: TypeId, via: Via, depth: u32) -> String {
        let way = self.way(via, depth);
        let assume = format!("Assume `{canonical}` ≡ `{id}`");
        if via == Via::Target {
            let pair = format!(
                "{} {} and `{canonical}`. {assume}",
                self.they_refer(depth),
                self.type_of(id)
            );
            return match (self.kind(id), self.parts(id)) {
                (Kind::Struct | Kind::Union, 1..) => {
                    format!("{pair}; their own records match. Now the members.")
                }
                (Kind::FuncProto, _) => {
                    format!("{pair}; their parameters have the same names. Now the types.")
                }
                (Kind::Array, _) => format!("{pair}; they are equally long. Now the types."),
                (Kind::Ptr, _) => format!("{pair} and compare what they point to."),
                (Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag, _) => {
                    format!("{pair} and compare what they refer to.")
                }
                (Kind::Typedef, _) => format!("{pair} and compare what they stand for."),
                _ => format!("{pair}; their records match."),
            };
        }
        match self.kind(id) {
            Kind::Ptr => {
                format!("{way}both are pointers. {assume} and compare what they point to.")
            }
            Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag => {
                let kind = self.kind(id).name().to_lowercase().replace('_', " ");
                format!(
                    "{way}both are of the kind {kind}. {assume} and compare what they refer to."
                )
            }
            Kind::Typedef => format!(
                "{way}both are {}. {assume} and compare what they stand for.",
                self.bare(id)
            ),
            Kind::Array => format!(
                "{way}both are arrays of {}. {assume} and compare their index types and elements.",
                match self.btf.get(id).map(|ty| ty.data()) {
                    Some(Data::Array(array)) => array.count,
                    _ => 0,
                }
            ),
            Kind::Struct | Kind::Union if self.parts(id) > 0 => format!(
                "{way}{} and `{canonical}`. {assume}; their own records match. Now the members.",
                self.type_of(id)
            ),
            _ => format!(
                "{way}{} and `{canonical}`. {assume}; their records match.",
                self.type_of(id)
            ),
        }
    }

    fn parts(&self, id: TypeId) -> u32 {
        self.btf.get(id).map_or(0, |ty| ty.vlen())
    }

    /// “They point to”, of the pair above.
    fn they_refer(&self, depth: u32) -> &'static str {
        match self.parent(depth).map(|id| self.kind(id)) {
            Some(Kind::Ptr) => "They point to",
            Some(Kind::Typedef) => "They stand for",
            _ => "They refer to",
        }
    }

    /// How the walk comes to a pair, as the beginning of a sentence.
    fn way(&self, via: Via, depth: u32) -> String {
        let parent = self.parent(depth).and_then(|id| self.btf.get(id));
        let named = |name: Option<btf::StringOffset>, what: &str, number: u32| {
            let name = name.map(|name| self.btf.str(name)).unwrap_or_default();
            match name.is_empty() {
                true => format!("{what} {}, which has no name: ", number + 1),
                false => format!("{what} `{name}`: "),
            }
        };
        match via {
            Via::Root | Via::Target => String::new(),
            Via::Index => "Index type: ".to_owned(),
            Via::Element => "Element: ".to_owned(),
            Via::Result => "Result: ".to_owned(),
            Via::Member(number) => {
                let member = parent.and_then(|ty| ty.member(number as usize));
                named(member.map(|member| member.name), "Member", number)
            }
            Via::Param(number) => {
                let param = parent.and_then(|ty| ty.params().nth(number as usize));
                named(param.map(|param| param.name), "Parameter", number)
            }
        }
    }

    /// The candidate of the pair above one at this depth.
    fn parent(&self, depth: u32) -> Option<TypeId> {
        let above = depth.checked_sub(1)?;
        let &(candidate, ..) = self.state.path.get(above as usize)?;
        Some(candidate)
    }

    fn holds(&self, replaced: &[(TypeId, TypeId)]) -> String {
        let named = replaced.iter().take(MOST_NAMED);
        let mut pairs: Vec<String> = named
            .map(|(from, to)| format!("`{from}` is replaced by `{to}`"))
            .collect();
        let more = replaced.len().saturating_sub(MOST_NAMED);
        if more > 0 {
            pairs.push(format!("{more} more types are replaced"));
        }
        let said = "No difference was found: all assumptions hold.";
        match pairs.split_last() {
            None => said.to_owned(),
            Some((only, [])) => format!("{said} {}.", capitalised(only)),
            Some((last, rest)) => format!("{said} {}, and {last}.", rest.join(", ")),
        }
    }

    /// A walk that would have to change the base.
    fn off_base(&self, led: &[(TypeId, TypeId)]) -> String {
        let pairs = led.iter().take(MOST_NAMED);
        let (mut become_, mut leads) = (Vec::new(), Vec::new());
        for (forward, to) in pairs {
            become_.push(format!(
                "{} would have to become `{to}`",
                self.type_of(*forward)
            ));
            leads.push(format!("`{forward}` lead to `{to}`"));
        }
        match become_.is_empty() {
            true => "No difference was found, but a declaration of the base would have to become a type of the module, and the \
                     base does not change."
                .to_owned(),
            false => format!(
                "No difference was found, but {}, and the base does not change. The module’s references to {} from now on.",
                become_.join(", "),
                leads.join(", ")
            ),
        }
    }

    fn base_entered(&self, types: usize) -> String {
        let canonical = match types {
            1 => "The only type of the base is canonical from the start; it is entered with its hash.".to_owned(),
            _ => format!(
                "All {types} types of the base are canonical from the start; each is entered with its hash."
            ),
        };
        format!(
            "{canonical} A type of the module can be replaced by one of the base, never the reverse."
        )
    }

    fn stays(&self, forward: TypeId, why: Stays) -> String {
        let declared = self.type_of(forward);
        match why {
            Stays::NoDefinition => {
                let nobody = match self.has_base() {
                    true => "neither the base nor the module",
                    false => "no unit",
                };
                format!("{declared}: {nobody} defines it, so the declaration stays.")
            }
            Stays::Ambiguous(first, second) => format!(
                "{declared}: {} and {} both have its name. The declaration is ambiguous, so it stays.",
                self.type_of(first),
                self.type_of(second)
            ),
            Stays::OtherKind(only) => format!(
                "{declared}: only {} has its name, and it is of another kind. The declaration stays.",
                self.type_of(only)
            ),
        }
    }

    fn remapped(&self, old: TypeId) -> String {
        let new = |id: TypeId| self.state.new_id(id).unwrap_or_default();
        let moved = match new(old) {
            new if new == old => String::new(),
            new => format!(", now `{new}`"),
        };
        let mut seen: Vec<TypeId> = Vec::new();
        let references = self.btf.get(old).into_iter().flat_map(|ty| ty.refs());
        let mut changes = Vec::new();
        for target in references {
            if new(target) != target && !seen.contains(&target) {
                seen.push(target);
                let canonical = self.state.resolved(target);
                changes.push(match canonical == target {
                    true => format!("`{target}` becomes `{}`", new(target)),
                    false if new(target) == canonical => {
                        format!("`{target}` becomes `{canonical}`, its canonical type")
                    }
                    false => format!(
                        "`{target}` becomes `{}`, the new id of `{canonical}`",
                        new(target)
                    ),
                });
            }
        }
        let more = changes.len().saturating_sub(MOST_NAMED);
        changes.truncate(MOST_NAMED);
        if more > 0 {
            changes.push(format!("{more} more change"));
        }
        format!("{}{moved}: {}.", self.type_of(old), changes.join("; "))
    }

    fn done(&self) -> String {
        let first = self.btf.first_id();
        let own = (first.0..self.btf.end_id().0).map(TypeId);
        let before = own.clone().count();
        let after = own.filter(|&id| self.state.is_kept(id)).count();
        match (before, after) {
            (before, 0) if before > 0 => format!(
                "Done: each of the module’s {before} types is replaced by one of the base. Its split BTF has no types."
            ),
            (before, after) if before == after => {
                format!("Done: all {before} types stay, and so do their ids.")
            }
            (before, after) if self.has_base() => format!(
                "Done: the module’s {before} types are {after} now, behind the {} of the base.",
                first.0 - 1
            ),
            (before, 1) => format!("Done: {before} types are 1 now."),
            _ => format!("Done: {before} types are {after} now."),
        }
    }
}
