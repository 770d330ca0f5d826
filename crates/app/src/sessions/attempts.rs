//! Slowing down whoever guesses. Counted per login name and per address, in storage, so that neither a restart nor another
//! node forgets; known and unknown names are counted alike.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::{
    App, UseCaseError,
    ports::{FailureRecord, UnitOfWork},
};

/// After so many failures in a row, a login name waits 1, 2, 4 … seconds between attempts.
const FREE_FAILURES: u32 = 5;
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// So many failed attempts a minute from one address (IPv6: one /64 network) are looked at.
const ADDRESS_FAILURES: u32 = 30;
const ADDRESS_WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// The counter of a login name.
pub(crate) fn login_attempts_key(login_key: &str) -> String {
    // Typed names may be anything and of any length; what is counted is bounded.
    format!("name:{}", login_key.chars().take(320).collect::<String>())
}

fn address_key(address: &str) -> Option<String> {
    match address.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(v4) => Some(format!("address:{v4}")),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Some(format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

/// Refuses an attempt that comes too soon after failed ones.
///
/// # Errors
/// [`UseCaseError::TooManyAttempts`], the same for known and unknown names.
pub(crate) async fn require_attempt(app: &App, login_key: &str, address: Option<&str>) -> Result<(), UseCaseError> {
    app.retrying(|| {
        Box::pin(async move {
            let uow = app.begin().await?;
            require_attempt_within(app, &*uow, login_key, address).await
        })
    })
    .await
}

/// As [`require_attempt`], within the transaction that settles the attempt. Asked once more there, it lets nobody learn more
/// from many attempts at once than from one after the other.
pub(crate) async fn require_attempt_within(
    app: &App,
    uow: &dyn UnitOfWork,
    login_key: &str,
    address: Option<&str>,
) -> Result<(), UseCaseError> {
    let now = app.now();
    let by_name = uow.sign_in_attempts().find(&login_attempts_key(login_key)).await?;
    let mut wait = wait_of_name(by_name, now);
    if let Some(key) = address.and_then(address_key) {
        wait = wait.max(wait_of_address(uow.sign_in_attempts().find(&key).await?, now));
    }
    match u32::try_from(wait.as_secs() + i64::from(wait.subsec_nanos() > 0)) {
        Ok(0) | Err(_) => Ok(()),
        Ok(retry_after) => Err(UseCaseError::TooManyAttempts { retry_after }),
    }
}

/// Counts a failed attempt.
///
/// # Errors
/// [`UseCaseError::TooManyAttempts`] if others failed while this one was looked at: what became of it stays unsaid then.
pub(crate) async fn note_failure(app: &App, login_key: &str, address: Option<&str>) -> Result<(), UseCaseError> {
    app.retrying(|| {
        Box::pin(async move {
            let uow = app.begin().await?;
            let now = app.now();
            let may_be_told = require_attempt_within(app, &*uow, login_key, address).await;
            uow.sign_in_attempts().add_failure(&login_attempts_key(login_key), now, None).await?;
            if let Some(key) = address.and_then(address_key) {
                uow.sign_in_attempts().add_failure(&key, now, Some(ADDRESS_WINDOW)).await?;
            }
            uow.commit().await?;
            may_be_told
        })
    })
    .await
}

fn wait_of_name(record: FailureRecord, now: Timestamp) -> SignedDuration {
    let Some(last) = record.last_at.filter(|_| record.failures >= FREE_FAILURES) else { return SignedDuration::ZERO };
    let doublings = (record.failures - FREE_FAILURES).min(10);
    remaining(last, SignedDuration::from_secs(1 << doublings).min(LONGEST_WAIT), now)
}

fn wait_of_address(record: FailureRecord, now: Timestamp) -> SignedDuration {
    let Some(first) = record.first_at.filter(|_| record.failures >= ADDRESS_FAILURES) else {
        return SignedDuration::ZERO;
    };
    remaining(first, ADDRESS_WINDOW, now)
}

/// What is left of a wait. Nodes' clocks may differ a little; one that was far ahead makes nobody wait.
fn remaining(since: Timestamp, wait: SignedDuration, now: Timestamp) -> SignedDuration {
    let passed = now.duration_since(since);
    if passed < -wait { SignedDuration::ZERO } else { (wait - passed).clamp(SignedDuration::ZERO, wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(failures: u32) -> FailureRecord {
        FailureRecord { failures, first_at: Some(Timestamp::UNIX_EPOCH), last_at: Some(Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn waits_double_up_to_fifteen_minutes() {
        let now = Timestamp::UNIX_EPOCH;
        let waits: Vec<i64> = [4, 5, 6, 7, 14, 15, 99].map(|n| wait_of_name(record(n), now).as_secs()).into();
        assert_eq!(waits, [0, 1, 2, 4, 512, 900, 900]);
    }

    #[test]
    fn a_clock_that_was_ahead_makes_nobody_wait_for_it() {
        let ahead = |wait: SignedDuration| Timestamp::UNIX_EPOCH - wait - SignedDuration::from_micros(1);
        for (wait, failures, wait_of) in [
            (LONGEST_WAIT, 99, wait_of_name as fn(FailureRecord, Timestamp) -> SignedDuration),
            (ADDRESS_WINDOW, ADDRESS_FAILURES, wait_of_address),
        ] {
            assert_eq!(wait_of(record(failures), ahead(SignedDuration::ZERO)), wait);
            assert_eq!(wait_of(record(failures), ahead(wait)), SignedDuration::ZERO);
        }
    }

    #[test]
    fn one_address_is_one_counter_however_it_is_written() {
        assert_eq!(address_key("::ffff:192.0.2.1"), address_key("192.0.2.1"));
        assert_eq!(address_key("2001:db8::1"), address_key("2001:db8:0:0:ffff::2"));
        assert_eq!(address_key("nonsense"), None);
    }
}
