//! `GET/POST /console/accounts/{account}/move`.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    Denied, UseCaseError,
    accounts::{AccountPage, Affected, MoveAccount, MovePreview},
    ports::AccountRow,
};
use tenantry_domain::{
    AccountId,
    permission::{Cell, Permission},
};

use super::{
    account_choices::{ChosenFor, find_choices},
    actor::ConsoleActor,
    answers::PageError,
    flash::Flash,
    forms::{Form, PathId, Query},
    show_account::{address, back_to},
    words::{kind_word, permission_words},
};
use crate::{
    console::views::{AffectedRow, Destination, MoveAccountPage, MoveOutcome, NavPlace},
    problem::{sentence_of, status_of},
};

/// How many accounts are offered before one searches for another.
const OFFERED: u32 = 50;

/// `GET`
pub async fn show(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    query: Query,
) -> Result<Response, PageError> {
    let found = find(&actor, account_id).await?;
    let (destinations, is_cut) = destinations(&actor, &found, &query).await?;
    let mut view = MoveAccountPage {
        frame: actor.frame(&format!("Move {}", found.account.account.name), Some(NavPlace::Accounts), &found).await?,
        account_id: account_id.to_string(),
        account_name: found.account.account.name.to_string(),
        parent_name: parent_name(&found),
        q: query.text("q"),
        destinations,
        is_cut,
        refused: None,
        outcome: None,
    };
    let Some(chosen) = query.given("to") else { return Ok(actor.show(StatusCode::OK, &view)) };
    let parent_id: AccountId = chosen.parse().map_err(|_| PageError::not_found())?;
    let parent = actor.account(parent_id).await?;
    match (MoveAccount { account_id, parent_id }).preview(&actor.app, &actor.actor).await {
        Ok(preview) => {
            view.outcome = Some(outcome(&parent, &preview));
            Ok(actor.show(StatusCode::OK, &view))
        }
        Err(error) => {
            view.refused = Some(reason(&error));
            Ok(actor.show(status_of(&error), &view))
        }
    }
}

/// The account, for who may take it away from where it is.
async fn find(actor: &ConsoleActor, account_id: AccountId) -> Result<AccountPage, PageError> {
    let found = actor.account(account_id).await?;
    for permission in [Permission::ACCOUNTS_EDIT, Permission::ACCOUNTS_REMOVE] {
        let permit = actor.actor.permit(permission, &found.account.account.path);
        permit.map_err(|denied| back_to(denied.into(), account_id))?;
    }
    Ok(found)
}

fn parent_name(found: &AccountPage) -> String {
    let above = found.trail.len().checked_sub(2).and_then(|at| found.trail.get(at));
    above.map_or_else(|| "an account out of your view".to_owned(), |(_, name)| name.clone())
}

/// Where it could go, as far as that can be told from the account alone.
async fn destinations(
    actor: &ConsoleActor,
    found: &AccountPage,
    query: &Query,
) -> Result<(Vec<Destination>, bool), UseCaseError> {
    let account = &found.account.account;
    let page = find_choices(&actor.app, &actor.actor, &query.text("q"), ChosenFor::Receive, OFFERED).await?;
    let names = actor.names_above(page.items.iter().map(|row| &row.path)).await?;
    let fits =
        |row: &&AccountRow| !account.path.is_at_or_above(&row.path) && account.path.parent_id() != Some(row.path.id());
    let chosen = query.text("to");
    let shown = |row: &AccountRow| {
        let (id, way) = (row.path.id().to_string(), actor.way_to(&row.path, &names));
        let kind = kind_word(row.kind);
        let text = if way.is_empty() { kind.to_owned() } else { format!("{kind}, below {way}") };
        Destination { chosen: id == chosen, id, name: row.name.clone(), text }
    };
    Ok((page.items.iter().filter(fits).map(shown).collect(), page.next.is_some()))
}

fn outcome(parent: &AccountPage, preview: &MovePreview) -> MoveOutcome {
    let rows = |people: &[Affected], change: &str| people.iter().map(|person| affected(person, change)).collect();
    MoveOutcome {
        parent_id: parent.account.account.id().to_string(),
        parent_name: parent.account.account.name.to_string(),
        gaining: rows(&preview.gaining, "Can then"),
        losing: rows(&preview.losing, "Can no longer"),
        is_cut: preview.is_cut,
    }
}

fn affected(person: &Affected, change: &str) -> AffectedRow {
    AffectedRow {
        user_id: person.user_id.to_string(),
        name: person.display_name.clone(),
        text: format!("{change} {}.", rights_words(&person.cells)),
    }
}

/// `view users, add users, and 3 more rights`: over the account or below it, which comes to the same here.
fn rights_words(cells: &[String]) -> String {
    const NAMED: usize = 3;
    let mut permissions: Vec<Permission> = Vec::new();
    for cell in cells.iter().filter_map(|cell| Cell::find(cell)) {
        if !permissions.contains(&cell.permission) {
            permissions.push(cell.permission);
        }
    }
    let named: Vec<String> = permissions.iter().take(NAMED).map(|one| permission_words(*one)).collect();
    let more = match permissions.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => ", and 1 more right".to_owned(),
        count => format!(", and {count} more rights"),
    };
    format!("{}{more}", named.join(", "))
}

fn reason(error: &UseCaseError) -> String {
    match error {
        UseCaseError::Denied(Denied::MoveGains { gained }) => {
            let right = gained.iter().find_map(|cell| Cell::find(cell));
            let right = right.map(|cell| permission_words(cell.permission)).unwrap_or_default();
            format!(
                "You would hold more there than here, for example the right to {right}. Somebody else must do this."
            )
        }
        UseCaseError::Invalid(errors) => {
            errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        other => sentence_of(other),
    }
}

/// `POST`
pub async fn submit(
    actor: ConsoleActor,
    PathId(account_id): PathId<AccountId>,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.only(&["parent"])?;
    let parent_id = form.text("parent").parse().map_err(|_| PageError::not_found())?;
    let moved = MoveAccount { account_id, parent_id }.execute(&actor.app, &actor.actor).await;
    let found = moved.map_err(|error| back_to(error, account_id))?;
    let text = format!("{} is below {} now.", found.account.account.name, parent_name(&found));
    Ok(actor.go(&address(account_id), &Flash::done(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_said_in_words_and_the_rest_is_counted() {
        let cells = ["own.users.view", "own.users.add", "child.users.view", "own.users.edit", "child.users.remove"];
        assert_eq!(rights_words(&cells.map(str::to_owned)), "view users, add users, edit users, and 1 more right");
    }
}
