//! Workers that are started while the user chooses a file, so that a job need not wait for them.

use super::Engine;
use super::job::worker_count;
use super::worker::{WorkerEvent, WorkerHandle, WorkerId};
use protocol::files::GivenFile;
use yew::Callback;

/// Workers that run and have been asked nothing. Dropping it ends them.
#[derive(Default)]
pub struct Standby(Vec<WorkerHandle>);

impl Standby {
    /// Starts as many as a job takes: its encoders and a coordinator. Fewer, or none, serve too.
    pub fn start(engine: &Engine, events: &Callback<(WorkerId, WorkerEvent)>) -> Standby {
        let workers =
            (0..=worker_count()).map_while(|_| WorkerHandle::start_with(engine, events, &[]).ok());
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

    /// One of them, told of the files beside its input; a new one where none is left.
    pub fn take(
        &mut self,
        engine: &Engine,
        events: &Callback<(WorkerId, WorkerEvent)>,
        companions: &[GivenFile],
    ) -> Result<WorkerHandle, String> {
        let Some(worker) = self.0.pop() else {
            return WorkerHandle::start_with(engine, events, companions);
        };
        if !companions.is_empty() {
            worker.tell(companions);
        }
        Ok(worker)
    }
}
