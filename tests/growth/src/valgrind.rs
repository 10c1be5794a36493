//! How many blocks of instructions this process has executed, as valgrind counts them.
//!
//! Under `valgrind --tool=none`, the scheduler counts each block of at most some sixty instructions that it enters. The
//! count depends on neither clock nor load, and costs a tenth of what callgrind costs.

use std::fs;
use std::path::Path;

/// The words of valgrind's statistics before and after the count.
const BEFORE: &str = "scheduler: ";
const AFTER: &str = " event checks.";

/// The blocks executed so far, from the log of `valgrind --log-file=LOG` in which this process runs.
///
/// # Errors
///
/// If the process does not run under valgrind, or its log cannot be read.
pub fn executed(log: &Path) -> Result<u64, String> {
    ask(b"v.info stats\0");
    let text = fs::read_to_string(log).map_err(|error| format!("{}: {error}", log.display()))?;
    let line = text.lines().rev().find_map(|line| line.strip_suffix(AFTER));
    let count = line.and_then(|line| line.rsplit_once(BEFORE));
    let count = count.map(|(_, count)| count.replace(',', ""));
    count
        .and_then(|count| count.parse().ok())
        .ok_or_else(|| format!("{} has no count: run it under valgrind", log.display()))
}

/// `VALGRIND_USERREQ__GDB_MONITOR_COMMAND`.
#[cfg(target_arch = "x86_64")]
const MONITOR_COMMAND: u64 = 0x1202;

/// Gives valgrind's core a monitor command. Outside valgrind it does nothing.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "valgrind is asked by instructions")]
fn ask(command: &'static [u8]) {
    let request = [MONITOR_COMMAND, command.as_ptr() as u64, 0, 0, 0, 0];
    // SAFETY: the instructions rotate a register by 128 bits in all, so that it keeps its value, and exchange a register with
    // itself. Valgrind takes them for a request, whose words rax points at, and writes its answer to rdx.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") request.as_ptr(),
            inout("rdx") 0_u64 => _,
            out("rdi") _,
        );
    }
}

/// Requests are other instructions on each machine; only those of x86-64 are known here.
#[cfg(not(target_arch = "x86_64"))]
fn ask(_command: &'static [u8]) {}
