//! How a use case ended.

use tenantry_app::{Denied, UseCaseError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Not in view: 404.
    NotFound,
    /// In view, but not allowed: 403.
    Refused,
    /// Allowed, but it contradicts what exists: 409.
    Conflict,
    /// It names what is not in view: 422.
    Invalid,
    /// The person is none any more who may act.
    NotSignedIn,
    /// Done.
    Allowed,
}

impl Verdict {
    pub fn of<T>(outcome: &Result<T, UseCaseError>) -> Self {
        match outcome {
            Ok(_) => Self::Allowed,
            Err(UseCaseError::Denied(Denied::NotFound)) => Self::NotFound,
            Err(UseCaseError::Denied(_)) => Self::Refused,
            Err(UseCaseError::Conflict(_)) => Self::Conflict,
            Err(UseCaseError::Invalid(_)) => Self::Invalid,
            Err(UseCaseError::NotSignedIn) => Self::NotSignedIn,
            Err(error) => panic!("{error}"),
        }
    }
}
