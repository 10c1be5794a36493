//! A worker for modules: one whole module after the other, as split BTF on the kernel's.
//!
//! Modules are small beside a kernel, and there are many: each is encoded by one worker from its headers to
//! its patched file, and several workers do so at once.

use crate::coordinator::skipped;
use crate::{module_units, patch};
use btf::{Btf, Endian};
use js_sys::Uint8Array;
use pipeline::{Error, Merge, Options, Outcome, Plan, Stage, StageSeconds, Worker};
use protocol::codec::Bytes;
use protocol::engine::Response;
use protocol::failure::Failure;
use protocol::model::{Model, Origin};
use protocol::queue::Attempt;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::{Blob, File};
use workers::companions::{Beside, Given};
use workers::source::FileSource;
use workers::{failure, port};

/// The BTF that modules are encoded on.
pub struct Modules {
    base: Arc<Btf>,
}

impl Modules {
    /// Reads the base.
    pub fn open(btf: &Blob) -> Result<Modules, Failure> {
        let bytes = FileSource::new(btf)
            .map_err(failure::unreadable)?
            .read_btf()?;
        let mut base =
            btf::parse(&bytes, None).map_err(|error| failure::of_btf(&error.to_string()))?;
        base.check_references()
            .map_err(|error| failure::of_btf(&error.to_string()))?;
        base.index_strings();
        Ok(Modules {
            base: Arc::new(base),
        })
    }

    /// The BTF.
    pub fn base(&self) -> &Arc<Btf> {
        &self.base
    }

    /// Encodes a module.
    pub fn encode(
        &self,
        file: &File,
        source: &FileSource,
        given: &Rc<Given>,
        options: &Options,
        attempt: &Attempt,
        fault: Option<u32>,
    ) -> Result<Model, Failure> {
        let mut clock = Clock::start();
        let beside = Beside::new(given, file);
        let plan = pipeline::plan_with(source, options, &beside)
            .map_err(|error| failure::of_module(&error, &beside, None))?;
        if (self.base.endian == Endian::Big) != plan.input.big_endian {
            return Err(failure::other_byte_order());
        }
        port::post(Response::ModulePlanned {
            units: plan.units(),
            dwarf_bytes: plan.input.debug_info_bytes,
        });
        let outcome = self
            .outcome(source, &beside, &plan, attempt, fault, &mut clock)
            .map_err(|error| failure::of_module(&error, &beside, Some(&plan)))?;
        clock.enter(Stage::Patch);
        let (bytes, base_bytes) = match outcome.distilled {
            Some(distilled) => (distilled.split, distilled.base),
            None => (outcome.bytes, Vec::new()),
        };
        let btf = Uint8Array::from(bytes.as_slice());
        let base = (!base_bytes.is_empty()).then(|| Bytes(Uint8Array::from(base_bytes.as_slice())));
        let (patch, patch_failure) = patch::of(source, bytes, base_bytes);
        let missing = beside.missing_for(&plan, &outcome.statistics.units.failed);
        let mut statistics = outcome.statistics;
        statistics.stages = clock.end();
        statistics.workers = 1;
        Ok(Model {
            origin: Origin::Encoded,
            statistics,
            skipped: skipped(&outcome.skipped_functions),
            btf,
            known: None,
            base,
            existing_btf: plan.existing_btf,
            patch,
            patch_failure,
            missing,
        })
    }

    /// From the plan to the types.
    fn outcome(
        &self,
        source: &FileSource,
        beside: &Beside,
        plan: &Plan,
        attempt: &Attempt,
        fault: Option<u32>,
        clock: &mut Clock,
    ) -> Result<Outcome, Error> {
        let mut merge = Merge::with_base(source, plan, Some(self.base.clone()))?;
        clock.enter(Stage::Encode);
        let mut worker = Worker::with_companions(source, plan, beside)?;
        module_units::encode(&mut worker, plan, attempt, fault, &mut merge)?;
        merge.finish(source, plan, &mut |stage| {
            port::post(Response::Stage(stage));
            clock.enter(stage);
        })
    }
}

/// How long each stage took.
struct Clock {
    stage: Stage,
    since: f64,
    spent: Vec<StageSeconds>,
}

impl Clock {
    fn start() -> Clock {
        Clock {
            stage: Stage::Plan,
            since: port::now(),
            spent: Vec::new(),
        }
    }

    fn enter(&mut self, stage: Stage) {
        let now = port::now();
        self.spent.push(StageSeconds {
            stage: self.stage,
            seconds: (now - self.since) / 1000.0,
        });
        self.stage = stage;
        self.since = now;
    }

    fn end(mut self) -> Vec<StageSeconds> {
        self.enter(Stage::Patch);
        self.spent
    }
}
