//! Questions about what became of types in another BTF.

use super::Question;
use crate::address::Address;
use crate::changes::{ChangeCard, ChangeFilter, ChangesPage, FolderCount, GroupCount};
use crate::session::Session;
use crate::units::Units;
use serde::{Deserialize, Serialize};

/// Asks for some rows of the changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChanges {
    /// Which changes are listed.
    pub filter: ChangeFilter,
    /// The first row, from 0.
    pub from: u32,
    /// How many rows at most.
    pub count: u32,
}

/// Changes, as [`ListChanges`] answers them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesFound {
    /// How many types of each group changed, whatever the filter.
    pub groups: Vec<GroupCount>,
    /// The rows that fit.
    pub page: ChangesPage,
}

impl Question for ListChanges {
    type Answer = ChangesFound;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<ChangesFound, String> {
        let (_, changes) = session.other()?;
        Ok(ChangesFound {
            groups: changes.groups.clone(),
            page: changes.page(&self.filter, self.from, self.count),
        })
    }
}

/// Asks what changed in a folder, by the folders directly below it; an empty path means the root. The answer is empty if
/// folders are not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedFolders(pub String);

impl Question for ChangedFolders {
    type Answer = Vec<FolderCount>;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<Vec<FolderCount>, String> {
        let (_, changes) = session.other()?;
        Ok(changes.folders_in(&self.0))
    }
}

/// Asks what became of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowChange(pub Address);

impl Question for ShowChange {
    type Answer = Box<ChangeCard>;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<Box<ChangeCard>, String> {
        let address = &self.0;
        let (other, changes) = session.other()?;
        changes
            .card(session.explorer(), other, address)
            .map(Box::new)
            .ok_or_else(|| format!("neither file has {} {}", address.word, address.name))
    }
}

/// Asks for all changes as Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesAsMarkdown;

impl Question for ChangesAsMarkdown {
    type Answer = String;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<String, String> {
        let (_, changes) = session.other()?;
        let mut text = changes.markdown().join("\n");
        text.push('\n');
        Ok(text)
    }
}
