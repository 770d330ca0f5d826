//! Accounts: setting the platform up, and finding one's way in the tree.

mod list_accounts;
mod set_up_platform;
mod show_account;

pub use list_accounts::{ListAccounts, ListAccountsInput};
pub use set_up_platform::{SetUpPlatform, SetUpPlatformInput};
pub use show_account::{AccountPage, ShowAccount};
