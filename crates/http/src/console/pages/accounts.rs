//! The accounts within reach, as a table or as a tree, and where one works.

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use tenantry_app::{
    UseCaseError,
    accounts::{AccountCounts, AccountPage, AccountTotal, CountAtAccounts, ListAccounts, ListAccountsInput},
    ports::{AccountRow as ListedAccount, AccountState, Page},
    sessions::SwitchAccount,
};
use tenantry_domain::{
    AccountId,
    account::{AccountKind, AccountPath},
    permission::Permission,
};

use super::{
    actor::{ConsoleActor, safe_next},
    answers::{PageError, see_other, with_cookie},
    cursors::{cursor_of, page_start},
    forms::{Form, Query},
    recent::remember,
    words::{account_chip, days_words, grouped_number, kind_word},
};
use crate::console::views::{
    AccountRow, AccountsPage, AccountsQuery, AddLinks, Choice, Crumb, Moment, NavPlace, RowWork, StatusChip, hue_of,
    initials_of,
};

/// The list's address.
pub const LIST: &str = "/console/accounts";

/// What accounts are always sorted by.
const ORDER: &str = "name";

/// `GET /console/accounts`
pub async fn list(actor: ConsoleActor, query: Query) -> Result<Response, PageError> {
    let current = actor.active_account().await?;
    let mut asked = AccountsQuery {
        view: if query.text("view") == "tree" { "tree".to_owned() } else { String::new() },
        parent: String::new(),
        q: query.text("q"),
        kind: query.text("kind"),
        status: query.text("status"),
        switch: query.text("switch"),
    };
    let top = if asked.is_tree() { Some(top_of_tree(&actor, &query).await?) } else { None };
    asked.parent = top.as_ref().map(|top| top.account.account.id().to_string()).unwrap_or_default();
    let input = ListAccountsInput {
        parent: top.is_some().then(|| asked.parent.clone()),
        q: Some(asked.q.clone()),
        kind: Some(asked.kind.clone()),
        status: Some(asked.status.clone()),
        ..ListAccountsInput::default()
    };
    let listing = input.parse()?;
    let page = listing.execute(&actor.app, &actor.actor, page_start(&query, ORDER)?).await?;
    let names = actor.names_above(page.items.iter().map(|row| &row.path)).await?;
    let counts = CountAtAccounts { rows: &page.items }.execute(&actor.app, &actor.actor).await?;
    let current_id = current.account.account.id();
    let row = |(row, counts)| with_counts(shown(&actor, row, &names, current_id), counts);
    let view = AccountsPage {
        frame: actor.frame("Accounts", Some(NavPlace::Accounts), &current).await?,
        kind_options: [AccountKind::Customer, AccountKind::Reseller].map(kind_choice).into(),
        status_options: AccountState::ALL.map(state_choice).into(),
        trail: top.as_ref().map(|top| top.trail.iter().map(crumb).collect()).unwrap_or_default(),
        elsewhere: if top.is_some() { elsewhere(&actor).await? } else { Vec::new() },
        add: add_links(top.as_ref().unwrap_or(&current)).filter(|_| !asked.is_switching()),
        rows: page.items.iter().zip(counts).map(row).collect(),
        before: page.previous.as_ref().map(|key| cursor_of(key, ORDER)),
        after: page.next.as_ref().map(|key| cursor_of(key, ORDER)),
        count: count(&actor, &listing, &page).await?,
        kept_for: days_words(actor.app.settings.removed_accounts_kept_for),
        query: asked,
    };
    Ok(actor.show(StatusCode::OK, &view))
}

/// The account whose children the tree shows; at first that is the home account.
async fn top_of_tree(actor: &ConsoleActor, query: &Query) -> Result<AccountPage, PageError> {
    let asked = query.given("parent").map(|id| id.parse().map_err(|_| PageError::not_found())).transpose()?;
    Ok(actor.account(asked.unwrap_or_else(|| actor.actor.authority().home().id())).await?)
}

/// Where else the tree can begin: the anchors of grants outside the home account.
async fn elsewhere(actor: &ConsoleActor) -> Result<Vec<Crumb>, UseCaseError> {
    let authority = actor.actor.authority();
    let is_elsewhere =
        |anchor: &&AccountPath| !authority.home().is_at_or_above(anchor) && authority.views_account(anchor);
    let anchors = authority.grants().iter().map(|grant| &grant.anchor).filter(is_elsewhere);
    let mut ids: Vec<AccountId> = anchors.map(AccountPath::id).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = if ids.is_empty() { Vec::new() } else { actor.app.directory().account_names(&ids).await? };
    Ok(names.iter().map(crumb).collect())
}

pub fn crumb((id, name): &(AccountId, String)) -> Crumb {
    Crumb { id: id.to_string(), name: name.clone() }
}

fn add_links(account: &AccountPage) -> Option<AddLinks> {
    account.may_add_accounts.then(|| AddLinks {
        parent_id: account.account.account.id().to_string(),
        parent_name: account.account.account.name.to_string(),
    })
}

fn kind_choice(kind: AccountKind) -> Choice {
    Choice::new(kind.key(), kind_word(kind))
}

fn state_choice(state: AccountState) -> Choice {
    let words = match state {
        AccountState::Active => "Active",
        AccountState::Suspended => "Suspended",
        AccountState::Removed => "Removed",
    };
    Choice::new(state.key(), words)
}

/// How many there are, as far as they are counted.
async fn count(
    actor: &ConsoleActor,
    listing: &ListAccounts,
    page: &Page<ListedAccount>,
) -> Result<Option<String>, UseCaseError> {
    if page.items.is_empty() {
        return Ok(None);
    }
    let is_all = page.next.is_none() && page.previous.is_none();
    let total = match u32::try_from(page.items.len()) {
        Ok(count) if is_all => AccountTotal::Exactly(count),
        _ => listing.count(&actor.app, &actor.actor).await?,
    };
    Ok(Some(match total {
        AccountTotal::Exactly(1) => "1 account".to_owned(),
        AccountTotal::Exactly(count) => format!("{} accounts", grouped_number(count.into())),
        AccountTotal::MoreThan(count) => format!("More than {} accounts", grouped_number(count.into())),
    }))
}

fn with_counts(row: AccountRow, counts: AccountCounts) -> AccountRow {
    let words = |count: Option<u64>| count.map(grouped_number);
    AccountRow { children: words(counts.children).filter(|_| row.has_below), users: words(counts.users), ..row }
}

fn shown(actor: &ConsoleActor, row: &ListedAccount, names: &[(AccountId, String)], current: AccountId) -> AccountRow {
    let id = row.path.id().to_string();
    let is_there = row.removed_at.is_none();
    let sees_users = is_there && actor.actor.authority().holds(Permission::USERS_VIEW, &row.path);
    AccountRow {
        name: row.name.clone(),
        initials: initials_of(&row.name),
        hue: hue_of(&id),
        kind: kind_word(row.kind).to_owned(),
        chip: if is_there { account_chip(row.status, row.effective_status) } else { StatusChip::Removed },
        removed: row.removed_at.map(|at| moment(at, actor)),
        path: actor.way_to(&row.path, names),
        primary_domain: row.primary_domain.clone(),
        has_below: row.kind.may_hold(AccountKind::Customer),
        work: match row.path.id() == current {
            _ if !is_there => RowWork::Restore,
            true => RowWork::Here,
            false => RowWork::Offered,
        },
        children: None,
        users: None,
        users_href: sees_users.then(|| format!("{LIST}/{id}/users")),
        id,
    }
}

fn moment(at: Timestamp, actor: &ConsoleActor) -> Moment {
    Moment::new(at, actor.app.now())
}

/// `POST /console/active-account`
pub async fn switch(actor: ConsoleActor, form: Form) -> Result<Response, PageError> {
    let form = form.only(&["account", "next"])?;
    let account_id = form.text("account").parse().map_err(|_| PageError::not_found())?;
    SwitchAccount { account_id }.execute(&actor.app, &actor.actor).await?;
    let cookie = remember(account_id, &actor.recent);
    Ok(with_cookie(see_other(safe_next(&form.text("next"))), cookie))
}
