//! The bodies of requests and answers.

mod accounts;
mod create_user;
mod edit_user;
mod lists;
mod me;
mod patch;
mod user_parts;
mod users;

pub use accounts::{AccountBody, AccountDetailsBody, visible_parent};
pub use create_user::{AddressRequest, CreateUserRequest, CreatedUserBody, PasswordLinkBody, RecipientRequest};
pub use edit_user::{EditProfileRequest, EditUserRequest};
pub use lists::ListBody;
pub use me::MeBody;
pub use patch::Patch;
pub use user_parts::{GrantBody, MailBody};
pub use users::{AddressBody, ProvisioningBody, UserBody, UserRowBody};

use jiff::Timestamp;

/// RFC 3339 in UTC.
pub fn time(at: Timestamp) -> String {
    at.to_string()
}
