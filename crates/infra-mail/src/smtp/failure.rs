//! What went wrong, for the administrator. Servers may repeat in their answers what was sent to them; secrets are taken out.

use std::{error::Error as _, time::Duration};

use lettre::transport::smtp::{Error, response::Code};
use tenantry_app::ports::{MailToSend, MailerError, RenderedFor};

use crate::SmtpServer;

const LONGEST_TEXT: usize = 300;
/// A link's token has 43 characters.
const LONGEST_WORD: usize = 39;
const HIDDEN: &str = "…";

/// Whatever the server says before it has seen a message is about us, not about the message.
pub fn while_connecting(server: &SmtpServer, error: &Error) -> MailerError {
    MailerError::Later(format!("cannot connect to mail server `{server}`: {}", reason(error)))
}

/// The server's own words are left out, lest they repeat the password.
pub fn while_signing_in(server: &SmtpServer, error: &Error) -> MailerError {
    let reason = error.status().map_or_else(|| reason(error), |code| format!("it answered {code}"));
    MailerError::Later(format!("cannot sign in to mail server `{server}`: {reason}"))
}

pub fn while_sending(server: &SmtpServer, error: &Error) -> MailerError {
    let text = format!("mail server `{server}` did not take the message: {}", reason(error));
    let is_final = error.is_permanent() && !error.status().is_some_and(asks_for_sign_in);
    if is_final { MailerError::Never(text) } else { MailerError::Later(text) }
}

pub fn too_slow(server: &SmtpServer, limit: Duration) -> MailerError {
    let seconds = limit.as_secs_f32();
    MailerError::Later(format!(
        "mail server `{server}` did not finish within {seconds} s; whether it took the message is not known"
    ))
}

/// 530, 534, 535 and 538 (RFC 4954) are about our sign-in, whenever they come.
fn asks_for_sign_in(code: Code) -> bool {
    matches!(u16::from(code), 530 | 534 | 535 | 538)
}

fn reason(error: &Error) -> String {
    let words = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    error.status().map_or_else(|| words.clone(), |code| format!("{code} {words}"))
}

/// One line, without the message's password or anything like a token.
pub fn without_secrets(error: MailerError, mail: &MailToSend) -> MailerError {
    let clean = |text: String| {
        let text = match &mail.content {
            RenderedFor::NewPassword { password } if !password.is_empty() => text.replace(password.as_str(), HIDDEN),
            _ => text,
        };
        let line: String = hide_tokens(&text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        line.chars().take(LONGEST_TEXT).collect()
    };
    match error {
        MailerError::Later(text) => MailerError::Later(clean(text)),
        MailerError::Never(text) => MailerError::Never(clean(text)),
    }
}

fn hide_tokens(text: &str) -> String {
    let is_in_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let words = text.split_inclusive(|c| !is_in_token(c)).map(|word| {
        let token = word.trim_end_matches(|c| !is_in_token(c));
        if token.len() > LONGEST_WORD { word.replace(token, HIDDEN) } else { word.to_owned() }
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_in_an_answer_are_hidden() {
        let token = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8";
        let answer = format!("554 spam: https://contoso.example/p/{token}?x, and {token}.");
        assert_eq!(hide_tokens(&answer), "554 spam: https://contoso.example/p/…?x, and ….");
        assert_eq!(hide_tokens("550 5.1.1 no such user"), "550 5.1.1 no such user");
    }
}
