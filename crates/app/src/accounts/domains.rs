//! The domains of an account.

use serde_json::json;
use tenantry_domain::{
    AccountId, InvalidValue,
    account::{Account, AccountDomain},
    contact::DomainName,
    permission::Permission,
};

use super::{
    find,
    show_account::{AccountPage, ShowAccount},
    verify_domain::VerificationRecord,
};
use crate::{Actor, App, Conflict, Denied, FieldErrors, UseCaseError, app::Attempted, ports::UnitOfWork};

/// Lists the domains of an account. It takes `account_info.view`.
#[derive(Debug, Clone, Copy)]
pub struct ListDomains {
    /// Whose.
    pub account_id: AccountId,
}

/// A domain as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDomain {
    /// The domain.
    pub domain: AccountDomain,
    /// Whether it is the primary one.
    pub is_primary: bool,
    /// The record that verifies it, for who may.
    pub verification: Option<VerificationRecord>,
}

impl ListDomains {
    /// The domains, the primary one first.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<Vec<ListedDomain>, UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?.account;
        actor.permit(Permission::ACCOUNT_INFO_VIEW, &account.path)?;
        let may_edit = actor.authority().holds(Permission::ACCOUNT_INFO_EDIT, &account.path);
        let listed = |domain: &AccountDomain| ListedDomain {
            domain: domain.clone(),
            is_primary: domain.name == account.domains.primary.name,
            verification: may_edit.then(|| VerificationRecord::new(app, self.account_id, &domain.name)),
        };
        Ok(account.domains.iter().map(listed).collect())
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
}

/// A domain's name as typed, or what is wrong with the field `domain`.
pub(super) fn parse_domain(typed: &str) -> Result<DomainName, FieldErrors> {
    let mut errors = FieldErrors::default();
    let domain = parse_domain_of("domain", typed, &mut errors);
    errors.finish(domain)
}

/// A domain's name as typed into a field.
pub(super) fn parse_domain_of(field: &str, typed: &str, errors: &mut FieldErrors) -> Option<DomainName> {
    let parsed = match typed.trim() {
        "" => Err(InvalidValue::Required),
        typed => DomainName::parse(typed),
    };
    errors.take(field, parsed)
}

impl DomainChange {
    const fn action(self) -> &'static str {
        match self {
            Self::Add => "domain.add",
            Self::MakePrimary => "domain.make_primary",
        }
    }
}

impl ChangeDomains {
    /// Parses the domain's name.
    ///
    /// # Errors
    /// `domain` if it cannot be one.
    pub fn parse(account_id: AccountId, domain: &str, change: DomainChange) -> Result<Self, FieldErrors> {
        parse_domain(domain).map(|domain| Self { account_id, domain, change })
    }

    /// Changes the domains.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`]; [`Conflict::DomainTaken`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account(self.change.action(), self.account_id), outcome).await?;
        ShowAccount { account_id: self.account_id }.once_changed(app, actor).await
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
        }
        let entry = permit.entry(app, self.change.action()).in_account(self.account_id);
        let before = json!({"primary": account.domains.primary.to_string()});
        uow.audit_log().append(&entry.changing(before, json!({"domain": self.domain.as_str()}))).await?;
        Ok(uow.commit().await?)
    }

    async fn add(&self, app: &App, uow: &dyn UnitOfWork) -> Result<(), UseCaseError> {
        if uow.accounts().add_domain(self.account_id, &self.domain, app.now()).await? {
            return Ok(());
        }
        Err(Conflict::DomainTaken.into())
    }

    /// A domain of another account is as unknown as one of nobody.
    fn require_owned(&self, account: &Account) -> Result<(), Denied> {
        if account.domains.contains(&self.domain) { Ok(()) } else { Err(Denied::NotFound) }
    }
}
