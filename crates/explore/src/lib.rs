//! The explorer: finds, describes and questions the types of a finished BTF.
//!
//! ```text
//! address     a type by kind and name, as it stands in a link: struct/task_struct
//! wanted      which type somebody asks for by name or number, and what they may have meant
//! users       who refers to a type: members, parameters, results, typedefs, variables
//! facts       what lists are filtered and sorted by: size, holes, users, copies before dedup
//! attached    what other types say of functions and variables: tags, sections
//! list        types that match a search, in an order, some rows at a time
//! definition  a type as C in words with links
//! picture     the bytes of a struct, line by line
//! card        all that is shown of one type
//! signatures  functions and variables as lines of C, with their tags and places
//! sources     where types come from: folders of source files and their units
//! export      tables and pictures as files: CSV, JSON, SVG
//! modules     modules on one base: what each adds, what it repeats, what several bring
//! units       the units of a result: who has a type, what each unit had
//! left_out    functions that are not in a result
//! questions   questions and their answers as plain values, for the page's worker
//! session     what they are asked about
//! figures     numbers as people read them
//! changes     what became of the types of one BTF in another
//! why         names that dedup left more than once, and the first difference between two of them
//! ```
//!
//! An [`Explorer`] holds the types and what was worked out about them. It answers with plain values that a
//! worker can send and a command can print.
#![forbid(unsafe_code)]

mod address;
mod attached;
mod card;
pub mod changes;
mod copies;
mod definition;
mod explorer;
pub mod export;
mod facts;
mod figures;
mod group;
mod left_out;
mod list;
pub mod modules;
mod picture;
pub mod questions;
mod session;
pub mod signatures;
mod sort;
pub mod sources;
mod units;
mod users;
pub mod wanted;
pub mod why;

pub use address::Address;
pub use attached::{Attached, InSection};
pub use card::{Card, Memory, UseRow};
pub use copies::Copies;
pub use definition::{Line, Token, TokenKind, definition};
pub use explorer::{Explorer, Ordinals};
pub use facts::{Fact, Facts};
pub use figures::grouped;
pub use group::Group;
pub use left_out::LeftOut;
pub use list::{Field, Filter, FoundTypes, Match, Order, Page, Query, QueryError, Row, name_fits};
pub use picture::{BitField, Block, Filling, Picture, picture};
pub use questions::Question;
pub use session::Session;
pub use signatures::Signature;
pub use sources::{Amount, Area, AreaPart, AreaPartKind};
pub use units::{Folder, UnitType, Units};
pub use users::{Use, UseKind, Users, UsersOf, by_name};
pub use wanted::Wanted;
