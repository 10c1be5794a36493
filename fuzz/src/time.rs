//! Time without bound is a finding: a limit on the processor time of one input.
//!
//! libFuzzer's own limit is by the clock, so on a busy machine it takes inputs for findings that only had to wait.

use std::ptr;
use std::sync::Once;

/// Seconds of processor time that one input may take.
const SECONDS: libc::time_t = 20;

/// Gives the input that comes now its time.
pub fn begin_input() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: `sigaction` is all numbers and pointers, for which zeroes are valid; the handler makes only calls
        // that a handler may make.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = over as *const () as libc::sighandler_t;
            libc::sigaction(libc::SIGPROF, &action, ptr::null_mut());
        }
    });
    let time = |tv_sec| libc::timeval { tv_sec, tv_usec: 0 };
    let timer = libc::itimerval {
        it_interval: time(0),
        it_value: time(SECONDS),
    };
    // SAFETY: the timer is read before the call returns.
    unsafe { libc::setitimer(libc::ITIMER_PROF, &timer, ptr::null_mut()) };
}

/// The handler: a sentence, then the signal that libFuzzer keeps the input at.
extern "C" fn over(_signal: libc::c_int) {
    crate::limits::end("finding: one input took more than 20 s of processor time\n");
}
