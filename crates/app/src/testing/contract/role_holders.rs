use tenantry_domain::{
    account::Account,
    permission::{BuiltInRole, Grant, PermissionMatrix, Role, RoleKey},
    user::{User, UserStatus},
};

use super::{
    backend::{ContractBackend, World},
    user_lists::all_of,
};
use crate::{
    ports::{HolderFilter, HolderRow, StoredImage, Visible},
    testing::samples::{self, instant},
};

/// All holders in the whole tree.
fn everywhere(w: &World, role: impl Into<RoleKey>) -> HolderFilter {
    HolderFilter { role: role.into(), account: w.root.path.clone(), visible: vec![all_of(&w.root)], limit: 100 }
}

async fn holders(w: &World, filter: &HolderFilter) -> Vec<HolderRow> {
    w.backend.directory.list_role_holders(filter).await.unwrap()
}

/// The login names before the `@` with the anchors' names, in the order of the list.
async fn locals(w: &World, filter: &HolderFilter) -> Vec<String> {
    let rows = holders(w, filter).await;
    rows.iter().map(|row| format!("{} {}", row.login_name.split('@').next().unwrap(), row.anchor_name)).collect()
}

pub async fn holder_is_shown_with_each_grant_of_the_role(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    let other = w.role(&w.root, "Audit", PermissionMatrix::EMPTY).await;
    let mut user = w.user(&w.customer, "Avery", BuiltInRole::User).await;
    let image = StoredImage { hash: "ab".repeat(32), png: vec![1], thumbnail: vec![2] };
    let uow = w.begin().await;
    uow.images().put(&image).await.unwrap();
    uow.commit().await.unwrap();
    user.image = Some(image.hash.clone());
    user.status = UserStatus::Suspended;
    w.update(&user).await;
    let at_home = Grant { ends_at: Some(instant(-5)), ..Grant::new(role.clone().into(), w.customer.path.clone()) };
    let above = Grant { starts_at: Some(instant(50)), ..Grant::new(role.clone().into(), w.root.path.clone()) };
    let elsewhere = Grant::new(other.into(), w.reseller.path.clone());
    w.give(&user, &[above, elsewhere, at_home], &user, instant(1)).await;
    w.user(&w.customer, "blake", BuiltInRole::User).await;

    let base = HolderRow {
        user_id: user.id,
        display_name: "Avery Quinn".to_owned(),
        login_name: "Avery@tailspin.example".to_owned(),
        image: Some(image.hash),
        account_name: "Tailspin".to_owned(),
        anchor: w.customer.path.clone(),
        anchor_name: "Tailspin".to_owned(),
        starts_at: None,
        ends_at: Some(instant(-5)),
    };
    let above = HolderRow {
        anchor: w.root.path.clone(),
        anchor_name: "Northwind".to_owned(),
        starts_at: Some(instant(50)),
        ends_at: None,
        ..base.clone()
    };
    assert_eq!(holders(&w, &everywhere(&w, RoleKey::Custom(role.id))).await, [base, above]);
    assert_eq!(locals(&w, &everywhere(&w, BuiltInRole::User)).await, ["blake Tailspin"]);
    assert_eq!(locals(&w, &everywhere(&w, BuiltInRole::FullAccess)).await, Vec::<String>::new());
}

pub async fn only_visible_holders_of_the_account_and_below_are_listed(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    let base = |account: &Account, role: Role| Grant::new(role, account.path.clone());
    for (account, local) in
        [(&w.root, "a-root"), (&w.reseller, "b-reseller"), (&w.customer, "c-customer"), (&w.sibling, "d-sibling")]
    {
        let mut user = w.user_of(account, local);
        user.profile.display_name = samples::line(local);
        w.add(&user, &base(account, BuiltInRole::User.into())).await;
        // Anchored elsewhere: where somebody is at home is what counts.
        let grants = [base(account, BuiltInRole::User.into()), base(&w.root, role.clone().into())];
        w.give(&user, if account.id() == w.root.id() { &grants[1..] } else { &grants }, &user, instant(1)).await;
        let removed = User { removed_at: Some(instant(1)), ..w.user_of(account, &format!("{local}-removed")) };
        w.add(&removed, &base(account, role.clone().into())).await;
    }
    let part = |account: &Account, at, below| Visible { anchor: account.path.clone(), at, below };
    let cases: [(&Account, Vec<Visible>, &[&str]); 9] = [
        (&w.root, vec![all_of(&w.root)], &["a-root", "b-reseller", "c-customer", "d-sibling"]),
        (&w.root, vec![], &[]),
        (&w.root, vec![part(&w.reseller, false, false)], &[]),
        (&w.root, vec![part(&w.reseller, false, true)], &["c-customer"]),
        (&w.root, vec![part(&w.reseller, true, false), part(&w.sibling, true, false)], &["b-reseller", "d-sibling"]),
        (&w.reseller, vec![all_of(&w.root)], &["b-reseller", "c-customer"]),
        (&w.customer, vec![part(&w.root, false, true)], &["c-customer"]),
        (&w.sibling, vec![all_of(&w.reseller)], &[]),
        (&w.reseller, vec![part(&w.root, true, false), part(&w.reseller, false, true)], &["c-customer"]),
    ];
    for (account, visible, expected) in cases {
        let filter =
            HolderFilter { account: account.path.clone(), visible, ..everywhere(&w, RoleKey::Custom(role.id)) };
        let expected: Vec<String> = expected.iter().map(|local| format!("{local} Northwind")).collect();
        assert_eq!(locals(&w, &filter).await, expected, "{filter:?}");
    }
}

pub async fn holders_are_listed_by_name_up_to_the_limit(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    for (n, name) in ["Blake", "avery", "Éloise", "casey", "Avery", "BLAKE"].into_iter().enumerate() {
        let mut user = w.user_of(&w.customer, &format!("user{n}"));
        user.profile.display_name = samples::line(name);
        w.add(&user, &Grant::new(role.clone().into(), w.customer.path.clone())).await;
        let both = [&w.customer, &w.reseller].map(|account| Grant::new(role.clone().into(), account.path.clone()));
        w.give(&user, &both, &user, instant(1)).await;
        w.user(&w.customer, &format!("other{n}"), BuiltInRole::User).await;
    }
    let expected: Vec<String> = ["user1", "user4", "user0", "user5", "user3", "user2"]
        .iter()
        .flat_map(|local| [format!("{local} Tailspin"), format!("{local} Contoso")])
        .collect();
    for limit in [1, 2, 3, 5, 12, 100] {
        let filter = HolderFilter { limit, ..everywhere(&w, RoleKey::Custom(role.id)) };
        assert_eq!(locals(&w, &filter).await, expected[..expected.len().min(limit as usize)]);
        let of_one = HolderFilter { visible: vec![all_of(&w.customer)], account: w.customer.path.clone(), ..filter };
        assert_eq!(locals(&w, &of_one).await, expected[..expected.len().min(limit as usize)]);
    }
}

pub async fn everyone_who_has_or_had_the_role_is_a_holder(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    let grant = |account: &Account| Grant::new(role.clone().into(), account.path.clone());
    w.user(&w.customer, "nobody", BuiltInRole::User).await;
    let ended = w.user_of(&w.sibling, "ended");
    w.add(&ended, &Grant { ends_at: Some(instant(-1)), ..grant(&w.sibling) }).await;
    let removed = User { removed_at: Some(instant(1)), ..w.user_of(&w.customer, "removed") };
    w.add(&removed, &grant(&w.customer)).await;
    let twice = w.user(&w.root, "twice", BuiltInRole::User).await;
    w.give(&twice, &[grant(&w.customer), grant(&w.root)], &twice, instant(1)).await;

    let uow = w.begin().await;
    let listed = uow.roles().list_holders(role.id).await.unwrap();
    assert_eq!(listed.iter().map(|record| record.user.id).collect::<Vec<_>>(), [ended.id, removed.id, twice.id]);
    for record in listed {
        assert_eq!(uow.users().find(record.user.id).await.unwrap(), Some(record));
    }
}
