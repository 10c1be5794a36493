//! Memory without bound is a finding: an allocator that ends the program beyond a limit.
//!
//! libFuzzer's own limits need a sanitizer, or see what the system gave long ago. This one sees every allocation of
//! Rust as it is made.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes of one allocation.
const ONE: usize = 400 << 20;
/// Bytes of all allocations at once.
const ALL: usize = 900 << 20;

/// The system's allocator within limits.
struct Limited;

#[global_allocator]
static ALLOCATOR: Limited = Limited;

/// Bytes that are allocated now.
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator as it is; the counter is no part of it.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size(), layout.size());
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size(), layout.size());
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        match size.checked_sub(layout.size()) {
            Some(more) => add(size, more),
            None => drop(ALLOCATED.fetch_sub(layout.size() - size, Relaxed)),
        }
        // SAFETY: the caller's promises are the same.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Counts `more` bytes, which make an allocation of `whole` bytes.
fn add(whole: usize, more: usize) {
    let all = ALLOCATED.fetch_add(more, Relaxed) + more;
    if whole > ONE {
        end("finding: one allocation of more than 400 MiB\n");
    }
    if all > ALL {
        end("finding: allocations of more than 900 MiB\n");
    }
}

/// Ends the program with a sentence, without allocating anything.
pub(crate) fn end(sentence: &str) -> ! {
    // SAFETY: pointer and length are those of the sentence; the signal is libFuzzer's to catch.
    unsafe {
        libc::write(2, sentence.as_ptr().cast(), sentence.len());
        libc::abort()
    }
}
