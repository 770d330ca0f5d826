//! The bodies of requests and answers.

mod account_changes;
mod accounts;
mod create_user;
mod domains;
mod edit_user;
mod grants;
mod lists;
mod mails;
mod me;
mod patch;
mod roles;
mod users;

pub use account_changes::{
    CreateAccountRequest, CreatedAccountBody, EditAccountRequest, MoveAccountRequest, MovePreviewBody,
    RemovalPreviewBody,
};
pub use accounts::{AccountBody, AccountDetailsBody, AccountNameBody, ListedAccountBody, visible_parent};
pub use create_user::{AddressRequest, CreateUserRequest, CreatedUserBody, PasswordLinkBody, RecipientRequest};
pub use domains::DomainListBody;
pub use edit_user::{EditProfileRequest, EditUserRequest};
pub use grants::{AccessBody, GrantsBody, SetGrantsRequest};
pub use lists::ListBody;
pub use mails::MailBody;
pub use me::MeBody;
pub use patch::Patch;
pub use roles::{DefineRoleRequest, EditRoleRequest, RoleBody, RoleDetailsBody, RoleOfferBody};
pub use users::{AddressBody, ProvisioningBody, UserBody, UserRowBody};

use jiff::Timestamp;

/// RFC 3339 in UTC.
pub fn time(at: Timestamp) -> String {
    at.to_string()
}
