use jiff::SignedDuration;
use tenantry_domain::{
    SessionId,
    permission::{BuiltInRole, Standing},
    user::{User, UserStatus},
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{NewSession, Session, SessionKind},
    testing::samples::{self, instant},
};

async fn add(w: &World, user: &User, created_at: i64) -> NewSession {
    add_among(w, user, created_at, 100).await
}

async fn add_among(w: &World, user: &User, created_at: i64, most: u32) -> NewSession {
    let session = samples::session(SessionId::new(w.uuid()), user, instant(created_at));
    insert(w, &session, most).await;
    session
}

async fn insert(w: &World, session: &NewSession, most: u32) {
    let uow = w.begin().await;
    uow.sessions().insert(session, most).await.unwrap();
    uow.commit().await.unwrap();
}

async fn ids(w: &World, user: &User) -> Vec<SessionId> {
    w.backend.directory.list_sessions(user.id).await.unwrap().into_iter().map(|session| session.id).collect()
}

pub async fn session_round_trips_with_whose_it_is(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.reseller, "avery", BuiltInRole::BasicAccess).await;
    let plain = samples::session(SessionId::new(w.uuid()), &user, instant(0));
    let complete = NewSession {
        session: Session {
            id: SessionId::new(w.uuid()),
            kind: SessionKind::Api,
            last_seen_at: instant(1) + SignedDuration::from_micros(654_321),
            expires_at: instant(2),
            active_account_id: w.customer.id(),
            address: Some("2001:db8::7".to_owned()),
            user_agent: Some("Ünusual/1.0 (“quoted”)".to_owned()),
            ..plain.session.clone()
        },
        token_hash: samples::token_hash(w.uuid()),
    };
    for new in [plain, complete] {
        insert(&w, &new, 10).await;
        // It is found after its end too: whether it is still good is the caller's to say.
        let row = w.backend.directory.find_session(&new.token_hash, instant(999_999)).await.unwrap().unwrap();
        assert_eq!(row.session, new.session);
        assert_eq!(row.principal.user_id, user.id);
        assert_eq!(row.principal.authority.standing(), Standing::Active);
        assert_eq!(row.principal.authority.grants()[0].role, BuiltInRole::BasicAccess);
        assert!(w.backend.directory.list_sessions(user.id).await.unwrap().contains(&new.session));
    }
    assert!(w.backend.directory.find_session(&samples::token_hash(w.uuid()), instant(0)).await.unwrap().is_none());
}

pub async fn session_tells_the_standing_of_now(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let session = add(&w, &user, 0).await;
    w.update(&User { status: UserStatus::Suspended, ..user }).await;
    let row = w.backend.directory.find_session(&session.token_hash, instant(1)).await.unwrap().unwrap();
    assert_eq!(row.principal.authority.standing(), Standing::Suspended);
}

pub async fn oldest_sessions_end_beyond_the_limit(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let others = add(&w, &other, 0).await.session.id;
    let mut made = Vec::new();
    for created_at in 1..=5 {
        made.push(add_among(&w, &user, created_at, 3).await.session.id);
    }
    let mut left = ids(&w, &user).await;
    left.sort_unstable();
    assert_eq!(left, made[2..]);
    assert_eq!(ids(&w, &other).await, [others]);
    // By a clock that was set back, the newest one is not the latest.
    for created_at in [6, 0] {
        let last = add_among(&w, &user, created_at, 1).await.session.id;
        assert_eq!(ids(&w, &user).await, [last]);
    }
}

pub async fn sessions_are_listed_latest_used_first(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let (a, b, c) = (add(&w, &user, 1).await, add(&w, &user, 2).await, add(&w, &user, 3).await);
    let uow = w.begin().await;
    uow.sessions().touch(a.session.id, instant(10)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(ids(&w, &user).await, [a.session.id, c.session.id, b.session.id]);
}

pub async fn touch_and_active_account_change_one_session(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.reseller, "avery", BuiltInRole::FullAccess).await;
    let (session, other) = (add(&w, &user, 0).await, add(&w, &user, 0).await);
    let uow = w.begin().await;
    uow.sessions().touch(session.session.id, instant(60)).await.unwrap();
    uow.sessions().set_active_account(session.session.id, w.customer.id()).await.unwrap();
    uow.commit().await.unwrap();
    let row = w.backend.directory.find_session(&session.token_hash, instant(60)).await.unwrap().unwrap();
    let expected = Session { last_seen_at: instant(60), active_account_id: w.customer.id(), ..session.session };
    assert_eq!(row.session, expected);
    let row = w.backend.directory.find_session(&other.token_hash, instant(60)).await.unwrap().unwrap();
    assert_eq!(row.session, other.session);
}

pub async fn session_is_ended_by_its_owner_only(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let (ended, kept) = (add(&w, &user, 0).await, add(&w, &user, 0).await);
    for (owner, expected) in [(&other, false), (&user, true), (&user, false)] {
        let uow = w.begin().await;
        assert_eq!(uow.sessions().end(owner.id, ended.session.id).await.unwrap(), expected);
        uow.commit().await.unwrap();
    }
    assert_eq!(ids(&w, &user).await, [kept.session.id]);
    assert!(w.backend.directory.find_session(&ended.token_hash, instant(0)).await.unwrap().is_none());
}

pub async fn all_sessions_end_but_one(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let others = add(&w, &other, 0).await.session.id;
    let kept = add(&w, &user, 0).await.session.id;
    add(&w, &user, 1).await;
    add(&w, &user, 2).await;
    for (except, ended, left) in [(Some(kept), 2, vec![kept]), (None, 1, vec![]), (None, 0, vec![])] {
        let uow = w.begin().await;
        assert_eq!(uow.sessions().end_all(user.id, except).await.unwrap(), ended);
        uow.commit().await.unwrap();
        assert_eq!(ids(&w, &user).await, left);
    }
    assert_eq!(ids(&w, &other).await, [others]);
}

pub async fn sweep_deletes_expired_and_idle_sessions(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let with = |expires_at, last_seen_at| {
        let mut new = samples::session(SessionId::new(w.uuid()), &user, instant(0));
        (new.session.expires_at, new.session.last_seen_at) = (instant(expires_at), instant(last_seen_at));
        new
    };
    let (good, expired, idle, ahead) = (with(1000, 500), with(99, 500), with(1000, 49), with(1000, 601));
    for session in [&good, &expired, &idle, &ahead] {
        insert(&w, session, 10).await;
    }
    let uow = w.begin().await;
    uow.sessions().sweep(instant(100), instant(50)..=instant(600)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(ids(&w, &user).await, [good.session.id]);
}
