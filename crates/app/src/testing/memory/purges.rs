use std::{collections::BTreeSet, sync::Arc};

use tenantry_domain::{
    AccountId, Line, RoleId,
    account::AccountPath,
    permission::{Role, RoleKey},
};

use super::{
    broken,
    roles::{holds, is_name_taken},
    state::State,
};
use crate::ports::{StorageError, name_beside};

pub(super) fn purge_accounts(state: &mut State, accounts: &[AccountId]) -> Result<(), StorageError> {
    let removed = |id: &AccountId| state.accounts.get(id).is_some_and(|stored| stored.removed_with.is_some());
    let gone: BTreeSet<AccountId> = accounts.iter().copied().filter(removed).collect();
    let is_left_below = state
        .accounts
        .values()
        .map(|stored| &stored.account.path)
        .any(|path| !gone.contains(&path.id()) && path.parent_id().is_some_and(|parent| gone.contains(&parent)));
    if is_left_below || state.users.values().any(|stored| gone.contains(&stored.user.account_id)) {
        return Err(broken("empty account"));
    }
    for stored in state.users.values_mut() {
        stored.grants.retain(|stored| !gone.contains(&stored.grant.anchor.id()));
    }
    let owned: Vec<RoleId> =
        state.roles.values().filter(|stored| gone.contains(&stored.role.owner)).map(|stored| stored.role.id).collect();
    for role_id in owned {
        give_up_role(state, role_id)?;
    }
    leave(state, &gone);
    let accounts = gone.iter().filter_map(|id| state.accounts.get(id));
    let logos: Vec<String> = accounts.filter_map(|stored| stored.account.branding.logo.clone()).collect();
    state.accounts.retain(|id, _| !gone.contains(id));
    for hash in logos {
        state.remove_unused_image(&hash);
    }
    Ok(())
}

fn give_up_role(state: &mut State, role_id: RoleId) -> Result<(), StorageError> {
    let key = RoleKey::Custom(role_id);
    if !state.users.values().any(|stored| holds(stored, key)) {
        state.roles.remove(&role_id);
        return Ok(());
    }
    let paths = state.accounts.values().map(|stored| &stored.account.path);
    let root = paths.into_iter().find(|path| path.parent_id().is_none()).map(AccountPath::id);
    let mut role = state.roles.get(&role_id).ok_or_else(|| broken("role"))?.role.clone();
    role.owner = root.ok_or_else(|| broken("platform"))?;
    role.version += 1;
    if is_name_taken(state, &role) {
        let name = name_beside(role.definition.name.as_str(), role_id);
        role.definition.name = Line::parse(&name).map_err(|_| broken("name"))?;
    }
    if let Some(stored) = state.roles.get_mut(&role_id) {
        stored.role = role.clone();
    }
    let role = Arc::new(role);
    // What a join would read.
    for stored in state.users.values_mut().flat_map(|user| &mut user.grants) {
        if stored.grant.role.key() == key {
            stored.grant.role = Role::Custom(Arc::clone(&role));
        }
    }
    Ok(())
}

/// Whoever works in one of the accounts is back home.
fn leave(state: &mut State, gone: &BTreeSet<AccountId>) {
    let users = state.users.clone();
    for stored in state.sessions.values_mut() {
        if gone.contains(&stored.session.active_account_id)
            && let Some(user) = users.get(&stored.session.user_id)
        {
            stored.session.active_account_id = user.user.account_id;
        }
    }
}
