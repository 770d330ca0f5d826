use std::{num::NonZero, thread, time::Duration};

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use async_trait::async_trait;
use tenantry_app::ports::{HashedPassword, HasherBusy, PasswordHasher};
use tenantry_domain::user::Password;

use crate::gate::Gate;

const MOST_WAITING: usize = 256;
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Argon2id with 19,456 KiB, two passes and one lane; as many at a time as there are processor cores, so that a flood of
/// sign-ins takes a bounded amount of memory.
#[derive(Debug)]
pub struct Argon2Hasher {
    gate: Gate,
}

impl Argon2Hasher {
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self { gate: Gate::new(cores, MOST_WAITING, LONGEST_WAIT) }
    }

    /// Runs on a thread for blocking work. A panic there counts as busy: neither a hash nor an answer came out.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HasherBusy> {
        let permit = self.gate.enter().await.ok_or(HasherBusy)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|_| HasherBusy)
    }
}

impl Default for Argon2Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &Password) -> Result<HashedPassword, HasherBusy> {
        let password = password.clone();
        let hash = self.run(move || argon2().hash_password(password.expose().as_bytes())).await?;
        // With valid parameters it fails only if the operating system has no randomness for the salt.
        hash.map(|hash| HashedPassword(hash.to_string())).map_err(|_| HasherBusy)
    }

    async fn verify(&self, password: &Password, hash: Option<&HashedPassword>) -> Result<bool, HasherBusy> {
        let password = password.clone();
        let stored = hash.map_or_else(dummy_hash, |hash| hash.0.clone());
        let matches = self.run(move || is_hash_of(&password, &stored)).await?;
        Ok(matches && hash.is_some())
    }
}

/// The default parameters are the ones named above; a test holds on to that.
fn argon2() -> Argon2<'static> {
    Argon2::from(Params::default())
}

fn is_hash_of(password: &Password, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| argon2().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

/// A well-formed hash of no known password, with the current parameters: to compare with it costs what it costs with a real one.
fn dummy_hash() -> String {
    let (memory, passes, lanes) = (Params::DEFAULT_M_COST, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST);
    format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}", "A".repeat(22), "A".repeat(43))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    fn shape(hash: &str) -> (String, Vec<usize>) {
        let parts: Vec<&str> = hash.rsplitn(3, '$').collect();
        (parts[2].to_owned(), vec![parts[1].len(), parts[0].len()])
    }

    #[tokio::test]
    async fn a_hash_is_of_its_password_only() {
        let hasher = Argon2Hasher::new();
        let hash = hasher.hash(&password("correct horse battery")).await.unwrap();
        assert_eq!(hasher.verify(&password("correct horse battery"), Some(&hash)).await, Ok(true));
        assert_eq!(hasher.verify(&password("correct horse batterY"), Some(&hash)).await, Ok(false));
        assert_ne!(hasher.hash(&password("correct horse battery")).await.unwrap(), hash, "every hash has its own salt");
    }

    #[tokio::test]
    async fn an_unknown_user_costs_a_hash_with_the_current_parameters() {
        let hasher = Argon2Hasher::new();
        let hash = hasher.hash(&password("correct horse battery")).await.unwrap();
        let parameters = "$argon2id$v=19$m=19456,t=2,p=1";
        assert_eq!(shape(&hash.0), (parameters.to_owned(), vec![22, 43]));
        assert_eq!(shape(&dummy_hash()), shape(&hash.0));
        assert!(PasswordHash::new(&dummy_hash()).is_ok());
        assert_eq!(hasher.verify(&password("correct horse battery"), None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_broken_hash_matches_nothing() {
        let hasher = Argon2Hasher::new();
        for broken in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$AAAA", "$unknown$AAAA$AAAA"] {
            let hash = HashedPassword(broken.to_owned());
            assert_eq!(hasher.verify(&password("correct horse battery"), Some(&hash)).await, Ok(false), "{broken}");
        }
    }

    #[tokio::test]
    async fn a_surplus_is_turned_away() {
        let hasher = Argon2Hasher { gate: Gate::new(1, 0, Duration::ZERO) };
        let first = password("correct horse battery");
        let (done, turned_away) = tokio::join!(hasher.hash(&first), hasher.hash(&first));
        assert!(done.is_ok());
        assert_eq!(turned_away, Err(HasherBusy));
    }

    #[tokio::test]
    async fn work_nobody_waits_for_any_more_keeps_its_permit() {
        let hasher = Argon2Hasher { gate: Gate::new(1, 0, Duration::ZERO) };
        let first = password("correct horse battery");
        assert!(tokio::time::timeout(Duration::from_millis(1), hasher.hash(&first)).await.is_err());
        assert_eq!(hasher.hash(&first).await, Err(HasherBusy));
    }
}
