use jiff::Timestamp;
use lettre::Address;
use proptest::prelude::*;
use tenantry_app::ports::{MailLooks, RenderedFor};
use tenantry_domain::{account::SupportContact, contact::EmailAddress};

use super::*;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }
}

fn write(name: &str) -> String {
    write_mail(name, &mail(name))
}

fn mail(name: &str) -> MailToSend {
    MailToSend {
        message_id: "1@contoso.example".into(),
        to: EmailAddress::parse("avery@contoso.example").unwrap(),
        display_name: name.into(),
        login_name: name.into(),
        account_name: name.into(),
        sign_in_url: "https://contoso.example/sign-in".into(),
        looks: MailLooks::default(),
        support: SupportContact::default(),
        content: RenderedFor::PasswordChanged,
    }
}

fn write_mail(sender: &str, mail: &MailToSend) -> String {
    let writer = MessageWriter::new("noreply@contoso.example", sender, Arc::new(Noon)).unwrap();
    let message = writer.write(mail).unwrap();
    let recipients: Vec<&str> = message.envelope.to().iter().map(Address::as_ref).collect();
    assert_eq!(recipients, ["avery@contoso.example"]);
    String::from_utf8(message.bytes).unwrap()
}

/// The names of the headers, in order.
fn header_names(message: &str) -> Vec<&str> {
    let (headers, _) = message.split_once("\r\n\r\n").unwrap();
    let lines = headers.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split_once(": ").map_or(line, |(name, _)| name)).collect()
}

const HEADERS: [&str; 8] =
    ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];

#[test]
fn a_message_has_each_header_once() {
    let message = write("Avery Quinn");
    assert_eq!(header_names(&message), HEADERS);
    for line in [
        "Message-ID: <1@contoso.example>\r\n",
        "Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n",
        "From: \"Avery Quinn\" <noreply@contoso.example>\r\n",
        "To: \"Avery Quinn\" <avery@contoso.example>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
    ] {
        assert_eq!(message.matches(line).count(), 1, "{line}");
    }
}

#[test]
fn plain_parts_stay_as_they_are_and_others_are_quoted_printable() {
    let encoded = |part: &str| String::from_utf8(encode(part.to_owned()).into_vec()).unwrap();
    assert_eq!(encoded("a\n.\nb"), "a\r\n.\r\nb\r\n");
    assert_eq!(encoded(&"a".repeat(998)), "a".repeat(998) + "\r\n");
    assert_eq!(encoded("Grüße\n"), "Gr=C3=BC=C3=9Fe\r\n");
    assert_eq!(encoded("a\r.\rb\0\n"), "a=0D.=0Db=00\r\n");
    assert!(encoded(&"a".repeat(999)).lines().all(|line| line.len() <= 76));
}

proptest! {
    #[test]
    fn no_name_breaks_out_of_its_header(name in "(\\PC|[\r\n\0\u{85}\u{10A}\u{10D}\u{2028}\"\\\\<>,:;@=?()]){0,80}") {
        let message = write(&name);
        prop_assert_eq!(header_names(&message), HEADERS);
        prop_assert!(message.is_ascii());
        prop_assert!(!message.replace("\r\n", "").contains(['\r', '\n', '\0']));
        prop_assert!(message.split("\r\n").all(|line| line.len() <= 998));
    }

    #[test]
    fn every_address_of_the_domain_can_be_written_to(
        address in "[A-Za-z0-9#$&'*+./=?^_{}~-]{1,64}@([a-zA-Z0-9ü-]{1,63}\\.){1,3}(example|co|рф)",
    ) {
        if let Ok(address) = EmailAddress::parse(&address) {
            let parsed: Address = address.as_str().parse().unwrap();
            prop_assert_eq!(AsRef::<str>::as_ref(&parsed), address.as_str());
        }
    }
}

#[test]
fn a_logo_travels_beside_the_page_that_shows_it() {
    let mut mail = mail("Avery Quinn");
    mail.looks.logo = Some(b"\x89PNG pixels".to_vec());
    let message = write_mail("Contoso", &mail);
    let positions = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
        .map(|part| message.find(part).unwrap_or_else(|| panic!("{part} is missing")));
    assert!(positions.is_sorted(), "{positions:?}");
    assert!(message.contains("Content-ID: <logo>") && message.contains("Content-Disposition: inline"));
}
