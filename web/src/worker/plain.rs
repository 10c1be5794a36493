//! BTF that is there already, opened as it is.

use btf::stats::{KindCounts, Row};
use btf::{Btf, Kind};
use elf::{Elf, ReadAt};
use js_sys::Uint8Array;
use pipeline::{ExistingBtf, Input, KindRow, Measure, Statistics, Strings};
use wasm_bindgen::JsValue;
use web::engine::failure;
use web::engine::source::FileSource;
use web::protocol::{Failure, Model, Origin};
use web_sys::File;

/// Opens a raw BTF file.
pub fn raw(file: &File) -> Result<Model, Failure> {
    let source = FileSource::new(file).map_err(failure::unreadable)?;
    let bytes = source.read_btf()?;
    let input = Input {
        file_bytes: source.len(),
        ..Input::default()
    };
    open(bytes, Origin::Raw, input, None)
}

/// Opens the `.BTF` section of an ELF file.
pub fn section(source: &FileSource) -> Result<Model, Failure> {
    let parsed = Elf::parse(source).map_err(|error| failure::of_elf(&error))?;
    let section = parsed
        .section(".BTF")
        .ok_or_else(|| failure::of_btf("the file has no .BTF section"))?;
    let existing = ExistingBtf {
        bytes: section.data_size(),
        loaded: section.is_loaded(),
    };
    let bytes = parsed
        .read_section(source, section)
        .map_err(|error| failure::of_elf(&error))?;
    let input = Input {
        file_bytes: source.len(),
        ..Input::default()
    };
    open(bytes.to_vec(), Origin::ElfSection, input, Some(existing))
}

fn open(
    bytes: Vec<u8>,
    origin: Origin,
    input: Input,
    existing: Option<ExistingBtf>,
) -> Result<Model, Failure> {
    let btf = btf::parse(&bytes, None).map_err(|error| failure::of_btf(&error.to_string()))?;
    let statistics = Statistics {
        input,
        kinds: count_kinds(&btf),
        after: Measure {
            types: btf.len() as u64,
            bytes: bytes.len() as u64,
        },
        strings: Strings {
            after_count: btf.strings().iter().count() as u64,
            after_bytes: btf.strings().as_bytes().len() as u64,
            ..Strings::default()
        },
        ..Statistics::default()
    };
    Ok(Model {
        origin,
        statistics,
        skipped: JsValue::UNDEFINED,
        btf: Uint8Array::from(bytes.as_slice()),
        known: None,
        base: None,
        existing_btf: existing,
        patch: None,
        patch_failure: None,
        missing: Vec::new(),
    })
}

/// Types and their bytes by kind, of BTF that was opened as it is.
fn count_kinds(btf: &Btf) -> Vec<KindRow> {
    let row = |(kind, Row { types, bytes }): (Kind, Row)| KindRow {
        kind,
        before: Measure::default(),
        after: Measure { types, bytes },
    };
    KindCounts::of(btf).present().map(row).collect()
}
