use std::collections::HashSet;

use tenantry_domain::{
    UserId,
    account::Account,
    permission::{BuiltInRole, CustomRole, Grant, Role},
    user::{ProvisioningState, User, UserStatus},
};

use super::backend::{ContractBackend, World, cells};
use crate::{
    ports::{Page, PageStart, StoredImage, UserFilter, UserRow, UserSort, UserState, Visible},
    testing::samples::{self, instant},
};

pub(super) fn all_of(account: &Account) -> Visible {
    Visible { anchor: account.path.clone(), at: true, below: true }
}

/// All users of the whole tree on one page, by name.
pub(super) fn everything(w: &World) -> UserFilter {
    UserFilter {
        account: w.root.path.clone(),
        subtree: true,
        visible: vec![all_of(&w.root)],
        text: None,
        state: None,
        role: None,
        provisioning: None,
        sort: UserSort::Name,
        descending: false,
        start: PageStart::First,
        limit: 100,
    }
}

pub(super) async fn page(w: &World, filter: &UserFilter) -> Page<UserRow> {
    w.backend.directory.list_users(filter).await.unwrap()
}

pub async fn row_says_everything_about_a_user(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut user = w.user_of(&w.customer, "Avery");
    user.profile.display_name = samples::line("Ävery Quinn");
    user.contact.email = samples::email("Avery@elsewhere.example");
    let image = StoredImage { hash: "ab".repeat(32), png: vec![1], thumbnail: vec![2] };
    let mut expected = UserRow {
        id: user.id,
        account: w.customer.path.clone(),
        account_name: "Tailspin".to_owned(),
        login_name: "Avery@tailspin.example".to_owned(),
        display_name: "Ävery Quinn".to_owned(),
        email: "Avery@elsewhere.example".to_owned(),
        state: UserState::Active,
        role: BuiltInRole::CustomerAdministrator.into(),
        provisioning: ProvisioningState::Pending,
        has_password: false,
        must_change_password: false,
        image: None,
        last_sign_in_at: None,
        created_at: instant(7),
    };
    w.add_at(&user, &Grant::new(BuiltInRole::CustomerAdministrator.into(), w.customer.path.clone()), instant(7)).await;
    assert_eq!(page(&w, &everything(&w)).await, Page { items: vec![expected.clone()], next: None, previous: None });

    let uow = w.begin().await;
    uow.images().put(&image).await.unwrap();
    uow.users().set_provisioning(&[user.id], ProvisioningState::Failed, Some("why")).await.unwrap();
    uow.users().set_last_sign_in(user.id, instant(9)).await.unwrap();
    uow.credentials().put(user.id, &samples::credential(true)).await.unwrap();
    uow.commit().await.unwrap();
    user.image = Some(image.hash.clone());
    user.status = UserStatus::Suspended;
    w.update(&user).await;
    expected.image = Some(image.hash);
    expected.state = UserState::Suspended;
    expected.provisioning = ProvisioningState::Failed;
    expected.last_sign_in_at = Some(instant(9));
    (expected.has_password, expected.must_change_password) = (true, true);
    assert_eq!(page(&w, &everything(&w)).await.items, [expected]);
}

pub async fn row_shows_the_role_of_the_base_grant_as_it_is_now(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", cells(&["own.users.view"])).await;
    let user = w.user_of(&w.customer, "avery");
    w.add(&user, &Grant::new(role.clone().into(), w.customer.path.clone())).await;
    let at_home = Grant::new(role.clone().into(), w.customer.path.clone());
    let above = Grant::new(BuiltInRole::FullAccess.into(), w.root.path.clone());
    w.give(&user, &[above, at_home], &user, instant(1)).await;
    assert_eq!(page(&w, &everything(&w)).await.items[0].role, Role::from(role.clone()));

    let mut definition = role.definition.clone();
    definition.name = samples::line("Service desk");
    let uow = w.begin().await;
    uow.roles().update(&CustomRole { definition: definition.clone(), ..role.clone() }, instant(2)).await.unwrap();
    uow.commit().await.unwrap();
    let now = CustomRole { version: 2, definition, ..role };
    assert_eq!(page(&w, &everything(&w)).await.items[0].role, Role::from(now.clone()));
    assert_eq!(w.backend.directory.find_user(user.id).await.unwrap().unwrap().role(), Role::from(now));
}

/// 25 users, many of the same name and of the same second.
async fn crowd(w: &World) {
    let names = ["Avery Quinn", "BLAKE Reed", "avery quinn", "Casey Reed", "blake reed"];
    for n in 0..25 {
        let account = [&w.root, &w.reseller, &w.customer][n % 3];
        // So that neither ids nor login names are in the order of names.
        let local = format!("{}user", ["m", "c", "x"][n % 3].repeat(1 + n / 3));
        let mut user = w.user_of(account, &local);
        user.profile.display_name = samples::line(names[n * 7 % 5]);
        let second = [0, 5, 4, 3, 2, 1][n % 6];
        w.add_at(&user, &Grant::new(BuiltInRole::User.into(), account.path.clone()), instant(second)).await;
    }
}

fn sort_value(row: &UserRow, sort: UserSort) -> String {
    match sort {
        UserSort::Name => row.display_name.to_lowercase(),
        UserSort::LoginName => row.login_name.to_lowercase(),
        UserSort::Created => row.created_at.to_string(),
    }
}

/// Walks through all pages, then back, and checks that both ways show the same rows.
pub(super) async fn walk(w: &World, filter: &UserFilter) -> Vec<UserRow> {
    let mut filter = filter.clone();
    let mut forward: Vec<Page<UserRow>> = Vec::new();
    loop {
        let next = page(w, &filter).await;
        assert_eq!(next.previous.is_some(), !forward.is_empty(), "previous of page {}", forward.len());
        let key = next.next.clone();
        forward.push(next);
        assert!(forward.len() <= 25, "there are at most 25 users");
        match key {
            Some(key) => filter.start = PageStart::After(key),
            None => break,
        }
    }
    let mut backward = vec![forward.last().unwrap().clone()];
    while let Some(key) = backward.last().unwrap().previous.clone() {
        filter.start = PageStart::Before(key);
        backward.push(page(w, &filter).await);
        assert!(backward.len() <= forward.len(), "there are more pages back than forward");
    }
    backward.reverse();
    assert_eq!(forward, backward);
    forward.into_iter().flat_map(|page| page.items).collect()
}

pub async fn pages_have_neither_gaps_nor_doubles_in_any_order(backend: ContractBackend) {
    let w = World::new(backend).await;
    crowd(&w).await;
    for sort in [UserSort::Name, UserSort::LoginName, UserSort::Created] {
        for descending in [false, true] {
            let filter = UserFilter { sort, descending, ..everything(&w) };
            let whole = page(&w, &filter).await;
            assert_eq!((whole.items.len(), &whole.next, &whole.previous), (25, &None, &None));
            assert_eq!(whole.items.iter().map(|row| row.id).collect::<HashSet<UserId>>().len(), 25);
            let ordered = whole.items.is_sorted_by(|a, b| {
                let (a, b) = (sort_value(a, sort), sort_value(b, sort));
                if descending { a >= b } else { a <= b }
            });
            assert!(ordered, "{sort:?}, descending: {descending}");
            for limit in [1, 4, 5, 24, 25] {
                let walked = walk(&w, &UserFilter { limit, ..filter.clone() }).await;
                assert_eq!(walked, whole.items, "{sort:?}, descending: {descending}, {limit} rows a page");
            }
        }
    }
}

pub async fn page_goes_on_where_it_was_though_its_last_row_is_gone(backend: ContractBackend) {
    let w = World::new(backend).await;
    crowd(&w).await;
    let filter = UserFilter { limit: 10, ..everything(&w) };
    let first = page(&w, &filter).await;
    let second = page(&w, &UserFilter { start: PageStart::After(first.next.clone().unwrap()), ..filter.clone() }).await;
    let last = first.items.last().unwrap().id;
    let uow = w.begin().await;
    let record = uow.users().find(last).await.unwrap().unwrap();
    drop(uow);
    w.update(&User { removed_at: Some(instant(9)), ..record.user }).await;
    let again = page(&w, &UserFilter { start: PageStart::After(first.next.unwrap()), ..filter }).await;
    assert_eq!(again.items, second.items);
}
