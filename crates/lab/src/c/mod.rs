//! C declarations in, the types of a unit out.
//!
//! ```text
//! tokens       words and signs of the text; brackets: each with its partner
//! macros       #define; prelude: types and macros that kernel code takes from headers
//! attributes   those that change layouts in their places; rewrite: what the parser need not see
//! source       what the parser (lang-c) reads, and where each token was typed
//! diagnosis    why it gave up; names, suggest, words: what it takes to say so; excerpt: the line, with a mark
//! types        the types of a unit; specifiers, declare, constant, layout: what declarations make of them
//! emit         the types as BTF
//! ```
//!
//! Types stand in the order in which the text mentions them first. A tag that is never defined is a forward;
//! pointers, qualifiers, arrays and prototypes that say the same are one type, as in a compiler's DWARF.
//! Functions are kept with their prototypes, of variables only their types. Tags that are declared within
//! parameters belong to the file here, not to the prototype.

mod attributes;
mod brackets;
mod constant;
mod declare;
mod diagnosis;
mod emit;
mod error;
mod excerpt;
mod layout;
mod macros;
mod names;
mod prelude;
mod rewrite;
mod source;
mod specifiers;
mod suggest;
mod tokens;
mod types;
mod words;

pub use error::{Cause, Error, Note, Position};

pub use excerpt::Excerpt;
pub use suggest::Hint;

use crate::Abi;
use btf::Btf;
use error::Notes;
use lang_c::ast::{Declaration, ExternalDeclaration, TranslationUnit};
use lang_c::driver::{Config, Flavor, SyntaxError, parse_preprocessed};
use source::Source;
use tokens::Token;
use types::{Supply, Types};

/// Bytes of a unit's text.
const LONGEST: usize = 32 << 10;

/// Declarations that were read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Their types.
    pub btf: Btf,
    /// What was accepted and changes no type, in the order of the text.
    pub notes: Vec<Note>,
}

/// Reads declarations, with the prelude.
///
/// # Errors
///
/// [`Error`] as for [`read`].
pub fn unit(text: &str, abi: Abi) -> Result<Btf, Error> {
    Ok(read(text, abi, true)?.btf)
}

/// Reads declarations. With `prelude` they can use types and macros that kernel code takes from headers.
///
/// # Errors
///
/// [`Error`] with line and column when the text is no C, means nothing, or is beyond what a laboratory is for.
pub fn read(text: &str, abi: Abi, prelude: bool) -> Result<Read, Error> {
    if text.len() > LONGEST {
        let end = text.len();
        let cause = Cause::TooLong { limit: LONGEST };
        return Err(Error::at(text, LONGEST..end, cause));
    }
    let mut notes = Notes::new(text);
    let tokens = prepared(text, abi, prelude, &mut notes)?;
    let own = names::typedefs(&tokens);
    let declarations = |names| match prelude {
        true => prelude::declarations(&tokens, abi, &own, names),
        false => String::new(),
    };
    let plain = declarations(false);
    let with_names = declarations(true);
    let source = Source::new(text, tokens.clone(), &plain);
    let types = match parse(&source) {
        Ok(unit) => typed(&source, &unit, abi, prelude, &mut notes),
        Err(error) if plain == with_names => {
            Err(diagnosis::diagnose(&source, error.offset, prelude, abi))
        }
        // The text uses names that it does not declare: those of the prelude may be the ones that are missing.
        Err(_) => {
            let source = Source::new(text, tokens, &with_names);
            match parse(&source) {
                Ok(unit) => typed(&source, &unit, abi, prelude, &mut notes),
                Err(error) => Err(diagnosis::diagnose(&source, error.offset, prelude, abi)),
            }
        }
    };
    let btf = types?;
    let notes = notes.finish();
    Ok(Read { btf, notes })
}

/// The tokens that the parser is given.
fn prepared<'t>(
    text: &'t str,
    abi: Abi,
    prelude: bool,
    notes: &mut Notes<'t>,
) -> Result<Vec<Token<'t>>, Error> {
    let tokens = tokens::tokens(text)?;
    let tokens = macros::expand(text, &tokens, prelude, notes)?;
    brackets::check(text, &tokens)?;
    let tokens = rewrite::without_bodies(&tokens);
    brackets::check_constant(text, &tokens)?;
    let tokens = attributes::placed(text, &tokens, notes)?;
    let own = names::typedefs(&tokens);
    rewrite::spelled(text, &tokens, abi == Abi::X86_64, &own, notes)
}

fn parse(source: &Source<'_>) -> Result<TranslationUnit, SyntaxError> {
    // Nothing is run: the text is not preprocessed.
    let config = Config {
        cpp_command: String::new(),
        cpp_options: Vec::new(),
        flavor: Flavor::GnuC11,
    };
    Ok(parse_preprocessed(&config, source.parsed.clone())?.unit)
}

fn typed(
    source: &Source<'_>,
    unit: &TranslationUnit,
    abi: Abi,
    prelude: bool,
    notes: &mut Notes<'_>,
) -> Result<Btf, Error> {
    let is_supplied = |span: lang_c::span::Span| span.start < source.prelude;
    let supplied = unit.0.iter().filter_map(|one| match &one.node {
        ExternalDeclaration::Declaration(it) if is_supplied(one.span) => Some(&it.node),
        _ => None,
    });
    let supplied: Vec<&Declaration> = supplied.collect();
    let mut types = Types::new(source, abi, Supply::of(&supplied, prelude));
    for declaration in unit.0.iter().filter(|one| !is_supplied(one.span)) {
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
    for (place, says) in std::mem::take(&mut types.notes) {
        notes.add(place, says);
    }
    types.emit()
}
