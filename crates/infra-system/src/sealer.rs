use std::fmt;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use rand::{Rng as _, rand_core::UnwrapErr, rngs::SysRng};
use tenantry_app::ports::Sealer;

use crate::SecretKey;

const LABEL: &[u8] = b"tenantry sealing";
const NONCE_LENGTH: usize = 24;

/// XChaCha20-Poly1305. What it seals is a random nonce and the ciphertext; the context is authenticated with it.
pub struct ChaChaSealer {
    cipher: XChaCha20Poly1305,
}

impl ChaChaSealer {
    pub fn new(key: &SecretKey) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&key.derive(&[LABEL]).into()) }
    }
}

impl fmt::Debug for ChaChaSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChaChaSealer(…)")
    }
}

impl Sealer for ChaChaSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LENGTH];
        UnwrapErr(SysRng).fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        #[expect(clippy::expect_used, reason = "encryption fails for 256 GiB and more only")]
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), payload).expect("the text is short enough");
        [nonce.as_slice(), &sealed].concat()
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LENGTH)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        self.cipher.decrypt(XNonce::from_slice(nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(key: u8) -> ChaChaSealer {
        ChaChaSealer::new(&SecretKey::of(key))
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_context_and_key_only() {
        let sealed = sealer(1).seal("mail 7", b"correct horse");
        assert_eq!(sealer(1).open("mail 7", &sealed).as_deref(), Some(b"correct horse".as_slice()));
        assert_eq!(sealer(1).open("mail 8", &sealed), None);
        assert_eq!(sealer(2).open("mail 7", &sealed), None);
    }

    #[test]
    fn no_byte_may_be_changed_or_missing() {
        let sealed = sealer(1).seal("mail 7", b"correct horse");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(sealer(1).open("mail 7", &changed), None, "byte {index}");
            assert_eq!(sealer(1).open("mail 7", &sealed[..index]), None, "cut at {index}");
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let sealed = sealer(1).seal("", b"correct horse");
        assert_ne!(sealer(1).seal("", b"correct horse"), sealed);
        assert!(!sealed.windows(5).any(|window| window == b"horse"));
        assert_eq!(sealer(1).open("", &sealer(1).seal("", b"")), Some(Vec::new()));
    }
}
