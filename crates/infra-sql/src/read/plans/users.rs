//! Users, and who holds a role.

use sea_orm::{DbBackend, StatementBuilder, Value};
use tenantry_app::ports::{HolderFilter, PageStart, UserFilter, UserSort, UserState, Visible};
use tenantry_domain::{
    RoleId,
    permission::{BuiltInRole, RoleKey},
    user::ProvisioningState,
};
use uuid::Uuid;

use super::{account, after, empty, plan, sorts};
use crate::read::{
    paging::Window,
    regions::Region,
    role_holders, user_list,
    user_sources::Source,
    user_ways::{self, Way},
};

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

async fn plan_of_users(filter: &UserFilter, way: Way) -> Vec<String> {
    plan_of_some_users(filter, way, None).await
}

async fn plan_of_some_users(filter: &UserFilter, way: Way, last: Option<(Value, Uuid)>) -> Vec<String> {
    let region = Region::within(&filter.visible, &filter.account, filter.subtree);
    let window = Window::new(&filter.start, filter.descending, filter.limit).until(last);
    let bound = window.bound().map(|key| key.value.clone().into());
    let query = user_list::build(DbBackend::Sqlite, filter, &region, (&window, bound), way);
    plan(StatementBuilder::build(&query, &DbBackend::Sqlite)).await
}

/// The steps that pick the users, without those that read what is shown of them.
fn picking(plan: &[String]) -> &[String] {
    let end = plan.iter().position(|step| step.starts_with("SCAN picked")).unwrap();
    &plan[1..end]
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
            let plan = plan_of_users(&found, Way::Found(Source::Text)).await;
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
    let found = Way::Found(Source::Text);
    for (subtree, text, expected) in
        [(true, "q", found), (false, "qu", Way::ByAccount), (true, "qu", found), (true, "quinn", found)]
    {
        let filter = UserFilter { text: Some(text.to_owned()), ..users(subtree, UserSort::Name, PageStart::First) };
        let region = Region::within(&filter.visible, &filter.account, filter.subtree);
        let way = user_ways::choose_way_to_find(database.readers(), &region, &filter).await.unwrap();
        assert_eq!(way, expected, "{text}");
    }
}

#[tokio::test]
async fn users_found_by_another_filter_are_told_by_its_own_index() {
    let with = |change: fn(&mut UserFilter)| {
        let mut filter = users(true, UserSort::Name, after("x"));
        change(&mut filter);
        filter
    };
    for (filter, source, by_index) in [
        (
            with(|filter| filter.provisioning = Some(ProvisioningState::Failed)),
            Source::Provisioning,
            "SEARCH users USING INDEX users_not_provisioned (provisioning_state=?)",
        ),
        (
            with(|filter| filter.state = Some(UserState::Suspended)),
            Source::State,
            "SEARCH users USING INDEX users_suspended (status=?)",
        ),
        (
            with(|filter| filter.state = Some(UserState::Removed)),
            Source::State,
            "SEARCH users USING INDEX users_by_removal (removed_at>?)",
        ),
        (
            with(|filter| filter.role = Some(BuiltInRole::FullAccess.into())),
            Source::Role,
            "SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)",
        ),
    ] {
        assert_eq!(Source::of(&filter, DbBackend::Sqlite), [source]);
        let plan = plan_of_users(&filter, Way::Found(source)).await;
        assert_eq!(picking(&plan)[0], by_index, "{plan:#?}");
        assert_shown_are_looked_up(&plan);
    }
}

#[tokio::test]
async fn the_first_in_their_order_are_told_by_the_index_that_has_them_sorted() {
    for (start, within) in [
        (PageStart::First, "users_by_name ((name_key,id)<(?,?))"),
        (after("x"), "users_by_name ((name_key,id)>(?,?) AND (name_key,id)<(?,?))"),
    ] {
        let filter = UserFilter { text: Some("quinn".to_owned()), ..users(true, UserSort::Name, start) };
        let last = ("y".into(), Uuid::nil());
        let plan = plan_of_some_users(&filter, Way::InOrder, Some(last)).await;
        assert_eq!(picking(&plan)[0], format!("SEARCH users USING INDEX {within}"), "{plan:#?}");
        assert!(!sorts(picking(&plan)), "{plan:#?}");
    }
}

/// SQLite may plan with the values it is given, and thinks of an index for one of them that it has next to none. Not every version does,
/// so that it is the text that tells.
#[test]
fn suspended_users_are_picked_as_others_are() {
    let filter = UserFilter { state: Some(UserState::Suspended), ..users(true, UserSort::Name, PageStart::First) };
    let region = Region::within(&filter.visible, &filter.account, filter.subtree);
    let window = Window::new(&filter.start, filter.descending, filter.limit);
    for way in [Way::Gathered, Way::InOrder, Way::ByAccount, Way::Found(Source::Provisioning), Way::Found(Source::Role)]
    {
        let query = user_list::build(DbBackend::Sqlite, &filter, &region, (&window, None), way);
        let sql = StatementBuilder::build(&query, &DbBackend::Sqlite).sql;
        assert!(sql.contains("(+\"users\".\"status\") = ?"), "{way:?}: {sql}");
        assert!(!sql.contains("\"users\".\"status\" ="), "{way:?}: {sql}");
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
