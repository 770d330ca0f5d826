//! `GET/POST /console/accounts/{account}/edit`.

use axum::response::Response;
use tenantry_app::{
    Denied, UseCaseError,
    accounts::{AccountPage, EditAccount, EditAccountInput},
};
use tenantry_domain::{
    AccountId,
    permission::{Permission, RoleFamily},
};

use super::{
    account_values::{account_refusal, stored, support_input},
    actor::ConsoleActor,
    answers::PageError,
    create_form::{address_input, given},
    flash::Flash,
    forms::{Form, PathId, Refusal, unexpected},
    show_account::address,
    words::{countries, region_of},
};
use crate::console::views::{AccountValues, Choice, EditAccountPage, NavPlace, UserValues};

/// What was typed over a stored account.
struct Edited {
    account: AccountValues,
    values: UserValues,
    /// The version the form was filled from; none before it was sent.
    version: Option<i64>,
    /// The form had the fields of company information, or those of notes.
    has: (bool, bool),
}

impl Edited {
    fn read(form: &Form) -> Result<Self, PageError> {
        let (mut account, mut values) = (AccountValues::default(), UserValues::default());
        form.distribute(&["version"], |name, value| {
            account.take(name, value).and_then(|value| values.take(name, value))
        })?;
        let version =
            form.text("version").parse().map_err(|_| unexpected("It does not say what it was filled from."))?;
        let has = (form.has("name"), form.has("referenceId") || form.has("salesManager"));
        Ok(Self { account, values, version: Some(version), has })
    }

    /// What the form had is changed, the rest stays.
    fn changes(&self) -> EditAccountInput {
        let (account, values) = (&self.account, &self.values);
        let mut changes = EditAccountInput::default();
        if self.has.0 {
            changes.name = Some(account.name.clone());
            changes.website = Some(given(&account.website));
            changes.support = Some(support_input(account));
            changes.plain_text_password_mail = Some(account.plain_text_password_mail);
            changes.password_length = Some(given(&account.password_length));
            changes.role_family = Some(given(&account.role_family));
            // An account set up without an address may stay so.
            let typed = values.contact_pairs().iter().any(|(_, value)| !value.trim().is_empty());
            if typed {
                changes.address = Some(address_input(values));
                changes.phone = Some(values.phone.clone());
            }
        }
        if self.has.1 {
            changes.reference_id = Some(given(&account.reference_id));
            changes.sales_manager = Some(given(&account.sales_manager));
        }
        changes
    }
}

fn role_families() -> Vec<Choice> {
    vec![
        Choice::new("", "As the account above"),
        Choice::new(RoleFamily::AccessLevels.key(), "Access levels: Full, Basic, No Access"),
        Choice::new(RoleFamily::Administrators.key(), "Account roles: administrators, User"),
    ]
}

/// The account to edit, for who may change some of it.
async fn find(actor: &ConsoleActor, account_id: AccountId) -> Result<AccountPage, PageError> {
    let page = actor.account(account_id).await?;
    if page.may_edit_information || page.may_edit {
        return Ok(page);
    }
    Err(Denied::NotHeld { permission: Permission::ACCOUNT_INFO_EDIT.to_string() }.into())
}

async fn page(
    actor: &ConsoleActor,
    found: &AccountPage,
    edited: Edited,
    refused: Refusal,
) -> Result<Response, PageError> {
    let stored = &found.account.account;
    let name = stored.name.to_string();
    let failed = refused.stale || !refused.errors.is_empty();
    let title = if failed { format!("Error: Edit {name}") } else { format!("Edit {name}") };
    let view = EditAccountPage {
        frame: actor.frame(&title, Some(NavPlace::Accounts), found).await?,
        account_id: stored.id().to_string(),
        account_name: name,
        version: edited.version.unwrap_or(stored.version).to_string(),
        conflict: refused.stale,
        edits_information: found.may_edit_information,
        edits_notes: found.may_edit,
        region: region_of(&edited.values.country),
        account: edited.account,
        values: edited.values,
        errors: refused.errors,
        countries: countries(),
        role_families: role_families(),
    };
    Ok(actor.show(refused.status, &view))
}

/// `GET`
pub async fn show(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let found = find(&actor, account_id).await?;
    let (account, values) = stored(&found);
    let edited = Edited { account, values, version: None, has: (false, false) };
    page(&actor, &found, edited, Refusal::default()).await
}

/// `POST`
pub async fn submit(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    let mut edited = Edited::read(&form)?;
    let command = EditAccount { account_id, changes: edited.changes(), expected_version: edited.version };
    // First the attempt, so that a refused one is on record; then the form again, for who may see it.
    match command.execute(&actor.app, &actor.actor).await {
        Ok(saved) => {
            let text = format!("{} was saved.", saved.account.account.name);
            Ok(actor.go(&address(account_id), &Flash::done(text)))
        }
        Err(error) => {
            let refused = account_refusal(error)?;
            if refused.stale {
                // The form goes on from the newest version: saving again is then meant.
                edited.version = None;
            }
            let found = find(&actor, account_id).await?;
            page(&actor, &found, edited, refused).await
        }
    }
}

/// Changes the kind, and nothing else.
pub async fn convert(actor: &ConsoleActor, account_id: AccountId, kind: &str) -> Result<AccountPage, UseCaseError> {
    let changes = EditAccountInput { kind: Some(kind.to_owned()), ..EditAccountInput::default() };
    EditAccount { account_id, changes, expected_version: None }.execute(&actor.app, &actor.actor).await
}
