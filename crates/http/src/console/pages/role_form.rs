//! Defining a role, changing one, and removing it.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    Conflict, Denied, UseCaseError,
    accounts::AccountPage,
    ports::RoleRow,
    roles::{EditRole, ListRoles, RemoveRole, RoleInput, RolePage as Found},
};
use tenantry_domain::{
    AccountId, RoleId,
    permission::{Cell, Permission, PermissionMatrix, Role, RoleKey},
};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    create_form::given,
    flash::Flash,
    forms::{Form, PathId, PathRole, Query, Refusal, refusal, unexpected},
    roles::{address, find, list_address, people_with},
    words::{cell_words, held_by},
};
use crate::console::views::{ConfirmPage, FieldErrorsView, NavPlace, RoleFormPage, RoleValues, tick_rows};

/// What was typed, or what the form begins with.
#[derive(Default)]
struct Typed {
    values: RoleValues,
    cells: Vec<String>,
    /// The version the form was filled from; none before it was sent.
    version: Option<i64>,
}

impl Typed {
    fn read(form: &Form) -> Self {
        let values = RoleValues {
            name: form.text("name"),
            description: form.text("description"),
            edit_profile: form.has("editProfile"),
        };
        Self { values, cells: form.all("cell"), version: None }
    }

    fn of(role: &Role) -> Self {
        let values = RoleValues {
            name: role.label().to_owned(),
            description: role.description().to_owned(),
            edit_profile: role.edits_own_profile(),
        };
        Self { values, cells: names(role.matrix()), version: None }
    }

    fn input(&self) -> RoleInput {
        RoleInput {
            name: Some(self.values.name.clone()),
            description: Some(given(&self.values.description)),
            cells: Some(self.cells.clone()),
            edits_own_profile: Some(self.values.edit_profile),
        }
    }

    fn matrix(&self) -> PermissionMatrix {
        self.cells.iter().filter_map(|name| Cell::find(name)).collect()
    }

    /// Why it was not taken, the cells in words.
    fn refusal(&self, error: UseCaseError) -> Result<Refusal, PageError> {
        let not_covered = matches!(error, UseCaseError::Denied(Denied::RoleNotCovered { .. }));
        let mut refused = refusal(error)?;
        let missing: Vec<String> = self.matrix().missing_views().cells().map(cell_words).collect();
        let without_view =
            format!("Whoever may change something must be allowed to see it. Tick also: {}.", missing.join(", "));
        if not_covered {
            refused.errors = FieldErrorsView::default();
            refused.errors.add("cells", "It holds something that you do not hold here yourself.");
        } else if !missing.is_empty() {
            let cells = refused.errors.fields.iter_mut().filter(|error| error.field == "cells");
            cells.for_each(|error| error.message.clone_from(&without_view));
        }
        Ok(refused)
    }
}

fn names(matrix: PermissionMatrix) -> Vec<String> {
    matrix.cells().map(|cell| cell.to_string()).collect()
}

/// Where a role is defined or changed, for who may.
struct Place {
    account: AccountPage,
    edited: Option<(Found, RoleRow)>,
}

impl Place {
    async fn to_define(actor: &ConsoleActor, account_id: AccountId) -> Result<Self, PageError> {
        let account = actor.account(account_id).await?;
        actor.actor.permit(Permission::USERS_EDIT, &account.account.account.path)?;
        Ok(Self { account, edited: None })
    }

    /// The role at the account it belongs to: it is changed nowhere else.
    async fn to_change(actor: &ConsoleActor, path: PathRole) -> Result<(Self, RoleId), PageError> {
        let found = find(actor, path).await?;
        let row = found.custom.clone().filter(|row| row.role.owner == path.account_id);
        let row = row.ok_or_else(PageError::not_found)?;
        let owner = &found.account.account.path;
        let leading = |denied: Denied| back_to_role(denied.into(), path);
        actor.actor.permit(Permission::USERS_EDIT, owner).map_err(leading)?;
        actor.actor.permit_matrix(row.role.definition.matrix(), owner).map_err(leading)?;
        let (account, role_id) = (actor.account(path.account_id).await?, row.role.id);
        Ok((Self { account, edited: Some((found, row)) }, role_id))
    }

    async fn show(&self, actor: &ConsoleActor, typed: Typed, refused: Refusal) -> Result<Response, PageError> {
        let account = &self.account.account.account;
        let may = actor.actor.authority().effective_at(&account.path);
        let mut page = RoleFormPage {
            frame: actor.frame("", Some(NavPlace::Roles), &self.account).await?,
            account_id: account.id().to_string(),
            account_name: account.name.to_string(),
            edited: self.edited.as_ref().map(|(found, row)| (row.role.id.to_string(), found.role.label().to_owned())),
            rows: tick_rows(held_by(typed.matrix()), held_by(may)),
            values: typed.values,
            errors: refused.errors,
            version: String::new(),
            conflict: refused.stale,
            notice: None,
        };
        if let Some((found, row)) = &self.edited {
            page.version = typed.version.unwrap_or(row.role.version).to_string();
            page.notice = people_with(found)
                .map(|people| format!("{people} this role. What you change holds for them as soon as it is saved."));
        }
        let failed = page.conflict || !page.errors.is_empty();
        page.frame.title = if failed { format!("Error: {}", page.heading()) } else { page.heading() };
        Ok(actor.show(refused.status, &page))
    }
}

/// The custom role in an address, which must name its account too: nothing is changed by a wrong one.
async fn custom(actor: &ConsoleActor, path: PathRole) -> Result<RoleId, PageError> {
    let RoleKey::Custom(role_id) = path.role else { return Err(PageError::not_found()) };
    let row = actor.app.directory().find_role(role_id).await.map_err(UseCaseError::from)?;
    let is_elsewhere = row.is_some_and(|row| row.role.owner != path.account_id);
    if is_elsewhere { Err(PageError::not_found()) } else { Ok(role_id) }
}

fn back_to_role(error: UseCaseError, path: PathRole) -> PageError {
    PageError::from(error).leading_to(&address(path.account_id, path.role), "Back to the role")
}

/// `GET …/roles/new`
pub async fn show_new(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    query: Query,
) -> Result<Response, PageError> {
    let place = Place::to_define(&actor, account_id).await?;
    let mut typed = Typed { values: RoleValues { edit_profile: true, ..RoleValues::default() }, ..Typed::default() };
    if let Some(like) = query.given("like") {
        let list = ListRoles { account_id }.execute(&actor.app, &actor.actor).await?;
        if let Some(offer) = list.roles.iter().find(|offer| offer.key().to_string() == like) {
            let may = actor.actor.authority().effective_at(&list.account.account.path);
            typed = Typed::of(&offer.role);
            typed.values.name.clear();
            typed.cells.retain(|name| held_by(may)(name));
        }
    }
    place.show(&actor, typed, Refusal::default()).await
}

/// `POST …/roles/new`
pub async fn define(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    let typed = Typed::read(&form.only(&["name", "description", "cell", "editProfile"])?);
    let defined = match typed.input().parse() {
        Ok(command) => command.execute(&actor.app, &actor.actor, account_id).await,
        Err(errors) => Err(errors.into()),
    };
    match defined {
        Ok(row) => {
            let done = Flash::done(format!("{} was defined.", row.role.definition.name));
            Ok(actor.go(&address(account_id, RoleKey::Custom(row.role.id)), &done))
        }
        Err(error) => {
            // Only now, so that what is refused is on record.
            let place = Place::to_define(&actor, account_id).await?;
            let refused = typed.refusal(error)?;
            place.show(&actor, typed, refused).await
        }
    }
}

/// `GET …/roles/{role}/edit`
pub async fn show_edit(actor: ConsoleActor, path: PathRole) -> Result<Response, PageError> {
    let (place, _) = Place::to_change(&actor, path).await?;
    let typed = place.edited.as_ref().map(|(found, _)| Typed::of(&found.role)).unwrap_or_default();
    place.show(&actor, typed, Refusal::default()).await
}

/// `POST …/roles/{role}/edit`
pub async fn edit(actor: ConsoleActor, path: PathRole, form: Form) -> Result<Response, PageError> {
    let role_id = custom(&actor, path).await?;
    let form = form.only(&["name", "description", "cell", "editProfile", "version"])?;
    let mut typed = Typed::read(&form);
    let version = form.text("version").parse().map_err(|_| unexpected("It does not say what it was filled from."))?;
    typed.version = Some(version);
    let command = EditRole { role_id, changes: typed.input(), expected_version: Some(version) };
    match command.execute(&actor.app, &actor.actor).await {
        Ok(row) => {
            let done = Flash::done(format!("{} was saved.", row.role.definition.name));
            Ok(actor.go(&address(path.account_id, path.role), &done))
        }
        Err(error) => {
            // Only now, so that what is refused is on record.
            let (place, _) = Place::to_change(&actor, path).await?;
            let refused = typed.refusal(error)?;
            if refused.stale {
                // The form goes on from the newest version: saving again is then meant.
                typed.version = None;
            }
            place.show(&actor, typed, refused).await
        }
    }
}

/// `GET …/roles/{role}/remove`
pub async fn ask_remove(actor: ConsoleActor, path: PathRole) -> Result<Response, PageError> {
    let (place, role_id) = Place::to_change(&actor, path).await?;
    let Some((found, row)) = &place.edited else { return Err(PageError::not_found()) };
    if people_with(found).is_some() {
        return Err(back_to_role(Conflict::RoleInUse.into(), path));
    }
    let name = row.role.definition.name.as_str();
    let frame = actor.frame(&format!("Remove {name}?"), Some(NavPlace::Roles), &place.account).await?;
    let page = ConfirmPage::about_role(frame, &path.account_id.to_string(), &role_id.to_string(), name);
    Ok(actor.show(StatusCode::OK, &page))
}

/// `POST …/roles/{role}/remove`
pub async fn remove(actor: ConsoleActor, path: PathRole) -> Result<Response, PageError> {
    let role_id = custom(&actor, path).await?;
    let row = actor.app.directory().find_role(role_id).await.map_err(UseCaseError::from)?;
    let name = row.map(|row| row.role.definition.name.to_string()).unwrap_or_default();
    let command = RemoveRole { role_id, expected_version: None };
    command.execute(&actor.app, &actor.actor).await.map_err(|error| back_to_role(error, path))?;
    Ok(actor.go(&list_address(path.account_id), &Flash::done(format!("{name} was removed."))))
}
