//! A small `vmlinux.h` for objects: the types that they need of kernels, as C that clang compiles.

mod complete;
mod versions;

use crate::instead::{Instead, of_mismatch};
use crate::kernel::Kernel;
use crate::minimal::{MinimalError, Needs};
use crate::object::{ExternKind, Object};
use crate::relocate::{Scope, relocate};
use crate::spending::Spending;
use crate::targets::{Attached, attach, resolve};
use btf::print::c::{CError, print_c, type_name};
use btf::{Data, Error};
use budget::OverBudget;
use std::collections::BTreeSet;
use std::fmt::Write;
use versions::{Version, combine};

/// Writes a C header with the types that objects need of kernels: those of relocations with the members that they read, those
/// of attach targets, kfuncs, and structs of operations, and what the objects' own declarations name.
///
/// Members are where the first kernel has them. A struct of which a later kernel has other members, or members of other types,
/// has a flavour for that kernel: `struct task_struct___6_12`.
///
/// # Errors
///
/// [`HeaderError`] if an object asks for more than its budget allows, or the kernel's BTF is damaged.
pub fn header(objects: &[&Object], kernels: &[&Kernel]) -> Result<String, HeaderError> {
    let flavours = flavours(kernels);
    let mut versions = Vec::new();
    let mut targets = BTreeSet::new();
    for (&kernel, flavour) in kernels.iter().zip(flavours) {
        kernel.check_budget()?;
        let mut needs = Needs::of(kernel);
        for object in objects {
            let spending = object.spending(kernel);
            add_object(&mut needs, object, &spending, &mut targets);
            needs.complete(&spending);
            spending.check()?;
        }
        if let Some(first) = objects.first() {
            needs.add_usual(objects);
            needs.complete_enumerations();
            let spending = first.spending(kernel);
            needs.complete(&spending);
            spending.check()?;
        }
        let btf = needs.flat()?;
        versions.push(Version { flavour, btf });
    }
    let all = combine(&versions)?;
    let mut text = String::new();
    begin(&mut text, objects, kernels, &targets);
    print_c(&all, &mut text)?;
    Ok(text)
}

/// Why no header can be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The types do not fit the format.
    #[error(transparent)]
    Btf(#[from] Error),
    /// The types do not fit C.
    #[error(transparent)]
    C(#[from] CError),
    /// An object asks for more work than its size justifies.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
}

impl From<MinimalError> for HeaderError {
    fn from(error: MinimalError) -> HeaderError {
        match error {
            MinimalError::Btf(error) => HeaderError::Btf(error),
            MinimalError::OverBudget(error) => HeaderError::OverBudget(error),
        }
    }
}

fn add_object(
    needs: &mut Needs<'_>,
    object: &Object,
    spending: &Spending,
    targets: &mut BTreeSet<String>,
) {
    let kernel = needs.kernel;
    needs.add_relocations(object, spending);
    add_replacements(needs, object, spending);
    needs.add_declared(object, spending);
    for program in &object.programs {
        needs.add_target(program, spending);
        if let Attached::Found(place) = attach(program, kernel, spending)
            && let Some(types) = kernel.types_of(&place)
            && let Some(ty) = types.btf.get(place.id)
        {
            let name = types.btf.str(ty.name());
            let proto = match ty.data() {
                Data::Func { proto, .. } => type_name(&types.btf, proto, &name),
                _ => type_name(&types.btf, place.id, ""),
            };
            let line = format!("{}: {proto}", program.section_name);
            if spending.write(line.len()) {
                targets.insert(line);
            }
        }
    }
    for one in &object.externs {
        let resolved = resolve(object, one, kernel, spending);
        needs.add_extern(one.kind, &resolved, spending);
        if one.kind == ExternKind::Function && !one.is_weak {
            // The header's declaration is weak, and would make this one weak too.
            needs.forget_kfunc(&resolved);
        }
    }
    for map in &object.struct_ops {
        needs.add_operations(object, map, spending);
    }
}

/// Adds the members that a kernel has in the place of those that it lacks.
fn add_replacements(needs: &mut Needs<'_>, object: &Object, spending: &Spending) {
    let Some(btf) = &object.btf else {
        return;
    };
    let kernel = needs.kernel;
    for one in relocate(object, kernel, Scope::All, spending) {
        let (Some(access), Some((found, mismatch))) = (&one.local, &one.mismatch) else {
            continue;
        };
        let missing = of_mismatch(btf, access, kernel, *found, mismatch, spending);
        match missing.instead.first() {
            Some(Instead::Renamed { name, .. }) => {
                needs.add_member(&missing.within, name, spending)
            }
            _ => needs.add_member(&missing.within, &missing.name, spending),
        }
    }
}

/// The numbers of each kernel's release as part of a name: `6_1`, or all of its name if another kernel has the same.
fn flavours(kernels: &[&Kernel]) -> Vec<String> {
    let short = |kernel: &Kernel| match kernel.release {
        Some(release) => format!("{}_{}", release.major, release.minor),
        None => long(&kernel.name),
    };
    let all: Vec<String> = kernels.iter().map(|kernel| short(kernel)).collect();
    let mut flavours: Vec<String> = Vec::new();
    for (number, (kernel, short)) in kernels.iter().zip(&all).enumerate() {
        let is_only = all.iter().filter(|other| *other == short).count() == 1;
        let mut flavour = match is_only {
            true => short.clone(),
            false => long(&kernel.name),
        };
        if flavours.contains(&flavour) {
            flavour = format!("{flavour}_{}", number + 1);
        }
        flavours.push(flavour);
    }
    flavours
}

/// A name as part of a C name that is cut off again: without `_` in front, and never with more than one in a row.
fn long(name: &str) -> String {
    let plain = |one: char| {
        if one.is_ascii_alphanumeric() {
            one
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    match words.is_empty() {
        true => "kernel".to_owned(),
        false => words.join("_"),
    }
}

/// What the header is, and what the objects attach to.
fn begin(text: &mut String, objects: &[&Object], kernels: &[&Kernel], targets: &BTreeSet<String>) {
    let list = |names: Vec<&str>| names.join(", ");
    let objects = list(objects.iter().map(|object| object.name.as_str()).collect());
    let on = list(kernels.iter().map(|kernel| kernel.name.as_str()).collect());
    let mut lines = vec![
        format!("What {objects} needs of {on}."),
        "Structs have the members that the objects read, at the offsets of the first kernel that has them.".to_owned(),
    ];
    if kernels.len() > 1 {
        lines.push(
            "NAME___RELEASE is NAME as another kernel has it: loaders cut ___RELEASE off."
                .to_owned(),
        );
    }
    if !targets.is_empty() {
        lines.push("Attach targets:".to_owned());
        lines.extend(targets.iter().map(|target| format!("  {target}")));
    }
    for line in lines {
        let line: String = line.chars().filter(|one| !one.is_control()).collect();
        let _ = writeln!(text, "// {}", line.trim_end_matches('\\'));
    }
    text.push('\n');
}
