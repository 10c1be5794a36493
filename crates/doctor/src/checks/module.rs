//! A module's BTF on its kernel's: whether it was made for this one.

use super::names::Cut;
use super::{EXAMPLES, rules};
use crate::carried::{Carried, Held};
use crate::problem::Problem;
use btf::verify::{MAX_PROBLEMS, Subject, problems, verify_types};
use btf::{Btf, Kind};
use std::sync::Arc;

/// A module's own types of which this share exists in its kernel too: it was not deduplicated on it.
const REPEATED_SHARE: usize = 4;

/// What is wrong with a module, and its types on the kernel's where they fit.
pub(crate) fn check(
    module: &Carried,
    kernel: &Arc<Btf>,
    release: Option<&str>,
) -> (Vec<Problem>, Option<Btf>) {
    let mut found = Vec::new();
    let sizes = module_struct(module, kernel);
    let split = match &module.distilled_base {
        Held::Bytes(base) => relocated(module, base, kernel),
        Held::Unreadable(error) => Err(rules::unreadable(".BTF.base", error)),
        Held::Absent | Held::Empty | Held::Elsewhere => rules::read(module, Some(kernel)),
    };
    let split = match split {
        Ok(split) => split,
        Err(problem) => {
            found.push(problem);
            found.extend(sizes.map(|(own, kernel)| Problem::ModuleStruct { own, kernel }));
            return (found, None);
        }
    };
    if matches!(module.distilled_base, Held::Absent | Held::Empty)
        && let Some(problem) = other_base(module, &split, release, sizes)
    {
        found.push(problem);
        return (found, None);
    }
    found.extend(sizes.map(|(own, kernel)| Problem::ModuleStruct { own, kernel }));
    if let Some(bytes) = module.bytes()
        && !matches!(module.distilled_base, Held::Bytes(_))
        && let Some(problem) = rules::refused(bytes, &split, Some(kernel))
    {
        found.push(problem);
    }
    if repeated_names(&split, kernel) > split.len() / REPEATED_SHARE
        && let Some(saved) = super::repeats::again(&split)
        && let Some(problem) = super::repeats::check(&split, saved)
    {
        found.push(problem);
    }
    (found, Some(split))
}

/// The module's types, moved from its distilled base to the kernel's as the kernel does.
fn relocated(module: &Carried, base: &[u8], kernel: &Arc<Btf>) -> Result<Btf, Problem> {
    let mut base =
        btf::parse(base, None).map_err(|error| rules::unreadable(".BTF.base", &error))?;
    base.index_strings();
    let split = rules::read(module, Some(&Arc::new(base)))?;
    btf::distill::relocate(&split, kernel).map_err(|error| Problem::BaseDoesNotFit {
        error: error.to_string(),
    })
}

/// Proof that ids and names are of another base: types that break a rule, and names that begin inside another. One
/// broken type can be a defect of its own; both kinds together, or a release that differs, cannot.
fn other_base(
    module: &Carried,
    split: &Btf,
    release: Option<&str>,
    module_struct: Option<(u64, u64)>,
) -> Option<Problem> {
    let cut = Cut::of(split);
    let broken = problems(split, Subject::Kernel, MAX_PROBLEMS);
    let misfits = members_that_overlap(split);
    let own = module.release();
    let releases = own.zip(release).filter(|(own, release)| own != release);
    let proved = cut.count > 0 || broken.iter().any(is_reference) || misfits > 0;
    if !proved {
        return None;
    }
    Some(Problem::OtherBase {
        releases: releases.map(|(own, kernel)| (own.to_owned(), kernel.to_owned())),
        module_struct,
        broken: (broken.len() as u64).max(misfits),
        cut: cut.count,
        examples: broken
            .iter()
            .map(ToString::to_string)
            .take(EXAMPLES)
            .collect(),
    })
}

/// Whether a problem is of a reference, which leads elsewhere on another base.
fn is_reference(problem: &btf::verify::Problem) -> bool {
    use btf::verify::Rule;
    matches!(problem.rule, Rule::TypeId | Rule::NameOffset | Rule::Member)
}

/// How many structs of the module do not fit together with what their members are on this base. Real structs
/// always do, so that sizes prove another base even where every id exists.
fn members_that_overlap(split: &Btf) -> u64 {
    if verify_types(split).is_ok() {
        return 0;
    }
    use btf::verify::Rule;
    let all = problems(split, Subject::Program, MAX_PROBLEMS);
    let misfits = all.iter().filter(|one| {
        matches!(
            one.rule,
            Rule::MemberTooLong | Rule::Member | Rule::ArrayElement | Rule::BitfieldSize
        )
    });
    misfits.count() as u64
}

/// The sizes of the module's own `struct module`, which its build takes from the kernel's headers, and of the kernel's,
/// if they differ.
fn module_struct(module: &Carried, kernel: &Btf) -> Option<(u64, u64)> {
    let own = module.beside.as_ref()?.this_module?;
    let there = kernel.get(kernel.find(Kind::Struct, "module")?)?;
    let size = u64::from(there.size()?);
    (own != size).then_some((own, size))
}

/// How many own structs, unions, enumerations, and typedefs have a name that the kernel's BTF has for that kind too.
fn repeated_names(split: &Btf, kernel: &Btf) -> usize {
    let counted = |kind: Kind| {
        matches!(
            kind,
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Typedef | Kind::Int
        )
    };
    // A module of a kernel has some hundred types of its own: only more are worth the pass over the kernel's.
    if split.len() < 2_000 {
        return 0;
    }
    let names: rustc_hash::FxHashSet<(Kind, &[u8])> = kernel
        .types()
        .filter(|(_, ty)| counted(ty.kind()))
        .filter_map(|(_, ty)| Some((ty.kind(), kernel.string(ty.name())?)))
        .collect();
    let own = split.types().filter(|(_, ty)| {
        let name = split.string(ty.name()).unwrap_or_default();
        counted(ty.kind()) && !name.is_empty() && names.contains(&(ty.kind(), name))
    });
    own.count()
}
