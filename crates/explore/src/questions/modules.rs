//! Questions about what modules have in common with their base and with each other.

use super::Question;
use crate::modules::Overlap;
use crate::session::Session;
use crate::units::Units;
use serde::{Deserialize, Serialize};

/// Asks what modules on these types repeat and bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlapOfModules {
    /// The module's name; `None` for all modules.
    pub of: Option<String>,
    /// How many rows of each list at most.
    pub count: u32,
}

impl Question for OverlapOfModules {
    type Answer = Overlap;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Overlap, String> {
        let modules = session.modules();
        Ok(modules.overlap(self.of.as_deref(), self.count as usize))
    }
}
