//! What became of the types of one BTF in another, by name, as people compare two kernels.
//!
//! Types are paired by kind and name. Two are equal if they declare the same themselves: members with their
//! offsets and declarations, values, prototypes. A struct with a member of another struct that changed has not
//! changed itself unless its layout did. (`btf::compare` compares by meaning, all the way down.)

mod alike;
mod change;
mod compare;
mod folders;
mod members;
mod page;
mod report;
mod sites;

pub use change::{
    Changed, Changes, Difference, FolderCount, GroupCount, Named, SitesChange, TypeChange,
};
pub use compare::changes;
pub use folders::lies_in;
pub use members::{Member, MemberChange, MemberCounts, MemberRow, MemberVersion};
pub use page::{ChangeCard, ChangeFilter, ChangeRow, ChangesPage};
