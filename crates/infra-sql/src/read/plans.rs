//! How SQLite carries the lists out. It has no statistics, so that what it does with nothing stored it always does.

use sea_orm::{ConnectionTrait, DbBackend, Statement, StatementBuilder};
use tempfile::TempDir;
use tenantry_app::ports::{
    AccountFilter, AccountState, ChildrenFilter, HolderFilter, PageKey, PageStart, UserFilter, UserSort, Visible,
};
use tenantry_domain::{
    AccountId, RoleId,
    account::AccountPath,
    permission::{BuiltInRole, RoleKey},
};
use uuid::Uuid;

use super::{
    account_counts, account_list,
    paging::Window,
    principals,
    regions::Region,
    role_holders, roles,
    user_list::{self, Way},
};
use crate::{Database, DatabaseOptions};

/// With nothing stored.
async fn empty() -> (Database, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
    let database = Database::connect(&url, &DatabaseOptions::default()).await.unwrap();
    database.migrate().await.unwrap();
    (database, folder)
}

async fn plan(statement: Statement) -> Vec<String> {
    let (database, _folder) = empty().await;
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = database.readers().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

fn account(n: u128) -> AccountPath {
    AccountPath::root(AccountId::new(Uuid::from_u128(1))).child(AccountId::new(Uuid::from_u128(n)))
}

fn users(subtree: bool, sort: UserSort, start: PageStart) -> UserFilter {
    UserFilter {
        account: account(2),
        subtree,
        visible: vec![Visible { anchor: account(2), at: true, below: true }],
        text: None,
        state: None,
        role: None,
        provisioning: None,
        sort,
        descending: false,
        start,
        limit: 50,
    }
}

fn after(value: &str) -> PageStart {
    PageStart::After(PageKey { value: value.to_owned(), id: Uuid::nil() })
}

async fn plan_of_users(filter: &UserFilter, way: Way) -> Vec<String> {
    let region = Region::within(&filter.visible, &filter.account, filter.subtree);
    let window = Window::new(&filter.start, filter.descending, filter.limit);
    let bound = window.bound().map(|key| key.value.clone().into());
    let query = user_list::build(DbBackend::Sqlite, filter, &region, (&window, bound), way);
    plan(StatementBuilder::build(&query, &DbBackend::Sqlite)).await
}

/// The steps that pick the users, without those that read what is shown of them.
fn picking(plan: &[String]) -> &[String] {
    let end = plan.iter().position(|step| step.starts_with("SCAN picked")).unwrap();
    &plan[1..end]
}

fn sorts(plan: &[String]) -> bool {
    plan.iter().any(|step| step.contains("TEMP B-TREE"))
}

fn assert_shown_are_looked_up(plan: &[String]) {
    let shown = plan.iter().skip_while(|step| !step.starts_with("SCAN picked")).skip(1);
    assert_eq!(shown.filter(|step| step.starts_with("SCAN")).count(), 0, "{plan:#?}");
}

/// Once for all users: which of the few accounts were removed.
const RULING_OUT_REMOVED: &[&str] =
    &["LIST SUBQUERY 1", "SEARCH accounts USING INDEX sqlite_autoindex_accounts_1 (id=?)", "CREATE BLOOM FILTER"];

#[tokio::test]
async fn users_of_an_account_come_sorted_out_of_an_index() {
    let sorts_and_indexes = [
        (UserSort::Name, "users_by_account_and_name", "name_key"),
        (UserSort::LoginName, "users_by_account_and_login", "login_key"),
        (UserSort::Created, "users_by_account_and_creation", "created_at"),
    ];
    for (sort, index, column) in sorts_and_indexes {
        let first = plan_of_users(&users(false, sort, PageStart::First), Way::ByAccount).await;
        let from_start = format!("SEARCH users USING COVERING INDEX {index} (account_id=?)");
        assert_eq!(picking(&first), [&[from_start.as_str()], RULING_OUT_REMOVED].concat());
        let next = plan_of_users(&users(false, sort, after("x")), Way::ByAccount).await;
        let from_bound = format!("SEARCH users USING COVERING INDEX {index} (account_id=? AND ({column},id)>(?,?))");
        assert_eq!(picking(&next), [&[from_bound.as_str()], RULING_OUT_REMOVED].concat());
        assert_shown_are_looked_up(&next);
    }
}

#[tokio::test]
async fn users_of_few_accounts_are_gathered_by_account() {
    for start in [PageStart::First, after("x")] {
        let plan = plan_of_users(&users(true, UserSort::Name, start), Way::Gathered).await;
        let steps = picking(&plan);
        assert!(steps[0].starts_with("SEARCH accounts") && steps[0].contains("path>? AND path<?"), "{plan:#?}");
        assert!(steps[1].starts_with("SEARCH users USING COVERING INDEX users_by_account_and_name"), "{plan:#?}");
        assert_shown_are_looked_up(&plan);
    }
}

#[tokio::test]
async fn users_of_many_accounts_are_read_in_order() {
    let sorts_and_indexes = [
        (UserSort::Name, "users_by_name"),
        (UserSort::LoginName, "users_by_login"),
        (UserSort::Created, "users_by_creation"),
    ];
    for (sort, index) in sorts_and_indexes {
        let first = plan_of_users(&users(true, sort, PageStart::First), Way::InOrder).await;
        assert_eq!(picking(&first)[0], format!("SCAN users USING COVERING INDEX {index}"));
        let next = plan_of_users(&users(true, sort, after("x")), Way::InOrder).await;
        assert!(picking(&next)[0].starts_with(&format!("SEARCH users USING COVERING INDEX {index} (")), "{next:#?}");
        assert!(!sorts(picking(&first)) && !sorts(picking(&next)), "{next:#?}");
        assert!(picking(&next)[1].contains("accounts_with_path (id=?"), "{next:#?}");
    }
}

#[tokio::test]
async fn users_found_by_their_text_are_told_sorted_and_narrowed_by_indexes_alone() {
    // 0x200 and 0x400 stand for a least and a greatest group of letters, which begin with a short text.
    let by_text = [("quinn", "SCAN user_search VIRTUAL"), ("qu", "SCAN user_search_groups VIRTUAL TABLE INDEX 1539:")];
    for (text, by_text) in by_text {
        for sort in [UserSort::Name, UserSort::LoginName, UserSort::Created] {
            let found = UserFilter { text: Some(text.to_owned()), ..users(true, sort, after("x")) };
            let plan = plan_of_users(&found, Way::Found).await;
            // SQLite does not call an index covering that lacks a column of the union, and does not look that up either unless it is asked for.
            let by_number = "SEARCH users USING INDEX users_by_document (document=?)";
            let is_table = |step: &&String| step.starts_with("SCAN") || step.starts_with("SEARCH");
            let steps: Vec<&String> = plan.iter().filter(is_table).collect();
            assert!(steps[1].starts_with(by_text), "{plan:#?}");
            assert_eq!([steps[0], steps[2], steps[3]], [by_number, by_number, "SCAN users"], "{plan:#?}");
            assert!(steps[4].contains("COVERING INDEX accounts_with_path (id=?"), "{plan:#?}");
            assert_shown_are_looked_up(&plan);
        }
    }
}

#[tokio::test]
async fn texts_of_any_length_are_looked_for_in_the_index_unless_few_may_have_them() {
    let (database, _folder) = empty().await;
    for (subtree, text, expected) in
        [(true, "q", Way::Found), (false, "qu", Way::ByAccount), (true, "qu", Way::Found), (true, "quinn", Way::Found)]
    {
        let filter = users(subtree, UserSort::Name, PageStart::First);
        let region = Region::within(&filter.visible, &filter.account, filter.subtree);
        let way = user_list::choose_way_to_find(database.readers(), &region, Some(text)).await.unwrap();
        assert_eq!(way, expected, "{text}");
    }
}

#[tokio::test]
async fn accounts_found_by_their_text_are_told_by_two_indexes() {
    let with_text = AccountFilter { text: Some("x".to_owned()), start: PageStart::First, ..accounts(false) };
    let plan = plan_of_accounts(&with_text, account_list::Way::Found).await;
    assert_eq!(plan[0], "SEARCH accounts USING INDEX sqlite_autoindex_accounts_1 (id=?)", "{plan:#?}");
    let scans: Vec<&String> = plan.iter().filter(|step| step.starts_with("SCAN")).collect();
    let by_indexes =
        ["accounts USING COVERING INDEX accounts_by_name", "domains USING COVERING INDEX domains_by_account"];
    assert_eq!(scans, by_indexes.map(|index| format!("SCAN {index}")).iter().collect::<Vec<_>>(), "{plan:#?}");
}

const GATHERED: account_list::Way = account_list::Way::Gathered;
const IN_ORDER: account_list::Way = account_list::Way::InOrder;

fn accounts(parent: bool) -> AccountFilter {
    AccountFilter {
        visible: vec![Visible { anchor: account(2), at: true, below: true }],
        home: account(2).id(),
        parent: parent.then(|| account(2).id()),
        text: None,
        kind: None,
        without_leaves: false,
        state: None,
        start: after("x"),
        limit: 50,
    }
}

async fn plan_of_accounts(filter: &AccountFilter, way: account_list::Way) -> Vec<String> {
    let window = Window::new(&filter.start, false, filter.limit);
    let query = account_list::build(DbBackend::Sqlite, filter, &Region::new(&filter.visible), &window, way);
    plan(StatementBuilder::build(&query, &DbBackend::Sqlite)).await
}

#[tokio::test]
async fn accounts_are_gathered_or_read_in_order_but_never_all_read() {
    let children = plan_of_accounts(&accounts(true), IN_ORDER).await;
    assert!(children[0].contains("accounts_by_parent (parent_id=? AND (name_key,id)>"), "{children:#?}");
    let many = plan_of_accounts(&accounts(false), IN_ORDER).await;
    assert!(many[0].contains("accounts_by_name ((name_key,id)>"), "{many:#?}");
    assert!(!sorts(&children) && !sorts(&many), "{many:#?}");
    let few = plan_of_accounts(&accounts(false), GATHERED).await;
    assert!(!few.iter().any(|step| step.starts_with("SCAN")), "{few:#?}");
    assert!(few.iter().any(|step| step.contains("path>? AND path<?")), "{few:#?}");
}

#[tokio::test]
async fn domains_that_match_are_found_once_for_all_accounts() {
    let plan = plan_of_accounts(&AccountFilter { text: Some("x".to_owned()), ..accounts(false) }, IN_ORDER).await;
    assert!(plan[0].contains("accounts_by_name ((name_key,id)>"), "{plan:#?}");
    assert!(plan.iter().any(|step| step == "SCAN domains USING COVERING INDEX domains_by_account"), "{plan:#?}");
    assert!(!sorts(&plan), "{plan:#?}");
}

#[tokio::test]
async fn removed_accounts_are_found_by_their_own_index() {
    let removed = AccountFilter { state: Some(AccountState::Removed), ..accounts(false) };
    for way in [GATHERED, IN_ORDER] {
        let plan = plan_of_accounts(&removed, way).await;
        assert!(plan[0].contains("accounts_removed"), "{plan:#?}");
    }
}

#[tokio::test]
async fn suspended_accounts_among_many_are_read_in_order_out_of_their_own_index() {
    let suspended = AccountFilter { state: Some(AccountState::Suspended), ..accounts(false) };
    let plan = plan_of_accounts(&suspended, IN_ORDER).await;
    assert!(plan[0].contains("accounts_suspended ((name_key,id)>"), "{plan:#?}");
    assert!(!sorts(&plan), "{plan:#?}");
}

#[tokio::test]
async fn what_stands_at_accounts_is_counted_out_of_indexes() {
    let below = ChildrenFilter {
        parents: vec![account(3), account(4)],
        visible: vec![Visible { anchor: AccountPath::root(AccountId::new(Uuid::from_u128(1))), at: true, below: true }],
        home: account(2),
    };
    let children = plan(StatementBuilder::build(&account_counts::children(&below).unwrap(), &DbBackend::Sqlite)).await;
    assert!(children[0].contains("COVERING INDEX accounts_by_parent (parent_id=?)"), "{children:#?}");
    let users = account_counts::users_of(&[account(3).id(), account(4).id()]);
    let users = plan(StatementBuilder::build(&users, &DbBackend::Sqlite)).await;
    assert!(users[0].contains("USING COVERING INDEX users_by_account"), "{users:#?}");
}

#[tokio::test]
async fn who_is_asking_is_found_without_reading_a_table() {
    for sql in [principals::BY_ID, principals::BY_SESSION] {
        let plan = plan(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [vec![0_u8; 32].into()])).await;
        let of_no_table = ["SCAN CONSTANT ROW", "SCAN line"];
        let mut scans = plan.iter().filter(|step| step.starts_with("SCAN"));
        assert!(scans.all(|step| of_no_table.contains(&step.as_str())), "{plan:#?}");
    }
}

async fn plan_of_holders(role: RoleKey, way: role_holders::Way) -> Vec<String> {
    let visible = vec![Visible { anchor: account(2), at: true, below: true }];
    let region = Region::new(&visible);
    let filter = HolderFilter { role, account: account(2), visible, limit: 50 };
    plan(StatementBuilder::build(&role_holders::build(&filter, &region, way), &DbBackend::Sqlite)).await
}

#[tokio::test]
async fn holders_are_gathered_by_role_or_as_users_are_listed() {
    for role in [RoleKey::Custom(RoleId::new(Uuid::nil())), RoleKey::BuiltIn(BuiltInRole::User)] {
        let few = plan_of_holders(role, role_holders::Way::ByRole).await;
        assert!(picking(&few).iter().any(|step| step.contains("grants_by_role (role_id=? AND role=?)")), "{few:#?}");
        assert!(!picking(&few).iter().any(|step| step.starts_with("SCAN")), "{few:#?}");
        assert_shown_are_looked_up(&few);

        let many = plan_of_holders(role, role_holders::Way::AsListed(Way::InOrder)).await;
        assert_eq!(picking(&many)[0], "SCAN users USING COVERING INDEX users_by_name", "{many:#?}");
        assert!(!sorts(picking(&many)), "{many:#?}");
        let looked_up = "grants_by_role (role_id=? AND role=? AND user_id=?)";
        assert!(picking(&many).iter().any(|step| step.contains(looked_up)), "{many:#?}");
        assert_shown_are_looked_up(&many);
    }
}

#[tokio::test]
async fn roles_and_grants_are_found_without_reading_a_table() {
    let by_owners = roles::BY_OWNERS.replace("{ids}", "$1, $2");
    for sql in [roles::BY_ID, roles::GRANTS, &by_owners] {
        let values = [vec![0_u8; 16].into(), vec![1_u8; 16].into()];
        let values = values.into_iter().take(if sql.contains("$2") { 2 } else { 1 });
        let plan = plan(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await;
        assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{plan:#?}");
    }
}
