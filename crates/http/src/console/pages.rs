//! The console's pages: from a request to a view. Each reads what was asked or typed, runs the use case that the API runs
//! too, and shows its outcome; none of them decides anything.

mod account_actions;
mod account_choices;
mod account_domains;
mod account_values;
mod account_wizard;
mod accounts;
mod actor;
mod answers;
mod branding;
mod create_form;
mod create_user;
mod created;
mod cursors;
mod dashboard;
mod digests;
mod edit_account;
mod edit_form;
mod edit_user;
mod failures;
mod flash;
mod forgot_password;
mod forms;
mod frame;
mod gates;
mod grant_rows;
mod grants_form;
mod images;
mod lookups;
mod move_account;
mod own_password;
mod profile;
mod recent;
mod role_form;
mod roles;
mod set_password;
mod show_account;
mod show_user;
mod sign_in;
mod support;
mod theme;
mod user_access;
mod user_actions;
mod user_passwords;
mod users;
mod wizard_form;
mod wizard_review;
mod words;

use axum::{extract::DefaultBodyLimit, middleware::from_fn, response::Response};

pub use answers::PageError;
pub use forms::Query;

use crate::{
    console::assets,
    routes::{Routes, any, get, post},
};

/// Everything beneath `/console`.
pub fn routes() -> Routes {
    let pages = Routes::new()
        .merge(gate_routes())
        .merge(own_routes())
        .merge(account_routes())
        .merge(role_routes())
        .merge(user_routes())
        .merge(upload_routes())
        .route("/console/{*rest}", any(nothing_here))
        .layer(from_fn(failures::show_failures));
    Routes::new()
        .route("/console/assets/{name}", get(assets::serve))
        .merge(lookup_routes())
        .merge(sample_routes())
        .merge(pages)
}

async fn nothing_here(_: actor::ConsoleActor) -> PageError {
    PageError::not_found()
}

// Addresses that only take a POST come up again when somebody loads the page anew.

async fn to_dashboard() -> Response {
    answers::see_other("/console")
}

async fn to_profile() -> Response {
    answers::see_other(profile::PAGE)
}

fn gate_routes() -> Routes {
    Routes::new()
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/sign-out", get(to_dashboard).post(sign_in::leave))
        .route("/console/forgot-password", get(forgot_password::show).post(forgot_password::submit))
        .route("/console/set-password", get(set_password::show).post(set_password::submit))
        .route("/console/theme", get(to_dashboard).post(theme::choose))
}

fn own_routes() -> Routes {
    Routes::new()
        .route("/console", get(dashboard::show))
        .route("/console/password", get(own_password::show).post(own_password::submit))
        .route("/console/support", get(support::show))
        .route("/console/profile", get(profile::show).post(profile::submit))
        .route("/console/profile/image/remove", get(to_profile).post(images::remove_own))
        .route("/console/profile/sessions/{id}/revoke", get(to_profile).post(profile::end_session))
}

fn account_routes() -> Routes {
    Routes::new()
        .route("/console/active-account", get(to_dashboard).post(accounts::switch))
        .route("/console/accounts", get(accounts::list))
        .route("/console/accounts/{account}", get(show_account::show))
        .route("/console/accounts/{account}/edit", get(edit_account::show).post(edit_account::submit))
        .route("/console/accounts/{account}/suspend", get(account_actions::ask_suspend).post(account_actions::suspend))
        .route("/console/accounts/{account}/resume", get(show_account::back).post(account_actions::resume))
        .route("/console/accounts/{account}/convert", get(account_actions::ask_convert).post(account_actions::convert))
        .route("/console/accounts/{account}/move", get(move_account::show).post(move_account::submit))
        .route("/console/accounts/{account}/remove", get(account_actions::ask_remove).post(account_actions::remove))
        .route("/console/accounts/{account}/restore", get(account_actions::to_removed).post(account_actions::restore))
        .route("/console/accounts/{account}/domains", get(show_account::back).post(account_domains::add))
        .route(
            "/console/accounts/{account}/domains/primary",
            get(show_account::back).post(account_domains::make_primary),
        )
        .route("/console/accounts/{account}/domains/verify", get(show_account::back).post(account_domains::verify))
        .route("/console/accounts/{account}/domains/remove", get(show_account::back).post(account_domains::remove))
        .route("/console/accounts/{account}/users", get(users::list))
}

fn role_routes() -> Routes {
    Routes::new()
        .route("/console/accounts/{account}/roles", get(roles::list))
        .route("/console/accounts/{account}/roles/new", get(role_form::show_new).post(role_form::define))
        .route("/console/accounts/{account}/roles/{role}", get(roles::show))
        .route("/console/accounts/{account}/roles/{role}/edit", get(role_form::show_edit).post(role_form::edit))
        .route("/console/accounts/{account}/roles/{role}/remove", get(role_form::ask_remove).post(role_form::remove))
}

fn user_routes() -> Routes {
    Routes::new()
        .route("/console/users/{id}", get(show_user::show))
        .route("/console/users/{id}/avatar", get(images::show))
        .route("/console/users/{id}/edit", get(edit_user::show).post(edit_user::submit))
        .route("/console/users/{id}/access", get(user_access::show))
        .route("/console/users/{id}/grants", get(grants_form::show).post(grants_form::submit))
        .route("/console/users/{id}/suspend", get(user_actions::ask_suspend).post(user_actions::suspend))
        .route("/console/users/{id}/activate", get(show_user::back).post(user_actions::activate))
        .route("/console/users/{id}/remove", get(user_actions::ask_remove).post(user_actions::remove))
        .route("/console/users/{id}/restore", get(show_user::back).post(user_actions::restore))
        .route("/console/users/{id}/password-links", get(show_user::back).post(user_passwords::send_link))
        .route("/console/users/{id}/password-links/void", get(show_user::back).post(user_passwords::void_link))
        .route("/console/users/{id}/password", get(show_user::back).post(user_passwords::set))
        .route("/console/users/{id}/image/remove", get(show_user::back).post(images::remove))
        .route("/console/users/{id}/provisioning/retry", get(show_user::back).post(user_actions::provision_again))
}

/// Forms with a file, and the one larger limit.
fn upload_routes() -> Routes {
    Routes::new()
        .route("/console/accounts/{account}/users/new", get(create_user::show).post(create_user::submit))
        .route("/console/accounts/new", get(account_wizard::show).post(account_wizard::submit))
        .route("/console/accounts/{account}/branding", get(branding::show).post(branding::submit))
        .route("/console/users/{id}/image", get(show_user::back).post(images::set))
        .route("/console/profile/image", get(profile::show).post(images::set_own))
        .layer(DefaultBodyLimit::max(forms::UploadForm::LIMIT))
}

fn lookup_routes() -> Routes {
    Routes::new()
        .route("/console/accounts/{account}/users/login-name", get(lookups::login_name))
        .route("/console/account-choices", get(account_choices::lookup))
        .route("/console/countries/{code}", get(lookups::country))
        .route("/console/password-strength", post(lookups::password_strength))
        .route("/console/brand", get(branding::look))
        .merge(logo_lookup())
}

/// An image comes with it.
fn logo_lookup() -> Routes {
    let limit = DefaultBodyLimit::max(forms::UploadForm::LIMIT);
    Routes::new().route("/console/logos", post(branding::prepare)).layer(limit)
}

#[cfg(debug_assertions)]
fn sample_routes() -> Routes {
    use crate::console::views::SamplePage;
    use axum::http::StatusCode;
    let page = || async { answers::html(StatusCode::OK, &SamplePage::default()) };
    Routes::new().route("/console/_samples", get(page))
}

#[cfg(not(debug_assertions))]
fn sample_routes() -> Routes {
    Routes::new()
}
