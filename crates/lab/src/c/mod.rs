//! C declarations in, the types of a unit out.
//!
//! Types stand in the order in which the text mentions them first. A tag that is never defined is a forward;
//! pointers, qualifiers, arrays and prototypes that say the same are one type, as in a compiler's DWARF.
//! Functions are kept with their prototypes, of variables only their types. Tags that are declared within
//! parameters belong to the file here, not to the prototype.

mod constant;
mod declare;
mod emit;
mod error;
mod layout;
mod specifiers;
mod text;
mod types;

pub use error::{Cause, Error, Position};

use crate::Abi;
use btf::Btf;
use lang_c::ast::ExternalDeclaration;
use lang_c::driver::{Config, Flavor, parse_preprocessed};
use types::Types;

/// Reads declarations.
///
/// # Errors
///
/// [`Error`] with line and column when the text is no C, means nothing, or is beyond what a laboratory is for.
pub fn unit(text: &str, abi: Abi) -> Result<Btf, Error> {
    let plain = text::plain(text)?;
    // Nothing is run: the text is not preprocessed.
    let config = Config {
        cpp_command: String::new(),
        cpp_options: Vec::new(),
        flavor: Flavor::GnuC11,
    };
    let parsed = parse_preprocessed(&config, plain).map_err(|error| {
        let mut expected: Vec<&str> = error.expected.iter().copied().collect();
        expected.sort_unstable();
        Error {
            at: Position::of(text, error.offset),
            cause: Cause::Syntax {
                found: text::word_at(text, error.offset),
                expected: expected.join(", "),
            },
        }
    })?;
    let mut types = Types::new(text, abi);
    for declaration in &parsed.unit.0 {
        match &declaration.node {
            ExternalDeclaration::Declaration(declaration) => {
                types.declaration(&declaration.node)?
            }
            ExternalDeclaration::FunctionDefinition(function) => {
                types.definition(&function.node)?
            }
            ExternalDeclaration::StaticAssert(assertion) => types.assertion(assertion)?,
        }
    }
    types.emit()
}
