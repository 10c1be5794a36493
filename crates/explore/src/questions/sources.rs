//! A question about where types come from.

use super::Question;
use crate::session::Session;
use crate::sources::Area;
use crate::units::Units;
use serde::{Deserialize, Serialize};

/// Asks for the folder or unit at a path; an empty path means all sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcesAt(pub String);

impl Question for SourcesAt {
    type Answer = Area;

    fn answer(self, session: &mut Session, units: Option<&dyn Units>) -> Result<Area, String> {
        session.area(&self.0, units)
    }
}
