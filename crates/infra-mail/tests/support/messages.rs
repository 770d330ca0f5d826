use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tenantry_app::ports::{Clock, MailLooks, MailToSend, RenderedFor};
use tenantry_domain::{account::SupportContact, contact::EmailAddress};

use super::python::{python, script};

pub const TOKEN: &str = "Zm9vYmFyLWZvb2Jhci1mb29iYXItZm9vYmFyLWZvb_0";
pub const SIGN_IN_URL: &str = "https://tenantry.contoso.example/sign-in";

pub struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }
}

pub fn clock() -> Arc<dyn Clock> {
    Arc::new(Noon)
}

pub fn link() -> String {
    format!("https://tenantry.contoso.example/password-links/{TOKEN}")
}

pub fn welcome() -> RenderedFor {
    RenderedFor::Welcome { url: link(), valid_for: SignedDuration::from_hours(24) }
}

pub fn new_password() -> RenderedFor {
    RenderedFor::NewPassword { password: "Kp4wq-7sTzh-mN2xB-y9LfR".into() }
}

pub fn mail(content: RenderedFor) -> MailToSend {
    MailToSend {
        message_id: "01957f00-0000-7000-8000-000000000001@tenantry.contoso.example".into(),
        to: EmailAddress::parse("avery@contoso.example").unwrap(),
        display_name: "Avery Quinn".into(),
        login_name: "avery@contoso.example".into(),
        account_name: "Contoso".into(),
        sign_in_url: SIGN_IN_URL.into(),
        looks: MailLooks::default(),
        support: SupportContact::default(),
        content,
    }
}

/// The `.eml` files of a folder, by name.
pub fn eml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
    files.sort();
    files
}

/// What Python's own library makes of the folder's messages.
pub fn read_with_python(folder: &Path) -> Vec<Value> {
    let output = Command::new(python()).arg(script("read_eml.py")).args(eml_files(folder)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
