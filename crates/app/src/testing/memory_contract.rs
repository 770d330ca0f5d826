//! The contract suite on [`MemoryStorage`](super::MemoryStorage).

use std::sync::Arc;

use super::{ContractBackend, MemoryStorage};

#[expect(clippy::unused_async, reason = "other storage takes its time to begin")]
async fn fresh() -> ContractBackend {
    let storage = MemoryStorage::new();
    ContractBackend::new(Arc::new(storage.clone()), Arc::new(storage.clone()), Arc::new(storage))
}

crate::storage_contract_tests!(fresh);
