//! What tests rely on, tested.

use std::sync::Arc;

use jiff::SignedDuration;
use tenantry_domain::{
    PasswordLinkId,
    permission::{BuiltInRole, Permission},
    user::Password,
};

use super::*;
use crate::{
    UseCaseError,
    ports::{Clock, HasherBusy, IdSource, ImageProcessor, PasswordHasher, Sealer, Storage, StorageError, TokenSource},
};

#[test]
fn clock_stands_still_until_told_otherwise() {
    let clock = FixedClock::new();
    assert_eq!(clock.now(), samples::instant(0));
    assert_eq!(samples::instant(0).to_string(), "2026-03-02T09:00:00Z");
    assert_eq!(clock.clone().advance(SignedDuration::from_secs(5)), samples::instant(5));
    assert_eq!(clock.now(), samples::instant(5));
}

#[test]
fn ids_rise_and_are_of_version_7() {
    let ids = SequentialIds::new();
    let (first, second) = (ids.next(), ids.next());
    assert!(first < second);
    assert_eq!((first.get_version_num(), first.get_variant()), (7, uuid::Variant::RFC4122));
}

#[test]
fn tokens_look_real_and_hashes_differ() {
    let tokens = FakeTokens::default();
    let link_id = PasswordLinkId::new(samples::uuid(1));
    let made = [tokens.session_token(), tokens.session_token(), tokens.password_link_token(link_id)];
    for (index, token) in made.iter().enumerate() {
        let text = token.expose();
        assert_eq!(text.len(), 43, "{text}");
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        assert!(made[index + 1..].iter().all(|other| tokens.hash(other.expose()) != tokens.hash(text)));
    }
    assert_eq!(tokens.password_link_token(link_id), made[2]);
    assert_ne!(tokens.password(), tokens.password());
}

#[tokio::test]
async fn hasher_verifies_and_can_be_busy() {
    let hasher = PlainHasher::default();
    let password = Password::parse(TestPlatform::PASSWORD).unwrap();
    let hash = hasher.hash(&password).await.unwrap();
    assert_eq!(hasher.verify(&password, Some(&hash)).await, Ok(true));
    assert_eq!(hasher.verify(&password, None).await, Ok(false));
    assert_eq!(hasher.verified(), 2);
    hasher.be_busy(1);
    assert_eq!(hasher.hash(&password).await, Err(HasherBusy));
    assert!(hasher.hash(&password).await.is_ok());
}

#[test]
fn seal_opens_in_its_context_only() {
    let sealed = XorSealer.seal("mail 1", b"a secret longer than one key of thirty-two bytes");
    assert!(!sealed.windows(6).any(|window| window == b"secret"));
    assert_eq!(XorSealer.open("mail 1", &sealed).unwrap(), b"a secret longer than one key of thirty-two bytes");
    assert_eq!(XorSealer.open("mail 2", &sealed), None);
    assert_eq!(XorSealer.open("mail 1", &sealed[1..]), None);
    assert_eq!(XorSealer.open("mail 1", b"short"), None);
}

#[tokio::test]
async fn images_are_named_by_their_content() {
    let (one, two) = (
        FakeImages.process_profile_image(b"one".to_vec()).await.unwrap(),
        FakeImages.process_profile_image(b"two".to_vec()).await.unwrap(),
    );
    assert_eq!(one.hash.len(), 64);
    assert_ne!(one.hash, two.hash);
    assert!(FakeImages.process_profile_image(b"bad image".to_vec()).await.is_err());
}

#[tokio::test]
async fn actors_hold_what_their_role_says() {
    let p = TestPlatform::new().await;
    let admin = p.user(p.contoso, BuiltInRole::FullAccess).await;
    let actor = p.actor(admin).await;
    assert!(actor.authority().holds(Permission::USERS_ADD, &p.path(p.tailspin)));
    assert!(!actor.authority().holds(Permission::USERS_ADD, &p.path(p.litware)));
    let signed_in = p.sign_in(admin).await;
    let hash = p.tokens.hash(signed_in.token.expose());
    let found = p.directory.find_session(&hash, p.app.now()).await.unwrap().unwrap();
    assert_eq!(found.session.id, signed_in.actor.session_id());
}

#[tokio::test]
async fn new_users_are_as_described() {
    let p = TestPlatform::builder().plain_text_password_mail().build().await;
    let user = NewUser::new(p.tailspin, BuiltInRole::User).login("Avery").named("Avery", "Quinn").suspended();
    let user = p.add(user.without_password().alternative_email("a@elsewhere.example")).await;
    assert_eq!(p.record(user.id).await.user, user);
    assert_eq!(p.find_by_login("avery@tailspin.example").await.unwrap().user.id, user.id);
    assert_eq!(p.credential(user.id).await, None);
    assert!(
        p.actor(p.add(NewUser::new(p.tailspin, BuiltInRole::User).must_change_password()).await.id)
            .await
            .must_change_password()
    );
    assert!(p.directory.find_account(p.tailspin).await.unwrap().unwrap().inherited.policy.plain_text_password_mail);
}

async fn suspend_everything(
    p: &TestPlatform,
    app: &crate::App,
    user_id: tenantry_domain::UserId,
) -> Result<(), UseCaseError> {
    let uow = app.ports.storage.begin().await?;
    uow.users().set_last_sign_in(user_id, p.clock.now()).await?;
    uow.sessions().end_all(user_id, None).await?;
    Ok(uow.commit().await?)
}

#[tokio::test]
async fn every_write_and_the_commit_fail_once() {
    let prepare = async |p: &TestPlatform| p.user(p.contoso, BuiltInRole::User).await;
    let writes =
        assert_all_or_nothing(prepare, async |p, app, user_id| suspend_everything(p, app, *user_id).await).await;
    assert_eq!(writes, 3);
}

#[tokio::test]
#[should_panic(expected = "write 3 failed, but something was stored")]
async fn two_transactions_where_one_is_needed_are_found() {
    let prepare = async |p: &TestPlatform| p.user(p.contoso, BuiltInRole::User).await;
    assert_all_or_nothing(prepare, async |p, app, user_id| {
        for seconds in [1, 2] {
            let uow = app.ports.storage.begin().await?;
            uow.users().set_last_sign_in(*user_id, samples::instant(seconds)).await?;
            uow.commit().await?;
        }
        p.memory().snapshot();
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn counting_storage_lets_everything_pass() {
    let p = TestPlatform::new().await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let storage = FailNth::counting(Arc::clone(&p.storage));
    let uow = storage.begin().await.unwrap();
    uow.users().find(user_id).await.unwrap();
    uow.users().set_last_sign_in(user_id, p.clock.now()).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(storage.writes(), 2);
    let failing = FailNth::at(1, Arc::clone(&p.storage)).begin().await.unwrap().commit().await;
    assert!(matches!(failing, Err(StorageError::Unavailable(_))));
}

#[test]
fn the_suite_holds_every_contract_test() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/contract");
    let suite = include_str!("contract.rs");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for rest in text.split("\npub async fn ").skip(1) {
            let name = rest.split('(').next().unwrap();
            assert!(suite.contains(&format!("\n                {name}\n")), "`{name}` is in no area of the suite");
            count += 1;
        }
    }
    assert!(count > 90, "{count}");
}
