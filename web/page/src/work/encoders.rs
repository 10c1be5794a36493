//! One encoder of a job, and what it has done.

use super::worker::EngineWorker;
use pipeline::{Plan, Task};
use protocol::engine::{self, EncoderRequest, Progress};
use web_sys::File;

/// What an encoder is at.
#[derive(Debug, PartialEq)]
pub enum EncoderState {
    /// Reading what every unit needs.
    Opening,
    /// Waiting for a task.
    Idle,
    /// Encoding.
    Busy(Task),
    /// Ended, since there is nothing left to encode.
    Ended,
}

/// An encoder; a worker that died is replaced in its place.
pub struct Encoder {
    pub worker: EngineWorker<engine::Encoder>,
    /// What it is at.
    pub state: EncoderState,
    /// How far its task is.
    pub current: Progress,
    /// What its finished tasks add up to; `unit` is the one named last.
    pub done: Progress,
    /// Workers that died in this place.
    pub deaths: u32,
}

impl Encoder {
    /// A place with its first worker, which is told to open the file.
    pub fn new(worker: EngineWorker<engine::Encoder>, file: &File, plan: &Plan) -> Encoder {
        worker.ask(&EncoderRequest::Open {
            file: file.clone(),
            plan: Box::new(plan.clone()),
        });
        Encoder {
            worker,
            state: EncoderState::Opening,
            current: Progress::default(),
            done: Progress::default(),
            deaths: 0,
        }
    }

    /// Puts another worker in the place of a dead one.
    pub fn replace(&mut self, worker: EngineWorker<engine::Encoder>, file: &File, plan: &Plan) {
        let dead = std::mem::replace(self, Encoder::new(worker, file, plan));
        self.done = dead.done;
        self.deaths = dead.deaths + 1;
    }

    /// Hands out a task.
    pub fn start(&mut self, task: Task) {
        self.worker
            .ask(&EncoderRequest::Encode { task: task.clone() });
        self.state = EncoderState::Busy(task);
        self.current = Progress::default();
    }

    /// Takes a report on the current task.
    pub fn report(&mut self, progress: Progress) {
        if progress.unit.is_some() {
            self.done.unit.clone_from(&progress.unit);
        }
        self.current = progress;
    }

    /// Adds the current task to what is done.
    pub fn finish(&mut self, progress: Progress) {
        self.done.units += progress.units;
        self.done.types += progress.types;
        self.done.dwarf_bytes += progress.dwarf_bytes;
        self.done.btf_bytes += progress.btf_bytes;
        self.idle();
    }

    /// Waits for a task.
    pub fn idle(&mut self) {
        self.current = Progress::default();
        self.state = EncoderState::Idle;
    }

    /// Gives its memory back; what it has done stays to be shown.
    pub fn end(&mut self) {
        self.worker.stop();
        self.current = Progress::default();
        self.state = EncoderState::Ended;
    }

    /// How much of its current task is done, 0 to 1.
    pub fn task_share(&self) -> f64 {
        match &self.state {
            EncoderState::Busy(task) => {
                f64::from(self.current.units) / (task.units.len().max(1) as f64)
            }
            _ => 0.0,
        }
    }
}
