//! Externs: what a loader finds for each in a kernel.

use super::Place;
use super::config::config;
use crate::kernel::{Kernel, Symbol, essential};
use crate::object::{Extern, ExternKind, Object};
use crate::relocate::{Fatal, types_are_compatible};
use crate::spending::Spending;
use btf::{Data, Kind};
use serde::{Deserialize, Serialize};

/// What an extern is on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Resolved {
    /// An address from the kernel's symbols.
    Address(u64),
    /// A variable or function of its BTF.
    Type {
        /// Where it is.
        place: Place,
        /// Of a function, whether it is a kfunc; `None` if the BTF does not say, or for a variable.
        is_kfunc: Option<bool>,
    },
    /// A number, from the configuration or the loader.
    Value(u64),
    /// A text of the configuration.
    Text(String),
    /// It cannot be told without what is named.
    Unknown(Needs),
    /// The loader finds nothing, or nothing that fits.
    Not(ExternIssue),
}

/// What must be given to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Needs {
    /// The kernel's symbols.
    Symbols,
    /// The kernel's configuration.
    Config,
    /// The kernel's release.
    Release,
}

/// Why an extern is not resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExternIssue {
    /// The kernel has nothing of that name.
    Absent,
    /// Several symbols have the name.
    Ambiguous,
    /// The kernel's has another type.
    Incompatible {
        /// Where it is.
        place: Place,
    },
    /// The comparison of types is too deep.
    TooDeep,
    /// The name begins neither with `CONFIG_` nor with `LINUX_`.
    NotConfig,
    /// No option has values of the type that the object declares.
    ConfigType,
    /// The option has a value that the declared type does not take.
    ConfigValue {
        /// The value, as the configuration has it.
        value: String,
    },
}

impl ExternIssue {
    /// Whether the load ends, of an extern of this kind that is declared weak or not.
    pub fn ends_load(&self, kind: ExternKind, is_weak: bool) -> bool {
        match self {
            ExternIssue::Absent => !is_weak,
            // A function that does not fit counts as absent, a variable does not.
            ExternIssue::Incompatible { .. } => kind != ExternKind::Function || !is_weak,
            _ => true,
        }
    }
}

/// Looks for an extern of an object.
pub(crate) fn resolve(
    object: &Object,
    one: &Extern,
    kernel: &Kernel,
    spending: &Spending,
) -> Resolved {
    match one.kind {
        ExternKind::Symbol => symbol(one, kernel),
        ExternKind::Variable => {
            let wanted = (one.name.as_bytes(), Kind::Var);
            typed(object, one, kernel, wanted, spending)
        }
        ExternKind::Function => {
            let name = essential(one.name.as_bytes());
            typed(object, one, kernel, (name, Kind::Func), spending)
        }
        ExternKind::Config => config(object, one, kernel),
    }
}

fn symbol(one: &Extern, kernel: &Kernel) -> Resolved {
    let Some(symbols) = &kernel.symbols else {
        return Resolved::Unknown(Needs::Symbols);
    };
    match symbols.find(&one.name) {
        Some(Symbol::At(address)) => Resolved::Address(address),
        Some(Symbol::Ambiguous) => Resolved::Not(ExternIssue::Ambiguous),
        None => Resolved::Not(ExternIssue::Absent),
    }
}

fn typed(
    object: &Object,
    one: &Extern,
    kernel: &Kernel,
    (name, kind): (&[u8], Kind),
    spending: &Spending,
) -> Resolved {
    if !spending.step(kernel.crowd(essential(name))) {
        return Resolved::Not(ExternIssue::TooDeep);
    }
    let (Some(found), Some(btf)) = (kernel.find_own(name, kind), &object.btf) else {
        return Resolved::Not(ExternIssue::Absent);
    };
    let place = Place::of(found);
    let target: &btf::Btf = &found.types.btf;
    let of = match target.get(found.id).map(|ty| ty.data()) {
        Some(Data::Var { target, .. }) => target,
        Some(Data::Func { proto, .. }) => proto,
        _ => return Resolved::Not(ExternIssue::Absent),
    };
    // Of a variable the types behind typedefs are compared.
    let behind =
        |btf: &btf::Btf, id| btf::layout::resolve(btf, id).map_or(btf::TypeId::VOID, |(id, _)| id);
    let pair = (btf, behind(btf, one.ty), target, behind(target, of));
    match types_are_compatible(pair, spending) {
        Ok(true) => Resolved::Type {
            place,
            is_kfunc: (kind == Kind::Func)
                .then(|| kernel.is_kfunc(found))
                .flatten(),
        },
        Ok(false) => Resolved::Not(ExternIssue::Incompatible { place }),
        Err(Fatal::TooDeep) => Resolved::Not(ExternIssue::TooDeep),
        Err(_) => Resolved::Not(ExternIssue::Incompatible { place }),
    }
}
