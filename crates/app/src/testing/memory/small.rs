//! The aggregates of a few lines each.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::UserId;

use super::{MemoryUnit, broken, state::StoredKey};
use crate::ports::{
    AuditEntry, AuditLog, Credential, CredentialRepository, FailureRecord, IdempotencyRecord, IdempotencyRepository,
    ImageRepository, SignInAttempts, StorageError, StoredImage,
};

#[async_trait]
impl CredentialRepository for MemoryUnit {
    async fn find(&self, user_id: UserId) -> Result<Option<Credential>, StorageError> {
        Ok(self.state().credentials.get(&user_id).cloned())
    }

    async fn put(&self, user_id: UserId, credential: &Credential) -> Result<(), StorageError> {
        let mut state = self.state();
        if !state.users.contains_key(&user_id) {
            return Err(broken("user"));
        }
        state.credentials.insert(user_id, credential.clone());
        Ok(())
    }
}

#[async_trait]
impl SignInAttempts for MemoryUnit {
    async fn find(&self, key: &str) -> Result<FailureRecord, StorageError> {
        Ok(self.state().attempts.get(key).copied().unwrap_or_default())
    }

    async fn add_failure(&self, key: &str, at: Timestamp, window: Option<SignedDuration>) -> Result<(), StorageError> {
        let mut state = self.state();
        let record = state.attempts.entry(key.to_owned()).or_default();
        if record.first_at.zip(window).is_some_and(|(first_at, window)| at.duration_since(first_at).abs() > window) {
            *record = FailureRecord::default();
        }
        record.failures += 1;
        record.first_at.get_or_insert(at);
        record.last_at = Some(at);
        Ok(())
    }

    async fn clear(&self, key: &str) -> Result<(), StorageError> {
        self.state().attempts.remove(key);
        Ok(())
    }

    async fn sweep(&self, before: Timestamp) -> Result<(), StorageError> {
        self.state().attempts.retain(|_, record| record.last_at.is_some_and(|last_at| last_at >= before));
        Ok(())
    }
}

#[async_trait]
impl ImageRepository for MemoryUnit {
    async fn put(&self, image: &StoredImage) -> Result<(), StorageError> {
        self.state().images.entry(image.hash.clone()).or_insert_with(|| image.clone());
        Ok(())
    }

    async fn remove_unused(&self, hash: &str) -> Result<(), StorageError> {
        self.state().remove_unused_image(hash);
        Ok(())
    }
}

#[async_trait]
impl IdempotencyRepository for MemoryUnit {
    async fn find(&self, actor: UserId, key: &str) -> Result<Option<IdempotencyRecord>, StorageError> {
        Ok(self.state().idempotency.get(&(actor, key.to_owned())).map(|stored| stored.record.clone()))
    }

    async fn insert(
        &self,
        actor: UserId,
        key: &str,
        record: &IdempotencyRecord,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let mut state = self.state();
        let key = (actor, key.to_owned());
        if state.idempotency.contains_key(&key) {
            return Ok(false);
        }
        state.idempotency.insert(key, StoredKey { record: record.clone(), at });
        Ok(true)
    }

    async fn sweep(&self, before: Timestamp) -> Result<(), StorageError> {
        self.state().idempotency.retain(|_, stored| stored.at >= before);
        Ok(())
    }
}

#[async_trait]
impl AuditLog for MemoryUnit {
    async fn append(&self, entry: &AuditEntry) -> Result<(), StorageError> {
        self.state().audit.push(Arc::new(entry.clone()));
        Ok(())
    }
}
