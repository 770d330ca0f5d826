//! The accounts somebody worked in lately, remembered by the browser: the switcher offers them first. Nothing follows from what
//! the cookie says: of the accounts it names, those in view are shown.

use axum::http::{HeaderMap, HeaderValue};
use tenantry_domain::AccountId;
use uuid::Uuid;

use crate::cookies;

/// How many are remembered.
const MOST: usize = 8;
const YEAR_SECONDS: u64 = 365 * 24 * 60 * 60;

/// The latest first.
pub fn recent_accounts(headers: &HeaderMap) -> Vec<AccountId> {
    cookies::read(headers, cookies::RECENT).map(|value| read(&value)).unwrap_or_default()
}

fn read(value: &str) -> Vec<AccountId> {
    let ids = value.split('.').take(MOST).filter_map(|id| Uuid::try_parse(id).ok());
    ids.map(AccountId::new).collect()
}

/// The cookie after one more account.
pub fn remember(account_id: AccountId, before: &[AccountId]) -> HeaderValue {
    cookies::set(cookies::RECENT, &written(account_id, before), Some(YEAR_SECONDS))
}

fn written(account_id: AccountId, before: &[AccountId]) -> String {
    let others = before.iter().copied().filter(|id| *id != account_id);
    let latest: Vec<String> =
        std::iter::once(account_id).chain(others).take(MOST).map(|id| id.uuid().simple().to_string()).collect();
    latest.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> AccountId {
        AccountId::new(Uuid::from_u128(n))
    }

    #[test]
    fn the_latest_account_stands_first_and_once() {
        let cookie = written(id(2), &[id(1), id(2), id(3)]);
        assert_eq!(read(&cookie), [id(2), id(1), id(3)]);
    }

    #[test]
    fn only_some_are_remembered_and_what_is_no_id_is_none() {
        let many: Vec<AccountId> = (1..40).map(id).collect();
        assert_eq!(read(&written(id(50), &many)).len(), MOST);
        assert_eq!(read("x.00000000000000000000000000000001.<script>"), [id(1)]);
    }
}
