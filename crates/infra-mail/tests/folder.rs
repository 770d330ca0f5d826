//! The folder of `.eml` files, read as other programs read them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what tests share stands outside their functions, and fails by panicking as they do"
)]

#[path = "support/messages.rs"]
mod messages;
#[path = "support/python.rs"]
mod python;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use messages::{SIGN_IN_URL, clock, eml_files, link, mail, new_password, read_with_python, welcome};
use serde_json::{Value, json};
use tenantry_app::ports::{Mailer, MailerError, RenderedFor};
use tenantry_infra_mail::{MailUrl, MailerSettings, MailerSetupError, build_mailer};

fn settings(folder: &Path) -> MailerSettings {
    MailerSettings {
        url: MailUrl::Folder(folder.to_owned()),
        from_address: "tenantry@localhost".into(),
        from_name: "Tenantry, \"mail\"".into(),
        helo: None,
    }
}

fn mailer(folder: &Path) -> Arc<dyn Mailer> {
    build_mailer(&settings(folder), clock()).unwrap()
}

fn header<'a>(message: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = message["headers"].as_array().unwrap().iter();
    headers.filter(|header| header[0] == name).map(|header| header[1].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_message_is_a_file_that_any_program_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("data/mail");
    mailer(&folder).send(&mail(welcome())).await.unwrap();
    let files = eml_files(&folder);
    let name = "01957f00-0000-7000-8000-000000000001@tenantry.contoso.example.eml";
    assert_eq!(files, [folder.join(name)]);
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");

    let raw = fs::read_to_string(&files[0]).unwrap();
    assert_eq!(raw.matches(&format!("\r\n{}\r\n", link())).count(), 1, "readable without any decoding");
    let message = &read_with_python(&folder)[0];
    assert_eq!(message["defects"], json!([]));
    assert_eq!(message["to"], json!([["Avery Quinn", "avery@contoso.example"]]));
    assert_eq!(message["from"], json!([["Tenantry, \"mail\"", "tenantry@localhost"]]));
    assert_eq!(header(message, "Subject"), ["Contoso: set your password to get started"]);
    assert_eq!(header(message, "Date"), ["Sun, 01 Mar 2026 12:00:00 +0000"]);
    let message_id = "<01957f00-0000-7000-8000-000000000001@tenantry.contoso.example>";
    assert_eq!(header(message, "Message-ID"), [message_id]);
    assert_eq!(header(message, "Auto-Submitted"), ["auto-generated"]);
    assert_eq!(message["type"], "multipart/alternative");
    assert_eq!(message["parts"][0][0], "text/plain");
    assert_eq!(message["parts"][1][0], "text/html");
    assert!(message["parts"][0][2].as_str().unwrap().contains(&format!("\n{}\n", link())));
    assert!(message["parts"][1][2].as_str().unwrap().contains(&format!("href=\"{}\"", link())));
}

#[tokio::test]
async fn links_survive_every_transfer_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}?{}", link(), "a=%3D&".repeat(40));
    for (number, name) in ["Contoso", "Contoso Süd", "株式会社コントソ株式会社コントソ"].into_iter().enumerate()
    {
        let content = RenderedFor::PasswordReset { url: long.clone(), valid_for: jiff::SignedDuration::from_mins(30) };
        let mut mail = mail(content);
        mail.message_id = format!("{number}@contoso.example");
        mail.account_name = name.into();
        mailer(folder.path()).send(&mail).await.unwrap();
    }
    let messages = read_with_python(folder.path());
    assert_eq!(messages.len(), 3);
    for message in messages {
        assert_eq!(message["parts"][0][1], "utf-8");
        let text = message["parts"][0][2].as_str().unwrap();
        assert!(text.lines().any(|line| line == long), "{text}");
        assert_eq!(text.matches("://").count(), 1, "{text}");
    }
}

#[tokio::test]
async fn hostile_names_stay_text_and_headers_stay_single() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = [
        "a\r\nBcc: eve@fabrikam.example\r\n\r\n<h1>",
        "a\u{10D}\u{10A}Bcc: eve@fabrikam.example",
        "a\u{D0A}\u{2028}\u{2029}\u{85}\0Subject: b",
        "<a href=\"https://evil.example\">click</a>",
        "\" <eve@fabrikam.example>, \"b",
        "=?utf-8?q?a=0D=0ABcc:_eve=40fabrikam.example?=",
        "\u{202E}elpmaxe.live\u{2066}",
        "[a](https://evil.example) www.evil.example",
        "\r\n.\r\nMAIL FROM:<eve@fabrikam.example>\r\n",
        "",
    ];
    for (number, name) in hostile.into_iter().enumerate() {
        let mut mail = mail(welcome());
        mail.message_id = format!("{number}@contoso.example");
        mail.display_name = name.into();
        mail.account_name = name.into();
        mail.login_name = name.into();
        mailer(folder.path()).send(&mail).await.unwrap();
    }
    for (message, name) in read_with_python(folder.path()).iter().zip(hostile) {
        let names: Vec<&str> =
            message["headers"].as_array().unwrap().iter().map(|header| header[0].as_str().unwrap()).collect();
        let expected =
            ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];
        assert_eq!(names, expected, "{name:?}");
        assert_eq!(message["to"].as_array().unwrap().len(), 1, "{name:?}");
        assert_eq!(message["to"][0][1], "avery@contoso.example", "{name:?}");
        assert_eq!(message["defects"], json!([]), "{name:?}");
        let (text, html) = (message["parts"][0][2].as_str().unwrap(), message["parts"][1][2].as_str().unwrap());
        assert_eq!(text.matches("://").count(), 1, "{text}");
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert_eq!(html.matches("://").count(), 1, "{html}");
        assert!(!html.contains("<h1>") && !text.contains('\u{202E}') && !html.contains('\u{202E}'), "{name:?}");
    }
}

#[tokio::test]
async fn a_repeated_message_replaces_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = mailer(folder.path());
    mailer.send(&mail(welcome())).await.unwrap();
    mailer.send(&mail(welcome())).await.unwrap();
    assert_eq!(eml_files(folder.path()).len(), 1);
}

#[tokio::test]
async fn messages_sent_at_once_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = mailer(folder.path());
    let sending = (0..20).map(|number| {
        let mailer = Arc::clone(&mailer);
        tokio::spawn(async move {
            let mut mail = mail(new_password());
            mail.message_id = format!("{number}@contoso.example");
            mailer.send(&mail).await
        })
    });
    for sent in sending.collect::<Vec<_>>() {
        assert_eq!(sent.await.unwrap(), Ok(()));
    }
    let messages = read_with_python(folder.path());
    assert_eq!(messages.len(), 20);
    let text = messages[7]["parts"][0][2].as_str().unwrap();
    assert!(text.contains("Kp4wq-7sTzh-mN2xB-y9LfR") && text.contains(SIGN_IN_URL));
}

#[tokio::test]
async fn a_file_name_never_leaves_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("mail");
    let mut mail = mail(welcome());
    mail.message_id = "../../etc/passwd@contoso.example".into();
    mailer(&inner).send(&mail).await.unwrap();
    assert_eq!(eml_files(&inner).len(), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_malformed_message_id_is_refused_for_good() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["", "a", "@", "a@", "a@b@c", "a b@c", "a@b>\r\nBcc: c", "<a@b>", &format!("{}@b", "a".repeat(200))] {
        let mut mail = mail(welcome());
        mail.message_id = id.into();
        let outcome = mailer(folder.path()).send(&mail).await;
        assert!(matches!(outcome, Err(MailerError::Never(_))), "{id:?}");
    }
    assert!(eml_files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_worth_another_try() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let mailer = mailer(&path);
    fs::remove_dir(&path).unwrap();
    fs::write(&path, "in the way").unwrap();
    assert!(matches!(mailer.send(&mail(welcome())).await, Err(MailerError::Later(_))));
    assert!(matches!(build_mailer(&settings(&path), clock()), Err(MailerSetupError::Folder { .. })));
    fs::remove_file(&path).unwrap();
    assert_eq!(mailer.send(&mail(welcome())).await, Ok(()), "a folder that was removed is made anew");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for from_address in ["", "nobody", "a@b, c@d", "jürgen@contoso.example", "a@b>\r\nBcc: c@d"] {
        let settings = MailerSettings { from_address: from_address.into(), ..settings(folder.path()) };
        assert!(matches!(build_mailer(&settings, clock()), Err(MailerSetupError::From(_))), "{from_address}");
    }
    let with_url = |url: String| MailerSettings { url: MailUrl::parse(&url).unwrap(), ..settings(folder.path()) };
    let missing = with_url(format!("smtps://localhost?ca={}", folder.path().join("none.pem").display()));
    assert!(matches!(build_mailer(&missing, clock()), Err(MailerSetupError::CertificateFile { .. })));
    let no_certificate = folder.path().join("empty.pem");
    fs::write(&no_certificate, "nothing of the kind").unwrap();
    let empty = with_url(format!("smtps://localhost?ca={}", no_certificate.display()));
    assert!(matches!(build_mailer(&empty, clock()), Err(MailerSetupError::Certificate { .. })));
    let helo = MailerSettings { helo: Some("a b".into()), ..with_url("smtp://localhost".into()) };
    assert!(matches!(build_mailer(&helo, clock()), Err(MailerSetupError::Helo(_))));
}
