//! New users as typed.

use tenantry_app::users::{CreateUserInput, RecipientInput, SecurityInput};
use tenantry_domain::permission::BuiltInRole;

/// With a link to the primary address, and nothing that may be left out.
pub fn with_link(login_name: &str) -> CreateUserInput {
    CreateUserInput {
        first_name: Some("Robin".to_owned()),
        last_name: Some("Hale".to_owned()),
        login_name: Some(login_name.to_owned()),
        email: Some("robin.hale@mail.example".to_owned()),
        security: SecurityInput {
            method: Some("link".to_owned()),
            recipient: Some(recipient("primary", None)),
            ..SecurityInput::default()
        },
        ..CreateUserInput::default()
    }
}

/// As [`with_link`], with a role.
pub fn with_role(login_name: &str, role: BuiltInRole) -> CreateUserInput {
    CreateUserInput { role: Some(role.key().to_owned()), ..with_link(login_name) }
}

/// A choice of recipient.
pub fn recipient(kind: &str, email: Option<&str>) -> RecipientInput {
    RecipientInput { kind: Some(kind.to_owned()), email: email.map(str::to_owned) }
}
