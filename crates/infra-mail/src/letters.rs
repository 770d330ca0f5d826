//! What the letters say: a subject, a text and an HTML page, from `templates/<letter>/`.

mod cleaning;
mod lasting;
mod wrapping;

use askama::Template;
use cleaning::{clean_name, clean_subject};
use tenantry_app::ports::{MailToSend, RenderedFor};

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
    content: &'a RenderedFor,
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
        content: &mail.content,
    };
    let subject = clean_subject(&Subject { mail: &view }.render()?);
    let text = wrapping::wrap(&Text { mail: &view }.render()?, LINE_LENGTH);
    let html = Html { mail: &view, subject: &subject }.render()?;
    Ok(Letter { subject, text, html })
}

#[cfg(test)]
mod tests;
