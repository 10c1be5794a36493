//! Makes the plan of a job: reads the file's headers, finds its units and cuts them into shards.
//!
//! ```text
//! by_headers    the units as their headers follow each other
//! by_list       the units as `.debug_aranges` lists them
//! unit_headers  the header of a unit
//! shards        units cut into shards
//! unclaimed     type units that no unit refers to
//! input_file    what the plan says of the file itself
//! ```

mod by_headers;
mod by_list;
mod input_file;
mod shards;
mod unclaimed;
pub(crate) mod unit_headers;

pub use by_headers::{plan, plan_with};
pub use by_list::plan_listed;
