//! The coordinator of a job: plan, merge, finish.

use crate::role::Receive;
use crate::{patch, plain};
use js_sys::Uint8Array;
use pipeline::{FailedUnit, Merge, Options, Plan, ShardOutput, SkippedFunction, Stage};
use protocol::codec::Bytes;
use protocol::engine::{self, CoordinatorRequest, CoordinatorResponse};
use protocol::explorer::TypeMetadata;
use protocol::failure::Failure;
use protocol::from_worker::BUILD;
use protocol::job_result::{JobResult, Origin};
use protocol::port;
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::File;
use workers::companions::{CompanionFiles, GivenFiles};
use workers::failure;
use workers::source::FileSource;

/// A job under way.
pub struct Coordinator {
    source: FileSource,
    companions: CompanionFiles,
    plan: Plan,
    merge: Merge,
}

/// Why a job has no result.
pub enum NoResult {
    /// The file is not as the plan takes it to be.
    PlanAgain,
    /// What the page tells.
    Failed(Failure),
}

impl NoResult {
    fn of(error: &pipeline::Error, failure: impl FnOnce(&pipeline::Error) -> Failure) -> NoResult {
        match error.is_of_plan() {
            true => NoResult::PlanAgain,
            false => NoResult::Failed(failure(error)),
        }
    }
}

/// What planning led to.
pub enum Planned {
    /// A job: encode, then add what comes.
    Job(Box<Coordinator>),
    /// No DWARF, but BTF, which was opened.
    Opened(Box<JobResult>),
}

impl Coordinator {
    /// Plans a job and tells the plan, then makes ready to merge.
    ///
    /// Unless it is planned `again`, the file's list of units and the order of its relocations are taken as they are: workers see
    /// whether they hold.
    pub fn plan(
        file: &File,
        given: &Rc<GivenFiles>,
        options: &Options,
        again: bool,
        tell: &mut dyn FnMut(CoordinatorResponse),
    ) -> Result<Planned, Failure> {
        let source = FileSource::new(file).map_err(failure::unreadable)?;
        let companions = CompanionFiles::new(given, file);
        let found = match again {
            true => pipeline::plan_with(&source, options, &companions),
            false => pipeline::plan_listed(&source, options, &companions),
        };
        let plan = match found {
            Ok(plan) => plan,
            Err(pipeline::Error::NoDwarf { has_btf: true, .. }) => {
                return plain::section(&source, options.budget)
                    .map(|model| Planned::Opened(Box::new(model)));
            }
            Err(error) => return Err(failure::with_missing(&error, &companions, None)),
        };
        tell(CoordinatorResponse::Planned {
            plan: Box::new(plan.clone()),
        });
        let merge = Merge::new(&source, &plan).map_err(|error| failure::of_job(&error))?;
        Ok(Planned::Job(Box::new(Coordinator {
            source,
            companions,
            plan,
            merge,
        })))
    }

    /// The plan of the job.
    pub fn plan_made(&self) -> &Plan {
        &self.plan
    }

    /// Adds the next shard in file order.
    pub fn add(&mut self, bytes: &Uint8Array) -> Result<(), NoResult> {
        let added = ShardOutput::unpack(&bytes.to_vec()).and_then(|output| self.merge.add(output));
        added.map_err(|error| NoResult::of(&error, failure::of_job))
    }

    /// Notes units whose worker died.
    pub fn add_failed(&mut self, units: Vec<FailedUnit>) {
        self.merge.add_failed(units);
    }

    /// Selects, deduplicates, writes and patches; tells the stages.
    pub fn finish(
        self: Box<Self>,
        tell: &mut dyn FnMut(CoordinatorResponse),
    ) -> Result<JobResult, NoResult> {
        let Coordinator {
            source,
            companions,
            plan,
            merge,
        } = *self;
        let outcome = merge
            .finish(&source, &plan, &mut |stage| {
                tell(CoordinatorResponse::Stage(stage));
            })
            .map_err(|error| {
                NoResult::of(&error, |error| {
                    failure::with_missing(error, &companions, Some(&plan))
                })
            })?;
        let skipped = skipped(&outcome.skipped_functions);
        let metadata = TypeMetadata {
            build: BUILD.to_owned(),
            skipped: outcome.skipped_functions,
            kfuncs: outcome.kfuncs,
            provenance: outcome.provenance,
        };
        // Without it the types themselves can be looked at all the same.
        let packed = postcard::to_stdvec(&metadata).ok();
        drop((metadata, outcome.btf));
        let metadata = packed.map(|bytes| Bytes(Uint8Array::from(bytes.as_slice())));
        tell(CoordinatorResponse::Stage(Stage::Patch));
        let btf = Uint8Array::from(outcome.bytes.as_slice());
        let inline = outcome.inline.unwrap_or_default();
        let has_inline = !inline.is_empty();
        let given = has_inline.then(|| Bytes(Uint8Array::from(inline.as_slice())));
        let sections = patch::Sections {
            btf: outcome.bytes,
            base: Vec::new(),
            inline,
        };
        let (patch, patch_failure) = patch::of(&source, sections);
        let missing = companions.missing_for(&plan, &outcome.statistics.units.failed);
        Ok(JobResult {
            origin: Origin::Encoded,
            statistics: outcome.statistics,
            skipped,
            btf,
            metadata,
            base: None,
            inline: given,
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

/// A worker that coordinates a job.
pub struct CoordinatorRole {
    given: Rc<GivenFiles>,
    state: CoordinatorState,
}

enum CoordinatorState {
    New,
    Merging(Box<Coordinator>),
    /// It has told a result, or a failure.
    Over,
}

impl CoordinatorRole {
    /// With files that its input may refer to.
    pub fn new(given: Rc<GivenFiles>) -> CoordinatorRole {
        CoordinatorRole {
            given,
            state: CoordinatorState::New,
        }
    }
}

impl Receive for CoordinatorRole {
    type Role = engine::Coordinator;

    fn receive(&mut self, request: CoordinatorRequest) -> Result<(), String> {
        use CoordinatorRequest::{Add, AddFailed, Finish, OpenBtf, Plan};
        let tell = &mut |response| port::post(&response);
        let state = std::mem::replace(&mut self.state, CoordinatorState::Over);
        self.state = match (state, request) {
            (
                CoordinatorState::New,
                Plan {
                    file,
                    options,
                    again,
                },
            ) => match Coordinator::plan(&file, &self.given, &options, again, tell) {
                Ok(Planned::Job(coordinator)) => CoordinatorState::Merging(coordinator),
                Ok(Planned::Opened(model)) => over(Ok(*model)),
                Err(failure) => over(Err(NoResult::Failed(failure))),
            },
            (CoordinatorState::New, OpenBtf { file }) => {
                over(plain::raw(&file).map_err(NoResult::Failed))
            }
            (CoordinatorState::Merging(mut coordinator), Add { bytes }) => {
                match coordinator.add(&bytes) {
                    Ok(()) => {
                        tell(CoordinatorResponse::Added);
                        CoordinatorState::Merging(coordinator)
                    }
                    Err(ended) => over(Err(ended)),
                }
            }
            (CoordinatorState::Merging(mut coordinator), AddFailed { units }) => {
                coordinator.add_failed(units);
                CoordinatorState::Merging(coordinator)
            }
            (CoordinatorState::Merging(coordinator), Finish) => over(coordinator.finish(tell)),
            // Sent before the page heard of the failure.
            (CoordinatorState::Over, Add { .. } | AddFailed { .. } | Finish) => {
                CoordinatorState::Over
            }
            (CoordinatorState::New, Add { .. } | AddFailed { .. } | Finish) => {
                return Err("a coordinator was given shards before a file".to_owned());
            }
            (
                CoordinatorState::Merging(_) | CoordinatorState::Over,
                Plan { .. } | OpenBtf { .. },
            ) => {
                return Err("a coordinator was given a second file".to_owned());
            }
        };
        Ok(())
    }
}

/// Tells how the job ended.
fn over(ended: Result<JobResult, NoResult>) -> CoordinatorState {
    port::post(&match ended {
        Ok(model) => CoordinatorResponse::Finished(Box::new(model)),
        Err(NoResult::PlanAgain) => CoordinatorResponse::PlanAgain,
        Err(NoResult::Failed(failure)) => CoordinatorResponse::Failed(failure),
    });
    CoordinatorState::Over
}
