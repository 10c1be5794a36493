//! Workers that are started while the user chooses a file, so that a job need not wait for them.

use super::Engine;
use super::job::worker_count;
use super::worker::{EngineWorker, Events, RunningWorker, WorkerEvent, WorkerId};
use protocol::death::Death;
use protocol::engine::Role;
use protocol::files::GivenFile;

/// Workers that run and have no role yet. Dropping it ends them.
#[derive(Default)]
pub struct Standby(Vec<RunningWorker>);

impl Standby {
    /// Starts as many as a job takes: its encoders and a coordinator. Fewer, or none, serve too.
    pub fn start(engine: &Engine, events: &Events) -> Standby {
        let workers = (0..=worker_count())
            .map_while(|_| RunningWorker::start(WorkerId::next(), engine, events).ok());
        Standby(workers.collect())
    }

    /// Takes what a worker did; whether it is one of these. One that died is of no use to a job.
    pub fn on_event(&mut self, id: WorkerId, event: &WorkerEvent) -> bool {
        let Some(at) = self.0.iter().position(|worker| worker.id == id) else {
            return false;
        };
        if let WorkerEvent::Died(_) = event {
            self.0.remove(at);
        }
        true
    }

    /// One of them in a role, told of the files beside its input; a new one where none is left.
    pub fn take<R: Role>(
        &mut self,
        engine: &Engine,
        events: &Events,
        companions: &[GivenFile],
    ) -> Result<EngineWorker<R>, Death> {
        match self.0.pop() {
            Some(worker) => Ok(EngineWorker::of(worker, companions)),
            None => EngineWorker::start(engine, events, companions),
        }
    }
}
