//! Pages of users and accounts.

use std::cmp::Ordering;

use tenantry_domain::{
    account::{AccountKind, AccountPath},
    contact::EmailAddress,
    permission::{BuiltInRole, Role},
};

use super::state::{State, StoredAccount, StoredUser};
use crate::ports::{
    AccountFilter, AccountRow, AccountState, ChildrenFilter, Page, PageKey, PageStart, UserFilter, UserRow, UserSort,
    UserState, Visible,
};

pub(super) fn list_users(state: &State, filter: &UserFilter) -> Page<UserRow> {
    let rows = state.users.values().filter(|stored| is_listed(state, stored, filter));
    let rows = rows.filter_map(|stored| Some((user_key(stored, filter.sort), user_row(state, stored)?)));
    page(rows.collect(), filter.descending, &filter.start, filter.limit)
}

pub(super) fn list_accounts(state: &State, filter: &AccountFilter) -> Page<AccountRow> {
    let is_listed = |stored: &&StoredAccount| {
        let account = &stored.account;
        let texts =
            std::iter::once(account.name.as_str()).chain(account.domains.iter().map(|domain| domain.name.as_str()));
        let is_state = match filter.state {
            Some(AccountState::Removed) => stored.removed_with == Some(account.id()),
            Some(wanted) => AccountState::of(account) == wanted,
            None => account.removed_at.is_none(),
        };
        is_state
            && filter.kind.is_none_or(|kind| account.kind == kind)
            && (!filter.without_leaves || account.kind.may_hold(AccountKind::Customer))
            && (account.id() == filter.home || is_visible(&filter.visible, &account.path))
            && filter.parent.is_none_or(|parent| account.path.parent_id() == Some(parent))
            && filter.text.as_deref().is_none_or(|text| contains(texts, text))
    };
    let row = |StoredAccount { account, .. }: &StoredAccount| {
        let key = PageKey { value: account.name.as_str().to_lowercase(), id: account.id().uuid() };
        let row = AccountRow {
            path: account.path.clone(),
            kind: account.kind,
            name: account.name.to_string(),
            status: account.status,
            removed_at: account.removed_at,
            effective_status: state.effective_status(&account.path),
            primary_domain: account.domains.primary.to_string(),
        };
        (key, row)
    };
    let rows = state.accounts.values().filter(is_listed).map(row);
    page(rows.collect(), false, &filter.start, filter.limit)
}

pub(super) fn count_children(state: &State, filter: &ChildrenFilter) -> Vec<u64> {
    let is_in_view = |path: &AccountPath| path.id() == filter.home.id() || is_visible(&filter.visible, path);
    let live = || state.accounts.values().map(|stored| &stored.account).filter(|account| account.removed_at.is_none());
    let count = |parent: &AccountPath| {
        let children = live().filter(|account| account.path.parent_id() == Some(parent.id()));
        children.filter(|account| is_in_view(&account.path)).count() as u64
    };
    filter.parents.iter().map(count).collect()
}

fn is_listed(state: &State, stored: &StoredUser, filter: &UserFilter) -> bool {
    let Some(home) = state.live_account(stored.user.account_id).map(|stored| &stored.account.path) else {
        return false;
    };
    let is_inside = home == &filter.account || (filter.subtree && filter.account.is_above(home));
    let is_state = match filter.state {
        Some(wanted) => stored.state() == wanted,
        None => stored.state() != UserState::Removed,
    };
    let login_name = stored.user.login_name.to_string();
    let contact = &stored.user.contact;
    let names = [stored.user.profile.display_name.as_str(), &login_name, contact.email.as_str()];
    let texts = names.into_iter().chain(contact.alternative_email.as_ref().map(EmailAddress::as_str));
    is_inside
        && is_state
        && is_visible(&filter.visible, home)
        && filter.role.is_none_or(|role| base_role(stored).key() == role)
        && filter.provisioning.is_none_or(|wanted| stored.provisioning == wanted)
        && filter.text.as_deref().is_none_or(|text| contains(texts, text))
}

pub(super) fn is_visible(visible: &[Visible], path: &AccountPath) -> bool {
    visible.iter().any(|part| (part.at && part.anchor == *path) || (part.below && part.anchor.is_above(path)))
}

fn contains<'a>(texts: impl IntoIterator<Item = &'a str>, part: &str) -> bool {
    let part = part.to_lowercase();
    texts.into_iter().any(|text| text.to_lowercase().contains(&part))
}

fn base_role(stored: &StoredUser) -> Role {
    let base = stored.grants.iter().find(|given| given.grant.anchor.id() == stored.user.account_id);
    base.map_or(BuiltInRole::NoAccess.into(), |given| given.grant.role.clone())
}

fn user_key(stored: &StoredUser, sort: UserSort) -> PageKey {
    let value = match sort {
        UserSort::Name => stored.user.profile.display_name.as_str().to_lowercase(),
        UserSort::LoginName => stored.user.login_name.key(),
        UserSort::Created => format!("{:020}", stored.created_at.as_microsecond()),
    };
    PageKey { value, id: stored.user.id.uuid() }
}

fn user_row(state: &State, stored: &StoredUser) -> Option<UserRow> {
    let account = &state.accounts.get(&stored.user.account_id)?.account;
    let credential = state.credentials.get(&stored.user.id);
    Some(UserRow {
        id: stored.user.id,
        account: account.path.clone(),
        account_name: account.name.to_string(),
        login_name: stored.user.login_name.to_string(),
        display_name: stored.user.profile.display_name.to_string(),
        email: stored.user.contact.email.as_str().to_owned(),
        state: stored.state(),
        role: base_role(stored),
        provisioning: stored.provisioning,
        has_password: credential.is_some(),
        must_change_password: credential.is_some_and(|credential| credential.must_change),
        image: stored.user.image.clone(),
        last_sign_in_at: stored.last_sign_in_at,
        created_at: stored.created_at,
    })
}

fn page<T>(mut rows: Vec<(PageKey, T)>, descending: bool, start: &PageStart, limit: u32) -> Page<T> {
    let order = |a: &PageKey, b: &PageKey| {
        let ascending = a.value.cmp(&b.value).then(a.id.cmp(&b.id));
        if descending { ascending.reverse() } else { ascending }
    };
    rows.sort_by(|(a, _), (b, _)| order(a, b));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (from, to) = match start {
        PageStart::First => (0, limit),
        PageStart::After(key) => {
            let from = rows.partition_point(|(row, _)| order(row, key) != Ordering::Greater);
            (from, from.saturating_add(limit))
        }
        PageStart::Before(key) => {
            let to = rows.partition_point(|(row, _)| order(row, key) == Ordering::Less);
            (to.saturating_sub(limit), to)
        }
    };
    let to = to.min(rows.len());
    let next = (to < rows.len() && from < to).then(|| rows[to - 1].0.clone());
    let previous = (from > 0 && from < to).then(|| rows[from].0.clone());
    let items = rows.into_iter().skip(from).take(to - from).map(|(_, row)| row).collect();
    Page { items, next, previous }
}
