use std::sync::Arc;

use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::backend::{ContractBackend, World, until_settled};
use crate::{
    ports::{FailureRecord, Storage, StorageError},
    testing::samples::instant,
};

const KEY: &str = "login:avery@tailspin.example";

async fn fail(w: &World, key: &str, at: i64, window: Option<i64>) {
    let uow = w.begin().await;
    uow.sign_in_attempts().add_failure(key, instant(at), window.map(SignedDuration::from_secs)).await.unwrap();
    uow.commit().await.unwrap();
}

async fn record(w: &World, key: &str) -> FailureRecord {
    w.begin().await.sign_in_attempts().find(key).await.unwrap()
}

fn failures(failures: u32, first_at: i64, last_at: i64) -> FailureRecord {
    FailureRecord { failures, first_at: Some(instant(first_at)), last_at: Some(instant(last_at)) }
}

pub async fn failures_are_counted_by_key_until_cleared(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_eq!(record(&w, KEY).await, FailureRecord::default());
    fail(&w, KEY, 1, None).await;
    fail(&w, KEY, 5, None).await;
    fail(&w, "address:203.0.113.7", 9, None).await;
    assert_eq!(record(&w, KEY).await, failures(2, 1, 5));
    let uow = w.begin().await;
    uow.sign_in_attempts().clear(KEY).await.unwrap();
    uow.sign_in_attempts().clear("login:nobody").await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(record(&w, KEY).await, FailureRecord::default());
    assert_eq!(record(&w, "address:203.0.113.7").await, failures(1, 9, 9));
    fail(&w, KEY, 20, None).await;
    assert_eq!(record(&w, KEY).await, failures(1, 20, 20));
}

pub async fn counting_begins_anew_with_a_new_window(backend: ContractBackend) {
    let w = World::new(backend).await;
    fail(&w, KEY, 10, Some(10)).await;
    fail(&w, KEY, 20, Some(10)).await;
    assert_eq!(record(&w, KEY).await, failures(2, 10, 20));
    fail(&w, KEY, 30, Some(19)).await;
    assert_eq!(record(&w, KEY).await, failures(1, 30, 30));
    // Where the clock was set back.
    fail(&w, KEY, 20, Some(10)).await;
    assert_eq!(record(&w, KEY).await, failures(2, 30, 20));
    fail(&w, KEY, 19, Some(10)).await;
    assert_eq!(record(&w, KEY).await, failures(1, 19, 19));
}

pub async fn sweep_forgets_old_failures(backend: ContractBackend) {
    let w = World::new(backend).await;
    fail(&w, "old", 5, None).await;
    fail(&w, "going on", 5, None).await;
    fail(&w, "going on", 15, None).await;
    let uow = w.begin().await;
    uow.sign_in_attempts().sweep(instant(10)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(record(&w, "old").await, FailureRecord::default());
    assert_eq!(record(&w, "going on").await, failures(2, 5, 15));
}

async fn add(storage: &dyn Storage) -> Result<(), StorageError> {
    let uow = storage.begin().await?;
    uow.sign_in_attempts().add_failure(KEY, instant(1), None).await?;
    uow.commit().await
}

pub async fn no_failure_of_many_at_once_is_lost(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut attempts = JoinSet::new();
    for _ in 0..20 {
        let storage = Arc::clone(&w.backend.storage);
        attempts.spawn(async move { until_settled(|| add(&*storage)).await });
    }
    attempts.join_all().await;
    assert_eq!(record(&w, KEY).await, failures(20, 1, 1));
}
