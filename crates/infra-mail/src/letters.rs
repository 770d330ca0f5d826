//! What the letters say: a subject, a text and an HTML page, from `templates/<letter>/`.

mod cleaning;
mod lasting;
mod wrapping;

use askama::Template;
use cleaning::{clean_name, clean_subject};
use tenantry_app::ports::{MailToSend, RenderedFor};
use tenantry_domain::account::{BrandColor, Branding, SupportContact};

pub use cleaning::clean_name as clean_sender_name;

const LINE_LENGTH: usize = 72;

/// A letter, ready to be put into a message.
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What the templates see. Names are cleaned; addresses of pages come from the configuration and stay as they are.
struct View<'a> {
    display_name: String,
    login_name: String,
    account_name: String,
    sign_in_url: &'a str,
    has_logo: bool,
    light: Accent,
    dark: Accent,
    /// Address and phone of the support desk: no page, so that a letter with a link has no second one.
    help: Vec<String>,
    content: &'a RenderedFor,
}

/// The colour of buttons and links, and what is read on it.
struct Accent {
    accent: BrandColor,
    on_accent: BrandColor,
}

impl Accent {
    /// The account's colour if it can be read on this sheet.
    fn new(branding: &Branding, sheet: BrandColor, ours: BrandColor) -> Self {
        let accent = branding.accent_on(&[sheet]).unwrap_or(ours);
        Self { accent, on_accent: accent.readable_on_it() }
    }
}

fn help(support: &SupportContact) -> Vec<String> {
    let email = support.email.as_ref().map(ToString::to_string);
    email.into_iter().chain(support.phone.as_ref().map(ToString::to_string)).collect()
}

#[derive(Template)]
#[template(path = "subject.txt")]
struct Subject<'a> {
    mail: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "layout.txt")]
struct Text<'a> {
    mail: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Html<'a> {
    mail: &'a View<'a>,
    subject: &'a str,
}

/// Writes the letter.
///
/// # Errors
/// Only if a template fails, which none of them can.
pub fn write(mail: &MailToSend) -> Result<Letter, askama::Error> {
    let view = View {
        display_name: clean_name(&mail.display_name),
        login_name: clean_name(&mail.login_name),
        account_name: clean_name(&mail.account_name),
        sign_in_url: &mail.sign_in_url,
        has_logo: mail.looks.logo.is_some(),
        light: Accent::new(&mail.looks.branding, BrandColor::WHITE, BrandColor::new(0x1F, 0x4F, 0xD8)),
        dark: Accent::new(&mail.looks.branding, BrandColor::new(0x22, 0x25, 0x2C), BrandColor::new(0x9D, 0xBA, 0xFF)),
        help: help(&mail.support),
        content: &mail.content,
    };
    let subject = clean_subject(&Subject { mail: &view }.render()?);
    let text = wrapping::wrap(&Text { mail: &view }.render()?, LINE_LENGTH);
    let html = Html { mail: &view, subject: &subject }.render()?;
    Ok(Letter { subject, text, html })
}

#[cfg(test)]
mod tests;
