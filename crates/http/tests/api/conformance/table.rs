//! The table: every route there is, beside what it needs.

use serde_json::{Value, json};
use tenantry_app::testing::TestPlatform;

use super::{
    bodies::{
        branding, change_password, company, home_grant, link_for_others, new_account, new_account_form, new_password,
        new_person, no_fields, notes, own_profile, password_by_hand, person, removal, spare_domain,
    },
    operations::{
        Needs::{self, AnySession, AtAccountOrBelow, NoSession, Nothing, OwnProfile, OwnSession, Session},
        Operation, Target, account, needs, other_user, role, user, user_or_oneself,
    },
};
use crate::{
    requirements::ROLES,
    support::{NEW_PASSWORD, new_user, with},
};

pub fn table() -> Vec<Operation> {
    let mut table = Vec::new();
    table.extend(open());
    table.extend(redirects());
    table.extend(gates());
    table.extend(own());
    table.extend(sessions());
    table.extend(accounts());
    table.extend(account_changes());
    table.extend(users());
    table.extend(ROLES.into_iter().flat_map(giving));
    table.extend(roles());
    table.extend(access());
    table.extend(status());
    table.extend(passwords());
    table.extend(images());
    table
}

/// For anybody: they hold nothing of anybody's.
fn open() -> Vec<Operation> {
    let mut open = vec![
        needs(Nothing).json("GET /", 303),
        needs(Nothing).json("GET /healthz", 200),
        needs(Nothing).json("GET /readyz", 200),
        needs(Nothing).json("GET /metrics", 403),
        needs(Nothing).json("GET /api/v1/openapi.json", 200),
        needs(Nothing).page("GET /console/assets/{name}").named("console.css"),
        needs(Nothing).page("GET /brand/colors/{colors}").named("0b5a70-none.css"),
        needs(Nothing).page("GET /brand/logos/{hash}").named("nobodys").answering(404),
        needs(Nothing).form("POST /console/theme", |_| vec![("theme", "dark".to_owned())]),
    ];
    if cfg!(debug_assertions) {
        open.push(needs(Nothing).page("GET /console/_samples"));
    }
    open
}

/// Addresses of forms, when somebody loads them anew. They lead back to the page and look at nothing.
fn redirects() -> Vec<Operation> {
    [
        "GET /console/theme",
        "GET /console/sign-out",
        "GET /console/active-account",
        "GET /console/profile/image/remove",
        "GET /console/profile/sessions/{id}/revoke",
        "GET /console/accounts/{account}/resume",
        "GET /console/accounts/{account}/restore",
        "GET /console/accounts/{account}/domains",
        "GET /console/accounts/{account}/domains/primary",
        "GET /console/accounts/{account}/domains/verify",
        "GET /console/accounts/{account}/domains/remove",
        "GET /console/users/{id}/activate",
        "GET /console/users/{id}/restore",
        "GET /console/users/{id}/password-links",
        "GET /console/users/{id}/password-links/void",
        "GET /console/users/{id}/password",
        "GET /console/users/{id}/image",
        "GET /console/users/{id}/image/remove",
        "GET /console/users/{id}/provisioning/retry",
    ]
    .map(|route| needs(Nothing).page(route).answering(303))
    .into()
}

/// The ways in.
fn gates() -> Vec<Operation> {
    vec![
        needs(NoSession).page("GET /console/sign-in"),
        needs(Nothing)
            .json_with(
                "POST /api/v1/sessions",
                201,
                |case| json!({"loginName": case.login_name(), "password": TestPlatform::PASSWORD}),
            )
            .form("POST /console/sign-in", |case| {
                vec![("loginName", case.login_name()), ("password", TestPlatform::PASSWORD.to_owned())]
            }),
        needs(Nothing).form("POST /console/sign-out", no_fields),
        needs(Nothing).page("GET /console/forgot-password"),
        needs(Nothing)
            .json_with("POST /api/v1/password-links/forgot", 202, |case| json!({"loginName": case.login_name()}))
            .form("POST /console/forgot-password", |case| vec![("loginName", case.login_name())])
            .answering(200),
        needs(Nothing).page("GET /console/set-password").answering(410),
        needs(Nothing)
            .by_link()
            .json_with("POST /api/v1/password-links/inspect", 200, |case| json!({"token": case.link_token}))
            .page("GET /console/set-password"),
        needs(Nothing)
            .by_link()
            .json_with(
                "POST /api/v1/password-links/redeem",
                200,
                |case| json!({"token": case.link_token, "password": NEW_PASSWORD}),
            )
            .form("POST /console/set-password", new_password),
        needs(AnySession).only_answers().json_with("POST /console/password-strength", 200, typed_password),
        needs(Nothing).by_link().json_with("POST /console/password-strength", 200, typed_password),
    ]
}

/// Oneself.
fn own() -> Vec<Operation> {
    let nowhere = ["GET", "POST", "PUT", "PATCH", "DELETE"].map(|method| match method {
        "GET" => "GET /console/{*rest}",
        "POST" => "POST /console/{*rest}",
        "PUT" => "PUT /console/{*rest}",
        "PATCH" => "PATCH /console/{*rest}",
        _ => "DELETE /console/{*rest}",
    });
    let nowhere = nowhere.map(|route| needs(Session).only_answers().named("nowhere/at/all").page(route).answering(404));
    let own = vec![
        needs(Session).json("GET /api/v1/me", 200).page("GET /console"),
        needs(Session).page("GET /console/profile").page("GET /console/profile/image"),
        needs(OwnProfile)
            .json_with("PATCH /api/v1/me", 200, |_| json!({"jobTitle": "Buyer"}))
            .form("POST /console/profile", own_profile),
        needs(AnySession).page("GET /console/password"),
        needs(AnySession)
            .json_with(
                "PUT /api/v1/me/password",
                204,
                |_| json!({"currentPassword": TestPlatform::PASSWORD, "password": NEW_PASSWORD}),
            )
            .form("POST /console/password", change_password),
        needs(Session).upload("POST /console/profile/image"),
        needs(Session).form("POST /console/profile/image/remove", no_fields),
        needs(Session).only_answers().json("POST /api/v1/passwords/generate", 200),
        needs(Session).named("US").json("GET /console/countries/{code}", 200),
        needs(Session).page("GET /console/support"),
        needs(Session).json("GET /console/brand?primaryColor=0b5a70", 200),
        needs(Session).only_answers().image("POST /console/logos", 200),
        needs(Session).json("GET /console/account-choices", 200),
    ];
    own.into_iter().chain(nowhere).collect()
}

fn sessions() -> Vec<Operation> {
    vec![
        needs(Session).json("GET /api/v1/sessions", 200),
        needs(AnySession).json("DELETE /api/v1/sessions/current", 204),
        needs(OwnSession)
            .json("DELETE /api/v1/sessions/{id}", 204)
            .form("POST /console/profile/sessions/{id}/revoke", no_fields),
        needs(Needs::Account)
            .json_with("PUT /api/v1/sessions/current", 204, |case| json!({"activeAccountId": case.id}))
            .form("POST /console/active-account", |case| vec![("account", case.id.clone())]),
    ]
}

fn accounts() -> Vec<Operation> {
    vec![
        needs(Session).json("GET /api/v1/accounts", 200).page("GET /console/accounts").page("GET /console/accounts?view=tree"),
        needs(Needs::Account).json("GET /api/v1/accounts?parent={id}", 200),
        needs(Needs::Account).json("GET /api/v1/accounts/{id}", 200).page("GET /console/accounts/{account}"),
        account("users.view").json("GET /api/v1/accounts/{id}/users", 200),
        // The page has the switch to the accounts below on it, so it is there for whoever sees users below.
        needs(AtAccountOrBelow("users.view"))
            .json("GET /api/v1/accounts/{id}/users?scope=subtree", 200)
            .page("GET /console/accounts/{account}/users")
            .page("GET /console/accounts/{account}/users?scope=subtree"),
        account("users.add").page("GET /console/accounts/{account}/users/new"),
        account("users.add")
            .json("GET /api/v1/accounts/{id}/login-names?loginName=somebody@contoso.example", 200)
            .json("GET /console/accounts/{account}/users/login-name?local=somebody&domain=contoso.example", 200),
        needs(Needs::Account).only_answers().json_with(
            "POST /api/v1/decisions",
            200,
            |case| json!({"accountId": case.id, "resource": "users", "action": "add"}),
        ),
        user("users.view").only_answers().json_with("POST /api/v1/decisions", 200, |case| {
            json!({"userId": case.id, "accountId": case.actors_account_id, "resource": "users", "action": "add"})
        }),
    ]
}

/// What becomes of accounts.
fn account_changes() -> Vec<Operation> {
    vec![
        account("accounts.add")
            .json_with("POST /api/v1/accounts", 201, new_account)
            .form("POST /console/accounts/new?parent={id}", new_account_form),
        account("accounts.add")
            .json_with("POST /api/v1/accounts", 201, |case| with(new_account(case), json!({"kind": "reseller"})))
            .form("POST /console/accounts/new?parent={id}", |case| {
                let customer = new_account_form(case).into_iter().filter(|(name, _)| *name != "kind");
                customer.chain([("kind", "reseller".to_owned())]).collect()
            }),
        account("accounts.add").page("GET /console/accounts/new?parent={id}"),
        account("account_info.edit")
            .json_with("PATCH /api/v1/accounts/{id}", 200, |_| json!({"website": "https://www.example.com"}))
            .form("POST /console/accounts/{account}/edit", company),
        account("account_info.edit").page("GET /console/accounts/{account}/edit"),
        account("account_info.edit").page("GET /console/accounts/{account}/branding"),
        account("account_info.edit")
            .json_with("PATCH /api/v1/accounts/{id}", 200, |_| json!({"branding": {"primaryColor": "#0b5a70"}}))
            .form("POST /console/accounts/{account}/branding", branding),
        account("account_info.edit").image("PUT /api/v1/accounts/{id}/logo", 200),
        account("account_info.edit").json("DELETE /api/v1/accounts/{id}/logo", 204),
        account("accounts.edit")
            .json_with("PATCH /api/v1/accounts/{id}", 200, |_| json!({"referenceId": "C-1047"}))
            .form("POST /console/accounts/{account}/edit", notes),
        account("accounts.edit")
            .json_with("PATCH /api/v1/accounts/{id}", 200, |_| json!({"kind": "reseller"}))
            .form("POST /console/accounts/{account}/convert", |_| vec![("kind", "reseller".to_owned())]),
        account("accounts.edit")
            .on(Target::Leaf)
            .json_with("PATCH /api/v1/accounts/{id}", 200, |_| json!({"kind": "customer"}))
            .form("POST /console/accounts/{account}/convert", |_| vec![("kind", "customer".to_owned())]),
        account("accounts.edit").page("GET /console/accounts/{account}/convert"),
        account("accounts.edit").page("GET /console/accounts/{account}/suspend"),
        account("accounts.edit")
            .json("POST /api/v1/accounts/{id}/suspend", 200)
            .form("POST /console/accounts/{account}/suspend", no_fields),
        account("accounts.edit")
            .on(Target::Suspended)
            .json("POST /api/v1/accounts/{id}/resume", 200)
            .form("POST /console/accounts/{account}/resume", no_fields),
        account("accounts.remove")
            .json("GET /api/v1/accounts/{id}/move-preview?parent={destination}", 200)
            .page("GET /console/accounts/{account}/move")
            .page("GET /console/accounts/{account}/move?to={destination}"),
        account("accounts.remove")
            .json_with("POST /api/v1/accounts/{id}/move", 200, |case| json!({"parentId": case.destination_id}))
            .form("POST /console/accounts/{account}/move", |case| vec![("parent", case.destination_id.clone())]),
        account("accounts.remove")
            .json("GET /api/v1/accounts/{id}/removal-preview", 200)
            .page("GET /console/accounts/{account}/remove"),
        account("accounts.remove")
            .json("DELETE /api/v1/accounts/{id}?cascade=true", 204)
            .form("POST /console/accounts/{account}/remove", removal),
        account("accounts.remove")
            .on(Target::Leaf)
            .json("DELETE /api/v1/accounts/{id}", 204)
            .form("POST /console/accounts/{account}/remove", |_| vec![("version", "1".to_owned())]),
        needs(Needs::AtRemovedAccount("accounts.remove"))
            .json("POST /api/v1/accounts/{id}/restore", 200)
            .form("POST /console/accounts/{account}/restore", no_fields),
        account("account_info.view").json("GET /api/v1/accounts/{id}/domains", 200),
        account("account_info.edit")
            .json_with("POST /api/v1/accounts/{id}/domains", 201, |_| json!({"domain": "adatum.example"}))
            .form("POST /console/accounts/{account}/domains", |_| vec![("domain", "adatum.example".to_owned())]),
        account("account_info.edit")
            .json("POST /api/v1/accounts/{id}/domains/{domain}/make-primary", 200)
            .form("POST /console/accounts/{account}/domains/primary", spare_domain),
        account("account_info.edit")
            .json("POST /api/v1/accounts/{id}/domains/{domain}/verify", 200)
            .form("POST /console/accounts/{account}/domains/verify", spare_domain),
        account("account_info.edit")
            .json("DELETE /api/v1/accounts/{id}/domains/{domain}", 204)
            .form("POST /console/accounts/{account}/domains/remove", spare_domain),
    ]
}

fn users() -> Vec<Operation> {
    vec![
        user("users.view").json("GET /api/v1/users/{id}", 200).page("GET /console/users/{id}"),
        user("users.view").json("GET /api/v1/users/{id}/events", 200),
        user("users.edit").json("GET /api/v1/users/{id}/mails", 200),
        user("users.edit").page("GET /console/users/{id}/edit"),
        user("users.edit")
            .json_with("PATCH /api/v1/users/{id}", 200, |_| json!({"jobTitle": "Buyer"}))
            .form("POST /console/users/{id}/edit", person),
        user("users.edit")
            .json("POST /api/v1/users/{id}/provisioning", 202)
            .form("POST /console/users/{id}/provisioning/retry", no_fields),
    ]
}

/// A role to somebody new, and to somebody there.
fn giving(role: &'static str) -> [Operation; 2] {
    [
        account("users.add")
            .giving(role)
            .json_with("POST /api/v1/accounts/{id}/users", 201, |case| {
                with(new_user(&case.new_login_name()), json!({"role": case.giving}))
            })
            .multipart("POST /console/accounts/{account}/users/new", new_person),
        user("users.edit")
            .giving(role)
            .json_with("PATCH /api/v1/users/{id}", 200, |case| json!({"jobTitle": "Buyer", "role": case.giving}))
            .form("POST /console/users/{id}/edit", person),
    ]
}

/// Roles that accounts define.
fn roles() -> Vec<Operation> {
    vec![
        account("users.view")
            .json("GET /api/v1/accounts/{id}/roles", 200)
            .page("GET /console/accounts/{account}/roles"),
        account("users.edit").page("GET /console/accounts/{account}/roles/new"),
        account("users.edit")
            .json_with("POST /api/v1/accounts/{id}/roles", 201, |_| json!({"name": "Visitor", "cells": []}))
            .form("POST /console/accounts/{account}/roles/new", |_| vec![("name", "Visitor".to_owned())]),
        role("users.view").json("GET /api/v1/roles/{id}", 200).page("GET /console/accounts/{account}/roles/{role}"),
        role("users.edit").page("GET /console/accounts/{account}/roles/{role}/edit"),
        role("users.edit")
            .json_with("PATCH /api/v1/roles/{id}", 200, |_| json!({"name": "Visitor"}))
            .form("POST /console/accounts/{account}/roles/{role}/edit", |_| {
                vec![("name", "Visitor".to_owned()), ("version", "1".to_owned())]
            }),
        role("users.edit").page("GET /console/accounts/{account}/roles/{role}/remove"),
        role("users.edit")
            .json("DELETE /api/v1/roles/{id}", 204)
            .form("POST /console/accounts/{account}/roles/{role}/remove", no_fields),
    ]
}

/// What users hold.
fn access() -> Vec<Operation> {
    vec![
        user("users.view").json("GET /api/v1/users/{id}/grants", 200),
        user("users.view").json("GET /api/v1/users/{id}/access", 200).page("GET /console/users/{id}/access"),
        other_user("users.edit").page("GET /console/users/{id}/grants"),
        other_user("users.edit")
            .json_with(
                "PUT /api/v1/users/{id}/grants",
                200,
                |case| json!({"grants": [{"role": "no_access", "anchorAccountId": case.account_id}]}),
            )
            .form("POST /console/users/{id}/grants", home_grant),
    ]
}

fn status() -> Vec<Operation> {
    vec![
        other_user("users.edit").page("GET /console/users/{id}/suspend"),
        other_user("users.edit")
            .json("POST /api/v1/users/{id}/suspend", 200)
            .form("POST /console/users/{id}/suspend", no_fields),
        other_user("users.edit")
            .on(Target::Suspended)
            .json("POST /api/v1/users/{id}/activate", 200)
            .form("POST /console/users/{id}/activate", no_fields),
        other_user("users.remove").page("GET /console/users/{id}/remove"),
        other_user("users.remove")
            .json("DELETE /api/v1/users/{id}", 204)
            .form("POST /console/users/{id}/remove", no_fields),
        other_user("users.remove")
            .on(Target::Removed)
            .json("POST /api/v1/users/{id}/restore", 200)
            .form("POST /console/users/{id}/restore", no_fields),
    ]
}

fn passwords() -> Vec<Operation> {
    vec![
        other_user("users.edit")
            .json_with("POST /api/v1/users/{id}/password-links", 201, |_| json!({"recipient": {"kind": "primary"}}))
            .form("POST /console/users/{id}/password-links", link_for_others),
        other_user("users.edit")
            .json("DELETE /api/v1/users/{id}/password-links", 204)
            .form("POST /console/users/{id}/password-links/void", no_fields),
        other_user("users.edit")
            .json_with("PUT /api/v1/users/{id}/password", 204, |_| json!({"password": NEW_PASSWORD}))
            .form("POST /console/users/{id}/password", password_by_hand),
    ]
}

fn images() -> Vec<Operation> {
    vec![
        user("users.view").json("GET /api/v1/users/{id}/image", 200).page("GET /console/users/{id}/avatar"),
        user_or_oneself("users.edit")
            .image("PUT /api/v1/users/{id}/image", 204)
            .upload("POST /console/users/{id}/image"),
        user_or_oneself("users.edit")
            .json("DELETE /api/v1/users/{id}/image", 204)
            .form("POST /console/users/{id}/image/remove", no_fields),
    ]
}

fn typed_password(_: &super::stage::Case) -> Value {
    json!({"password": NEW_PASSWORD})
}
