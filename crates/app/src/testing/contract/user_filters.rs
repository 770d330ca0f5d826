use tenantry_domain::{
    account::{Account, AccountKind},
    permission::{BuiltInRole, Grant, PermissionMatrix, RoleKey},
    user::{ProvisioningState, User, UserStatus},
};

use super::{
    backend::{ContractBackend, World},
    user_lists::{all_of, everything, page, walk},
};
use crate::{
    ports::{InsertedUser, UserFilter, UserState, Visible},
    testing::samples::{self, instant},
};

/// The login names before the `@`, in the order of the list.
async fn locals(w: &World, filter: &UserFilter) -> Vec<String> {
    let page = page(w, filter).await;
    page.items.into_iter().map(|row| row.login_name.split('@').next().unwrap().to_owned()).collect()
}

/// As [`locals`], in alphabetical order.
async fn sorted_locals(w: &World, filter: &UserFilter) -> Vec<String> {
    let mut locals = locals(w, filter).await;
    locals.sort_unstable();
    locals
}

pub async fn list_is_of_one_account_or_with_those_below(backend: ContractBackend) {
    let w = World::new(backend).await;
    for (account, local) in
        [(&w.root, "root"), (&w.reseller, "reseller"), (&w.customer, "customer"), (&w.sibling, "sibling")]
    {
        w.user(account, local, BuiltInRole::User).await;
    }
    let cases: [(&Account, bool, &[&str]); 6] = [
        (&w.root, false, &["root"]),
        (&w.root, true, &["customer", "reseller", "root", "sibling"]),
        (&w.reseller, false, &["reseller"]),
        (&w.reseller, true, &["customer", "reseller"]),
        (&w.customer, true, &["customer"]),
        (&w.sibling, true, &["sibling"]),
    ];
    for (account, subtree, expected) in cases {
        let filter = UserFilter { account: account.path.clone(), subtree, ..everything(&w) };
        assert_eq!(sorted_locals(&w, &filter).await, expected, "{}, subtree: {subtree}", account.name);
    }
}

pub async fn only_what_is_visible_is_listed(backend: ContractBackend) {
    let w = World::new(backend).await;
    let deeper = w.account_below(&w.reseller, AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    let deepest = w.account_below(&deeper, AccountKind::Customer, "Wingtip", "wingtip.example");
    w.add_account(&deeper).await;
    w.add_account(&deepest).await;
    let homes = [
        (&w.root, "root"),
        (&w.reseller, "reseller"),
        (&w.customer, "customer"),
        (&w.sibling, "sibling"),
        (&deeper, "deeper"),
        (&deepest, "deepest"),
    ];
    for (account, local) in homes {
        w.user(account, local, BuiltInRole::User).await;
    }
    let part = |account: &Account, at, below| Visible { anchor: account.path.clone(), at, below };
    let cases: [(Vec<Visible>, &[&str]); 8] = [
        (vec![], &[]),
        (vec![part(&w.reseller, false, false)], &[]),
        (vec![part(&w.reseller, true, false)], &["reseller"]),
        (vec![part(&w.reseller, false, true)], &["customer", "deeper", "deepest"]),
        (vec![part(&w.reseller, true, true)], &["customer", "deeper", "deepest", "reseller"]),
        (vec![part(&w.sibling, true, true), part(&deeper, false, true)], &["deepest", "sibling"]),
        (vec![part(&w.customer, true, false), part(&w.reseller, true, false)], &["customer", "reseller"]),
        (
            vec![part(&w.root, false, true), part(&w.root, true, false)],
            &["customer", "deeper", "deepest", "reseller", "root", "sibling"],
        ),
    ];
    for (visible, expected) in cases {
        let filter = UserFilter { visible: visible.clone(), ..everything(&w) };
        assert_eq!(sorted_locals(&w, &filter).await, expected, "{visible:?}");
    }
    // Neither do others make pages: two visible users on pages of one are two pages.
    let filter = UserFilter {
        visible: vec![part(&w.sibling, true, true), part(&deeper, false, true)],
        limit: 1,
        ..everything(&w)
    };
    assert_eq!(walk(&w, &filter).await.len(), 2);
    // A visible part outside the account asked for adds nothing.
    let filter = UserFilter { account: w.sibling.path.clone(), visible: vec![all_of(&w.reseller)], ..everything(&w) };
    assert_eq!(sorted_locals(&w, &filter).await, Vec::<String>::new());
}

pub async fn list_filters_by_state(backend: ContractBackend) {
    let w = World::new(backend).await;
    for (local, status, removed_at) in [
        ("active", UserStatus::Active, None),
        ("suspended", UserStatus::Suspended, None),
        ("removed", UserStatus::Active, Some(instant(1))),
        ("removed-suspended", UserStatus::Suspended, Some(instant(1))),
    ] {
        let user = User { status, removed_at, ..w.user_of(&w.customer, local) };
        w.add(&user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone())).await;
    }
    let cases: [(Option<UserState>, &[&str]); 4] = [
        (None, &["active", "suspended"]),
        (Some(UserState::Active), &["active"]),
        (Some(UserState::Suspended), &["suspended"]),
        (Some(UserState::Removed), &["removed", "removed-suspended"]),
    ];
    for (state, expected) in cases {
        assert_eq!(sorted_locals(&w, &UserFilter { state, ..everything(&w) }).await, expected, "{state:?}");
    }
}

pub async fn list_filters_by_role_and_provisioning(backend: ContractBackend) {
    let w = World::new(backend).await;
    let admin = w.user(&w.customer, "admin", BuiltInRole::CustomerAdministrator).await;
    w.user(&w.customer, "user", BuiltInRole::User).await;
    let uow = w.begin().await;
    uow.users().set_provisioning(&[admin.id], ProvisioningState::Provisioned, None).await.unwrap();
    uow.commit().await.unwrap();
    for (role, expected) in [
        (BuiltInRole::CustomerAdministrator, &["admin"] as &[&str]),
        (BuiltInRole::User, &["user"]),
        (BuiltInRole::NoAccess, &[]),
    ] {
        assert_eq!(locals(&w, &UserFilter { role: Some(role.into()), ..everything(&w) }).await, expected, "{role:?}");
    }
    for (state, expected) in [
        (ProvisioningState::Provisioned, &["admin"] as &[&str]),
        (ProvisioningState::Pending, &["user"]),
        (ProvisioningState::Failed, &[]),
    ] {
        let filter = UserFilter { provisioning: Some(state), ..everything(&w) };
        assert_eq!(locals(&w, &filter).await, expected, "{state:?}");
    }
    let both = UserFilter {
        role: Some(BuiltInRole::User.into()),
        provisioning: Some(ProvisioningState::Provisioned),
        ..everything(&w)
    };
    assert_eq!(locals(&w, &both).await, Vec::<String>::new());
}

pub async fn list_filters_by_custom_role(backend: ContractBackend) {
    let w = World::new(backend).await;
    let [helpdesk, audit, unused] = [
        w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await,
        w.role(&w.reseller, "Audit", PermissionMatrix::EMPTY).await,
        w.role(&w.customer, "Helpdesk", PermissionMatrix::EMPTY).await,
    ];
    for (local, role) in [("help1", &helpdesk), ("help2", &helpdesk), ("audit", &audit)] {
        w.add(&w.user_of(&w.customer, local), &Grant::new(role.clone().into(), w.customer.path.clone())).await;
    }
    let user = w.user(&w.customer, "user", BuiltInRole::User).await;
    // The role of the base grant is meant, not one held elsewhere.
    let base = Grant::new(BuiltInRole::User.into(), w.customer.path.clone());
    w.give(&user, &[base, Grant::new(audit.clone().into(), w.reseller.path.clone())], &user, instant(1)).await;
    let cases: [(RoleKey, &[&str]); 4] = [
        (RoleKey::Custom(helpdesk.id), &["help1", "help2"]),
        (RoleKey::Custom(audit.id), &["audit"]),
        (RoleKey::Custom(unused.id), &[]),
        (BuiltInRole::User.into(), &["user"]),
    ];
    for (role, expected) in cases {
        let filter = UserFilter { role: Some(role), ..everything(&w) };
        assert_eq!(sorted_locals(&w, &filter).await, expected, "{role}");
    }
}

pub async fn search_finds_parts_of_names_and_addresses_in_any_case(backend: ContractBackend) {
    let w = World::new(backend).await;
    let named = async |local: &str, display_name: &str, email: &str| {
        let mut user = w.user_of(&w.customer, local);
        user.profile.display_name = samples::line(display_name);
        user.contact.email = samples::email(email);
        user.contact.alternative_email = Some(samples::email(&format!("{local}@alternative.qz")));
        w.add(&user, &Grant::new(BuiltInRole::User.into(), w.customer.path.clone())).await;
    };
    named("aq1", "Avery Quinn", "first@one.example").await;
    named("Blake_Reed", "Zoë Øster", "second@two.example").await;
    named("c3", "100% Casey", "Third@three.example").await;
    named("d4", "Back\\slash 'quoted'", "fourth@four.example").await;
    named("e5", "Odd\u{ffff}Name", "fifth@five.example").await;
    let cases: [(&str, &[&str]); 26] = [
        ("d\u{ffff}", &["e5"]),
        ("d\u{fffd}", &[]),
        ("z", &["Blake_Reed", "aq1", "c3", "d4", "e5"]),
        ("Ø", &["Blake_Reed"]),
        ("ø ", &[]),
        ("av", &["aq1"]),
        ("øs", &["Blake_Reed"]),
        ("d4@alternative.qz", &["d4"]),
        ("qz", &["Blake_Reed", "aq1", "c3", "d4", "e5"]),
        ("zq", &[]),
        ("very q", &["aq1"]),
        ("AVERY", &["aq1"]),
        ("zOË", &["Blake_Reed"]),
        ("ZOË ØSTER", &["Blake_Reed"]),
        ("blake", &["Blake_Reed"]),
        ("E_R", &["Blake_Reed"]),
        ("e%r", &[]),
        ("_", &["Blake_Reed"]),
        ("%", &["c3"]),
        ("0% c", &["c3"]),
        ("THIRD@", &["c3"]),
        ("aq1@tailspin", &["aq1"]),
        ("\\", &["d4"]),
        ("'quoted'", &["d4"]),
        ("@tailspin.example", &["Blake_Reed", "aq1", "c3", "d4", "e5"]),
        ("nobody", &[]),
    ];
    for is_crowded in [false, true] {
        if is_crowded {
            add_crowd(&w).await;
        }
        for (text, expected) in cases {
            assert_eq!(found(&w, text).await, expected, "{text:?}, crowded: {is_crowded}");
        }
    }
}

/// As many elsewhere as make a storage that gathers new users put all of them into the index that it searches.
async fn add_crowd(w: &World) {
    let uow = w.begin().await;
    for number in 0..64 {
        let user = w.user_of(&w.sibling, &format!("crowd{number}"));
        let grant = Grant::new(BuiltInRole::User.into(), w.sibling.path.clone());
        let inserted = uow.users().insert(&user, &grant, None, instant(0)).await.expect("insert");
        assert_eq!(inserted, InsertedUser::Inserted);
    }
    uow.commit().await.expect("commit");
}

/// Who is found by a text away from the crowd, in alphabetical order.
async fn found(w: &World, text: &str) -> Vec<String> {
    let account = w.reseller.path.clone();
    sorted_locals(w, &UserFilter { account, text: Some(text.to_owned()), ..everything(w) }).await
}

pub async fn search_follows_what_becomes_of_new_users(backend: ContractBackend) {
    search_follows_what_becomes_of_users(World::new(backend).await, false).await;
}

pub async fn search_follows_what_becomes_of_users_among_many(backend: ContractBackend) {
    search_follows_what_becomes_of_users(World::new(backend).await, true).await;
}

async fn search_follows_what_becomes_of_users(w: World, is_crowded: bool) {
    let mut renamed = w.user(&w.customer, "first", BuiltInRole::User).await;
    let gone = User { removed_at: Some(instant(1)), ..w.user(&w.customer, "second", BuiltInRole::User).await };
    if is_crowded {
        add_crowd(&w).await;
    }
    renamed.profile.display_name = samples::line("Blake Reed");
    renamed.contact.alternative_email = Some(samples::email("blake@alternative.qz"));
    w.update(&renamed).await;
    w.update(&gone).await;
    for text in ["blake", "qz", "z"] {
        assert_eq!(found(&w, text).await, ["first"], "{text}");
    }
    assert!(found(&w, "quinn").await.is_empty());

    let uow = w.begin().await;
    assert_eq!(uow.users().purge(instant(2), 10).await.unwrap(), [gone.id]);
    uow.commit().await.unwrap();
    w.user(&w.customer, "third", BuiltInRole::User).await;
    let removed = UserFilter { text: Some("second".to_owned()), state: Some(UserState::Removed), ..everything(&w) };
    assert!(locals(&w, &removed).await.is_empty());
    assert_eq!(found(&w, "third").await, ["third"]);
    assert_eq!(found(&w, "@tailspin").await, ["first", "third"]);
}
