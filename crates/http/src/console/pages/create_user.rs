//! `GET/POST /console/accounts/{account}/users/new`.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    UseCaseError,
    passwords::generate_password,
    ports::ImageError,
    users::{CreatedUser, SetProfileImage},
};
use tenantry_domain::AccountId;

use super::{
    actor::ConsoleActor,
    answers::{PageError, see_other},
    create_form::{Place, Typed},
    flash::Flash,
    forms::{PathId, Query, Refusal, UploadForm, in_page_order, refusal, require_repeat},
    words::company_address,
};
use crate::console::views::{CreateUserPage, FieldErrorsView};

/// `GET`
pub async fn show(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    query: Query,
) -> Result<Response, PageError> {
    let place = Place::find(&actor, account_id).await?;
    let mut typed = place.fresh(&actor);
    if let Some(Ok(user_id)) = query.given("like").map(|id| id.parse()) {
        place.follow(&actor, &mut typed, user_id).await;
    }
    let page = place.page(&actor, typed, FieldErrorsView::default()).await?;
    Ok(actor.show(StatusCode::OK, &page))
}

/// `POST`
pub async fn submit(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    upload: UploadForm,
) -> Result<Response, PageError> {
    let place = Place::find(&actor, account_id).await;
    let typed = Typed::read(upload)?;
    if typed.generate || typed.reset_address {
        return help(&actor, &place?, typed).await;
    }
    // Who may not see the form is refused by the use case: that puts it on record. Nothing is decoded for such a person.
    let image = typed.image.as_ref().filter(|_| place.is_ok());
    match save(&actor, account_id, &typed, image).await {
        Ok(created) => Ok(finish(&actor, created, typed.image).await),
        Err(error) => show_again(&actor, &place?, typed, error).await,
    }
}

/// The two buttons that fill in something: the form is shown again with it.
async fn help(actor: &ConsoleActor, place: &Place, mut typed: Typed) -> Result<Response, PageError> {
    let mut generated_password = None;
    if typed.generate {
        generated_password = Some(generate_password(&actor.app, &actor.actor)?.expose().to_owned());
        "manual".clone_into(&mut typed.security.security_method);
    }
    if typed.reset_address {
        company_address(&place.form.account.account).fill(&mut typed.values);
    }
    let page = place.page(actor, typed, FieldErrorsView::default()).await?;
    Ok(actor.show(StatusCode::OK, &CreateUserPage { generated_password, ..page }))
}

/// Why nothing was created.
enum NotSaved {
    Refused(UseCaseError),
    /// Found wrong before the use case ran.
    Invalid(FieldErrorsView),
}

impl From<UseCaseError> for NotSaved {
    fn from(error: UseCaseError) -> Self {
        Self::Refused(error)
    }
}

async fn save(
    actor: &ConsoleActor,
    account_id: AccountId,
    typed: &Typed,
    image: Option<&Vec<u8>>,
) -> Result<CreatedUser, NotSaved> {
    let parsed = typed.input().parse();
    let mut errors = FieldErrorsView::default();
    if let Err(invalid) = &parsed {
        for problem in invalid.iter() {
            errors.add(&problem.field, problem.message.clone());
        }
    }
    if typed.security.security_method == "manual" {
        require_repeat(&mut errors, &typed.password, &typed.password_repeat);
    }
    // The image comes after the user, but a bad one is found out before, with everything else.
    if let Some(image) = image {
        match actor.app.ports.images.process_profile_image(image.clone()).await {
            Ok(_) => {}
            Err(ImageError::Busy) => return Err(UseCaseError::Busy.into()),
            Err(problem) => errors.add("image", problem.to_string()),
        }
    }
    match parsed {
        Ok(command) if errors.is_empty() => {
            Ok(command.execute(&actor.app, &actor.actor, account_id, typed.key().as_ref()).await?)
        }
        _ => Err(NotSaved::Invalid(errors)),
    }
}

async fn finish(actor: &ConsoleActor, created: CreatedUser, image: Option<Vec<u8>>) -> Response {
    let user = &created.user.record.user;
    let path = format!("/console/accounts/{}/users?created={}", user.account_id, user.id);
    let mut flash = created.generated_password.as_ref().map(|password| Flash::GeneratedPassword {
        user_id: user.id.to_string(),
        password: password.expose().to_owned(),
    });
    if let Some(upload) = image.filter(|_| !created.repeated) {
        let set = SetProfileImage { user_id: user.id, upload }.execute(&actor.app, &actor.actor).await;
        if let Err(error) = set {
            tracing::warn!(error.text = %error, "the image of a new user could not be stored");
            flash.get_or_insert_with(|| Flash::failed("The image could not be stored. Add it on the user’s page."));
        }
    }
    match flash {
        Some(flash) => actor.go(&path, &flash),
        None => see_other(&path),
    }
}

async fn show_again(
    actor: &ConsoleActor,
    place: &Place,
    mut typed: Typed,
    error: NotSaved,
) -> Result<Response, PageError> {
    let mut refused = match error {
        NotSaved::Refused(error) => refusal(error)?,
        NotSaved::Invalid(errors) => Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, errors, stale: false },
    };
    if refused.stale {
        refused.errors.form =
            Some("This account was moved in the meantime. Look again, then save once more.".to_owned());
    }
    if let Some(used) = refused.errors.fields.iter().position(|error| error.field == "Idempotency-Key") {
        refused.errors.fields.remove(used);
        let text = "This form was saved before, with other words in it. Look at the list of users; \
                    saving again creates another user.";
        refused.errors.form = Some(text.to_owned());
        typed.idempotency_key = actor.app.new_id().to_string();
    }
    in_page_order(&mut refused.errors);
    let image_lost = typed.image.is_some() && refused.errors.of("image").is_empty();
    let mut page = place.page(actor, typed, refused.errors).await?;
    if image_lost {
        // A browser never fills in a file again by itself.
        page.errors.add("image", "Choose the image again: a browser does not keep it.");
        in_page_order(&mut page.errors);
    }
    Ok(actor.show(refused.status, &page))
}
