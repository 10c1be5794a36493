//! The coordinator of a job: plan, merge, finish.

use crate::{patch, plain};
use js_sys::Uint8Array;
use pipeline::{FailedUnit, Merge, Options, Plan, ShardOutput, SkippedFunction, Stage};
use protocol::codec::Bytes;
use protocol::engine::Response;
use protocol::explorer::Known;
use protocol::failure::Failure;
use protocol::from_worker::BUILD;
use protocol::model::{Model, Origin};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::File;
use workers::companions::{Beside, Given};
use workers::source::FileSource;
use workers::{failure, port};

/// A job under way.
pub struct Coordinator {
    source: FileSource,
    beside: Beside,
    plan: Plan,
    merge: Merge,
}

/// What planning led to.
pub enum Planned {
    /// A job: encode, then add what comes.
    Job(Box<Coordinator>),
    /// No DWARF, but BTF, which was opened.
    Opened(Box<Model>),
}

impl Coordinator {
    /// Plans a job and tells the page, then makes ready to merge.
    ///
    /// Where the file lists its units, the list is taken as it is unless this is `anew`: encoders see
    /// whether it holds.
    pub fn plan(
        file: &File,
        given: &Rc<Given>,
        options: &Options,
        anew: bool,
    ) -> Result<Planned, Failure> {
        let source = FileSource::new(file).map_err(failure::unreadable)?;
        let beside = Beside::new(given, file);
        let found = match anew {
            true => pipeline::plan_with(&source, options, &beside),
            false => pipeline::plan_listed(&source, options, &beside),
        };
        let plan = match found {
            Ok(plan) => plan,
            Err(pipeline::Error::NoDwarf { has_btf: true }) => {
                return plain::section(&source).map(|model| Planned::Opened(Box::new(model)));
            }
            Err(error) => return Err(failure::with_missing(&error, &beside, None)),
        };
        port::post(Response::Planned {
            plan: Box::new(plan.clone()),
        });
        let merge = Merge::new(&source, &plan).map_err(|error| failure::of_job(&error))?;
        Ok(Planned::Job(Box::new(Coordinator {
            source,
            beside,
            plan,
            merge,
        })))
    }

    /// The plan of the job.
    pub fn plan_made(&self) -> &Plan {
        &self.plan
    }

    /// Adds the next shard in file order.
    pub fn add(&mut self, bytes: &Uint8Array) -> Result<(), Failure> {
        let added = ShardOutput::unpack(&bytes.to_vec()).and_then(|output| self.merge.add(output));
        added.map_err(|error| failure::of_job(&error))
    }

    /// Notes units whose worker died.
    pub fn add_failed(&mut self, units: Vec<FailedUnit>) {
        self.merge.add_failed(units);
    }

    /// Selects, deduplicates, writes and patches.
    pub fn finish(self: Box<Self>) -> Result<Model, Failure> {
        let Coordinator {
            source,
            beside,
            plan,
            merge,
        } = *self;
        let outcome = merge
            .finish(&source, &plan, &mut |stage| {
                port::post(Response::Stage(stage))
            })
            .map_err(|error| failure::with_missing(&error, &beside, Some(&plan)))?;
        let skipped = skipped(&outcome.skipped_functions);
        let known = Known {
            build: BUILD.to_owned(),
            skipped: outcome.skipped_functions,
            kfuncs: outcome.kfuncs,
            provenance: outcome.provenance,
        };
        // Without it the types themselves can be looked at all the same.
        let packed = postcard::to_stdvec(&known).ok();
        drop((known, outcome.btf));
        let known = packed.map(|bytes| Bytes(Uint8Array::from(bytes.as_slice())));
        port::post(Response::Stage(Stage::Patch));
        let btf = Uint8Array::from(outcome.bytes.as_slice());
        let (patch, patch_failure) = patch::of(&source, outcome.bytes, Vec::new());
        let missing = beside.missing_for(&plan, &outcome.statistics.units.failed);
        Ok(Model {
            origin: Origin::Encoded,
            statistics: outcome.statistics,
            skipped,
            btf,
            known,
            base: None,
            existing_btf: plan.existing_btf,
            patch,
            patch_failure,
            missing,
        })
    }
}

/// Functions left out as the page writes them into a file: as in the command's `--stats json`.
pub fn skipped(functions: &[SkippedFunction]) -> JsValue {
    let written = functions.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    // Strings and lists of strings: there is nothing in it that could not be written.
    written.unwrap_or(JsValue::UNDEFINED)
}
