//! How a use case ended, as far as the permission rules go.

use tenantry_app::{Conflict, Denied, UseCaseError};

/// The three answers of the permission rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Not in view: 404.
    NotFound,
    /// In view, but not allowed: 403.
    Refused,
    /// Done.
    Allowed,
}

impl Verdict {
    /// The verdict in an outcome that is due to nothing else.
    pub fn of<T>(outcome: Result<T, UseCaseError>) -> Self {
        match outcome {
            Ok(_) => Self::Allowed,
            Err(UseCaseError::Denied(Denied::NotFound)) => Self::NotFound,
            Err(UseCaseError::Denied(_)) => Self::Refused,
            Err(error) => panic!("neither allowed nor refused: {error}"),
        }
    }
}

/// Why the permission rules said no.
pub fn denied<T>(outcome: Result<T, UseCaseError>) -> Denied {
    match outcome {
        Err(UseCaseError::Denied(denied)) => denied,
        Err(error) => panic!("not refused: {error}"),
        Ok(_) => panic!("not refused, but done"),
    }
}

/// The contradiction with what exists.
pub fn conflict<T>(outcome: Result<T, UseCaseError>) -> Conflict {
    match outcome {
        Err(UseCaseError::Conflict(conflict)) => conflict,
        Err(error) => panic!("no conflict: {error}"),
        Ok(_) => panic!("no conflict, but done"),
    }
}
