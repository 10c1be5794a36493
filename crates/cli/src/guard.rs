//! Panics become one line on standard error, or are caught if one unit's panic must not end the job.

use crate::allocator::{self, Want};
use crate::failure::say;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

thread_local! {
    /// Whether a panic on this thread is caught by [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// The message and place of the last panic that was caught on this thread.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Lets a panic print one line. The process still ends with exit code 101.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let text = describe(info);
        // The standard library panics when a new thread gets no stack for its signals.
        if text.starts_with("failed to allocate an alternative stack") {
            allocator::end(Want::Thread);
        }
        if GUARDED.get() {
            CAUGHT.set(Some(text));
        } else {
            say(&format!(
                "internal error: {text}; this is a defect of btfscope, please report it with the input file"
            ));
        }
    }));
}

/// Runs `work` and turns a panic into its description.
///
/// A defect in one of thousands of units must not cost the whole job: the caller throws away
/// what `work` changed (so asserting unwind safety is right) and leaves the unit out.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    result.map_err(|_payload| {
        let text = CAUGHT.take();
        text.unwrap_or_else(|| "a panic without a description".to_owned())
    })
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a text");
    match info.location() {
        Some(place) => format!("{text} ({}:{})", place.file(), place.line()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_text_and_place() {
        install_hook();
        let caught = guarded(|| {
            if std::env::args().count() > 0 {
                panic!("unit {} is odd", 7);
            }
        });
        let text = caught.expect_err("it panicked");
        assert!(text.starts_with("unit 7 is odd ("), "{text}");
        assert!(text.contains("guard.rs:"), "{text}");
        assert_eq!(guarded(|| 3), Ok(3));
    }
}
