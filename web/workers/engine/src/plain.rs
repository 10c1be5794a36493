//! BTF that is there already, opened as it is.

use btf::stats::{KindCounts, Row};
use btf::{Btf, Kind};
use budget::Budget;
use elf::{Elf, ReadAt};
use js_sys::Uint8Array;
use pipeline::{
    ExistingBtf, FileFormat, Identity, InputFile, KindRow, Measure, Note, Statistics,
    StringStatistics,
};
use protocol::codec::Bytes;
use protocol::failure::Failure;
use protocol::job_result::{JobResult, Origin};
use std::sync::Arc;
use wasm_bindgen::JsValue;
use web_sys::File;
use workers::failure;
use workers::source::FileSource;

/// Opens a raw BTF file.
pub fn raw(file: &File) -> Result<JobResult, Failure> {
    let source = FileSource::new(file).map_err(failure::unreadable)?;
    let bytes = source.read_btf()?;
    let input = InputFile {
        file_bytes: source.len(),
        ..InputFile::default()
    };
    open(bytes, Origin::Raw, input, None)
}

/// Opens the `.BTF` section of an ELF file.
pub fn section(source: &FileSource, budget: Budget) -> Result<JobResult, Failure> {
    let parsed = Elf::parse(source).map_err(|error| failure::of_elf(&error))?;
    let parsed = parsed.within(budget, source);
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
    let input = InputFile {
        file_bytes: source.len(),
        identity: Identity::read(&parsed, source),
        ..InputFile::default()
    };
    let mut result = open(bytes.to_vec(), Origin::ElfSection, input, Some(existing))?;
    // The explorer finds out whether they fit.
    let inline = parsed.section(".BTF.inline");
    if let Some(inline) = inline.filter(|section| !section.is_nobits() && section.size > 0) {
        let bytes = parsed
            .read_section(source, inline)
            .map_err(|error| failure::of_elf(&error))?;
        result.inline = Some(Bytes(Uint8Array::from(&*bytes)));
    }
    Ok(result)
}

/// Whether a file has BTF, but no DWARF.
pub fn has_btf_alone(source: &FileSource) -> bool {
    if is_raw(source) {
        return true;
    }
    let Ok(elf) = Elf::parse(source) else {
        return false;
    };
    let has = |name: &str| {
        let section = elf.section(name);
        section.is_some_and(|section| !section.is_nobits() && section.size > 0)
    };
    has(".BTF") && !has(".debug_info")
}

/// Whether a file is BTF and no ELF file, as those in `/sys/kernel/btf`.
fn is_raw(source: &FileSource) -> bool {
    let mut head = [0; 4];
    source.read_at(0, &mut head).is_ok() && FileFormat::of(&head) == FileFormat::Btf
}

/// Takes the split BTF of a module that was built on these types, or has a distilled base.
pub fn module(
    source: &FileSource,
    kernel: &Arc<Btf>,
    budget: Budget,
) -> Result<JobResult, Failure> {
    let refused = |cause: String| {
        let mut failure = failure::of_btf(&cause);
        failure.title = "Its BTF is not on these types".to_owned();
        failure.advice = "Open the BTF of the kernel that the module was built with: /sys/kernel/btf/vmlinux where that runs."
            .to_owned();
        failure
    };
    if is_raw(source) {
        let bytes = source.read_btf()?;
        let btf = btf::parse(&bytes, Some(kernel.clone()));
        let btf = btf.map_err(|error| refused(error.to_string()))?;
        btf.check_references()
            .map_err(|error| refused(error.to_string()))?;
        let input = InputFile {
            file_bytes: source.len(),
            ..InputFile::default()
        };
        return Ok(of(&btf, &bytes, Origin::Raw, input, None));
    }
    let elf = Elf::parse(source).map_err(|error| failure::of_elf(&error))?;
    let elf = elf.within(budget, source);
    let read = |name: &str| {
        let section = elf.section(name).filter(|section| section.size > 0);
        let read = section.map(|section| elf.read_section(source, section));
        read.transpose().map_err(|error| failure::of_elf(&error))
    };
    let parse = |bytes: &[u8], base: Option<Arc<Btf>>| {
        btf::parse(bytes, base).map_err(|error| refused(error.to_string()))
    };
    let bytes = read(".BTF")?.ok_or_else(|| failure::of_btf("the file has no .BTF section"))?;
    let base = read(".BTF.base")?;
    let btf = match &base {
        Some(base) => {
            let mut base = parse(base, None)?;
            base.index_strings();
            let split = parse(&bytes, Some(Arc::new(base)))?;
            btf::distill::relocate(&split, kernel).map_err(|error| refused(error.to_string()))?
        }
        None => parse(&bytes, Some(kernel.clone()))?,
    };
    btf.check_references()
        .map_err(|error| refused(error.to_string()))?;
    let input = InputFile {
        file_bytes: source.len(),
        identity: Identity::read(&elf, source),
        ..InputFile::default()
    };
    let mut model = of(&btf, &bytes, Origin::ElfSection, input, None);
    model.base = base.map(|base| Bytes(Uint8Array::from(&*base)));
    Ok(model)
}

fn open(
    bytes: Vec<u8>,
    origin: Origin,
    input: InputFile,
    existing: Option<ExistingBtf>,
) -> Result<JobResult, Failure> {
    let parts =
        btf::parse_parts(&bytes, None).map_err(|error| failure::of_btf(&error.to_string()))?;
    let mut result = of(&parts.btf, &bytes, origin, input, existing);
    result.statistics.notes = Note::of_parts(&parts);
    Ok(result)
}

fn of(
    btf: &Btf,
    bytes: &[u8],
    origin: Origin,
    input: InputFile,
    existing: Option<ExistingBtf>,
) -> JobResult {
    let statistics = Statistics {
        input,
        kinds: count_kinds(btf),
        after: Measure {
            types: btf.len() as u64,
            bytes: bytes.len() as u64,
        },
        strings: StringStatistics {
            after_count: btf.strings().iter().count() as u64,
            after_bytes: btf.strings().as_bytes().len() as u64,
            ..StringStatistics::default()
        },
        ..Statistics::default()
    };
    JobResult {
        origin,
        statistics,
        skipped: JsValue::UNDEFINED,
        btf: Uint8Array::from(bytes),
        metadata: None,
        base: None,
        inline: None,
        existing_btf: existing,
        patch: None,
        patch_failure: None,
        missing: Vec::new(),
    }
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
