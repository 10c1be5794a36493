//! Which members of struct or union type are shown with their own members in place.

use serde::{Deserialize, Serialize};

/// The members that are unfolded, by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfolded {
    /// Whether members are unfolded unless they are listed; otherwise those that are listed.
    pub all: bool,
    /// The members that are listed: `lock`, `se.run_node`.
    pub listed: Vec<String>,
}

impl Unfolded {
    /// Whether this member is unfolded.
    pub fn contains(&self, member: &str) -> bool {
        self.all != self.listed.iter().any(|one| one == member)
    }

    /// Unfolds a member that is folded, and folds one that is not.
    pub fn toggle(&mut self, member: &str) {
        match self.listed.iter().position(|one| one == member) {
            Some(at) => {
                self.listed.remove(at);
            }
            None => self.listed.push(member.to_owned()),
        }
    }

    /// Whether every member is folded.
    pub fn is_none(&self) -> bool {
        !self.all && self.listed.is_empty()
    }
}
