//! Suspending, resuming, converting, removing and restoring an account.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    Conflict, UseCaseError,
    accounts::{AccountPage, ChangeAccountStatus, RemoveAccount, RestoreAccount},
    ports::SubtreeSize,
};
use tenantry_domain::{
    AccountId,
    account::{AccountKind, AccountStatus},
    permission::Permission,
};

use super::{
    accounts::LIST,
    actor::ConsoleActor,
    answers::{PageError, see_other},
    edit_account,
    flash::Flash,
    forms::{Form, PathId, unexpected},
    show_account::{address, back_to},
    words::days_words,
};
use crate::{
    console::views::{ConfirmPage, ConfirmTick, NavPlace},
    problem::sentence_of,
};

/// The question about an account, for who may do what is asked.
async fn question(
    actor: &ConsoleActor,
    found: &AccountPage,
    verb: &str,
    action: &str,
) -> Result<ConfirmPage, UseCaseError> {
    let account = &found.account.account;
    let frame = actor.frame(&format!("{verb} {}?", account.name), Some(NavPlace::Accounts), found).await?;
    Ok(ConfirmPage::about_account(frame, (verb, account.name.as_str()), &account.id().to_string(), action))
}

async fn find(actor: &ConsoleActor, account_id: AccountId, permission: Permission) -> Result<AccountPage, PageError> {
    let found = actor.account(account_id).await?;
    let permit = actor.actor.permit(permission, &found.account.account.path);
    permit.map_err(|denied| back_to(denied.into(), account_id))?;
    Ok(found)
}

/// `GET …/suspend`
pub async fn ask_suspend(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let found = find(&actor, account_id, Permission::ACCOUNTS_EDIT).await?;
    let name = &found.account.account.name;
    let page = ConfirmPage {
        consequences: vec![
            format!(
                "Users of {name} and of the accounts below it are signed out at once and cannot sign in until it is \
                 resumed. Links sent to them stop working."
            ),
            "The accounts below keep their own status. Services and charges go on.".to_owned(),
        ],
        ..question(&actor, &found, "Suspend", "suspend").await?
    };
    Ok(actor.show(StatusCode::OK, &page))
}

/// `POST …/suspend`
pub async fn suspend(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    change_status(&actor, account_id, AccountStatus::Suspended, "was suspended").await
}

/// `POST …/resume`
pub async fn resume(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    change_status(&actor, account_id, AccountStatus::Active, "was resumed").await
}

async fn change_status(
    actor: &ConsoleActor,
    account_id: AccountId,
    status: AccountStatus,
    words: &str,
) -> Result<Response, PageError> {
    let command = ChangeAccountStatus { account_id, status, expected_version: None };
    let found = command.execute(&actor.app, &actor.actor).await.map_err(|error| back_to(error, account_id))?;
    let text = format!("{} {words}.", found.account.account.name);
    Ok(actor.go(&address(account_id), &Flash::done(text)))
}

/// `GET …/convert`
pub async fn ask_convert(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let found = find(&actor, account_id, Permission::ACCOUNTS_EDIT).await?;
    let name = found.account.account.name.to_string();
    let (kind, lines) = match found.account.account.kind {
        AccountKind::Customer => (
            "reseller",
            [
                format!("{name} can then have customers and resellers of its own."),
                "Its users, domains and roles stay as they are.".to_owned(),
            ],
        ),
        AccountKind::Reseller | AccountKind::Platform => (
            "customer",
            [
                format!("{name} can then have no accounts below it. If there are any, move or remove them first."),
                "Its users, domains and roles stay as they are.".to_owned(),
            ],
        ),
    };
    let page = question(&actor, &found, "Convert", "convert").await?;
    let page = ConfirmPage {
        title: format!("Convert {name} to a {kind}"),
        consequences: lines.into(),
        fields: vec![("kind", kind.to_owned())],
        harmless: true,
        ..page
    };
    Ok(actor.show(StatusCode::OK, &page))
}

/// `POST …/convert`
pub async fn convert(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.only(&["kind"])?;
    let kind = form.text("kind");
    let found = edit_account::convert(&actor, account_id, &kind).await.map_err(|error| back_to(error, account_id))?;
    let text = format!("{} is a {} now.", found.account.account.name, found.account.account.kind);
    Ok(actor.go(&address(account_id), &Flash::done(text)))
}

/// `GET …/remove`
pub async fn ask_remove(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let found = find(&actor, account_id, Permission::ACCOUNTS_REMOVE).await?;
    let version = found.account.account.version;
    let page = removal(&actor, &found, version, String::new()).await?;
    Ok(actor.show(StatusCode::OK, &page))
}

async fn removal(
    actor: &ConsoleActor,
    found: &AccountPage,
    version: i64,
    error: String,
) -> Result<ConfirmPage, UseCaseError> {
    let account_id = found.account.account.id();
    let command = RemoveAccount { account_id, cascade: false, expected_version: None };
    let SubtreeSize { accounts_below, users } = command.preview(&actor.app, &actor.actor).await?;
    let kept_for = days_words(actor.app.settings.removed_accounts_kept_for);
    let below = counted(accounts_below, "account");
    let people = match users {
        0 => "No user loses access.".to_owned(),
        1 => "1 user is signed out at once and cannot sign in any more.".to_owned(),
        users => format!("{users} users are signed out at once and cannot sign in any more."),
    };
    let tick = (accounts_below > 0).then(|| ConfirmTick {
        name: "cascade",
        words: format!("And the {below} below it"),
        error,
    });
    Ok(ConfirmPage {
        consequences: vec![
            people,
            format!(
                "For {kept_for} it can be restored, with everything in it. After that everything about it is deleted."
            ),
            "Its domains and login names stay taken until then.".to_owned(),
        ],
        fields: vec![("version", version.to_string())],
        tick,
        ..question(actor, found, "Remove", "remove").await?
    })
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `POST …/remove`
pub async fn remove(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.only(&["version", "cascade"])?;
    let version = form.text("version").parse().map_err(|_| unexpected("It does not say what it was filled from."))?;
    let name = actor.account(account_id).await.map(|found| found.account.account.name.to_string()).unwrap_or_default();
    let command = RemoveAccount { account_id, cascade: form.has("cascade"), expected_version: Some(version) };
    match command.execute(&actor.app, &actor.actor).await {
        Ok(()) => {
            Ok(actor.go(LIST, &Flash::done(format!("{name} was removed. It is listed under the status Removed."))))
        }
        Err(error @ UseCaseError::Conflict(Conflict::AccountHoldsAccounts { .. })) => {
            let found = find(&actor, account_id, Permission::ACCOUNTS_REMOVE).await?;
            let said = format!("{} Tick this to remove them too.", sentence_of(&error));
            let page = removal(&actor, &found, version, said).await?;
            Ok(actor.show(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(back_to(error, account_id)),
    }
}

/// `GET …/restore`: there is no page of an account that was removed.
pub async fn to_removed() -> Response {
    see_other(&format!("{LIST}?status=removed"))
}

/// `POST …/restore`
pub async fn restore(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let restored = RestoreAccount { account_id }.execute(&actor.app, &actor.actor).await;
    let found = restored.map_err(|error| PageError::from(error).leading_to(LIST, "Back to Accounts"))?;
    let text = format!("{} was restored.", found.account.account.name);
    Ok(actor.go(&address(account_id), &Flash::done(text)))
}
