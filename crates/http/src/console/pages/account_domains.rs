//! What is done to an account's domains on its page.

use axum::response::Response;
use tenantry_app::{
    Conflict, UseCaseError,
    accounts::{ChangeDomains, DomainChange, VerifyDomain},
};
use tenantry_domain::{AccountId, contact::DomainName, permission::Permission};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    flash::Flash,
    forms::{Form, PathId, Refusal, refusal},
    show_account::{address, view},
};
use crate::problem::sentence_of;

/// What a button or the form beside the domains asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Add,
    MakePrimary,
    Verify,
    Remove,
}

impl Asked {
    async fn run(self, actor: &ConsoleActor, account_id: AccountId, domain: &str) -> Result<(), UseCaseError> {
        let change = match self {
            Self::Verify => {
                return VerifyDomain::parse(account_id, domain)?.execute(&actor.app, &actor.actor).await;
            }
            Self::Add => DomainChange::Add,
            Self::MakePrimary => DomainChange::MakePrimary,
            Self::Remove => DomainChange::Remove,
        };
        ChangeDomains::parse(account_id, domain, change)?.execute(&actor.app, &actor.actor).await?;
        Ok(())
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Add => "was added",
            Self::MakePrimary => "is the primary domain now",
            Self::Verify => "is verified",
            Self::Remove => "was removed",
        }
    }
}

/// `POST …/domains`
pub async fn add(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, Asked::Add).await
}

/// `POST …/domains/primary`
pub async fn make_primary(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, Asked::MakePrimary).await
}

/// `POST …/domains/verify`
pub async fn verify(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, Asked::Verify).await
}

/// `POST …/domains/remove`
pub async fn remove(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, Asked::Remove).await
}

async fn change(actor: &ConsoleActor, account_id: AccountId, form: &Form, asked: Asked) -> Result<Response, PageError> {
    let domain = form.text("domain");
    match asked.run(actor, account_id, &domain).await {
        Ok(()) => {
            let text = format!("{} {}.", as_read(&domain), asked.done());
            Ok(actor.go(&address(account_id), &Flash::done(text)))
        }
        Err(error) => refuse(actor, account_id, (&domain, asked), error).await,
    }
}

/// A domain that was typed, as people read it.
fn as_read(domain: &str) -> String {
    DomainName::parse(domain).map_or_else(|_| domain.trim().to_owned(), |domain| domain.to_unicode())
}

/// The page again, with what is wrong beside the domain that it is about.
async fn refuse(
    actor: &ConsoleActor,
    account_id: AccountId,
    (domain, asked): (&str, Asked),
    error: UseCaseError,
) -> Result<Response, PageError> {
    let said = match &error {
        // The record stands beside it.
        UseCaseError::Conflict(Conflict::DomainNotProven { .. }) => {
            "The DNS does not show this record yet. It may take some hours; then verify again.".to_owned()
        }
        error => sentence_of(error),
    };
    let is_conflict = matches!(error, UseCaseError::Conflict(Conflict::DomainTaken));
    let refused: Refusal =
        refusal(error).map_err(|error| error.leading_to(&address(account_id), "Back to the account"))?;
    let found = actor.account(account_id).await?;
    actor.actor.permit(Permission::ACCOUNT_INFO_EDIT, &found.account.account.path)?;
    let mut view = view(actor, &found).await?;
    match view.domains.iter_mut().find(|row| asked != Asked::Add && row.name == domain) {
        Some(row) => {
            row.error = said;
            row.is_open = asked == Asked::Verify;
        }
        None if is_conflict => view.errors.add("domain", "This domain is not available. Choose another one."),
        None => view.errors = refused.errors,
    }
    if asked == Asked::Add {
        domain.clone_into(&mut view.new_domain);
    }
    Ok(actor.show(refused.status, &view))
}
