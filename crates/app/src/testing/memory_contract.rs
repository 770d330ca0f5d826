//! The contract suite on [`MemoryStorage`](super::MemoryStorage).

use std::sync::Arc;

use super::{ContractBackend, MemoryStorage};

#[expect(clippy::unused_async, reason = "other storage takes its time to begin")]
async fn fresh() -> ContractBackend {
    let storage = MemoryStorage::new();
    let clone = || Arc::new(storage.clone());
    ContractBackend::new(clone(), clone(), clone(), clone())
}

crate::storage_contract_tests!(fresh);
