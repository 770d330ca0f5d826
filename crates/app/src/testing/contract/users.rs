use tenantry_domain::{
    UserId,
    permission::{BuiltInRole, Grant},
    user::{ProvisioningState, User, UserStatus},
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{InsertedUser, StoredImage},
    testing::samples::{self, instant},
};

/// A user with everything that may be there.
fn complete(w: &World) -> User {
    let mut user = w.user_of(&w.reseller, "Avery.O'Quinn+1");
    user.profile.display_name = samples::line("Ävery “the Quill” O'Quinn");
    user.profile.company = Some(samples::line("Quinn & Daughters"));
    user.profile.job_title = Some(samples::line("Buyer"));
    user.profile.department = Some(samples::line("Purchasing"));
    user.contact.alternative_email = Some(samples::email("Quinn@elsewhere.example"));
    user.status = UserStatus::Suspended;
    user.removed_at = Some(instant(5));
    user
}

async fn assert_round_trip(w: &World, user: &User, grant: &Grant) {
    w.add(user, grant).await;
    let uow = w.begin().await;
    let found = uow.users().find(user.id).await.unwrap().unwrap();
    let by_key = uow.users().find_by_login_key(&user.login_name.key()).await.unwrap().unwrap();
    drop(uow);
    assert_eq!(&found.user, user);
    assert_eq!(found.grants, std::slice::from_ref(grant));
    assert_eq!(found.home.id(), user.account_id);
    assert_eq!(found.version, 1);
    assert_eq!(by_key, found);
    let details = w.backend.directory.find_user(user.id).await.unwrap().unwrap();
    assert_eq!(details.record, found);
    assert_eq!((details.created_at, details.updated_at), (instant(0), instant(0)));
    assert_eq!((details.provisioning, details.provisioning_error.as_deref()), (ProvisioningState::Pending, None));
}

pub async fn complete_user_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut user = complete(&w);
    let image = StoredImage { hash: "ab".repeat(32), png: vec![1], thumbnail: vec![2] };
    let uow = w.begin().await;
    uow.images().put(&image).await.unwrap();
    uow.commit().await.unwrap();
    user.image = Some(image.hash);
    let grant = Grant {
        starts_at: Some(instant(-60)),
        ends_at: Some(instant(60)),
        ..Grant::new(BuiltInRole::BasicAccess.into(), w.reseller.path.clone())
    };
    assert_round_trip(&w, &user, &grant).await;
}

pub async fn user_with_nothing_optional_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut user = w.user_of(&w.customer, "avery");
    user.contact.address = None;
    user.contact.phone = None;
    assert_round_trip(&w, &user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone())).await;
}

pub async fn unknown_user_is_none(backend: ContractBackend) {
    let w = World::new(backend).await;
    let nobody = UserId::new(w.uuid());
    let uow = w.begin().await;
    assert_eq!(uow.users().find(nobody).await.unwrap(), None);
    assert_eq!(uow.users().find_by_login_key("nobody@tailspin.example").await.unwrap(), None);
    assert!(uow.users().find_principal(nobody, instant(0)).await.unwrap().is_none());
    drop(uow);
    assert_eq!(w.backend.directory.find_user(nobody).await.unwrap(), None);
}

async fn insert(w: &World, user: &User) -> InsertedUser {
    let uow = w.begin().await;
    let grant = Grant::new(BuiltInRole::User.into(), w.customer.path.clone());
    let inserted = uow.users().insert(user, &grant, None, instant(0)).await.unwrap();
    // The transaction goes on: a taken name is an answer, not a failure.
    let found = uow.users().find(user.id).await.unwrap();
    assert_eq!(found.is_some(), inserted == InsertedUser::Inserted);
    uow.commit().await.unwrap();
    inserted
}

pub async fn login_name_is_unique_whatever_its_case(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_eq!(insert(&w, &w.user_of(&w.customer, "avery")).await, InsertedUser::Inserted);
    assert_eq!(insert(&w, &w.user_of(&w.customer, "AVERY")).await, InsertedUser::LoginNameTaken);
    assert_eq!(insert(&w, &w.user_of(&w.customer, "blake")).await, InsertedUser::Inserted);
}

pub async fn login_name_of_removed_user_stays_reserved(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    user.removed_at = Some(instant(1));
    w.update(&user).await;
    assert_eq!(insert(&w, &w.user_of(&w.customer, "avery")).await, InsertedUser::LoginNameTaken);
    assert!(!w.backend.directory.is_login_name_free("avery@tailspin.example").await.unwrap());
    assert!(w.backend.directory.is_login_name_free("blake@tailspin.example").await.unwrap());
}

pub async fn update_replaces_everything_and_raises_the_version(backend: ContractBackend) {
    let w = World::new(backend).await;
    let before = w.user(&w.reseller, "avery", BuiltInRole::User).await;
    let after = User { id: before.id, ..complete(&w) };
    for (version, user) in [(1, &after), (2, &before)] {
        let uow = w.begin().await;
        let updated = uow.users().update(user, version, instant(10 * version)).await.unwrap();
        assert_eq!(updated, Some(InsertedUser::Inserted));
        uow.commit().await.unwrap();
        let details = w.backend.directory.find_user(before.id).await.unwrap().unwrap();
        assert_eq!((&details.record.user, details.record.version), (user, version + 1));
        assert_eq!((details.created_at, details.updated_at), (instant(0), instant(10 * version)));
    }
}

pub async fn stale_update_changes_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    w.update(&user).await;
    let changed = User { status: UserStatus::Suspended, ..user.clone() };
    for version in [1, 3] {
        let uow = w.begin().await;
        assert_eq!(uow.users().update(&changed, version, instant(9)).await.unwrap(), None);
        uow.commit().await.unwrap();
    }
    let record = w.begin().await.users().find(user.id).await.unwrap().unwrap();
    assert_eq!((record.user, record.version), (user, 2));
    let uow = w.begin().await;
    assert_eq!(uow.users().update(&w.user_of(&w.customer, "blake"), 1, instant(9)).await.unwrap(), None);
}

pub async fn update_to_a_taken_login_name_changes_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let avery = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let blake = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let renamed = User { login_name: avery.login_name.clone(), status: UserStatus::Suspended, ..blake.clone() };
    let uow = w.begin().await;
    let updated = uow.users().update(&renamed, 1, instant(1)).await.unwrap();
    assert_eq!(updated, Some(InsertedUser::LoginNameTaken));
    uow.commit().await.unwrap();
    let record = w.begin().await.users().find(blake.id).await.unwrap().unwrap();
    assert_eq!((record.user, record.version), (blake, 1));
}

pub async fn base_grant_is_replaced(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let grant = Grant::new(BuiltInRole::CustomerAdministrator.into(), w.customer.path.clone());
    let uow = w.begin().await;
    uow.users().replace_grants(user.id, std::slice::from_ref(&grant), other.id, instant(1)).await.unwrap();
    uow.commit().await.unwrap();
    let uow = w.begin().await;
    assert_eq!(uow.users().find(user.id).await.unwrap().unwrap().grants, [grant]);
    assert_eq!(uow.users().find(other.id).await.unwrap().unwrap().grants[0].role, BuiltInRole::User);
}

pub async fn provisioning_and_sign_in_leave_the_version_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    for (state, error) in [(ProvisioningState::Failed, Some("out of seats")), (ProvisioningState::Provisioned, None)] {
        let uow = w.begin().await;
        uow.users().set_provisioning(&[user.id], state, error).await.unwrap();
        uow.users().set_last_sign_in(user.id, instant(7)).await.unwrap();
        uow.commit().await.unwrap();
        let details = w.backend.directory.find_user(user.id).await.unwrap().unwrap();
        assert_eq!((details.provisioning, details.provisioning_error.as_deref()), (state, error));
        assert_eq!(details.last_sign_in_at, Some(instant(7)));
        assert_eq!(details.record.version, 1);
    }
}
