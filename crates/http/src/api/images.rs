//! Profile images, and how an image comes.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tenantry_app::users::{RemoveProfileImage, SetProfileImage, find_profile_image};
use tenantry_domain::UserId;

use super::query::Parameters;
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, read_body},
};

const MOST_BYTES: usize = 5 * 1024 * 1024;
/// The image, in base64 or with what a form puts around it.
pub const BODY_LIMIT: usize = MOST_BYTES / 3 * 4 + 64 * 1024;
const FIELD: &str = "image";

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImageQuery {
    /// Width and height in pixels: 64 or 256, 256 if left out.
    #[param(value_type = Option<u32>)]
    size: Option<String>,
}

/// Show a user's profile image
#[utoipa::path(get, path = "/users/{id}/image", tag = "users", operation_id = "showImage",
    params(("id" = Uuid, Path, description = "The user"), ImageQuery,
        ("If-None-Match" = Option<String>, Header, description = "The ETag seen")),
    responses((status = 200, description = "The image", content_type = "image/png", body = Vec<u8>, headers(("ETag" = String))),
        (status = 304, description = "Not changed"), (status = 422, description = "A parameter is wrong")))]
pub async fn show(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    Parameters(query): Parameters<ImageQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let is_thumbnail = match query.size.as_deref() {
        None | Some("" | "256") => false,
        Some("64") => true,
        Some(_) => return Err(Problem::field("size", "unknown-value", "Choose 64 or 256.")),
    };
    let png = find_profile_image(&state.app, &actor, user_id, is_thumbnail).await?;
    Ok(answer(png, &headers))
}

/// Set a user's profile image
///
/// PNG, JPEG, WebP or GIF of at most 5 MiB: as the whole body, or as the one file of a form.
#[utoipa::path(put, path = "/users/{id}/image", tag = "users", operation_id = "setImage",
    params(("id" = Uuid, Path, description = "The user")),
    request_body(description = "The image", content((Vec<u8> = "image/*"), (Vec<u8> = "application/octet-stream"),
        (Vec<u8> = "multipart/form-data"))),
    responses((status = 204, description = "Set")))]
pub async fn put(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let upload = read_upload(request, &state).await?;
    SetProfileImage { user_id, upload: upload.into() }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a user's profile image
#[utoipa::path(delete, path = "/users/{id}/image", tag = "users", operation_id = "removeImage",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 204, description = "There is none now")))]
pub async fn remove(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<StatusCode, Problem> {
    RemoveProfileImage { user_id }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The image as nothing but an image, kept by the browser but asked about each time: rights may have changed.
fn answer(png: Vec<u8>, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&png)));
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_seen =
        seen.split(',').any(|seen| matches!(seen.trim().trim_start_matches("W/"), seen if seen == tag || seen == "*"));
    let mut response = if is_seen { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(png).into_response() };
    let fixed: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"avatar.png\"")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    response.headers_mut().extend(fixed);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

pub async fn read_upload(request: Request, state: &HttpState) -> Result<Bytes, Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or("application/octet-stream").split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let upload = if essence == "multipart/form-data" {
        read_form(request, state).await?
    } else if essence.starts_with("image/") || essence == "application/octet-stream" {
        read_body(request, state).await.map_err(naming_the_image)?
    } else {
        let detail = "Send an image, or a form with one.";
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail);
        return Err(naming_the_image(problem));
    };
    if upload.len() > MOST_BYTES { Err(naming_the_image(too_large())) } else { Ok(upload) }
}

/// The one file of a form. Names and types that the form gives are not believed.
async fn read_form(request: Request, state: &HttpState) -> Result<Bytes, Problem> {
    let unreadable = |status: StatusCode| {
        let detail = "The form could not be read.";
        let problem = if status == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "unreadable-body", detail)
        };
        naming_the_image(problem)
    };
    let mut form = Multipart::from_request(request, state).await.map_err(|error| unreadable(error.status()))?;
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|error| unreadable(error.status()))? {
        files.push(part.bytes().await.map_err(|error| unreadable(error.status()))?);
    }
    match <[Bytes; 1]>::try_from(files) {
        Ok([file]) => Ok(file),
        Err(_) => Err(Problem::field(FIELD, "required", "Send a form with exactly one file.")),
    }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "Choose an image of at most 5 MiB.")
}

/// An upload has one field; say that it is the one.
fn naming_the_image(problem: Problem) -> Problem {
    if problem.code == "body-too-large" {
        return problem.about(FIELD, "too-large", "Choose an image of at most 5 MiB.");
    }
    let (code, detail) = (problem.code, problem.detail.clone());
    problem.about(FIELD, code, detail)
}
