//! What encoding reads: the sections of the input, and the files beside it.
//!
//! ```text
//! common_sections what all workers of a job need
//! sections        the debug sections that all units share, in memory
//! strings         `.debug_str`, whole or in parts
//! info            units of `.debug_info`
//! kernel_file     the release, and what a kernel's build did to types
//! roots           the names of units, and the skeletons of split ones
//! location_lists  `.debug_loclists` and `.debug_loc`
//! other_units     units that another unit refers to
//! supplementary   the file that `dwz -m` made
//! split_sections  the sections of split units
//! split_units     units in `.dwo` files
//! package         units in a `.dwp` file
//! beside_split    what a split unit refers to
//! ```

mod beside_split;
pub(crate) mod common_sections;
pub(crate) mod info;
pub(crate) mod kernel_file;
pub(crate) mod location_lists;
pub(crate) mod other_units;
mod package;
pub(crate) mod roots;
pub(crate) mod sections;
mod split_error;
pub(crate) mod split_sections;
pub(crate) mod split_units;
pub(crate) mod strings;
pub(crate) mod supplementary;
