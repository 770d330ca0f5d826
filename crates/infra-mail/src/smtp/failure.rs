//! What went wrong, for the administrator.

use std::{error::Error as _, time::Duration};

use lettre::transport::smtp::{Error, response::Code};
use tenantry_app::ports::{MailToSend, MailerError, RenderedFor};

use crate::SmtpServer;

const LONGEST_REASON: usize = 300;
/// So much of a secret in an answer is no coincidence.
const TELLTALE: usize = 6;

/// Whatever the server says before it has seen a message is about us, not about the message.
pub fn while_connecting(server: &SmtpServer, error: &Error) -> MailerError {
    MailerError::Later(format!("cannot connect to mail server `{server}`: {}", reason(error)))
}

/// The server's own words are left out, lest they repeat the password.
pub fn while_signing_in(server: &SmtpServer, error: &Error) -> MailerError {
    let reason = error.status().map_or_else(|| reason(error), |code| format!("it answered {code}"));
    MailerError::Later(format!("cannot sign in to mail server `{server}`: {reason}"))
}

/// Some servers quote in their answer what they object to. An answer with anything of a token or password in it is left out.
pub fn while_sending(server: &SmtpServer, error: &Error, mail: &MailToSend) -> MailerError {
    let mut reason = reason(error);
    if secret(&mail.content).is_some_and(|secret| repeats(&reason, secret)) {
        let code = error.status().map_or_else(|| "an answer".to_owned(), |code| code.to_string());
        reason = format!("{code} (the rest is left out, since it repeats a secret)");
    }
    let text = format!("mail server `{server}` did not take the message: {reason}");
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

/// The reply code and the server's words, in one line.
fn reason(error: &Error) -> String {
    let words = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
    error.status().map_or_else(|| line.clone(), |code| format!("{code} {line}"))
}

/// What may be seen by the recipient only.
fn secret(content: &RenderedFor) -> Option<&str> {
    match content {
        RenderedFor::Welcome { url, .. } | RenderedFor::PasswordReset { url, .. } => {
            url.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').max_by_key(|part| part.len())
        }
        RenderedFor::NewPassword { password } => Some(password),
        _ => None,
    }
}

fn repeats(text: &str, secret: &str) -> bool {
    let secret: Vec<char> = secret.chars().collect();
    secret.windows(TELLTALE).any(|part| text.contains(&String::from_iter(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_secret_is_recognised() {
        assert!(repeats("554 contains https://contoso.example/p/Zm9vYmFy=", "Zm9vYmFyZm9vYmFy"));
        assert!(!repeats("550 5.1.1 no such user", "Zm9vYmFyZm9vYmFy"));
    }

    #[test]
    fn the_secret_of_a_link_is_its_token() {
        let token = "Zm9vYmFyLWZvb2Jhci1mb29iYXItZm9vYmFyLWZvb_0";
        for url in [format!("https://contoso.example/p/{token}"), format!("https://a-b.example/?token={token}&x=1")] {
            assert_eq!(secret(&RenderedFor::Welcome { url, valid_for: jiff::SignedDuration::ZERO }), Some(token));
        }
    }
}
