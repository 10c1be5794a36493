//! Workers that say nothing any more.

use super::worker::WorkerEvent;

/// Ticks of the page's clock (4 a second) without a word after which a worker counts as dead. Ticks,
/// not seconds: a computer that slept has not kept anyone waiting.
const MOST_TICKS: u32 = 600;

/// For how long a worker has been quiet.
#[derive(Debug, Default)]
pub struct Quiet(u32);

impl Quiet {
    /// It said something, or there is nothing that it could say.
    pub fn heard(&mut self) {
        self.0 = 0;
    }

    /// Counts a tick; whether it has been quiet for too long.
    pub fn tick(&mut self) -> bool {
        self.0 += 1;
        self.0 > MOST_TICKS
    }
}

/// The end of a worker that was quiet for too long.
pub fn no_answer() -> WorkerEvent {
    WorkerEvent::Died("the worker did not answer any more".to_owned())
}
