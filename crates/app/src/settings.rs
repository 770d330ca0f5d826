//! What an operator may set, already validated.

use jiff::SignedDuration;

/// Settings of one installation.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach the console, without a slash at the end. Every address in a mail begins with it; it is never
    /// taken from a request.
    pub base_url: String,
    /// How long a session lives without being used.
    pub session_idle_for: SignedDuration,
    /// How long a session lives at most.
    pub session_lasts_for: SignedDuration,
    /// How long a new user's password link works, from the hand-over of its mail.
    pub welcome_link_valid_for: SignedDuration,
    /// How long a reset link works, from the hand-over of its mail.
    pub reset_link_valid_for: SignedDuration,
    /// How long a removed user can be restored; until then the login name stays reserved.
    pub removed_users_kept_for: SignedDuration,
    /// How long a removed account can be restored; until then its domains and login names stay taken.
    pub removed_accounts_kept_for: SignedDuration,
    /// How long a login name stays reserved whose user was given another domain.
    pub login_names_reserved_for: SignedDuration,
    /// Whether the operator allows plain-text password mail at all. Each account must allow it too.
    pub plain_text_password_mail: bool,
    /// Whether new login names may use verified domains only.
    pub require_verified_domains: bool,
}

impl Settings {
    /// The defaults, for an installation reached at `base_url`.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            session_idle_for: SignedDuration::from_mins(30),
            session_lasts_for: SignedDuration::from_hours(12),
            welcome_link_valid_for: SignedDuration::from_hours(24),
            reset_link_valid_for: SignedDuration::from_mins(30),
            removed_users_kept_for: SignedDuration::from_hours(30 * 24),
            removed_accounts_kept_for: SignedDuration::from_hours(30 * 24),
            login_names_reserved_for: SignedDuration::from_hours(30 * 24),
            plain_text_password_mail: true,
            require_verified_domains: false,
        }
    }
}
