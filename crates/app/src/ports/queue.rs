//! What the work queues share.

use jiff::Timestamp;

/// The latest instants there can be in a queue by a clock that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// When what was never tried is due.
    pub first_try: Timestamp,
    /// When what was tried is due again.
    pub retry: Timestamp,
    /// When a lease ends.
    pub lease: Timestamp,
}
