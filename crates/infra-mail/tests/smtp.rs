//! Real conversations with a mail server, failures included.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what tests share stands outside their functions, and fails by panicking as they do"
)]

#[path = "support/messages.rs"]
mod messages;
#[path = "support/python.rs"]
mod python;
#[path = "support/smtp_sink.rs"]
mod smtp_sink;

use std::time::{Duration, Instant};

use messages::{TOKEN, clock, link, mail, new_password, read_with_python, welcome};
use serde_json::{Value, json};
use smtp_sink::SmtpSink;
use tenantry_app::ports::{Mailer as _, MailerError};
use tenantry_infra_mail::{MailUrl, MessageWriter, SmtpMailer};

const RIGHT_HOST: &str = "127.0.0.1";
const AUTH: [&str; 2] = ["relay@contoso.example", "s3cret-p@ss"];

fn mailer(url: &str) -> SmtpMailer {
    let Ok(MailUrl::Smtp(server)) = MailUrl::parse(url) else { unreachable!("{url} names a server") };
    let writer = MessageWriter::new("noreply@contoso.example", "Contoso", clock()).unwrap();
    SmtpMailer::new(server, Some("tenantry.test"), writer).unwrap()
}

fn url(sink: &SmtpSink, scheme: &str, parameters: &str) -> String {
    format!("{scheme}://{}?{parameters}", sink.address())
}

fn url_with_ca(sink: &SmtpSink, scheme: &str) -> String {
    url(sink, scheme, &format!("ca={}", sink.ca_file().display()))
}

fn with_credentials(url: &str, password: &str) -> String {
    url.replace("://", &format!("://relay%40contoso.example:{password}@"))
}

async fn failure(mailer: &SmtpMailer) -> MailerError {
    mailer.send(&mail(welcome())).await.unwrap_err()
}

fn later(error: MailerError) -> String {
    let MailerError::Later(text) = error else { unreachable!("worth another try: {error}") };
    assert!(!text.contains("s3cret") && !text.contains(TOKEN), "{text}");
    text
}

fn never(error: MailerError) -> String {
    let MailerError::Never(text) = error else { unreachable!("refused for good: {error}") };
    assert!(!text.contains("s3cret") && !text.contains(TOKEN), "{text}");
    text
}

fn refusing(verb: &str, reply: &str) -> SmtpSink {
    SmtpSink::start(json!({"refuse": {verb: reply}}), RIGHT_HOST)
}

#[tokio::test]
async fn a_message_arrives_as_it_was_written() {
    let sink = SmtpSink::start(json!({}), RIGHT_HOST);
    let mut hostile = mail(welcome());
    hostile.display_name = ".\r\n.\r\nMAIL FROM:<eve@fabrikam.example>".into();
    hostile.account_name = ".".into();
    mailer(&url(&sink, "smtp", "")).send(&hostile).await.unwrap();
    let envelopes = sink.envelopes();
    assert_eq!(envelopes.len(), 1);
    assert_eq!(envelopes[0]["from"], "noreply@contoso.example");
    assert_eq!(envelopes[0]["to"], json!(["avery@contoso.example"]));
    assert_eq!(envelopes[0]["tls"], false);
    let message = &read_with_python(&sink.received_folder())[0];
    assert!(message["parts"][0][2].as_str().unwrap().contains(&format!("\n{}\n", link())));
    assert!(sink.wire().starts_with("EHLO tenantry.test\r\n"));
}

#[tokio::test]
async fn starttls_protects_message_and_sign_in() {
    let sink = SmtpSink::start(json!({"tls": "starttls", "auth": AUTH}), RIGHT_HOST);
    let url = with_credentials(&url_with_ca(&sink, "smtp"), "s3cret-p%40ss");
    mailer(&url).send(&mail(new_password())).await.unwrap();
    assert_eq!((&sink.envelopes()[0]["tls"], &sink.envelopes()[0]["authenticated"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn tls_from_the_first_byte_protects_the_message() {
    let sink = SmtpSink::start(json!({"tls": "implicit"}), RIGHT_HOST);
    mailer(&url_with_ca(&sink, "smtps")).send(&mail(new_password())).await.unwrap();
    assert_eq!(sink.envelopes()[0]["tls"], true);
}

#[tokio::test]
async fn a_server_with_an_untrusted_certificate_is_told_nothing() {
    for (tls, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let sink = SmtpSink::start(json!({"tls": tls, "auth": AUTH}), RIGHT_HOST);
        let url = with_credentials(&url(&sink, scheme, "tls=required"), "s3cret");
        let text = later(failure(&mailer(&url)).await);
        assert!(text.contains("certificate"), "{text}");
        sink.assert_nothing_was_said();
    }
}

#[tokio::test]
async fn a_server_with_a_certificate_for_another_name_is_told_nothing() {
    for (tls, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let sink = SmtpSink::start(json!({"tls": tls, "auth": AUTH}), "mail.fabrikam.example");
        let url = with_credentials(&url_with_ca(&sink, scheme), "s3cret");
        let text = later(failure(&mailer(&url)).await);
        assert!(text.contains("certificate"), "{text}");
        sink.assert_nothing_was_said();
    }
}

#[tokio::test]
async fn a_server_that_does_not_offer_starttls_is_told_nothing() {
    let sink = SmtpSink::start(json!({"auth": AUTH, "auth_in_clear": true}), RIGHT_HOST);
    let url = with_credentials(&url(&sink, "smtp", "tls=required"), "s3cret");
    let text = later(failure(&mailer(&url)).await);
    assert!(text.contains("STARTTLS"), "{text}");
    sink.assert_nothing_was_said();
}

#[tokio::test]
async fn a_server_that_refuses_starttls_is_told_nothing() {
    for reply in ["454 4.7.0 TLS not available", "502 5.5.1 not implemented"] {
        let options = json!({"tls": "starttls", "auth": AUTH, "auth_in_clear": true, "refuse": {"STARTTLS": reply}});
        let sink = SmtpSink::start(options, RIGHT_HOST);
        let url = with_credentials(&url_with_ca(&sink, "smtp"), "s3cret");
        let text = later(failure(&mailer(&url)).await);
        assert!(text.contains(&reply[..3]), "{text}");
        sink.assert_nothing_was_said();
    }
}

#[tokio::test]
async fn a_wrong_password_is_worth_another_try() {
    let sink = SmtpSink::start(json!({"tls": "starttls", "auth": AUTH}), RIGHT_HOST);
    let url = with_credentials(&url_with_ca(&sink, "smtp"), "s3cret-wrong");
    let text = later(failure(&mailer(&url)).await);
    assert!(text.contains("cannot sign in") && text.contains("535"), "{text}");
    assert!(sink.envelopes().is_empty());
}

#[tokio::test]
async fn a_missing_password_is_worth_another_try() {
    let sink = SmtpSink::start(json!({"tls": "starttls", "auth": AUTH}), RIGHT_HOST);
    let text = later(failure(&mailer(&url_with_ca(&sink, "smtp"))).await);
    assert!(text.contains("530"), "{text}");
}

#[tokio::test]
async fn a_server_that_offers_no_sign_in_gets_no_password() {
    let sink = SmtpSink::start(json!({}), RIGHT_HOST);
    let url = with_credentials(&url(&sink, "smtp", ""), "s3cret");
    later(failure(&mailer(&url)).await);
    sink.assert_nothing_was_said();
}

#[tokio::test]
async fn transient_refusals_are_worth_another_try() {
    for verb in ["MAIL", "RCPT", "DATA"] {
        let sink = refusing(verb, "451 4.3.0 try again later");
        let text = later(failure(&mailer(&url(&sink, "smtp", ""))).await);
        assert!(text.contains("451") && text.contains("try again later"), "{verb}: {text}");
    }
}

#[tokio::test]
async fn permanent_refusals_are_final() {
    for verb in ["MAIL", "RCPT", "DATA"] {
        let sink = refusing(verb, "550 5.1.1 no such user");
        let text = never(failure(&mailer(&url(&sink, "smtp", ""))).await);
        assert!(text.contains("550") && text.contains("no such user"), "{verb}: {text}");
    }
}

#[tokio::test]
async fn an_answer_that_repeats_the_message_is_not_passed_on_with_its_secrets() {
    let sink = refusing("DATA", "554 5.7.1 looks like spam: {secrets}");
    let mailer = mailer(&url(&sink, "smtp", ""));
    let text = never(failure(&mailer).await);
    assert!(text.ends_with("554 (the rest is left out, since it repeats a secret)"), "{text}");
    let text = never(mailer.send(&mail(new_password())).await.unwrap_err());
    assert!(text.ends_with("554 (the rest is left out, since it repeats a secret)"), "{text}");
}

#[tokio::test]
async fn a_server_that_stalls_is_given_up() {
    for stall in ["banner", "DATA", "end"] {
        let sink = SmtpSink::start(json!({"stall": stall}), RIGHT_HOST);
        let mailer = mailer(&url(&sink, "smtp", "")).with_time_limit(Duration::from_millis(500));
        let started = now();
        let text = later(failure(&mailer).await);
        assert!(text.contains("did not finish within 0.5 s"), "{stall}: {text}");
        assert!(started.elapsed() < Duration::from_secs(5), "{stall}");
    }
}

#[expect(clippy::disallowed_methods, reason = "it measures how long the real thing takes")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test]
async fn a_lost_answer_is_worth_another_try() {
    let sink = SmtpSink::start(json!({"hang_up": "end"}), RIGHT_HOST);
    later(failure(&mailer(&url(&sink, "smtp", ""))).await);
    assert_eq!(
        sink.envelopes().len(),
        1,
        "it was taken all the same; the Message-ID tells that the next is a repetition"
    );
}

#[tokio::test]
async fn a_closed_port_is_worth_another_try() {
    let sink = SmtpSink::start(json!({}), RIGHT_HOST);
    let url = url(&sink, "smtp", "");
    drop(sink);
    let text = later(failure(&mailer(&url)).await);
    assert!(text.contains("cannot connect to mail server"), "{text}");
}

#[tokio::test]
async fn a_password_is_not_mailed_in_the_clear() {
    let never_reached = mailer("smtp://192.0.2.1:25?tls=none");
    let text = never(never_reached.send(&mail(new_password())).await.unwrap_err());
    assert!(text.contains("without TLS"), "{text}");
    let sink = SmtpSink::start(json!({}), RIGHT_HOST);
    mailer(&url(&sink, "smtp", "")).send(&mail(new_password())).await.unwrap();
    assert_eq!(sink.envelopes().len(), 1, "it does not leave this machine");
}

fn connections(sink: &SmtpSink) -> Vec<Value> {
    sink.envelopes().into_iter().map(|mut envelope| envelope["connection"].take()).collect()
}

#[tokio::test]
async fn messages_in_quick_succession_share_a_connection() {
    let sink = SmtpSink::start(json!({}), RIGHT_HOST);
    let mailer = mailer(&url(&sink, "smtp", ""));
    for _ in 0..3 {
        mailer.send(&mail(welcome())).await.unwrap();
    }
    let used = connections(&sink);
    assert_eq!(used.len(), 3);
    assert!(used.iter().all(|connection| *connection == used[0]));
}

#[tokio::test]
async fn a_connection_whose_sender_was_cancelled_is_never_used_again() {
    let sink = SmtpSink::start(json!({"stall": "end"}), RIGHT_HOST);
    let mailer = mailer(&url(&sink, "smtp", ""));
    let (first, second) = (mail(welcome()), mail(welcome()));
    assert!(tokio::time::timeout(Duration::from_millis(300), mailer.send(&first)).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(300), mailer.send(&second)).await.is_err());
    assert_eq!(sink.wire().matches("EHLO").count(), 2);
}
