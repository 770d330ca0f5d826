//! The JSON API. Handlers turn requests into use cases and outcomes into answers; they decide nothing.
//!
//! [`table`] is the one list of routes: the router and the OpenAPI document are two halves of it.

mod account_changes;
mod account_status;
mod accounts;
pub(crate) mod cursor;
mod decisions;
mod document;
mod domains;
mod dto;
mod grants;
pub(crate) mod images;
mod logos;
mod mails;
mod me;
mod password_links;
mod passwords;
mod provisioning;
mod query;
mod roles;
mod sessions;
mod user_status;
mod users;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{request::HttpState, routes::Routes};

/// Where the API begins.
pub const PREFIX: &str = "/api/v1";

/// Everything beneath `/api/v1`.
pub fn routes() -> Routes {
    Routes::documented(OpenApiRouter::new().nest(PREFIX, table()))
}

/// The OpenAPI 3.1 document of every route.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut openapi = OpenApiRouter::with_openapi(document::frame()).nest(PREFIX, table()).into_openapi();
    document::complete(&mut openapi);
    openapi
}

fn table() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .merge(sign_in_routes())
        .merge(account_routes())
        .merge(user_routes())
        .merge(image_routes())
        .merge(role_routes())
        .routes(routes!(decisions::explain))
        .routes(routes!(document::show))
}

fn sign_in_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::sign_in, sessions::list))
        .routes(routes!(sessions::switch_account, sessions::sign_out))
        .routes(routes!(sessions::end))
        .routes(routes!(me::show, me::edit))
        .routes(routes!(me::change_password))
        .routes(routes!(password_links::forgot))
        .routes(routes!(password_links::inspect))
        .routes(routes!(password_links::redeem))
        .routes(routes!(passwords::generate))
}

fn account_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .merge(with_images(OpenApiRouter::new().routes(routes!(accounts::list, account_changes::create))))
        .routes(routes!(accounts::show, account_changes::edit, account_changes::remove))
        .routes(routes!(account_changes::preview_removal))
        .routes(routes!(account_changes::move_below))
        .routes(routes!(account_changes::preview_move))
        .routes(routes!(account_status::suspend))
        .routes(routes!(account_status::resume))
        .routes(routes!(account_status::restore))
        .routes(routes!(domains::list, domains::add))
        .routes(routes!(domains::remove))
        .routes(routes!(domains::make_primary))
        .routes(routes!(domains::verify))
        .routes(routes!(users::list, users::create))
        .routes(routes!(accounts::check_login_name))
}

fn user_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(users::show, users::edit, users::remove))
        .routes(routes!(user_status::suspend))
        .routes(routes!(user_status::activate))
        .routes(routes!(user_status::restore))
        .routes(routes!(password_links::send, password_links::void))
        .routes(routes!(passwords::set))
        .routes(routes!(grants::list, grants::set))
        .routes(routes!(grants::access))
        .routes(routes!(mails::list))
        .routes(routes!(provisioning::retry))
        .routes(routes!(provisioning::watch))
}

fn role_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(roles::list, roles::define)).routes(routes!(
        roles::show,
        roles::edit,
        roles::remove
    ))
}

fn image_routes() -> OpenApiRouter<HttpState> {
    with_images(
        OpenApiRouter::new()
            .routes(routes!(images::show, images::put, images::remove))
            .routes(routes!(logos::put, logos::remove)),
    )
}

/// Bodies with an image, and the larger limit.
fn with_images(routes: OpenApiRouter<HttpState>) -> OpenApiRouter<HttpState> {
    routes.layer(DefaultBodyLimit::max(images::BODY_LIMIT))
}
