//! DWARF to BTF, one unit at a time.
//!
//! ```text
//! bytes of a unit ──read, walk──> types as words of BTF, references as keys of DIEs
//!                                   └─type_ids─> references as ids ──functions, variables──> Unit
//! ```
//!
//! [`Encoder::encode`] reads the entries of one unit by decode plans (`docs/decisions/009`; gimli reads abbreviations,
//! headers, root entries, expressions, and lists) and writes each type as the words of its BTF type, in the order in
//! which the DIEs finish: what is nested comes first. That order is the order of ids in pahole's output. Functions and
//! variables come out as candidates with what was seen of them; which of them are kept is a question of the whole file
//! and is not decided here.
//!
//! References that lead to other units (type units, dwz's partial units and supplementary file, link-time
//! optimisation) are followed through [`OtherUnits`]: what a unit refers to is encoded with it, as if it were part of
//! the unit.
//!
//! | folder | contents | knows nothing of |
//! |---|---|---|
//! | `read` | the bytes of DIEs: decode plans, a cursor, values, attributes | BTF types, the walk |
//! | `names` | names as numbers: by content, or by their place in `.debug_str` | DIEs, BTF types |
//! | `types` | words of BTF: members, numbers, sizes, ids | the walk |
//! | `functions` | how parameters arrive, by `docs/function-rules.md` | the walk |
//! | `inline` | where functions were inlined, and where their arguments are there: a pass of its own, on request | BTF types, the walk |
//! | `walk` | the [`Encoder`]: open DIEs, DIEs of other units, what waits for the end of the unit | files, threads |
//!
//! What a unit needs beside its bytes is in [`Sections`]; location lists, which are large and rarely needed, are read
//! through [`LocationSource`].
#![forbid(unsafe_code)]

mod clearing;
mod counted_lists;
mod debug_str;
mod die_index;
mod error;
mod exclusion;
mod frame;
mod functions;
mod inline;
mod language;
mod location_list;
mod names;
mod order;
mod other_units;
mod read;
mod sections;
mod spending;
mod types;
mod unit;
mod unit_context;
mod walk;

pub use clearing::clear_map;
pub use debug_str::DebugStr;
pub use error::Error;
pub use exclusion::Exclusion;
pub use inline::{InlineCounts, InlineSite, InlineSites};
pub use language::{Language, Languages};
pub use names::{NamePlace, Names, string_at};
pub use other_units::{Area, NoOtherUnits, OtherUnit, OtherUnits, SectionOffset};
pub use read::abbreviations::has_skeletons;
pub use read::split::{Contribution, Skeleton, SplitUnits, UnitList, contributions};
pub use read::type_signatures::TypeSignatures;
pub use read::unit_reader::UnitReader;
pub use sections::{LocationSource, Machine, NoLocations, Sections, SplitBases, UnitBytes};
pub use spending::{Spending, Spent, TableRead};
pub use unit::{
    Choices, DeclTag, Function, FunctionFlags, INDEX_TYPE, Inexpressible, Outcome, Unit, Variable,
};
pub use unit_context::UnitContext;
pub use walk::Encoder;
