//! The second pass over types: what they refer to exists, has a size where one is needed, fits, and
//! does not contain itself.
//!
//! Types are followed with an explicit stack of at most 32, the kernel's limit. Through a pointer only
//! modifiers and pointers are followed, inside a struct or array only modifiers, structs and arrays: so
//! that a struct may well point to itself but not contain itself.

use super::members;
use super::sizes::Sizes;
use super::{Found, Full, List, Rule, meta, names};
use crate::{Btf, Data, Kind, Type, TypeId};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// How many types may contain each other; the kernel's limit.
const MAX_DEPTH: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    OnStack,
    Done,
    /// Broken, or contains a broken one: what refers to it is not judged by it.
    Bad,
}

/// Which references are followed from the types on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Any,
    Pointer,
    Container,
}

struct Frame<'a> {
    id: TypeId,
    ty: Type<'a>,
    /// The member or variable to go on with.
    next: usize,
}

enum Step {
    Done,
    /// First look at this type.
    Into(TypeId),
}

struct Resolver<'a> {
    btf: &'a Btf,
    first: u32,
    states: Vec<State>,
    sizes: Sizes<'a>,
    /// The first parameter without a name of each prototype that a FUNC has. Many FUNCs may have one wide prototype.
    nameless: BTreeMap<TypeId, Option<usize>>,
    stack: Vec<Frame<'a>>,
    mode: Mode,
}

/// Checks every own type that the first pass has not called `bad`.
pub(super) fn check(btf: &Btf, bad: Vec<bool>, list: &mut List<'_>) -> Result<(), Full> {
    let state = |bad| if bad { State::Bad } else { State::Unseen };
    let mut resolver = Resolver {
        btf,
        first: btf.first_id().0,
        states: bad.into_iter().map(state).collect(),
        sizes: Sizes::new(btf),
        nameless: BTreeMap::new(),
        stack: Vec::with_capacity(MAX_DEPTH),
        mode: Mode::Any,
    };
    for (id, ty) in btf.types() {
        if resolver.state(id) == State::Bad {
            continue;
        }
        let result = match ty.data() {
            Data::FuncProto { .. } => resolver.prototype(id, ty),
            Data::Other => resolver.locations(ty).map_err(|found| (id, found)),
            _ => resolver.resolve(id, ty),
        };
        if let Err((broken, found)) = result {
            resolver.give_up();
            resolver.set_state(broken, State::Bad);
            resolver.set_state(id, State::Bad);
            list.add(broken, found)?;
        }
    }
    Ok(())
}

type Outcome<T> = Result<T, (TypeId, Found)>;

impl<'a> Resolver<'a> {
    fn state(&self, id: TypeId) -> State {
        match id.0.checked_sub(self.first) {
            None => State::Done,
            Some(index) => *self.states.get(index as usize).unwrap_or(&State::Done),
        }
    }

    fn set_state(&mut self, id: TypeId, state: State) {
        let index = id.0.checked_sub(self.first);
        if let Some(slot) = index.and_then(|index| self.states.get_mut(index as usize)) {
            *slot = state;
        }
    }

    fn is_bad(&self, id: TypeId) -> bool {
        self.state(id) == State::Bad
    }

    /// Whether a reference to this type must be followed now.
    fn must_follow(&self, id: TypeId, ty: Type<'_>) -> bool {
        let kind = ty.kind();
        let link = kind.is_modifier() || kind == Kind::Typedef;
        let followed = match self.mode {
            Mode::Any => needs_resolving(kind),
            Mode::Pointer => link || kind == Kind::Ptr,
            Mode::Container => link || kind == Kind::Array || kind.is_composite(),
        };
        followed && !matches!(self.state(id), State::Done | State::Bad)
    }

    /// Resolves one type with all that it needs. The stack is empty before and, without an error, after.
    fn resolve(&mut self, id: TypeId, ty: Type<'a>) -> Outcome<()> {
        if !needs_resolving(ty.kind()) || matches!(self.state(id), State::Done | State::Bad) {
            return Ok(());
        }
        self.mode = Mode::Any;
        self.push(id, ty, id)?;
        while let Some(&Frame { id, ty, next }) = self.stack.last() {
            match self.step(id, ty, next).map_err(|found| (id, found))? {
                Step::Done => {
                    if self.state(id) == State::OnStack {
                        self.set_state(id, State::Done);
                    }
                    self.stack.pop();
                }
                Step::Into(target) => {
                    if let Some(ty) = self.btf.get(target) {
                        self.push(target, ty, id)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, id: TypeId, ty: Type<'a>, from: TypeId) -> Outcome<()> {
        if self.stack.len() >= MAX_DEPTH {
            return Err((from, Found::new(Rule::TooDeep)));
        }
        if self.state(id) != State::Unseen {
            return Err((id, Found::new(Rule::Loop)));
        }
        self.set_state(id, State::OnStack);
        self.stack.push(Frame { id, ty, next: 0 });
        if self.mode == Mode::Any {
            self.mode = match ty.kind() {
                Kind::Ptr => Mode::Pointer,
                Kind::Array | Kind::Struct | Kind::Union => Mode::Container,
                _ => Mode::Any,
            };
        }
        Ok(())
    }

    /// After a problem: what is on the stack contains the broken type.
    fn give_up(&mut self) {
        while let Some(frame) = self.stack.pop() {
            self.set_state(frame.id, State::Bad);
        }
    }

    fn step(&mut self, id: TypeId, ty: Type<'a>, next: usize) -> Result<Step, Found> {
        match ty.kind() {
            Kind::Struct | Kind::Union => self.composite(ty, next),
            Kind::Array => self.array(id, ty),
            Kind::Datasec => self.section(ty, next),
            Kind::Func => self.function(id, ty),
            Kind::DeclTag => self.tag(id, ty),
            _ => self.reference(id, ty),
        }
    }

    /// PTR, TYPEDEF, modifiers and VAR.
    fn reference(&mut self, id: TypeId, ty: Type<'_>) -> Result<Step, Found> {
        let target = TypeId(ty.size_or_type());
        let wrong = || Found::new(Rule::TypeId).value(target.0.into());
        if target != TypeId::VOID {
            let target_ty = self.btf.get(target).ok_or_else(wrong)?;
            if stands_alone(target_ty.kind()) {
                return Err(wrong());
            }
            if self.must_follow(target, target_ty) {
                return Ok(Step::Into(target));
            }
        }
        if self.is_bad(target) {
            self.set_state(id, State::Bad);
            return Ok(Step::Done);
        }
        let mut end = self.sizes.end_of(target);
        let mut end_ty = self.btf.get(end);
        if matches!(ty.kind(), Kind::Ptr | Kind::Var)
            && let Some(pointer) = end_ty
            && pointer.kind() == Kind::Ptr
            && self.must_follow(end, pointer)
        {
            return Ok(Step::Into(end));
        }
        // The kernel takes a function for `void` once it has resolved it.
        if end_ty.is_some_and(|ty| ty.kind() == Kind::Func) && self.state(end) == State::Done {
            (end, end_ty) = (TypeId::VOID, None);
        }
        let sizeless_is_fine = ty.kind() != Kind::Var
            && match end_ty {
                Some(ty) => matches!(ty.kind(), Kind::Void | Kind::Fwd | Kind::FuncProto),
                None => end == TypeId::VOID,
            };
        if !sizeless_is_fine && self.sizes.sized(target).is_none() {
            return Err(wrong());
        }
        if ty.kind() != Kind::Ptr {
            self.sizes.set_target(id, end);
        }
        Ok(Step::Done)
    }

    fn composite(&mut self, ty: Type<'_>, next: usize) -> Result<Step, Found> {
        let mut index = next;
        while let Some(member) = ty.member(index) {
            let wrong = || {
                Found::new(Rule::Member)
                    .part(index)
                    .value(member.ty.0.into())
            };
            let member_ty = self.btf.get(member.ty).ok_or_else(wrong)?;
            if members::has_no_size(member_ty.kind()) || stands_alone(member_ty.kind()) {
                return Err(wrong());
            }
            if self.must_follow(member.ty, member_ty) {
                if let Some(frame) = self.stack.last_mut() {
                    frame.next = index;
                }
                return Ok(Step::Into(member.ty));
            }
            if !self.is_bad(member.ty) {
                members::check(&self.sizes, ty.size_or_type(), ty.kind_flag(), member)
                    .map_err(|found| found.part(index))?;
            }
            index += 1;
        }
        Ok(Step::Done)
    }

    fn array(&mut self, id: TypeId, ty: Type<'_>) -> Result<Step, Found> {
        let &[element, index, count] = ty.tail() else {
            return Err(Found::new(Rule::ArrayElement));
        };
        for (target, rule) in [(index, Rule::ArrayIndex), (element, Rule::ArrayElement)] {
            let wrong = || Found::new(rule).value(target.into());
            let target = TypeId(target);
            let ty = self.btf.get(target).ok_or_else(wrong)?;
            if members::has_no_size(ty.kind()) || stands_alone(ty.kind()) {
                return Err(wrong());
            }
            if self.must_follow(target, ty) {
                return Ok(Step::Into(target));
            }
            if self.is_bad(target) {
                self.set_state(id, State::Bad);
                return Ok(Step::Done);
            }
            if rule == Rule::ArrayIndex
                && !self
                    .sizes
                    .sized(target)
                    .is_some_and(|(ty, _)| members::is_regular(ty))
            {
                return Err(wrong());
            }
        }
        let Some((element_ty, size)) = self.sizes.sized(TypeId(element)) else {
            return Err(Found::new(Rule::ArrayElement).value(element.into()));
        };
        if element_ty.kind() == Kind::Int && !members::is_regular(element_ty) {
            return Err(Found::new(Rule::ArrayOfBits).value(element.into()));
        }
        match size.checked_mul(count) {
            Some(size) => self.sizes.set_array(id, size),
            None => return Err(Found::new(Rule::ArrayTooLarge).value(count.into())),
        }
        Ok(Step::Done)
    }

    fn section(&mut self, ty: Type<'_>, next: usize) -> Result<Step, Found> {
        // Each variable is resolved by itself, whatever the one before it was.
        self.mode = Mode::Any;
        let words = ty.tail().as_chunks::<3>().0;
        for (index, &[id, _, var_size]) in words.iter().enumerate().skip(next) {
            let id = TypeId(id);
            let broken = |rule, value: u32| Found::new(rule).part(index).value(value.into());
            let var_ty = self.btf.get(id).filter(|ty| ty.kind() == Kind::Var);
            let Some(var_ty) = var_ty else {
                return Err(broken(Rule::NotVariable, id.0));
            };
            if self.must_follow(id, var_ty) {
                if let Some(frame) = self.stack.last_mut() {
                    frame.next = index;
                }
                return Ok(Step::Into(id));
            }
            if self.is_bad(id) {
                continue;
            }
            match self.sizes.sized(TypeId(var_ty.size_or_type())) {
                None => return Err(broken(Rule::VariableType, var_ty.size_or_type())),
                Some((_, size)) if var_size < size => {
                    return Err(broken(Rule::VariableSize, var_size));
                }
                Some(_) => {}
            }
        }
        Ok(Step::Done)
    }

    fn function(&mut self, id: TypeId, ty: Type<'_>) -> Result<Step, Found> {
        let target = TypeId(ty.size_or_type());
        if self.is_bad(target) {
            self.set_state(id, State::Bad);
            return Ok(Step::Done);
        }
        let proto = self.btf.get(target);
        let Some(proto) = proto.filter(|ty| ty.kind() == Kind::FuncProto) else {
            return Err(Found::new(Rule::TypeId).value(target.0.into()));
        };
        let btf = self.btf;
        let nameless = *self.nameless.entry(target).or_insert_with(|| {
            // A parameter of type 0 is the `...` at the end, which has no name.
            let nameless = |param: crate::Param| {
                param.ty != TypeId::VOID && names::of(btf, param.name).is_none_or(<[u8]>::is_empty)
            };
            proto.params().position(nameless)
        });
        match nameless {
            Some(index) => Err(Found::new(Rule::Parameter).part(index)),
            None => Ok(Step::Done),
        }
    }

    fn tag(&mut self, id: TypeId, ty: Type<'_>) -> Result<Step, Found> {
        let target = TypeId(ty.size_or_type());
        let component = ty.tail().first().map_or(-1, |&word| word as i32);
        let is_target = |kind| {
            matches!(
                kind,
                Kind::Func | Kind::Struct | Kind::Union | Kind::Var | Kind::Typedef
            )
        };
        let target_ty = self.btf.get(target).filter(|ty| is_target(ty.kind()));
        let Some(target_ty) = target_ty else {
            return Err(Found::new(Rule::TypeId).value(target.0.into()));
        };
        if self.must_follow(target, target_ty) {
            return Ok(Step::Into(target));
        }
        if self.is_bad(target) {
            self.set_state(id, State::Bad);
            return Ok(Step::Done);
        }
        let components = match target_ty.kind() {
            Kind::Struct | Kind::Union => target_ty.vlen(),
            Kind::Func => {
                let proto = self.btf.get(TypeId(target_ty.size_or_type()));
                proto.map_or(0, Type::vlen)
            }
            _ => 0,
        };
        match u32::try_from(component) {
            Ok(component) if component >= components => {
                Err(Found::new(Rule::ComponentIndex).value(component.into()))
            }
            _ => Ok(Step::Done),
        }
    }

    fn prototype(&mut self, id: TypeId, ty: Type<'a>) -> Outcome<()> {
        let result = TypeId(ty.size_or_type());
        if result != TypeId::VOID {
            let found = || Found::new(Rule::Result).value(result.0.into());
            self.value_type(id, result, found)?;
        }
        let count = ty.params().len();
        for (index, param) in ty.params().enumerate() {
            let broken = || Found::new(Rule::Parameter).part(index);
            if param.ty == TypeId::VOID && index + 1 == count {
                if param.name.is_empty() {
                    continue;
                }
                return Err((id, broken()));
            }
            self.value_type(id, param.ty, broken)?;
            let has_name = !param.name.is_empty();
            if has_name
                && !(meta::offset_is_valid(self.btf, param.name)
                    && meta::is_identifier(self.btf, param.name))
            {
                return Err((id, broken()));
            }
        }
        Ok(())
    }

    /// A type of which a value can be passed.
    fn value_type(&mut self, id: TypeId, target: TypeId, found: impl Fn() -> Found) -> Outcome<()> {
        let Some(ty) = self.btf.get(target).filter(|ty| !stands_alone(ty.kind())) else {
            return Err((id, found()));
        };
        self.resolve(target, ty)?;
        if self.is_bad(target) || self.sizes.sized(target).is_some() {
            Ok(())
        } else {
            Err((id, found()))
        }
    }

    /// Of a kind for which no released kernel has rules: what it refers to must be of the kind that it describes. 0 means
    /// that no location is known.
    fn locations(&self, ty: Type<'_>) -> Result<(), Found> {
        let check = |id: TypeId, kind: Kind, optional: bool| match self.kind_of(id) {
            Some(Kind::Void) if optional => Ok(()),
            Some(found) if found == kind => Ok(()),
            _ => Err(Found::new(Rule::TypeId).value(id.0.into())),
        };
        for id in ty.locations() {
            check(id, Kind::LocParam, true)?;
        }
        for site in ty.inline_sites() {
            check(site.func, Kind::Func, false)?;
            check(site.locations, Kind::LocProto, true)?;
        }
        Ok(())
    }

    /// The kind of a type; `None` when there is no such type.
    fn kind_of(&self, id: TypeId) -> Option<Kind> {
        if id == TypeId::VOID {
            return Some(Kind::Void);
        }
        self.btf.get(id).map(Type::kind)
    }
}

fn needs_resolving(kind: Kind) -> bool {
    kind.is_modifier()
        || kind.is_composite()
        || matches!(
            kind,
            Kind::Typedef
                | Kind::Ptr
                | Kind::Array
                | Kind::Var
                | Kind::Func
                | Kind::DeclTag
                | Kind::Datasec
        )
}

/// Kinds that nothing but a DATASEC or DECL_TAG may refer to.
fn stands_alone(kind: Kind) -> bool {
    matches!(kind, Kind::Var | Kind::DeclTag | Kind::Datasec)
}
