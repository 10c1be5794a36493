//! The view *Programs*: whether BPF objects work on kernels. A chunk of the program begins here.
//!
//! ```text
//! state    objects, kernels, and what is to be done; they stay when another view is shown
//! held     the worker that checks, and what it is asked
//! view     the component: what is shown, keys, files
//! table    the table of objects and kernels
//! reasons  why a cell is what it is
//! ```

mod held;
mod reasons;
mod state;
mod table;
mod view;

pub use state::{Loaded, ModuleTypes, called};
pub use view::{Compared, Given, KeptKernel, Programs};
