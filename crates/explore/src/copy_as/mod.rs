//! A type, a member, or a function as text for other programs: Markdown, Rust, Go, and C for BPF.

mod core_read;
mod go;
mod program;
mod rust;
mod table;

use btf::print::c::print_c_type;
use btf::print::show::show;
use btf::{Btf, TypeId};
use serde::{Deserialize, Serialize};

/// What a type, member, or function is copied as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyForm {
    /// Its declaration in C.
    C,
    /// As pahole shows it: offsets, sizes, holes, cache lines.
    Pahole,
    /// A table of members in Markdown.
    Markdown,
    /// A struct of Rust with the same layout, and those it contains.
    Rust,
    /// A struct of Go with the same layout, and those it contains.
    Go,
    /// The expression that reads this member in a BPF program: `mm->exe_file`, `cb.tail`.
    CoreRead(String),
    /// A BPF program that runs when a function is entered.
    Fentry,
    /// A BPF program that runs when a function returns.
    Fexit,
    /// The declaration with which a BPF program calls a kfunc.
    Kfunc,
    /// A BPF program on the tracepoint whose prototype this is.
    TpBtf,
}

/// The text.
///
/// # Errors
///
/// Why the type has no such form, and which it has.
pub fn copy_as(btf: &Btf, id: TypeId, form: &CopyForm) -> Result<String, String> {
    let mut text = String::new();
    match form {
        CopyForm::C => {
            print_c_type(btf, id, &mut text).map_err(|error| error.to_string())?;
            text.push('\n');
        }
        CopyForm::Pahole => show(btf, id, &mut text).map_err(|error| error.to_string())?,
        CopyForm::Markdown => text = table::markdown(btf, id)?,
        CopyForm::Rust => text = rust::definitions(btf, id)?,
        CopyForm::Go => text = go::definitions(btf, id)?,
        CopyForm::CoreRead(path) => text = core_read::expression(btf, id, path)?,
        CopyForm::Fentry => text = program::traced(btf, id, false)?,
        CopyForm::Fexit => text = program::traced(btf, id, true)?,
        CopyForm::Kfunc => text = program::kfunc(btf, id)?,
        CopyForm::TpBtf => text = program::tracepoint(btf, id)?,
    }
    Ok(text)
}

/// The type behind typedefs and qualifiers.
fn behind(btf: &Btf, id: TypeId) -> TypeId {
    btf::layout::resolve(btf, id).map_or(TypeId::VOID, |(id, _)| id)
}
