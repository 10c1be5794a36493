//! Threads that take over pieces of work at the end of a job.

use pipeline::Join;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::Builder;

/// So many threads may run beside the calling one.
#[derive(Debug)]
pub struct Helpers {
    free: AtomicUsize,
}

impl Helpers {
    /// Helpers of a job on `threads` threads.
    pub fn of(threads: usize) -> Helpers {
        Helpers {
            free: AtomicUsize::new(threads.saturating_sub(1)),
        }
    }

    /// Takes a helper, if one is free.
    fn take(&self) -> bool {
        let one_less = |free: usize| free.checked_sub(1);
        self.free.fetch_update(Relaxed, Relaxed, one_less).is_ok()
    }
}

impl Join for Helpers {
    fn join(&self, first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
        if !self.take() {
            first();
            second();
            return;
        }
        std::thread::scope(|scope| {
            // Under a limit of threads there is none. What it should have done is done by who asked.
            let helper = Builder::new().spawn_scoped(scope, first);
            second();
            if let Ok(helper) = helper {
                helper.join().unwrap_or_else(|panic| resume_unwind(panic));
            }
        });
        self.free.fetch_add(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::{self, ThreadId};

    fn threads_of(helpers: &Helpers) -> [ThreadId; 4] {
        let own = thread::current().id();
        let ids = std::sync::Mutex::new([own; 4]);
        let note = |at: usize| ids.lock().unwrap()[at] = thread::current().id();
        helpers.join(
            &mut || helpers.join(&mut || note(0), &mut || note(1)),
            &mut || helpers.join(&mut || note(2), &mut || note(3)),
        );
        ids.into_inner().unwrap()
    }

    #[test]
    fn one_thread_does_all_and_more_share() {
        let own = thread::current().id();
        assert_eq!(threads_of(&Helpers::of(1)), [own; 4]);
        let of_four = threads_of(&Helpers::of(4));
        let others = of_four.iter().filter(|&&id| id != own).count();
        assert_eq!(others, 3, "{of_four:?}");
        // All are free again.
        let helpers = Helpers::of(2);
        for _ in 0..3 {
            assert!(threads_of(&helpers).iter().any(|&id| id != own));
        }
    }
}
