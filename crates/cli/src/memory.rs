//! The peak memory of this process, and how to keep it low.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads were announced.
static THREADS: AtomicUsize = AtomicUsize::new(1);

/// How many threads encode.
pub fn threads() -> usize {
    THREADS.load(Ordering::Relaxed)
}

/// Prepares for this many threads, before they are started.
pub fn expect_threads(threads: usize) {
    THREADS.store(threads, Ordering::Relaxed);
    limit_heaps(threads);
}

/// Peak resident memory in bytes (`VmHWM`); `None` if the system does not tell.
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    field(&status, "VmHWM:")
}

/// Limits the heaps to `threads`. glibc gives each thread one of its own, and the calling thread,
/// which mostly waits, another: a quarter more memory on a kernel, without being faster.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "there is no safe call for it")]
fn limit_heaps(threads: usize) {
    let most = std::ffi::c_int::try_from(threads.max(1)).unwrap_or(std::ffi::c_int::MAX);
    // SAFETY: `mallopt` takes two numbers and only changes settings of the allocator. If it refuses, everything
    // stays as it is.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, most) };
}

/// Other C libraries need no limit.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn limit_heaps(_threads: usize) {}

/// A field of `/proc/PID/status` that is given in kB, in bytes.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_found_and_in_bytes() {
        let status = "Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t   12 kB\nRssAnon:\t 8 kB\n";
        assert_eq!(field(status, "VmHWM:"), Some(12 * 1024));
        assert_eq!(field(status, "VmSwap:"), None);
        assert_eq!(field("VmHWM:\tmuch kB\n", "VmHWM:"), None);
    }
}
