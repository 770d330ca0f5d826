//! One role, and who has it.

use tenantry_domain::{
    AccountId,
    permission::{BuiltInRole, Permission, Role, RoleKey},
};

use super::views_roles_of;
use crate::{
    Actor, App, Denied, UseCaseError,
    actor::cell_names,
    ports::{AccountStanding, HolderFilter, HolderRow, RoleRow, Visible},
};

/// Asks for a role as seen from an account.
#[derive(Debug, Clone, Copy)]
pub struct ShowRole {
    /// Which.
    pub role: RoleKey,
    /// From where; left out, from the account that a custom role belongs to.
    pub account_id: Option<AccountId>,
}

/// A role, and who has it.
#[derive(Debug, Clone)]
pub struct RolePage {
    /// The role.
    pub role: Role,
    /// What is stored about it, if it is a custom one.
    pub custom: Option<RoleRow>,
    /// The account it is seen from.
    pub account: AccountStanding,
    /// Who has it, of the people in this account and below whom the asker may view; at most [`RolePage::MOST_HOLDERS`].
    pub holders: Vec<HolderRow>,
    /// Whether there are more.
    pub more_holders: bool,
    /// The cells the asker does not hold at the role's account; empty if the role is covered.
    pub missing: Vec<String>,
    /// Whether the asker may change and remove it, as far as the role itself goes; those who have it may stand in the way.
    pub may_edit: bool,
}

impl RolePage {
    /// The most holders shown.
    pub const MOST_HOLDERS: usize = 100;
}

impl ShowRole {
    /// The role, for those who may view the users of its account; a built-in one, of the account it is seen from.
    ///
    /// # Errors
    /// [`Denied::NotFound`], or [`Denied::NotHeld`] where the account may be viewed but not its users.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<RolePage, UseCaseError> {
        actor.require_settled_password()?;
        let (role, custom) = self.find(app).await?;
        let from = self.account_id.or(custom.as_ref().map(|row| row.role.owner)).ok_or(Denied::NotFound)?;
        let account = app.directory().find_account(from).await?.ok_or(Denied::NotFound)?;
        let path = account.account.path.clone();
        let owner = match &custom {
            None => path.clone(),
            Some(row) => {
                let owner = path.ancestors_and_self().find(|above| above.id() == row.role.owner);
                owner.filter(|owner| views_roles_of(actor.authority(), owner)).ok_or(Denied::NotFound)?
            }
        };
        actor.permit(Permission::USERS_VIEW, &path)?;
        let mut holders = app.directory().list_role_holders(&self.holders(actor, &account)).await?;
        let more_holders = holders.len() > RolePage::MOST_HOLDERS;
        holders.truncate(RolePage::MOST_HOLDERS);
        holders.retain(|holder| actor.authority().views_account(&holder.anchor));
        let missing = cell_names(actor.authority().missing(role.matrix(), &owner));
        let may_edit =
            custom.is_some() && missing.is_empty() && actor.authority().holds(Permission::USERS_EDIT, &owner);
        Ok(RolePage { role, custom, account, holders, more_holders, missing, may_edit })
    }

    async fn find(&self, app: &App) -> Result<(Role, Option<RoleRow>), UseCaseError> {
        match self.role {
            RoleKey::BuiltIn(role) => Ok((BuiltInRole::into(role), None)),
            RoleKey::Custom(role_id) => {
                let row = app.directory().find_role(role_id).await?.ok_or(Denied::NotFound)?;
                Ok((Role::from(row.role.clone()), Some(row)))
            }
        }
    }

    fn holders(&self, actor: &Actor, account: &AccountStanding) -> HolderFilter {
        HolderFilter {
            role: self.role,
            account: account.account.path.clone(),
            visible: actor.authority().reach(Permission::USERS_VIEW).map(Visible::from).collect(),
            limit: u32::try_from(RolePage::MOST_HOLDERS + 1).unwrap_or(u32::MAX),
        }
    }
}
