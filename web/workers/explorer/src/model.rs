//! The types of a result, and what is known about how they came to be.

use crate::neighbours::{self, Source, Units};
use btf::Btf;
use explore::{Ask, Explorer, LeftOut, Say, Session};
use js_sys::Uint8Array;
use pipeline::SkippedFunction;
use protocol::explorer::{FunctionPage, FunctionQuery, Response, TypeMetadata};
use protocol::failure::Failure;
use protocol::from_worker::BUILD;
use std::collections::BTreeMap;
use std::sync::Arc;
use web_sys::Blob;
use workers::failure;
use workers::source::FileSource;

/// Types, and what is known about how they came to be.
pub struct Model {
    session: Session,
    skipped: Vec<SkippedFunction>,
    /// Of a job; none where BTF was opened as it is.
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
    /// Holds the types of a result, with what its job knew of them and what it was made from.
    pub fn open(
        btf: &Blob,
        metadata: Option<&Blob>,
        source: Option<Source>,
    ) -> Result<Model, Failure> {
        let btf = parse(btf)?;
        let Some(metadata) = self::metadata(metadata) else {
            return Ok(Model::of(Explorer::new(btf, None)));
        };
        let units = Units::new(source, metadata.provenance);
        let copies = units.copies(btf.end_id());
        let left_out = metadata.skipped.iter().map(|one| LeftOut {
            name: one.name.clone(),
            reasons: one.reasons.clone(),
        });
        let explorer = Explorer::new(btf, Some(copies))
            .with_kfuncs(metadata.kfuncs)
            .with_left_out(left_out.collect());
        Ok(Model {
            skipped: metadata.skipped,
            units: Some(units),
            ..Model::of(explorer)
        })
    }

    /// Holds the types of a result against those of a second file; each with what is known of it.
    pub fn compare(
        first: (&Blob, Option<&Blob>),
        second: (&Blob, Option<&Blob>),
    ) -> Result<Model, Failure> {
        let [first, second] = [first, second].map(|(blob, metadata)| {
            let btf = parse(blob)?;
            btf.check_references()
                .map_err(|error| failure::of_btf(&error.to_string()))?;
            let explorer = Explorer::new(btf, None);
            // For the folders of what changed.
            if let Some(metadata) = self::metadata(metadata) {
                explorer.sources(&Units::new(None, metadata.provenance));
            }
            Ok(explorer)
        });
        let mut model = Model::of(first?);
        model.session.compare_with(second?);
        Ok(model)
    }

    fn of(explorer: Explorer) -> Model {
        Model {
            session: Session::new(explorer),
            skipped: Vec::new(),
            units: None,
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
        self.session
            .answer(ask, units.map(|units| units as &dyn explore::Units))
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
        protocol::functions::page(&self.skipped, query)
    }
}

/// Metadata of types; none if it cannot be read.
fn metadata(blob: Option<&Blob>) -> Option<TypeMetadata> {
    let bytes = FileSource::new(blob?).ok()?.read_btf().ok()?;
    let metadata: TypeMetadata = postcard::from_bytes(&bytes).ok()?;
    // What another version kept may mean something else.
    (metadata.build == BUILD).then_some(metadata)
}

/// Types that the page gives.
fn parse(blob: &Blob) -> Result<Btf, Failure> {
    let bytes = FileSource::new(blob)
        .map_err(failure::unreadable)?
        .read_btf()?;
    btf::parse(&bytes, None).map_err(|error| failure::of_btf(&error.to_string()))
}
