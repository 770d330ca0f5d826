//! `GET /console/support`: where the people of the active account turn for help.

use axum::{http::StatusCode, response::Response};

use super::{actor::ConsoleActor, answers::PageError, words::support_of};
use crate::console::views::{NavPlace, SupportPage};

pub async fn show(actor: ConsoleActor) -> Result<Response, PageError> {
    let account = actor.active_account().await?;
    let stored = &account.account;
    let is_own = stored.inherited.support_from == Some(stored.account.id());
    let page = SupportPage {
        frame: actor.frame("Support", Some(NavPlace::Support), &account).await?,
        support: support_of(&account),
        edit_href: account.may_edit_information.then(|| format!("/console/accounts/{}/edit", stored.account.id())),
        is_own,
        is_shown: account.shows_support,
    };
    Ok(actor.show(StatusCode::OK, &page))
}
