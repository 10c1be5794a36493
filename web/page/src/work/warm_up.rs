//! A worker that warms the engine up while the user chooses a file, and ends when one is given.

use super::Engine;
use super::worker::{EngineWorker, Events, WorkerEvent, WorkerId};
use crate::browser::now;
use protocol::death::Death;
use protocol::engine::{self, WarmUpRequest, WarmUpResponse};
use web_sys::File;

/// Milliseconds after which no other round begins.
const LIMIT_MS: f64 = 700.0;

/// Warming up; dropping it ends it. A browser waits for what a worker is at before it ends it, so it is asked for
/// one short round at a time.
pub struct WarmUp {
    worker: EngineWorker<engine::WarmUp>,
    started: f64,
}

impl WarmUp {
    /// Starts it.
    pub fn start(engine: &Engine, sample: File, events: &Events) -> Result<WarmUp, Death> {
        let worker = EngineWorker::start(engine, events, &[])?;
        worker.ask(&WarmUpRequest::Begin { sample });
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
        match event.read::<engine::WarmUp>() {
            Ok(received) => match received.response {
                WarmUpResponse::Done if now() - self.started < LIMIT_MS => {
                    self.worker.ask(&WarmUpRequest::Again);
                    false
                }
                WarmUpResponse::Done | WarmUpResponse::Impossible => true,
            },
            Err(_) => true,
        }
    }
}
