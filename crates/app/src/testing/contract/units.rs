use std::sync::Arc;

use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant},
    user::{User, UserStatus},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::backend::{ContractBackend, World, until_settled};
use crate::{
    ports::{InsertedUser, Storage, StorageError},
    testing::samples::instant,
};

pub async fn committed_changes_are_there(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    assert!(w.begin().await.users().find(user.id).await.unwrap().is_some());
    assert!(w.backend.directory.find_user(user.id).await.unwrap().is_some());
}

pub async fn dropped_unit_leaves_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user_of(&w.customer, "avery");
    let uow = w.begin().await;
    uow.users()
        .insert(&user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone()), None, instant(0))
        .await
        .unwrap();
    uow.users().set_last_sign_in(user.id, instant(1)).await.unwrap();
    drop(uow);
    let uow = w.begin().await;
    assert_eq!(uow.users().find(user.id).await.unwrap(), None);
    assert_eq!(uow.users().find_by_login_key("avery@tailspin.example").await.unwrap(), None);
    drop(uow);
    assert_eq!(w.backend.directory.find_user(user.id).await.unwrap(), None);
}

pub async fn uncommitted_changes_are_not_in_the_directory(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user_of(&w.customer, "avery");
    let uow = w.begin().await;
    uow.users()
        .insert(&user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone()), None, instant(0))
        .await
        .unwrap();
    assert_eq!(w.backend.directory.find_user(user.id).await.unwrap(), None);
    uow.commit().await.unwrap();
    assert!(w.backend.directory.find_user(user.id).await.unwrap().is_some());
}

pub async fn unit_sees_its_own_changes(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user_of(&w.customer, "avery");
    let uow = w.begin().await;
    uow.users()
        .insert(&user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone()), None, instant(0))
        .await
        .unwrap();
    assert_eq!(uow.users().find(user.id).await.unwrap().map(|record| record.user), Some(user));
}

/// Suspends a user if another administrator stays; what two people may attempt on each other at the same time.
async fn suspend_unless_last(storage: &dyn Storage, account: AccountId, user_id: UserId) -> Result<bool, StorageError> {
    let uow = storage.begin().await?;
    if uow.users().count_other_administrators(account, user_id, instant(1)).await? == 0 {
        return Ok(false);
    }
    let record = uow.users().find(user_id).await?.expect("a stored user");
    let user = User { status: UserStatus::Suspended, ..record.user };
    assert!(uow.users().update(&user, record.version, instant(1)).await?.is_some());
    uow.commit().await?;
    Ok(true)
}

pub async fn two_administrators_cannot_demote_each_other_at_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    for round in 0..15 {
        let name = format!("Customer {round}");
        let customer = w.account_below(
            &w.reseller,
            tenantry_domain::account::AccountKind::Customer,
            &name,
            &format!("customer{round}.example"),
        );
        w.add_account(&customer).await;
        let barrier = Arc::new(Barrier::new(2));
        let mut attempts = JoinSet::new();
        for local in ["avery", "blake"] {
            let user_id = w.user(&customer, local, BuiltInRole::CustomerAdministrator).await.id;
            let (storage, barrier, account) = (Arc::clone(&w.backend.storage), Arc::clone(&barrier), customer.id());
            attempts.spawn(async move {
                barrier.wait().await;
                until_settled(|| suspend_unless_last(&*storage, account, user_id)).await
            });
        }
        let suspended = attempts.join_all().await.into_iter().filter(|suspended| *suspended).count();
        assert_eq!(suspended, 1, "round {round}");
        let nobody = UserId::new(w.uuid());
        let left = w.begin().await.users().count_other_administrators(customer.id(), nobody, instant(2)).await.unwrap();
        assert_eq!(left, 1, "round {round}");
    }
}

async fn insert(storage: &dyn Storage, user: &User, grant: &Grant) -> Result<InsertedUser, StorageError> {
    let uow = storage.begin().await?;
    let inserted = uow.users().insert(user, grant, None, instant(0)).await?;
    uow.commit().await?;
    Ok(inserted)
}

pub async fn login_name_is_given_once_to_many_at_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut attempts = JoinSet::new();
    for _ in 0..20 {
        let (storage, user) = (Arc::clone(&w.backend.storage), w.user_of(&w.customer, "avery"));
        let grant = Grant::new(BuiltInRole::User.into(), w.customer.path.clone());
        attempts.spawn(async move { until_settled(|| insert(&*storage, &user, &grant)).await });
    }
    let inserted = attempts.join_all().await;
    assert_eq!(inserted.iter().filter(|inserted| **inserted == InsertedUser::Inserted).count(), 1);
}
