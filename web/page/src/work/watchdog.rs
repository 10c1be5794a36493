//! Workers that do not answer any more.

use super::worker::WorkerEvent;
use protocol::death::Death;

/// Ticks of the page's clock (4 a second) without a word after which a worker counts as dead. Ticks,
/// not seconds: a computer that slept has not kept anyone waiting.
const MOST_TICKS: u32 = 600;

/// For how many ticks a worker has not answered.
#[derive(Debug, Default)]
pub struct Watchdog(u32);

impl Watchdog {
    /// The worker answered, or has nothing to answer.
    pub fn heard(&mut self) {
        self.0 = 0;
    }

    /// Counts a tick; whether the worker has been silent for too long.
    pub fn tick(&mut self) -> bool {
        self.0 += 1;
        self.0 > MOST_TICKS
    }
}

/// The end of a worker that was silent for too long.
pub fn no_answer() -> WorkerEvent {
    WorkerEvent::Died(Death::NoAnswer)
}
