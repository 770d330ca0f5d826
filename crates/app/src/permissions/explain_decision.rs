//! Why, or why not.

use jiff::Timestamp;
use tenantry_domain::{
    AccountId, InvalidValue, UserId,
    permission::{Action, Decision, Denial, Permission, Resource, Role, Standing},
};

use super::asking::{Asking, Subject};
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

/// Why. What the asker may not view is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// A grant and a cell of its role allow it.
    Granted {
        /// The cell, as `child.users.add`.
        cell: String,
        /// The grant, if its anchor is in the asker's view.
        grant: Option<GrantExplained>,
    },
    /// The person, or an account above, is not active.
    NotActive {
        /// What stands in the way.
        standing: Standing,
        /// Who could activate or restore the person, as far as the asker may view them; nobody if it is about an account.
        activators: Vec<Grantor>,
        /// What would be missing even then.
        remedy: Option<Remedy>,
    },
    /// No grant in effect gives it.
    NotHeld {
        /// The smallest change that would.
        remedy: Remedy,
    },
}

/// The grant that allows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantExplained {
    /// Its role.
    pub role: Role,
    /// Its anchor.
    pub anchor: NamedAccount,
    /// Until when.
    pub ends_at: Option<Timestamp>,
}

/// An account with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAccount {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
}

/// What would allow it: one more grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The cell that its role would need, as `own.users.add`.
    pub cell: String,
    /// All cells of the smallest role that has it: the cell, and its `view`.
    pub smallest_role: Vec<String>,
    /// Where it would have to be given.
    pub anchor: NamedAccount,
    /// The roles that hold the cell, of those the asker may view, the smallest first.
    pub roles: Vec<Role>,
    /// People who could give one of these roles there to that person, as far as the asker may view them.
    pub grantors: Vec<Grantor>,
    /// Accounts where a holder of Full Access could: those at or above the anchor in the asker's view. It says what would be
    /// enough, not that there is such a person.
    pub full_access_at: Vec<NamedAccount>,
}

/// Somebody who could give a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grantor {
    /// Who.
    pub user_id: UserId,
    /// The name shown.
    pub display_name: String,
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
        let account = actor.path_of(app, self.account_id).await?;
        if !actor.authority().views_account(&account) {
            return Err(Denied::NotFound.into());
        }
        let subject = self.subject(app, actor).await?;
        let asking = Asking { app, actor, subject: &subject, permission: self.permission, account: &account };
        let explanation = match subject.principal.authority.decide(self.permission, &account) {
            Decision::Allowed(allowed) => asking.granted(allowed).await?,
            Decision::Denied(Denial::NotActive(standing)) => asking.not_active(standing).await?,
            Decision::Denied(Denial::NotHeld { .. }) => Explanation::NotHeld { remedy: asking.remedy().await? },
        };
        Ok(DecisionExplained { allowed: matches!(explanation, Explanation::Granted { .. }), explanation })
    }

    async fn subject(&self, app: &App, actor: &Actor) -> Result<Subject, UseCaseError> {
        let user_id = self.user_id.unwrap_or_else(|| actor.user_id());
        let user = app.directory().find_user(user_id).await?.ok_or(Denied::NotFound)?.record;
        actor.permit_viewing(&user)?;
        let principal = app.directory().find_principal(user_id, app.now()).await?.ok_or(Denied::NotFound)?;
        Ok(Subject { principal, grants: user.grants })
    }
}
