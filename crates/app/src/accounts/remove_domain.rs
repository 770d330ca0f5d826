//! Taking a domain away from an account, perhaps moving its login names to another one in the same step.

use serde_json::json;
use tenantry_domain::{AccountId, account::Account, contact::DomainName, permission::Permission};

use super::{domains::parse_domain_of, find};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, Permit, UseCaseError,
    app::Attempted,
    mail::notify_moved_login_names,
    ports::{MovedUser, UnitOfWork},
    users::check_login_domain,
};

/// As many moved users get an audit entry each, so that it stands in their own history. More would make the transaction long, and
/// each would only repeat what the domain's own entry says of all: which domain became which.
const AUDITED_ONE_BY_ONE: usize = 200;
/// How many taken login names are named.
const EXAMPLES: u64 = 3;

/// Takes a domain away from its account. It takes `account_info.edit`, and `users.edit` if login names move.
#[derive(Debug, Clone)]
pub struct RemoveDomain {
    account_id: AccountId,
    domain: DomainName,
    move_to: Option<DomainName>,
}

impl RemoveDomain {
    const ACTION: &str = "domain.remove";

    /// Parses the names.
    ///
    /// # Errors
    /// `domain` and `moveTo` if they cannot be domains.
    pub fn parse(account_id: AccountId, domain: &str, move_to: Option<&str>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let domain = parse_domain_of("domain", domain, &mut errors);
        let move_to = match move_to {
            None => Some(None),
            Some(typed) => parse_domain_of("moveTo", typed, &mut errors).map(Some),
        };
        let command = domain.zip(move_to).map(|(domain, move_to)| Self { account_id, domain, move_to });
        errors.finish(command)
    }

    /// Removes the domain. Every login name at it gets the other domain, those of removed users too; the old ones stay reserved for a
    /// while. Password links stay valid: nothing about where they were sent has changed. Returns how many login names moved.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`], also if a login name would change of somebody who holds more than the actor;
    /// [`UseCaseError::Invalid`] if the other domain is not one that login names may use; [`Conflict::DomainPrimary`],
    /// [`Conflict::DomainInUse`] without another domain, [`Conflict::LoginNamesTaken`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<usize, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        let moved = app.recorded(actor, Attempted::in_account(Self::ACTION, self.account_id), outcome).await?;
        app.mail_bell.notify_one();
        Ok(moved)
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<usize, UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = find(&*uow, self.account_id).await?;
        let permit = actor.permit(Permission::ACCOUNT_INFO_EDIT, &account.path)?;
        if !account.domains.contains(&self.domain) {
            return Err(Denied::NotFound.into());
        }
        if account.domains.primary.name == self.domain {
            return Err(Conflict::DomainPrimary.into());
        }
        let moved = match (uow.accounts().count_login_names(&self.domain).await?, &self.move_to) {
            (0, _) => Vec::new(),
            (users, None) => return Err(Conflict::DomainInUse { users }.into()),
            (_, Some(to)) => self.move_login_names(app, &*uow, (&actor, &account), to).await?,
        };
        uow.accounts().remove_domain(&self.domain).await?;
        let entry = permit.entry(app, Self::ACTION).in_account(self.account_id);
        let before = json!({"domain": self.domain.as_str()});
        let to = self.move_to.as_ref().filter(|_| !moved.is_empty()).map(DomainName::as_str);
        let after = json!({"domain": null, "loginNamesMovedTo": to, "loginNamesMoved": moved.len()});
        uow.audit_log().append(&entry.changing(before, after)).await?;
        uow.commit().await?;
        Ok(moved.len())
    }

    async fn move_login_names(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        (actor, account): (&Actor, &Account),
        to: &DomainName,
    ) -> Result<Vec<MovedUser>, UseCaseError> {
        let permit = actor.permit(Permission::USERS_EDIT, &account.path)?;
        self.require_usable(app, account, to)?;
        let names = uow.login_names();
        // Nobody's own login name needs more than the right to edit users: one covers oneself.
        if !actor.authority().covers_all(&names.list_grants_at(&self.domain, actor.user_id()).await?) {
            return Err(Denied::SuperiorAmong.into());
        }
        let taken = names.find_taken(&self.domain, to, EXAMPLES).await?;
        if taken.count > 0 {
            return Err(Conflict::LoginNamesTaken { count: taken.count, examples: taken.examples }.into());
        }
        let now = app.now();
        let moved = names.move_all(&self.domain, to, (now, now + app.settings.login_names_reserved_for)).await?;
        notify_moved_login_names(app, uow, &moved).await?;
        if moved.len() <= AUDITED_ONE_BY_ONE {
            self.record_each(app, uow, &permit, (&moved, to)).await?;
        }
        Ok(moved)
    }

    fn require_usable(&self, app: &App, account: &Account, to: &DomainName) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        if *to == self.domain {
            errors.add("moveTo", "same-domain", "Choose another one of the account's domains.");
        } else if let Err(why) = check_login_domain(&app.settings, &account.domains, to) {
            why.note("moveTo", &mut errors);
        }
        errors.finish(Some(()))
    }

    async fn record_each(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        permit: &Permit,
        (moved, to): (&[MovedUser], &DomainName),
    ) -> Result<(), UseCaseError> {
        for user in moved {
            let entry = permit.entry(app, "user.edit").about_user(user.user_id).in_account(self.account_id);
            let before = json!({"loginName": user.old.to_string()});
            let after = json!({"loginName": format!("{}@{to}", user.old.local().as_str())});
            uow.audit_log().append(&entry.changing(before, after)).await?;
        }
        Ok(())
    }
}
