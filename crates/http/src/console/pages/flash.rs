//! What the next page shows once: a sentence, or a generated password. It travels in a sealed cookie, bound to its owner.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use tenantry_app::App;

use crate::{
    console::views::{Toast, ToastKind},
    cookies,
};

/// Long enough for a slow connection.
const LASTS_SECONDS: u64 = 120;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Flash {
    /// It worked.
    Done { text: String },
    /// It did not.
    Failed { text: String },
    /// The password made for a user just created.
    GeneratedPassword { user_id: String, password: String },
    /// A password was set by link.
    PasswordSet { login_name: String },
}

impl Flash {
    pub fn done(text: impl Into<String>) -> Self {
        Self::Done { text: text.into() }
    }

    pub fn failed(text: impl Into<String>) -> Self {
        Self::Failed { text: text.into() }
    }

    /// The cookie that carries it; only `owner` can open it.
    pub fn cookie(&self, app: &App, owner: &str) -> HeaderValue {
        let plain = serde_json::to_vec(self).unwrap_or_default();
        let sealed = app.ports.sealer.seal(&context(owner), &plain);
        cookies::set(cookies::FLASH, &URL_SAFE_NO_PAD.encode(sealed), Some(LASTS_SECONDS))
    }

    /// What the request carries for `owner`.
    pub fn read(app: &App, owner: &str, headers: &HeaderMap) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(cookies::read(headers, cookies::FLASH)?).ok()?;
        let plain = app.ports.sealer.open(&context(owner), &sealed)?;
        serde_json::from_slice(&plain).ok()
    }

    pub fn toast(&self) -> Option<Toast> {
        match self {
            Self::Done { text } => Some(Toast { kind: ToastKind::Success, text: text.clone() }),
            Self::Failed { text } => Some(Toast { kind: ToastKind::Danger, text: text.clone() }),
            Self::GeneratedPassword { .. } | Self::PasswordSet { .. } => None,
        }
    }
}

impl std::fmt::Debug for Flash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flash(…)")
    }
}

fn context(owner: &str) -> String {
    format!("console-flash:{owner}")
}
