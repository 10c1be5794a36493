//! The allocator of both commands: when the system has no more memory, it ends the process with a sentence and an exit
//! code of its own. The standard library would end it by a signal.
//!
//! This includes allocations for which an error could be returned (`try_reserve`): the job is over in either case, and
//! a unit that is left out for want of memory would make the result depend on the machine.

use crate::{failure, memory, unfinished};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::fmt;
use std::io::{Cursor, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The exit code of a command that ran out of memory. No other end has it: 1 and 2 are answers of `diff`.
pub const EXIT_CODE: u8 = 102;

/// An allocator that never returns a null pointer: it ends the process instead.
#[derive(Debug)]
pub struct EndsWhenExhausted<A>(pub A);

// SAFETY: every call is passed on with its arguments to an allocator that keeps the contract, and its result is returned unless
// the process ends.
#[allow(unsafe_code, reason = "an allocator is unsafe to implement")]
unsafe impl<A: GlobalAlloc> GlobalAlloc for EndsWhenExhausted<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`.
        present(unsafe { self.0.alloc(layout) }, layout.size())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        present(unsafe { self.0.alloc_zeroed(layout) }, layout.size())
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `realloc`.
        present(unsafe { self.0.realloc(block, layout, size) }, size)
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { self.0.dealloc(block, layout) }
    }
}

#[inline(always)]
fn present(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() {
        end(Want::Bytes(size));
    }
    block
}

/// What there was no memory for.
#[derive(Clone, Copy, Debug)]
pub enum Want {
    /// This many bytes.
    Bytes(usize),
    /// Another thread, with its stack.
    Thread,
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Want::Thread => f.write_str("another thread"),
            Want::Bytes(bytes @ ..1024) => write!(f, "another {bytes} bytes"),
            Want::Bytes(bytes @ ..0x10_0000) => {
                write!(f, "another {} KiB", bytes.div_ceil(1 << 10))
            }
            Want::Bytes(bytes) => write!(f, "another {} MiB", bytes.div_ceil(1 << 20)),
        }
    }
}

/// Says that memory ran out, removes unfinished files, and ends the process. Nothing here needs memory, save for the removal of a file
/// with a very long path, which comes last.
#[cold]
#[inline(never)]
pub fn end(want: Want) -> ! {
    static ENDING: AtomicBool = AtomicBool::new(false);
    thread_local! {
        /// Whether this thread is the one that ends the process.
        static HERE: Cell<bool> = const { Cell::new(false) };
    }
    if !HERE.get() && ENDING.swap(true, Ordering::AcqRel) {
        // Another thread says it.
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    }
    if !HERE.replace(true) {
        say(want);
        unfinished::remove_all();
    }
    exit()
}

fn say(want: Want) {
    let mut line = Cursor::new([0_u8; 512]);
    // A progress line may be half drawn.
    let clear = match std::io::stderr().is_terminal() {
        true => "\r\x1b[K",
        false => "",
    };
    let fewer = match memory::threads() {
        ..=1 => "",
        _ => "use fewer threads (-j1), ",
    };
    let _too_long = writeln!(
        line,
        "{clear}{}: memory ran out: the system refused {want}; {fewer}raise the limit if there is one (ulimit -v), or use \
         a machine with more memory",
        failure::name()
    );
    let len = usize::try_from(line.position()).unwrap_or_default();
    let line = line.into_inner();
    write_to_stderr(line.get(..len).unwrap_or_default());
}

/// Without the lock of standard error, which a thread that waits forever in [`end`] may hold.
#[cfg(unix)]
fn write_to_stderr(line: &[u8]) {
    use std::os::fd::AsFd;
    if let Ok(stderr) = std::io::stderr().as_fd().try_clone_to_owned() {
        let _closed = std::fs::File::from(stderr).write_all(line);
    }
}

#[cfg(not(unix))]
fn write_to_stderr(line: &[u8]) {
    let _closed = std::io::stderr().write_all(line);
}

/// Without what a usual exit runs, which may need memory.
#[cfg(unix)]
fn exit() -> ! {
    signal_hook::low_level::exit(EXIT_CODE.into())
}

#[cfg(not(unix))]
fn exit() -> ! {
    std::process::exit(EXIT_CODE.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_told_in_a_unit_that_fits() {
        for (bytes, told) in [
            (24, "another 24 bytes"),
            (1025, "another 2 KiB"),
            (1_310_883_840, "another 1251 MiB"),
        ] {
            assert_eq!(Want::Bytes(bytes).to_string(), told);
        }
    }
}
