//! Looking names up in the DNS.

use async_trait::async_trait;
use thiserror::Error;

/// Looks names up in the DNS.
#[async_trait]
pub trait DomainResolver: Send + Sync {
    /// The TXT records of a name given as A-labels without a dot at its end, each as one text; none if there is no such name.
    /// Answers within some seconds.
    ///
    /// # Errors
    /// [`ResolverError`] if nobody can be asked, or nobody answers.
    async fn txt_records(&self, name: &str) -> Result<Vec<String>, ResolverError>;
}

/// The DNS could not be asked. The text is for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the DNS did not answer: {0}")]
pub struct ResolverError(pub String);
