//! The targets as a WebAssembly module without JavaScript of its own; `tests/fuzz/replay.mjs` calls it.
//!
//! The caller asks for room, writes an input there, and calls a target by its number in the table. A panic ends in a trap;
//! its text stays in memory.

use std::sync::Mutex;

use fuzz_targets::TARGETS;

/// What the caller writes, and what a panic says.
static INPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Bytes for an input.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    let mut input = INPUT.lock().expect("no other caller is here");
    *input = vec![0; bytes];
    input.as_mut_ptr()
}

/// Runs a target on the input. A number beyond the table is a panic too.
#[unsafe(no_mangle)]
pub extern "C" fn run(target: usize) {
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(mut text) = PANIC.lock() {
            *text = panic.to_string();
        }
    }));
    let input = std::mem::take(&mut *INPUT.lock().expect("no other caller is here"));
    (TARGETS[target].run)(&input);
}

/// Never returns, so that the caller can show that it notices.
#[unsafe(no_mangle)]
pub extern "C" fn run_without_end() {
    let mut turns = 0_u32;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

/// The number of targets.
#[unsafe(no_mangle)]
pub extern "C" fn targets() -> usize {
    TARGETS.len()
}

/// The name of a target, up to its length.
#[unsafe(no_mangle)]
pub extern "C" fn name(target: usize) -> *const u8 {
    TARGETS[target].name.as_ptr()
}

/// Bytes of the name of a target.
#[unsafe(no_mangle)]
pub extern "C" fn name_length(target: usize) -> usize {
    TARGETS[target].name.len()
}

/// What the last panic said, up to its length.
#[unsafe(no_mangle)]
pub extern "C" fn panic_text() -> *const u8 {
    PANIC.lock().map_or(std::ptr::null(), |text| text.as_ptr())
}

/// Bytes of what the last panic said.
#[unsafe(no_mangle)]
pub extern "C" fn panic_length() -> usize {
    PANIC.lock().map_or(0, |text| text.len())
}
