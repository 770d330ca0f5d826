//! Tokens, hashes and seals that keep no secret.

use std::sync::{
    Mutex,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

use async_trait::async_trait;
use tenantry_domain::{AccountId, PasswordLinkId, contact::DomainName, user::Password};

use super::{digest, lock};
use crate::ports::{
    AnchorError, AuditAnchor, AuditKey, AuditMark, Checkpoint, HashedPassword, HasherBusy, PasswordHasher, Sealer,
    Token, TokenHash, TokenSource,
};

/// Tokens in a row: `session-…1`, `session-…2`; a link's token spells its id, a domain's that of its account.
#[derive(Debug, Default)]
pub struct FakeTokens {
    made: AtomicU64,
}

impl FakeTokens {
    fn count(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl TokenSource for FakeTokens {
    fn session_token(&self) -> Token {
        Token::new(format!("session-{:035}", self.count()))
    }

    fn password_link_token(&self, link_id: PasswordLinkId) -> Token {
        Token::new(format!("link-{}-token", link_id.uuid().simple()))
    }

    fn domain_verification_token(&self, account_id: AccountId, domain: &DomainName) -> String {
        format!("{}-{domain}", account_id.uuid().simple())
    }

    fn hash(&self, token: &str) -> TokenHash {
        TokenHash(digest(token.as_bytes()))
    }

    fn request_digest(&self, request: &[u8]) -> String {
        format!("{:?}", digest(request))
    }

    fn password(&self) -> Password {
        Password::parse(&format!("generated password {:05} for tests", self.count())).expect("a password")
    }
}

/// "Hashes" a password by writing `plain:` before it, and can be told to be busy.
#[derive(Debug, Default)]
pub struct PlainHasher {
    verified: AtomicU32,
    busy: AtomicU32,
}

impl PlainHasher {
    /// The hash of a password.
    pub fn hash_of(password: &str) -> HashedPassword {
        HashedPassword(format!("plain:{password}"))
    }

    /// Answers the next `times` calls with [`HasherBusy`].
    pub fn be_busy(&self, times: u32) {
        self.busy.store(times, Ordering::Relaxed);
    }

    /// How often a password was verified, with or without a hash to verify it against.
    pub fn verified(&self) -> u32 {
        self.verified.load(Ordering::Relaxed)
    }

    fn take_permit(&self) -> Result<(), HasherBusy> {
        let left = self.busy.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() { Err(HasherBusy) } else { Ok(()) }
    }
}

#[async_trait]
impl PasswordHasher for PlainHasher {
    async fn hash(&self, password: &Password) -> Result<HashedPassword, HasherBusy> {
        self.take_permit()?;
        Ok(Self::hash_of(password.expose()))
    }

    async fn verify(&self, password: &Password, hash: Option<&HashedPassword>) -> Result<bool, HasherBusy> {
        self.take_permit()?;
        self.verified.fetch_add(1, Ordering::Relaxed);
        Ok(hash == Some(&Self::hash_of(password.expose())))
    }
}

/// "Encrypts" by exclusive or with a key made from the context, behind 32 bytes that tell whether it was changed.
#[derive(Debug, Clone, Copy, Default)]
pub struct XorSealer;

impl XorSealer {
    fn mask(context: &str, bytes: &[u8]) -> Vec<u8> {
        let key = digest(context.as_bytes());
        bytes.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
    }

    fn tag(context: &str, plain: &[u8]) -> [u8; 32] {
        digest(&[context.as_bytes(), &[0], plain].concat())
    }
}

impl Sealer for XorSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        [Self::tag(context, plain).as_slice(), &Self::mask(context, plain)].concat()
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (tag, masked) = sealed.split_at_checked(32)?;
        let plain = Self::mask(context, masked);
        (tag == Self::tag(context, &plain)).then_some(plain)
    }
}

/// Marks that anybody can make.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeAuditKey;

impl AuditKey for FakeAuditKey {
    fn mark_entry(&self, content: &[u8]) -> AuditMark {
        AuditMark(digest(&[b"entry", content].concat()))
    }

    fn mark_seal(&self, content: &[u8]) -> AuditMark {
        AuditMark(digest(&[b"seal", content].concat()))
    }
}

/// Remembers in memory where the audit log's seals had come to.
#[derive(Debug, Default)]
pub struct MemoryAnchor(Mutex<Option<Checkpoint>>);

impl MemoryAnchor {
    /// Forgets it, as a node does whose data is gone.
    pub fn forget(&self) {
        *lock(&self.0) = None;
    }
}

impl AuditAnchor for MemoryAnchor {
    fn load(&self) -> Result<Option<Checkpoint>, AnchorError> {
        Ok(*lock(&self.0))
    }

    fn store(&self, checkpoint: Checkpoint) -> Result<(), AnchorError> {
        *lock(&self.0) = Some(checkpoint);
        Ok(())
    }
}
