//! `GET /console/users/{id}/access`: what somebody may do, why, and by which grants.

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use tenantry_app::{
    UseCaseError,
    accounts::ListAccountsInput,
    permissions::{ExplainDecisionInput, Explanation, Grantor, Remedy},
    ports::{GrantRow as Stored, PageStart, UserState},
    users::{Access, ShowAccess, ShowUser},
};
use tenantry_domain::{
    AccountId, UserId,
    account::{AccountPath, AccountStatus},
    permission::{Action, Cell, Permission, Resource, Role, Scope, Standing},
};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    forms::{PathId, Query},
    roles, show_user,
    words::{held_by, permission_words, portrait_of, user_chip},
};
use crate::console::views::{
    Answer, Choice, GrantRow, GrantWindow, Moment, NavPlace, Question, RemedyText, UserAccessPage, Verdict,
    action_choices, area_choices, either, held_rows,
};

/// The most accounts offered to choose from.
const OFFERED: u32 = 200;

pub async fn show(actor: ConsoleActor, PathId(user_id): PathId<UserId>, query: Query) -> Result<Response, PageError> {
    let asked = Question {
        action: query.text("action"),
        resource: query.text("resource"),
        account_id: query.text("accountId"),
    };
    let chosen = query.given("account").or_else(|| query.given("accountId"));
    let account_id = chosen.map(|id| id.parse()).transpose().map_err(|_| PageError::not_found())?;
    let access = ShowAccess { user_id, account_id }.execute(&actor.app, &actor.actor).await?;
    let question = asked_permission(&asked);
    let answer = match question {
        Some((permission, at)) => Some(explain(&actor, &access, permission, at).await?),
        None => None,
    };
    let here = access.account.account.id();
    let cell = question.filter(|(_, at)| *at == here).map(|(permission, _)| Cell::new(Scope::Own, permission));
    let cell = cell.map(|cell| cell.to_string()).unwrap_or_default();
    page(&actor, &access, (asked, answer), &cell).await
}

/// What the query asks; nothing unless it asks all of it.
fn asked_permission(asked: &Question) -> Option<(Permission, AccountId)> {
    let permission = Permission::new(Resource::find(&asked.resource)?, Action::find(&asked.action)?);
    Some((permission, asked.account_id.parse().ok()?))
}

async fn page(
    actor: &ConsoleActor,
    access: &Access,
    (question, answer): (Question, Option<Answer>),
    asked_cell: &str,
) -> Result<Response, PageError> {
    let details = &access.user;
    let user = &details.record.user;
    let (id, name) = (user.id.to_string(), user.profile.display_name.to_string());
    let account = actor.account_or_home(user.account_id).await?;
    let found = ShowUser { user_id: user.id }.execute(&actor.app, &actor.actor).await?;
    let now = actor.app.now();
    let grants_href = |at: usize| access.may_set_grants.then(|| format!("/console/users/{id}/grants#grant-{at}-title"));
    let grants = access.grants.iter().enumerate();
    let chosen = &access.account.account;
    let chosen_id = chosen.id().to_string();
    let question =
        if question.account_id.is_empty() { Question { account_id: chosen_id.clone(), ..question } } else { question };
    let view = UserAccessPage {
        frame: actor.frame(&format!("Access of {name}"), Some(NavPlace::Users), &account).await?,
        account_id: user.account_id.to_string(),
        first_name: user.profile.first_name.to_string(),
        login_name: user.login_name.to_string(),
        avatar: portrait_of(&id, &name, user.image.as_deref()),
        chip: user_chip(details.state(), details.provisioning, details.has_password),
        is_self: found.is_self,
        may: show_user::actions(actor, &found),
        not_in_effect: standing_in_the_way(actor, access).await?.map(|standing| not_active(access, standing) + "."),
        chosen_id,
        chosen_name: chosen.name.to_string(),
        accounts: accounts(actor, access).await?,
        rows: held_rows(held_by(access.effective), asked_cell),
        edits_profile: details
            .record
            .grants
            .iter()
            .any(|grant| grant.is_in_effect(now) && grant.role.edits_own_profile()),
        actions: action_choices(),
        areas: area_choices(),
        question,
        answer,
        grants: grants.map(|(at, row)| grant_row(actor, access, row, grants_href(at))).collect(),
        add_href: grants_href(access.grants.len()),
        name,
        user_id: id,
    };
    Ok(actor.show(StatusCode::OK, &view))
}

/// The accounts in view, the one that is shown in any case.
async fn accounts(actor: &ConsoleActor, access: &Access) -> Result<Vec<Choice>, UseCaseError> {
    let input = ListAccountsInput { limit: Some(OFFERED.to_string()), ..ListAccountsInput::default() };
    let rows = input.parse()?.execute(&actor.app, &actor.actor, PageStart::First).await?.items;
    let mut choices: Vec<Choice> =
        rows.iter().map(|row| Choice::new(row.path.id().to_string(), row.name.as_str())).collect();
    let chosen = &access.account.account;
    if !rows.iter().any(|row| row.path.id() == chosen.id()) {
        choices.insert(0, Choice::new(chosen.id().to_string(), chosen.name.as_str()));
    }
    Ok(choices)
}

fn grant_row(actor: &ConsoleActor, access: &Access, row: &Stored, change_href: Option<String>) -> GrantRow {
    let anchor = &row.grant.anchor;
    let now = actor.app.now();
    let views = |path: &AccountPath| actor.actor.authority().holds(Permission::USERS_VIEW, path);
    let is_seen = match &row.grant.role {
        Role::BuiltIn(_) => true,
        Role::Custom(role) => anchor.ancestors_and_self().any(|above| above.id() == role.owner && views(&above)),
    };
    GrantRow {
        role: row.grant.role.label().to_owned(),
        role_href: (is_seen && views(anchor)).then(|| roles::address(anchor.id(), row.grant.role.key())),
        anchor: row.anchor_name.clone(),
        is_home: *anchor == access.user.record.home,
        window: GrantWindow::new(row.grant.starts_at, row.grant.ends_at, now),
        given: Some(Moment::new(row.given_at, now)),
        given_by: giver(row),
        change_href,
    }
}

/// `Avery Quinn of Northwind`
pub fn giver(row: &Stored) -> Option<String> {
    row.given_by.as_ref().map(|giver| format!("{} of {}", giver.display_name, giver.home_name))
}

async fn standing_in_the_way(actor: &ConsoleActor, access: &Access) -> Result<Option<Standing>, UseCaseError> {
    let home_id = access.user.record.user.account_id;
    match access.user.state() {
        UserState::Removed => return Ok(Some(Standing::Removed)),
        UserState::Suspended => return Ok(Some(Standing::Suspended)),
        UserState::Active => {}
    }
    let home = actor.account_or_home(home_id).await?.account;
    let suspended = home.account.id() == home_id && home.effective_status == AccountStatus::Suspended;
    Ok(suspended.then_some(Standing::AccountSuspended))
}

/// `Mara Lindqvist is suspended`
fn not_active(access: &Access, standing: Standing) -> String {
    let name = &access.user.record.user.profile.display_name;
    match standing {
        Standing::Active | Standing::Suspended => format!("{name} is suspended"),
        Standing::Removed => format!("{name} was removed"),
        Standing::AccountSuspended => format!("{}, or an account above it, is suspended", access.user.account_name),
    }
}

async fn explain(
    actor: &ConsoleActor,
    access: &Access,
    permission: Permission,
    at: AccountId,
) -> Result<Answer, UseCaseError> {
    let input = ExplainDecisionInput {
        user_id: Some(access.user.record.user.id.to_string()),
        account_id: Some(at.to_string()),
        resource: Some(permission.resource.key().to_owned()),
        action: Some(permission.action.key().to_owned()),
    };
    let decision = input.parse()?.execute(&actor.app, &actor.actor).await?;
    let names = actor.app.directory().account_names(&[at]).await?;
    let place = names.into_iter().next().map(|(_, name)| name).unwrap_or_default();
    let now = actor.app.now();
    let verdict = match decision.explanation {
        Explanation::Granted { cell, grant: None } => Verdict::GrantedOutOfView { cell },
        Explanation::Granted { cell, grant: Some(grant) } => Verdict::Granted {
            cell,
            role: grant.role.label().to_owned(),
            anchor: grant.anchor.name,
            window: GrantWindow::new(None, grant.ends_at, now),
        },
        Explanation::NotActive { standing, activators, .. } => {
            let why = not_active(access, standing);
            let who = either(&people(actor, activators));
            let end = match standing {
                _ if who.is_empty() => ".".to_owned(),
                Standing::Removed => format!(", and can be restored by {who}."),
                _ => format!(", and can be activated by {who}."),
            };
            Verdict::NotActive { why: why + &end }
        }
        Explanation::NotHeld { remedy } => {
            Verdict::NotHeld { why: not_held(access, now), remedy: remedy_text(actor, remedy) }
        }
    };
    Ok(Answer { what: format!("{} in {place}", permission_words(permission)), verdict })
}

/// What there is does not do. Of grants out of view, nothing is said, not even how many.
fn not_held(access: &Access, now: Timestamp) -> String {
    let in_effect: Vec<_> = access.grants.iter().filter(|row| row.grant.is_in_effect(now)).collect();
    let all_seen = access.grants.len() == access.user.record.grants.len();
    match in_effect.as_slice() {
        [only] if all_seen => {
            let (role, anchor) = (only.grant.role.label(), &only.anchor_name);
            format!("The only grant in effect, {role} of {anchor}, does not allow it.")
        }
        [_, _, ..] if all_seen => format!("None of the {} grants in effect allows it.", in_effect.len()),
        _ => "No grant in effect allows it.".to_owned(),
    }
}

fn people(actor: &ConsoleActor, grantors: Vec<Grantor>) -> Vec<String> {
    let me = actor.actor.user_id();
    let (mine, others): (Vec<_>, Vec<_>) = grantors.into_iter().partition(|person| person.user_id == me);
    let you = mine.first().map(|_| "you".to_owned());
    you.into_iter().chain(others.into_iter().map(|person| person.display_name)).collect()
}

fn remedy_text(actor: &ConsoleActor, remedy: Remedy) -> RemedyText {
    let mut grantors = people(actor, remedy.grantors);
    if grantors.is_empty() {
        let accounts: Vec<String> = remedy.full_access_at.into_iter().map(|account| account.name).collect();
        grantors.extend((!accounts.is_empty()).then(|| format!("whoever has Full Access at {}", either(&accounts))));
    }
    RemedyText {
        cell: remedy.cell,
        anchor: remedy.anchor.name,
        roles: remedy.roles.iter().map(|role| role.label().to_owned()).collect(),
        grantors,
    }
}
