//! A worker for modules: one whole module after the other, as split BTF on the kernel's.
//!
//! Modules are small beside a kernel, and there are many: each is encoded by one worker from its headers to
//! its patched file, and several workers do so at once.

use crate::coordinator::skipped;
use crate::role::Receive;
use crate::{module_units, patch, plain};
use btf::{Btf, Endian};
use js_sys::Uint8Array;
use pipeline::{Error, Merge, Options, Outcome, Plan, Stage, StageSeconds, Worker};
use protocol::codec::Bytes;
use protocol::engine::{self, ModuleRequest, ModuleResponse};
use protocol::failure::Failure;
use protocol::job_result::{JobResult, Origin};
use protocol::port;
use protocol::queue::Attempt;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::{Blob, File};
use workers::companions::{CompanionFiles, GivenFiles};
use workers::failure;
use workers::source::FileSource;

/// The BTF that modules are encoded on.
struct Modules {
    base: Arc<Btf>,
}

impl Modules {
    /// Reads the base.
    fn open(btf: &Blob) -> Result<Modules, Failure> {
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

    /// Encodes a module.
    fn encode(
        &self,
        file: &File,
        source: &FileSource,
        given: &Rc<GivenFiles>,
        options: &Options,
        attempt: &Attempt,
    ) -> Result<JobResult, Failure> {
        let mut clock = Clock::start();
        let companions = CompanionFiles::new(given, file);
        let plan = pipeline::plan_with(source, options, &companions)
            .map_err(|error| failure::of_module(&error, &companions, None))?;
        if (self.base.endian == Endian::Big) != plan.input.big_endian {
            return Err(failure::other_byte_order());
        }
        port::post(&ModuleResponse::Planned {
            dwarf_bytes: plan.input.debug_info_bytes,
        });
        let outcome = self
            .outcome(source, &companions, &plan, attempt, &mut clock)
            .map_err(|error| failure::of_module(&error, &companions, Some(&plan)))?;
        clock.enter(Stage::Patch);
        let (bytes, base_bytes) = match outcome.distilled {
            Some(distilled) => (distilled.split, distilled.base),
            None => (outcome.bytes, Vec::new()),
        };
        let btf = Uint8Array::from(bytes.as_slice());
        let base = (!base_bytes.is_empty()).then(|| Bytes(Uint8Array::from(base_bytes.as_slice())));
        let sections = patch::Sections {
            btf: bytes,
            base: base_bytes,
            inline: Vec::new(),
        };
        let (patch, patch_failure) = patch::of(source, sections);
        let missing = companions.missing_for(&plan, &outcome.statistics.units.failed);
        let mut statistics = outcome.statistics;
        statistics.stages = clock.end();
        statistics.workers = 1;
        Ok(JobResult {
            origin: Origin::Encoded,
            statistics,
            skipped: skipped(&outcome.skipped_functions),
            btf,
            metadata: None,
            base,
            inline: None,
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
        companions: &CompanionFiles,
        plan: &Plan,
        attempt: &Attempt,
        clock: &mut Clock,
    ) -> Result<Outcome, Error> {
        let mut merge = Merge::with_base(source, plan, Some(self.base.clone()))?;
        clock.enter(Stage::Encode);
        let mut worker = Worker::with_companions(source, plan, companions)?;
        module_units::encode(&mut worker, plan, attempt, &mut merge)?;
        merge.finish(source, plan, &mut |stage| {
            port::post(&ModuleResponse::Stage);
            clock.enter(stage);
        })
    }
}

/// A worker that encodes modules.
pub struct ModulesRole {
    given: Rc<GivenFiles>,
    state: ModulesState,
}

enum ModulesState {
    New,
    Open(Modules),
    /// The base could not be read.
    Over,
}

impl ModulesRole {
    /// With files that modules may refer to.
    pub fn new(given: Rc<GivenFiles>) -> ModulesRole {
        ModulesRole {
            given,
            state: ModulesState::New,
        }
    }
}

impl Receive for ModulesRole {
    type Role = engine::Modules;

    fn receive(&mut self, request: ModuleRequest) -> Result<(), String> {
        match (&self.state, request) {
            (_, ModuleRequest::Companions { files }) => {
                self.given = Rc::new(GivenFiles::new(files));
            }
            (ModulesState::New, ModuleRequest::Base { btf }) => match Modules::open(&btf) {
                Ok(modules) => {
                    self.state = ModulesState::Open(modules);
                    port::post(&ModuleResponse::Opened);
                }
                Err(failure) => {
                    self.state = ModulesState::Over;
                    port::post(&ModuleResponse::Failed(failure));
                }
            },
            // A module that fails is its own affair: the next one comes.
            (
                ModulesState::Open(modules),
                ModuleRequest::Encode {
                    file,
                    options,
                    takes_btf,
                    attempt,
                },
            ) => {
                let source = FileSource::new(&file).map_err(failure::unreadable);
                let module = source.and_then(|source| {
                    if takes_btf && plain::has_btf_alone(&source) {
                        return plain::module(&source, &modules.base, options.budget);
                    }
                    modules.encode(&file, &source, &self.given, &options, &attempt)
                });
                port::post(&match module {
                    Ok(module) => ModuleResponse::Finished(Box::new(module)),
                    Err(failure) => ModuleResponse::Failed(failure),
                });
            }
            // Sent before the page heard of the failure.
            (ModulesState::Over, ModuleRequest::Encode { .. }) => {}
            (ModulesState::New, ModuleRequest::Encode { .. }) => {
                return Err("a worker was given a module before its base".to_owned());
            }
            (ModulesState::Open(_) | ModulesState::Over, ModuleRequest::Base { .. }) => {
                return Err("a worker for modules was given a second base".to_owned());
            }
        }
        Ok(())
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
