use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId, RoleId, UserId,
    permission::{CustomRole, Role, RoleKey},
};

use super::{
    MemoryUnit, broken,
    listing::is_visible,
    state::{State, StoredRoleRow, StoredUser},
};
use crate::ports::{
    Giver, GrantRow, HolderFilter, HolderRow, RoleRepository, RoleRow, StorageError, StoredRole, UserRecord,
};

#[async_trait]
impl RoleRepository for MemoryUnit {
    async fn find(&self, role_id: RoleId) -> Result<Option<CustomRole>, StorageError> {
        Ok(self.state().roles.get(&role_id).map(|stored| stored.role.clone()))
    }

    async fn insert(&self, role: &CustomRole, created_at: Timestamp) -> Result<StoredRole, StorageError> {
        let mut state = self.state();
        if !state.accounts.contains_key(&role.owner) {
            return Err(broken("owner account"));
        }
        if is_name_taken(&state, role) {
            return Ok(StoredRole::NameTaken);
        }
        state.roles.insert(role.id, StoredRoleRow { role: role.clone(), created_at, updated_at: created_at });
        Ok(StoredRole::Stored)
    }

    async fn update(&self, role: &CustomRole, updated_at: Timestamp) -> Result<Option<StoredRole>, StorageError> {
        let mut state = self.state();
        if state.roles.get(&role.id).is_none_or(|stored| stored.role.version != role.version) {
            return Ok(None);
        }
        if is_name_taken(&state, role) {
            return Ok(Some(StoredRole::NameTaken));
        }
        let Some(stored) = state.roles.get_mut(&role.id) else { return Ok(None) };
        stored.role.version += 1;
        stored.role.definition = role.definition.clone();
        stored.updated_at = updated_at;
        let new = Arc::new(stored.role.clone());
        // What a join would read.
        for stored in state.users.values_mut().flat_map(|user| &mut user.grants) {
            if stored.grant.role.key() == RoleKey::Custom(role.id) {
                stored.grant.role = Role::Custom(Arc::clone(&new));
            }
        }
        Ok(Some(StoredRole::Stored))
    }

    async fn remove(&self, role_id: RoleId) -> Result<(), StorageError> {
        let mut state = self.state();
        if state.users.values().any(|stored| holds(stored, RoleKey::Custom(role_id))) {
            return Err(broken("role, as a grant names it,"));
        }
        state.roles.remove(&role_id);
        Ok(())
    }

    async fn list_holders(&self, role_id: RoleId) -> Result<Vec<UserRecord>, StorageError> {
        let state = self.state();
        let holders = state.users.values().filter(|stored| holds(stored, RoleKey::Custom(role_id)));
        Ok(holders.filter_map(|stored| state.any_record(stored.user.id)).collect())
    }
}

pub(super) fn holds(stored: &StoredUser, role: RoleKey) -> bool {
    stored.grants.iter().any(|stored| stored.grant.role.key() == role)
}

fn name_key(role: &CustomRole) -> String {
    role.definition.name.as_str().to_lowercase()
}

pub(super) fn is_name_taken(state: &State, role: &CustomRole) -> bool {
    let others = state.roles.values().map(|stored| &stored.role).filter(|other| other.id != role.id);
    others.into_iter().any(|other| other.owner == role.owner && name_key(other) == name_key(role))
}

fn name_of(state: &State, account_id: AccountId) -> String {
    state.accounts.get(&account_id).map(|stored| stored.account.name.to_string()).unwrap_or_default()
}

pub(super) fn row(state: &State, stored: &StoredRoleRow) -> RoleRow {
    RoleRow {
        role: stored.role.clone(),
        owner_name: name_of(state, stored.role.owner),
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    }
}

pub(super) fn list(state: &State, owners: &[AccountId]) -> Vec<RoleRow> {
    let of = |owner: &AccountId| {
        let mut roles: Vec<_> = state.roles.values().filter(|stored| stored.role.owner == *owner).collect();
        roles.sort_by_key(|stored| (name_key(&stored.role), stored.role.id));
        roles
    };
    owners.iter().flat_map(of).map(|stored| row(state, stored)).collect()
}

pub(super) fn holders(state: &State, filter: &HolderFilter) -> Vec<HolderRow> {
    let is_listed = |stored: &&StoredUser| {
        let home = state.live_account(stored.user.account_id).map(|stored| &stored.account.path);
        stored.user.removed_at.is_none()
            && home.is_some_and(|home| filter.account.is_at_or_above(home) && is_visible(&filter.visible, home))
    };
    let mut users: Vec<_> = state.users.values().filter(is_listed).collect();
    users.sort_by_key(|stored| (stored.user.profile.display_name.as_str().to_lowercase(), stored.user.id));
    let rows = users.into_iter().flat_map(|stored| {
        let grants = stored.sorted().into_iter().filter(|given| given.grant.role.key() == filter.role);
        grants.map(move |given| HolderRow {
            user_id: stored.user.id,
            display_name: stored.user.profile.display_name.to_string(),
            login_name: stored.user.login_name.to_string(),
            image: stored.user.image.clone(),
            account_name: name_of(state, stored.user.account_id),
            anchor: given.grant.anchor.clone(),
            anchor_name: name_of(state, given.grant.anchor.id()),
            starts_at: given.grant.starts_at,
            ends_at: given.grant.ends_at,
        })
    });
    rows.take(usize::try_from(filter.limit).unwrap_or(usize::MAX)).collect()
}

pub(super) fn grants(state: &State, user_id: UserId) -> Vec<GrantRow> {
    let giver = |user_id: UserId| {
        let stored = state.users.get(&user_id)?;
        Some(Giver {
            user_id,
            display_name: stored.user.profile.display_name.to_string(),
            home: state.path(stored.user.account_id)?.clone(),
            home_name: name_of(state, stored.user.account_id),
        })
    };
    let grants = state.users.get(&user_id).map(StoredUser::sorted).unwrap_or_default();
    let row = |given: &super::state::StoredGrant| GrantRow {
        grant: given.grant.clone(),
        anchor_name: name_of(state, given.grant.anchor.id()),
        given_at: given.given_at,
        given_by: given.given_by.and_then(giver),
    };
    grants.into_iter().map(row).collect()
}
