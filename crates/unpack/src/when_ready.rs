//! Work that may wait for blocks that are decompressed elsewhere, done at once where nothing waits.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Does work whose pool, if it has one, waits by itself.
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}
