//! The console's stylesheet, scripts and icons: embedded, addressed by content hash.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

/// Where [`serve`] is mounted, as `/console/assets/{name}`.
pub const ASSETS_PATH: &str = "/console/assets";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Embedded;

struct Asset {
    bytes: Cow<'static, [u8]>,
    content_type: &'static str,
    version: String,
    url: String,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Embedded::iter()
        .filter_map(|name| {
            let file = Embedded::get(&name)?;
            let [a, b, c, d, e, f, g, h, ..] = file.metadata.sha256_hash();
            let version = format!("{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]));
            let url = format!("{ASSETS_PATH}/{name}?v={version}");
            let asset = Asset { bytes: file.data, content_type: content_type(&name), version, url };
            Some((name.into_owned(), asset))
        })
        .collect()
});

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// The address of an asset, its content hash included, so that it may be kept for ever.
/// An unknown name gives an empty address; a test holds every name in the templates against the folder.
pub fn asset_url(name: &str) -> &'static str {
    ASSETS.get(name).map_or("", |asset| asset.url.as_str())
}

/// Answers `GET /console/assets/{name}`.
pub async fn serve(Path(name): Path<String>, uri: Uri, request: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!("\"{}\"", asset.version);
    // Only an address that names this very content may be kept without asking again.
    let versioned = uri.query() == Some(format!("v={}", asset.version).as_str());
    let cache = if versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
    let unchanged = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));

    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match &asset.bytes {
            Cow::Borrowed(bytes) => Body::from(*bytes),
            Cow::Owned(bytes) => Body::from(bytes.clone()),
        };
        Response::new(body)
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(name: &str, uri: &str, if_none_match: Option<&str>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(tag) = if_none_match {
            headers.insert(header::IF_NONE_MATCH, tag.parse().unwrap());
        }
        serve(Path(name.to_owned()), uri.parse().unwrap(), headers).await
    }

    #[tokio::test]
    async fn a_versioned_address_is_kept_and_any_other_is_asked_for_again() {
        let kept = get("console.css", asset_url("console.css"), None).await;
        assert_eq!(kept.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(kept.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        let asked = get("console.css", "/console/assets/console.css?v=old", None).await;
        assert_eq!(asked.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn a_known_etag_is_answered_without_a_body_and_an_unknown_name_is_not_found() {
        let first = get("icons.svg", "/console/assets/icons.svg", None).await;
        let etag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        let again = get("icons.svg", "/console/assets/icons.svg", Some(&etag)).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("../Cargo.toml", "/x", None).await.status(), StatusCode::NOT_FOUND);
    }
}
