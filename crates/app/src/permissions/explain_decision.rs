//! Why, or why not.

use tenantry_domain::{
    AccountId, InvalidValue, UserId,
    account::AccountPath,
    permission::{Action, Authority, BuiltInRole, Cell, Decision, Denial, Permission, Resource, Standing},
};

use crate::{Actor, App, Denied, FieldErrors, UseCaseError};

/// A question as typed.
#[derive(Debug, Clone, Default)]
pub struct ExplainDecisionInput {
    /// About whom; left out, about the asker.
    pub user_id: Option<String>,
    /// Where.
    pub account_id: Option<String>,
    /// On what.
    pub resource: Option<String>,
    /// Doing what.
    pub action: Option<String>,
}

/// May this person do that there, and why?
#[derive(Debug, Clone, Copy)]
pub struct ExplainDecision {
    user_id: Option<UserId>,
    account_id: AccountId,
    permission: Permission,
}

/// The answer with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionExplained {
    /// Yes or no.
    pub allowed: bool,
    /// Why.
    pub explanation: Explanation,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// This grant and cell allow it.
    Granted {
        /// The grant's role.
        role: BuiltInRole,
        /// The grant's anchor.
        anchor_account_id: AccountId,
        /// The cell, as `child.users.add`.
        cell: String,
    },
    /// The person, or an account above, is not active.
    NotActive,
    /// No grant in effect gives it.
    NotHeld {
        /// The smallest change that would.
        remedy: Remedy,
    },
}

/// What would allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The cell that a role would need, as `own.users.add`.
    pub cell: String,
    /// Where it would have to be given.
    pub anchor_account_id: AccountId,
    /// The built-in roles that hold it, the smallest first.
    pub roles: Vec<BuiltInRole>,
    /// People who could give one of these roles there, as far as the asker may view them.
    pub grantors: Vec<String>,
}

impl ExplainDecisionInput {
    /// Parses the question.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<ExplainDecision, FieldErrors> {
        let mut errors = FieldErrors::default();
        let user_id = errors.take("userId", self.user_id.as_deref().map(str::parse).transpose());
        let account_id = self.account_id.as_deref().ok_or(InvalidValue::Required).and_then(str::parse);
        let account_id = errors.take("accountId", account_id);
        let resource = errors.take(
            "resource",
            match self.resource.as_deref() {
                None | Some("") => Err(InvalidValue::Required),
                Some(key) => Resource::find(key).ok_or(InvalidValue::Unknown { expected: "a resource such as users" }),
            },
        );
        let action = errors.take(
            "action",
            match self.action.as_deref() {
                None | Some("") => Err(InvalidValue::Required),
                Some(key) => Action::find(key).ok_or(InvalidValue::Unknown { expected: "view, add, edit or remove" }),
            },
        );
        let permission = resource.zip(action).map(|(resource, action)| Permission::new(resource, action));
        let command = user_id
            .zip(account_id)
            .zip(permission)
            .map(|((user_id, account_id), permission)| ExplainDecision { user_id, account_id, permission });
        errors.finish(command)
    }
}

impl ExplainDecision {
    /// The answer. It tells nothing about accounts and people outside the asker's view.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the account or the person is not in view.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<DecisionExplained, UseCaseError> {
        actor.permit_self()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?.account.path;
        if !actor.authority().views_account(&account) {
            return Err(Denied::NotFound.into());
        }
        let subject = self.subject(app, actor).await?;
        let explanation = match subject.decide(self.permission, &account) {
            Decision::Allowed(allowed) => Explanation::Granted {
                role: allowed.grant.role,
                anchor_account_id: allowed.grant.anchor.id(),
                cell: allowed.cell.to_string(),
            },
            Decision::Denied(Denial::NotActive(_)) => Explanation::NotActive,
            Decision::Denied(Denial::NotHeld { .. }) => {
                Explanation::NotHeld { remedy: self.remedy(app, actor, &account).await? }
            }
        };
        Ok(DecisionExplained { allowed: matches!(explanation, Explanation::Granted { .. }), explanation })
    }

    async fn subject(&self, app: &App, actor: &Actor) -> Result<Authority, UseCaseError> {
        let Some(user_id) = self.user_id.filter(|user_id| *user_id != actor.user_id()) else {
            return Ok(actor.authority().clone());
        };
        let user = app.directory().find_user(user_id).await?.ok_or(Denied::NotFound)?;
        actor.permit_over(Permission::USERS_VIEW, &user.record)?;
        let uow = app.begin().await?;
        let principal = uow.users().find_principal(user_id, app.now()).await?.ok_or(Denied::NotFound)?;
        Ok(principal.authority)
    }

    async fn remedy(&self, app: &App, actor: &Actor, account: &AccountPath) -> Result<Remedy, UseCaseError> {
        let (cell, anchor) = self.smallest_change(actor, account);
        let roles = roles_with(cell);
        let holders = app.directory().list_grant_holders(&anchor, app.now(), 50).await?;
        let grantors = holders
            .into_iter()
            .filter(|holder| holder.authority.standing() == Standing::Active)
            .filter(|holder| holder.authority.grantable_roles(&anchor).any(|role| roles.contains(&role)))
            .filter(|holder| {
                holder.user_id == actor.user_id()
                    || actor.authority().holds(Permission::USERS_VIEW, holder.authority.home())
            })
            .map(|holder| holder.display_name)
            .take(5)
            .collect();
        Ok(Remedy { cell: cell.to_string(), anchor_account_id: anchor.id(), roles, grantors })
    }

    /// The cell and the anchor of a grant that would allow it: at the account itself, or where no role has that cell (an account
    /// does not change itself) directly above it, if the asker may know that account.
    fn smallest_change(&self, actor: &Actor, account: &AccountPath) -> (Cell, AccountPath) {
        let at_account = self.permission.cell_at_anchor();
        let above = account.ancestors_and_self().filter(|above| above.is_above(account)).last();
        match above.filter(|above| actor.authority().views_account(above)) {
            Some(above) if roles_with(at_account).is_empty() => (self.permission.cell_below_anchor(), above),
            _ => (at_account, account.clone()),
        }
    }
}

/// The roles that hold a cell, the smallest first.
fn roles_with(cell: Cell) -> Vec<BuiltInRole> {
    let mut roles: Vec<BuiltInRole> =
        BuiltInRole::ALL.into_iter().filter(|role| role.matrix().contains(cell)).collect();
    roles.sort_by_key(|role| role.matrix().len());
    roles
}
