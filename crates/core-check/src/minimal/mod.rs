//! The part of a kernel's BTF that objects need: the same relocations resolve with it, to the same values.

mod needs;
mod targets;
mod write;

pub(crate) use needs::{Needs, Part, module_of};

use crate::kernel::Kernel;
use crate::object::Object;
use btf::{Btf, Error};
use budget::OverBudget;
use std::sync::Arc;

/// What minimal BTF is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Relocations: it is given to a loader as the BTF of the kernel on which the loader runs.
    Relocations,
    /// All that a check looks at: attach targets, externs, and structs of operations too. An object has the same answer with
    /// it as with all types.
    All,
}

/// Makes one flat BTF of what these objects need of a kernel, types of modules included. Optional programs count too.
///
/// What a kernel lacks stays absent. Type ids are new ones, so relocations that ask for ids get those.
///
/// # Errors
///
/// [`MinimalError`] if the result does not fit the format, or an object asks for more than its budget allows.
pub fn minimal(objects: &[Object], kernel: &Kernel, keep: Keep) -> Result<Btf, MinimalError> {
    Ok(needs(objects, kernel, keep)?.flat()?)
}

/// The same as BTF of the kernel and split BTF of each module that has some of it.
///
/// # Errors
///
/// As [`minimal`].
pub fn minimal_split(
    objects: &[Object],
    kernel: &Kernel,
    keep: Keep,
) -> Result<MinimalSplit, MinimalError> {
    Ok(needs(objects, kernel, keep)?.split()?)
}

/// Minimal BTF of a kernel and its modules.
#[derive(Clone, Debug)]
pub struct MinimalSplit {
    /// The kernel's.
    pub kernel: Arc<Btf>,
    /// The names of modules, with split BTF on the kernel's.
    pub modules: Vec<(String, Btf)>,
}

fn needs<'a>(
    objects: &[Object],
    kernel: &'a Kernel,
    keep: Keep,
) -> Result<Needs<'a>, MinimalError> {
    kernel.check_budget()?;
    let mut needs = Needs::of(kernel);
    for object in objects {
        let spending = object.spending(kernel);
        needs.add_relocations(object, &spending);
        if keep == Keep::All {
            needs.add_targets(object, &spending);
        }
        spending.check()?;
    }
    Ok(needs)
}

/// Why no BTF can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MinimalError {
    /// The result does not fit the format.
    #[error(transparent)]
    Btf(#[from] Error),
    /// An object asks for more work than its size justifies.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
}
