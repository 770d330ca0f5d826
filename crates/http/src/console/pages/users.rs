//! `GET /console/accounts/{account}/users`: the list, and the dialog over it after a create.

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use tenantry_app::{
    Denied, UseCaseError,
    accounts::AccountPage,
    ports::{Page, UserRow as ListedUser, UserState},
    roles::ListRoles,
    users::ListUsersInput,
};
use tenantry_domain::{
    AccountId,
    permission::{BuiltInRole, Permission},
};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    created::dialog,
    cursors::{cursor_of, page_start},
    forms::{PathId, Query},
    words::{avatar_of, user_chip},
};
use crate::console::views::{Choice, Moment, NavPlace, RowActions, UserRow, UsersList, UsersPage, UsersQuery};

pub async fn list(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    query: Query,
) -> Result<Response, PageError> {
    let account = actor.account(account_id).await?;
    let asked = UsersQuery {
        account: account_id.to_string(),
        scope: query.text("scope"),
        q: query.text("q"),
        status: query.text("status"),
        role: query.text("role"),
        sort: query.text("sort"),
        after: query.text("after"),
        before: query.text("before"),
    };
    let mut list = find(&actor, account_id, &asked, &query, account.may_view_users_below).await?;
    let created = match query.given("created").map(|id| id.parse()) {
        Some(Ok(user_id)) => dialog(&actor, user_id).await?,
        _ => None,
    };
    // Marked under the dialog, and when it leads back here.
    let new = query.given("new").or_else(|| query.given("created")).unwrap_or_default();
    if let UsersList::Rows { rows, .. } = &mut list {
        for row in rows {
            row.is_new = row.id == new;
        }
    }
    let page = UsersPage {
        frame: actor.frame("Users", Some(NavPlace::Users), &account).await?,
        account_name: account.account.account.name.to_string(),
        query: asked,
        may_create: account.may_add_users,
        may_look_below: looks_below(&account),
        status_options: status_options(),
        role_options: role_options(&actor, &account).await?,
        sortable: vec!["name", "created"],
        list,
        created,
    };
    Ok(actor.show(StatusCode::OK, &page))
}

/// Customers are leaves: there is nothing below them to look at.
fn looks_below(account: &AccountPage) -> bool {
    use tenantry_domain::account::AccountKind;
    account.may_view_users_below && account.account.account.kind != AccountKind::Customer
}

fn status_options() -> Vec<Choice> {
    let words = |state| match state {
        UserState::Active => "Active",
        UserState::Suspended => "Suspended",
        UserState::Removed => "Removed",
    };
    UserState::ALL.into_iter().map(|state| Choice::new(state.key(), words(state))).collect()
}

/// The roles that exist here, as far as one may view them: the built-in ones at least.
async fn role_options(actor: &ConsoleActor, account: &AccountPage) -> Result<Vec<Choice>, UseCaseError> {
    if !account.may_view_users {
        return Ok(BuiltInRole::ALL.into_iter().map(|role| Choice::new(role.key(), role.label())).collect());
    }
    let list = ListRoles { account_id: account.account.account.id() }.execute(&actor.app, &actor.actor).await?;
    Ok(list.roles.iter().map(|offer| Choice::new(offer.key().to_string(), offer.role.label())).collect())
}

async fn find(
    actor: &ConsoleActor,
    account_id: AccountId,
    asked: &UsersQuery,
    query: &Query,
    views_below: bool,
) -> Result<UsersList, PageError> {
    let order = sort_key(&asked.sort);
    let input = ListUsersInput {
        scope: Some(asked.scope.clone()),
        q: Some(asked.q.clone()),
        status: Some(asked.status.clone()),
        role: Some(asked.role.clone()),
        sort: Some(order.to_owned()),
        ..ListUsersInput::default()
    };
    let found = input.parse()?.execute(&actor.app, &actor.actor, account_id, page_start(query, order)?).await;
    match found {
        Ok(page) if page.items.is_empty() && asked.is_filtered() => Ok(UsersList::NoneMatch),
        Ok(page) if page.items.is_empty() => Ok(UsersList::NoneYet),
        Ok(page) => Ok(rows(actor, &page, order)),
        Err(UseCaseError::Denied(Denied::NotHeld { .. })) if views_below && !asked.is_subtree() => {
            Ok(UsersList::OnlyBelow)
        }
        Err(error) => Err(error.into()),
    }
}

/// The page's columns under the use case's names.
fn sort_key(column: &str) -> &str {
    match column {
        "" | "-created" => "-createdAt",
        "created" => "createdAt",
        other => other,
    }
}

fn rows(actor: &ConsoleActor, page: &Page<ListedUser>, order: &str) -> UsersList {
    let now = actor.app.now();
    let all = page.next.is_none() && page.previous.is_none();
    let words = if page.items.len() == 1 { "1 user".to_owned() } else { format!("{} users", page.items.len()) };
    UsersList::Rows {
        rows: page.items.iter().map(|row| shown(actor, row, now)).collect(),
        before: page.previous.as_ref().map(|key| cursor_of(key, order)),
        after: page.next.as_ref().map(|key| cursor_of(key, order)),
        count: all.then_some(words),
    }
}

fn shown(actor: &ConsoleActor, row: &ListedUser, now: Timestamp) -> UserRow {
    let id = row.id.to_string();
    UserRow {
        avatar: avatar_of(&id, &row.display_name, row.image.as_deref()),
        name: row.display_name.clone(),
        login_name: row.login_name.clone(),
        chip: user_chip(row.state, row.provisioning, row.has_password),
        chip_note: None,
        role: row.role.label().to_owned(),
        account_name: row.account_name.clone(),
        last_sign_in: row.last_sign_in_at.map(|at| Moment::new(at, now)),
        created: Some(Moment::new(row.created_at, now)),
        settled: row.provisioning.is_settled() || row.state == UserState::Removed,
        is_new: false,
        may: actions(actor, row),
        id,
    }
}

/// What the row offers; whether it goes through is decided when it is done.
fn actions(actor: &ConsoleActor, row: &ListedUser) -> RowActions {
    let authority = actor.actor.authority();
    let is_self = row.id == actor.actor.user_id();
    let covered = !is_self && authority.missing(row.role.matrix(), &row.account).is_empty();
    let edits = authority.holds(Permission::USERS_EDIT, &row.account);
    let removes = covered && authority.holds(Permission::USERS_REMOVE, &row.account);
    let is = |state| row.state == state;
    RowActions {
        edit: edits && (covered || is_self) && !is(UserState::Removed),
        suspend: edits && covered && is(UserState::Active),
        activate: edits && covered && is(UserState::Suspended),
        send_link: edits && covered && is(UserState::Active),
        remove: removes && !is(UserState::Removed),
        restore: removes && is(UserState::Removed),
    }
}
