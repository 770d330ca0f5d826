//! The OpenAPI document: its frame, and what all operations have in common.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, ContentBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::{
    cookies,
    problem::{Problem, ProblemField},
};

const PROBLEM: &str = "application/problem+json";

/// The document without operations.
pub fn frame() -> OpenApi {
    let mut components = Components::new();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token of `POST /sessions`."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let cookie = ApiKeyValue::with_description(cookies::SESSION, "The console's session, from its own pages only.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(ProblemField::name().into_owned(), ProblemField::schema());
    let none: [&str; 0] = [];
    let signed_in = ["bearer", "session"].map(|scheme| SecurityRequirement::new(scheme, none));
    let info = InfoBuilder::new()
        .title("Tenantry")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Accounts, users, roles and passwords of a platform that sells through resellers. Errors are problems (RFC 9457); \
             all wrong fields come together. What one may not view does not exist: 404.",
        ))
        .license(Some(License::new(env!("CARGO_PKG_LICENSE"))));
    OpenApiBuilder::new().info(info).components(Some(components)).security(Some(signed_in)).build()
}

/// Adds what every operation answers when something is wrong.
pub fn complete(openapi: &mut OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        operations(item).for_each(complete_operation);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn complete_operation(operation: &mut Operation) {
    let is_public = operation.security.is_some();
    let has_id = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == "id"));
    let has_body = operation.request_body.is_some();
    let usual = [
        (has_body, "400", "Not readable"),
        (!is_public, "401", "No session, or one that is over"),
        (!is_public, "403", "Seen, but not allowed; or a new password must be set first"),
        (has_id, "404", "Not there, or not in view"),
        (has_body, "408", "Not sent in time; send it again"),
        (has_body, "413", "Too large"),
        (has_body, "415", "Of a type that is not taken"),
        (has_body, "422", "Wrong fields, each of them named"),
        (true, "503", "Not now; try again in a moment"),
    ];
    let responses = &mut operation.responses.responses;
    for (applies, status, description) in usual {
        if applies && !responses.contains_key(status) {
            let response = ResponseBuilder::new().description(description).build();
            responses.insert(status.to_owned(), RefOr::T(response));
        }
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && response.content.is_empty()
        {
            let schema = Ref::from_schema_name(Problem::name());
            response.content.insert(PROBLEM.to_owned(), RefOr::T(ContentBuilder::new().schema(Some(schema)).build()));
        }
    }
}

/// Show this document
#[utoipa::path(get, path = "/openapi.json", tag = "document", operation_id = "showDocument", security(()),
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json", body = serde_json::Value)))]
pub async fn show() -> Response {
    // Built once: it is the same for everybody.
    static JSON: LazyLock<String> = LazyLock::new(|| super::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str()).into_response()
}
