use std::sync::Arc;

use tenantry_domain::{UserId, permission::BuiltInRole};
use tokio::task::JoinSet;

use super::backend::{ContractBackend, World, until_settled};
use crate::{
    ports::{IdempotencyRecord, Storage, StorageError},
    testing::samples::instant,
};

async fn claim(
    storage: &dyn Storage,
    actor: UserId,
    key: &str,
    created: UserId,
    at: i64,
) -> Result<bool, StorageError> {
    let record = IdempotencyRecord { request_hash: "ab".repeat(32), created_user_id: created };
    let uow = storage.begin().await?;
    let claimed = uow.idempotency().insert(actor, key, &record, instant(at)).await?;
    uow.commit().await?;
    Ok(claimed)
}

async fn find(w: &World, actor: UserId, key: &str) -> Option<UserId> {
    let record = w.begin().await.idempotency().find(actor, key).await.unwrap()?;
    assert_eq!(record.request_hash, "ab".repeat(32));
    Some(record.created_user_id)
}

pub async fn key_is_claimed_once_by_each_actor(backend: ContractBackend) {
    let w = World::new(backend).await;
    let avery = w.user(&w.customer, "avery", BuiltInRole::User).await.id;
    let blake = w.user(&w.customer, "blake", BuiltInRole::User).await.id;
    let storage = &*w.backend.storage;
    assert_eq!(find(&w, avery, "key").await, None);
    assert!(claim(storage, avery, "key", avery, 0).await.unwrap());
    assert!(!claim(storage, avery, "key", blake, 1).await.unwrap());
    assert!(claim(storage, blake, "key", blake, 1).await.unwrap());
    assert!(claim(storage, avery, "KEY", blake, 1).await.unwrap());
    assert_eq!(find(&w, avery, "key").await, Some(avery));
    assert_eq!(find(&w, blake, "key").await, Some(blake));
}

pub async fn key_claimed_by_many_at_once_is_claimed_by_one(backend: ContractBackend) {
    let w = World::new(backend).await;
    let actor = w.user(&w.customer, "avery", BuiltInRole::User).await.id;
    let mut attempts = JoinSet::new();
    for _ in 0..10 {
        let storage = Arc::clone(&w.backend.storage);
        attempts.spawn(async move { until_settled(|| claim(&*storage, actor, "key", actor, 0)).await });
    }
    assert_eq!(attempts.join_all().await.into_iter().filter(|claimed| *claimed).count(), 1);
}

pub async fn sweep_forgets_old_keys(backend: ContractBackend) {
    let w = World::new(backend).await;
    let actor = w.user(&w.customer, "avery", BuiltInRole::User).await.id;
    let storage = &*w.backend.storage;
    assert!(claim(storage, actor, "old", actor, 9).await.unwrap());
    assert!(claim(storage, actor, "new", actor, 11).await.unwrap());
    let uow = w.begin().await;
    uow.idempotency().sweep(instant(10)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(find(&w, actor, "old").await, None);
    assert_eq!(find(&w, actor, "new").await, Some(actor));
    assert!(claim(storage, actor, "old", actor, 12).await.unwrap());
}
