//! What is called at the same time.

use super::model::{HOME, ROOT};

#[derive(Debug, Clone)]
pub struct Call {
    /// Whether somebody calls who holds everything below one account, not everything everywhere.
    pub is_delegate: bool,
    pub change: Change,
}

#[derive(Debug, Clone)]
pub enum Change {
    Move {
        account: String,
        parent: String,
    },
    Suspend(String),
    /// With everything below.
    Remove(String),
    Create {
        parent: String,
        name: String,
    },
    /// Somebody who is outside gets a role there.
    Give(String),
}

impl Call {
    pub const fn home(&self) -> &'static str {
        if self.is_delegate { HOME } else { ROOT }
    }
}
