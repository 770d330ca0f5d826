use jiff::SignedDuration;
use tenantry_domain::{account::SupportContact, contact::EmailAddress};

use tenantry_app::ports::MailLooks;

use super::*;

const LINK: &str = "https://tenantry.contoso.example/password-links/Zm9vYmFyLWZvb2Jhci1mb29iYXItZm9vYmFyLWZvb_0";
const SIGN_IN: &str = "https://tenantry.contoso.example/sign-in";
const PASSWORD: &str = "Kp4wq-7sTzh-mN2xB-y9LfR";

fn letter(content: RenderedFor) -> Letter {
    write(&mail(content)).unwrap()
}

fn mail(content: RenderedFor) -> MailToSend {
    MailToSend {
        message_id: "1@contoso.example".into(),
        to: EmailAddress::parse("avery@home.example").unwrap(),
        display_name: "Avery Quinn".into(),
        login_name: "avery@contoso.example".into(),
        account_name: "Contoso & Sons".into(),
        sign_in_url: SIGN_IN.into(),
        looks: MailLooks::default(),
        support: SupportContact::default(),
        content,
    }
}

fn welcome() -> RenderedFor {
    RenderedFor::Welcome { url: LINK.into(), valid_for: SignedDuration::from_hours(24) }
}

fn password_reset() -> RenderedFor {
    RenderedFor::PasswordReset { url: LINK.into(), valid_for: SignedDuration::from_mins(30) }
}

fn new_password() -> RenderedFor {
    RenderedFor::NewPassword { password: PASSWORD.into() }
}

fn all() -> [RenderedFor; 7] {
    let notices = [RenderedFor::PasswordChanged, RenderedFor::LinkSentElsewhere, RenderedFor::AddressChanged];
    let [changed, elsewhere, address] = notices;
    [welcome(), password_reset(), new_password(), changed, elsewhere, address, RenderedFor::LoginNameChanged]
}

/// The text without its line breaks, for sentences.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_welcome_letter_reads_well() {
    let letter = letter(welcome());
    assert_eq!(letter.subject, "Contoso & Sons: set your password to get started");
    let expected = format!(
        "Hello Avery Quinn,

A user was created for you at Contoso & Sons. Your login name is:

  avery@contoso.example

To set your password, open this address:

{LINK}

It works once, for 24 hours from the time this message was sent. If that
time has passed, ask an administrator at Contoso & Sons for a new link.

You get this message because your address was chosen for the link. If
you do not know Contoso & Sons, or did not expect this, do nothing: the
link stops working by itself. Do not pass it on: whoever opens it can
set the password.

-- 
Contoso & Sons
This message was sent by a program; nobody reads replies to it.
"
    );
    assert_eq!(letter.text, expected);
}

#[test]
fn each_letter_has_its_subject() {
    let subjects = all().map(|content| letter(content).subject);
    let expected = [
        "set your password to get started",
        "set a new password",
        "your password",
        "your password was changed",
        "a link to set your password was sent to another address",
        "your e-mail addresses were changed",
        "your login name was changed",
    ];
    assert_eq!(subjects, expected.map(|subject| format!("Contoso & Sons: {subject}")));
}

#[test]
fn every_letter_says_who_for_whom_and_what_to_do() {
    for content in all() {
        let letter = letter(content);
        let text = flowing(&letter.text);
        for expected in ["Hello Avery Quinn,", "at Contoso & Sons", "avery@contoso.example", "If"] {
            assert!(text.contains(expected), "{expected}: {}", letter.text);
        }
        for expected in ["Hello Avery Quinn,", "Contoso &#38; Sons", "avery@contoso.example"] {
            assert!(letter.html.contains(expected), "{expected}: {}", letter.html);
        }
    }
}

#[test]
fn letters_with_a_link_hold_it_once_and_no_other_address() {
    for (content, valid_for) in [(welcome(), "24 hours"), (password_reset(), "30 minutes")] {
        let letter = letter(content);
        assert!(letter.text.lines().any(|line| line == LINK), "on a line of its own");
        assert_eq!(letter.text.matches("://").count(), 1);
        assert_eq!(letter.html.matches("<a ").count(), 1);
        assert!(letter.html.contains(&format!("href=\"{LINK}\"")));
        let says_how_long = format!("works once, for {valid_for} from the time this message was sent");
        assert!(flowing(&letter.text).contains(&says_how_long) && letter.html.contains(&says_how_long));
    }
}

#[test]
fn the_password_is_in_its_own_letter_only() {
    for (index, content) in all().into_iter().enumerate() {
        let letter = letter(content);
        let is_its_letter = index == 2;
        assert_eq!(letter.text.contains(PASSWORD), is_its_letter);
        assert_eq!(letter.html.contains(PASSWORD), is_its_letter);
        assert!(!letter.subject.contains(PASSWORD));
    }
    let letter = letter(new_password());
    assert!(letter.text.contains(&format!("\n  Password:   {PASSWORD}\n")));
    assert!(flowing(&letter.text).contains("asked for a password of your own first"));
}

#[test]
fn the_other_letters_lead_to_the_sign_in_page_only() {
    for content in all().into_iter().skip(2) {
        let letter = letter(content);
        assert!(letter.text.lines().any(|line| line == SIGN_IN));
        assert_eq!(letter.text.matches("://").count(), 1);
        assert!(letter.html.contains(&format!("href=\"{SIGN_IN}\"")));
        assert_eq!(letter.html.matches("<a ").count(), 1);
    }
}

#[test]
fn texts_are_wrapped_and_pages_load_nothing() {
    for content in all() {
        let letter = letter(content);
        let lines = letter.text.lines();
        assert!(lines.filter(|line| !line.contains("://")).all(|line| line.chars().count() <= LINE_LENGTH));
        assert!(!letter.text.contains("\n\n\n") && letter.text.ends_with(".\n"), "{}", letter.text);
        assert_eq!(letter.html.matches("://").count(), 1);
        for loading in ["<img", "<link", "<script", "url(", "src=", "@import"] {
            assert!(!letter.html.contains(loading), "{loading}");
        }
    }
}

#[test]
fn passwords_are_escaped_on_pages_and_verbatim_in_texts() {
    let letter = letter(RenderedFor::NewPassword { password: "<b>&\"' four words".into() });
    assert!(letter.text.contains("<b>&\"' four words"));
    assert!(letter.html.contains("&#60;b&#62;&#38;&#34;&#39; four words"));
}

#[test]
fn a_letter_looks_as_its_account_does_and_says_where_to_turn_for_help() {
    let mut mail = mail(welcome());
    assert!(!write(&mail).unwrap().html.contains("cid:logo"));
    mail.looks.logo = Some(vec![1]);
    mail.looks.branding.primary = BrandColor::parse("#ffe600").ok();
    mail.looks.branding.secondary = BrandColor::parse("#0a1f44").ok();
    mail.support = SupportContact {
        email: EmailAddress::parse("help@northwind.example").ok(),
        url: tenantry_domain::Line::parse("https://help.northwind.example").ok(),
        phone: None,
    };
    let letter = write(&mail).unwrap();
    assert!(letter.html.contains("cid:logo"));
    assert!(letter.html.contains("background:#0a1f44;color:#ffffff;"), "yellow cannot be read on white");
    assert!(letter.html.contains("background: #ffe600 !important; color: #000000"), "but it can in the dark");
    for part in [&letter.text, &letter.html] {
        assert!(part.contains("Need help? help@northwind.example"));
    }
    assert_eq!(letter.text.matches("://").count(), 1, "the link alone");
}
