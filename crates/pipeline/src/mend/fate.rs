//! What becomes of each type that breaks a rule.

use super::{Mend, Mended, has_size};
use crate::sorting;
use btf::verify::{Problem, Rule, is_identifier};
use btf::{Btf, Info, Kind, StringOffset, Type, TypeId};

/// The component of a declaration tag on a type as a whole.
const WHOLE: u32 = u32::MAX;

/// What becomes of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    #[default]
    Keep,
    /// It stays with these words.
    Rewrite {
        words: Vec<u32>,
        /// The old and new places of the members that stay, sorted by the old; `None` if none moved.
        members: Option<Vec<(u32, u32)>>,
    },
    /// It is left out; what refers to it refers to this one.
    Alias(TypeId),
    /// It is left out with the declaration tags on it.
    Drop,
}

/// What becomes of the own types, by id less the first. `None` if nothing can be done.
///
/// `arguments` are the names for parameters that have none.
pub(super) fn decide(
    btf: &Btf,
    problems: &[Problem],
    arguments: &[StringOffset],
    pointer: u64,
    mended: &mut Mended,
) -> Option<Vec<Fate>> {
    let mut fates = Fates {
        btf,
        fates: vec![Fate::Keep; btf.len()],
        changed: false,
        arguments,
        pointer,
        mended,
    };
    for problem in problems {
        if let Some(ty) = btf.get(problem.id) {
            fates.of_problem(problem, ty);
        }
    }
    if !fates.changed {
        return None;
    }
    fates.follow();
    Some(fates.fates)
}

struct Fates<'a> {
    btf: &'a Btf,
    fates: Vec<Fate>,
    changed: bool,
    arguments: &'a [StringOffset],
    /// Bytes of a pointer.
    pointer: u64,
    mended: &'a mut Mended,
}

impl Fates<'_> {
    fn set(&mut self, id: TypeId, fate: Fate) {
        let own = id.index().checked_sub(self.btf.first_id().index());
        if let Some(slot) = own.and_then(|own| self.fates.get_mut(own)) {
            // The first problem of a type decides; the next round finds the others.
            if *slot == Fate::Keep {
                *slot = fate;
                self.changed = true;
            }
        }
    }

    fn get(&self, id: TypeId) -> &Fate {
        const KEEP: &Fate = &Fate::Keep;
        let own = id.index().checked_sub(self.btf.first_id().index());
        own.and_then(|own| self.fates.get(own)).unwrap_or(KEEP)
    }

    fn of_problem(&mut self, problem: &Problem, ty: Type<'_>) {
        let id = problem.id;
        match (problem.rule, ty.kind()) {
            (Rule::Name, Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64) => {
                self.name_of_tag(id, ty);
            }
            (Rule::Name, Kind::Typedef) => {
                self.mended.count(Mend::Typedef);
                self.set(id, Fate::Alias(ty.target().unwrap_or_default()));
            }
            (Rule::Name, Kind::Fwd) => {
                self.mended.count(Mend::Forward);
                self.set(id, Fate::Alias(TypeId::VOID));
            }
            (Rule::Name, Kind::Func) => {
                self.mended.count(Mend::Function);
                self.set(id, Fate::Drop);
            }
            (Rule::Name | Rule::TypeId, Kind::Var) => {
                self.mended.count(Mend::Variable);
                self.set(id, Fate::Drop);
            }
            (Rule::VariableType, Kind::Datasec) => {
                let variable = problem
                    .part
                    .and_then(|part| ty.variables().nth(part as usize));
                if let Some(variable) = variable {
                    self.mended.count(Mend::Variable);
                    self.set(variable.ty, Fate::Drop);
                }
            }
            (Rule::Member | Rule::TypeId, Kind::Struct | Kind::Union) => self.members(id, ty),
            (Rule::MemberOrder, Kind::Struct) => self.order(id, ty),
            (Rule::MemberBeyondStruct | Rule::MemberTooLong, Kind::Struct | Kind::Union) => {
                self.size(id, ty);
            }
            (Rule::ArrayElement, Kind::Array) => {
                self.mended.count(Mend::Array);
                self.set(id, Fate::Alias(TypeId::VOID));
            }
            (Rule::ArrayTooLarge, Kind::Array) => {
                self.mended.count(Mend::LargeArray);
                let mut words = ty.words().to_vec();
                if let Some(count) = words.last_mut() {
                    *count = 0;
                }
                self.rewrite(id, words);
            }
            (Rule::Parameter | Rule::Result, Kind::FuncProto) => self.prototype(id, ty),
            (Rule::Parameter, Kind::Func) => {
                let proto = ty.target().unwrap_or_default();
                if let Some(proto_type) = self.btf.get(proto) {
                    self.nameless_parameters(proto, proto_type);
                }
            }
            _ => {}
        }
    }

    fn rewrite(&mut self, id: TypeId, words: Vec<u32>) {
        let members = None;
        self.set(id, Fate::Rewrite { words, members });
    }

    fn is_name(&self, name: u32) -> bool {
        name == 0
            || self
                .btf
                .string(StringOffset(name))
                .is_some_and(is_identifier)
    }

    /// A struct, union, or enumeration loses the names that are refused, an enumeration the whole value.
    fn name_of_tag(&mut self, id: TypeId, ty: Type<'_>) {
        let mut words = ty.words()[..3].to_vec();
        if !self.is_name(words[0]) {
            self.mended.count(Mend::TagName);
            words[0] = 0;
        }
        let is_enum = ty.kind().is_any_enum();
        let each = match ty.kind() {
            Kind::Enum => 2,
            _ => 3,
        };
        for part in ty.tail().chunks_exact(each) {
            let named = self.is_name(part[0]) && (part[0] != 0 || !is_enum);
            match (named, is_enum) {
                (true, _) => words.extend_from_slice(part),
                (false, true) => self.mended.count(Mend::Enumerator),
                (false, false) => {
                    self.mended.count(Mend::PartName);
                    words.push(0);
                    words.extend_from_slice(&part[1..]);
                }
            }
        }
        let parts = (words.len() - 3) / each;
        words[1] = Info::new(ty.kind(), parts as u32, ty.kind_flag()).0;
        self.rewrite(id, words);
    }

    /// A struct or union loses members of types without a size.
    fn members(&mut self, id: TypeId, ty: Type<'_>) {
        let sized = |member: btf::Member| has_size(self.btf, member.ty);
        self.keep_members(id, ty, Mend::Member, sized);
    }

    /// A struct or union keeps those of its members for which `keep` holds.
    fn keep_members(
        &mut self,
        id: TypeId,
        ty: Type<'_>,
        why: Mend,
        keep: impl Fn(btf::Member) -> bool,
    ) {
        let kept = ty.members().enumerate().filter(|(_, member)| keep(*member));
        let kept: Vec<u32> = kept.map(|(at, _)| at as u32).collect();
        let lost = (ty.vlen() as usize).saturating_sub(kept.len());
        // Otherwise the verifier found something else.
        if lost > 0 {
            (0..lost).for_each(|_| self.mended.count(why));
            self.place_members(id, ty, &kept);
        }
    }

    /// A struct or union keeps these of its members, in this order.
    fn place_members(&mut self, id: TypeId, ty: Type<'_>, places: &[u32]) {
        let mut words = ty.words()[..3].to_vec();
        words[1] = Info::new(ty.kind(), places.len() as u32, ty.kind_flag()).0;
        let mut members = Vec::new();
        let parts = ty.tail().as_chunks::<3>().0;
        for (new, &old) in places.iter().enumerate() {
            words.extend(parts.get(old as usize).copied().unwrap_or_default());
            members.push((old, new as u32));
        }
        sorting::sort(&mut members);
        let members = Some(members);
        self.set(id, Fate::Rewrite { words, members });
    }

    /// A struct gets its members in the order of their offsets. C++ puts empty members anywhere, and Pascal repeats offsets
    /// for variants.
    fn order(&mut self, id: TypeId, ty: Type<'_>) {
        self.mended.count(Mend::Order);
        let mut places: Vec<(u32, u32)> = (ty.members().zip(0..))
            .map(|(member, at)| (member.bit_offset, at))
            .collect();
        sorting::sort(&mut places);
        let places: Vec<u32> = places.into_iter().map(|(_, at)| at).collect();
        self.place_members(id, ty, &places);
    }

    /// A struct of a size that only the running program knows has that of its members; one of a known size loses the members
    /// that do not fit, which no value has.
    fn size(&mut self, id: TypeId, ty: Type<'_>) {
        let own = u64::from(ty.size().unwrap_or_default()) * 8;
        if own > 0 {
            let (btf, pointer) = (self.btf, self.pointer);
            let fits =
                |member: btf::Member| end_of(btf, member, pointer).is_none_or(|end| end <= own);
            return self.keep_members(id, ty, Mend::Misfit, fits);
        }
        let ends = ty
            .members()
            .map(|member| end_of(self.btf, member, self.pointer));
        let end = ends.flatten().max().unwrap_or_default();
        let Ok(size) = u32::try_from(end.div_ceil(8)) else {
            return;
        };
        if size > 0 {
            self.mended.count(Mend::Size);
            let mut words = ty.words().to_vec();
            words[2] = size;
            self.rewrite(id, words);
        }
    }

    /// A prototype loses names that are refused. If one of its types has no size, nothing of it can be said.
    fn prototype(&mut self, id: TypeId, ty: Type<'_>) {
        let result = ty.target().unwrap_or_default();
        let params = ty.params().len();
        let is_value = |(at, param): (usize, btf::Param)| {
            let ends = param.ty == TypeId::VOID && at + 1 == params && param.name.is_empty();
            ends || has_size(self.btf, param.ty)
        };
        let is_void = result == TypeId::VOID;
        if !(is_void || has_size(self.btf, result)) || !ty.params().enumerate().all(is_value) {
            self.mended.count(Mend::Prototype);
            return self.set(id, Fate::Alias(TypeId::VOID));
        }
        let mut words = ty.words().to_vec();
        for at in (3..words.len()).step_by(2) {
            if !self.is_name(words[at]) {
                self.mended.count(Mend::PartName);
                words[at] = 0;
            }
        }
        if words != ty.words() {
            self.rewrite(id, words);
        }
    }

    /// The prototype of a function gets names for its parameters that have none.
    fn nameless_parameters(&mut self, id: TypeId, ty: Type<'_>) {
        if *self.get(id) != Fate::Keep {
            return;
        }
        let mut words = ty.words().to_vec();
        for at in (3..words.len()).step_by(2) {
            if words[at] == 0 && words[at + 1] != 0 {
                self.mended.count(Mend::NamelessParameter);
                words[at] = self.arguments.get((at - 3) / 2).map_or(0, |name| name.0);
            }
        }
        if words != ty.words() {
            self.rewrite(id, words);
        }
    }

    /// What refers to a type that is left out, or counts the members of one that lost some.
    fn follow(&mut self) {
        // Functions before the tags on them.
        for kind in [Kind::Func, Kind::Datasec, Kind::DeclTag] {
            for (id, ty) in self.btf.types().filter(|(_, ty)| ty.kind() == kind) {
                match kind {
                    Kind::Datasec => self.section(id, ty),
                    Kind::DeclTag => self.tag(id, ty),
                    _ => self.function(id, ty),
                }
            }
        }
    }

    fn is_gone(&self, id: TypeId) -> bool {
        matches!(self.get(id), Fate::Alias(_) | Fate::Drop)
    }

    /// A function without its prototype is left out.
    fn function(&mut self, id: TypeId, ty: Type<'_>) {
        if self.is_gone(ty.target().unwrap_or_default()) && !self.is_gone(id) {
            self.mended.count(Mend::Function);
            self.set(id, Fate::Drop);
        }
    }

    /// A section loses the variables that are left out.
    fn section(&mut self, id: TypeId, ty: Type<'_>) {
        let mut words = ty.words()[..3].to_vec();
        for entry in ty.tail().chunks_exact(3) {
            if !self.is_gone(TypeId(entry[0])) {
                words.extend_from_slice(entry);
            }
        }
        if words.len() == ty.words().len() {
            return;
        }
        let variables = (words.len() - 3) / 3;
        words[1] = Info::new(Kind::Datasec, variables as u32, ty.kind_flag()).0;
        match variables {
            0 => self.set(id, Fate::Drop),
            _ => self.rewrite(id, words),
        }
    }

    /// A declaration tag goes with its target or its member, and follows the numbers of members.
    fn tag(&mut self, id: TypeId, ty: Type<'_>) {
        let target = ty.target().unwrap_or_default();
        if self.is_gone(target) {
            return self.set(id, Fate::Drop);
        }
        let Fate::Rewrite {
            members: Some(members),
            ..
        } = self.get(target)
        else {
            return;
        };
        let component = ty.tail().first().copied().unwrap_or(WHOLE);
        match members.binary_search_by_key(&component, |place| place.0) {
            _ if component == WHOLE => {}
            Err(_) => self.set(id, Fate::Drop),
            Ok(place) => {
                let new = members.get(place).map_or(component, |place| place.1);
                let mut words = ty.words().to_vec();
                if let Some(component) = words.last_mut() {
                    *component = new;
                }
                self.rewrite(id, words);
            }
        }
    }
}

/// The bit behind a member; `None` if its type has no size.
fn end_of(btf: &Btf, member: btf::Member, pointer: u64) -> Option<u64> {
    let start = u64::from(member.bit_offset);
    if member.bitfield_size != 0 {
        return Some(start + u64::from(member.bitfield_size));
    }
    let (_, ty, count) = btf::layout::strip_arrays(btf, member.ty)?;
    let size = match ty.kind() {
        Kind::Ptr => pointer,
        _ => u64::from(ty.size()?),
    };
    start.checked_add(size.checked_mul(count)?.checked_mul(8)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::verify::{Subject, problems};
    use btf::{Int, IntEncoding, Member};

    fn member(btf: &mut Btf, name: &str, ty: TypeId, bit_offset: u32) -> Member {
        Member {
            name: btf.intern(name.as_bytes()).unwrap(),
            ty,
            bit_offset,
            bitfield_size: 0,
        }
    }

    /// The words of a struct after one round.
    fn mended(size: u32, offsets: &[u32]) -> (Vec<u32>, u64) {
        let mut btf = Btf::new();
        let int = Int {
            size: 4,
            encoding: IntEncoding::SIGNED,
            offset: 0,
            bits: 32,
        };
        let int = btf.add_int("int", int).unwrap();
        let members: Vec<Member> = offsets
            .iter()
            .map(|&at| member(&mut btf, "m", int, at))
            .collect();
        let id = btf
            .add_composite(Kind::Struct, "s", size, &members)
            .unwrap();
        let problems = problems(&btf, Subject::Program, 10);
        let mut mended = Mended::default();
        let fates = decide(&btf, &problems, &[], 8, &mut mended).expect("something to do");
        let Some(Fate::Rewrite { words, .. }) = fates.get(id.index() - 1) else {
            panic!("{fates:?}");
        };
        (words.clone(), mended.total())
    }

    #[test]
    fn a_struct_without_a_size_gets_that_of_its_members() {
        let (words, count) = mended(0, &[0, 64]);
        assert_eq!((words[2], words.len(), count), (12, 9, 1));
    }

    #[test]
    fn members_behind_the_end_are_left_out() {
        let (words, count) = mended(8, &[0, 32, 64]);
        assert_eq!((words[2], words.len(), count), (8, 9, 1));
    }

    #[test]
    fn members_are_sorted_by_offset() {
        let (words, _) = mended(12, &[64, 0, 32]);
        assert_eq!([words[5], words[8], words[11]], [0, 32, 64]);
    }
}
