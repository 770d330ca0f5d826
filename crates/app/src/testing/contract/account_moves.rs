use tenantry_domain::{
    account::{Account, AccountKind, AccountPath, AccountStatus},
    permission::{BuiltInRole, Grant, Standing},
    user::User,
};

use super::{
    account_lists,
    backend::{ContractBackend, World},
    user_lists,
};
use crate::{
    ports::{AccountFilter, UserFilter},
    testing::samples::instant,
};

/// Three accounts beside each other below the reseller, the middle one with two more levels below it.
struct Branch {
    before: Account,
    top: Account,
    after: Account,
    middle: Account,
    leaf: Account,
    other_leaf: Account,
}

impl Branch {
    async fn new(w: &World) -> Self {
        let below = |parent: &Account, name: &str| {
            w.account_below(parent, AccountKind::Reseller, name, &format!("{name}.example"))
        };
        // One after the other, so that their paths differ in the last byte alone.
        let (before, top, after) =
            (below(&w.reseller, "before"), below(&w.reseller, "top"), below(&w.reseller, "after"));
        let middle = below(&top, "middle");
        let (leaf, other_leaf) = (below(&middle, "leaf"), below(&top, "other-leaf"));
        let branch = Self { before, top, after, middle, leaf, other_leaf };
        for account in branch.all() {
            w.add_account(account).await;
        }
        branch
    }

    const fn all(&self) -> [&Account; 6] {
        [&self.before, &self.top, &self.after, &self.middle, &self.leaf, &self.other_leaf]
    }
}

async fn children(w: &World, parent: &Account) -> Vec<String> {
    account_lists::names(w, &AccountFilter { parent: Some(parent.id()), ..account_lists::everything(w) }).await
}

pub async fn moved_account_takes_everything_below_along(backend: ContractBackend) {
    let w = World::new(backend).await;
    let b = Branch::new(&w).await;
    let moves = [(&b.top.path, &w.customer.path), (&w.customer.path.child(b.top.id()), &w.root.path)];
    for (from, to) in moves {
        w.move_account(from, to).await;
        let top = to.child(b.top.id());
        let middle = top.child(b.middle.id());
        let (leaf, other_leaf) = (middle.child(b.leaf.id()), top.child(b.other_leaf.id()));
        for (account, path) in [(&b.top, top), (&b.middle, middle), (&b.leaf, leaf), (&b.other_leaf, other_leaf)] {
            assert_eq!(w.found(account.id()).await, Some(Account { path, ..account.clone() }));
        }
        for untouched in [&b.before, &b.after, &w.root, &w.reseller, &w.customer, &w.sibling] {
            assert_eq!(w.found(untouched.id()).await.as_ref(), Some(untouched));
        }
    }
}

pub async fn moved_account_is_a_child_of_its_new_parent(backend: ContractBackend) {
    let w = World::new(backend).await;
    let b = Branch::new(&w).await;
    assert_eq!(children(&w, &w.reseller).await, ["after", "before", "Tailspin", "top"]);
    w.move_account(&b.top.path, &w.sibling.path).await;
    assert_eq!(children(&w, &w.reseller).await, ["after", "before", "Tailspin"]);
    assert_eq!(children(&w, &w.sibling).await, ["top"]);
    assert_eq!(children(&w, &b.top).await, ["middle", "other-leaf"]);
    assert_eq!(children(&w, &b.middle).await, ["leaf"]);

    // What is in view goes by where it is now.
    let seen_from = |account: &Account| AccountFilter {
        visible: vec![account_lists::part(account, false, true)],
        home: account.id(),
        ..account_lists::everything(&w)
    };
    let seen = account_lists::names(&w, &seen_from(&w.reseller)).await;
    assert_eq!(seen, ["after", "before", "Contoso", "Tailspin"]);
    let seen = account_lists::names(&w, &seen_from(&w.sibling)).await;
    assert_eq!(seen, ["leaf", "Litware", "middle", "other-leaf", "top"]);
}

pub async fn homes_and_anchors_move_along(backend: ContractBackend) {
    let w = World::new(backend).await;
    let b = Branch::new(&w).await;
    let at_home = w.user(&b.leaf, "avery", BuiltInRole::User).await;
    let away = w.user(&w.sibling, "blake", BuiltInRole::User).await;
    let grant = |path: &AccountPath| Grant::new(BuiltInRole::User.into(), path.clone());
    let anchors = [&w.sibling.path, &b.before.path, &b.middle.path];
    w.give(&away, &anchors.map(grant), &away, instant(1)).await;
    w.move_account(&b.top.path, &w.customer.path).await;

    let middle = w.customer.path.child(b.top.id()).child(b.middle.id());
    let leaf = middle.child(b.leaf.id());
    for (user, home, grants) in [
        (&at_home, &leaf, vec![grant(&leaf)]),
        (&away, &w.sibling.path, [&w.sibling.path, &middle, &b.before.path].map(grant).to_vec()),
    ] {
        assert_stands(&w, user, home, &grants).await;
    }
    let below = UserFilter {
        account: w.customer.path.clone(),
        visible: vec![user_lists::all_of(&w.customer)],
        ..user_lists::everything(&w)
    };
    let listed = user_lists::page(&w, &below).await.items;
    assert_eq!(listed.iter().map(|row| (row.id, &row.account)).collect::<Vec<_>>(), [(at_home.id, &leaf)]);
}

/// Home and grants are these, wherever one asks.
async fn assert_stands(w: &World, user: &User, home: &AccountPath, grants: &[Grant]) {
    let uow = w.begin().await;
    let principal = uow.users().find_principal(user.id, instant(2)).await.unwrap().unwrap();
    assert_eq!((principal.authority.home(), principal.authority.grants()), (home, grants));
    let record = uow.users().find(user.id).await.unwrap().unwrap();
    assert_eq!((&record.home, record.grants.as_slice()), (home, grants));
    drop(uow);
    let details = w.backend.directory.find_user(user.id).await.unwrap().unwrap();
    assert_eq!(details.record, record);
    let rows = w.backend.directory.list_grants(user.id).await.unwrap();
    assert_eq!(rows.into_iter().map(|row| row.grant).collect::<Vec<_>>(), grants);
}

pub async fn moved_accounts_stand_as_their_new_ancestors_let_them(backend: ContractBackend) {
    let w = World::new(backend).await;
    let b = Branch::new(&w).await;
    let user = w.user(&b.leaf, "avery", BuiltInRole::User).await;
    let mut suspended = w.account_below(&w.root, AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    suspended.status = AccountStatus::Suspended;
    w.add_account(&suspended).await;
    for (from, to, status, standing) in [
        (&b.top.path, &suspended.path, AccountStatus::Suspended, Standing::AccountSuspended),
        (&suspended.path.child(b.top.id()), &w.reseller.path, AccountStatus::Active, Standing::Active),
    ] {
        w.move_account(from, to).await;
        let leaf = w.backend.directory.find_account(b.leaf.id()).await.unwrap().unwrap();
        assert_eq!((leaf.account.status, leaf.effective_status), (AccountStatus::Active, status));
        let principal = w.backend.directory.find_principal(user.id, instant(1)).await.unwrap().unwrap();
        assert_eq!(principal.authority.standing(), standing);
    }
}

pub async fn removed_accounts_move_along(backend: ContractBackend) {
    let w = World::new(backend).await;
    let b = Branch::new(&w).await;
    w.remove_account(&b.middle, instant(1)).await;
    w.move_account(&b.top.path, &w.sibling.path).await;
    assert_eq!(w.found(b.middle.id()).await, None);
    let middle = w.sibling.path.child(b.top.id()).child(b.middle.id());
    let removed = w.begin().await.accounts().find_removed(b.middle.id()).await.unwrap();
    let expected = Account { path: middle.clone(), removed_at: Some(instant(1)), ..b.middle.clone() };
    assert_eq!(removed, Some(expected.clone()));
    w.restore_account(&expected).await;
    let leaf = Account { path: middle.child(b.leaf.id()), ..b.leaf.clone() };
    assert_eq!(w.found(b.middle.id()).await, Some(Account { path: middle, ..b.middle.clone() }));
    assert_eq!(w.found(b.leaf.id()).await, Some(leaf));
    assert_eq!(children(&w, &b.middle).await, ["leaf"]);
}

pub async fn account_moved_back_is_where_it_was(backend: ContractBackend) {
    let w = World::new(backend).await;
    let b = Branch::new(&w).await;
    let user = w.user(&b.leaf, "avery", BuiltInRole::User).await;
    let everything = account_lists::everything(&w);
    let before = account_lists::rows(&w, &everything).await;
    // To a greater and to a smaller depth, and to where it is already.
    for to in [&w.customer.path, &w.root.path, &w.reseller.path] {
        w.move_account(&b.top.path, to).await;
        w.move_account(&to.child(b.top.id()), &w.reseller.path).await;
        assert_eq!(account_lists::rows(&w, &everything).await, before);
        for account in b.all() {
            assert_eq!(w.found(account.id()).await.as_ref(), Some(account));
        }
        assert_stands(&w, &user, &b.leaf.path, &[Grant::new(BuiltInRole::User.into(), b.leaf.path.clone())]).await;
        assert_eq!(children(&w, &w.reseller).await, ["after", "before", "Tailspin", "top"]);
    }
}
