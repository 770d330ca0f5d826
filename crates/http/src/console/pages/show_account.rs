//! `GET /console/accounts/{account}`.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    UseCaseError,
    accounts::{AccountPage as Found, VerificationRecord},
};
use tenantry_domain::{
    AccountId,
    account::{AccountDomain, AccountKind, AccountStatus, BillingType},
    permission::RoleFamily,
};

use super::{
    accounts::{LIST, crumb},
    actor::ConsoleActor,
    answers::{PageError, see_other},
    created::dialog,
    forms::{PathId, Query},
    words::{account_chip, address_lines, kind_word, support_of},
};
use crate::{
    brand::logo_path,
    console::views::{
        AccountActions, AccountLooks, AccountNotes, AccountPage, CreatedDialog, DnsRecord, DomainChip, DomainRow,
        NavPlace, hue_of, initials_of,
    },
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

/// The page.
pub async fn view(actor: &ConsoleActor, page: &Found) -> Result<AccountPage, UseCaseError> {
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
        domains: account.domains.iter().map(|domain| domain_row(actor, page, domain)).collect(),
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

fn domain_row(actor: &ConsoleActor, page: &Found, domain: &AccountDomain) -> DomainRow {
    let account = &page.account.account;
    let is_asked_for = page.may_edit_information && !domain.is_verified();
    let record = is_asked_for.then(|| VerificationRecord::new(&actor.app, account.id(), &domain.name));
    DomainRow {
        shown: domain.name.to_unicode(),
        name: domain.to_string(),
        primary: domain.name == account.domains.primary.name,
        chip: if domain.is_verified() { DomainChip::Verified } else { DomainChip::NotVerified },
        record: record.map(|VerificationRecord { name, value }| DnsRecord { name, value }),
        is_open: false,
        error: String::new(),
    }
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
