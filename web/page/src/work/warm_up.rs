//! A worker that warms the engine up while the user chooses a file, and ends when one is given.

use super::Engine;
use super::worker::{WorkerEvent, WorkerHandle, WorkerId};
use crate::browser::now;
use protocol::engine::{Request, Response};
use web_sys::File;
use yew::Callback;

/// Milliseconds after which no other round begins.
const LIMIT_MS: f64 = 700.0;

/// Warming up; dropping it ends it. A browser waits for what a worker is at before it ends it, so it is asked for
/// one short round at a time.
pub struct WarmUp {
    worker: WorkerHandle,
    started: f64,
}

impl WarmUp {
    /// Starts it.
    pub fn start(
        engine: &Engine,
        sample: File,
        events: &Callback<(WorkerId, WorkerEvent)>,
    ) -> Result<WarmUp, String> {
        let worker = WorkerHandle::start_with(engine, events, &[])?;
        worker.ask(&Request::WarmUp { sample });
        Ok(WarmUp {
            worker,
            started: now(),
        })
    }

    /// Its worker.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Takes what its worker did; whether it is over.
    pub fn on_event(&mut self, event: WorkerEvent) -> bool {
        let response = match event {
            WorkerEvent::Said(envelope) => envelope.response,
            WorkerEvent::Died(_) => return true,
        };
        match response {
            Response::Warmer if now() - self.started < LIMIT_MS => {
                self.worker.ask(&Request::WarmUpAgain);
                false
            }
            _ => true,
        }
    }
}
