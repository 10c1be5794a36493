//! Messages between the page and the worker that takes kernels and modules out of packages, archives, and boot images.
//!
//! The worker first makes a folder for what comes out, which takes moments that it does not count; a file is then unpacked in one go.

use budget::Budget;
use js_sys::Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::File;

use crate::codec::Transfer;
use crate::failure::Failure;
use crate::intake::FileKind;

/// The folder, in the browser's private storage, with a folder for each run of an unpacker.
pub const FOLDERS: &str = "btfscope-unpacked";

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum UnpackRequest {
    /// Remove the folders of tabs that are gone, and make one. Answered by [`UnpackResponse::Ready`].
    Prepare {
        /// The name of the folder to make: that of the lock which the tab holds, and a number behind a hyphen. With none, or where
        /// the browser has no room for files of pages, what comes out stays in memory.
        folder: Option<String>,
    },
    /// Open so many files more in the folder. Answered by [`UnpackResponse::Ready`].
    Reserve(u32),
    /// Unpack a file. Answered by any number of [`UnpackResponse::Progress`], perhaps [`UnpackResponse::WantsHelp`], and one of the
    /// others.
    Unpack(Box<UnpackFile>),
    /// Workers that decompress blocks are at the other ends of these ports. The answer to [`UnpackResponse::WantsHelp`].
    Helpers(Ports),
    /// The worker at the port of this number has died.
    Lost(u32),
    /// Decompress blocks that come through this port, instead of anything else.
    Help(Ports),
}

/// Ports, which change hands.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ports(#[serde(with = "serde_wasm_bindgen::preserve")] pub Array);

impl Transfer for UnpackRequest {
    fn transfer(&self, buffers: &Array) {
        if let UnpackRequest::Helpers(Ports(ports)) | UnpackRequest::Help(Ports(ports)) = self {
            ports.iter().for_each(|port| {
                buffers.push(&port);
            });
        }
    }
}

/// What is to be unpacked.
#[derive(Debug, Serialize, Deserialize)]
pub struct UnpackFile {
    /// The package, archive, image, or compressed file.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub file: File,
    /// What is taken out of it.
    pub wanted: Wanted,
    /// How much may come out.
    pub budget: Budget,
    /// How many workers may decompress it.
    pub workers: u32,
}

/// What is taken out of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The kernel.
    Kernel,
    /// The file with this path.
    Member(String),
    /// The modules with these names, as the kernel writes them. Each takes a file of the folder.
    Modules(Vec<String>),
    /// Nothing: the names of the modules in it.
    Names,
}

/// To the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum UnpackResponse {
    /// Files can be unpacked.
    Ready {
        /// The folder of the folders: a `FileSystemDirectoryHandle`, or `undefined` if the browser gave none.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        folders: JsValue,
        /// Whether folders of other tabs remain.
        others: bool,
    },
    /// How far it is.
    Progress {
        /// Bytes of the file that were read.
        read: u64,
        /// Bytes that came out.
        written: u64,
    },
    /// It has blocks that other workers can decompress.
    WantsHelp,
    /// The file has several kernels, with these paths.
    Several(Vec<String>),
    /// The wanted file came out, and perhaps modules beside it.
    Done(Vec<Unpacked>),
    /// The names of the modules in it, sorted, as the kernel writes them.
    Names(Vec<String>),
    /// The modules came out that the file contains.
    Modules {
        /// In the order of the package.
        found: Vec<Unpacked>,
        /// The names of the others.
        missing: Vec<String>,
    },
    /// It did not.
    Failed(Failure),
}

impl Transfer for UnpackResponse {}

/// A file that came out of another.
#[derive(Debug, Serialize, Deserialize)]
pub struct Unpacked {
    /// The file, under its own name.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub file: File,
    /// What it is: never packed.
    pub kind: FileKind,
    /// Whether it lies in the folder, and is lost with it.
    pub in_folder: bool,
    /// Where it was in a package.
    pub path: Option<String>,
    /// Where the debug information of a kernel is that has none, as a sentence without its full stop.
    pub advice: Option<String>,
}
