//! What is done to an account's domains on its page.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    Conflict, UseCaseError,
    accounts::{AccountPage, ChangeDomains, DomainChange, RemoveDomain, VerifyDomain},
};
use tenantry_domain::{AccountId, contact::DomainName, permission::Permission};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    flash::Flash,
    forms::{Form, PathId, Refusal, refusal},
    show_account::{address, view},
    words::{days_words, domain_choice},
};
use crate::{
    console::views::{Choice, NavPlace, RemoveDomainPage},
    problem::sentence_of,
};

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
            Self::Remove => {
                RemoveDomain::parse(account_id, domain, None)?.execute(&actor.app, &actor.actor).await?;
                return Ok(());
            }
            Self::Add => DomainChange::Add,
            Self::MakePrimary => DomainChange::MakePrimary,
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

/// `POST …/domains/remove`. While login names use the domain, asks first where they are to go.
pub async fn remove(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.only(&["domain", "moveTo"])?;
    let domain = form.text("domain");
    let move_to = form.has("moveTo").then(|| form.text("moveTo"));
    let command = RemoveDomain::parse(account_id, &domain, move_to.as_deref());
    let outcome = match command {
        Ok(command) => command.execute(&actor.app, &actor.actor).await,
        Err(errors) => Err(errors.into()),
    };
    match outcome {
        Ok(moved) => {
            let text = format!("{} was removed.{}", as_read(&domain), moved_words(moved));
            Ok(actor.go(&address(account_id), &Flash::done(text)))
        }
        Err(UseCaseError::Conflict(Conflict::DomainInUse { users })) => {
            ask_where_to(&actor, account_id, (&domain, users)).await
        }
        Err(error) => refuse(&actor, account_id, (&domain, Asked::Remove), error).await,
    }
}

fn moved_words(moved: usize) -> String {
    match moved {
        0 => String::new(),
        1 => " 1 login name moved.".to_owned(),
        moved => format!(" {moved} login names moved."),
    }
}

/// The question, for who may edit users too; what they would do is decided again when it is done.
async fn ask_where_to(
    actor: &ConsoleActor,
    account_id: AccountId,
    (domain, users): (&str, u64),
) -> Result<Response, PageError> {
    let found = actor.account(account_id).await?;
    let path = &found.account.account.path;
    if actor.actor.permit(Permission::USERS_EDIT, path).is_err() {
        return refuse(actor, account_id, (domain, Asked::Remove), Conflict::DomainInUse { users }.into()).await;
    }
    let shown = as_read(domain);
    let page = RemoveDomainPage {
        frame: actor.frame(&format!("Remove {shown}?"), Some(NavPlace::Accounts), &found).await?,
        account_id: account_id.to_string(),
        used_by: if users == 1 { "1 login name uses it".to_owned() } else { format!("{users} login names use it") },
        reserved_for: days_words(actor.app.settings.login_names_reserved_for),
        others: others(actor, &found, domain),
        shown,
        name: domain.to_owned(),
    };
    Ok(actor.show(StatusCode::CONFLICT, &page))
}

/// The domains that the login names can move to.
fn others(actor: &ConsoleActor, found: &AccountPage, domain: &str) -> Vec<Choice> {
    let must_be_verified = actor.app.settings.require_verified_domains;
    let domains = found.account.account.domains.iter();
    let usable = domains.filter(|other| other.is_verified() || !must_be_verified);
    usable.map(|other| domain_choice(&other.name)).filter(|other| other.value != domain).collect()
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
