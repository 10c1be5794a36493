//! The types of a result, and what is known about how they came to be.

use crate::examination;
use crate::neighbours::{self, Source, Units};
use btf::Btf;
use budget::Budget;
use doctor::readers::Asked;
use explore::{Explorer, LeftOut, Session};
use js_sys::Uint8Array;
use protocol::explorer::{
    CHeader, ExplorerQuestion, Module, TypeMetadata, TypeQuestion, UnitTexts,
};
use protocol::failure::Failure;
use protocol::files::GivenFile;
use protocol::from_worker::BUILD;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::Blob;
use workers::failure;
use workers::source::FileSource;

/// Types, and what is known about how they came to be.
pub struct HeldTypes {
    /// What reading and answers may cost.
    budget: Budget,
    session: Session,
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
    left_out: Vec<LeftOut>,
}

impl Split {
    /// Its types, on those of the kernel.
    fn open(&self, kernel: Arc<Btf>, budget: Budget) -> Result<Btf, String> {
        let btf = self.parse(kernel)?;
        explore::check_written(&btf, budget).map_err(|error| error.to_string())?;
        Ok(btf)
    }

    fn parse(&self, kernel: Arc<Btf>) -> Result<Btf, String> {
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

impl HeldTypes {
    /// Holds the types of a result, with what its job knew of them and what it was made from.
    pub fn open(
        btf: &Blob,
        metadata: Option<&Blob>,
        source: Option<Source>,
        budget: Budget,
    ) -> Result<HeldTypes, Failure> {
        let btf = parse(btf, budget)?;
        let Some(metadata) = self::metadata(metadata) else {
            return Ok(HeldTypes::of(Explorer::new(btf, None).with_budget(budget)));
        };
        let units = Units::new(source, metadata.provenance);
        let copies = units.copies(btf.end_id());
        let left_out = metadata.skipped.into_iter().map(|one| LeftOut {
            name: one.name,
            reasons: one.reasons,
        });
        let explorer = Explorer::new(btf, Some(copies))
            .with_budget(budget)
            .with_kfuncs(metadata.kfuncs)
            .with_left_out(left_out.collect());
        Ok(HeldTypes {
            units: Some(units),
            ..HeldTypes::of(explorer)
        })
    }

    /// Holds the types of a result against those of a second file; each with what is known of it.
    pub fn compare(
        first: (&Blob, Option<&Blob>),
        second: (&Blob, Option<&Blob>),
        budget: Budget,
    ) -> Result<HeldTypes, Failure> {
        let [first, second] = [first, second].map(|(blob, metadata)| {
            let btf = parse(blob, budget)?;
            btf.check_references()
                .map_err(|error| failure::of_btf(&error.to_string()))?;
            let explorer = Explorer::new(btf, None).with_budget(budget);
            // For the folders of what changed.
            if let Some(metadata) = self::metadata(metadata) {
                explorer.sources(&Units::new(None, metadata.provenance));
            }
            Ok(explorer)
        });
        let mut model = HeldTypes::of(first?);
        let compared = model.session.compare_with(second?);
        compared.map_err(|error| failure::of_btf(&error.to_string()))?;
        Ok(model)
    }

    fn of(explorer: Explorer) -> HeldTypes {
        HeldTypes {
            budget: explorer.budget(),
            session: Session::new(explorer),
            units: None,
            modules: BTreeMap::new(),
            module: None,
        }
    }

    /// Takes inline sites on these types.
    pub fn add_inline_sites(&mut self, sites: &Blob) -> Result<(), String> {
        let source = FileSource::new(sites).map_err(|error| error.to_string())?;
        let bytes = source.read_btf().map_err(|failure| failure.cause)?;
        let base = self.session.explorer().shared();
        let btf = btf::parse(&bytes, Some(base)).map_err(|error| error.to_string())?;
        explore::check_written(&btf, self.budget).map_err(|error| error.to_string())?;
        self.session.add_inline_sites(btf)
    }

    /// Takes a module that was encoded on these types.
    pub fn add_module(&mut self, module: Module) {
        let split = Split {
            btf: module.btf,
            base: module.base.dyn_into().ok(),
            left_out: module.left_out,
        };
        // A module that cannot be read has its row all the same; who asks about its types reads why.
        if let Ok(btf) = split.open(self.session.explorer().shared(), self.budget) {
            self.session.add_module(&module.name, &btf);
        }
        self.modules.insert(module.name, split);
    }

    /// Forgets all modules.
    pub fn forget_modules(&mut self) {
        self.session.forget_modules();
        self.modules.clear();
        self.module = None;
    }

    /// The types of a module, which are read when they are asked about.
    fn module(&mut self, name: String) -> Result<&mut Session, String> {
        let session = match self.module.take().filter(|(there, _)| *there == name) {
            Some((_, session)) => session,
            None => {
                let split = self.modules.get(&name);
                let split = split.ok_or_else(|| format!("the types of {name} are not here"))?;
                let btf = split
                    .open(self.session.explorer().shared(), self.budget)
                    .map_err(|cause| format!("the types of {name} could not be read: {cause}"))?;
                let explorer = Explorer::new(btf, None).with_budget(self.budget);
                Session::new(explorer.with_left_out(split.left_out.clone()))
            }
        };
        let (_, session) = self.module.insert((name, session));
        Ok(session)
    }

    /// Answers a question about the types, or about those of a module.
    pub fn answer(
        &mut self,
        module: Option<String>,
        question: TypeQuestion,
    ) -> Result<Uint8Array, String> {
        match module {
            Some(name) => question.answer(self.module(name)?, None),
            None => {
                let units = self.units.as_ref();
                let units = units.map(|units| units as &dyn explore::Units);
                question.answer(&mut self.session, units)
            }
        }
    }

    /// What the doctor finds in these files.
    pub fn examine(
        &self,
        kernel: &GivenFile,
        modules: &[GivenFile],
        readers: &[Asked],
    ) -> Result<Uint8Array, String> {
        examination::report(kernel, modules, readers, self.budget)
    }

    /// What units say of the types of a name.
    pub fn unit_texts(&mut self, question: &UnitTexts) -> Result<Uint8Array, String> {
        let btf = self.session.explorer().btf();
        let texts = neighbours::to_lab(btf, self.units.as_mut(), &question.name)?;
        UnitTexts::write(&texts)
    }

    /// All types as a C header.
    pub fn c_header(&self, CHeader: CHeader) -> Result<Uint8Array, String> {
        let mut text = String::new();
        btf::print::c::print_c(self.session.explorer().btf(), &mut text)
            .map_err(|error| error.to_string())?;
        CHeader::write(&Uint8Array::from(text.as_bytes()))
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
fn parse(blob: &Blob, budget: Budget) -> Result<Btf, Failure> {
    let bytes = FileSource::new(blob)
        .map_err(failure::unreadable)?
        .read_btf()?;
    let parts = btf::parse_parts(&bytes, None);
    let btf = parts
        .map(|parts| parts.btf)
        .map_err(|error| failure::of_btf(&error.to_string()))?;
    explore::check_written(&btf, budget).map_err(|error| failure::of_btf(&error.to_string()))?;
    Ok(btf)
}
