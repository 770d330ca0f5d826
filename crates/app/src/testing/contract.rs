//! What every storage must do, as tests. See [`storage_contract_tests!`](crate::storage_contract_tests).

#![allow(missing_docs, reason = "a contract test's name is its documentation")]

pub mod accounts;
mod backend;
pub mod units;
pub mod users;

pub use backend::{AuditRow, ContractBackend, Probe};

/// Makes one test of each behaviour that the ports of storage ask for.
///
/// `fresh` is an async function, or a closure returning a future, that answers a [`ContractBackend`] with nothing stored. The crate that
/// calls this needs tokio with `macros` and `rt-multi-thread` among its dev-dependencies.
///
/// ```ignore
/// async fn fresh() -> ContractBackend {
///     let storage = MemoryStorage::new();
///     ContractBackend::new(Arc::new(storage.clone()), Arc::new(storage.clone()), Arc::new(storage))
/// }
/// tenantry_app::storage_contract_tests!(fresh);
/// ```
#[macro_export]
macro_rules! storage_contract_tests {
    ($fresh:expr) => {
        $crate::storage_contract_tests! { @ $fresh =>
            accounts {
                complete_account_round_trips
                account_with_nothing_optional_round_trips
                unknown_account_is_none
                there_is_one_root
                domain_belongs_to_one_account
                storage_is_empty_until_the_first_account
            }
            units {
                committed_changes_are_there
                dropped_unit_leaves_nothing
                uncommitted_changes_are_not_in_the_directory
                unit_sees_its_own_changes
                two_administrators_cannot_demote_each_other_at_once
                login_name_is_given_once_to_many_at_once
            }
            users {
                complete_user_round_trips
                user_with_nothing_optional_round_trips
                unknown_user_is_none
                login_name_is_unique_whatever_its_case
                login_name_of_removed_user_stays_reserved
                update_replaces_everything_and_raises_the_version
                stale_update_changes_nothing
                update_to_a_taken_login_name_changes_nothing
                base_grant_is_replaced
                grant_outside_its_window_is_stored_but_gives_nothing
                principal_has_names_home_and_grants
                standing_follows_from_user_account_and_ancestors
                principal_must_change_password_as_its_credential_says
                provisioning_and_sign_in_leave_the_version_alone
                other_administrators_are_counted
                purge_deletes_what_was_removed_long_ago_with_everything_of_theirs
                purge_takes_at_most_its_limit
            }
        }
    };
    (@ $fresh:expr => $($area:ident { $($name:ident)+ })+) => {$(
        mod $area {
            #[allow(unused_imports, reason = "for the expression that makes a backend")]
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let backend: $crate::testing::ContractBackend = ($fresh)().await;
                    $crate::testing::contract::$area::$name(backend).await;
                }
            )+
        }
    )+};
}
