//! Showing that an account controls a domain.

use serde_json::json;
use tenantry_domain::{
    AccountId,
    account::{Account, AccountDomain},
    contact::DomainName,
    permission::Permission,
};

use super::{domains::parse_domain, find};
use crate::{Actor, App, Conflict, Denied, FieldErrors, UseCaseError, app::Attempted};

/// The TXT record that shows that an account controls a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationRecord {
    /// Its name, as A-labels: `_tenantry.contoso.example`.
    pub name: String,
    /// Its text: `tenantry-verification=` and a token that only this account needs, and only for this domain.
    pub value: String,
}

impl VerificationRecord {
    /// The record for a domain of an account. Everybody may read it once it is in the DNS, so that it is no secret.
    pub fn new(app: &App, account_id: AccountId, domain: &DomainName) -> Self {
        let token = app.ports.tokens.domain_verification_token(account_id, domain);
        Self { name: format!("_tenantry.{domain}"), value: format!("tenantry-verification={token}") }
    }
}

/// Asks the DNS for the record, and marks the domain as verified if it is there. It takes `account_info.edit`.
#[derive(Debug, Clone)]
pub struct VerifyDomain {
    account_id: AccountId,
    domain: DomainName,
}

impl VerifyDomain {
    const ACTION: &str = "domain.verify";

    /// Parses the domain's name.
    ///
    /// # Errors
    /// `domain` if it cannot be one.
    pub fn parse(account_id: AccountId, domain: &str) -> Result<Self, FieldErrors> {
        parse_domain(domain).map(|domain| Self { account_id, domain })
    }

    /// Verifies the domain. One that is verified stays so, and nobody is asked.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`]; [`Conflict::DomainNotProven`] if the record is not there; [`UseCaseError::Resolver`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = self.run(app, actor).await;
        app.recorded(actor, Attempted::in_account(Self::ACTION, self.account_id), outcome).await
    }

    async fn run(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?.account;
        actor.permit(Permission::ACCOUNT_INFO_EDIT, &account.path)?;
        if self.find_own(&account)?.is_verified() {
            return Ok(());
        }
        let record = VerificationRecord::new(app, self.account_id, &self.domain);
        let shown = app.ports.resolver.txt_records(&record.name).await?;
        if !shown.iter().any(|text| text.trim() == record.value) {
            let VerificationRecord { name, value } = record;
            return Err(Conflict::DomainNotProven { name, value }.into());
        }
        app.retrying(|| Box::pin(self.mark(app, actor))).await
    }

    /// The actor's rights, and whose the domain is, may have changed while the DNS was asked.
    async fn mark(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = find(&*uow, self.account_id).await?;
        let permit = actor.permit(Permission::ACCOUNT_INFO_EDIT, &account.path)?;
        if self.find_own(&account)?.is_verified() {
            return Ok(uow.commit().await?);
        }
        uow.accounts().set_domain_verified(self.account_id, &self.domain, app.now()).await?;
        let entry = permit.entry(app, Self::ACTION).in_account(self.account_id);
        let change = |verified: bool| json!({"domain": self.domain.as_str(), "verified": verified});
        uow.audit_log().append(&entry.changing(change(false), change(true))).await?;
        Ok(uow.commit().await?)
    }

    /// A domain of another account is as unknown as one of nobody.
    fn find_own<'a>(&self, account: &'a Account) -> Result<&'a AccountDomain, Denied> {
        account.domains.find(&self.domain).ok_or(Denied::NotFound)
    }
}
