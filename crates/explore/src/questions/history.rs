//! A question about a type by its name, for a history over several kernels.

use super::Question;
use crate::history::Version;
use crate::session::Session;
use crate::units::Units;
use crate::wanted::Wanted;
use serde::{Deserialize, Serialize};

/// Asks for the type of a name, with or without its keyword. The answer is `None` if these types have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionOf(pub String);

impl Question for VersionOf {
    type Answer = Option<Version>;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<Option<Version>, String> {
        match Wanted::parse(&self.0) {
            Wanted::Id(_) => Err("an id means another type in each kernel; give a name".to_owned()),
            wanted => Ok(Version::find(session.explorer().btf(), &wanted)),
        }
    }
}
