//! The roles of an account.

use tenantry_domain::{
    AccountId,
    account::AccountPath,
    permission::{Permission, Role, RoleFamily, RoleKey},
};

use super::{built_in, views_roles_of};
use crate::{
    Actor, App, Denied, UseCaseError,
    actor::cell_names,
    ports::{AccountStanding, RoleRow},
};

/// Asks for the roles that exist at an account.
#[derive(Debug, Clone, Copy)]
pub struct ListRoles {
    /// The account.
    pub account_id: AccountId,
}

/// The roles of an account.
#[derive(Debug, Clone)]
pub struct RoleList {
    /// The account.
    pub account: AccountStanding,
    /// The built-in roles, then the custom ones of this account and of those above it that are in view.
    pub roles: Vec<RoleOffer>,
    /// Whether the asker may define roles here: `users.edit`.
    pub may_define: bool,
}

/// A role and whether the asker may give it at an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOffer {
    /// The role.
    pub role: Role,
    /// What is stored about it, if it is a custom one.
    pub custom: Option<RoleRow>,
    /// The cells the asker does not hold there; empty if the role is covered.
    pub missing: Vec<String>,
}

impl ListRoles {
    /// The roles, for those who may view the account's users.
    ///
    /// # Errors
    /// [`Denied::NotFound`] or [`Denied::NotHeld`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<RoleList, UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?;
        actor.permit(Permission::USERS_VIEW, &account.account.path)?;
        let roles = offer_roles(app, actor, &account.account.path).await?;
        let may_define = actor.authority().holds(Permission::USERS_EDIT, &account.account.path);
        Ok(RoleList { account, roles, may_define })
    }
}

/// Every role that may be meant at an account, as far as the actor may view it: the built-in ones, the account's own, then those of
/// the accounts above, the nearest first.
pub(crate) async fn offer_roles(app: &App, actor: &Actor, at: &AccountPath) -> Result<Vec<RoleOffer>, UseCaseError> {
    let mut owners: Vec<AccountId> = at
        .ancestors_and_self()
        .filter(|owner| views_roles_of(actor.authority(), owner))
        .map(|owner| owner.id())
        .collect();
    owners.reverse();
    let custom = app.directory().list_roles(&owners).await?;
    let custom = custom.into_iter().map(|row| (Role::from(row.role.clone()), Some(row)));
    let all = built_in().map(|role| (role, None)).chain(custom);
    Ok(all.map(|(role, custom)| RoleOffer { missing: missing(actor, &role, at), role, custom }).collect())
}

/// Puts the built-in roles of one family before those of the other.
pub(crate) fn put_first(offers: &mut [RoleOffer], family: RoleFamily) {
    offers.sort_by_key(|offer| match &offer.role {
        Role::BuiltIn(role) => u8::from(role.family() != family),
        Role::Custom(_) => 2,
    });
}

fn missing(actor: &Actor, role: &Role, at: &AccountPath) -> Vec<String> {
    cell_names(actor.authority().missing(role.matrix(), at))
}

impl RoleOffer {
    /// Which role it is.
    pub fn key(&self) -> RoleKey {
        self.role.key()
    }
}
