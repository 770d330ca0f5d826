use std::sync::Arc;

use jiff::SignedDuration;
use tenantry_domain::{PasswordLinkId, permission::BuiltInRole, user::User};
use tokio::task::JoinSet;

use super::backend::{ContractBackend, World, until_settled};
use crate::{
    ports::{LinkPurpose, PasswordLink, Recipient, RecipientKind, Storage, StorageError},
    testing::samples::{self, instant},
};

async fn insert(w: &World, link: &PasswordLink) {
    let uow = w.begin().await;
    uow.password_links().insert(link).await.unwrap();
    uow.commit().await.unwrap();
}

async fn add(w: &World, user: &User, requested_at: i64) -> PasswordLink {
    let link = samples::link(PasswordLinkId::new(w.uuid()), user, instant(requested_at));
    insert(w, &link).await;
    link
}

async fn find(w: &World, link: &PasswordLink) -> PasswordLink {
    w.begin().await.password_links().find(link.id).await.unwrap().unwrap()
}

async fn spend(storage: &dyn Storage, link_id: PasswordLinkId, at: i64) -> Result<bool, StorageError> {
    let uow = storage.begin().await?;
    let spent = uow.password_links().spend(link_id, instant(at)).await?;
    uow.commit().await?;
    Ok(spent)
}

async fn void_all(w: &World, user: &User, at: i64) -> u64 {
    let uow = w.begin().await;
    let voided = uow.password_links().void_all(user.id, instant(at)).await.unwrap();
    uow.commit().await.unwrap();
    voided
}

pub async fn link_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let open = samples::link(PasswordLinkId::new(w.uuid()), &user, instant(0));
    let complete = PasswordLink {
        id: PasswordLinkId::new(w.uuid()),
        token_hash: samples::token_hash(w.uuid()),
        purpose: LinkPurpose::Reset,
        recipient: Recipient { kind: RecipientKind::Custom, address: samples::email("Somebody@elsewhere.example") },
        valid_for: SignedDuration::from_mins(30),
        requested_at: instant(1) + SignedDuration::from_micros(1),
        expires_at: Some(instant(2)),
        used_at: Some(instant(3)),
        voided_at: Some(instant(4)),
        ..open.clone()
    };
    let alternative = PasswordLink {
        id: PasswordLinkId::new(w.uuid()),
        token_hash: samples::token_hash(w.uuid()),
        recipient: Recipient { kind: RecipientKind::Alternative, address: samples::email("a@elsewhere.example") },
        ..open.clone()
    };
    for link in [open, complete, alternative] {
        insert(&w, &link).await;
        assert_eq!(find(&w, &link).await, link);
        let by_token = w.begin().await.password_links().find_by_token(&link.token_hash).await.unwrap();
        assert_eq!(by_token, Some(link));
    }
    let uow = w.begin().await;
    assert_eq!(uow.password_links().find(PasswordLinkId::new(w.uuid())).await.unwrap(), None);
    assert_eq!(uow.password_links().find_by_token(&samples::token_hash(w.uuid())).await.unwrap(), None);
}

pub async fn newest_link_is_the_one_asked_for_last(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    add(&w, &other, 100).await;
    assert_eq!(w.begin().await.password_links().find_newest(user.id).await.unwrap(), None);
    for requested_at in [5, 7, 7] {
        let mut newest = add(&w, &user, requested_at).await;
        assert_eq!(w.begin().await.password_links().find_newest(user.id).await.unwrap().as_ref(), Some(&newest));
        void_all(&w, &user, 8).await;
        newest.voided_at = Some(instant(8));
        let details = w.backend.directory.find_user(user.id).await.unwrap().unwrap();
        assert_eq!(details.newest_link, Some(newest));
    }
    let newest = w.begin().await.password_links().find_newest(user.id).await.unwrap();
    add(&w, &user, 6).await;
    assert_eq!(w.begin().await.password_links().find_newest(user.id).await.unwrap(), newest);
}

pub async fn links_are_counted_by_user_purpose_and_time(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    add(&w, &other, 10).await;
    for requested_at in [8, 9, 10, 11] {
        add(&w, &user, requested_at).await;
    }
    void_all(&w, &user, 12).await;
    let uow = w.begin().await;
    for (purpose, requested, expected) in [
        (LinkPurpose::Welcome, 0..=11, 4),
        (LinkPurpose::Welcome, 10..=11, 2),
        (LinkPurpose::Welcome, 0..=10, 3),
        (LinkPurpose::Welcome, 12..=20, 0),
        (LinkPurpose::Reset, 0..=20, 0),
    ] {
        let requested = instant(*requested.start())..=instant(*requested.end());
        assert_eq!(uow.password_links().count(user.id, purpose, requested).await.unwrap(), expected);
    }
}

pub async fn link_is_spent_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let link = add(&w, &user, 0).await;
    let other = add(&w, &user, 0).await;
    assert!(spend(&*w.backend.storage, link.id, 5).await.unwrap());
    assert!(!spend(&*w.backend.storage, link.id, 6).await.unwrap());
    assert!(!spend(&*w.backend.storage, PasswordLinkId::new(w.uuid()), 6).await.unwrap());
    assert_eq!(find(&w, &link).await, PasswordLink { used_at: Some(instant(5)), ..link });
    assert_eq!(find(&w, &other).await, other);
}

pub async fn link_spent_by_many_at_once_is_spent_by_one(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let link_id = add(&w, &user, 0).await.id;
    let mut attempts = JoinSet::new();
    for at in 1..=20 {
        let storage = Arc::clone(&w.backend.storage);
        attempts.spawn(async move { (at, until_settled(|| spend(&*storage, link_id, at)).await) });
    }
    let winners: Vec<i64> =
        attempts.join_all().await.into_iter().filter(|(_, spent)| *spent).map(|(at, _)| at).collect();
    assert_eq!(winners.len(), 1);
    let link = w.begin().await.password_links().find(link_id).await.unwrap().unwrap();
    assert_eq!(link.used_at, Some(instant(winners[0])));
}

pub async fn spending_is_undone_with_its_unit(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let link = add(&w, &user, 0).await;
    let uow = w.begin().await;
    assert!(uow.password_links().spend(link.id, instant(1)).await.unwrap());
    drop(uow);
    assert!(spend(&*w.backend.storage, link.id, 2).await.unwrap());
}

pub async fn voiding_leaves_used_links_and_other_users_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let blake = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let (open, spent, others) = (add(&w, &user, 0).await, add(&w, &user, 0).await, add(&w, &blake, 0).await);
    assert!(spend(&*w.backend.storage, spent.id, 1).await.unwrap());
    assert_eq!(void_all(&w, &user, 2).await, 1);
    assert_eq!(find(&w, &open).await.voided_at, Some(instant(2)));
    assert_eq!(find(&w, &spent).await.voided_at, None);
    assert_eq!(find(&w, &others).await, others);
    assert!(!spend(&*w.backend.storage, open.id, 3).await.unwrap());
    assert_eq!(find(&w, &open).await.used_at, None);
    // What is void stays void since then.
    assert_eq!(void_all(&w, &user, 4).await, 0);
    assert_eq!(find(&w, &open).await.voided_at, Some(instant(2)));
}

pub async fn expiry_is_set_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let (link, other) = (add(&w, &user, 0).await, add(&w, &user, 0).await);
    for expires_at in [10, 20] {
        let uow = w.begin().await;
        uow.password_links().set_expiry(link.id, instant(expires_at)).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(find(&w, &link).await.expires_at, Some(instant(10)));
    }
    assert_eq!(find(&w, &other).await.expires_at, None);
}

pub async fn restart_counts_open_links_as_asked_for_anew(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let blake = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let (open, spent, others) = (add(&w, &user, 0).await, add(&w, &user, 0).await, add(&w, &blake, 0).await);
    assert!(spend(&*w.backend.storage, spent.id, 1).await.unwrap());
    let uow = w.begin().await;
    uow.password_links().restart(user.id, instant(50)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(find(&w, &open).await, PasswordLink { requested_at: instant(50), ..open });
    assert_eq!(find(&w, &spent).await.requested_at, instant(0));
    assert_eq!(find(&w, &others).await, others);
}
