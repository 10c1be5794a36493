//! A worker for modules: one whole module after the other, as split BTF on the kernel's.
//!
//! Modules are small beside a kernel, and there are many: each is encoded by one worker from its headers to
//! its patched file, and several workers do so at once.

use crate::encoder::{PROGRESS_MS, trap_at};
use crate::source::FileSource;
use crate::{failure, patch, port};
use btf::{Btf, Endian};
use js_sys::Uint8Array;
use pipeline::{
    FailedUnit, Job, Merge, Options, Plan, Stage, StageSeconds, Task, UnitProgress, Worker,
};
use std::ops::Range;
use std::sync::Arc;
use web::protocol::{Failure, Model, Module, Origin, Progress, Response};
use web::queue::Attempt;
use web_sys::{Blob, File};

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

    /// Encodes a module.
    pub fn encode(
        &self,
        file: &File,
        options: &Options,
        attempt: &Attempt,
        fault: Option<u32>,
    ) -> Result<Module, Failure> {
        let mut clock = Clock::start();
        let source = FileSource::new(file).map_err(failure::unreadable)?;
        let failed = |error: pipeline::Error| failure::of_module(&error);
        let plan = pipeline::plan(&source, options).map_err(failed)?;
        if (self.base.endian == Endian::Big) != plan.input.big_endian {
            return Err(failure::other_byte_order());
        }
        port::post(Response::ModulePlanned {
            units: plan.units(),
            dwarf_bytes: plan.input.debug_info_bytes,
        });
        let mut merge =
            Merge::with_base(&source, &plan, Some(self.base.clone())).map_err(failed)?;
        clock.enter(Stage::Encode);
        units(&source, &plan, attempt, fault, &mut merge)?;
        let outcome = merge
            .finish(&source, &plan, &mut |stage| {
                port::post(Response::Stage(stage));
                clock.enter(stage);
            })
            .map_err(failed)?;
        clock.enter(Stage::Patch);
        let btf = Uint8Array::from(outcome.bytes.as_slice());
        let (patch, patch_failure) = patch::of(&source, outcome.bytes);
        let mut statistics = outcome.statistics;
        statistics.stages = clock.end();
        statistics.workers = 1;
        Ok(Module {
            result: Model {
                origin: Origin::Encoded,
                statistics,
                btf,
                existing_btf: plan.existing_btf,
                patch,
                patch_failure,
            },
            skipped: outcome.skipped_functions,
        })
    }
}

/// Encodes and merges all units but those that killed a worker.
fn units(
    source: &FileSource,
    plan: &Plan,
    attempt: &Attempt,
    fault: Option<u32>,
    merge: &mut Merge,
) -> Result<(), Failure> {
    let failed = |error: pipeline::Error| failure::of_module(&error);
    let mut worker = Worker::new(source, plan).map_err(failed)?;
    let mut queue: Job<()> = Job::new(plan);
    let mut told = Told::new();
    let mut lost = Vec::new();
    while let Some(task) = queue.next_task() {
        let parts: Vec<Range<u32>> = match attempt.careful {
            true => task.units.clone().map(|unit| unit..unit + 1).collect(),
            false => vec![task.units.clone()],
        };
        for units in parts {
            if attempt.careful {
                if let Some(cause) = attempt.cause_of(units.start) {
                    lost.push(FailedUnit {
                        offset: plan.unit_offset(units.start),
                        name: None,
                        cause: cause.to_owned(),
                    });
                    continue;
                }
                port::post(Response::Unit(units.start));
            }
            let fatal = fault
                .filter(|unit| units.contains(unit))
                .map(|unit| unit - units.start);
            trap_at(fatal, 0);
            let part = Task { id: task.id, units };
            told.begin();
            let output = worker.encode(plan, &part, &mut |progress: &UnitProgress<'_>| {
                trap_at(fatal, progress.units);
                told.tell(progress);
            });
            match output {
                Ok(output) => merge.add(output).map_err(failed)?,
                Err(error) if error.is_of_source() => return Err(failed(error)),
                Err(error) if attempt.careful => lost.push(FailedUnit {
                    offset: plan.unit_offset(part.units.start),
                    name: None,
                    cause: error.to_string(),
                }),
                // Tried again unit by unit, as a kernel's shard is; a single unit is left out.
                Err(error) => {
                    told.take_back();
                    queue.failed(part.id, &error.to_string(), plan);
                }
            }
        }
        queue.finished(task.id, ());
        lost.extend(queue.take_failed());
    }
    merge.add_failed(lost);
    Ok(())
}

/// What was told of a module's progress.
struct Told {
    before: Progress,
    latest: Progress,
    at: f64,
}

impl Told {
    fn new() -> Told {
        Told {
            before: Progress::default(),
            latest: Progress::default(),
            at: port::now(),
        }
    }

    fn begin(&mut self) {
        self.before = self.latest.clone();
    }

    fn take_back(&mut self) {
        self.latest = self.before.clone();
    }

    fn tell(&mut self, progress: &UnitProgress<'_>) {
        self.latest = Progress {
            units: self.before.units + progress.units,
            types: self.before.types + progress.types,
            dwarf_bytes: self.before.dwarf_bytes + progress.dwarf_bytes,
            btf_bytes: self.before.btf_bytes + progress.btf_bytes,
            unit: None,
        };
        let now = port::now();
        if now - self.at >= PROGRESS_MS {
            self.at = now;
            port::post(Response::Progress(Progress {
                unit: progress.unit.map(str::to_owned),
                ..self.latest.clone()
            }));
        }
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
