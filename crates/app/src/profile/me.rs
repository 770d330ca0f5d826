//! Who I am and what I may do.

use tenantry_domain::{
    AccountId,
    permission::{PermissionMatrix, Role},
};

use crate::{
    Actor, App, Denied, UseCaseError,
    ports::{AccountStanding, UserDetails},
};

/// The actor, as the actor may know it.
#[derive(Debug, Clone)]
pub struct Me {
    /// The user.
    pub user: UserDetails,
    /// The home account.
    pub account: AccountStanding,
    /// The account the actor is working in.
    pub active_account_id: AccountId,
    /// The grants in effect.
    pub grants: Vec<(Role, AccountId)>,
    /// The cells held at each anchor of a grant, all grants there together.
    pub permissions: Vec<(AccountId, PermissionMatrix)>,
    /// Whether the own profile may be edited.
    pub may_edit_profile: bool,
}

/// Who the actor is. Answered also while a password change is required: the page that asks for it shows who one is.
///
/// # Errors
/// [`UseCaseError::Storage`].
pub async fn describe_me(app: &App, actor: &Actor) -> Result<Me, UseCaseError> {
    let user = app.directory().find_user(actor.user_id()).await?.ok_or(UseCaseError::NotSignedIn)?;
    let account = app.directory().find_account(user.record.user.account_id).await?.ok_or(Denied::NotFound)?;
    let authority = actor.authority();
    let grants: Vec<_> = authority.grants().iter().map(|grant| (grant.role.clone(), grant.anchor.id())).collect();
    let mut permissions: Vec<(AccountId, PermissionMatrix)> = Vec::new();
    for grant in authority.grants() {
        let anchor = grant.anchor.id();
        match permissions.iter_mut().find(|(account_id, _)| *account_id == anchor) {
            Some((_, matrix)) => *matrix = matrix.union(grant.role.matrix()),
            None => permissions.push((anchor, grant.role.matrix())),
        }
    }
    let may_edit_profile = authority.edits_own_profile();
    Ok(Me { user, account, active_account_id: actor.active_account_id(), grants, permissions, may_edit_profile })
}
