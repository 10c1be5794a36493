//! A finished job or module, as it comes from its worker.

use js_sys::{Array, Uint8Array};
use pipeline::{Companion, ExistingBtf, Statistics};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::codec::{Bytes, Transfer};

/// A finished job or module, or an opened BTF, as the page shows it.
#[derive(Debug, Serialize, Deserialize)]
pub struct JobResult {
    /// How it came to be.
    pub origin: Origin,
    /// Figures. For BTF that was opened as it is, only those "after" are known.
    pub statistics: Statistics,
    /// Functions left out, by name: plain objects, which the page only writes into a file.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub skipped: JsValue,
    /// The bytes of the `.BTF` section; the page makes a `Blob` of them and drops them.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub btf: Uint8Array,
    /// Metadata of the types for the explorer: [`crate::explorer::TypeMetadata`], packed. None of a module.
    pub metadata: Option<Bytes>,
    /// The bytes of the `.BTF.base` section, for a module on a distilled base.
    pub base: Option<Bytes>,
    /// The bytes of the `.BTF.inline` section: of a job with inline sites, or of an ELF file whose `.BTF` was opened.
    pub inline: Option<Bytes>,
    /// The `.BTF` section that the input has.
    pub existing_btf: Option<ExistingBtf>,
    /// The patched file, for a job on an ELF file.
    pub patch: Option<Patch>,
    /// Why there is no patched file although there should be one.
    pub patch_failure: Option<String>,
    /// Files for want of which units were left out.
    pub missing: Vec<Companion>,
}

impl Transfer for JobResult {
    fn transfer(&self, buffers: &Array) {
        let pieces = self.patch.iter().flat_map(|patch| &patch.pieces);
        let new = pieces.filter_map(|piece| match piece {
            Piece::Bytes(bytes) => Some(bytes),
            Piece::Copy { .. } | Piece::Btf | Piece::Base | Piece::Inline => None,
        });
        let sections = self.base.iter().chain(&self.metadata).chain(&self.inline);
        for Bytes(bytes) in sections.chain(new) {
            buffers.push(&bytes.buffer());
        }
        buffers.push(&self.btf.buffer());
    }
}

/// Where a model's types come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Encoded from DWARF by this page.
    Encoded,
    /// The `.BTF` section of an ELF file without DWARF.
    ElfSection,
    /// A raw BTF file.
    Raw,
}

/// A patched file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Patch {
    /// What was done for `.BTF`.
    pub change: Change,
    /// The file's pieces in order.
    pub pieces: Vec<Piece>,
}

/// What was done for `.BTF`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The file had none.
    Added,
    /// It had one that was not loaded.
    Replaced,
    /// It has one in its loaded image, which keeps its bytes under this name.
    Appended {
        /// The name that the loaded section has now.
        loaded: String,
    },
}

/// A part of a patched file.
#[derive(Debug, Serialize, Deserialize)]
pub enum Piece {
    /// A range of the user's file.
    Copy {
        /// Where it starts.
        offset: u64,
        /// Its bytes.
        len: u64,
    },
    /// New bytes.
    Bytes(Bytes),
    /// The bytes of the `.BTF` section, which come beside the patch.
    Btf,
    /// Those of the `.BTF.base` section.
    Base,
    /// Those of the `.BTF.inline` section.
    Inline,
}
