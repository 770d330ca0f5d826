//! How much is done, what it came to, and how long it took.

use std::{env, thread, time::Duration};

use tokio::time::Instant;

/// The quick amount, unless all of it is asked for.
pub fn amount(quick: u32, full: u32) -> u32 {
    if is_full() { full } else { quick }
}

pub fn is_full() -> bool {
    variable("TENANTRY_FAULTS").is_some_and(|value| value == "full")
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// What the test run provides; without it there is no test.
pub fn required(name: &str) -> String {
    variable(name).unwrap_or_else(|| panic!("this test needs {name}: run `cargo xtask test` or `cargo xtask faults`"))
}

/// The one line of a fault that `cargo xtask faults` makes a row of its table of.
pub fn tell(fault: &str, done: &str, figures: &str) {
    println!("fault: {fault} | {done} | {figures}");
}

/// Waits until `is_so`; how long that took.
pub fn wait(what: &str, bound: Duration, mut is_so: impl FnMut() -> bool) -> Duration {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < bound, "in {bound:?} not: {what}");
        thread::sleep(Duration::from_millis(20));
    }
    since.elapsed()
}

/// Different in each call, from 0 to `below`: when a fault strikes is left to chance.
pub fn chance(below: u64) -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    RandomState::new().build_hasher().finish() % below
}
