use jiff::Timestamp;
use tenantry_domain::{
    account::{Account, AccountKind, AccountStatus},
    permission::BuiltInRole,
    user::{User, UserStatus},
};

use super::{
    account_lists::{everything, names, part, rows},
    backend::{ContractBackend, World},
};
use crate::{
    ports::{AccountFilter, AccountRow, AccountState, SubtreeSize},
    testing::samples::instant,
};

/// The world with an account below its customer.
async fn with_leaf(backend: ContractBackend) -> (World, Account) {
    let w = World::new(backend).await;
    let leaf = w.account_below(&w.customer, AccountKind::Customer, "Wingtip", "wingtip.example");
    w.add_account(&leaf).await;
    (w, leaf)
}

async fn removed(w: &World, account: &Account) -> Option<Account> {
    w.begin().await.accounts().find_removed(account.id()).await.unwrap()
}

fn removed_at(account: &Account, at: Timestamp) -> Account {
    Account { removed_at: Some(at), ..account.clone() }
}

async fn assert_live(w: &World, accounts: &[&Account]) {
    for account in accounts {
        assert_eq!(w.found(account.id()).await.as_ref(), Some(*account));
        assert_eq!(removed(w, account).await, None, "{}", account.name);
    }
}

async fn assert_gone(w: &World, accounts: &[&Account]) {
    for account in accounts {
        assert_eq!(w.found(account.id()).await, None, "{}", account.name);
    }
}

pub async fn removed_account_is_gone_with_everything_below(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    w.remove_account(&w.reseller, instant(5)).await;
    assert_gone(&w, &[&w.reseller, &w.customer, &leaf]).await;
    assert_live(&w, &[&w.root, &w.sibling]).await;
    assert_eq!(removed(&w, &w.reseller).await, Some(removed_at(&w.reseller, instant(5))));
    for removed_with_it in [&w.customer, &leaf] {
        assert_eq!(removed(&w, removed_with_it).await, None);
    }
    assert_eq!(names(&w, &everything(&w)).await, ["Litware", "Northwind"]);
    w.restore_account(&w.reseller).await;
    assert_live(&w, &[&w.root, &w.reseller, &w.customer, &leaf, &w.sibling]).await;
    assert_eq!(names(&w, &everything(&w)).await, ["Contoso", "Litware", "Northwind", "Tailspin", "Wingtip"]);
}

pub async fn what_was_removed_before_stays_removed(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    for (account, at) in [(&leaf, 1), (&w.customer, 2), (&w.reseller, 3)] {
        w.remove_account(account, instant(at)).await;
    }
    for (account, at) in [(&leaf, 1), (&w.customer, 2), (&w.reseller, 3)] {
        assert_eq!(removed(&w, account).await, Some(removed_at(account, instant(at))));
    }
    w.restore_account(&w.reseller).await;
    assert_live(&w, &[&w.reseller]).await;
    assert_gone(&w, &[&w.customer, &leaf]).await;
    assert_eq!(removed(&w, &w.customer).await, Some(removed_at(&w.customer, instant(2))));
    w.restore_account(&w.customer).await;
    assert_live(&w, &[&w.reseller, &w.customer]).await;
    assert_eq!(removed(&w, &leaf).await, Some(removed_at(&leaf, instant(1))));
    w.restore_account(&leaf).await;
    assert_live(&w, &[&w.reseller, &w.customer, &leaf]).await;
}

pub async fn accounts_come_back_as_they_were_removed(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    w.remove_account(&w.customer, instant(1)).await;
    w.remove_account(&w.customer, instant(2)).await;
    assert_eq!(removed(&w, &w.customer).await, Some(removed_at(&w.customer, instant(1))), "it was removed already");
    // Neither was removed by itself.
    for not_removed_alone in [&leaf, &w.reseller] {
        w.restore_account(not_removed_alone).await;
    }
    assert_gone(&w, &[&w.customer, &leaf]).await;
    w.restore_account(&w.customer).await;
    assert_live(&w, &[&w.reseller, &w.customer, &leaf]).await;

    // What came back once can be removed with another account the next time.
    w.remove_account(&w.reseller, instant(3)).await;
    assert_eq!(removed(&w, &w.customer).await, None);
    w.restore_account(&w.reseller).await;
    assert_live(&w, &[&w.reseller, &w.customer, &leaf]).await;
}

pub async fn removal_is_undone_with_its_unit(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    let uow = w.begin().await;
    uow.accounts().remove_subtree(&w.customer.path, instant(1)).await.unwrap();
    assert_eq!(uow.accounts().find(leaf.id()).await.unwrap(), None);
    drop(uow);
    assert_live(&w, &[&w.customer, &leaf]).await;
}

pub async fn subtree_is_counted_without_what_was_removed(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    for (account, local) in [(&w.root, "a"), (&w.reseller, "b"), (&w.customer, "c"), (&leaf, "d"), (&w.sibling, "e")] {
        w.user(account, local, BuiltInRole::User).await;
        let suspended = User { status: UserStatus::Suspended, ..w.user_of(account, &format!("{local}-suspended")) };
        let removed = User { removed_at: Some(instant(1)), ..w.user_of(account, &format!("{local}-removed")) };
        for user in [&suspended, &removed] {
            let grant = tenantry_domain::permission::Grant::new(BuiltInRole::User.into(), account.path.clone());
            w.add(user, &grant).await;
        }
    }
    let count = async |account: &Account| {
        let SubtreeSize { accounts_below, users } =
            w.begin().await.accounts().count_subtree(&account.path).await.unwrap();
        (accounts_below, users)
    };
    let all = [&w.root, &w.reseller, &w.customer, &leaf, &w.sibling];
    for (account, expected) in all.into_iter().zip([(4, 10), (2, 6), (1, 4), (0, 2), (0, 2)]) {
        assert_eq!(count(account).await, expected, "{}", account.name);
    }
    w.remove_account(&w.customer, instant(1)).await;
    for (account, expected) in [(&w.root, (2, 6)), (&w.reseller, (0, 2)), (&w.sibling, (0, 2))] {
        assert_eq!(count(account).await, expected, "{} without the customer", account.name);
    }
    w.restore_account(&w.customer).await;
    assert_eq!(count(&w.root).await, (4, 10));
}

pub async fn accounts_are_listed_by_kind_and_state(backend: ContractBackend) {
    let (w, _) = with_leaf(backend).await;
    let mut suspended = w.account_below(&w.root, AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    suspended.status = AccountStatus::Suspended;
    w.add_account(&suspended).await;
    let below = w.account_below(&suspended, AccountKind::Customer, "Adatum", "adatum.example");
    w.add_account(&below).await;
    let (platform, reseller, customer) = (AccountKind::Platform, AccountKind::Reseller, AccountKind::Customer);
    let (active, is_suspended) = (AccountState::Active, AccountState::Suspended);
    let cases: [(Option<AccountKind>, Option<AccountState>, &[&str]); 8] = [
        (Some(platform), None, &["Northwind"]),
        (Some(reseller), None, &["Contoso", "Fabrikam", "Litware"]),
        (Some(customer), None, &["Adatum", "Tailspin", "Wingtip"]),
        (None, Some(active), &["Adatum", "Contoso", "Litware", "Northwind", "Tailspin", "Wingtip"]),
        (None, Some(is_suspended), &["Fabrikam"]),
        (Some(reseller), Some(active), &["Contoso", "Litware"]),
        (Some(customer), Some(is_suspended), &[]),
        (None, Some(AccountState::Removed), &[]),
    ];
    for (kind, state, expected) in cases {
        assert_eq!(names(&w, &AccountFilter { kind, state, ..everything(&w) }).await, expected, "{kind:?} {state:?}");
    }
    let active_below = AccountFilter { parent: Some(suspended.id()), state: Some(active), ..everything(&w) };
    assert_eq!(names(&w, &active_below).await, ["Adatum"]);
}

pub async fn removed_accounts_are_listed_by_state_removed_and_the_top_alone(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    w.remove_account(&leaf, instant(1)).await;
    w.remove_account(&w.reseller, instant(2)).await;
    for (state, expected) in [
        (None, &["Litware", "Northwind"][..]),
        (Some(AccountState::Active), &["Litware", "Northwind"]),
        (Some(AccountState::Suspended), &[]),
        (Some(AccountState::Removed), &["Contoso", "Wingtip"]),
    ] {
        assert_eq!(names(&w, &AccountFilter { state, ..everything(&w) }).await, expected, "{state:?}");
    }
    let removed = AccountFilter { state: Some(AccountState::Removed), ..everything(&w) };
    let expected = [(&w.reseller, 2), (&leaf, 1)].map(|(account, at)| AccountRow {
        path: account.path.clone(),
        kind: account.kind,
        name: account.name.to_string(),
        status: AccountStatus::Active,
        removed_at: Some(instant(at)),
        effective_status: AccountStatus::Active,
        primary_domain: account.domains.primary.to_string(),
    });
    assert_eq!(rows(&w, &removed).await, expected);

    // The other filters hold for them too.
    for (filter, expected) in [
        (AccountFilter { visible: vec![part(&w.customer, false, true)], ..removed.clone() }, &["Wingtip"][..]),
        (AccountFilter { visible: vec![part(&w.sibling, true, true)], ..removed.clone() }, &[]),
        (AccountFilter { parent: Some(w.root.id()), ..removed.clone() }, &["Contoso"]),
        (AccountFilter { kind: Some(AccountKind::Customer), ..removed.clone() }, &["Wingtip"]),
        (AccountFilter { text: Some("TOSO".to_owned()), ..removed.clone() }, &["Contoso"]),
    ] {
        assert_eq!(names(&w, &filter).await, expected, "{filter:?}");
    }
}
