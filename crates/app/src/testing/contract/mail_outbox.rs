use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{MailId, PasswordLinkId, permission::BuiltInRole, user::User};
use tokio::task::JoinSet;

use super::backend::{ContractBackend, World, until_settled};
use crate::{
    ports::{ClaimedMail, Handover, Latest, Letter, MailRow, MailState, OutboxMail, Storage, StorageError},
    testing::samples::{self, instant},
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn user(w: &World) -> User {
    w.user(&w.customer, "avery", BuiltInRole::User).await
}

async fn enqueue(w: &World, user: &User, letter: Letter, state: MailState, at: i64) -> OutboxMail {
    let id = MailId::new(w.uuid());
    let mail = OutboxMail { state, ..samples::mail(id, user, letter, instant(at)) };
    let uow = w.begin().await;
    uow.mail_outbox().enqueue(&mail).await.unwrap();
    uow.commit().await.unwrap();
    mail
}

async fn pending(w: &World, user: &User, at: i64) -> OutboxMail {
    enqueue(w, user, Letter::PasswordChanged, MailState::Pending, at).await
}

fn sealed() -> Letter {
    Letter::NewPassword { sealed: Some(vec![0, 255, 7]) }
}

/// A stored link, for letters that carry one.
async fn link(w: &World, user: &User) -> PasswordLinkId {
    let link = samples::link(PasswordLinkId::new(w.uuid()), user, instant(0));
    let uow = w.begin().await;
    uow.password_links().insert(&link).await.unwrap();
    uow.commit().await.unwrap();
    link.id
}

async fn try_claim(storage: &dyn Storage, now: Timestamp, limit: u32) -> Result<Vec<ClaimedMail>, StorageError> {
    let uow = storage.begin().await?;
    let claimed = uow.mail_outbox().claim(now, MINUTE, limit).await?;
    uow.commit().await?;
    Ok(claimed)
}

async fn claim(w: &World, now: i64) -> Vec<ClaimedMail> {
    try_claim(&*w.backend.storage, instant(now), 100).await.unwrap()
}

fn ids(claimed: &[ClaimedMail]) -> Vec<MailId> {
    claimed.iter().map(|claimed| claimed.mail.id).collect()
}

async fn renew(w: &World, claimed: &ClaimedMail, until: i64) -> bool {
    let uow = w.begin().await;
    let renewed = uow.mail_outbox().renew(claimed, instant(until)).await.unwrap();
    uow.commit().await.unwrap();
    renewed
}

async fn settle(w: &World, claimed: &ClaimedMail, handover: Handover<'_>) -> bool {
    let uow = w.begin().await;
    let settled = uow.mail_outbox().settle(claimed, handover, instant(30)).await.unwrap();
    uow.commit().await.unwrap();
    settled
}

async fn row(w: &World, mail: &OutboxMail) -> MailRow {
    let rows = w.backend.directory.list_mails(mail.user_id, 100).await.unwrap();
    rows.into_iter().find(|row| row.id == mail.id).unwrap()
}

pub async fn every_letter_round_trips_through_a_claim(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let letters = [
        Letter::Welcome { link_id: link(&w, &user).await },
        Letter::PasswordReset { link_id: link(&w, &user).await },
        sealed(),
        Letter::PasswordChanged,
        Letter::LinkSentElsewhere,
        Letter::AddressChanged,
    ];
    for (at, letter) in (0..).zip(letters) {
        let mail = enqueue(&w, &user, letter, MailState::Pending, at).await;
        let expected = MailRow {
            id: mail.id,
            kind: mail.letter.key().to_owned(),
            to: mail.to.as_str().to_owned(),
            state: MailState::Pending,
            attempts: 0,
            last_error: None,
            created_at: mail.created_at,
            sent_at: None,
        };
        assert_eq!(row(&w, &mail).await, expected);
        let claimed = claim(&w, at).await;
        assert_eq!(claimed.len(), 1);
        assert_eq!((&claimed[0].mail, claimed[0].attempt), (&mail, 1));
        assert_eq!(row(&w, &mail).await, MailRow { attempts: 1, ..expected });
    }
}

pub async fn mail_is_due_from_its_creation_and_longest_due_first(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let (c, a, b) = (pending(&w, &user, 30).await, pending(&w, &user, 10).await, pending(&w, &user, 20).await);
    let late = pending(&w, &user, 41).await;
    let storage = &*w.backend.storage;
    assert_eq!(ids(&try_claim(storage, instant(40), 1).await.unwrap()), [a.id]);
    assert_eq!(ids(&try_claim(storage, instant(40), 100).await.unwrap()), [b.id, c.id]);
    assert_eq!(claim(&w, 40).await, []);
    assert_eq!(ids(&claim(&w, 41).await), [late.id]);
}

pub async fn claimed_mail_comes_back_when_its_lease_is_over(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let mail = pending(&w, &user, 0).await;
    let first = claim(&w, 0).await.remove(0);
    assert_eq!(claim(&w, 59).await, []);
    let second = claim(&w, 61).await.remove(0);
    assert_eq!((second.mail.id, first.attempt, second.attempt), (mail.id, 1, 2));
    assert_ne!(first.lease, second.lease);
    // The first worker was too slow: its result counts for nothing.
    assert!(!settle(&w, &first, Handover::Done).await);
    assert_eq!(row(&w, &mail).await.state, MailState::Pending);
    assert!(settle(&w, &second, Handover::Done).await);
    assert_eq!(row(&w, &mail).await.state, MailState::Sent);
}

pub async fn renewed_mail_stays_with_its_worker(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    pending(&w, &user, 0).await;
    let first = claim(&w, 0).await.remove(0);
    assert!(renew(&w, &first, 100).await);
    assert_eq!(claim(&w, 99).await, []);
    let second = claim(&w, 101).await.remove(0);
    assert!(!renew(&w, &first, 300).await);
    assert!(settle(&w, &second, Handover::Done).await);
    assert!(!renew(&w, &second, 300).await);
}

pub async fn sent_mail_is_settled_for_good(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let mail = enqueue(&w, &user, sealed(), MailState::Pending, 0).await;
    assert_eq!(w.backend.probe.sealed_mails().await, 1);
    let claimed = claim(&w, 1).await.remove(0);
    assert_eq!(w.backend.probe.sealed_mails().await, 1);
    assert!(settle(&w, &claimed, Handover::Done).await);
    let row = row(&w, &mail).await;
    assert_eq!((row.state, row.attempts, row.last_error), (MailState::Sent, 1, None));
    assert_eq!(row.sent_at, Some(instant(30)));
    assert_eq!(w.backend.probe.sealed_mails().await, 0);
    assert_eq!(claim(&w, 100_000).await, []);
}

pub async fn failed_mail_says_why_and_keeps_nothing_sealed(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    for handover in [Handover::Refused { error: "no such mailbox" }, Handover::Overtaken] {
        let mail = enqueue(&w, &user, sealed(), MailState::Pending, 0).await;
        let claimed = claim(&w, 1).await.remove(0);
        assert!(settle(&w, &claimed, handover).await);
        let row = row(&w, &mail).await;
        let expected = (handover.state(), handover.error(), None);
        assert_eq!((row.state, row.last_error.as_deref(), row.sent_at), expected);
        assert_eq!(w.backend.probe.sealed_mails().await, 0);
        assert_eq!(claim(&w, 100_000).await, []);
    }
}

pub async fn mail_to_be_tried_again_waits_with_its_secret(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let mail = enqueue(&w, &user, sealed(), MailState::Pending, 0).await;
    let claimed = claim(&w, 1).await.remove(0);
    assert!(settle(&w, &claimed, Handover::Again { at: instant(90), error: "the server is busy" }).await);
    let row = row(&w, &mail).await;
    assert_eq!((row.state, row.last_error.as_deref()), (MailState::Pending, Some("the server is busy")));
    assert_eq!(claim(&w, 89).await, []);
    let again = claim(&w, 90).await.remove(0);
    assert_eq!((again.mail.letter, again.attempt), (mail.letter, 2));
}

pub async fn mail_that_a_wrong_clock_put_off_is_brought_forward(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let again = |at| Handover::Again { at: instant(at), error: "the server is busy" };
    let mut mails = Vec::new();
    for retry_at in [2001, 2000] {
        mails.push(pending(&w, &user, 1).await);
        assert!(settle(&w, &claim(&w, 1).await.remove(0), again(retry_at)).await);
    }
    for leased_until in [3001, 3000] {
        mails.push(pending(&w, &user, 2).await);
        assert!(renew(&w, &claim(&w, 2).await.remove(0), leased_until).await);
    }
    for due_at in [1001, 1000] {
        mails.push(pending(&w, &user, due_at).await);
    }
    let held = enqueue(&w, &user, Letter::PasswordChanged, MailState::Held, 6000).await;
    let uow = w.begin().await;
    let latest = Latest { first_try: instant(1000), retry: instant(2000), lease: instant(3000) };
    uow.mail_outbox().bring_forward(instant(20), latest).await.unwrap();
    uow.commit().await.unwrap();
    let mut claimed_at = HashMap::new();
    for at in [19, 20, 999, 1000, 1999, 2000, 2999, 3000] {
        for id in ids(&claim(&w, at).await) {
            claimed_at.entry(id).or_insert(at);
        }
    }
    let claimed_at: Vec<_> = mails.iter().map(|mail| claimed_at[&mail.id]).collect();
    assert_eq!(claimed_at, [20, 2000, 19, 3000, 20, 1000]);
    assert_eq!(row(&w, &held).await.state, MailState::Held);
}

pub async fn held_mail_waits_until_released(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let held = enqueue(&w, &user, sealed(), MailState::Held, 0).await;
    let others = enqueue(&w, &other, sealed(), MailState::Held, 0).await;
    assert_eq!(claim(&w, 100).await, []);
    for released in [1, 0] {
        let uow = w.begin().await;
        assert_eq!(uow.mail_outbox().release_held(user.id, instant(200)).await.unwrap(), released);
        uow.commit().await.unwrap();
    }
    assert_eq!(row(&w, &held).await.state, MailState::Pending);
    assert_eq!(row(&w, &others).await.state, MailState::Held);
    assert_eq!(claim(&w, 199).await, []);
    let claimed = claim(&w, 200).await.remove(0);
    assert_eq!((claimed.mail.id, claimed.mail.letter), (held.id, held.letter));
}

pub async fn cancelling_takes_waiting_mails_with_credentials_only(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let sent = enqueue(&w, &user, Letter::Welcome { link_id: link(&w, &user).await }, MailState::Pending, 0).await;
    let claimed = claim(&w, 0).await.remove(0);
    assert!(settle(&w, &claimed, Handover::Done).await);
    let overtaken = [
        enqueue(&w, &user, Letter::Welcome { link_id: link(&w, &user).await }, MailState::Held, 1).await,
        enqueue(&w, &user, Letter::PasswordReset { link_id: link(&w, &user).await }, MailState::Pending, 1).await,
        enqueue(&w, &user, sealed(), MailState::Pending, 1).await,
        enqueue(&w, &user, sealed(), MailState::Held, 1).await,
    ];
    let notice = pending(&w, &user, 1).await;
    let others = enqueue(&w, &other, sealed(), MailState::Pending, 1).await;
    for cancelled in [4, 0] {
        let uow = w.begin().await;
        assert_eq!(uow.mail_outbox().cancel_credentials(user.id).await.unwrap(), cancelled);
        uow.commit().await.unwrap();
    }
    for mail in &overtaken {
        assert_eq!(row(&w, mail).await.state, MailState::Cancelled);
    }
    assert_eq!(row(&w, &sent).await.state, MailState::Sent);
    assert_eq!(w.backend.probe.sealed_mails().await, 1);
    assert_eq!(ids(&claim(&w, 10).await).into_iter().collect::<HashSet<_>>(), HashSet::from([notice.id, others.id]));
}

pub async fn cancelled_mail_is_not_revived_by_its_claimer(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    enqueue(&w, &user, sealed(), MailState::Pending, 0).await;
    let claimed = claim(&w, 0).await.remove(0);
    let uow = w.begin().await;
    assert_eq!(uow.mail_outbox().cancel_credentials(user.id).await.unwrap(), 1);
    uow.commit().await.unwrap();
    settle(&w, &claimed, Handover::Again { at: instant(40), error: "the server is busy" }).await;
    assert_eq!(claim(&w, 100_000).await, []);
    assert_eq!(w.backend.probe.sealed_mails().await, 0);
}

pub async fn concurrent_workers_never_get_the_same_mail(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    for at in 0..30 {
        pending(&w, &user, at).await;
    }
    let mut workers = JoinSet::new();
    for _ in 0..5 {
        let storage = Arc::clone(&w.backend.storage);
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = until_settled(|| try_claim(&*storage, instant(50), 3)).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(ids(&claimed));
                assert!(mine.len() <= 30, "there are thirty mails");
            }
        });
    }
    let claimed: Vec<MailId> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 30);
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 30);
}

pub async fn mails_are_listed_newest_first(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = user(&w).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    pending(&w, &other, 9).await;
    let (b, c, a) = (pending(&w, &user, 2).await, pending(&w, &user, 3).await, pending(&w, &user, 1).await);
    let list = async |limit| {
        let rows = w.backend.directory.list_mails(user.id, limit).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(list(10).await, [c.id, b.id, a.id]);
    assert_eq!(list(2).await, [c.id, b.id]);
}
