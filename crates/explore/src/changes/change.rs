//! Changes between two BTFs, as plain data.

use super::members::MemberRow;
use crate::group::Group;
use serde::{Deserialize, Serialize};

/// All differences between the named types of two BTFs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// How many types changed, by group of kinds.
    pub groups: Vec<GroupCount>,
    /// Changes by folder, where [`Explorer::sources`](crate::Explorer::sources) was worked out before: those right below the root, or none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub folders: Vec<FolderCount>,
    /// Types that only the second has, by kind and name.
    pub added: Vec<Named>,
    /// Types that only the first has, by kind and name.
    pub removed: Vec<Named>,
    /// Types that both have and that differ, by kind and name.
    pub changed: Vec<Changed>,
    /// Functions that were inlined at another number of sites, by name; only of BTF that contains inline sites.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sites: Vec<SitesChange>,
}

/// How many types of a group are equal, changed, new, and gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCount {
    /// Which kinds are counted.
    pub group: Group,
    /// Types that are equal in both.
    pub equal: u32,
    /// Types that both have and that differ.
    pub changed: u32,
    /// Types that only the second has.
    pub added: u32,
    /// Types that only the first has.
    pub removed: u32,
}

/// A type that only one of the two has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    /// The group of the type's kind.
    pub group: Group,
    /// The name; types without one are not compared.
    pub name: String,
    /// Bytes in memory; `None` for types without a size.
    pub size: Option<u64>,
    /// The innermost folder that contains all units with this type, if folders are known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub folder: Option<String>,
}

/// A type that both have and that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The group of the type's kind.
    pub group: Group,
    /// The name; types without one are not compared.
    pub name: String,
    /// Bytes in memory in the first and in the second.
    pub size: (Option<u64>, Option<u64>),
    /// The innermost folder that contains all units with this type, in the second or else in the first, if folders are known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub folder: Option<String>,
    /// The difference. The name in JSON is that of earlier releases.
    #[serde(rename = "what")]
    pub difference: Difference,
}

/// A function that was inlined at another number of sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitesChange {
    /// The name of the function.
    pub name: String,
    /// The number of sites in the first and in the second.
    pub sites: [u32; 2],
}

/// How two types of one name differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Difference {
    /// All members of a struct or union in the order of the second; members that are gone stay in their place.
    Members(Vec<MemberRow>),
    /// Values of an enumeration that differ: the name, and its value in the first and in the second.
    Values(Vec<(String, Option<i128>, Option<i128>)>),
    /// The declarations of a function, typedef, or variable in the first and in the second.
    Declaration(String, String),
}

/// How many types of a folder changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderCount {
    /// The folder's path; `None` for types made from the whole file, such as functions and variables, and for a file without
    /// DWARF.
    pub path: Option<String>,
    /// Whether only the folder's own types are counted: those of its units, and those that several of its folders share.
    pub own: bool,
    /// Types that both have and that differ.
    pub changed: u32,
    /// Types that only the second has.
    pub added: u32,
    /// Types that only the first has.
    pub removed: u32,
}

/// What became of a type between the first file and the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeChange {
    /// Both files have it, and it differs.
    Changed,
    /// Only the second file has it.
    New,
    /// Only the first file has it.
    Gone,
}
