//! Who is acting, and the proof that they may.

use std::iter;

use jiff::Timestamp;
use serde_json::{Value, json};
use tenantry_domain::{
    AccountId, SessionId, UserId,
    account::AccountPath,
    permission::{Authority, Decision, Grant, Permission, PermissionMatrix, Ungrantable},
};
use uuid::Uuid;

use crate::{
    App, Denied, UseCaseError,
    ports::{AuditEntry, Outcome, Principal, UnitOfWork, UserRecord},
};

/// Where a request came from; for the audit log.
#[derive(Debug, Clone, Default)]
pub struct RequestContext {
    /// The request's id, as in the log and in the answer.
    pub request_id: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The program, as it names itself.
    pub user_agent: Option<String>,
}

/// A signed-in person with what that person may do, as of one moment.
///
/// Each request makes one from its session. A use case that writes asks [`Actor::refreshed`] for a new one inside its
/// transaction, so that check and write see the same state.
#[derive(Debug, Clone)]
pub struct Actor {
    principal: Principal,
    session_id: SessionId,
    active_account_id: AccountId,
    context: RequestContext,
}

/// Proof that the permission rules were asked and said yes. Only they can make one, and only from one can an audit entry of
/// something done be made: no write without a decision.
#[derive(Debug)]
pub struct Permit {
    actor: Option<UserId>,
    decision: Value,
    context: RequestContext,
}

impl Actor {
    pub(crate) const fn new(
        principal: Principal,
        session_id: SessionId,
        active_account_id: AccountId,
        context: RequestContext,
    ) -> Self {
        Self { principal, session_id, active_account_id, context }
    }

    /// The person.
    pub const fn user_id(&self) -> UserId {
        self.principal.user_id
    }

    /// The session the request came with.
    pub const fn session_id(&self) -> SessionId {
        self.session_id
    }

    /// The account the person is working in.
    pub const fn active_account_id(&self) -> AccountId {
        self.active_account_id
    }

    /// Standing and grants.
    pub const fn authority(&self) -> &Authority {
        &self.principal.authority
    }

    /// Name and login name as shown.
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Where an account is, for a rule to look at. Where the actor stands and holds something is known already.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if there is none, or it was removed.
    pub(crate) async fn path_of(&self, app: &App, account_id: AccountId) -> Result<AccountPath, UseCaseError> {
        let authority = self.authority();
        let mut own = iter::once(authority.home()).chain(authority.grants().iter().map(|grant| &grant.anchor));
        if let Some(path) = own.find(|path| path.id() == account_id) {
            return Ok(path.clone());
        }
        let found = app.directory().find_places(&[account_id]).await?.pop();
        Ok(found.ok_or(Denied::NotFound)?.path)
    }

    /// Where the request came from.
    pub const fn context(&self) -> &RequestContext {
        &self.context
    }

    /// Whether a new password must be set before anything else.
    pub const fn must_change_password(&self) -> bool {
        self.principal.must_change_password
    }

    /// The same person as of this transaction.
    ///
    /// # Errors
    /// [`UseCaseError::NotSignedIn`] if the person was removed or suspended in the meantime,
    /// [`Denied::PasswordChangeRequired`] before anything is looked up, so that ids cannot be tried out.
    pub(crate) async fn refreshed(&self, app: &App, uow: &dyn UnitOfWork) -> Result<Self, UseCaseError> {
        let actor = self.refreshed_even_before_password_change(app, uow).await?;
        actor.require_settled_password()?;
        Ok(actor)
    }

    /// As [`Actor::refreshed`], also while a password change is pending: for changing it.
    pub(crate) async fn refreshed_even_before_password_change(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
    ) -> Result<Self, UseCaseError> {
        let principal = uow
            .users()
            .find_principal(self.user_id(), app.now())
            .await?
            .filter(|principal| principal.authority.standing() == tenantry_domain::permission::Standing::Active)
            .ok_or(UseCaseError::NotSignedIn)?;
        Ok(Self { principal, ..self.clone() })
    }

    /// Refuses whoever must set a new password first.
    pub(crate) fn require_settled_password(&self) -> Result<(), Denied> {
        if self.must_change_password() { Err(Denied::PasswordChangeRequired) } else { Ok(()) }
    }

    /// Asks for a permission at an account.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the account is not in view, [`Denied::NotHeld`] if it is but the permission is not held,
    /// [`Denied::PasswordChangeRequired`].
    pub fn permit(&self, permission: Permission, target: &AccountPath) -> Result<Permit, Denied> {
        self.require_settled_password()?;
        if !self.authority().views_account(target) {
            return Err(Denied::NotFound);
        }
        self.permit_in_view(permission, target)
    }

    /// Asks for a permission over a user: at the user's account, with the user in view, and where `permission` is more than
    /// viewing, holding everything that the user holds (the superior guard).
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the user is not in view, [`Denied::NotHeld`], [`Denied::Superior`],
    /// [`Denied::PasswordChangeRequired`].
    pub fn permit_over(&self, permission: Permission, user: &UserRecord) -> Result<Permit, Denied> {
        self.require_settled_password()?;
        let is_self = user.user.id == self.user_id();
        if !is_self && !self.authority().holds(Permission::USERS_VIEW, &user.home) {
            return Err(Denied::NotFound);
        }
        if is_self && permission == Permission::USERS_VIEW {
            return Ok(self.permit_with(json!({"by": "self"})));
        }
        let permit = self.permit_in_view(permission, &user.home)?;
        if permission != Permission::USERS_VIEW && !is_self && !self.authority().covers_all(&user.grants) {
            return Err(Denied::Superior);
        }
        Ok(permit)
    }

    /// Asks to view a user. Removed users are in view where the actor may remove users: those that the list of removed users shows.
    ///
    /// # Errors
    /// [`Denied::NotFound`], [`Denied::PasswordChangeRequired`].
    pub fn permit_viewing(&self, user: &UserRecord) -> Result<Permit, Denied> {
        let permit = self.permit_over(Permission::USERS_VIEW, user)?;
        let is_in_view = user.user.removed_at.is_none() || self.authority().holds(Permission::USERS_REMOVE, &user.home);
        if is_in_view { Ok(permit) } else { Err(Denied::NotFound) }
    }

    /// As [`Actor::permit_over`], for what nobody does to themselves: changing role, status or home account.
    ///
    /// # Errors
    /// Those of [`Actor::permit_over`], and [`Denied::OwnAccount`].
    pub fn permit_over_other(&self, permission: Permission, user: &UserRecord) -> Result<Permit, Denied> {
        self.require_settled_password()?;
        if user.user.id == self.user_id() {
            return Err(Denied::OwnAccount);
        }
        self.permit_over(permission, user)
    }

    /// Asks to give a role at an account, on top of a permit over the user who gets it (coverage).
    ///
    /// # Errors
    /// [`Denied::NotHeld`] without `users.add` or `users.edit` there, [`Denied::RoleNotCovered`] with the cells the actor does not
    /// hold.
    pub fn permit_grant(&self, grant: &Grant) -> Result<(), Denied> {
        self.permit_matrix(grant.role.matrix(), &grant.anchor)
    }

    /// As [`Actor::permit_grant`], for the cells alone: a role that is being defined.
    ///
    /// # Errors
    /// Those of [`Actor::permit_grant`].
    pub fn permit_matrix(&self, matrix: PermissionMatrix, anchor: &AccountPath) -> Result<(), Denied> {
        self.authority().may_grant(matrix, anchor).map_err(|why| match why {
            Ungrantable::NoRightToGive => Denied::NotHeld { permission: Permission::USERS_EDIT.to_string() },
            Ungrantable::NotCovered { missing } => Denied::RoleNotCovered { missing: cell_names(missing) },
        })
    }

    /// The permit for what everyone may do to themselves: own password, sessions, picture.
    ///
    /// # Errors
    /// [`Denied::PasswordChangeRequired`].
    pub fn permit_self(&self) -> Result<Permit, Denied> {
        self.require_settled_password()?;
        Ok(self.permit_with(json!({"by": "self"})))
    }

    /// As [`Actor::permit_self`], also while a password change is pending: for changing it, and for signing out.
    pub fn permit_self_even_before_password_change(&self) -> Permit {
        self.permit_with(json!({"by": "self"}))
    }

    fn permit_in_view(&self, permission: Permission, target: &AccountPath) -> Result<Permit, Denied> {
        match self.authority().decide(permission, target) {
            Decision::Allowed(allowed) => Ok(self.permit_with(json!({
                "by": "grant",
                "role": allowed.grant.role.key().to_string(),
                "anchor": allowed.grant.anchor.id().to_string(),
                "cell": allowed.cell.to_string(),
            }))),
            Decision::Denied(_) => Err(Denied::NotHeld { permission: permission.to_string() }),
        }
    }

    fn permit_with(&self, decision: Value) -> Permit {
        Permit { actor: Some(self.user_id()), decision, context: self.context.clone() }
    }
}

/// The names of a matrix's cells, as `own.users.add`.
pub(crate) fn cell_names(matrix: PermissionMatrix) -> Vec<String> {
    matrix.cells().map(|cell| cell.to_string()).collect()
}

impl Permit {
    /// The permit of a password link's holder, for setting that one password.
    pub(crate) fn by_password_link(context: RequestContext) -> Self {
        Self { actor: None, decision: json!({"by": "password_link"}), context }
    }

    /// The permit of the system itself: setting up, signing in and out, purging.
    pub(crate) fn by_system(context: RequestContext) -> Self {
        Self { actor: None, decision: json!({"by": "system"}), context }
    }

    /// An audit entry of something done with this permit.
    pub(crate) fn entry(&self, app: &App, action: &'static str) -> AuditEntry {
        AuditEntry {
            id: app.new_id(),
            at: app.now(),
            actor: self.actor,
            action,
            user_id: None,
            account_id: None,
            outcome: Outcome::Done,
            decision: self.decision.clone(),
            changes: Value::Null,
            request_id: self.context.request_id.clone(),
            address: self.context.address.clone(),
        }
    }
}

impl AuditEntry {
    /// The entry for something refused.
    pub(crate) fn refused(id: Uuid, at: Timestamp, actor: &Actor, action: &'static str, why: &UseCaseError) -> Self {
        Self {
            id,
            at,
            actor: Some(actor.user_id()),
            action,
            user_id: None,
            account_id: None,
            outcome: Outcome::Refused,
            decision: json!({"by": why.code(), "text": why.to_string()}),
            changes: Value::Null,
            request_id: actor.context.request_id.clone(),
            address: actor.context.address.clone(),
        }
    }

    /// About this user.
    #[must_use]
    pub(crate) const fn about_user(mut self, user_id: UserId) -> Self {
        self.user_id = Some(user_id);
        self
    }

    /// In this account.
    #[must_use]
    pub(crate) const fn in_account(mut self, account_id: AccountId) -> Self {
        self.account_id = Some(account_id);
        self
    }

    /// With what was before and after, without secrets.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers make both for this alone")]
    pub(crate) fn changing(mut self, before: Value, after: Value) -> Self {
        self.changes = json!({"before": before, "after": after});
        self
    }

    /// By this person, where the permit does not say: a person signing in.
    #[must_use]
    pub(crate) const fn by(mut self, user_id: UserId) -> Self {
        self.actor = Some(user_id);
        self
    }
}
