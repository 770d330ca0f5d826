use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::{Rng as _, rand_core::UnwrapErr, rngs::SysRng};
use sha2::{Digest as _, Sha256};
use tenantry_app::ports::{Token, TokenHash, TokenSource};
use tenantry_domain::{AccountId, PasswordLinkId, contact::DomainName, user::Password};

use crate::SecretKey;

const PASSWORD_LINK_LABEL: &[u8] = b"pwlink";
const REQUEST_LABEL: &[u8] = b"request";
const DOMAIN_LABEL: &[u8] = b"domain verification";

/// Letters and digits without those that look alike: 57 symbols, 5.83 bits each.
const SYMBOLS: &[u8; 57] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP_LENGTH: usize = 5;

/// Tokens and passwords from the operating system's randomness, and password-link tokens from the secret key.
///
/// Panics if the operating system has no randomness to give: going on without it would be worse.
#[derive(Debug, Clone)]
pub struct SystemTokens {
    key: SecretKey,
}

impl SystemTokens {
    pub const fn new(key: SecretKey) -> Self {
        Self { key }
    }
}

impl TokenSource for SystemTokens {
    fn session_token(&self) -> Token {
        let mut bytes = [0; 32];
        UnwrapErr(SysRng).fill_bytes(&mut bytes);
        token_of(&bytes)
    }

    fn password_link_token(&self, link_id: PasswordLinkId) -> Token {
        token_of(&self.key.derive(&[PASSWORD_LINK_LABEL, link_id.uuid().as_bytes()]))
    }

    fn domain_verification_token(&self, account_id: AccountId, domain: &DomainName) -> String {
        // Ids have one length, so that no two pairs are one text.
        let account_id = account_id.uuid();
        let parts = [DOMAIN_LABEL, account_id.as_bytes(), domain.as_str().as_bytes()];
        BASE64_URL_SAFE_NO_PAD.encode(self.key.derive(&parts))
    }

    fn hash(&self, token: &str) -> TokenHash {
        TokenHash(Sha256::digest(token.as_bytes()).into())
    }

    fn request_digest(&self, request: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.key.derive(&[REQUEST_LABEL, request]))
    }

    fn password(&self) -> Password {
        let symbols = random_symbols();
        let groups: Vec<&str> =
            symbols.as_bytes().chunks(GROUP_LENGTH).filter_map(|g| str::from_utf8(g).ok()).collect();
        #[expect(clippy::expect_used, reason = "23 ASCII characters are within the rules, whichever they are")]
        Password::parse(&groups.join("-")).expect("a generated password is a valid password")
    }
}

fn token_of(bytes: &[u8; 32]) -> Token {
    Token::new(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Six bits choose one of 64; the few beyond the symbols are thrown away, so that every symbol is equally likely.
fn random_symbols() -> String {
    let mut symbols = String::new();
    let mut bytes = [0; 32];
    while symbols.len() < GROUPS * GROUP_LENGTH {
        UnwrapErr(SysRng).fill_bytes(&mut bytes);
        let chosen = bytes.iter().filter_map(|byte| SYMBOLS.get(usize::from(byte & 0x3F)));
        symbols.extend(chosen.take(GROUPS * GROUP_LENGTH - symbols.len()).map(|symbol| char::from(*symbol)));
    }
    symbols
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use uuid::Uuid;

    use super::*;

    const LENGTH: u32 = 20;

    fn tokens() -> SystemTokens {
        SystemTokens::new(SecretKey::of(1))
    }

    fn is_token(text: &str) -> bool {
        text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    }

    #[test]
    fn session_tokens_are_43_characters_and_never_the_same() {
        let made: HashSet<String> = (0..1000).map(|_| tokens().session_token().expose().to_owned()).collect();
        assert_eq!(made.len(), 1000);
        assert!(made.iter().all(|token| is_token(token)));
    }

    #[test]
    fn a_links_token_follows_from_the_link_and_the_key() {
        let link = PasswordLinkId::new(Uuid::from_u128(5));
        let token = tokens().password_link_token(link);
        assert!(is_token(token.expose()));
        assert_eq!(tokens().password_link_token(link), token);
        assert_ne!(tokens().password_link_token(PasswordLinkId::new(Uuid::from_u128(6))), token);
        assert_ne!(SystemTokens::new(SecretKey::of(2)).password_link_token(link), token);
        // Computed apart with Python's hmac module: a change here would kill every link on its way.
        assert_eq!(token.expose(), "MGv6m9drMtRSOAgPoHSxmLqhi8ph6hM3ZC8kzE0tpUE");
    }

    #[test]
    fn a_domains_token_follows_from_account_domain_and_key() {
        let accounts = [5, 6].map(|n| AccountId::new(Uuid::from_u128(n)));
        let domains = ["contoso.example", "fabrikam.example"].map(|name| DomainName::parse(name).unwrap());
        let token = tokens().domain_verification_token(accounts[0], &domains[0]);
        assert!(is_token(&token));
        assert_eq!(tokens().domain_verification_token(accounts[0], &domains[0]), token);
        assert_ne!(tokens().domain_verification_token(accounts[1], &domains[0]), token);
        assert_ne!(tokens().domain_verification_token(accounts[0], &domains[1]), token);
        assert_ne!(SystemTokens::new(SecretKey::of(2)).domain_verification_token(accounts[0], &domains[0]), token);
        // Computed apart with Python's hmac module: a change here would ask for other records than people have set.
        assert_eq!(token, "UI_DXQze5Rj2rLqEP5Uktt-Q63SoUS30V3hE-hHoWss");
    }

    #[test]
    fn hashes_are_sha_256_of_the_text_whatever_it_is() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(crate::hex::encode(&tokens().hash("abc").0), expected);
        assert_ne!(tokens().hash("ab"), tokens().hash("abc"));
        assert_ne!(tokens().hash(""), tokens().hash("\0"));
    }

    #[test]
    fn passwords_follow_the_rules_and_have_at_least_112_bits() {
        assert!(57f64.log2() * f64::from(LENGTH) >= 112.0);
        let made: HashSet<String> = (0..200).map(|_| tokens().password().expose().to_owned()).collect();
        assert_eq!(made.len(), 200);
        for password in made {
            let groups: Vec<&str> = password.split('-').collect();
            assert_eq!(groups.len(), GROUPS, "{password}");
            assert!(groups.iter().all(|group| group.len() == GROUP_LENGTH), "{password}");
        }
    }

    #[test]
    fn every_symbol_is_equally_likely() {
        let mut counts: HashMap<char, f64> = HashMap::new();
        let rounds: u32 = 5_000;
        for _ in 0..rounds {
            for symbol in random_symbols().chars() {
                *counts.entry(symbol).or_default() += 1.0;
            }
        }
        assert_eq!(counts.len(), SYMBOLS.len());
        let expected = f64::from(rounds * LENGTH) / 57.0;
        let chi_squared: f64 = counts.values().map(|count| (count - expected).powi(2) / expected).sum();
        // 56 degrees of freedom: beyond 120 in fewer than one of a million runs.
        assert!(chi_squared < 120.0, "{chi_squared}");
    }
}
