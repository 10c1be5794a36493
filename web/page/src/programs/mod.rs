//! The view *Programs*: whether BPF objects work on kernels. A chunk of the program begins here.
//!
//! ```text
//! held     objects, kernels, and the worker that checks; they stay when another view is shown
//! view     the component: what is shown, keys, files
//! table    the table of objects and kernels
//! reasons  why a cell is what it is
//! ```

mod held;
mod reasons;
mod table;
mod view;

pub use held::{Loaded, ModuleTypes, called};
pub use view::{Compared, Given, KeptKernel, Programs};
