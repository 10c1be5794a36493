//! How much memory this process has taken at most.

/// Peak resident memory in bytes (`VmHWM`); `None` where the system does not tell.
pub fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    field(&status, "VmHWM:")
}

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
