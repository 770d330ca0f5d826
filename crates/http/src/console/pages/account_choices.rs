//! Accounts to choose from, found as one types: for the switcher, and for fields that take an account.

use std::sync::Arc;

use axum::{Json, extract::State};
use tenantry_app::{
    Actor, App, UseCaseError,
    accounts::{ListAccounts, ListAccountsInput},
    ports::{AccountRow, Page, PageStart},
};
use tenantry_domain::permission::Permission;

use super::{
    answers::PageError,
    forms::Query,
    frame::{names_above, way_to},
    words::kind_word,
};
use crate::{
    console::views::{AccountChoice, hue_of, initials_of},
    problem::Problem,
    request::ApiActor,
};

/// How many are offered at once.
pub const OFFERED: u32 = 20;

/// What an account is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenFor {
    /// To work in.
    Work,
    /// To give somebody a role in.
    Give,
    /// To move an account below.
    Receive,
}

impl ChosenFor {
    fn of(word: &str) -> Self {
        match word {
            "give" => Self::Give,
            "receive" => Self::Receive,
            _ => Self::Work,
        }
    }

    fn narrow(self, list: ListAccounts) -> ListAccounts {
        match self {
            Self::Work => list,
            Self::Give => list.where_one_may(&[Permission::USERS_EDIT, Permission::USERS_ADD]),
            Self::Receive => list.without_leaves().where_one_may(&[Permission::ACCOUNTS_ADD]),
        }
    }
}

/// The first accounts that match and can be chosen.
pub async fn find_choices(
    app: &App,
    actor: &Actor,
    text: &str,
    chosen_for: ChosenFor,
    limit: u32,
) -> Result<Page<AccountRow>, UseCaseError> {
    let input =
        ListAccountsInput { q: Some(text.to_owned()), limit: Some(limit.to_string()), ..ListAccountsInput::default() };
    chosen_for.narrow(input.parse()?).execute(app, actor, PageStart::First).await
}

/// `GET /console/account-choices?q=&may=`
pub async fn lookup(
    State(app): State<Arc<App>>,
    ApiActor(actor): ApiActor,
    query: Result<Query, PageError>,
) -> Result<Json<Vec<AccountChoice>>, Problem> {
    let query = query.unwrap_or_default();
    let chosen_for = ChosenFor::of(&query.text("may"));
    let found = find_choices(&app, &actor, &query.text("q"), chosen_for, OFFERED).await?.items;
    let names = names_above(&app, &actor, found.iter().map(|row| &row.path)).await?;
    let choice = |row: &AccountRow| {
        let id = row.path.id().to_string();
        AccountChoice {
            path: way_to(&actor, &row.path, &names),
            kind: kind_word(row.kind).to_owned(),
            initials: initials_of(&row.name),
            hue: hue_of(&id),
            name: row.name.clone(),
            current: row.path.id() == actor.active_account_id(),
            id,
        }
    };
    Ok(Json(found.iter().map(choice).collect()))
}
