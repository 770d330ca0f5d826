//! The accounts within reach: the list, one of them, and where one works.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    accounts::ListAccountsInput,
    ports::{AccountRow as ListedAccount, Page, PageKey},
    sessions::SwitchAccount,
};
use tenantry_domain::{AccountId, permission::Permission};
use url::form_urlencoded::Serializer;

use super::{
    actor::{ConsoleActor, safe_next},
    answers::{PageError, see_other},
    cursors::{cursor_of, page_start},
    forms::{Form, PathId, Query},
    words::{account_chip, address_lines, kind_word, support_of},
};
use crate::console::views::{AccountPage, AccountRow, AccountsPage, NavPlace, hue_of, initials_of};

/// What accounts are always sorted by.
const ORDER: &str = "name";

/// `GET /console/accounts`
pub async fn list(actor: ConsoleActor, query: Query) -> Result<Response, PageError> {
    let input = ListAccountsInput { q: query.given("q"), ..ListAccountsInput::default() };
    let page = input.parse()?.execute(&actor.app, &actor.actor, page_start(&query, ORDER)?).await?;
    let names = actor.names_above(&page.items).await?;
    let current = actor.active_account().await?;
    let current_id = current.account.account.id();
    let rows: Vec<AccountRow> = page.items.iter().map(|row| shown(&actor, row, &names, current_id)).collect();
    let switching = !query.text("switch").is_empty();
    let turn = |direction: &str, key: Option<&PageKey>| {
        key.map(|key| address(&query.text("q"), switching, direction, &cursor_of(key, ORDER)))
    };
    let view = AccountsPage {
        frame: actor.frame("Accounts", Some(NavPlace::Accounts), &current).await?,
        q: query.text("q"),
        switching,
        newer_href: turn("before", page.previous.as_ref()),
        older_href: turn("after", page.next.as_ref()),
        count: count(&page),
        rows,
    };
    Ok(actor.show(StatusCode::OK, &view))
}

/// Cheap only where everything stands on one page.
fn count(page: &Page<ListedAccount>) -> Option<String> {
    let all = page.next.is_none() && page.previous.is_none() && !page.items.is_empty();
    all.then(|| if page.items.len() == 1 { "1 account".to_owned() } else { format!("{} accounts", page.items.len()) })
}

fn address(q: &str, switching: bool, direction: &str, cursor: &str) -> String {
    let mut query = Serializer::new(String::new());
    if switching {
        query.append_pair("switch", "1");
    }
    if !q.is_empty() {
        query.append_pair("q", q);
    }
    format!("/console/accounts?{}", query.append_pair(direction, cursor).finish())
}

fn shown(actor: &ConsoleActor, row: &ListedAccount, names: &[(AccountId, String)], current: AccountId) -> AccountRow {
    let id = row.path.id().to_string();
    let sees_users = actor.actor.authority().holds(Permission::USERS_VIEW, &row.path);
    AccountRow {
        name: row.name.clone(),
        initials: initials_of(&row.name),
        hue: hue_of(&id),
        kind: kind_word(row.kind).to_owned(),
        chip: account_chip(row.effective_status),
        path: actor.way_to(&row.path, names),
        primary_domain: row.primary_domain.clone(),
        current: row.path.id() == current,
        may_work_here: true,
        users_href: sees_users.then(|| format!("/console/accounts/{id}/users")),
        id,
    }
}

/// `GET /console/accounts/{account}`
pub async fn show(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let page = actor.account(account_id).await?;
    let account = &page.account.account;
    let company = &account.company;
    let above = page.trail.len().saturating_sub(1);
    let path: Vec<&str> = page.trail.iter().take(above).map(|(_, name)| name.as_str()).collect();
    let id = account_id.to_string();
    let users = format!("/console/accounts/{id}/users");
    let view = AccountPage {
        frame: actor.frame(account.name.as_str(), Some(NavPlace::Accounts), &page).await?,
        name: account.name.to_string(),
        initials: initials_of(account.name.as_str()),
        hue: hue_of(&id),
        kind: kind_word(account.kind).to_owned(),
        chip: account_chip(page.account.effective_status),
        path: path.join(" › "),
        may_view_info: page.shows_company_information,
        phone: company.phone.as_ref().map(ToString::to_string),
        address_lines: company.address.as_ref().map(address_lines).unwrap_or_default(),
        website: company.website.as_ref().map(ToString::to_string),
        primary_domain: Some(account.domains.primary.to_unicode()),
        alias_domains: account.domains.aliases.iter().map(tenantry_domain::contact::DomainName::to_unicode).collect(),
        support: support_of(account),
        current: account_id == actor.actor.active_account_id(),
        may_work_here: true,
        users_href: page.may_view_users.then(|| users.clone()),
        create_user_href: page.may_add_users.then(|| format!("{users}/new")),
        account_id: id,
    };
    Ok(actor.show(StatusCode::OK, &view))
}

/// `POST /console/active-account`
pub async fn switch(actor: ConsoleActor, form: Form) -> Result<Response, PageError> {
    let form = form.only(&["account", "next"])?;
    let account_id = form.text("account").parse().map_err(|_| PageError::not_found())?;
    SwitchAccount { account_id }.execute(&actor.app, &actor.actor).await?;
    Ok(see_other(safe_next(&form.text("next"))))
}
