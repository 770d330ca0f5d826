use futures_util::future::join_all;
use tenantry_domain::{
    AccountId, PasswordLinkId, SessionId, UserId,
    account::AccountKind,
    permission::{BuiltInRole, Grant},
    user::{User, UserStatus},
};

use super::backend::{ContractBackend, World, cells};
use crate::{
    ports::NewSession,
    testing::samples::{self, instant},
};

/// Enough that not all of them can be asked for at the same time, one by one.
const PEOPLE: usize = 12;

/// People with some grants each, some of them suspended or removed, and with a link or without.
async fn people(w: &World) -> Vec<User> {
    let role = w.role(&w.reseller, "Helpdesk", cells(&["own.users.view", "own.users.edit"])).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let home = [&w.root, &w.customer][number / 2 % 2];
        let user = w.user(home, &format!("person{number}"), BuiltInRole::BasicAccess).await;
        if number % 2 == 1 {
            let away = Grant { ends_at: Some(instant(50)), ..Grant::new(role.clone().into(), w.reseller.path.clone()) };
            let elsewhere = Grant::new(BuiltInRole::User.into(), w.sibling.path.clone());
            w.give(
                &user,
                &[Grant::new(BuiltInRole::User.into(), home.path.clone()), away, elsewhere],
                &user,
                instant(1),
            )
            .await;
        }
        if number % 4 == 1 {
            let uow = w.begin().await;
            let link = samples::link(PasswordLinkId::new(w.uuid()), &user, instant(2));
            uow.password_links().insert(&link).await.unwrap();
            uow.commit().await.unwrap();
        }
        people.push(user);
    }
    w.update(&User { status: UserStatus::Suspended, ..people[4].clone() }).await;
    w.update(&User { removed_at: Some(instant(1)), ..people[5].clone() }).await;
    people
}

async fn sign_in(w: &World, user: &User) -> NewSession {
    let session = samples::session(SessionId::new(w.uuid()), user, instant(0));
    let uow = w.begin().await;
    uow.sessions().insert(&session, 10).await.unwrap();
    uow.commit().await.unwrap();
    session
}

/// What each is told who asks alone, and what each is told when all ask at once.
macro_rules! alone_and_at_once {
    ($keys:expr, $ask:expr) => {{
        let mut alone = Vec::new();
        for key in $keys {
            alone.push($ask(key).await.unwrap());
        }
        let at_once = join_all($keys.iter().map($ask)).await;
        (alone, at_once.into_iter().map(Result::unwrap).collect::<Vec<_>>())
    }};
}

pub async fn sessions_asked_for_at_once_are_each_told_their_own(backend: ContractBackend) {
    let w = World::new(backend).await;
    let people = people(&w).await;
    let mut hashes = vec![samples::token_hash(w.uuid())];
    for user in people.iter().chain(&people) {
        hashes.push(sign_in(&w, user).await.token_hash);
    }
    let directory = &w.backend.directory;
    let (alone, at_once) = alone_and_at_once!(&hashes, |hash| directory.find_session(hash, instant(60)));
    assert!(alone[0].is_none());
    assert_eq!(alone.iter().flatten().count(), 2 * PEOPLE);
    assert_eq!(format!("{at_once:?}"), format!("{alone:?}"));
    // Each as of the time at which it was asked.
    let of_one = &hashes[2];
    let grants = |at| async move {
        let row = directory.find_session(of_one, instant(at)).await.unwrap().unwrap();
        row.principal.authority.grants().len()
    };
    let times = [40, 60, 40, 60, 40, 60];
    assert_eq!(join_all(times.map(grants)).await, [3, 2, 3, 2, 3, 2]);
}

pub async fn users_asked_for_at_once_are_each_told_of(backend: ContractBackend) {
    let w = World::new(backend).await;
    let people = people(&w).await;
    w.remove_account(&w.customer, instant(5)).await;
    let mut ids: Vec<UserId> = people.iter().chain(&people).map(|user| user.id).collect();
    ids.insert(7, UserId::new(w.uuid()));
    let (alone, at_once) = alone_and_at_once!(&ids, |id: &UserId| w.backend.directory.find_user(*id));
    assert_eq!(at_once, alone);
    let told: Vec<UserId> = alone.iter().flatten().map(|user| user.record.user.id).collect();
    let of_live_accounts = people.iter().chain(&people).filter(|user| user.account_id != w.customer.id());
    assert_eq!(told, of_live_accounts.map(|user| user.id).collect::<Vec<_>>());
    assert!(alone.iter().flatten().any(|user| user.newest_link.is_some()));
}

pub async fn accounts_asked_for_at_once_are_each_told_of(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut ids: Vec<AccountId> = vec![w.root.id(), w.reseller.id(), w.customer.id(), w.sibling.id(), w.customer.id()];
    for number in 0..PEOPLE {
        let domain = format!("customer{number}.example");
        let account = w.account_below(&w.reseller, AccountKind::Customer, &format!("Customer {number}"), &domain);
        w.add_account(&account).await;
        if number % 5 == 4 {
            w.remove_account(&account, instant(5)).await;
        }
        ids.push(account.id());
    }
    let uow = w.begin().await;
    let alias = samples::domain("alias.example");
    uow.accounts().add_domain(w.reseller.id(), &alias, instant(1)).await.unwrap();
    uow.commit().await.unwrap();
    let (alone, at_once) = alone_and_at_once!(&ids, |id: &AccountId| w.backend.directory.find_account(*id));
    assert_eq!(at_once, alone);
    let told: Vec<AccountId> = alone.iter().flatten().map(|standing| standing.account.id()).collect();
    assert_eq!(told.len(), ids.len() - 2);
    assert_eq!(told[..5], ids[..5]);
    assert_eq!(alone[1].as_ref().unwrap().account.domains.iter().count(), 2);
}
