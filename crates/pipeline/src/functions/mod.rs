//! Functions: what units say of them, which are kept, and the types that these become.
//!
//! ```text
//! candidate   a function as one unit describes it
//! set         candidates of many units, equal ones once
//! candidates  those of all units
//! symbols     the functions of the symbol table
//! selection   which functions are kept, and why others are not
//! agreement   whether two prototypes are the same
//! kfuncs      the sets of `.BTF_ids`
//! emission    FUNC_PROTO, FUNC and tags
//! arena       pointers of kfuncs into memory that BPF programs share
//! implicit    arguments of kfuncs that BPF programs do not pass
//! finished    what kernel builds change of kfuncs behind the encoder
//! ```

mod agreement;
mod arena;
mod candidate;
mod candidates;
mod emission;
pub(crate) mod finished;
pub(crate) mod implicit;
pub(crate) mod kfuncs;
pub(crate) mod selection;
mod set;
mod symbols;

pub(crate) use candidate::FunctionTable;
pub(crate) use candidates::FunctionCandidates;
pub(crate) use selection::{Selection, Selector, order_by_name};
pub(crate) use set::FunctionSet;
pub(crate) use symbols::ElfFunctions;
