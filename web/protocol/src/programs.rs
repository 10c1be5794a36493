//! Messages between the page and the worker that checks BPF objects on kernels.
//!
//! The page names files and kernels by numbers of its own. The worker keeps the types of each kernel once, whatever objects are
//! checked on it.

use crate::codec::{Bytes, Transfer, packed};
use crate::files::GivenFile;
use budget::Budget;
use core_check::{Form, Relocation, Row};
use serde::{Deserialize, Serialize};
use web_sys::Blob;

/// A file with objects, or a kernel, among those of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Number(pub u32);

/// From the page to the worker. Each request is answered, in their order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ProgramsRequest {
    /// Read the objects of a file. Leads to [`ProgramsResponse::Objects`], or to [`ProgramsResponse::IsKernel`].
    AddObjects {
        /// What the file is called from now on.
        number: Number,
        /// The file.
        file: GivenFile,
        /// What reading and checking them may cost.
        budget: Budget,
    },
    /// Read a kernel. Leads to [`ProgramsResponse::Kernel`].
    AddKernel {
        /// What the kernel is called from now on.
        number: Number,
        /// Where its types are.
        kernel: KernelFiles,
        /// What reading it may cost.
        budget: Budget,
        /// Whether the answer is to have copies of what is read of it, so that its files can be removed.
        copied: bool,
    },
    /// Forget a file with objects, or a kernel. Leads to [`ProgramsResponse::Removed`].
    Remove(Number),
    /// Check the objects of a file on all kernels. Leads to [`ProgramsResponse::Working`] while it lasts, then to
    /// [`ProgramsResponse::Rows`].
    Check(Number),
    /// The relocations of an object on a kernel. Leads to [`ProgramsResponse::Relocations`].
    Relocations {
        /// The file.
        file: Number,
        /// Which of its objects.
        object: u32,
        /// The kernel.
        kernel: Number,
    },
    /// The rows of these files as one file. Leads to [`ProgramsResponse::Written`].
    Write {
        /// The files, in the order of the rows.
        files: Vec<Number>,
        /// The form.
        form: Form,
    },
    /// A C header with what the objects of all files need of all kernels. Leads to [`ProgramsResponse::Header`].
    Header,
}

impl Transfer for ProgramsRequest {}

/// Where the types of a kernel are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KernelFiles {
    /// What it is called, if the file does not say: a release, or the file's name.
    pub called: String,
    /// Raw BTF, or an ELF file with `.BTF`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub types: Blob,
    /// Its modules, in the order of their paths.
    pub modules: Vec<ModuleFile>,
    /// `System.map` or `kallsyms`.
    pub symbols: Option<GivenFile>,
    /// The names in its symbol table, from a [`KernelCopy`], if `types` came from one, too.
    pub names: Option<Bytes>,
    /// The configuration.
    pub config: Option<GivenFile>,
}

/// What was read of a kernel, apart from its files.
#[derive(Debug, Serialize, Deserialize)]
pub struct KernelCopy {
    /// Its release, or what it was called before.
    pub called: String,
    /// Raw BTF.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub types: Blob,
    /// Its modules.
    pub modules: Vec<ModuleFile>,
    /// The names in its symbol table, if it has one.
    pub names: Option<Bytes>,
}

/// A kernel that was read.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadKernel {
    /// Its name in the table.
    pub name: String,
    /// Sentences about modules that were left out.
    pub remarks: Vec<String>,
    /// What was read, if that was asked for and no module was left out.
    pub copy: Option<KernelCopy>,
}

/// Where the types of a module are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModuleFile {
    /// The name of its file.
    pub name: String,
    /// Raw split BTF, or an ELF file with `.BTF`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub types: Blob,
}

/// From the worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum ProgramsResponse {
    /// The names of the objects of a file, or why it has none, without a full stop.
    Objects(Number, Result<Vec<String>, String>),
    /// The file is a kernel: an ELF file with `.BTF`.
    IsKernel(Number),
    /// A kernel, or why it cannot be read, without a full stop.
    Kernel(Number, Result<ReadKernel, String>),
    /// It is forgotten.
    Removed,
    /// The worker is at the objects of a file.
    Working,
    /// The rows of a file, with a cell for each kernel in the order in which they were added.
    Rows(Number, #[serde(with = "packed")] Vec<Row>),
    /// Relocations in their order, or why there are none.
    Relocations(#[serde(with = "packed")] Result<Vec<Relocation>, String>),
    /// The bytes of a file.
    Written(Form, String),
    /// The header, or why it cannot be written.
    Header(Result<String, String>),
}

impl Transfer for ProgramsResponse {}
