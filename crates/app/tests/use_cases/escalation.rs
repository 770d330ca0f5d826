//! Nobody gives, or lays hands on, more than they hold: every operation that touches another user, in every constellation,
//! against a model that knows nothing but sets.

mod creating;
mod last_administrator;
pub mod model;
pub mod operations;
mod others;
mod own_account;
mod replayed;
