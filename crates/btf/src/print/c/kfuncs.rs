//! Functions of the kernel that BPF programs call: FUNCs with the declaration tag `bpf_kfunc`.

use super::order::Order;
use super::{CError, Printer, names};
use crate::{Data, TypeId};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

/// The tag that marks a kfunc, as pahole and the kernel's own tools write it.
const TAG: &[u8] = b"bpf_kfunc";

/// Prints a prototype for each own kfunc, as a weak symbol that the loader finds in the kernel.
pub(super) fn print(printer: &mut Printer<'_, '_>, order: &mut Order) -> Result<(), CError> {
    let btf = printer.btf;
    let mut found = Vec::new();
    for (_, ty) in btf.types() {
        if let Data::DeclTag {
            target,
            component: -1,
        } = ty.data()
            && btf.string(ty.name()) == Some(TAG)
            && btf
                .get(target)
                .is_some_and(|ty| matches!(ty.data(), Data::Func { .. }))
        {
            found.push(target);
        }
    }
    found.sort_unstable();
    found.dedup();
    for &id in &found {
        if let Some(prototype) = btf.get(id).and_then(crate::Type::target) {
            order.visit_all(printer, prototype)?;
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    printer.out.write_str(
        "#ifndef BPF_NO_KFUNC_PROTOTYPES\n\
         #ifndef __ksym\n\
         #define __ksym __attribute__((section(\".ksyms\")))\n\
         #endif\n\
         #ifndef __weak\n\
         #define __weak __attribute__((weak))\n\
         #endif\n\n",
    )?;
    let mut declared = HashSet::with_hasher(FxBuildHasher);
    for id in found {
        declare(printer, id, &mut declared)?;
    }
    Ok(printer.out.write_str("#endif\n\n")?)
}

fn declare(
    printer: &mut Printer<'_, '_>,
    id: TypeId,
    declared: &mut HashSet<String, FxBuildHasher>,
) -> Result<(), CError> {
    let Some(ty) = printer.btf.get(id) else {
        return Ok(());
    };
    printer.current = id;
    let raw = printer.btf.str(ty.name());
    let name = names::identifier(&raw);
    // A program can call it by no other name than its own.
    if name != raw || printer.names.is_identifier(&name) {
        writeln!(
            printer.out,
            "/* {name}: C has no such name for a function here */"
        )?;
        return Ok(());
    }
    if !declared.insert(name.clone().into_owned()) {
        return Ok(());
    }
    printer.out.write_str("extern ")?;
    printer.declaration(ty.target().unwrap_or_default(), &name)?;
    Ok(printer.out.write_str(" __weak __ksym;\n")?)
}
