//! A stack that overflows is a finding with an input: the handlers of libFuzzer get a stack of their own.

use std::ptr;
use std::sync::Once;

/// Bytes of that stack.
const SIZE: usize = 256 << 10;

/// Puts libFuzzer's handlers of bad accesses on an alternate stack, once.
pub fn report_overflows() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the mapping is fresh and never unmapped; `sigaction` is all numbers and pointers, for which zeroes are
        // valid; the handlers stay those that are installed.
        unsafe {
            let (read_write, private) = (
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            );
            let memory = libc::mmap(ptr::null_mut(), SIZE, read_write, private, -1, 0);
            if memory == libc::MAP_FAILED {
                return;
            }
            let stack = libc::stack_t {
                ss_sp: memory,
                ss_flags: 0,
                ss_size: SIZE,
            };
            libc::sigaltstack(&stack, ptr::null_mut());
            for signal in [libc::SIGSEGV, libc::SIGBUS] {
                let mut action: libc::sigaction = std::mem::zeroed();
                libc::sigaction(signal, ptr::null(), &mut action);
                action.sa_flags |= libc::SA_ONSTACK;
                libc::sigaction(signal, &action, ptr::null_mut());
            }
        }
    });
}
