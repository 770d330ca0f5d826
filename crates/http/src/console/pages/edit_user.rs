//! `GET/POST /console/users/{id}/edit`.

use axum::response::Response;
use tenantry_app::{
    Conflict, UseCaseError,
    ports::UserState,
    users::{CreateForm, EditUser, PrepareCreateForm, ShowUser, UserPage},
};
use tenantry_domain::{UserId, permission::Permission};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    create_form::role_groups,
    edit_form::{Edited, stored},
    flash::Flash,
    forms::{Form, PathId, Refusal, refusal},
    show_user::{address, back_to},
    words::{company_address, countries, domain_choice, region_of},
};
use crate::console::views::{Choice, EditUserPage, NavPlace};

/// The user to edit, for who may.
struct Place {
    page: UserPage,
    form: CreateForm,
}

impl Place {
    async fn find(actor: &ConsoleActor, user_id: UserId) -> Result<Self, PageError> {
        let page = ShowUser { user_id }.execute(&actor.app, &actor.actor).await?;
        let record = &page.user.record;
        actor.actor.permit_over(Permission::USERS_EDIT, record)?;
        if page.user.state() == UserState::Removed {
            return Err(back_to(UseCaseError::from(Conflict::UserRemoved), user_id));
        }
        let account_id = record.user.account_id;
        let form = PrepareCreateForm { account_id }.execute(&actor.app, &actor.actor).await?;
        Ok(Self { page, form })
    }

    /// The form over this user, with what was typed and what is wrong with it.
    async fn show(&self, actor: &ConsoleActor, edited: Edited, refused: Refusal) -> Result<Response, PageError> {
        let user = &self.page.user.record.user;
        let account = &self.form.account.account;
        let name = user.profile.display_name.to_string();
        let failed = refused.stale || !refused.errors.is_empty();
        let title = if failed { format!("Error: Edit {name}") } else { format!("Edit {name}") };
        let mut domains: Vec<Choice> = self.form.login_domains.iter().map(domain_choice).collect();
        // A login name keeps its domain, whether a new one might use it or not.
        let present = domain_choice(user.login_name.domain());
        if !domains.contains(&present) {
            domains.push(present);
        }
        let frame = actor.frame(&title, Some(NavPlace::Users), &actor.account_or_home(user.account_id).await?).await?;
        let roles = if self.page.is_self { Vec::new() } else { role_groups(&self.form.roles, account.name.as_str()) };
        let view = EditUserPage {
            frame,
            user_id: user.id.to_string(),
            user_name: name,
            account_id: account.id().to_string(),
            account_name: account.name.to_string(),
            version: edited.version.unwrap_or(self.page.user.record.version).to_string(),
            conflict: refused.stale,
            region: region_of(&edited.values.country),
            values: edited.values,
            errors: refused.errors,
            domains,
            countries: countries(),
            company_address: company_address(account),
            role_groups: roles,
        };
        Ok(actor.show(refused.status, &view))
    }
}

/// `GET`
pub async fn show(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    let place = Place::find(&actor, user_id).await?;
    let edited = Edited { values: stored(&place.page.user), ..Edited::default() };
    place.show(&actor, edited, Refusal::default()).await
}

/// `POST`
pub async fn submit(actor: ConsoleActor, PathId(user_id): PathId<UserId>, form: Form) -> Result<Response, PageError> {
    let mut edited = Edited::read(&form)?;
    if edited.reset_address {
        let place = Place::find(&actor, user_id).await?;
        company_address(&place.form.account.account).fill(&mut edited.values);
        return place.show(&actor, edited, Refusal::default()).await;
    }
    let command = EditUser { user_id, changes: edited.changes(), expected_version: edited.version };
    // First the attempt, so that a refused one is on record; then the form again, for who may see it.
    match command.execute(&actor.app, &actor.actor).await {
        Ok(user) => {
            let text = format!("{} was saved.", user.record.user.profile.display_name);
            Ok(actor.go(&address(user_id), &Flash::done(text)))
        }
        Err(error) => {
            let refused = refusal(error)?;
            if refused.stale {
                // The form goes on from the newest version: saving again is then meant.
                edited.version = None;
            }
            Place::find(&actor, user_id).await?.show(&actor, edited, refused).await
        }
    }
}
