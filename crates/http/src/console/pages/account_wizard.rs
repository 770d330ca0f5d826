//! `GET/POST /console/accounts/new?parent=&kind=`: a new account, perhaps with its first user.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    UseCaseError,
    accounts::{AccountForm, CreatedAccount, PrepareAccountForm},
};
use tenantry_domain::{AccountId, permission::BuiltInRole};

use super::{
    account_values::account_refusal,
    actor::ConsoleActor,
    answers::{PageError, see_other},
    branding::{carry_logo, preview_of},
    create_form::role_groups,
    flash::Flash,
    forms::{Query, Refusal, UploadForm, require_repeat},
    show_account::address,
    wizard_form::{Typed, earliest_step},
    wizard_review::review,
    words::{countries, duration_words, region_of},
};
use crate::console::views::{AccountWizardPage, Choice, FieldErrorsView, NavPlace, SecurityValues, WizardStep};

/// Beneath which account; the active one if nothing is said.
fn parent_id(actor: &ConsoleActor, query: &Query) -> Result<AccountId, PageError> {
    match query.given("parent") {
        Some(id) => id.parse().map_err(|_| PageError::not_found()),
        None => Ok(actor.actor.active_account_id()),
    }
}

async fn prepare(actor: &ConsoleActor, parent_id: AccountId) -> Result<AccountForm, UseCaseError> {
    PrepareAccountForm { parent_id }.execute(&actor.app, &actor.actor).await
}

/// `GET`
pub async fn show(actor: ConsoleActor, query: Query) -> Result<Response, PageError> {
    let form = prepare(&actor, parent_id(&actor, &query)?).await?;
    let mut typed = Typed::default();
    let kind = if query.text("kind") == "reseller" { "reseller" } else { "customer" };
    kind.clone_into(&mut typed.account.kind);
    if let Some(address) = &form.parent.account.account.company.address {
        // Most accounts are in the country of the one above.
        address.country().code().clone_into(&mut typed.values.country);
    }
    let page = page(&actor, &form, typed, FieldErrorsView::default()).await?;
    Ok(actor.show(StatusCode::OK, &AccountWizardPage { is_fresh: true, ..page }))
}

/// `POST`
pub async fn submit(actor: ConsoleActor, query: Query, upload: UploadForm) -> Result<Response, PageError> {
    let parent_id = parent_id(&actor, &query)?;
    let mut typed = Typed::read(&upload.fields)?;
    if let Some(image) = &upload.image {
        let mut errors = FieldErrorsView::default();
        carry_logo(&actor, &mut typed.brand, image, &mut errors).await?;
        if !errors.is_empty() {
            let form = prepare(&actor, parent_id).await?;
            let page = page(&actor, &form, typed, errors).await?;
            return Ok(actor.show(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    }
    match (typed.go.as_str(), typed.step) {
        ("withoutUser", _) => return create(&actor, parent_id, typed, false).await,
        ("back" | "show" | "addDomain", _) => {}
        (_, WizardStep::Review) => return create(&actor, parent_id, typed, true).await,
        _ => {}
    }
    let form = prepare(&actor, parent_id).await?;
    let errors = match (typed.go.as_str(), typed.step) {
        ("show", _) => None,
        ("back", step) => {
            typed.step = step.before();
            None
        }
        ("addDomain", _) => {
            typed.account.alias_domains.push(String::new());
            None
        }
        _ if typed.remove_domain.is_some() => None,
        (_, WizardStep::Account) if !form.may_add_user => return create(&actor, parent_id, typed, false).await,
        (_, WizardStep::Account) => Some((typed.account_errors(), WizardStep::User)),
        (_, WizardStep::User | WizardStep::Review) => Some((typed.user_errors(), WizardStep::Review)),
    };
    let refused = match errors {
        Some((wrong, next)) if wrong.is_empty() => {
            typed.step = next;
            Refusal::default()
        }
        Some((wrong, _)) => account_refusal(wrong.into())?,
        None => Refusal::default(),
    };
    let page = page(&actor, &form, typed, refused.errors).await?;
    Ok(actor.show(refused.status, &page))
}

/// All in one: the account, its domains, and its first user.
async fn create(
    actor: &ConsoleActor,
    parent_id: AccountId,
    mut typed: Typed,
    with_user: bool,
) -> Result<Response, PageError> {
    let error = match save(actor, parent_id, &typed, with_user).await {
        Ok(created) => return Ok(finish(actor, &created)),
        Err(error) => error,
    };
    let mut refused = account_refusal(error)?;
    // Who may not create anything is refused above or here, and never shown the form.
    let form = prepare(actor, parent_id).await?;
    if with_user && typed.security.security_method == "manual" {
        require_repeat(&mut refused.errors, &typed.password, &typed.password_repeat);
    }
    if refused.stale {
        refused.errors.form =
            Some("The account above was moved in the meantime. Look again, then create it.".to_owned());
    }
    if let Some(step) = earliest_step(&mut refused.errors) {
        typed.step = step;
    }
    let page = page(actor, &form, typed, refused.errors).await?;
    Ok(actor.show(refused.status, &page))
}

async fn save(
    actor: &ConsoleActor,
    parent_id: AccountId,
    typed: &Typed,
    with_user: bool,
) -> Result<CreatedAccount, UseCaseError> {
    let parsed = typed.input(with_user).parse()?;
    let by_hand = with_user && typed.security.security_method == "manual";
    if by_hand && typed.password != typed.password_repeat {
        // Said beside the field by whoever shows the form again.
        return Err(tenantry_app::FieldErrors::default().into());
    }
    parsed.execute(&actor.app, &actor.actor, parent_id).await
}

fn finish(actor: &ConsoleActor, created: &CreatedAccount) -> Response {
    let account = &created.account.account.account;
    let page = address(account.id());
    let Some(user) = &created.first_user else {
        return actor.go(&format!("{page}?created=1"), &Flash::done(format!("{} was created.", account.name)));
    };
    let user_id = user.user.record.user.id;
    let page = format!("{page}?created={user_id}");
    match &user.generated_password {
        Some(password) => {
            let flash =
                Flash::GeneratedPassword { user_id: user_id.to_string(), password: password.expose().to_owned() };
            actor.go(&page, &flash)
        }
        None => see_other(&page),
    }
}

/// What the step about the first user starts with.
fn start_user(typed: &mut Typed, form: &AccountForm) {
    typed.has_user = true;
    typed.security = SecurityValues::default();
    let role = match typed.account.kind.as_str() {
        "reseller" => BuiltInRole::ResellerAdministrator,
        _ => BuiltInRole::CustomerAdministrator,
    };
    let may_give = form.roles.iter().any(|offer| offer.role == role && offer.missing.is_empty());
    let role = if may_give { role } else { BuiltInRole::NoAccess };
    role.key().clone_into(&mut typed.values.role);
}

async fn page(
    actor: &ConsoleActor,
    form: &AccountForm,
    mut typed: Typed,
    errors: FieldErrorsView,
) -> Result<AccountWizardPage, UseCaseError> {
    if typed.step != WizardStep::Account && !typed.has_user {
        start_user(&mut typed, form);
    }
    let parent = &form.parent.account.account;
    let domains = typed.account.domains();
    if !domains.contains(&typed.values.login_domain) {
        typed.values.login_domain = domains.first().cloned().unwrap_or_default();
    }
    let word = if typed.account.kind == "reseller" { "Add Reseller" } else { "Add Customer" };
    let title = if errors.is_empty() { word.to_owned() } else { format!("Error: {word}") };
    let review = if typed.step == WizardStep::Review { review(&typed, &form.roles) } else { Vec::new() };
    Ok(AccountWizardPage {
        frame: actor.frame(&title, Some(NavPlace::Accounts), &form.parent).await?,
        step: typed.step,
        parent_id: parent.id().to_string(),
        parent_name: parent.name.to_string(),
        hidden: typed.hidden(typed.step),
        region: region_of(&typed.values.country),
        account: typed.account,
        preview: preview_of(&typed.brand),
        logo: None,
        brand: typed.brand,
        values: typed.values,
        security: typed.security,
        errors,
        countries: countries(),
        domains: domains.into_iter().map(|domain| Choice::new(domain.clone(), domain)).collect(),
        role_groups: role_groups(&form.roles, "the new account"),
        link_valid_for: duration_words(actor.app.settings.welcome_link_valid_for),
        offers_user: form.may_add_user,
        review,
        is_fresh: false,
    })
}
