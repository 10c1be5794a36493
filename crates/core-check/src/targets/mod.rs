//! What an object needs from a kernel by name: externs, attach targets, structs of operations.

mod attach;
mod config;
mod externs;
mod struct_ops;

pub(crate) use attach::attach;
pub use attach::{AttachIssue, Attached};
pub(crate) use externs::resolve;
pub use externs::{ExternIssue, Needs, Resolved};
pub use struct_ops::{Operations, OpsIssue};
pub(crate) use struct_ops::{operations, struct_of_operations};

use crate::kernel::{Found, Types};
use btf::TypeId;
use serde::{Deserialize, Serialize};

/// A type of a kernel, by name: a plain value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The module whose BTF has the type; `None` for the kernel's.
    pub module: Option<String>,
    /// The type.
    pub id: TypeId,
}

impl Place {
    pub(crate) fn of(found: Found<'_>) -> Place {
        let module = |types: &Types| (!types.is_kernel()).then(|| types.name.clone());
        Place {
            module: module(found.types),
            id: found.id,
        }
    }
}
