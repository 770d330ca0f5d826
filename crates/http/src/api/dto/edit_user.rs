//! Changing a user, and one's own profile. What is left out stays; null clears what can be cleared.

use serde::Deserialize;
use tenantry_app::{profile::EditOwnProfileInput, users::EditUserInput};
use utoipa::ToSchema;

use super::{AddressRequest, Patch};

/// Changes to a user. What is left out stays as it is; null clears company, job title, department and alternative e-mail.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditUserRequest {
    #[serde(default)]
    #[schema(value_type = String)]
    first_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    last_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    display_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    company: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    job_title: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    department: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    login_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    email: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    alternative_email: Patch<String>,
    /// The whole address.
    #[serde(default)]
    #[schema(value_type = AddressRequest)]
    address: Patch<AddressRequest>,
    #[serde(default)]
    #[schema(value_type = String)]
    phone: Patch<String>,
    /// A role's key.
    #[serde(default)]
    #[schema(value_type = String)]
    role: Patch<String>,
}

/// Changes to the own profile, likewise. Login name, e-mail addresses, role and status are for an administrator to change.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditProfileRequest {
    #[serde(default)]
    #[schema(value_type = String)]
    first_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    last_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    display_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    company: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    job_title: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    department: Patch<String>,
    /// The whole address.
    #[serde(default)]
    #[schema(value_type = AddressRequest)]
    address: Patch<AddressRequest>,
    #[serde(default)]
    #[schema(value_type = String)]
    phone: Patch<String>,
}

impl From<EditUserRequest> for EditUserInput {
    fn from(request: EditUserRequest) -> Self {
        Self {
            first_name: request.first_name.required(),
            last_name: request.last_name.required(),
            display_name: request.display_name.required(),
            company: request.company.clearable(),
            job_title: request.job_title.clearable(),
            department: request.department.clearable(),
            login_name: request.login_name.required(),
            email: request.email.required(),
            alternative_email: request.alternative_email.clearable(),
            address: request.address.required().map(Into::into),
            phone: request.phone.required(),
            role: request.role.required(),
        }
    }
}

impl From<EditProfileRequest> for EditOwnProfileInput {
    fn from(request: EditProfileRequest) -> Self {
        Self {
            first_name: request.first_name.required(),
            last_name: request.last_name.required(),
            display_name: request.display_name.required(),
            company: request.company.clearable(),
            job_title: request.job_title.clearable(),
            department: request.department.clearable(),
            address: request.address.required().map(Into::into),
            phone: request.phone.required(),
        }
    }
}
