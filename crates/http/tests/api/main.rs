//! The JSON API over HTTP, to each role, on every storage.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect by failing"
)]

mod account_changes;
mod account_forms;
mod accounts;
mod branding;
mod conformance;
mod create;
mod custom_roles;
mod decisions;
mod document;
mod domains;
mod events;
mod fields;
mod grants;
mod images;
mod links;
mod lists;
mod mediation;
mod metrics;
mod non_interference;
mod own;
mod protocol;
mod repeats;
mod requirements;
mod roles;
mod sessions;
mod statements;
mod support;
mod users;

/// Makes one test of each behaviour for each storage.
macro_rules! on_every_storage {
    ($($area:ident { $($name:ident)+ })+) => {
        on_every_storage! { @ memory Memory => $($area { $($name)+ })+ }
        on_every_storage! { @ sqlite Sqlite => $($area { $($name)+ })+ }
        on_every_storage! { @ postgres Postgres => $($area { $($name)+ })+ }
    };
    (@ $storage:ident $kind:ident => $($area:ident { $($name:ident)+ })+) => {
        mod $storage {
            $(mod $area {
                $(
                    #[tokio::test(flavor = "multi_thread")]
                    async fn $name() {
                        use $crate::support::{StorageKind, World};
                        $crate::$area::$name(World::start(StorageKind::$kind).await).await;
                    }
                )+
            })+
        }
    };
}

on_every_storage! {
    accounts {
        each_role_sees_the_accounts_in_its_view
        company_information_is_for_those_who_may_view_it
        accounts_are_listed_page_by_page
        login_names_are_checked_for_those_who_create_users
    }
    account_changes {
        an_account_is_created_with_its_first_user
        a_wrong_account_names_all_fields_and_stores_nothing
        an_account_is_changed_at_the_version_seen
        a_suspended_account_and_those_below_are_out_until_it_is_resumed
        an_account_is_moved_after_a_preview
        an_account_is_removed_after_a_preview_and_restored
        domains_are_added_made_primary_and_removed
    }
    domains {
        a_domain_is_verified_by_the_record_that_is_listed
        a_domain_is_removed_while_its_login_names_move
        a_domain_is_named_in_ascii_and_shown_as_people_read_it
        a_taken_domain_is_refused_alike_whosever_it_is
        the_page_shows_the_record_and_verifies_without_a_script
        the_page_shows_domains_as_people_read_them
    }
    account_forms {
        an_account_is_created_by_form_in_three_steps
        a_wrong_form_keeps_what_was_typed_and_shows_the_step_that_is_wrong
        forms_of_accounts_are_refused_to_those_without_the_right
        a_removal_asks_for_what_is_below_too
    }
    branding {
        logo_and_colours_are_seen_below_and_before_sign_in
        an_image_that_is_nobodys_logo_is_not_shown_to_anybody
    }
    create {
        created_user_is_answered_and_readable_at_once
        what_is_left_out_follows_from_the_company
        generated_password_comes_back_once
        manual_password_lets_the_user_sign_in
        password_is_mailed_only_where_the_account_allows
        user_created_suspended_gets_no_mail_until_activated
    }
    custom_roles {
        role_is_defined_listed_changed_and_removed
        wrong_roles_name_their_field
        nobody_defines_more_than_they_hold
        custom_role_gives_what_it_holds_now
        roles_are_in_view_for_those_who_view_their_accounts_users
        nobody_changes_a_role_over_anybodys_head
    }
    decisions {
        decisions_name_the_grant_or_the_smallest_change
        an_account_is_changed_from_above_and_the_answer_says_so
        nothing_is_decided_about_what_is_out_of_view
    }
    events {
        provisioning_is_watched_until_it_is_settled
        watching_ends_with_the_session
        watching_ends_when_the_server_stops
    }
    fields {
        missing_fields_are_named_all_at_once
        empty_fields_are_named_all_at_once
        long_fields_are_named_all_at_once
        control_characters_are_refused_in_every_field
        wrong_values_name_their_field
        unknown_fields_are_refused_by_name
        wrong_types_are_refused_by_name
        taken_login_names_are_conflicts_in_any_case
        look_alikes_of_login_names_are_refused
        wrong_changes_name_their_field
    }
    grants {
        grants_are_set_together_and_count_with_the_next_request
        grant_counts_inside_its_window_only
        wrong_grants_name_their_field
        nobody_gives_more_than_they_hold_anywhere
        grants_out_of_view_are_neither_shown_nor_touched
        the_last_administrator_is_not_put_on_time
    }
    metrics {
        requests_are_counted_by_route_and_name_nobody
        whoever_has_no_token_does_not_read_them
    }
    images {
        image_is_set_shown_and_removed
        what_is_no_image_is_refused
        large_images_are_refused
        bombs_are_refused
        images_follow_the_rights_over_the_user
    }
    links {
        link_sets_one_password_once
        looking_at_a_link_spends_nothing
        voided_links_open_nothing
        bad_passwords_spend_nothing
        twenty_redemptions_at_once_give_one_success
        newer_link_voids_the_older
        suspension_voids_links_for_good
        links_end_in_time
        damaged_tokens_are_refused
        forgotten_password_is_answered_alike_for_everybody
        custom_recipient_needs_a_reason_and_the_own_password
        links_begin_with_the_base_url_whatever_the_request_says
    }
    lists {
        users_are_listed_page_by_page_in_every_order
        users_are_searched_and_filtered
        wrong_parameters_are_named
        subtree_shows_only_what_is_in_view
        removed_users_are_listed_to_whoever_sees_their_pages
    }
    mediation {
        every_route_wants_a_session
        every_route_refuses_the_suspended
        every_route_wants_a_required_password_change_first
        answers_about_hidden_and_unknown_things_are_alike
    }
    non_interference {
        what_is_out_of_view_changes_no_answer
    }
    own {
        me_tells_who_one_is_and_what_one_holds
        profile_is_edited_where_the_role_allows
        own_password_is_changed_with_the_current_one
        required_password_change_comes_first
    }
    protocol {
        protective_headers_are_on_every_answer
        errors_are_problems_whoever_makes_them
        cookies_work_from_the_own_origin_only
        compressed_and_huge_bodies_are_refused
    }
    repeats {
        repeated_request_gets_the_first_answer
        key_is_not_used_for_another_request
        keys_of_different_people_do_not_meet
        odd_keys_are_refused
        ten_at_once_create_one_user
    }
    roles {
        each_role_can_do_to_users_what_the_table_says
        each_role_can_give_the_roles_it_covers
        superiors_are_guarded
        nobody_changes_the_own_role_or_status
    }
    sessions {
        signing_in_and_out
        failed_sign_ins_are_answered_alike
        repeated_failures_are_slowed_down
        suspension_ends_sessions_at_once
        own_sessions_are_listed_and_ended
        active_account_is_switched_within_view
        strange_login_names_are_failures_like_others
    }
    statements {
        pages_take_as_many_statements_with_many_accounts_as_with_few
        what_is_read_most_takes_few_statements
    }
    users {
        changes_are_made_and_stale_ones_refused
        status_is_changed
        removed_user_can_be_restored
        last_administrator_stays
        parts_of_a_user_are_shown
        password_is_set_by_an_administrator
        provisioning_is_repeated
    }
}
