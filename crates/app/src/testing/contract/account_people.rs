//! The users at and below an account, all at once.

use tenantry_domain::{
    MailId, PasswordLinkId, SessionId, UserId,
    account::Account,
    permission::{BuiltInRole, Grant},
    user::User,
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{Letter, MailState, UserRecord},
    testing::samples::{self, instant},
};

fn grant(account: &Account) -> Grant {
    Grant::new(BuiltInRole::User.into(), account.path.clone())
}

async fn with_grants_outside(w: &World, account: &Account) -> Vec<UserId> {
    let records = w.begin().await.users().list_with_grants_outside(&account.path).await.unwrap();
    complete(w, records).await
}

async fn with_grants_inside(w: &World, account: &Account) -> Vec<UserId> {
    let records = w.begin().await.users().list_with_grants_inside(&account.path).await.unwrap();
    complete(w, records).await
}

/// Whose records these are, with all they hold.
async fn complete(w: &World, records: Vec<UserRecord>) -> Vec<UserId> {
    let uow = w.begin().await;
    let mut ids = Vec::new();
    for record in records {
        ids.push(record.user.id);
        assert_eq!(uow.users().find(record.user.id).await.unwrap(), Some(record));
    }
    ids
}

pub async fn users_with_grants_across_an_accounts_border_are_listed_with_all_they_hold(backend: ContractBackend) {
    let w = World::new(backend).await;
    let with = async |account: &Account, local: &str, others: &[&Account]| {
        let user = w.user(account, local, BuiltInRole::User).await;
        let grants: Vec<Grant> = others.iter().chain([&account]).map(|account| grant(account)).collect();
        w.give(&user, &grants, &user, instant(1)).await;
        user
    };
    with(&w.reseller, "at-home", &[]).await;
    let below = with(&w.reseller, "below", &[&w.customer]).await;
    let above = with(&w.reseller, "above", &[&w.root, &w.customer]).await;
    let beside = with(&w.customer, "beside", &[&w.sibling]).await;
    let inside = with(&w.customer, "inside", &[&w.reseller]).await;
    let elsewhere = with(&w.sibling, "from-elsewhere", &[&w.reseller, &w.root]).await;
    let removed = with(&w.customer, "removed", &[&w.root]).await;
    w.update(&User { removed_at: Some(instant(2)), ..removed }).await;

    assert_eq!(with_grants_outside(&w, &w.reseller).await, [above.id, beside.id]);
    assert_eq!(with_grants_outside(&w, &w.customer).await, [beside.id, inside.id]);
    assert_eq!(with_grants_outside(&w, &w.root).await, []);
    assert_eq!(with_grants_inside(&w, &w.reseller).await, [elsewhere.id]);
    assert_eq!(with_grants_inside(&w, &w.customer).await, [below.id, above.id]);
    assert_eq!(with_grants_inside(&w, &w.root).await, []);
    w.remove_account(&w.customer, instant(3)).await;
    assert_eq!(with_grants_outside(&w, &w.reseller).await, [above.id]);
}

/// What lets a user in.
struct WaysIn {
    session: SessionId,
    link: PasswordLinkId,
    welcome: MailId,
    /// Tells something, and lets nobody in.
    notice: MailId,
}

impl WaysIn {
    async fn new(w: &World, user: &User) -> Self {
        let session = samples::session(SessionId::new(w.uuid()), user, instant(0));
        let link = samples::link(PasswordLinkId::new(w.uuid()), user, instant(0));
        let letter = Letter::Welcome { link_id: link.id };
        let welcome = samples::mail(MailId::new(w.uuid()), user, letter, instant(0));
        let notice = samples::mail(MailId::new(w.uuid()), user, Letter::PasswordChanged, instant(0));
        let uow = w.begin().await;
        uow.sessions().insert(&session, 10).await.unwrap();
        uow.password_links().insert(&link).await.unwrap();
        for mail in [&welcome, &notice] {
            uow.mail_outbox().enqueue(mail).await.unwrap();
        }
        uow.commit().await.unwrap();
        Self { session: session.session.id, link: link.id, welcome: welcome.id, notice: notice.id }
    }

    async fn assert_closed(&self, w: &World, user: &User, are_closed: bool) {
        let local = user.login_name.to_string();
        let sessions = w.backend.directory.list_sessions(user.id).await.unwrap();
        assert_eq!(sessions.iter().all(|session| session.id != self.session), are_closed, "session of {local}");
        let link = w.begin().await.password_links().find(self.link).await.unwrap().unwrap();
        assert_eq!(link.voided_at, are_closed.then(|| instant(9)), "link of {local}");
        let mails = w.backend.directory.list_mails(user.id, 10).await.unwrap();
        let state = |id| mails.iter().find(|mail| mail.id == id).unwrap().state;
        assert_eq!(state(self.welcome) == MailState::Cancelled, are_closed, "mail to {local}");
        assert_ne!(state(self.notice), MailState::Cancelled, "notice to {local}");
    }
}

pub async fn shutting_out_closes_every_way_in_of_the_subtree_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut people = Vec::new();
    for (account, is_inside) in [(&w.root, false), (&w.sibling, false), (&w.reseller, true), (&w.customer, true)] {
        let user = w.user(account, "avery", BuiltInRole::User).await;
        people.push((WaysIn::new(&w, &user).await, user, is_inside));
    }
    let shut_out = async |account: &Account, at: i64| {
        let uow = w.begin().await;
        uow.users().shut_out_subtree(&account.path, instant(at)).await.unwrap();
        uow.commit().await.unwrap();
    };
    for (ways, user, _) in &people {
        ways.assert_closed(&w, user, false).await;
    }
    shut_out(&w.reseller, 9).await;
    // What is closed already stays as it was closed.
    shut_out(&w.reseller, 10).await;
    for (ways, user, is_inside) in &people {
        ways.assert_closed(&w, user, *is_inside).await;
    }
}
