//! `GET /console/accounts/{account}`, and what is done to its domains there.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    Conflict, UseCaseError,
    accounts::{AccountPage as Found, ChangeDomains, DomainChange},
};
use tenantry_domain::{
    AccountId,
    account::{AccountKind, AccountStatus, BillingType},
    contact::DomainName,
    permission::RoleFamily,
};

use super::{
    accounts::{LIST, crumb},
    actor::ConsoleActor,
    answers::{PageError, see_other},
    created::dialog,
    flash::Flash,
    forms::{Form, PathId, Query, Refusal, refusal},
    words::{account_chip, address_lines, kind_word, support_of},
};
use crate::{
    brand::logo_path,
    console::views::{
        AccountActions, AccountLooks, AccountNotes, AccountPage, CreatedDialog, DomainRow, NavPlace, hue_of,
        initials_of,
    },
    problem::sentence_of,
};

/// The page about an account.
pub fn address(account_id: AccountId) -> String {
    format!("{LIST}/{account_id}")
}

/// What went wrong leads back to the account, as long as there is one.
pub fn back_to(error: UseCaseError, account_id: AccountId) -> PageError {
    PageError::from(error).leading_to(&address(account_id), "Back to the account")
}

/// `GET …` of an address that only takes a POST.
pub async fn back(PathId(account_id): PathId<AccountId>) -> Response {
    see_other(&address(account_id))
}

/// `GET …`
pub async fn show(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    query: Query,
) -> Result<Response, PageError> {
    let found = actor.account(account_id).await?;
    let mut view = view(&actor, &found).await?;
    view.is_new = !query.text("created").is_empty();
    if let Some(Ok(user_id)) = query.given("created").map(|id| id.parse()) {
        let created = dialog(&actor, user_id).await?;
        view.created = created.map(|dialog| CreatedDialog {
            back_href: address(account_id),
            back_label: format!("To {}", view.name),
            ..dialog
        });
    }
    Ok(actor.show(StatusCode::OK, &view))
}

async fn view(actor: &ConsoleActor, page: &Found) -> Result<AccountPage, UseCaseError> {
    let account = &page.account.account;
    let company = &account.company;
    let above = page.trail.len().saturating_sub(1);
    let id = account.id().to_string();
    let users = format!("{LIST}/{id}/users");
    Ok(AccountPage {
        frame: actor.frame(account.name.as_str(), Some(NavPlace::Accounts), page).await?,
        name: account.name.to_string(),
        initials: initials_of(account.name.as_str()),
        hue: hue_of(&id),
        kind: kind_word(account.kind).to_owned(),
        chip: account_chip(account.status, page.account.effective_status),
        trail: page.trail.iter().take(above).map(crumb).collect(),
        may_view_info: page.shows_company_information,
        phone: company.phone.as_ref().map(ToString::to_string),
        address_lines: company.address.as_ref().map(address_lines).unwrap_or_default(),
        website: company.website.as_ref().map(ToString::to_string),
        domains: account.domains.iter().map(|domain| domain_row(domain, *domain == account.domains.primary)).collect(),
        new_domain: String::new(),
        errors: crate::console::views::FieldErrorsView::default(),
        notes: page.shows_details.then(|| notes(page)),
        policy: policy(actor, page),
        looks: looks(page),
        support: support_of(page),
        current: account.id() == actor.actor.active_account_id(),
        may: actions(actor, page),
        users_href: page.may_view_users.then(|| users.clone()),
        create_user_href: page.may_add_users.then(|| format!("{users}/new")),
        is_new: false,
        created: None,
        account_id: id,
    })
}

fn domain_row(domain: &DomainName, primary: bool) -> DomainRow {
    DomainRow { shown: domain.to_unicode(), name: domain.to_string(), primary, error: String::new() }
}

fn notes(page: &Found) -> AccountNotes {
    let details = &page.account.account.details;
    let text = |line: &Option<tenantry_domain::Line<100>>| line.as_ref().map(ToString::to_string).unwrap_or_default();
    AccountNotes {
        billing: billing_word(details.billing).to_owned(),
        reference_id: text(&details.reference_id),
        sales_manager: text(&details.sales_manager),
    }
}

pub const fn billing_word(billing: BillingType) -> &'static str {
    match billing {
        BillingType::Subscription => "Subscription",
    }
}

fn looks(page: &Found) -> AccountLooks {
    let (account, inherited) = (&page.account.account, &page.account.inherited);
    let colors = [inherited.branding.primary, inherited.branding.secondary];
    AccountLooks {
        logo: inherited.branding.logo.as_deref().map(logo_path),
        colors: colors.into_iter().flatten().map(|color| color.to_string()).collect(),
        is_inherited: inherited.branding_from.is_some_and(|from| from != account.id()),
        edit_href: page.may_edit_information.then(|| format!("{}/branding", address(account.id()))),
    }
}

fn policy(actor: &ConsoleActor, page: &Found) -> Vec<String> {
    let inherited = &page.account.inherited.policy;
    let first = match inherited.role_family {
        RoleFamily::AccessLevels => "Access levels are offered first for a new user.",
        RoleFamily::Administrators => "Account roles are offered first for a new user.",
    };
    vec![
        format!("New passwords have at least {} characters.", inherited.password_length.get()),
        mail_policy(actor, page).to_owned(),
        first.to_owned(),
    ]
}

fn mail_policy(actor: &ConsoleActor, page: &Found) -> &'static str {
    let here = page.account.account.policy.plain_text_password_mail;
    let in_force = page.account.inherited.policy.plain_text_password_mail;
    match (here, in_force && actor.app.settings.plain_text_password_mail) {
        (true, true) => "Passwords may be e-mailed in plain text.",
        (true, false) => "Passwords may be e-mailed in plain text here, but something above does not allow it.",
        (false, _) => "Passwords are not e-mailed in plain text.",
    }
}

/// What the page offers; whether it goes through is decided when it is done. Nobody shuts out or moves the account they are in.
fn actions(actor: &ConsoleActor, page: &Found) -> AccountActions {
    let account = &page.account.account;
    let is_other = !account.path.is_at_or_above(actor.actor.authority().home());
    let (edits, removes) = (page.may_edit && is_other, page.may_remove && is_other);
    AccountActions {
        work_here: true,
        edit: page.may_edit_information || page.may_edit,
        suspend: edits && account.status == AccountStatus::Active,
        resume: edits && account.status == AccountStatus::Suspended,
        convert: edits && account.kind != AccountKind::Platform,
        relocate: edits && removes,
        remove: removes,
        change_domains: page.may_edit_information,
        add_accounts: page.may_add_accounts,
    }
}

/// `POST …/domains`
pub async fn add_domain(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, DomainChange::Add).await
}

/// `POST …/domains/primary`
pub async fn make_primary(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, DomainChange::MakePrimary).await
}

/// `POST …/domains/remove`
pub async fn remove_domain(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    change(&actor, account_id, &form.only(&["domain"])?, DomainChange::Remove).await
}

async fn change(
    actor: &ConsoleActor,
    account_id: AccountId,
    form: &Form,
    change: DomainChange,
) -> Result<Response, PageError> {
    let domain = form.text("domain");
    match run(actor, account_id, &domain, change).await {
        Ok(_) => {
            let words = match change {
                DomainChange::Add => "was added",
                DomainChange::MakePrimary => "is the primary domain now",
                DomainChange::Remove => "was removed",
            };
            Ok(actor.go(&address(account_id), &Flash::done(format!("{} {words}.", domain.trim()))))
        }
        Err(error) => refuse(actor, account_id, &domain, change, error).await,
    }
}

async fn run(
    actor: &ConsoleActor,
    account_id: AccountId,
    domain: &str,
    change: DomainChange,
) -> Result<Found, UseCaseError> {
    ChangeDomains::parse(account_id, domain, change)?.execute(&actor.app, &actor.actor).await
}

/// The page again, with what is wrong beside the domain that it is about.
async fn refuse(
    actor: &ConsoleActor,
    account_id: AccountId,
    domain: &str,
    change: DomainChange,
    error: UseCaseError,
) -> Result<Response, PageError> {
    let said = sentence_of(&error);
    let is_conflict = matches!(error, UseCaseError::Conflict(Conflict::DomainTaken));
    let refused: Refusal =
        refusal(error).map_err(|error| error.leading_to(&address(account_id), "Back to the account"))?;
    let found = actor.account(account_id).await?;
    actor.actor.permit(tenantry_domain::permission::Permission::ACCOUNT_INFO_EDIT, &found.account.account.path)?;
    let mut view = view(actor, &found).await?;
    match view.domains.iter_mut().find(|row| change != DomainChange::Add && row.name == domain) {
        Some(row) => row.error = said,
        None if is_conflict => view.errors.add("domain", "This domain is not available. Choose another one."),
        None => view.errors = refused.errors,
    }
    domain.clone_into(&mut view.new_domain);
    if change != DomainChange::Add {
        view.new_domain.clear();
    }
    Ok(actor.show(refused.status, &view))
}
