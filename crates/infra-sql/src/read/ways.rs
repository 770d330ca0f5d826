//! Whichever way SQLite is made to pick what a list shows, it is the same.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbBackend, Statement, prelude::Uuid};
use tempfile::TempDir;
use tenantry_app::{
    ports::{AccountFilter, Directory, PageKey, PageStart, Storage, UserFilter, UserSort, Visible},
    testing::{FakeAuditKey, samples},
};
use tenantry_domain::{
    AccountId, UserId,
    account::{Account, AccountKind, AccountPath},
    permission::{BuiltInRole, Grant},
};

use super::{
    account_list, account_search, count,
    paging::Window,
    regions::Region,
    user_list,
    user_sources::{FEW, Source},
    user_ways,
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
    use account_list::Way;
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
        for way in [Way::Gathered, Way::InOrder, Way::Found] {
            let expected = expected(&accounts, above, text, texts_of_account);
            assert_eq!(listed(way).await, expected, "{text:?} below {}, {way:?}", above.name);
        }
    }
}

#[tokio::test]
async fn users_are_the_same() {
    use user_ways::Way;
    let found = Way::Found(Source::Text);
    let (database, accounts, _folder) = stored().await;
    for (above, text) in accounts.iter().flat_map(|account| TEXTS.map(|text| (account, text))) {
        let filter = UserFilter {
            account: above.path.clone(),
            subtree: true,
            visible: below(&accounts[0]),
            text: Some(text.to_owned()),
            state: None,
            role: None,
            provisioning: None,
            sort: UserSort::Name,
            descending: false,
            start: PageStart::First,
            limit: 3,
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

/// Users before those there are already: ten thousand, and then as many as are not few, who alone have "many" in their text.
async fn crowd(url: &str) {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    let columns =
        raw.query_all_raw(Statement::from_string(DbBackend::Sqlite, "SELECT name FROM pragma_table_info('users')"));
    let columns = columns.await.unwrap().into_iter().map(|row| row.try_get_by_index(0).unwrap());
    let columns: Vec<String> = columns.collect();
    let copied = columns.iter().map(|column| match column.as_str() {
        "id" => "randomblob(16)".to_owned(),
        "login_key" | "name_key" => "printf('a%05d', n)".to_owned(),
        "search_text" => "printf('a%05d', n) || iif(n > 10010, ' many', '')".to_owned(),
        "document" => "NULL".to_owned(),
        other => other.to_owned(),
    });
    let (copied, columns) = (copied.collect::<Vec<_>>().join(", "), columns.join(", "));
    let sql = format!(
        "WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 10010 + {FEW})
        INSERT INTO users ({columns}) SELECT {copied} FROM numbers CROSS JOIN (SELECT * FROM users WHERE document = 1)"
    );
    raw.execute_unprepared(&sql).await.unwrap();
}

#[tokio::test]
async fn the_first_in_their_order_end_where_the_first_end() {
    use user_ways::Way;
    let (database, accounts, folder) = stored().await;
    crowd(&format!("sqlite://{}", folder.path().join("tenantry.db").display())).await;
    let after = |name: &str| PageStart::After(PageKey { value: name.to_owned(), id: Uuid::nil() });
    for (text, start, descending, expected) in [
        ("a00", PageStart::First, false, Some("a00001")),
        ("many", PageStart::First, false, None),
        ("a10001", PageStart::First, false, Some("a10001")),
        ("a10002", PageStart::First, false, None),
        ("a10002", after("a00002"), false, Some("a10002")),
        ("a10003", after("a00002"), false, None),
        ("contoso", PageStart::First, false, None),
        ("contoso", PageStart::First, true, Some("jo contoso power")),
        ("a00001", PageStart::First, true, None),
    ] {
        let filter = UserFilter {
            account: accounts[0].path.clone(),
            subtree: true,
            visible: below(&accounts[0]),
            text: Some(text.to_owned()),
            state: None,
            role: None,
            provisioning: None,
            sort: UserSort::Name,
            descending,
            start,
            limit: 3,
        };
        let region = Region::within(&filter.visible, &filter.account, filter.subtree);
        let window = Window::new(&filter.start, filter.descending, filter.limit);
        let bound = window.bound().map(|key| key.value.clone().into());
        let keys = async |way| {
            let query = user_list::build(DbBackend::Sqlite, &filter, &region, (&window, bound.clone()), way);
            let rows = database.readers().query_all(&query).await.unwrap();
            rows.iter().map(|row| row.try_get("", "name_key").unwrap()).collect::<Vec<String>>()
        };
        let first = keys(Way::FirstInOrder(Source::Text)).await;
        assert_eq!(first.first().map(String::as_str), expected, "{text} {descending}");
        let in_order = keys(Way::InOrder).await;
        assert_eq!(keys(Way::Found(Source::Text)).await, in_order, "{text} {descending}");
        let listed = database.directory().list_users(&filter).await.unwrap();
        assert_eq!(listed.items.len(), in_order.len().min(3), "{text} {descending}");
    }
}
