//! Questions about types as plain values, for callers that do not hold the types themselves.
//!
//! Each question is a type that names the type of its answer. A [`Session`] holds what is asked about.

mod changes;
mod export;
mod functions;
mod history;
mod modules;
mod repeated;
mod sources;
mod types;

pub use changes::{ChangedFolders, ChangesAsMarkdown, ChangesFound, ListChanges, ShowChange};
pub use export::Export;
pub use functions::{ListInlineSites, ListLeftOut, ListSignatures};
pub use history::VersionOf;
pub use modules::OverlapOfModules;
pub use repeated::{Definition, Difference, Half, ListRepeated, RepeatedRow, Why, WhyRepeated};
pub use sources::SourcesAt;
pub use types::{FindNames, ListTypes, ListUses, Prepare, RowOf, ShowType, Unfold, UnitsOf, Uses};

use crate::session::Session;
use crate::units::Units;
use serde::{Deserialize, Serialize};

/// A question, and the type of its answer.
pub trait Question {
    /// What the question is answered with.
    type Answer;

    /// Answers the question. `units` knows which units have a type; it is `None` for a result without DWARF.
    ///
    /// # Errors
    ///
    /// Why there is no answer, as people read it: in lower case, without a full stop.
    fn answer(
        self,
        session: &mut Session,
        units: Option<&dyn Units>,
    ) -> Result<Self::Answer, String>;
}

/// Some rows of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows<T> {
    /// How many rows the whole list has.
    pub total: u32,
    /// The number of the first row here, from 0.
    pub from: u32,
    /// The rows from `from` on.
    pub rows: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows {
            total: 0,
            from: 0,
            rows: Vec::new(),
        }
    }
}

/// A count in the width that answers use.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
