use std::collections::BTreeSet;

use async_trait::async_trait;
use uuid::Uuid;

use super::{MemoryStorage, state::State};
use crate::{
    ports::{AuditChain, AuditSeal, Checkpoint, MarkedEntry, StorageError, StoredAuditEntry},
    testing::FakeAuditKey,
};

impl State {
    /// By id.
    fn marked_entries(&self) -> Vec<MarkedEntry> {
        let mut entries: Vec<StoredAuditEntry> = self.audit.iter().map(|entry| (&**entry).into()).collect();
        entries.sort_by_key(|entry| entry.id);
        entries
            .into_iter()
            .map(|entry| MarkedEntry { mark: Some(entry.mark(&FakeAuditKey).0.to_vec()), entry })
            .collect()
    }

    pub(super) fn unsealed(&self) -> Vec<MarkedEntry> {
        let sealed: BTreeSet<Uuid> =
            self.seals.iter().flat_map(|seal| seal.members.iter().map(|(id, _)| *id)).collect();
        self.marked_entries().into_iter().filter(|marked| !sealed.contains(&marked.entry.id)).collect()
    }
}

fn page(entries: Vec<MarkedEntry>, after: Option<Uuid>, limit: u32) -> impl Iterator<Item = MarkedEntry> {
    let rest = entries.into_iter().filter(move |marked| after.is_none_or(|after| marked.entry.id > after));
    rest.take(limit as usize)
}

#[async_trait]
impl AuditChain for MemoryStorage {
    async fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StorageError> {
        Ok(self.committed().seals.last().map(AuditSeal::checkpoint))
    }

    async fn list_unsealed(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<MarkedEntry>, StorageError> {
        Ok(page(self.committed().unsealed(), after, limit).collect())
    }

    async fn append(&self, seal: &AuditSeal) -> Result<bool, StorageError> {
        // A unit of work that is open now would write what it read before the seal.
        let _turn = self.shared.turn.lock().await;
        let is_next = self.committed().seals.len() as u64 + 1 == seal.number;
        if is_next {
            self.edit(|state| state.seals.push(seal.clone()));
        }
        Ok(is_next)
    }

    async fn list_seals(&self, after: u64, limit: u32) -> Result<Vec<AuditSeal>, StorageError> {
        let state = self.committed();
        Ok(state.seals.iter().filter(|seal| seal.number > after).take(limit as usize).cloned().collect())
    }

    async fn list_waiting(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Uuid>, StorageError> {
        Ok(page(self.committed().unsealed(), after, limit).map(|marked| marked.entry.id).collect())
    }

    async fn list_entries(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<(Uuid, bool)>, StorageError> {
        Ok(page(self.committed().marked_entries(), after, limit).map(|marked| (marked.entry.id, true)).collect())
    }

    async fn find_entries(&self, ids: &[Uuid]) -> Result<Vec<MarkedEntry>, StorageError> {
        let entries = self.committed().marked_entries();
        Ok(entries.into_iter().filter(|marked| ids.contains(&marked.entry.id)).collect())
    }
}
