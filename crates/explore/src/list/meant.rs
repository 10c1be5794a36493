//! Types that a text means, to find functions by what they take and return: `struct sk_buff *`.

use super::matching::Matcher;
use super::query::{Match, QueryError};
use super::reading::{Reading, bare, readings};
use crate::explorer::Explorer;
use crate::group::Group;
use btf::{Btf, Data, Kind, Type, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// How many types are followed from a parameter to the type that it has a name for.
const MOST_STEPS: usize = 64;

/// The types that a text means.
#[derive(Debug, Default)]
pub(super) struct MeantTypes {
    ids: FxHashSet<TypeId>,
    /// For `void`, whether a pointer to it is meant.
    void: Option<bool>,
    /// The prototypes that were asked about, and whether they take one: many functions can have one prototype.
    taken: RefCell<FxHashMap<TypeId, bool>>,
}

impl MeantTypes {
    /// The types with this whole name, if there are any; otherwise those whose names fit the text. Pointers,
    /// qualifiers, and arrays of them are meant too.
    pub fn of(explorer: &Explorer, text: &str, matching: Match) -> Result<MeantTypes, QueryError> {
        if bare(text) == "void" {
            return Ok(MeantTypes {
                void: Some(text.contains('*')),
                ..MeantTypes::default()
            });
        }
        let readings = readings(text, matching);
        let names = || readings.iter().filter(|sought| sought.members.is_empty());
        for sought in names().filter(|_| matching == Match::Substring) {
            let ids = fitting(explorer, sought.groups, &mut Matcher::whole(&sought.name));
            if !ids.is_empty() {
                return Ok(MeantTypes {
                    ids,
                    ..MeantTypes::default()
                });
            }
        }
        for sought in names() {
            let mut matcher = match Matcher::of(&sought.name) {
                // A pattern that is none was not meant as one; one that was asked for is an error.
                Err(_) if sought.reading != Reading::AsTyped => continue,
                matcher => matcher?,
            };
            let ids = fitting(explorer, sought.groups, &mut matcher);
            matcher.is_complete()?;
            if !ids.is_empty() {
                return Ok(MeantTypes {
                    ids,
                    ..MeantTypes::default()
                });
            }
        }
        Ok(MeantTypes::default())
    }

    /// Whether a function takes one.
    pub fn taken_by(&self, btf: &Btf, function: &Type<'_>) -> bool {
        let (Some(id), Some(prototype)) = (function.target(), prototype(btf, function)) else {
            return false;
        };
        let takes = || prototype.params().any(|param| self.has(btf, param.ty));
        *self.taken.borrow_mut().entry(id).or_insert_with(takes)
    }

    /// Whether a function returns one.
    pub fn returned_by(&self, btf: &Btf, function: &Type<'_>) -> bool {
        let result = prototype(btf, function).map(|prototype| prototype.data());
        matches!(result, Some(Data::FuncProto { result }) if self.has(btf, result))
    }

    /// Whether a variable has one.
    pub fn of_variable(&self, btf: &Btf, variable: &Type<'_>) -> bool {
        matches!(variable.data(), Data::Var { target, .. } if self.has(btf, target))
    }

    fn has(&self, btf: &Btf, id: TypeId) -> bool {
        let (mut at, mut pointer) = (id, false);
        for _ in 0..MOST_STEPS {
            if self.ids.contains(&at) {
                return true;
            }
            let Some(ty) = btf.get(at) else {
                return at == TypeId::VOID && self.void == Some(pointer);
            };
            at = match ty.data() {
                Data::Ptr { target } => {
                    pointer = true;
                    target
                }
                Data::Const { target }
                | Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target } => target,
                Data::Array(array) => array.element,
                // A number's typedef is a type of its own: who looks for int does not look for pid_t.
                Data::Typedef { target } if !is_number(btf, target) => target,
                _ => return false,
            };
        }
        false
    }
}

/// Whether typedefs and qualifiers lead to a number or to void.
fn is_number(btf: &Btf, id: TypeId) -> bool {
    match btf::layout::resolve(btf, id) {
        Some((_, ty)) => matches!(ty.kind(), Kind::Int | Kind::Float),
        None => true,
    }
}

fn prototype<'b>(btf: &'b Btf, function: &Type<'_>) -> Option<Type<'b>> {
    let prototype = function
        .target()
        .filter(|_| function.kind() == Kind::Func)?;
    btf.get(prototype).filter(|ty| ty.kind() == Kind::FuncProto)
}

/// Named types that are no functions or variables.
fn fitting(explorer: &Explorer, groups: &[Group], matcher: &mut Matcher) -> FxHashSet<TypeId> {
    let btf = explorer.btf();
    let ids = explorer.by_name().iter().copied();
    let fits = ids.filter(|&id| {
        let Some(ty) = btf.get(id) else { return false };
        let Some(group) = Group::of(ty.kind()) else {
            return false;
        };
        !matches!(group, Group::Func | Group::Var)
            && (groups.is_empty() || groups.contains(&group))
            && matcher.score(btf, ty.name()).is_some()
    });
    fits.collect()
}
