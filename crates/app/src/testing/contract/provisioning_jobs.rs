use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::SignedDuration;
use tenantry_domain::{ProvisioningJobId, permission::BuiltInRole, user::User};
use tokio::task::JoinSet;

use super::backend::{ContractBackend, World, until_settled};
use crate::{
    ports::{ClaimedJob, Latest, Storage, StorageError},
    testing::samples::instant,
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn user(w: &World, local: &str) -> User {
    w.user(&w.customer, local, BuiltInRole::User).await
}

async fn enqueue(w: &World, user: &User, at: i64) {
    let uow = w.begin().await;
    uow.provisioning_jobs().enqueue(ProvisioningJobId::new(w.uuid()), user.id, instant(at)).await.unwrap();
    uow.commit().await.unwrap();
}

async fn try_claim(storage: &dyn Storage, now: i64, limit: u32) -> Result<Vec<ClaimedJob>, StorageError> {
    let uow = storage.begin().await?;
    let claimed = uow.provisioning_jobs().claim(instant(now), MINUTE, limit).await?;
    uow.commit().await?;
    Ok(claimed)
}

async fn claim(w: &World, now: i64) -> Vec<ClaimedJob> {
    try_claim(&*w.backend.storage, now, 100).await.unwrap()
}

async fn settle(w: &World, claimed: &ClaimedJob, retry_at: Option<i64>) -> bool {
    let uow = w.begin().await;
    let settled = uow.provisioning_jobs().settle(claimed, retry_at.map(instant)).await.unwrap();
    uow.commit().await.unwrap();
    settled
}

pub async fn job_is_claimed_and_done(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w, "avery").await;
    enqueue(&w, &user, 10).await;
    assert_eq!(claim(&w, 9).await, []);
    let claimed = claim(&w, 10).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].user_id, claimed[0].attempt), (user.id, 1));
    assert_eq!(claim(&w, 10).await, []);
    assert!(settle(&w, &claimed[0], None).await);
    assert_eq!(claim(&w, 100_000).await, []);
    // What is finished does not keep a new one away.
    enqueue(&w, &user, 20).await;
    let claimed = claim(&w, 20).await;
    assert_eq!((claimed.len(), claimed[0].attempt), (1, 1));
}

pub async fn job_that_a_wrong_clock_put_off_is_brought_forward(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut users = Vec::new();
    for (local, retry_at) in [("avery", 2001), ("blake", 2000)] {
        users.push(user(&w, local).await);
        enqueue(&w, &users[users.len() - 1], 1).await;
        assert!(settle(&w, &claim(&w, 1).await.remove(0), Some(retry_at)).await);
    }
    for (local, leased_until) in [("casey", 3001), ("drew", 3000)] {
        users.push(user(&w, local).await);
        enqueue(&w, &users[users.len() - 1], 2).await;
        let claimed = claim(&w, 2).await.remove(0);
        let uow = w.begin().await;
        assert!(uow.provisioning_jobs().renew(&claimed, instant(leased_until)).await.unwrap());
        uow.commit().await.unwrap();
    }
    for (local, due_at) in [("emery", 1001), ("finley", 1000)] {
        users.push(user(&w, local).await);
        enqueue(&w, &users[users.len() - 1], due_at).await;
    }
    let uow = w.begin().await;
    let latest = Latest { first_try: instant(1000), retry: instant(2000), lease: instant(3000) };
    uow.provisioning_jobs().bring_forward(instant(20), latest).await.unwrap();
    uow.commit().await.unwrap();
    let mut claimed_at = HashMap::new();
    for at in [19, 20, 999, 1000, 1999, 2000, 2999, 3000] {
        for claimed in claim(&w, at).await {
            claimed_at.entry(claimed.user_id).or_insert(at);
        }
    }
    let claimed_at: Vec<_> = users.iter().map(|user| claimed_at[&user.id]).collect();
    assert_eq!(claimed_at, [20, 2000, 19, 3000, 20, 1000]);
}

pub async fn renewed_job_stays_with_its_worker(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w, "avery").await;
    enqueue(&w, &user, 0).await;
    let first = claim(&w, 0).await.remove(0);
    let uow = w.begin().await;
    assert!(uow.provisioning_jobs().renew(&first, instant(100)).await.unwrap());
    uow.commit().await.unwrap();
    assert_eq!(claim(&w, 99).await, []);
    assert_eq!(claim(&w, 101).await.len(), 1);
    let uow = w.begin().await;
    assert!(!uow.provisioning_jobs().renew(&first, instant(300)).await.unwrap());
}

pub async fn user_has_one_unfinished_job(backend: ContractBackend) {
    let w = World::new(backend).await;
    let (avery, blake) = (user(&w, "avery").await, user(&w, "blake").await);
    enqueue(&w, &avery, 0).await;
    enqueue(&w, &avery, 1).await;
    enqueue(&w, &blake, 2).await;
    let users: HashSet<_> = claim(&w, 5).await.into_iter().map(|claimed| claimed.user_id).collect();
    assert_eq!(users, HashSet::from([avery.id, blake.id]));
}

pub async fn failed_job_waits_unless_asked_for_again(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w, "avery").await;
    enqueue(&w, &user, 0).await;
    let first = claim(&w, 0).await.remove(0);
    assert!(settle(&w, &first, Some(500)).await);
    assert_eq!(claim(&w, 499).await, []);
    let second = claim(&w, 500).await.remove(0);
    assert_eq!((second.id, second.attempt), (first.id, 2));
    assert!(settle(&w, &second, Some(5000)).await);
    enqueue(&w, &user, 600).await;
    assert_eq!(claim(&w, 600).await.len(), 1);
}

pub async fn slow_worker_settles_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w, "avery").await;
    enqueue(&w, &user, 0).await;
    let first = claim(&w, 0).await.remove(0);
    assert_eq!(claim(&w, 59).await, []);
    let second = claim(&w, 61).await.remove(0);
    assert!(!settle(&w, &first, None).await);
    assert!(!settle(&w, &first, Some(62)).await);
    assert_eq!(claim(&w, 100).await, []);
    assert!(settle(&w, &second, None).await);
    assert_eq!(claim(&w, 100_000).await, []);
}

pub async fn change_made_while_a_job_is_being_done_is_not_lost(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w, "avery").await;
    enqueue(&w, &user, 0).await;
    let at_it = claim(&w, 0).await.remove(0);
    enqueue(&w, &user, 10).await;
    settle(&w, &at_it, None).await;
    assert_eq!(claim(&w, 200).await.len(), 1);
}

pub async fn concurrent_workers_never_get_the_same_job(backend: ContractBackend) {
    let w = World::new(backend).await;
    for n in 0..15 {
        let user = user(&w, &format!("user{n}")).await;
        enqueue(&w, &user, n).await;
    }
    let mut workers = JoinSet::new();
    for _ in 0..5 {
        let storage = Arc::clone(&w.backend.storage);
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = until_settled(|| try_claim(&*storage, 50, 2)).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|claimed| claimed.user_id));
                assert!(mine.len() <= 15, "there are fifteen jobs");
            }
        });
    }
    let claimed: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 15);
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 15);
}
