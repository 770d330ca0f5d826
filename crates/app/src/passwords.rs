//! Passwords: links to set one, changing the own one, and how good one is.

mod change_own_password;
mod forgot_password;
mod issue_link;
mod new_password;
mod redeem_link;
mod strength;
mod verify_own_password;

pub use change_own_password::{ChangeOwnPassword, ChangeOwnPasswordInput};
pub use forgot_password::ForgotPassword;
pub use redeem_link::{LinkHolder, LookAtLink, RedeemLink, RedeemedLink};
pub use strength::{PasswordContext, PasswordStrength};

pub(crate) use issue_link::{Addressed, issue_first_link, issue_link, link_url, mail_password};
pub(crate) use new_password::NewPassword;
pub(crate) use verify_own_password::verify_own_password;

use tenantry_domain::user::Password;

use crate::{Actor, App, Denied};

/// A new password of at least 112 bits, for whoever is signed in. Nothing is stored.
///
/// # Errors
/// [`Denied::PasswordChangeRequired`].
pub fn generate_password(app: &App, actor: &Actor) -> Result<Password, Denied> {
    actor.permit_self()?;
    Ok(app.ports.tokens.password())
}
