use tenantry_domain::{
    UserId,
    account::{AccountKind, AccountStatus},
    permission::{BuiltInRole, Grant, Permission, Standing},
    user::{ProvisioningState, User, UserStatus},
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{
        Credential, HashedPassword, IdempotencyRecord, InsertedUser, Letter, PasswordOrigin, ProfileImage, UserState,
    },
    testing::samples::{self, instant},
};

fn credential(must_change: bool) -> Credential {
    Credential {
        hash: HashedPassword("$argon2id$hash".to_owned()),
        origin: PasswordOrigin::Own,
        must_change,
        set_at: instant(0),
        expires_at: None,
    }
}

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
    let image = ProfileImage { hash: "ab".repeat(32), png: vec![1], thumbnail: vec![2] };
    let uow = w.begin().await;
    uow.images().put(&image).await.unwrap();
    uow.commit().await.unwrap();
    user.image = Some(image.hash);
    let grant = Grant {
        starts_at: Some(instant(-60)),
        ends_at: Some(instant(60)),
        ..Grant::new(BuiltInRole::BasicAccess, w.reseller.path.clone())
    };
    assert_round_trip(&w, &user, &grant).await;
}

pub async fn user_with_nothing_optional_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut user = w.user_of(&w.customer, "avery");
    user.contact.address = None;
    user.contact.phone = None;
    assert_round_trip(&w, &user, &Grant::new(BuiltInRole::User, w.customer.path.clone())).await;
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
    let grant = Grant::new(BuiltInRole::User, w.customer.path.clone());
    let inserted = uow.users().insert(user, &grant, instant(0)).await.unwrap();
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
    let grant = Grant::new(BuiltInRole::CustomerAdministrator, w.customer.path.clone());
    let uow = w.begin().await;
    uow.users().replace_base_grant(user.id, &grant).await.unwrap();
    uow.commit().await.unwrap();
    let uow = w.begin().await;
    assert_eq!(uow.users().find(user.id).await.unwrap().unwrap().grants, [grant]);
    assert_eq!(uow.users().find(other.id).await.unwrap().unwrap().grants[0].role, BuiltInRole::User);
}

pub async fn grant_outside_its_window_is_stored_but_gives_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user_of(&w.customer, "avery");
    let grant = Grant {
        starts_at: Some(instant(10)),
        ends_at: Some(instant(20)),
        ..Grant::new(BuiltInRole::CustomerAdministrator, w.customer.path.clone())
    };
    w.add(&user, &grant).await;
    let uow = w.begin().await;
    for (now, holds) in [(9, false), (10, true), (19, true), (20, false)] {
        let principal = uow.users().find_principal(user.id, instant(now)).await.unwrap().unwrap();
        assert_eq!(principal.authority.holds(Permission::USERS_ADD, &w.customer.path), holds, "at {now}");
    }
    assert_eq!(uow.users().find(user.id).await.unwrap().unwrap().grants, [grant]);
}

pub async fn principal_has_names_home_and_grants(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.reseller, "Avery", BuiltInRole::FullAccess).await;
    let principal = w.begin().await.users().find_principal(user.id, instant(1)).await.unwrap().unwrap();
    assert_eq!(principal.user_id, user.id);
    assert_eq!(principal.display_name, "Avery Quinn");
    assert_eq!(principal.login_name, "Avery@contoso.example");
    assert_eq!(principal.authority.home(), &w.reseller.path);
    assert_eq!(principal.authority.grants(), [Grant::new(BuiltInRole::FullAccess, w.reseller.path.clone())]);
    assert!(!principal.must_change_password);
}

async fn standing(w: &World, user_id: UserId) -> Standing {
    let principal = w.begin().await.users().find_principal(user_id, instant(2)).await.unwrap().unwrap();
    assert_eq!(principal.authority.grants().len(), 1);
    principal.authority.standing()
}

pub async fn standing_follows_from_user_account_and_ancestors(backend: ContractBackend) {
    let w = World::new(backend).await;
    let active = w.user(&w.customer, "active", BuiltInRole::User).await;
    assert_eq!(standing(&w, active.id).await, Standing::Active);

    let mut user = w.user(&w.customer, "suspended", BuiltInRole::User).await;
    user.status = UserStatus::Suspended;
    w.update(&user).await;
    assert_eq!(standing(&w, user.id).await, Standing::Suspended);
    user.status = UserStatus::Active;
    user.removed_at = Some(instant(1));
    w.update(&user).await;
    assert_eq!(standing(&w, user.id).await, Standing::Removed);

    let mut suspended = w.account_below(&w.reseller, AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    suspended.status = AccountStatus::Suspended;
    let between = w.account_below(&suspended, AccountKind::Reseller, "Adatum", "adatum.example");
    let below = w.account_below(&between, AccountKind::Customer, "Wingtip", "wingtip.example");
    for account in [&suspended, &between, &below] {
        w.add_account(account).await;
        let user = w.user(account, "avery", BuiltInRole::User).await;
        assert_eq!(standing(&w, user.id).await, Standing::AccountSuspended, "{}", account.name);
    }
}

pub async fn principal_must_change_password_as_its_credential_says(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    for must_change in [true, false] {
        let uow = w.begin().await;
        uow.credentials().put(user.id, &credential(must_change)).await.unwrap();
        let principal = uow.users().find_principal(user.id, instant(1)).await.unwrap().unwrap();
        assert_eq!(principal.must_change_password, must_change);
        uow.commit().await.unwrap();
    }
}

pub async fn provisioning_and_sign_in_leave_the_version_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    for (state, error) in [(ProvisioningState::Failed, Some("out of seats")), (ProvisioningState::Provisioned, None)] {
        let uow = w.begin().await;
        uow.users().set_provisioning(user.id, state, error).await.unwrap();
        uow.users().set_last_sign_in(user.id, instant(7)).await.unwrap();
        uow.commit().await.unwrap();
        let details = w.backend.directory.find_user(user.id).await.unwrap().unwrap();
        assert_eq!((details.provisioning, details.provisioning_error.as_deref()), (state, error));
        assert_eq!(details.last_sign_in_at, Some(instant(7)));
        assert_eq!(details.record.version, 1);
    }
}

pub async fn other_administrators_are_counted(backend: ContractBackend) {
    let w = World::new(backend).await;
    let admin = w.user(&w.customer, "admin", BuiltInRole::CustomerAdministrator).await;
    let count = async |except: UserId, now: i64| {
        let uow = w.begin().await;
        uow.users().count_other_administrators(w.customer.id(), except, instant(now)).await.unwrap()
    };
    assert_eq!(count(admin.id, 1).await, 0);

    // None of these is another administrator of the customer.
    w.user(&w.customer, "user", BuiltInRole::User).await;
    w.user(&w.customer, "basic", BuiltInRole::BasicAccess).await;
    w.user(&w.reseller, "above", BuiltInRole::FullAccess).await;
    let mut suspended = w.user(&w.customer, "suspended", BuiltInRole::CustomerAdministrator).await;
    suspended.status = UserStatus::Suspended;
    w.update(&suspended).await;
    let mut removed = w.user(&w.customer, "removed", BuiltInRole::CustomerAdministrator).await;
    removed.removed_at = Some(instant(1));
    w.update(&removed).await;
    let window = Grant {
        starts_at: Some(instant(100)),
        ends_at: Some(instant(200)),
        ..Grant::new(BuiltInRole::FullAccess, w.customer.path.clone())
    };
    let temporary = w.user_of(&w.customer, "temporary");
    w.add(&temporary, &window).await;
    assert_eq!(count(admin.id, 99).await, 0);
    assert_eq!(count(admin.id, 100).await, 1);
    assert_eq!(count(admin.id, 200).await, 0);

    w.user(&w.customer, "second", BuiltInRole::ResellerAdministrator).await;
    assert_eq!(count(admin.id, 1).await, 1);
    assert_eq!(count(UserId::new(w.uuid()), 1).await, 2);
}

/// A user with a row in every table there is, removed at an instant.
async fn removed_with_everything(w: &World, local: &str, removed_at: i64) -> User {
    let mut user = w.user_of(&w.customer, local);
    let image = ProfileImage { hash: format!("{local:0<64}"), png: vec![1], thumbnail: vec![2] };
    let uow = w.begin().await;
    uow.images().put(&image).await.unwrap();
    user.image = Some(image.hash);
    user.removed_at = Some(instant(removed_at));
    uow.users().insert(&user, &Grant::new(BuiltInRole::User, w.customer.path.clone()), instant(0)).await.unwrap();
    uow.credentials().put(user.id, &credential(false)).await.unwrap();
    let link = samples::link(tenantry_domain::PasswordLinkId::new(w.uuid()), &user, instant(0));
    uow.password_links().insert(&link).await.unwrap();
    let session = samples::session(tenantry_domain::SessionId::new(w.uuid()), &user, instant(0));
    uow.sessions().insert(&session, 10).await.unwrap();
    let letter = Letter::Welcome { link_id: link.id };
    let mail = samples::mail(tenantry_domain::MailId::new(w.uuid()), &user, letter, instant(0));
    uow.mail_outbox().enqueue(&mail).await.unwrap();
    let job_id = tenantry_domain::ProvisioningJobId::new(w.uuid());
    uow.provisioning_jobs().enqueue(job_id, user.id, instant(0)).await.unwrap();
    let record = IdempotencyRecord { request_hash: "cd".repeat(32), created_user_id: user.id };
    assert!(uow.idempotency().insert(user.id, "key", &record, instant(0)).await.unwrap());
    uow.commit().await.unwrap();
    user
}

pub async fn purge_deletes_what_was_removed_long_ago_with_everything_of_theirs(backend: ContractBackend) {
    let w = World::new(backend).await;
    let long_ago = removed_with_everything(&w, "longago", 10).await;
    let lately = removed_with_everything(&w, "lately", 20).await;
    let present = w.user(&w.customer, "present", BuiltInRole::User).await;
    let uow = w.begin().await;
    assert_eq!(uow.users().purge(instant(20), 100).await.unwrap(), [long_ago.id]);
    uow.commit().await.unwrap();

    let uow = w.begin().await;
    assert_eq!(uow.users().find(long_ago.id).await.unwrap(), None);
    assert_eq!(uow.credentials().find(long_ago.id).await.unwrap(), None);
    assert_eq!(uow.password_links().find_newest(long_ago.id).await.unwrap(), None);
    assert_eq!(uow.sessions().end_all(long_ago.id, None).await.unwrap(), 0);
    assert_eq!(uow.idempotency().find(long_ago.id, "key").await.unwrap(), None);
    let lease_for = jiff::SignedDuration::from_secs(60);
    let mails = uow.mail_outbox().claim(instant(100), lease_for, 100).await.unwrap();
    assert_eq!(mails.iter().map(|claimed| claimed.mail.user_id).collect::<Vec<_>>(), [lately.id]);
    let jobs = uow.provisioning_jobs().claim(instant(100), lease_for, 100).await.unwrap();
    assert_eq!(jobs.iter().map(|claimed| claimed.user_id).collect::<Vec<_>>(), [lately.id]);
    drop(uow);
    assert_eq!(w.backend.directory.find_image(&long_ago.image.unwrap(), false).await.unwrap(), None);
    assert!(w.backend.directory.find_image(&lately.image.unwrap(), false).await.unwrap().is_some());
    assert_eq!(w.backend.directory.find_user(lately.id).await.unwrap().unwrap().state(), UserState::Removed);
    assert_eq!(w.backend.directory.find_user(present.id).await.unwrap().unwrap().state(), UserState::Active);
    assert_eq!(insert(&w, &w.user_of(&w.customer, "longago")).await, InsertedUser::Inserted);
}

pub async fn purge_takes_at_most_its_limit(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut expected = Vec::new();
    for local in ["one", "two", "three"] {
        expected.push(removed_with_everything(&w, local, 1).await.id);
    }
    let mut purged = Vec::new();
    for count in [2, 1, 0] {
        let uow = w.begin().await;
        let some = uow.users().purge(instant(2), 2).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(some.len(), count);
        purged.extend(some);
    }
    purged.sort_unstable();
    assert_eq!(purged, expected);
}
