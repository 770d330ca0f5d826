//! How much memory something takes, counted where it is asked for.

#![expect(unsafe_code, reason = "an allocator cannot be written without")]

use std::{
    alloc::{GlobalAlloc, Layout},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
};

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static GIVEN: AtomicUsize = AtomicUsize::new(0);
static TAKEN_BACK: AtomicUsize = AtomicUsize::new(0);

/// What `make` returns, and the bytes it holds on the heap: those asked for, without what an allocator adds.
pub fn measured<T>(make: impl FnOnce() -> T) -> (T, usize) {
    GIVEN.store(0, Relaxed);
    TAKEN_BACK.store(0, Relaxed);
    COUNTS.store(true, Relaxed);
    let value = make();
    COUNTS.store(false, Relaxed);
    (value, GIVEN.load(Relaxed).saturating_sub(TAKEN_BACK.load(Relaxed)))
}

/// The allocator of the product, so that engines that allocate while deciding have a fast one too. It counts only while
/// something is built: counting costs as much as a small allocation itself.
struct Counting;

// SAFETY: every block comes from mimalloc and goes back to it, with the layout it was asked for; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            GIVEN.fetch_add(layout.size(), Relaxed);
        }
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            GIVEN.fetch_add(layout.size(), Relaxed);
        }
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            GIVEN.fetch_add(new_size, Relaxed);
            TAKEN_BACK.fetch_add(layout.size(), Relaxed);
        }
        unsafe { MiMalloc.realloc(block, layout, new_size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            TAKEN_BACK.fetch_add(layout.size(), Relaxed);
        }
        unsafe { MiMalloc.dealloc(block, layout) }
    }
}
