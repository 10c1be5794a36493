//! A worker for modules: it encodes one whole module after the other, on the kernel's BTF.

use js_sys::Array;
use pipeline::Options;
use serde::{Deserialize, Serialize};
use web_sys::{Blob, File};

use super::{Progress, Role, RoleName};
use crate::codec::Transfer;
use crate::failure::Failure;
use crate::files::GivenFile;
use crate::job_result::JobResult;
use crate::queue::Attempt;

/// Encodes modules from their headers to their patched files.
#[derive(Debug)]
pub enum Modules {}

impl Role for Modules {
    const NAME: RoleName = RoleName::Modules;
    type Request = ModuleRequest;
    type Response = ModuleResponse;
}

/// From the page to a module worker. The first is `Base`.
#[derive(Debug, Serialize, Deserialize)]
pub enum ModuleRequest {
    /// Read the BTF on which modules are encoded. Leads to `Opened`.
    Base {
        /// Raw BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        btf: Blob,
    },
    /// Files to which modules may refer, in the place of those it knew before.
    Companions {
        /// The files.
        files: Vec<GivenFile>,
    },
    /// Encode a module. Leads to `Planned`, `Unit`, `Progress`, and `Stage`, and then to `Finished` or `Failed`.
    Encode {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// What to encode.
        options: Options,
        /// Whether the base is as the kernel was built with: then a module without DWARF is taken with the BTF it has.
        takes_btf: bool,
        /// What earlier attempts at it have shown.
        attempt: Attempt,
    },
}

impl Transfer for ModuleRequest {}

/// From a module worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum ModuleResponse {
    /// The worker is ready for modules.
    Opened,
    /// The units of the module are known.
    Planned {
        /// Bytes of `.debug_info`.
        dwarf_bytes: u64,
    },
    /// A careful attempt begins with this unit: if the worker dies, this unit is the reason.
    Unit(u32),
    /// How far the module is.
    Progress(Progress),
    /// All units are encoded, and a later stage begins.
    Stage,
    /// The module is done.
    Finished(Box<JobResult>),
    /// The module has no result, or, before `Opened`, there is no base.
    Failed(Failure),
}

impl Transfer for ModuleResponse {
    fn transfer(&self, buffers: &Array) {
        if let ModuleResponse::Finished(model) = self {
            model.transfer(buffers);
        }
    }
}
