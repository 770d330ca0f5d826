//! Accounts, and what stands at them.

use sea_orm::{DbBackend, StatementBuilder};
use tenantry_app::ports::{AccountFilter, AccountState, ChildrenFilter, PageStart, Visible};
use tenantry_domain::{AccountId, account::AccountPath};
use uuid::Uuid;

use super::{account, after, plan, sorts};
use crate::read::{account_counts, account_list, paging::Window, regions::Region};

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
async fn accounts_found_by_their_text_are_told_by_two_indexes() {
    let with_text = AccountFilter { text: Some("x".to_owned()), start: PageStart::First, ..accounts(false) };
    let plan = plan_of_accounts(&with_text, account_list::Way::Found).await;
    assert_eq!(plan[0], "SEARCH accounts USING INDEX sqlite_autoindex_accounts_1 (id=?)", "{plan:#?}");
    let scans: Vec<&String> = plan.iter().filter(|step| step.starts_with("SCAN")).collect();
    let by_indexes =
        ["accounts USING COVERING INDEX accounts_by_name", "domains USING COVERING INDEX domains_by_account"];
    assert_eq!(scans, by_indexes.map(|index| format!("SCAN {index}")).iter().collect::<Vec<_>>(), "{plan:#?}");
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
