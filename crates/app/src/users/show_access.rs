//! What a user holds, and what that gives at an account.

use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{Permission, PermissionMatrix},
};

use crate::{
    Actor, App, Denied, UseCaseError,
    ports::{AccountStanding, GrantRow, UserDetails},
};

/// Asks what a user holds, and what that gives at an account.
#[derive(Debug, Clone, Copy)]
pub struct ShowAccess {
    /// Whom.
    pub user_id: UserId,
    /// Where; left out, at the user's home account.
    pub account_id: Option<AccountId>,
}

/// What a user holds.
#[derive(Debug, Clone)]
pub struct Access {
    /// The user.
    pub user: UserDetails,
    /// The grants, the base grant first, as far as their anchors are in view.
    pub grants: Vec<GrantRow>,
    /// The account asked about.
    pub account: AccountStanding,
    /// What is in effect there now, all grants together: `own` cells at the account, `child` cells below it.
    pub effective: PermissionMatrix,
    /// Whether the asker may set the grants.
    pub may_set_grants: bool,
}

impl ShowAccess {
    /// The access, for those who may view the user and the account.
    ///
    /// # Errors
    /// [`Denied::NotFound`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<Access, UseCaseError> {
        actor.require_settled_password()?;
        let user = app.directory().find_user(self.user_id).await?.ok_or(Denied::NotFound)?;
        actor.permit_viewing(&user.record)?;
        let account_id = self.account_id.unwrap_or(user.record.user.account_id);
        let account = app.directory().find_account(account_id).await?.ok_or(Denied::NotFound)?;
        if !actor.authority().views_account(&account.account.path) {
            return Err(Denied::NotFound.into());
        }
        let subject = app.directory().find_principal(self.user_id, app.now()).await?.ok_or(Denied::NotFound)?;
        let may_set_grants = user.record.user.removed_at.is_none()
            && actor.permit_over_other(Permission::USERS_EDIT, &user.record).is_ok();
        Ok(Access {
            grants: grants_in_view(app, actor, self.user_id).await?,
            effective: subject.authority.effective_at(&account.account.path),
            user,
            account,
            may_set_grants,
        })
    }
}

/// Asks for a user's grants.
#[derive(Debug, Clone, Copy)]
pub struct ListGrants {
    /// Whose.
    pub user_id: UserId,
}

/// A user's grants as far as the asker may know them.
#[derive(Debug, Clone)]
pub struct UserGrants {
    /// The base grant first, the others from the root down.
    pub grants: Vec<GrantRow>,
    /// The user's version: grants are part of the user.
    pub version: i64,
}

impl ListGrants {
    /// The grants, for those who may view the user.
    ///
    /// # Errors
    /// [`Denied::NotFound`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<UserGrants, UseCaseError> {
        let user = app.directory().find_user(self.user_id).await?.ok_or(Denied::NotFound)?;
        actor.permit_viewing(&user.record)?;
        UserGrants::in_view(app, actor, self.user_id).await
    }
}

impl UserGrants {
    /// For those who were permitted to see them. Whoever has just set them is not asked again: what is done is done.
    pub(super) async fn in_view(app: &App, actor: &Actor, user_id: UserId) -> Result<Self, UseCaseError> {
        let user = app.directory().find_user(user_id).await?.ok_or(Denied::NotFound)?;
        Ok(Self { grants: grants_in_view(app, actor, user_id).await?, version: user.record.version })
    }
}

/// A user's grants as far as somebody may know them: those anchored at accounts in view, which removed ones are for nobody, and
/// their givers where these are people one may view.
async fn grants_in_view(app: &App, actor: &Actor, user_id: UserId) -> Result<Vec<GrantRow>, UseCaseError> {
    let mut grants = app.directory().list_grants(user_id).await?;
    let anchors: Vec<AccountId> = grants.iter().map(|row| row.grant.anchor.id()).collect();
    let places = app.directory().find_places(&anchors).await?;
    let is_there = |anchor: &AccountPath| places.iter().any(|place| place.path.id() == anchor.id());
    let is_self = user_id == actor.user_id();
    let is_in_view = |anchor: &AccountPath| is_self || actor.authority().views_account(anchor);
    grants.retain(|row| is_there(&row.grant.anchor) && is_in_view(&row.grant.anchor));
    for row in &mut grants {
        row.given_by = row.given_by.take().filter(|giver| {
            giver.user_id == actor.user_id() || actor.authority().holds(Permission::USERS_VIEW, &giver.home)
        });
    }
    Ok(grants)
}
