//! The explorer: finds, describes, and compares the types of a finished BTF.
//!
//! ```text
//! address     a type by kind and name, as in a link: struct/task_struct
//! wanted      which type a name or number means, and similar names if there is none
//! users       who refers to a type: members, parameters, results, typedefs, variables
//! facts       what lists are filtered and sorted by: size, holes, users, copies before dedup
//! attached    what other types tell about functions and variables: tags, sections
//! list        types that match a search, in an order, some rows at a time
//! definition  a type as C in words with links
//! picture     what fills the bytes of a struct
//! card        one type with everything that is shown about it
//! inlined     functions that were inlined, and where their arguments are at each site
//! signatures  functions and variables as lines of C, with their tags and places
//! sources     where types come from: folders of source files and their units
//! export      tables and pictures as files: CSV, JSON, SVG
//! modules     modules on one base: what each adds, what it repeats, what several bring
//! units       the units of a result: which have a type, and the types of each before dedup
//! left_out    functions that are not in a result
//! questions   questions and their answers as plain values, for the page's worker
//! spending    what an answer may cost
//! session     what questions are asked about
//! figures     numbers as people read them
//! changes     what became of the types of one BTF in another
//! why         names with several types after dedup, and the first difference between two of them
//! ```
//!
//! An [`Explorer`] holds the types and what is derived from them. Its answers are plain values that a
//! worker can send and a command can print.
#![forbid(unsafe_code)]

mod address;
mod attached;
mod card;
pub mod changes;
mod copies;
pub mod copy_as;
mod definition;
mod explorer;
pub mod export;
mod facts;
mod figures;
mod group;
pub mod history;
pub mod inlined;
mod left_out;
mod list;
pub mod modules;
mod picture;
pub mod questions;
mod session;
pub mod signatures;
mod sort;
pub mod sources;
mod spending;
mod units;
mod users;
pub mod wanted;
pub mod why;
mod written;

pub use address::Address;
pub use attached::{Attached, InSection};
pub use card::{Card, Memory, UseRow};
pub use copies::Copies;
pub use definition::{
    CacheLine, Line, Token, TokenKind, Unfolded, definition, unfolded_definition,
};
pub use explorer::{Explorer, Ordinals};
pub use facts::{Fact, Facts};
pub use figures::grouped;
pub use group::Group;
pub use left_out::LeftOut;
pub use list::{
    Field, Filter, FoundName, FoundNames, FoundTypes, FunctionFilter, Match, Named, Order, Page,
    Query, QueryError, Reading, Row, find, with_fitting_names,
};
pub use picture::{BitField, Block, Filling, Picture, picture};
pub use questions::Question;
pub use session::Session;
pub use signatures::{Signature, SignatureText};
pub use sources::{Amount, Area, AreaPart, AreaPartKind};
pub use spending::{check_names, check_written};
pub use units::{Folder, UnitType, Units};
pub use users::{Use, UseKind, Users, UsersOf, by_name};
pub use wanted::Wanted;
