//! Time, ids, randomness, hashing and encryption.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, PasswordLinkId, contact::DomainName, user::Password};
use thiserror::Error;
use uuid::Uuid;

/// The time.
pub trait Clock: Send + Sync {
    /// Now, cut to microseconds: what storage keeps.
    fn now(&self) -> Timestamp;
}

/// New ids.
pub trait IdSource: Send + Sync {
    /// A new version 7 UUID.
    fn next(&self) -> Uuid;
}

/// A secret token: 256 bits as 43 characters of base64url. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Wraps the 43 characters.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The token itself; to hand to its owner only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 of a token: what is stored and looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenHash(pub [u8; 32]);

/// Makes tokens and passwords.
pub trait TokenSource: Send + Sync {
    /// A new random session token.
    fn session_token(&self) -> Token;

    /// The token of a password link: derived from the link's id with the installation's secret key, so that a repeated mail
    /// carries the same one and none is stored.
    fn password_link_token(&self, link_id: PasswordLinkId) -> Token;

    /// What an account puts into the DNS of a domain to show that it controls it: 43 characters of base64url, derived from both with
    /// the installation's secret key, so that nothing is stored and another account needs another one. Everybody may read it there.
    fn domain_verification_token(&self, account_id: AccountId, domain: &DomainName) -> String;

    /// The hash of what a client sent as a token, whatever it is.
    fn hash(&self, token: &str) -> TokenHash;

    /// A digest of a request, to recognise it by when it comes again. Keyed, since a request may hold a password, and a plain hash of it
    /// could be guessed at.
    fn request_digest(&self, request: &[u8]) -> String;

    /// A new password of at least 112 bits that follows the rules.
    fn password(&self) -> Password;
}

/// A password hash in PHC form. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct HashedPassword(pub String);

impl std::fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashedPassword(…)")
    }
}

/// Hashes passwords, a bounded number at a time and never on a thread that serves requests.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password with the current parameters.
    ///
    /// # Errors
    /// [`HasherBusy`] if no permit becomes free in time.
    async fn hash(&self, password: &Password) -> Result<HashedPassword, HasherBusy>;

    /// Whether the password is the hashed one. With `None` it takes as long as with a hash and answers no, so that timing
    /// does not tell whether a user exists.
    ///
    /// # Errors
    /// [`HasherBusy`] if no permit becomes free in time.
    async fn verify(&self, password: &Password, hash: Option<&HashedPassword>) -> Result<bool, HasherBusy>;
}

/// Too many passwords are being hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many passwords are being hashed")]
pub struct HasherBusy;

/// Encrypts what must be stored but not read from storage.
pub trait Sealer: Send + Sync {
    /// Encrypts, bound to `context`: it opens only with the same one.
    fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8>;

    /// Decrypts; `None` if it was changed, or sealed for another context or with another key.
    fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>>;
}
