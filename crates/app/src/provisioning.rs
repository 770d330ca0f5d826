//! Provisioning: telling the connected services about users.

mod provision_user;
mod retry_provisioning;

pub use provision_user::provision_due_users;
pub use retry_provisioning::RetryProvisioning;
