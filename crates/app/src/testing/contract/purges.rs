use jiff::SignedDuration;
use tenantry_domain::{
    MailId, PasswordLinkId, ProvisioningJobId, SessionId,
    permission::{BuiltInRole, Grant},
    user::User,
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{IdempotencyRecord, Letter, StoredImage, UserState},
    testing::samples::{self, instant},
};

/// A user with a row in every table there is, removed at an instant.
async fn removed_with_everything(w: &World, local: &str, removed_at: i64) -> User {
    let mut user = w.user_of(&w.customer, local);
    let image = StoredImage { hash: user.id.uuid().simple().to_string().repeat(2), png: vec![1], thumbnail: vec![2] };
    let uow = w.begin().await;
    uow.images().put(&image).await.unwrap();
    user.image = Some(image.hash);
    user.removed_at = Some(instant(removed_at));
    uow.users()
        .insert(&user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone()), None, instant(0))
        .await
        .unwrap();
    uow.credentials().put(user.id, &samples::credential(false)).await.unwrap();
    let link = samples::link(PasswordLinkId::new(w.uuid()), &user, instant(0));
    uow.password_links().insert(&link).await.unwrap();
    let session = samples::session(SessionId::new(w.uuid()), &user, instant(0));
    uow.sessions().insert(&session, 10).await.unwrap();
    let letter = Letter::Welcome { link_id: link.id };
    let mail = samples::mail(MailId::new(w.uuid()), &user, letter, instant(0));
    uow.mail_outbox().enqueue(&mail).await.unwrap();
    let job_id = ProvisioningJobId::new(w.uuid());
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
    let lease_for = SignedDuration::from_secs(60);
    let mails = uow.mail_outbox().claim(instant(100), lease_for, 100).await.unwrap();
    assert_eq!(mails.iter().map(|claimed| claimed.mail.user_id).collect::<Vec<_>>(), [lately.id]);
    let jobs = uow.provisioning_jobs().claim(instant(100), lease_for, 100).await.unwrap();
    assert_eq!(jobs.iter().map(|claimed| claimed.user_id).collect::<Vec<_>>(), [lately.id]);
    drop(uow);
    assert_eq!(w.backend.directory.find_image(&long_ago.image.unwrap(), false).await.unwrap(), None);
    assert!(w.backend.directory.find_image(&lately.image.unwrap(), false).await.unwrap().is_some());
    assert_eq!(w.backend.directory.find_user(lately.id).await.unwrap().unwrap().state(), UserState::Removed);
    assert_eq!(w.backend.directory.find_user(present.id).await.unwrap().unwrap().state(), UserState::Active);
    // The name is free again.
    w.user(&w.customer, "longago", BuiltInRole::User).await;
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
