//! Signing in and out, and what one is signed in as.

mod attempts;
mod identify;
mod own_sessions;
mod sign_in;
mod switch_account;

pub use identify::{identify, identify_without_touch};
pub use own_sessions::{end_own_session, list_own_sessions, sign_out};
pub use sign_in::{SignIn, SignedIn};
pub use switch_account::SwitchAccount;

pub(crate) use attempts::{login_attempts_key, note_failure, require_attempt, require_attempt_within};
