//! `GET/POST /console/accounts/{account}/branding`, and what the script asks while logo and colours are chosen.

use axum::{
    Json,
    extract::{Request, State},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use tenantry_app::{
    Denied, UseCaseError,
    accounts::{AccountPage, BrandColorsInput, EditAccount, EditAccountInput, preview_logo},
};
use tenantry_domain::{
    AccountId,
    account::{BrandColor, Branding},
    permission::Permission,
};

use super::{
    account_values::account_refusal,
    actor::ConsoleActor,
    answers::PageError,
    create_form::given,
    flash::Flash,
    forms::{PathId, Query, Refusal, UploadForm, unexpected},
    show_account::address,
};
use crate::{
    api::images::read_upload,
    brand::{self, logo_path},
    console::views::{BrandPreview, BrandValues, BrandingPage, FieldErrorsView, NavPlace},
    problem::Problem,
    request::{ApiActor, HttpState},
};

/// The colours as they stand in the fields; what is no colour is none.
fn colors_of(values: &BrandValues) -> Branding {
    let color = |raw: &str| BrandColor::parse(raw).ok();
    Branding { logo: None, primary: color(&values.primary_color), secondary: color(&values.secondary_color) }
}

/// What the fields would look like.
pub fn preview_of(values: &BrandValues) -> BrandPreview {
    let colors = colors_of(values);
    BrandPreview { stylesheet: brand::preview_stylesheet(&colors), notes: brand::notes(&colors) }
}

pub fn colors_input(values: &BrandValues) -> BrandColorsInput {
    BrandColorsInput { primary: given(&values.primary_color), secondary: given(&values.secondary_color) }
}

/// The logo that a form carries along between its steps.
pub fn carried_logo(values: &BrandValues) -> Option<Vec<u8>> {
    // What somebody changed on the way is no image any more, and refused as one.
    given(&values.logo).map(|logo| STANDARD.decode(logo.as_bytes()).unwrap_or_default())
}

/// An upload made small, to be carried along by a form.
pub async fn carry_logo(
    actor: &ConsoleActor,
    values: &mut BrandValues,
    upload: &[u8],
    errors: &mut FieldErrorsView,
) -> Result<(), PageError> {
    match preview_logo(&actor.app, &actor.actor, upload).await {
        Ok(image) => values.logo = STANDARD.encode(image.png),
        Err(error) => errors.fields.extend(account_refusal(error)?.errors.fields),
    }
    Ok(())
}

async fn find(actor: &ConsoleActor, account_id: AccountId) -> Result<AccountPage, PageError> {
    let page = actor.account(account_id).await?;
    if page.may_edit_information {
        return Ok(page);
    }
    Err(Denied::NotHeld { permission: Permission::ACCOUNT_INFO_EDIT.to_string() }.into())
}

async fn page(
    actor: &ConsoleActor,
    found: &AccountPage,
    brand: BrandValues,
    version: Option<i64>,
    refused: Refusal,
) -> Result<Response, PageError> {
    let account = &found.account.account;
    let inherited = &found.account.inherited;
    let title = format!("Branding of {}", account.name);
    let failed = refused.stale || !refused.errors.is_empty();
    let from_above = account.branding.is_empty() && !inherited.branding.is_empty();
    let view = BrandingPage {
        frame: actor
            .frame(&if failed { format!("Error: {title}") } else { title }, Some(NavPlace::Accounts), found)
            .await?,
        account_id: account.id().to_string(),
        account_name: account.name.to_string(),
        version: version.unwrap_or(account.version).to_string(),
        conflict: refused.stale,
        logo: account.branding.logo.as_deref().map(logo_path),
        is_inherited: from_above,
        preview: preview_of(&brand),
        brand,
        errors: refused.errors,
    };
    Ok(actor.show(refused.status, &view))
}

/// `GET`
pub async fn show(actor: ConsoleActor, PathId(account_id): PathId<AccountId>) -> Result<Response, PageError> {
    let found = find(&actor, account_id).await?;
    let branding = &found.account.account.branding;
    let text = |color: Option<BrandColor>| color.map(|color| color.to_string()).unwrap_or_default();
    let values = BrandValues {
        primary_color: text(branding.primary),
        secondary_color: text(branding.secondary),
        ..BrandValues::default()
    };
    page(&actor, &found, values, None, Refusal::default()).await
}

/// `POST`
pub async fn submit(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    upload: UploadForm,
) -> Result<Response, PageError> {
    let mut values = BrandValues::default();
    upload.fields.distribute(&["version", "removeLogo"], |name, value| values.take(name, value))?;
    let version =
        upload.fields.text("version").parse().map_err(|_| unexpected("It does not say what it was filled from."))?;
    let logo = match upload.image.or_else(|| carried_logo(&values)) {
        Some(image) => Some(Some(image)),
        None if upload.fields.has("removeLogo") => Some(None),
        None => None,
    };
    let changes = EditAccountInput { colors: Some(colors_input(&values)), logo, ..EditAccountInput::default() };
    let command = EditAccount { account_id, changes, expected_version: Some(version) };
    match command.execute(&actor.app, &actor.actor).await {
        Ok(_) => Ok(actor.go(&address(account_id), &Flash::done("The branding was saved."))),
        Err(error) => {
            let refused = account_refusal(error)?;
            let found = find(&actor, account_id).await?;
            // After a conflict the form goes on from the newest version: saving again is then meant.
            let version = if refused.stale { None } else { Some(version) };
            page(&actor, &found, values, version, refused).await
        }
    }
}

/// What the script shows beside the colours.
#[derive(Serialize)]
pub struct LookedAt {
    stylesheet: String,
    notes: Vec<String>,
}

/// `GET /console/brand?primaryColor=&secondaryColor=`
pub async fn look(_: ApiActor, query: Result<Query, PageError>) -> Json<LookedAt> {
    let query = query.unwrap_or_default();
    let values = BrandValues {
        primary_color: query.text("primaryColor"),
        secondary_color: query.text("secondaryColor"),
        ..BrandValues::default()
    };
    let BrandPreview { stylesheet, notes } = preview_of(&values);
    Json(LookedAt { stylesheet, notes })
}

/// A logo as it would be shown.
#[derive(Serialize)]
pub struct PreparedLogo {
    /// PNG in base64: what the form carries along.
    logo: String,
}

/// `POST /console/logos`: an image, or a form with one. Nothing is stored.
pub async fn prepare(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    request: Request,
) -> Result<Json<PreparedLogo>, Problem> {
    let upload = read_upload(request, &state).await?;
    let image = preview_logo(&state.app, &actor, &upload).await.map_err(|error: UseCaseError| Problem::from(error))?;
    Ok(Json(PreparedLogo { logo: STANDARD.encode(image.png) }))
}
