//! The domains of an account.

use serde_json::json;
use tenantry_domain::{
    AccountId, InvalidValue,
    account::{Account, AccountDomains},
    contact::DomainName,
    permission::Permission,
};

use super::{
    find,
    show_account::{AccountPage, ShowAccount},
};
use crate::{Actor, App, Conflict, Denied, FieldErrors, UseCaseError, app::Attempted, ports::UnitOfWork};

/// Lists the domains of an account. It takes `account_info.view`.
#[derive(Debug, Clone, Copy)]
pub struct ListDomains {
    /// Whose.
    pub account_id: AccountId,
}

impl ListDomains {
    /// The domains.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountDomains, UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?.account;
        actor.permit(Permission::ACCOUNT_INFO_VIEW, &account.path)?;
        Ok(account.domains)
    }
}

/// Changes the domains of an account. It takes `account_info.edit`.
#[derive(Debug, Clone)]
pub struct ChangeDomains {
    account_id: AccountId,
    domain: DomainName,
    change: DomainChange,
}

/// What becomes of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainChange {
    /// The account gets it, as one more domain.
    Add,
    /// New login names use it unless another is chosen.
    MakePrimary,
    /// The account has it no more. Refused while login names use it.
    Remove,
}

impl DomainChange {
    const fn action(self) -> &'static str {
        match self {
            Self::Add => "domain.add",
            Self::MakePrimary => "domain.make_primary",
            Self::Remove => "domain.remove",
        }
    }
}

impl ChangeDomains {
    /// Parses the domain's name.
    ///
    /// # Errors
    /// `domain` if it cannot be one.
    pub fn parse(account_id: AccountId, domain: &str, change: DomainChange) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let parsed = match domain.trim() {
            "" => Err(InvalidValue::Required),
            typed => DomainName::parse(typed),
        };
        let command = errors.take("domain", parsed).map(|domain| Self { account_id, domain, change });
        errors.finish(command)
    }

    /// Changes the domains.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`]; [`Conflict::DomainTaken`], [`Conflict::DomainPrimary`], [`Conflict::DomainInUse`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account(self.change.action(), self.account_id), outcome).await?;
        ShowAccount { account_id: self.account_id }.execute(app, actor).await
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = find(&*uow, self.account_id).await?;
        let permit = actor.permit(Permission::ACCOUNT_INFO_EDIT, &account.path)?;
        match self.change {
            DomainChange::Add => self.add(app, &*uow).await?,
            DomainChange::MakePrimary => {
                self.require_owned(&account)?;
                uow.accounts().set_primary_domain(self.account_id, &self.domain).await?;
            }
            DomainChange::Remove => self.remove(&*uow, &account).await?,
        }
        let entry = permit.entry(app, self.change.action()).in_account(self.account_id);
        let before = json!({"primary": account.domains.primary.as_str()});
        uow.audit_log().append(&entry.changing(before, json!({"domain": self.domain.as_str()}))).await?;
        Ok(uow.commit().await?)
    }

    async fn add(&self, app: &App, uow: &dyn UnitOfWork) -> Result<(), UseCaseError> {
        if uow.accounts().add_domain(self.account_id, &self.domain, app.now()).await? {
            return Ok(());
        }
        Err(Conflict::DomainTaken.into())
    }

    async fn remove(&self, uow: &dyn UnitOfWork, account: &Account) -> Result<(), UseCaseError> {
        self.require_owned(account)?;
        if account.domains.primary == self.domain {
            return Err(Conflict::DomainPrimary.into());
        }
        match uow.accounts().count_login_names(&self.domain).await? {
            0 => Ok(uow.accounts().remove_domain(&self.domain).await?),
            users => Err(Conflict::DomainInUse { users }.into()),
        }
    }

    /// A domain of another account is as unknown as one of nobody.
    fn require_owned(&self, account: &Account) -> Result<(), Denied> {
        if account.domains.contains(&self.domain) { Ok(()) } else { Err(Denied::NotFound) }
    }
}
