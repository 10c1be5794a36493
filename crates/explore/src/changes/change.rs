//! What became of types, as plain data.

use super::members::MemberRow;
use crate::group::Group;
use serde::{Deserialize, Serialize};

/// All differences between the named types of two BTFs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Types by kind.
    pub groups: Vec<GroupCount>,
    /// Changes by folder, where [`Explorer::sources`](crate::Explorer::sources) was worked out before: those right below the root, or none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub folders: Vec<FolderCount>,
    /// Those that only the second has, by kind and name.
    pub added: Vec<Named>,
    /// Those that only the first has.
    pub removed: Vec<Named>,
    /// Those that differ.
    pub changed: Vec<Changed>,
}

/// How many types of a kind there are of each sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCount {
    /// The kind.
    pub group: Group,
    /// Alike in both.
    pub equal: u32,
    /// In both, but not alike.
    pub changed: u32,
    /// In the second only.
    pub added: u32,
    /// In the first only.
    pub removed: u32,
}

/// A type that only one has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    /// Its kind.
    pub group: Group,
    /// Its name.
    pub name: String,
    /// Bytes in memory.
    pub size: Option<u64>,
    /// The folder in which all units that have it meet, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub folder: Option<String>,
}

/// A type that both have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its kind.
    pub group: Group,
    /// Its name.
    pub name: String,
    /// Bytes in memory, in the first and in the second.
    pub size: (Option<u64>, Option<u64>),
    /// The folder in which all units of the second that have it meet, or else those of the first, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub folder: Option<String>,
    /// What is not alike. The name in JSON is that of earlier releases.
    #[serde(rename = "what")]
    pub difference: Difference,
}

/// What is not alike in two types of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Difference {
    /// All members of a struct or union, in the order of the second; those that are gone stand where they stood.
    Members(Vec<MemberRow>),
    /// Values of an enumeration: name, value in the first, value in the second.
    Values(Vec<(String, Option<i128>, Option<i128>)>),
    /// The declarations: of a function, typedef or variable.
    Declaration(String, String),
}

/// How many types of a folder changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderCount {
    /// Its path; none for what is made from the whole file, as functions and variables are, and for a file without
    /// DWARF.
    pub path: Option<String>,
    /// Whether only what is right in it is counted, shared by several folders below it or units of its own.
    pub own: bool,
    /// In both, but not alike.
    pub changed: u32,
    /// In the second only.
    pub added: u32,
    /// In the first only.
    pub removed: u32,
}

/// What became of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeChange {
    /// Both files have it, and it differs.
    Changed,
    /// Only the second file has it.
    New,
    /// Only the first file has it.
    Gone,
}
