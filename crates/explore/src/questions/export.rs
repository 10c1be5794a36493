//! Tables, pictures, and headers as files.

use super::Question;
use super::types::uses_of;
use crate::address::Address;
use crate::card::Card;
use crate::copy_as::{CopyForm, copy_as};
use crate::export::{self, Form};
use crate::list::Query;
use crate::session::Session;
use crate::signatures::Signature;
use crate::sources::Measured;
use crate::units::Units;
use serde::{Deserialize, Serialize};

/// Asks for the text of a file with this content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// All types that fit.
    Types(Query, Form),
    /// All functions or variables that fit.
    Signatures(Query, Form),
    /// The parts of a folder, those with the largest amount first.
    Area(String, Measured, Form),
    /// A folder as a treemap.
    Treemap(String, Measured),
    /// The bytes of a struct.
    Picture(Address),
    /// A type, a member, or a function in a form for other programs.
    CopyAs(Address, CopyForm),
    /// A type with everything that it needs, as a C header.
    Header(Address),
    /// The uses of a type whose text contains this.
    Uses(Address, String, Form),
    /// All changes in the other BTF, as JSON.
    Changes,
}

impl Question for Export {
    type Answer = String;

    fn answer(self, session: &mut Session, units: Option<&dyn Units>) -> Result<String, String> {
        let none = || "nothing to export".to_owned();
        match self {
            Export::Types(query, form) => session.with_found(query, |explorer, found| {
                let page = found.page(explorer, 0, usize::MAX);
                export::types(&page.rows, form)
            }),
            Export::Signatures(query, form) => session.with_found(query, |explorer, found| {
                let rows = Signature::page(explorer, found, 0, usize::MAX);
                let rows = rows.map_err(|error| error.to_string())?;
                Ok(export::signatures(&rows, form))
            })?,
            Export::Area(path, measured, form) => {
                let mut area = session.area(&path, units)?;
                area.sort(measured);
                Ok(export::area(&area, form))
            }
            Export::Treemap(path, measured) => {
                let area = session.area(&path, units)?;
                Ok(export::treemap(&area, measured))
            }
            Export::Picture(address) => {
                let (explorer, id) = session.find(&address)?;
                let card = Card::of(explorer, id).ok_or_else(none)?;
                let memory = card.memory.as_ref().ok_or_else(none)?;
                Ok(export::picture(&memory.picture, &card.title))
            }
            Export::CopyAs(address, form) => {
                let (explorer, id) = session.find(&address)?;
                copy_as(explorer.btf(), id, &form)
            }
            Export::Header(address) => {
                let (explorer, id) = session.find(&address)?;
                let mut text = String::new();
                btf::print::c::print_c_of(explorer.btf(), &[id], &mut text)
                    .map_err(|error| error.to_string())?;
                Ok(text)
            }
            Export::Uses(address, text, form) => {
                let rows = uses_of(session, &address, None, &text)?;
                Ok(export::uses(&rows, form))
            }
            Export::Changes => {
                let (_, found) = session.other()?;
                Ok(export::json(found))
            }
        }
    }
}
