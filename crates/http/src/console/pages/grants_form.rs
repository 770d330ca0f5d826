//! `GET/POST /console/users/{id}/grants`: all grants of somebody at once.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    Conflict, Denied, UseCaseError,
    accounts::RecentAccounts,
    ports::{AccountRow, GrantRow as Stored, Page, UserDetails, UserState},
    roles::{ListRoles, RoleOffer},
    users::{ListGrants, ShowUser, UserGrants},
};
use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{Permission, Role},
};

use super::{
    account_choices::{ChosenFor, find_choices},
    actor::ConsoleActor,
    answers::PageError,
    flash::Flash,
    forms::{Form, PathId, Refusal, refusal, unexpected},
    grant_rows::{Rows, TypedRow},
    roles::choice_groups,
    show_user::back_to,
};
use crate::console::views::{
    Choice, ChoiceGroup, FieldErrorsView, GrantFields, GrantsFormPage, GroupedChoice, NavPlace,
};

/// How many accounts are offered for a new grant before one searches for another.
const OFFERED: u32 = 50;

fn access_address(user_id: UserId) -> String {
    format!("/console/users/{user_id}/access")
}

/// Somebody whose grants are to be set, for who may.
struct Place {
    user: UserDetails,
    stored: UserGrants,
    /// The first accounts at which the asker may give a role.
    accounts: Page<AccountRow>,
}

impl Place {
    async fn find(actor: &ConsoleActor, user_id: UserId) -> Result<Self, PageError> {
        let user = ShowUser { user_id }.execute(&actor.app, &actor.actor).await?.user;
        let permitted = actor.actor.permit_over_other(Permission::USERS_EDIT, &user.record);
        permitted.map_err(|denied| back_to(denied.into(), user_id))?;
        if user.state() == UserState::Removed {
            return Err(back_to(Conflict::UserRemoved.into(), user_id));
        }
        let stored = ListGrants { user_id }.execute(&actor.app, &actor.actor).await?;
        let accounts = find_choices(&actor.app, &actor.actor, "", ChosenFor::Give, OFFERED).await?;
        Ok(Self { user, stored, accounts })
    }

    async fn show(
        &self,
        actor: &ConsoleActor,
        rows: Rows,
        version: Option<i64>,
        refused: Refusal,
    ) -> Result<Response, PageError> {
        let user = &self.user.record.user;
        let name = user.profile.display_name.to_string();
        let mut fields = rows.fields(&self.stored.grants, &user.account_id.to_string(), actor.app.now());
        for row in &mut fields {
            row.roles = self.roles_for(actor, row).await?;
            if row.fixed_account.is_none() {
                self.offer_accounts(actor, row).await?;
            }
        }
        let failed = refused.stale || !refused.errors.is_empty();
        let title = if failed { format!("Error: Grants of {name}") } else { format!("Grants of {name}") };
        let account = actor.account_or_home(user.account_id).await?;
        let page = GrantsFormPage {
            frame: actor.frame(&title, Some(NavPlace::Users), &account).await?,
            user_id: user.id.to_string(),
            name,
            account_name: self.user.account_name.clone(),
            version: version.unwrap_or(self.stored.version).to_string(),
            conflict: refused.stale,
            errors: refused.errors,
            rows: fields,
        };
        Ok(actor.show(refused.status, &page))
    }

    /// The accounts a row can choose from: those its search finds, or the first ones, and the one that is chosen.
    async fn offer_accounts(&self, actor: &ConsoleActor, row: &mut GrantFields) -> Result<(), UseCaseError> {
        let found = if row.find.is_empty() {
            self.accounts.clone()
        } else {
            find_choices(&actor.app, &actor.actor, &row.find, ChosenFor::Give, OFFERED).await?
        };
        row.found = match (row.find.is_empty(), found.items.len(), found.next.is_some()) {
            (true, _, false) => String::new(),
            (true, count, true) => format!("The first {count} accounts. Search to find others."),
            (false, 0, _) => "No account matches where you may give a role.".to_owned(),
            (false, 1, _) => "1 account matches.".to_owned(),
            (false, count, false) => format!("{count} accounts match."),
            (false, count, true) => format!("The first {count} that match. Search for more of the name."),
        };
        let choice = |account: &AccountRow| Choice::new(account.path.id().to_string(), account.name.as_str());
        row.accounts = found.items.iter().map(choice).collect();
        let is_offered = row.accounts.iter().any(|known| known.value == row.account_id);
        if let (false, Ok(chosen)) = (is_offered, row.account_id.parse::<AccountId>()) {
            let chosen = RecentAccounts { account_ids: &[chosen] }.execute(&actor.app, &actor.actor).await?;
            let chosen = chosen.iter().map(|place| Choice::new(place.path.id().to_string(), place.name.as_str()));
            row.accounts.extend(chosen);
        }
        Ok(())
    }

    /// The roles a row can choose from: those at its account, or while it has none, all that are in view.
    async fn roles_for(&self, actor: &ConsoleActor, row: &GrantFields) -> Result<Vec<ChoiceGroup>, UseCaseError> {
        let mut groups = match row.account_id.parse() {
            Ok(anchor) => {
                let refused =
                    |offer: &RoleOffer| (!offer.missing.is_empty()).then(|| "more than you hold there".to_owned());
                choice_groups(&offers(actor, anchor).await?, refused)
            }
            Err(_) => choice_groups(&self.all_offers(actor).await?, |_| None),
        };
        let held = self.stored.grants.iter().find(|stored| stored.grant.anchor.id().to_string() == row.account_id);
        // A role that is not offered can still be kept.
        if let Some(Stored { grant, .. }) = held
            && !groups
                .iter()
                .flat_map(|group| &group.choices)
                .any(|choice| choice.value == grant.role.key().to_string())
        {
            let (value, label) = (grant.role.key().to_string(), grant.role.label().to_owned());
            let present = GroupedChoice { value, label, refused: None };
            groups.insert(0, ChoiceGroup { title: "At present".to_owned(), choices: vec![present] });
        }
        Ok(groups)
    }

    async fn all_offers(&self, actor: &ConsoleActor) -> Result<Vec<RoleOffer>, UseCaseError> {
        let mut all = offers(actor, self.user.record.user.account_id).await?;
        let views = |row: &&AccountRow| actor.actor.authority().holds(Permission::USERS_VIEW, &row.path);
        let owners: Vec<AccountId> = self.accounts.items.iter().filter(views).map(|row| row.path.id()).collect();
        for row in actor.app.directory().list_roles(&owners).await? {
            let offer = RoleOffer { role: Role::from(row.role.clone()), custom: Some(row), missing: Vec::new() };
            if !all.iter().any(|known| known.key() == offer.key()) {
                all.push(offer);
            }
        }
        Ok(all)
    }

    /// What keeps the asker from giving what a row says.
    async fn row_refusal(
        &self,
        actor: &ConsoleActor,
        row: &TypedRow,
    ) -> Result<Option<(&'static str, &'static str)>, UseCaseError> {
        let Ok(anchor) = row.anchor_id.parse::<AccountId>() else { return Ok(None) };
        let stored = |known: &Stored| known.grant.anchor.id() == anchor;
        let places = RecentAccounts { account_ids: &[anchor] }.execute(&actor.app, &actor.actor).await?;
        let may_give = places.iter().any(|place| gives_at(actor, &place.path));
        if !may_give && !self.stored.grants.iter().any(stored) {
            return Ok(Some(("anchorAccountId", "Choose an account where you may add or edit users.")));
        }
        let offer = offers(actor, anchor).await?.into_iter().find(|offer| offer.key().to_string() == row.role);
        let lacks = offer.is_some_and(|offer| !offer.missing.is_empty());
        Ok(lacks.then_some(("role", "Choose a role that gives no more than you hold there yourself.")))
    }

    /// Why the grants were not taken, each with its row.
    async fn refusal(
        &self,
        actor: &ConsoleActor,
        rows: &Rows,
        places: &[usize],
        error: UseCaseError,
    ) -> Result<Refusal, PageError> {
        let denied = matches!(error, UseCaseError::Denied(Denied::RoleNotCovered { .. } | Denied::NotHeld { .. }));
        if !denied {
            let mut refused = refusal(error)?;
            refused.errors = in_rows(&refused.errors, rows, places);
            return Ok(refused);
        }
        let mut refused = Refusal { status: StatusCode::FORBIDDEN, ..Refusal::default() };
        for (at, row) in rows.0.iter().enumerate() {
            if let Some((field, message)) = self.row_refusal(actor, row).await? {
                refused.errors.add(&format!("grants.{at}.{field}"), message);
            }
        }
        if refused.errors.is_empty() {
            return Err(back_to(error, self.user.record.user.id));
        }
        Ok(refused)
    }
}

fn gives_at(actor: &ConsoleActor, path: &AccountPath) -> bool {
    let holds = |permission| actor.actor.authority().holds(permission, path);
    holds(Permission::USERS_EDIT) || holds(Permission::USERS_ADD)
}

/// The roles at an account, or nothing if its users are not in view.
async fn offers(actor: &ConsoleActor, account_id: AccountId) -> Result<Vec<RoleOffer>, UseCaseError> {
    match (ListRoles { account_id }).execute(&actor.app, &actor.actor).await {
        Ok(list) => Ok(list.roles),
        Err(UseCaseError::Denied(Denied::NotFound | Denied::NotHeld { .. })) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// `grants[1].role` of the use case is a control of whatever row that grant came from.
fn in_rows(errors: &FieldErrorsView, rows: &Rows, places: &[usize]) -> FieldErrorsView {
    let mut moved = FieldErrorsView { form: errors.form.clone(), ..FieldErrorsView::default() };
    for error in &errors.fields {
        let number = error.field.strip_prefix("grants[").and_then(|rest| rest.split_once("]."));
        let found = number.and_then(|(number, field)| {
            let at = places.get(number.parse::<usize>().ok()?)?;
            Some((at, rows.0.get(*at)?, field))
        });
        let Some((at, row, field)) = found else {
            moved.form = Some(error.message.clone());
            continue;
        };
        let message = match field {
            "role" if row.role.is_empty() => "Choose a role.",
            "anchorAccountId" if row.anchor_id.is_empty() => "Choose an account.",
            _ => error.message.as_str(),
        };
        moved.add(&format!("grants.{at}.{field}"), message);
    }
    moved
}

/// `GET`
pub async fn show(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    let place = Place::find(&actor, user_id).await?;
    let rows = Rows::of(&place.stored.grants).with_empty_end();
    place.show(&actor, rows, None, Refusal::default()).await
}

/// `POST`
pub async fn submit(actor: ConsoleActor, PathId(user_id): PathId<UserId>, form: Form) -> Result<Response, PageError> {
    let rows = Rows::read(&form, &["version", "addRow", "search"])?;
    let version = form.text("version").parse().map_err(|_| unexpected("It does not say what it was filled from."))?;
    let place = match Place::find(&actor, user_id).await {
        Ok(place) => place,
        Err(error) => {
            // Tried all the same, so that what is refused is on record.
            if let Ok(command) = rows.input(&[]).0.parse() {
                command.execute(&actor.app, &actor.actor, user_id, Some(version)).await?;
            }
            return Err(error);
        }
    };
    if form.has("search") || rows.is_looking() {
        return place.show(&actor, rows.with_empty_end(), Some(version), Refusal::default()).await;
    }
    if form.has("addRow") {
        return place.show(&actor, rows.with_one_more(), Some(version), Refusal::default()).await;
    }
    let (input, places) = rows.input(&place.stored.grants);
    let set = match input.parse() {
        Ok(command) => command.execute(&actor.app, &actor.actor, user_id, Some(version)).await,
        Err(errors) => Err(errors.into()),
    };
    match set {
        Ok(_) => {
            let done = format!("The grants of {} were saved.", place.user.record.user.profile.display_name);
            Ok(actor.go(&access_address(user_id), &Flash::done(done)))
        }
        Err(error) => {
            let refused = place.refusal(&actor, &rows, &places, error).await?;
            if refused.stale {
                // The form goes on from the newest version: saving again is then meant.
                return Place::find(&actor, user_id).await?.show(&actor, rows.with_empty_end(), None, refused).await;
            }
            place.show(&actor, rows.with_empty_end(), Some(version), refused).await
        }
    }
}
