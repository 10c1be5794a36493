//! What all programs have in common: limits of memory and of time, and a stack for the report of an overflow.

mod limits;
#[cfg(feature = "peers")]
pub mod peers;
mod stack;
mod time;

pub use stack::report_overflows;

/// The program of one target: `fuzz::program!("elf");`.
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            $crate::report_overflows();
            $crate::run($name, data);
        });
    };
}

/// Runs a target on one input.
///
/// # Panics
///
/// If there is no such target, or it has a finding.
pub fn run(name: &str, data: &[u8]) {
    let target = fuzz_targets::find(name).expect("the table of targets has this name");
    if data.len() <= target.most_bytes {
        time::begin_input();
        (target.run)(data);
    }
}
