//! What every storage must do, as tests. See [`storage_contract_tests!`](crate::storage_contract_tests).

#![allow(missing_docs, reason = "a contract test's name is its documentation")]

pub mod account_changes;
pub mod account_counts;
pub mod account_domains;
pub mod account_inheritance;
pub mod account_lists;
pub mod account_moves;
pub mod account_people;
pub mod account_purges;
pub mod account_removal;
pub mod account_trees;
pub mod accounts;
pub mod audit_chain;
pub mod audit_log;
mod backend;
pub mod backlog;
pub mod credentials;
pub mod grant_holders;
pub mod grants;
pub mod idempotency;
pub mod images;
pub mod login_names;
pub mod mail_outbox;
pub mod password_links;
pub mod principals;
pub mod provisioning_jobs;
pub mod purges;
pub mod reads_at_once;
pub mod removed_users;
pub mod role_holders;
pub mod role_units;
pub mod roles;
pub mod sessions;
pub mod sign_in_attempts;
pub mod units;
pub mod user_filters;
pub mod user_lists;
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
///     let clone = || Arc::new(storage.clone());
///     ContractBackend::new(clone(), clone(), clone(), clone())
/// }
/// tenantry_app::storage_contract_tests!(fresh);
/// ```
#[macro_export]
macro_rules! storage_contract_tests {
    ($fresh:expr) => {
        $crate::storage_contract_tests! { @ $fresh =>
            account_changes {
                account_update_replaces_everything_and_raises_the_version
                account_update_to_nothing_optional_clears_it
                account_update_leaves_place_domains_and_removal_alone
                stale_account_update_changes_nothing
                renamed_account_is_listed_by_its_new_name
            }
            account_domains {
                added_domains_are_aliases_in_alphabetical_order
                domain_of_any_account_cannot_be_added
                domains_of_removed_accounts_stay_taken
                primary_domain_becomes_an_alias_when_another_takes_its_place
                account_never_goes_without_its_primary_domain
                removed_domain_is_free_again
                verified_domain_keeps_its_first_mark_whatever_becomes_primary
                mark_is_lost_with_the_domain_and_set_by_its_account_alone
                login_names_of_a_domain_are_counted
            }
            account_inheritance {
                account_has_from_above_what_it_does_not_set
                looks_are_found_by_domain_and_else_are_those_of_the_root
                logo_is_shown_to_anybody_and_kept_while_shown
            }
            account_lists {
                row_says_everything_about_an_account
                only_visible_accounts_and_the_home_account_are_listed
                children_of_an_account_are_the_direct_ones
                search_finds_parts_of_names_and_domains_in_any_case
                pages_of_accounts_have_neither_gaps_nor_doubles
                account_stands_as_its_ancestors_let_it
                plain_text_mail_needs_every_ancestor
                names_of_known_accounts_are_told
            }
            account_counts {
                children_in_view_are_counted_by_account
                users_are_counted_by_account
                listed_accounts_are_counted_up_to_a_limit
                accounts_below_which_others_can_stand_are_listed_alone
                places_of_live_accounts_are_told
            }
            account_moves {
                moved_account_takes_everything_below_along
                moved_account_is_a_child_of_its_new_parent
                homes_and_anchors_move_along
                moved_accounts_stand_as_their_new_ancestors_let_them
                removed_accounts_move_along
                account_moved_back_is_where_it_was
            }
            account_people {
                users_with_grants_across_an_accounts_border_are_listed_with_all_they_hold
                shutting_out_closes_every_way_in_of_the_subtree_alone
            }
            account_purges {
                accounts_to_purge_are_listed_from_below
                purged_accounts_are_gone_with_everything_of_theirs
                accounts_are_purged_once_nobody_and_nothing_is_in_them
                account_that_is_not_removed_is_not_purged
                role_of_a_purged_account_that_is_held_elsewhere_goes_to_the_platform
            }
            account_removal {
                removed_account_is_gone_with_everything_below
                what_was_removed_before_stays_removed
                accounts_come_back_as_they_were_removed
                removal_is_undone_with_its_unit
                subtree_is_counted_without_what_was_removed
                accounts_are_listed_by_kind_and_state
                removed_accounts_are_listed_by_state_removed_and_the_top_alone
            }
            account_trees {
                tree_stands_after_any_changes_as_a_naive_model_says
            }
            accounts {
                complete_account_round_trips
                account_with_nothing_optional_round_trips
                unknown_account_is_none
                there_is_one_root
                domain_belongs_to_one_account
                storage_is_empty_until_the_first_account
            }
            audit_chain {
                entries_are_marked_and_wait
                stored_entries_say_what_was_written
                sealed_entries_wait_no_more
                number_of_a_seal_is_taken_once
            }
            audit_log {
                entries_are_kept_in_their_order
                entry_is_gone_with_its_unit
                entries_outlive_their_user
            }
            credentials {
                credential_round_trips_and_is_replaced
                unknown_user_has_no_credential
            }
            grant_holders {
                holders_stand_at_or_above_and_the_nearest_come_first
                holders_are_active_and_their_grants_in_effect
                holders_by_custom_roles_and_away_from_home_are_found
            }
            grants {
                grants_stand_in_one_order_everywhere
                grant_of_a_custom_role_gives_what_the_role_holds_now
                custom_role_gives_nothing_outside_its_window
                grant_of_an_unknown_role_is_an_error
                replaced_grants_keep_what_stays_as_it_was
                replacing_leaves_other_users_alone
                giver_is_shown_until_purged
            }
            idempotency {
                key_is_claimed_once_by_each_actor
                key_claimed_by_many_at_once_is_claimed_by_one
                sweep_forgets_old_keys
            }
            images {
                image_round_trips_and_is_stored_once
                image_is_removed_when_nobody_shows_it
            }
            login_names {
                every_login_name_of_a_domain_moves
                old_login_names_are_taken_until_swept
                taken_and_reserved_login_names_are_found
                grants_at_a_domain_are_listed_once
            }
            backlog {
                nothing_waits_in_the_beginning
                work_waits_until_it_is_done
            }
            mail_outbox {
                every_letter_round_trips_through_a_claim
                mail_is_due_from_its_creation_and_longest_due_first
                claimed_mail_comes_back_when_its_lease_is_over
                renewed_mail_stays_with_its_worker
                sent_mail_is_settled_for_good
                failed_mail_says_why_and_keeps_nothing_sealed
                mail_to_be_tried_again_waits_with_its_secret
                mail_that_a_wrong_clock_put_off_is_brought_forward
                held_mail_waits_until_released
                cancelling_takes_waiting_mails_with_credentials_only
                cancelled_mail_is_not_revived_by_its_claimer
                concurrent_workers_never_get_the_same_mail
                mails_are_listed_newest_first
            }
            password_links {
                link_round_trips
                newest_link_is_the_one_asked_for_last
                links_are_counted_by_user_purpose_and_time
                link_is_spent_once
                link_spent_by_many_at_once_is_spent_by_one
                spending_is_undone_with_its_unit
                voiding_leaves_used_links_and_other_users_alone
                expiry_is_set_once
                restart_counts_open_links_as_asked_for_anew
            }
            principals {
                principal_has_names_home_and_grants
                grant_outside_its_window_is_stored_but_gives_nothing
                standing_follows_from_user_account_and_ancestors
                principal_must_change_password_as_its_credential_says
                other_administrators_are_counted
                administrators_by_custom_roles_are_counted
            }
            provisioning_jobs {
                job_is_claimed_and_done
                renewed_job_stays_with_its_worker
                job_that_a_wrong_clock_put_off_is_brought_forward
                user_has_one_unfinished_job
                failed_job_waits_unless_asked_for_again
                slow_worker_settles_nothing
                change_made_while_a_job_is_being_done_is_not_lost
                concurrent_workers_never_get_the_same_job
            }
            purges {
                purge_deletes_what_was_removed_long_ago_with_everything_of_theirs
                purge_takes_at_most_its_limit
            }
            reads_at_once {
                sessions_asked_for_at_once_are_each_told_their_own
                users_asked_for_at_once_are_each_told_of
                accounts_asked_for_at_once_are_each_told_of
            }
            removed_users {
                users_of_removed_accounts_are_not_found_until_restored
                pages_of_users_skip_removed_accounts
                grants_at_removed_accounts_give_nothing
                login_names_of_removed_accounts_stay_taken
                users_of_removed_accounts_administer_nothing
                users_of_removed_accounts_still_hold_their_roles
            }
            role_holders {
                holder_is_shown_with_each_grant_of_the_role
                only_visible_holders_of_the_account_and_below_are_listed
                holders_are_listed_by_name_up_to_the_limit
                everyone_who_has_or_had_the_role_is_a_holder
            }
            role_units {
                role_is_gone_with_its_unit
                role_edited_by_two_at_once_is_edited_by_one
                role_name_is_given_once_to_many_at_once
                role_given_and_removed_at_once_is_only_one_of_both
            }
            roles {
                complete_role_round_trips
                role_with_nothing_optional_round_trips
                unknown_role_is_none
                role_name_is_unique_in_its_account_whatever_its_case
                role_update_replaces_the_definition_and_raises_the_version
                stale_role_update_changes_nothing
                role_update_to_a_taken_name_changes_nothing
                removed_role_is_gone_and_its_name_free
                held_role_is_not_removed
                roles_are_listed_by_account_and_name
            }
            sessions {
                session_round_trips_with_whose_it_is
                session_tells_the_standing_of_now
                oldest_sessions_end_beyond_the_limit
                sessions_are_listed_latest_used_first
                touch_and_active_account_change_one_session
                session_is_ended_by_its_owner_only
                all_sessions_end_but_one
                sweep_deletes_expired_and_idle_sessions
            }
            sign_in_attempts {
                failures_are_counted_by_key_until_cleared
                counting_begins_anew_with_a_new_window
                sweep_forgets_old_failures
                no_failure_of_many_at_once_is_lost
            }
            units {
                committed_changes_are_there
                dropped_unit_leaves_nothing
                uncommitted_changes_are_not_in_the_directory
                unit_sees_its_own_changes
                two_administrators_cannot_demote_each_other_at_once
                login_name_is_given_once_to_many_at_once
            }
            user_filters {
                list_is_of_one_account_or_with_those_below
                only_what_is_visible_is_listed
                list_filters_by_state
                list_filters_by_role_and_provisioning
                list_filters_by_custom_role
                search_finds_parts_of_names_and_addresses_in_any_case
                search_follows_what_becomes_of_new_users
                search_follows_what_becomes_of_users_among_many
            }
            user_lists {
                row_says_everything_about_a_user
                row_shows_the_role_of_the_base_grant_as_it_is_now
                pages_have_neither_gaps_nor_doubles_in_any_order
                page_goes_on_where_it_was_though_its_last_row_is_gone
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
                provisioning_and_sign_in_leave_the_version_alone
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
