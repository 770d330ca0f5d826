//! The cookies, all `__Host-`: Secure, without a Domain, for the whole origin. Browsers take them on http loopback too.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;

/// The console's session.
pub const SESSION: &str = "__Host-session";
/// The token of the password link being used, moved out of the address.
pub const PASSWORD_LINK: &str = "__Host-password-link";
/// A message, or a password to show once, for the next page; sealed.
pub const FLASH: &str = "__Host-flash";
/// The accounts one worked in lately.
pub const RECENT: &str = "__Host-recent";
/// The choice of colours.
pub const THEME: &str = "__Host-theme";

/// The value of a cookie of the request.
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// A `Set-Cookie` header that scripts cannot read. Without `max_age` the cookie lasts as long as the browser.
/// `value` must consist of cookie characters; all callers use base64url.
pub fn set(name: &str, value: &str, max_age: Option<u64>) -> HeaderValue {
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    HeaderValue::try_from(cookie).unwrap_or_else(|_| clear(name))
}

/// A `Set-Cookie` header that deletes the cookie.
pub fn clear(name: &str) -> HeaderValue {
    HeaderValue::try_from(format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
        .unwrap_or(HeaderValue::from_static(""))
}

/// The session token a request came with: a bearer token, or the console's cookie.
pub fn session_token(headers: &HeaderMap) -> Option<String> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    bearer.or_else(|| read(headers, SESSION))
}
