//! Connected services.

use async_trait::async_trait;
use thiserror::Error;

use super::UserRecord;

/// Tells a connected service about a user. Called at least once for each job, so it must bear repetition.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Makes the service know the user as given.
    ///
    /// # Errors
    /// [`ConnectorError`]; the job is tried again later.
    async fn provision(&self, user: &UserRecord) -> Result<(), ConnectorError>;
}

/// The service could not be told. The text is for the administrator.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ConnectorError(pub String);
