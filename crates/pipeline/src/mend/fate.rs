//! What becomes of each type that breaks a rule.

use super::{Mend, Mended, has_size};
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
    /// It stays with these words, and of a composite with these of its members, in order.
    Rewrite {
        words: Vec<u32>,
        /// The places of the members that stay; `None` if all do.
        members: Option<Vec<u32>>,
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
    mended: &mut Mended,
) -> Option<Vec<Fate>> {
    let mut fates = Fates {
        btf,
        fates: vec![Fate::Keep; btf.len()],
        changed: false,
        arguments,
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
        let mut words = ty.words()[..3].to_vec();
        let mut kept = Vec::new();
        for (at, (part, member)) in ty.tail().chunks_exact(3).zip(ty.members()).enumerate() {
            if has_size(self.btf, member.ty) {
                words.extend_from_slice(part);
                kept.push(at as u32);
            } else {
                self.mended.count(Mend::Member);
            }
        }
        // The verifier found something else.
        if kept.len() == ty.vlen() as usize {
            return;
        }
        words[1] = Info::new(ty.kind(), kept.len() as u32, ty.kind_flag()).0;
        let members = Some(kept);
        self.set(id, Fate::Rewrite { words, members });
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
        self.rewrite(id, words);
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
        match members.binary_search(&component) {
            _ if component == WHOLE => {}
            Err(_) => self.set(id, Fate::Drop),
            Ok(place) => {
                let mut words = ty.words().to_vec();
                if let Some(component) = words.last_mut() {
                    *component = place as u32;
                }
                self.rewrite(id, words);
            }
        }
    }
}
