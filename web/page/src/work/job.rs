//! A job: hands units to encoders, their results to the coordinator, and replaces workers that die.

use super::Engine;
use super::allowed::allowed;
use super::encoders::{Encoder, EncoderState};
use super::memory::Memory;
use super::standby::Standby;
use super::worker::{EngineWorker, Events, WorkerEvent, WorkerId};
use crate::browser::{now, parameter, window};
use js_sys::Uint8Array;
use pipeline::{Features, KernelTypes, Options, Plan, Stage};
use protocol::death::{Death, is_full};
use protocol::engine::{self, CoordinatorRequest, CoordinatorResponse, EncoderResponse};
use protocol::failure::Failure;
use protocol::figures::bytes_text;
use protocol::files::GivenFile;
use protocol::job_result::JobResult;
use protocol::timeline::Timeline;
use std::rc::Rc;
use web_sys::File;

/// More workers would only share the same memory bandwidth.
const MOST_WORKERS: u32 = 8;

/// A job under way. Dropping it ends all its workers.
pub struct Job {
    pub file: File,
    /// Files beside it, to which it may refer.
    pub companions: Vec<GivenFile>,
    /// When each stage ran.
    pub timeline: Timeline,
    /// Whose types the file is encoded to.
    types: KernelTypes,
    /// Whether inline sites are read.
    inline: bool,
    /// The encoders, in the order in which they are shown.
    pub encoders: Vec<Encoder>,
    /// The plan, once there is one.
    pub plan: Option<Rc<Plan>>,
    /// What the workers' memories take.
    pub memory: Memory,
    engine: Rc<Engine>,
    events: Events,
    coordinator: EngineWorker<engine::Coordinator>,
    /// Workers that start while the job is planned; encoders then.
    starting: Vec<EngineWorker<engine::Encoder>>,
    queue: Option<pipeline::Job<Uint8Array>>,
    /// Shards sent to the coordinator, and those it has merged.
    sent: u32,
    merged: u32,
    finishing: bool,
    workers: u32,
    started: f64,
}

/// How a job ended.
pub enum Outcome {
    /// With a model.
    Finished(Box<JobResult>),
    /// Without.
    Failed(Box<Failure>),
}

/// What all encoders have done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Units done, and in all.
    pub units: (u64, u64),
    /// Types emitted.
    pub types: u64,
    /// Bytes of BTF these would take.
    pub btf_bytes: u64,
    /// Bytes of `.debug_info` walked.
    pub dwarf_bytes: u64,
    /// The same in a second.
    pub dwarf_speed: f64,
}

impl Job {
    /// Starts a job on an ELF file, or opens raw BTF, with the workers that are there and new ones.
    pub fn start(
        engine: Rc<Engine>,
        mut standby: Standby,
        file: File,
        raw: bool,
        (types, inline): (KernelTypes, bool),
        companions: Vec<GivenFile>,
        events: Events,
    ) -> Result<Job, Death> {
        let coordinator: EngineWorker<engine::Coordinator> =
            standby.take(&engine, &events, &companions)?;
        coordinator.ask(&match raw {
            true => CoordinatorRequest::OpenBtf { file: file.clone() },
            false => plan_request(&file, (types, inline), false),
        });
        let mut timeline = Timeline::default();
        timeline.begin(Stage::Plan, 0.0);
        // Fewer workers do it too; whether there is none at all is seen when there is a plan.
        let starting = (0..if raw { 0 } else { worker_count() })
            .map_while(|_| standby.take(&engine, &events, &companions).ok())
            .collect();
        Ok(Job {
            file,
            companions,
            types,
            inline,
            timeline,
            encoders: Vec::new(),
            plan: None,
            memory: Memory::default(),
            engine,
            events,
            coordinator,
            starting,
            queue: None,
            sent: 0,
            merged: 0,
            finishing: false,
            workers: 0,
            started: now(),
        })
    }

    /// Seconds since the start.
    pub fn elapsed(&self) -> f64 {
        (now() - self.started) / 1000.0
    }

    /// Takes what a worker did. Workers that are not of this job are none of its business.
    pub fn on_event(&mut self, id: WorkerId, event: WorkerEvent) -> Option<Outcome> {
        let outcome = if id == self.coordinator.id {
            self.on_coordinator(event)
        } else if let Some(at) = self.starting.iter().position(|worker| worker.id == id) {
            if let WorkerEvent::Died(_) = event {
                self.starting.remove(at);
            }
            None
        } else {
            let at = self
                .encoders
                .iter()
                .position(|encoder| encoder.worker.id == id)?;
            self.on_encoder(at, event)
        };
        let memories = self.encoders.iter().map(|encoder| encoder.worker.memory);
        self.memory.note(memories.chain([self.coordinator.memory]));
        outcome
    }

    /// A quarter of a second passed.
    pub fn on_tick(&mut self) {
        self.note_encoding();
    }

    fn on_coordinator(&mut self, event: WorkerEvent) -> Option<Outcome> {
        let received = match event.read::<engine::Coordinator>() {
            Ok(received) => received,
            Err(death) => {
                let stage = self.timeline.current().map_or("", Stage::title);
                return Some(failed(self.death(
                    "The worker that merges",
                    &death,
                    self.coordinator.memory,
                    stage,
                )));
            }
        };
        self.coordinator.memory = received.memory;
        let now = self.elapsed();
        match received.response {
            CoordinatorResponse::Planned { plan } => return self.on_plan(*plan),
            CoordinatorResponse::Added => {
                self.merged += 1;
                self.note_merging();
            }
            CoordinatorResponse::Stage(stage) => self.timeline.advance(stage, now),
            CoordinatorResponse::Finished(mut model) => {
                self.timeline.end(Stage::Patch, now);
                if self.plan.is_some() {
                    model.statistics.stages = self.timeline.stage_seconds();
                    model.statistics.workers = self.workers;
                }
                model.statistics.peak_memory =
                    Some(self.memory.peak.max(self.coordinator.memory) as u64);
                return Some(Outcome::Finished(model));
            }
            CoordinatorResponse::PlanAgain => return self.plan_again(),
            CoordinatorResponse::Failed(failure) => return Some(failed(failure)),
        }
        None
    }

    fn on_plan(&mut self, plan: Plan) -> Option<Outcome> {
        self.timeline.advance(Stage::Encode, self.elapsed());
        self.queue = Some(pipeline::Job::new(&plan));
        let plan = Rc::new(plan);
        self.plan = Some(plan.clone());
        let wanted = worker_count().min(plan.shards.len().max(1) as u32);
        let mut starting = std::mem::take(&mut self.starting).into_iter();
        for _ in 0..wanted {
            match starting.next().map_or_else(|| self.encoding_worker(), Ok) {
                Ok(worker) => self.encoders.push(Encoder::new(worker, &self.file, &plan)),
                Err(error) if self.encoders.is_empty() => {
                    return Some(failed(self.death(
                        "An encoding worker",
                        &error,
                        0.0,
                        Stage::Encode.title(),
                    )));
                }
                // Fewer workers do it too.
                Err(_) => break,
            }
        }
        self.workers = self.encoders.len() as u32;
        self.pump()
    }

    /// Plans again without relying on the file: its list of units is wrong, or its relocations are in disorder. What was
    /// encoded is dropped.
    fn plan_again(&mut self) -> Option<Outcome> {
        self.encoders.clear();
        (self.queue, self.sent, self.merged) = (None, 0, 0);
        self.timeline = Timeline::default();
        self.timeline.begin(Stage::Plan, 0.0);
        match EngineWorker::start(&self.engine, &self.events, &self.companions) {
            // The one before ends here: what it still says finds nobody.
            Ok(coordinator) => self.coordinator = coordinator,
            Err(error) => {
                let stage = Stage::Plan.title();
                return Some(failed(self.death(
                    "The worker that plans",
                    &error,
                    0.0,
                    stage,
                )));
            }
        }
        self.coordinator
            .ask(&plan_request(&self.file, (self.types, self.inline), true));
        None
    }

    fn encoding_worker(&self) -> Result<EngineWorker<engine::Encoder>, Death> {
        EngineWorker::start(&self.engine, &self.events, &self.companions)
    }

    fn on_encoder(&mut self, at: usize, event: WorkerEvent) -> Option<Outcome> {
        let received = match event.read::<engine::Encoder>() {
            Ok(received) => received,
            Err(death) => return self.on_death(at, &death),
        };
        let encoder = self.encoders.get_mut(at)?;
        encoder.worker.memory = received.memory;
        match received.response {
            EncoderResponse::Opened => encoder.idle(),
            EncoderResponse::Progress(progress) => {
                encoder.report(progress);
                return None;
            }
            EncoderResponse::Encoded {
                task,
                bytes,
                progress,
            } => {
                encoder.finish(progress);
                self.queue.as_mut()?.finished(task, bytes);
            }
            EncoderResponse::EncodeFailed { task, cause } => {
                encoder.idle();
                let plan = self.plan.clone()?;
                self.queue.as_mut()?.failed(task, &cause, &plan);
            }
            EncoderResponse::PlanAgain => return self.plan_again(),
            EncoderResponse::Failed(failure) => return Some(failed(failure)),
        }
        self.pump()
    }

    /// An encoder died: another takes its place, and its task is tried again unit by unit.
    fn on_death(&mut self, at: usize, death: &Death) -> Option<Outcome> {
        if let Death::Defect(cause) = death {
            // Another worker would meet the same.
            return Some(failed(defect(cause)));
        }
        let plan = self.plan.clone()?;
        let encoder = self.encoders.get(at)?;
        if encoder.state == EncoderState::Opening {
            // There is no room for another of these; go on with fewer.
            let dead = self.encoders.remove(at);
            if self.encoders.is_empty() {
                let stage = Stage::Encode.title();
                return Some(failed(self.death(
                    "Every encoding worker",
                    death,
                    dead.worker.memory,
                    stage,
                )));
            }
            return self.pump();
        }
        let cause = death.with_memory(encoder.worker.memory);
        if let EncoderState::Busy(task) = &encoder.state {
            let task = task.id;
            self.queue
                .as_mut()?
                .failed(task, &format!("its worker stopped: {cause}"), &plan);
        }
        match self.encoding_worker() {
            Ok(worker) => self
                .encoders
                .get_mut(at)?
                .replace(worker, &self.file, &plan),
            Err(_) => drop(self.encoders.remove(at)),
        }
        self.pump()
    }

    /// Hands out tasks, passes finished shards on in file order, and ends the encoding when all is done.
    fn pump(&mut self) -> Option<Outcome> {
        let queue = self.queue.as_mut()?;
        for encoder in self
            .encoders
            .iter_mut()
            .filter(|encoder| encoder.state == EncoderState::Idle)
        {
            let Some(task) = queue.next_task() else { break };
            encoder.start(task);
        }
        let mut ready = Vec::new();
        while let Some(bytes) = queue.take_ready() {
            ready.push(bytes);
        }
        let lost = queue.take_failed();
        if !lost.is_empty() {
            self.coordinator
                .ask(&CoordinatorRequest::AddFailed { units: lost });
        }
        let complete = queue.is_complete();
        for bytes in ready {
            self.timeline
                .begin(Stage::Merge, (now() - self.started) / 1000.0);
            self.coordinator.ask(&CoordinatorRequest::Add { bytes });
            self.sent += 1;
        }
        if complete && !self.finishing {
            self.finishing = true;
            self.timeline.begin(Stage::Merge, self.elapsed());
            self.timeline.end(Stage::Encode, self.elapsed());
            self.encoders.iter_mut().for_each(Encoder::end);
            self.coordinator.ask(&CoordinatorRequest::Finish);
        }
        self.note_merging();
        None
    }

    /// What all encoders have done.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        let Some(plan) = &self.plan else {
            return totals;
        };
        totals.units.1 = u64::from(plan.units());
        for encoder in &self.encoders {
            for progress in [&encoder.done, &encoder.current] {
                totals.units.0 += u64::from(progress.units);
                totals.types += progress.types;
                totals.btf_bytes += progress.btf_bytes;
                totals.dwarf_bytes += progress.dwarf_bytes;
            }
        }
        let span = self.timeline.span(Stage::Encode);
        let spent = span.start.map_or(0.0, |start| {
            span.end.unwrap_or_else(|| self.elapsed()) - start
        });
        totals.dwarf_speed = if spent > 0.0 {
            totals.dwarf_bytes as f64 / spent
        } else {
            0.0
        };
        totals
    }

    fn note_encoding(&mut self) {
        let Some(plan) = self.plan.clone() else {
            return;
        };
        let totals = self.totals();
        let share = match plan.input.debug_info_bytes {
            0 => totals.units.0 as f64 / totals.units.1.max(1) as f64,
            bytes => totals.dwarf_bytes as f64 / bytes as f64,
        };
        self.timeline.progress(Stage::Encode, share);
    }

    fn note_merging(&mut self) {
        let shards = self
            .plan
            .as_ref()
            .map_or(0, |plan| plan.shards.len() as u32)
            .max(self.sent);
        if shards > 0 && self.merged > 0 {
            self.timeline
                .progress(Stage::Merge, f64::from(self.merged) / f64::from(shards));
        }
    }

    fn death(&self, who: &str, death: &Death, memory: f64, stage: &str) -> Failure {
        if let Death::Defect(cause) = death {
            return defect(cause);
        }
        let cause = death.with_memory(memory);
        let full = is_full(memory) || death.is_out_of_memory();
        let advice = match full {
            true => {
                "A browser gives a worker 4 GB at most. Close other tabs and try again with ?workers=1 in this page's address, or use the command: btfscope encode."
            }
            false => "Try again. If it happens again, please report it with the details below.",
        };
        Failure {
            title: if full {
                "Out of memory"
            } else {
                "A worker stopped"
            }
            .to_owned(),
            cause: format!("{who} stopped in stage “{stage}”: {cause}."),
            advice: advice.to_owned(),
            details: vec![
                ("Error".to_owned(), "page.worker-died".to_owned()),
                ("Stage".to_owned(), stage.to_owned()),
                (
                    "Memory of this worker".to_owned(),
                    bytes_text(memory as u64),
                ),
                (
                    "Memory of all workers".to_owned(),
                    bytes_text(self.memory.peak as u64),
                ),
            ],
            ..Failure::default()
        }
    }
}

fn plan_request(
    file: &File,
    (types, inline): (KernelTypes, bool),
    again: bool,
) -> CoordinatorRequest {
    CoordinatorRequest::Plan {
        file: file.clone(),
        options: Options {
            workers: worker_count(),
            kernel: types,
            features: Features {
                inline,
                ..Features::default()
            },
            budget: allowed(),
            ..Options::default()
        },
        again,
    }
}

fn failed(failure: Failure) -> Outcome {
    Outcome::Failed(Box::new(failure))
}

/// A failure that no input should cause.
fn defect(cause: &str) -> Failure {
    Failure {
        title: "Something went wrong inside btfscope".to_owned(),
        cause: format!("A worker failed: {cause}."),
        advice: "Reload the page and try again. If it happens again, please report it with the details below.".to_owned(),
        details: vec![("Error".to_owned(), "page.defect".to_owned())],
        ..Failure::default()
    }
}

/// How many encoders: as many as there are processors, or as the address says (`?workers=3`).
pub fn worker_count() -> u32 {
    let asked = parameter("workers").and_then(|text| text.parse::<u32>().ok());
    let processors = window().navigator().hardware_concurrency() as u32;
    asked.unwrap_or(processors).clamp(1, MOST_WORKERS)
}
