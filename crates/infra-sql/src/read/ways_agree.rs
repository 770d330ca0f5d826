//! Whichever way SQLite is made to pick what a list shows, it is the same.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, prelude::Uuid};
use tempfile::TempDir;
use tenantry_app::{
    ports::{AccountFilter, Directory, PageKey, PageStart, Storage, UserFilter, UserSort, UserState, Visible},
    testing::{FakeAuditKey, samples},
};
use tenantry_domain::{
    AccountId, UserId,
    account::{Account, AccountKind, AccountPath},
    permission::{BuiltInRole, Grant},
    user::ProvisioningState,
};

use super::{
    account_list, account_search, count,
    paging::Window,
    regions::Region,
    user_list,
    user_sources::{FEW, Source},
    user_ways::Way,
};
use crate::{
    Database, DatabaseOptions,
    migrations::{FILL_SEARCH, NUMBER_USERS},
};

const TEXTS: [&str; 7] = ["", "o", "on", "contoso", "city", "nobody", "o power"];

/// Contoso below the platform, with a domain more, Contoso Power below it and Tailspin beside it, and somebody in each: in the index of letters but
/// for the last.
async fn stored() -> (Database, [Account; 4], TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
    let database = Database::connect(&url, &DatabaseOptions::default()).await.unwrap();
    database.migrate().await.unwrap();
    let id = |number| AccountId::new(samples::uuid(number));
    let platform = AccountPath::root(id(1));
    let contoso = platform.child(id(2));
    let accounts = [
        (platform.clone(), AccountKind::Platform, "Cloud", "cloud.example"),
        (contoso.clone(), AccountKind::Reseller, "Contoso", "contoso.example"),
        (contoso.child(id(3)), AccountKind::Customer, "Contoso Power", "electricity.example"),
        (platform.child(id(4)), AccountKind::Reseller, "Tailspin City", "tailspin.example"),
    ];
    let mut accounts = accounts.map(|(path, kind, name, domain)| samples::account(path, kind, name, domain));
    accounts[1].domains.aliases.push(samples::account_domain("online.example"));
    let uow = database.storage(Arc::new(FakeAuditKey)).begin().await.unwrap();
    for (number, account) in (1..).zip(&accounts) {
        uow.accounts().insert(account, samples::instant(0)).await.unwrap();
        let user = samples::user(UserId::new(samples::uuid(number)), account, "jo", "Jo", account.name.as_str());
        let grant = Grant::new(BuiltInRole::User.into(), account.path.clone());
        uow.users().insert(&user, &grant, None, samples::instant(0)).await.unwrap();
    }
    uow.commit().await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    for statement in [NUMBER_USERS, "UPDATE users SET document = NULL WHERE document = 4", FILL_SEARCH] {
        raw.execute_unprepared(statement).await.unwrap();
    }
    (database, accounts, folder)
}

fn below(account: &Account) -> Vec<Visible> {
    vec![Visible { anchor: account.path.clone(), at: true, below: true }]
}

fn everybody_below(account: &Account) -> UserFilter {
    UserFilter {
        account: account.path.clone(),
        subtree: true,
        visible: below(account),
        text: None,
        state: None,
        role: None,
        provisioning: None,
        sort: UserSort::Name,
        descending: false,
        start: PageStart::First,
        limit: 10,
    }
}

/// The names of those accounts at or below one that hold a text in one of `texts`, in alphabetical order, one more than a page has.
fn expected<'a>(
    accounts: &'a [Account],
    above: &Account,
    text: &str,
    texts: fn(&Account) -> Vec<String>,
) -> Vec<&'a str> {
    let holds = |account: &&Account| texts(account).iter().any(|line| line.to_lowercase().contains(text));
    let within = accounts.iter().filter(|account| above.path.is_at_or_above(&account.path));
    let mut names: Vec<&str> = within.filter(holds).map(|account| account.name.as_str()).collect();
    names.sort_unstable();
    names.truncate(4);
    names
}

fn texts_of_account(account: &Account) -> Vec<String> {
    let domains = account.domains.aliases.iter().chain([&account.domains.primary]);
    domains.map(|domain| domain.name.to_string()).chain([account.name.to_string()]).collect()
}

fn texts_of_user(account: &Account) -> Vec<String> {
    vec![format!("Jo {}", account.name), format!("jo@{}", account.domains.primary.name)]
}

#[tokio::test]
async fn accounts_are_the_same() {
    let (database, accounts, _folder) = stored().await;
    for (above, text) in accounts.iter().flat_map(|account| TEXTS.map(|text| (account, text))) {
        assert!(account_search::is_rare(database.readers(), text).await.unwrap(), "{text:?}");
        let filter = AccountFilter {
            visible: below(above),
            home: above.id(),
            parent: None,
            text: Some(text.to_owned()),
            kind: None,
            without_leaves: false,
            state: None,
            start: PageStart::First,
            limit: 3,
        };
        let window = Window::new(&filter.start, false, filter.limit);
        let listed = async |way| {
            let query = account_list::build(DbBackend::Sqlite, &filter, &Region::new(&filter.visible), &window, way);
            let rows = database.readers().query_all(&query).await.unwrap();
            let names: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
            assert_eq!(count(database.readers(), query).await.unwrap(), names.len() as u64);
            names
        };
        for way in [account_list::Way::Gathered, account_list::Way::InOrder, account_list::Way::Found] {
            let expected = expected(&accounts, above, text, texts_of_account);
            assert_eq!(listed(way).await, expected, "{text:?} below {}, {way:?}", above.name);
        }
    }
}

#[tokio::test]
async fn users_are_the_same() {
    let found = Way::Found(Source::Text);
    let (database, accounts, _folder) = stored().await;
    for (above, text) in accounts.iter().flat_map(|account| TEXTS.map(|text| (account, text))) {
        let filter = UserFilter {
            text: Some(text.to_owned()),
            visible: below(&accounts[0]),
            limit: 3,
            ..everybody_below(above)
        };
        let region = Region::within(&filter.visible, &filter.account, filter.subtree);
        let window = Window::new(&filter.start, filter.descending, filter.limit);
        let listed = async |way| {
            let query = user_list::build(DbBackend::Sqlite, &filter, &region, (&window, None), way);
            let rows = database.readers().query_all(&query).await.unwrap();
            let names = rows.iter().map(|row| row.try_get("", "display_name").unwrap());
            names.map(|name: String| name.trim_start_matches("Jo ").to_owned()).collect::<Vec<_>>()
        };
        for way in [Way::Gathered, Way::InOrder, found] {
            let expected = expected(&accounts, above, text, texts_of_user);
            assert_eq!(listed(way).await, expected, "{text:?} below {}, {way:?}", above.name);
        }
    }
}

/// Users before those there are already: twenty thousand, and then as many as are not few, who alone have "many" in their text.
async fn crowd(url: &str) {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    let columns =
        raw.query_all_raw(Statement::from_string(DbBackend::Sqlite, "SELECT name FROM pragma_table_info('users')"));
    let columns = columns.await.unwrap().into_iter().map(|row| row.try_get_by_index(0).unwrap());
    let columns: Vec<String> = columns.collect();
    let copied = columns.iter().map(|column| match column.as_str() {
        "id" => "randomblob(16)".to_owned(),
        "login_key" | "name_key" => "printf('a%05d', n)".to_owned(),
        "search_text" => "printf('a%05d', n) || iif(n > 20010, ' many', '')".to_owned(),
        "document" => "NULL".to_owned(),
        other => other.to_owned(),
    });
    let (copied, columns) = (copied.collect::<Vec<_>>().join(", "), columns.join(", "));
    let sql = format!(
        "WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 20010 + {FEW})
        INSERT INTO users ({columns}) SELECT {copied} FROM numbers CROSS JOIN (SELECT * FROM users WHERE document = 1)"
    );
    raw.execute_unprepared(&sql).await.unwrap();
}

/// Whether they are found among the first or further on.
#[tokio::test]
async fn pages_of_many_users_are_those_that_reading_all_in_order_makes() {
    let (database, accounts, folder) = stored().await;
    crowd(&format!("sqlite://{}", folder.path().join("tenantry.db").display())).await;
    let key = |name: &str| PageKey { value: name.to_owned(), id: Uuid::nil() };
    for (text, start, descending) in [
        ("a00", PageStart::First, false),
        ("many", PageStart::First, false),
        ("many", PageStart::First, true),
        ("many", PageStart::After(key("a20020")), false),
        ("many", PageStart::Before(key("a20020")), false),
        ("many", PageStart::Before(key("a20013")), false),
        ("many", PageStart::Before(key("a20013")), true),
        ("many", PageStart::After(key("a32008")), false),
        ("many", PageStart::After(key("a32009")), false),
        ("contoso", PageStart::First, false),
        ("a00001", PageStart::First, true),
    ] {
        let text = Some(text.to_owned());
        let filter = UserFilter { text, descending, start, limit: 3, ..everybody_below(&accounts[0]) };
        let region = Region::within(&filter.visible, &filter.account, filter.subtree);
        let window = Window::new(&filter.start, filter.descending, filter.limit);
        let bound = window.bound().map(|key| key.value.clone().into());
        let query = user_list::build(DbBackend::Sqlite, &filter, &region, (&window, bound), Way::InOrder);
        let rows = database.readers().query_all(&query).await.unwrap();
        let read = |row: &QueryResult| {
            let (value, id): (String, Uuid) = (row.try_get("", "name_key").unwrap(), row.try_get("", "id").unwrap());
            (PageKey { value, id }, id)
        };
        let expected = window.page(rows.iter().map(read).collect());
        let listed = database.directory().list_users(&filter).await.unwrap();
        let ids: Vec<Uuid> = listed.items.iter().map(|row| row.id.uuid()).collect();
        assert_eq!(
            (ids, listed.next, listed.previous),
            (expected.items, expected.next, expected.previous),
            "{filter:?}"
        );
    }
}

/// Of somebody suspended and somebody suspended and removed, of a role held at home and elsewhere, and of users not provisioned.
#[tokio::test]
async fn sources_tell_of_all_who_are_asked_for() {
    let (database, accounts, folder) = stored().await;
    let raw =
        sea_orm::Database::connect(format!("sqlite://{}", folder.path().join("tenantry.db").display())).await.unwrap();
    for statement in [
        "UPDATE users SET status = 'suspended' WHERE name_key <> 'jo cloud'",
        "UPDATE users SET removed_at = created_at WHERE name_key = 'jo contoso'",
        "UPDATE users SET provisioning_state = 'failed' WHERE name_key <> 'jo contoso power'",
        "UPDATE grants SET role = 'full_access' WHERE user_id IN (SELECT id FROM users WHERE name_key = 'jo cloud')",
        "INSERT INTO grants (user_id, anchor_id, role, created_at) SELECT users.id, accounts.id, 'full_access', users.created_at
            FROM users CROSS JOIN accounts WHERE users.name_key = 'jo contoso power' AND accounts.name = 'Contoso'",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
    let all = everybody_below(&accounts[0]);
    let failed = Some(ProvisioningState::Failed);
    for (filter, expected) in [
        (
            UserFilter { state: Some(UserState::Suspended), ..all.clone() },
            &["Contoso Power", "Tailspin City"] as &[&str],
        ),
        (UserFilter { state: Some(UserState::Removed), ..all.clone() }, &["Contoso"]),
        (UserFilter { provisioning: failed, ..all.clone() }, &["Cloud", "Tailspin City"]),
        (UserFilter { provisioning: Some(ProvisioningState::Pending), ..all.clone() }, &["Contoso Power"]),
        (UserFilter { role: Some(BuiltInRole::FullAccess.into()), ..all.clone() }, &["Cloud"]),
    ] {
        let region = Region::within(&filter.visible, &filter.account, filter.subtree);
        let window = Window::new(&filter.start, filter.descending, filter.limit);
        let [source] = Source::of(&filter, DbBackend::Sqlite)[..] else { panic!("one source: {filter:?}") };
        let ways = [Way::Gathered, Way::InOrder, Way::Found(source)];
        for way in ways {
            let query = user_list::build(DbBackend::Sqlite, &filter, &region, (&window, None), way);
            let rows = database.readers().query_all(&query).await.unwrap();
            let names: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
            assert_eq!(names, expected, "{filter:?} {way:?}");
        }
    }
}
