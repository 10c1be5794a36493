//! A limit on work, whatever else the machine does.

use nix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// More than ten times what any hostile file takes, far less than quadratic work would.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `work` gives; it may take only so much of the processor.
pub fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = spent();
    let result = work();
    let taken = spent() - start;
    assert!(taken < PATIENCE, "took {taken:?} of the processor");
    result
}

/// What this thread had of the processor so far.
fn spent() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .expect("threads have clocks")
        .into()
}
