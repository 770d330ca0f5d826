//! No route lets anybody past: the list of routes is the document's, which is the router's.

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_app::testing::NewUser;
use tenantry_domain::permission::BuiltInRole;
use tenantry_http::api;

use crate::support::{Client, World, request};

const PUBLIC: [&str; 5] = [
    "POST /sessions",
    "POST /password-links/forgot",
    "POST /password-links/inspect",
    "POST /password-links/redeem",
    "GET /openapi.json",
];
/// Possible while a password change is required.
const PENDING: [&str; 2] = ["PUT /me/password", "DELETE /sessions/current"];

/// Method and path of every route, with an id that nothing has.
fn routes() -> Vec<(Method, String, String)> {
    let document: Value = serde_json::to_value(api::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix(api::PREFIX).expect("a path beneath the prefix");
        for method in item.as_object().unwrap().keys().filter(|key| !matches!(&***key, "parameters" | "summary")) {
            let method: Method = method.to_uppercase().parse().unwrap();
            let id = path.replace("{id}", "0195a0b0-0000-7000-8000-00000000ffff").replace("{domain}", "spare.example");
            routes.push((method.clone(), id, format!("{method} {path}")));
        }
    }
    assert!(routes.len() > 30, "{}", routes.len());
    routes
}

async fn call(client: &Client, method: &Method, path: &str) -> crate::support::Answer {
    client.json(request(method.clone(), path), &json!({})).await
}

pub async fn every_route_wants_a_session(world: World) {
    let strangers = [None, Some("x"), Some("\u{7f}"), Some("session-00000000000000000000000000000000000")];
    for token in strangers {
        let token = token.filter(|token| token.is_ascii() && !token.contains('\u{7f}')).map(str::to_owned);
        let client = Client::new(world.address, token);
        for (method, path, name) in routes() {
            let status = call(&client, &method, &path).await.status;
            assert_eq!(status == 401, !PUBLIC.contains(&&*name), "{name}: {status}");
            assert!(status < 500 && status != 405, "{name}: {status}");
        }
    }
}

pub async fn every_route_refuses_the_suspended(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::FullAccess).await;
    let client = world.client_of(user_id).await;
    let administrator = world.client(world.contoso, BuiltInRole::FullAccess).await;
    administrator.act(&format!("/users/{user_id}/suspend")).await.expect(200);
    for (method, path, name) in routes() {
        if !PUBLIC.contains(&&*name) {
            call(&client, &method, &path).await.expect_problem(401, "not-signed-in");
        }
    }
}

pub async fn every_route_wants_a_required_password_change_first(world: World) {
    let new = NewUser::new(world.contoso, BuiltInRole::FullAccess).must_change_password();
    let user_id = world.add_user(new).await;
    for (method, path, name) in routes() {
        let client = world.client_of(user_id).await;
        let answer = call(&client, &method, &path).await;
        if PENDING.contains(&&*name) || PUBLIC.contains(&&*name) {
            assert!(answer.status != 403, "{name}");
        } else {
            answer.expect_problem(403, "password-change-required");
        }
    }
}

pub async fn answers_about_hidden_and_unknown_things_are_alike(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let hidden_user = world.user(world.litware, BuiltInRole::User).await.to_string();
    let unknown = "0195a0b0-0000-7000-8000-00000000ffff";
    for (method, path, name) in routes() {
        if !name.contains("{id}") {
            continue;
        }
        let hidden = if name.contains("/accounts/") { world.litware.to_string() } else { hidden_user.clone() };
        let first = send_valid(&client, &method, &path, &name).await;
        for id in [&*hidden, "not-an-id", "%00", &hidden.to_uppercase()] {
            let answer = send_valid(&client, &method, &path.replace(unknown, id), &name).await;
            assert_eq!((answer.status, &answer.body), (404, &first.body), "{name} of {id}");
            let mut headers = answer.headers.clone();
            headers.insert("x-request-id", first.headers["x-request-id"].clone());
            headers.insert("date", first.headers["date"].clone());
            assert_eq!(headers, first.headers, "{name} of {id}");
        }
    }
}

/// As good a request as there is without knowing more about what it is for.
async fn send_valid(client: &Client, method: &Method, path: &str, name: &str) -> crate::support::Answer {
    let body = match name {
        "POST /accounts/{id}/users" => crate::support::new_user("a@litware.example"),
        "POST /accounts/{id}/roles" => json!({"name": "Helpdesk", "cells": []}),
        "PUT /users/{id}/grants" => {
            json!({"grants": [{"role": "user", "anchorAccountId": "0195a0b0-0000-7000-8000-00000000ffff"}]})
        }
        "POST /accounts/{id}/domains" => json!({"domain": "spare.example"}),
        "POST /accounts/{id}/move" => json!({"parentId": "0195a0b0-0000-7000-8000-00000000ffff"}),
        "GET /accounts/{id}/move-preview" => {
            let to_nowhere = format!("{path}?parent=0195a0b0-0000-7000-8000-00000000ffff");
            return client.json(request(method.clone(), &to_nowhere), &json!({})).await;
        }
        "PUT /users/{id}/password" => json!({"password": crate::support::NEW_PASSWORD}),
        "POST /users/{id}/password-links" => json!({"recipient": {"kind": "primary"}}),
        "PUT /users/{id}/image" | "PUT /accounts/{id}/logo" => {
            let head = request(method.clone(), path).header("content-type", "image/png");
            return client.send(head, "no image").await;
        }
        _ => json!({}),
    };
    client.json(request(method.clone(), path), &body).await
}
