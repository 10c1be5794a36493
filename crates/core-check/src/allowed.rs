//! Which programs call a kfunc although the kernel does not register it for their type.

use crate::answer::Elsewhere;
use crate::kernel::{Found, Kernel};
use crate::object::{Object, type_name};
use crate::spending::Spending;
use crate::targets::Place;
use std::collections::BTreeSet;

/// Programs of security modules get what is registered for tracing.
const LSM: u32 = 29;
const TRACING: u32 = 26;

/// The programs that refer to a kfunc and are of a type for which it is not registered. What subprograms do is not told.
pub(crate) fn elsewhere(
    object: &Object,
    name: &str,
    kernel: &Kernel,
    place: &Place,
    spending: &Spending,
) -> Option<Elsewhere> {
    let types = kernel.types_of(place)?;
    let id = place.id;
    let registered = kernel.kfunc_types(Found { types, id })?;
    if registered.is_empty() || registered.contains(&0) {
        return None;
    }
    let mut programs = BTreeSet::new();
    for section in object.sections.iter().filter(|section| section.executable) {
        if !spending.step(section.references.len()) {
            return None;
        }
        let mut references = section.references.iter();
        let own = references
            .by_ref()
            .filter(|one| one.section.is_none() && one.symbol == name);
        for reference in own {
            let number = u32::try_from(reference.offset / 8).unwrap_or(u32::MAX);
            programs.extend(object.program_at(section.index, number));
        }
    }
    let other = programs.into_iter().filter_map(|number| {
        let program = object.programs.get(number)?;
        let (number, of_type) = program.kind.as_ref()?.program_type()?;
        let is_for = registered.contains(&number) || number == LSM && registered.contains(&TRACING);
        (!is_for).then_some((program, of_type))
    });
    let other: Vec<_> = other.collect();
    let (_, of_type) = other.first()?;
    let bytes = other.iter().map(|(program, _)| program.name.len());
    if !spending.write(bytes.sum()) {
        return None;
    }
    Some(Elsewhere {
        of_type: (*of_type).to_owned(),
        programs: other
            .iter()
            .map(|(program, _)| program.name.clone())
            .collect(),
        registered: registered.iter().map(|&number| type_name(number)).collect(),
    })
}
