//! How hard a password is to guess, knowing whose it is.

use std::cmp::Reverse;

use tenantry_domain::{
    account::PasswordLength,
    user::{InvalidPassword, Password, User},
};
use zxcvbn::{Score, zxcvbn};

use crate::{App, ports::StorageError};

/// What a new password is held against: what an attacker knows of its user (names, login name, addresses), and how long the
/// user's account wants it.
#[derive(Debug, Clone)]
pub struct PasswordContext {
    known: Vec<String>,
    least: PasswordLength,
}

impl Default for PasswordContext {
    fn default() -> Self {
        Self { known: Vec::new(), least: PasswordLength::LEAST }
    }
}

/// How hard a password is to guess, from 0 (at once) to 4 (not in practice).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordStrength {
    /// 0 to 4.
    pub score: u8,
    /// Whether the password would be accepted.
    pub acceptable: Result<(), InvalidPassword>,
}

impl PasswordContext {
    /// A password that has known words in it has at least so many other characters.
    const FEWEST_UNKNOWN: usize = 8;

    /// What is known, as typed; blanks are left out, addresses are also known by their parts.
    pub fn new<'a>(known: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut words = vec!["tenantry".to_owned()];
        for text in known.into_iter().flatten().map(str::trim).filter(|text| !text.is_empty()) {
            let text: String = text.to_lowercase().chars().take(100).collect();
            words.extend(text.split(['@', '.', ' ', '-', '_']).filter(|part| part.len() > 2).map(str::to_owned));
            words.push(text);
        }
        Self { known: words, ..Self::default() }
    }

    /// What is known of a user.
    pub fn of_user(user: &User) -> Self {
        let (login_name, profile) = (user.login_name.to_string(), &user.profile);
        Self::new([
            Some(profile.first_name.as_str()),
            Some(profile.last_name.as_str()),
            Some(profile.display_name.as_str()),
            profile.company.as_ref().map(tenantry_domain::Line::as_str),
            Some(login_name.as_str()),
            Some(user.contact.email.as_str()),
            user.contact.alternative_email.as_ref().map(tenantry_domain::contact::EmailAddress::as_str),
        ])
    }

    /// What is known of a user, and what the user's account demands.
    pub(crate) async fn find(app: &App, user: &User) -> Result<Self, StorageError> {
        let account = app.directory().find_account(user.account_id).await?;
        let least = account.map_or(PasswordLength::LEAST, |account| account.inherited.policy.password_length);
        Ok(Self::of_user(user).demanding(least))
    }

    /// The same for a user of an account that demands so many characters.
    #[must_use]
    pub fn demanding(self, least: PasswordLength) -> Self {
        Self { least, ..self }
    }

    /// How many characters are demanded.
    pub const fn least(&self) -> PasswordLength {
        self.least
    }

    /// A password that is long enough and not easy to guess.
    ///
    /// # Errors
    /// [`InvalidPassword`].
    pub fn parse(&self, raw: &str) -> Result<Password, InvalidPassword> {
        let password = Password::parse(raw)?.at_least(self.least.get())?;
        if self.score(raw) < Score::Three {
            return Err(InvalidPassword::EasyToGuess);
        }
        Ok(password)
    }

    /// How good a password is while it is typed.
    pub fn strength(&self, raw: &str) -> PasswordStrength {
        PasswordStrength { score: u8::from(self.score(raw)), acceptable: self.parse(raw).map(|_| ()) }
    }

    fn score(&self, raw: &str) -> Score {
        let known: Vec<&str> = self.known.iter().map(String::as_str).collect();
        // Scoring looks at the first hundred characters only; more is neither needed nor worth the time.
        let start: String = raw.chars().take(100).collect();
        let score = zxcvbn(&start, &known).score();
        if self.makes_up(raw) { score.min(Score::One) } else { score }
    }

    /// Whether hardly anything is left of a password without what is known of its user. Scoring takes each repetition of a
    /// known word for a further word to guess.
    fn makes_up(&self, raw: &str) -> bool {
        let typed: String = raw.to_lowercase().chars().take(Password::MAX_LENGTH).collect();
        let mut longest_first: Vec<&String> = self.known.iter().collect();
        longest_first.sort_by_key(|word| Reverse(word.len()));
        let rest = longest_first.into_iter().fold(typed.clone(), |rest, word| rest.replace(word.as_str(), " "));
        rest != typed && rest.chars().filter(|c| !c.is_whitespace()).count() < Self::FEWEST_UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_and_own_names_are_refused() {
        let context = PasswordContext::new([Some("Avery"), Some("Quinn"), Some("avery.quinn@contoso.example")]);
        for raw in [
            "passwordpassword",
            "averyquinn123456",
            "avery.quinn@contoso.example",
            "aaaaaaaaaaaaaaaaaaaa",
            "qwertyuiopasdfgh",
            "avery quinn avery quinn",
            "Quinn+Contoso+Avery+1",
        ] {
            assert_eq!(context.parse(raw).err(), Some(InvalidPassword::EasyToGuess), "{raw}");
        }
        for raw in ["lantern orbit velvet canyon", "avery likes velvet canyons", "🔑🌊🪐🍋🧭🎷🪁🧊🦜🪵🫖🧵🪴🛶🎏"]
        {
            assert!(context.parse(raw).is_ok(), "{raw}");
        }
    }
}
