//! The finished model: it outlives its job, and answers what the page asks of it.

use crate::neighbours::{self, Units};
use crate::source::FileSource;
use crate::{failure, port};
use btf::stats::{KindCounts, Row};
use btf::{Btf, Kind};
use elf::{Elf, ReadAt};
use explore::{Ask, Explorer, LeftOut, Say, Session};
use js_sys::Uint8Array;
use pipeline::{ExistingBtf, Input, KindRow, Measure, SkippedFunction, Statistics, Strings};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use web::protocol::{self, Failure, FunctionPage, FunctionQuery, Origin, Response};
use web_sys::{Blob, File};

/// Types, and what is known about how they came to be.
pub struct Model {
    session: Session,
    skipped: Vec<SkippedFunction>,
    /// Of a job; none where BTF was opened.
    units: Option<Units>,
    modules: BTreeMap<String, Split>,
    /// The types of the module that was asked about last.
    module: Option<(String, Session)>,
}

/// A module's BTF, which is read when it is asked about.
struct Split {
    btf: Blob,
    /// Its distilled base.
    base: Option<Blob>,
}

impl Split {
    /// Its types, on those of the kernel.
    fn open(&self, kernel: Arc<Btf>) -> Result<Btf, String> {
        let read = |blob: &Blob| {
            let source = FileSource::new(blob).map_err(|error| error.to_string())?;
            source.read_btf().map_err(|failure| failure.cause)
        };
        let parse = |bytes: &[u8], base: Option<Arc<Btf>>| {
            btf::parse(bytes, base).map_err(|error| error.to_string())
        };
        let own = read(&self.btf)?;
        let Some(base) = &self.base else {
            return parse(&own, Some(kernel));
        };
        let mut base = parse(&read(base)?, None)?;
        base.index_strings();
        let split = parse(&own, Some(Arc::new(base)))?;
        btf::distill::relocate(&split, &kernel).map_err(|error| error.to_string())
    }
}

impl Model {
    /// The result of a job.
    pub fn new(
        btf: Btf,
        skipped: Vec<SkippedFunction>,
        kfuncs: Vec<(String, u32)>,
        units: Option<Units>,
    ) -> Model {
        let copies = units.as_ref().map(|units| units.copies(btf.end_id()));
        let left_out = skipped.iter().map(|one| LeftOut {
            name: one.name.clone(),
            reasons: one.reasons.clone(),
        });
        let explorer = Explorer::new(btf, copies)
            .with_kfuncs(kfuncs)
            .with_left_out(left_out.collect());
        Model {
            session: Session::new(explorer),
            skipped,
            units,
            modules: BTreeMap::new(),
            module: None,
        }
    }

    /// Takes a module that was encoded on these types.
    pub fn add_module(&mut self, name: String, btf: Blob, base: Option<Blob>) {
        let split = Split { btf, base };
        // What we wrote can be read, or the browser has lost it: then its row has its figures all the same.
        if let Ok(btf) = split.open(self.session.explorer().shared()) {
            self.session.add_module(&name, &btf);
            self.modules.insert(name, split);
        }
    }

    /// Forgets all modules.
    pub fn forget_modules(&mut self) {
        self.session.forget_modules();
        self.modules.clear();
        self.module = None;
    }

    fn answer_of(&mut self, name: String, ask: Ask) -> Say {
        if self.module.as_ref().is_none_or(|(there, _)| *there != name) {
            let Some(split) = self.modules.get(&name) else {
                return Say::Refused(format!("the types of {name} are not here"));
            };
            match split.open(self.session.explorer().shared()) {
                Ok(btf) => self.module = Some((name, Session::new(Explorer::new(btf, None)))),
                Err(cause) => {
                    return Say::Refused(format!("the types of {name} could not be read: {cause}"));
                }
            }
        }
        match &mut self.module {
            Some((_, session)) => session.answer(ask, None),
            None => Say::Refused("there is no module".to_owned()),
        }
    }

    /// Answers a question about the types.
    pub fn answer(&mut self, ask: Ask) -> Say {
        let ask = match ask {
            Ask::Of(module, ask) => return self.answer_of(module, *ask),
            ask => ask,
        };
        let units = self.units.as_ref();
        self.session.answer(
            ask,
            units.map(|units| units as &dyn explore::session::Units),
        )
    }

    /// Holds the types against others.
    pub fn compare_with(&mut self, other: Explorer) {
        self.session.compare_with(other);
    }

    /// The types alone.
    pub fn into_explorer(self) -> Explorer {
        self.session.into_explorer()
    }

    fn btf(&self) -> &Btf {
        self.session.explorer().btf()
    }

    /// What units say of the types of a name.
    pub fn said_of(&mut self, name: &str) -> Response {
        match neighbours::to_lab(self.session.explorer().btf(), self.units.as_mut(), name) {
            Ok(units) => Response::ToLab(units),
            Err(cause) => Response::NotToLab { cause },
        }
    }

    /// Opens a raw BTF file and tells the page.
    pub fn open_raw(file: &File) -> Result<Model, Failure> {
        let source = FileSource::new(file).map_err(failure::unreadable)?;
        let bytes = source.read_btf()?;
        let input = Input {
            file_bytes: source.len(),
            ..Input::default()
        };
        Model::open(bytes, Origin::Raw, input, None)
    }

    /// Opens the `.BTF` section of an ELF file and tells the page.
    pub fn open_section(source: &FileSource) -> Result<Model, Failure> {
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
        Model::open(bytes.to_vec(), Origin::ElfSection, input, Some(existing))
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
        port::post_buffers(Response::Finished(Box::new(protocol::Model {
            origin,
            statistics,
            skipped: JsValue::UNDEFINED,
            btf: Uint8Array::from(bytes.as_slice()),
            base: None,
            existing_btf: existing,
            patch: None,
            patch_failure: None,
            missing: Vec::new(),
        })));
        Ok(Model::new(btf, Vec::new(), Vec::new(), None))
    }

    /// All types as a C header.
    pub fn c_header(&self) -> Response {
        let mut text = String::new();
        match btf::print::c::print_c(self.btf(), &mut text) {
            Ok(()) => Response::CHeader {
                bytes: Uint8Array::from(text.as_bytes()),
            },
            Err(error) => Response::NoCHeader {
                cause: error.to_string(),
            },
        }
    }

    /// Some of the functions left out, in the order of their names.
    pub fn functions(&self, query: FunctionQuery) -> FunctionPage {
        web::functions::page(&self.skipped, query)
    }
}

/// Functions left out as the page writes them into a file: as in the command's `--stats json`.
pub fn skipped(functions: &[SkippedFunction]) -> JsValue {
    let written = functions.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    // Strings and lists of strings: there is nothing in it that could not be written.
    written.unwrap_or(JsValue::UNDEFINED)
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
