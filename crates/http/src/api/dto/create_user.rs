//! Creating a user.

use serde::{Deserialize, Serialize};
use tenantry_app::{
    ports::Recipient,
    users::{AddressInput, CreateUserInput, CreatedUser, RecipientInput, SecurityInput, SentLink},
};
use tenantry_domain::user::ProvisioningState;
use utoipa::ToSchema;

use super::{ProvisioningBody, UserBody};

/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUserRequest {
    #[schema(value_type = String, max_length = 100)]
    first_name: Option<String>,
    #[schema(value_type = String, max_length = 100)]
    last_name: Option<String>,
    /// Left out or null: first and last name.
    #[schema(max_length = 201)]
    display_name: Option<String>,
    #[schema(max_length = 100)]
    company: Option<String>,
    #[schema(max_length = 100)]
    job_title: Option<String>,
    #[schema(max_length = 100)]
    department: Option<String>,
    /// `local@domain`; the domain must be one of the account's.
    #[schema(value_type = String, example = "avery@contoso.example")]
    login_name: Option<String>,
    #[schema(value_type = String, max_length = 254)]
    email: Option<String>,
    #[schema(max_length = 254)]
    alternative_email: Option<String>,
    /// Left out or null: the company's.
    address: Option<AddressRequest>,
    /// Left out or null: the company's. Without a country code it is a number of the address's country.
    #[schema(max_length = 32)]
    phone: Option<String>,
    #[schema(value_type = SecurityRequest)]
    security: Option<SecurityRequest>,
    /// `active` (the default) or `suspended`.
    status: Option<String>,
    /// A role's key; left out, `no_access`.
    #[schema(example = "basic_access")]
    role: Option<String>,
}

/// How the password comes about.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityRequest {
    /// `link`, `manual` or `generated`.
    #[schema(value_type = String)]
    method: Option<String>,
    /// For `link`: who gets it.
    recipient: Option<RecipientRequest>,
    /// For `manual`.
    #[schema(min_length = 15, max_length = 256)]
    password: Option<String>,
    /// For `manual` and `generated`: who gets the password in plain text, where the account allows that.
    email_to: Option<RecipientRequest>,
    /// For `manual` and `generated`: whether it must be changed at the first sign-in. Left out: yes.
    must_change: Option<bool>,
}

/// Which address a mail goes to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecipientRequest {
    /// `primary`, `alternative` or `custom`.
    #[schema(value_type = String)]
    kind: Option<String>,
    /// For `custom`.
    email: Option<String>,
}

/// A postal address. State and postal code are needed where the country has them.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressRequest {
    /// ISO 3166-1 alpha-2.
    #[schema(value_type = String, example = "US")]
    country: Option<String>,
    #[schema(max_length = 100)]
    state: Option<String>,
    #[schema(value_type = String, max_length = 100)]
    city: Option<String>,
    #[schema(max_length = 20)]
    postal_code: Option<String>,
    #[schema(value_type = String, max_length = 200)]
    street: Option<String>,
}

/// A created user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedUser)]
#[serde(rename_all = "camelCase")]
pub struct CreatedUserBody {
    #[serde(flatten)]
    pub user: UserBody,
    /// The link that is on its way, if the password comes about by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_link: Option<PasswordLinkBody>,
    /// The generated password. It is in no other answer, not even in that to a repeated request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_password: Option<String>,
}

/// A password link on its way. The token is only in the mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PasswordLink)]
#[serde(rename_all = "camelCase")]
pub struct PasswordLinkBody {
    pub recipient: ResolvedRecipientBody,
    /// How long the link works from the hand-over of its mail, as an ISO 8601 duration.
    #[schema(example = "PT24H")]
    pub valid_for: String,
    /// Null until the mail was handed over.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// Where a mail goes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolvedRecipient)]
pub struct ResolvedRecipientBody {
    /// `primary`, `alternative` or `custom`.
    pub kind: &'static str,
    pub email: String,
}

impl From<CreateUserRequest> for CreateUserInput {
    fn from(request: CreateUserRequest) -> Self {
        Self {
            first_name: request.first_name,
            last_name: request.last_name,
            display_name: request.display_name,
            company: request.company,
            job_title: request.job_title,
            department: request.department,
            login_name: request.login_name,
            email: request.email,
            alternative_email: request.alternative_email,
            address: request.address.map(Into::into),
            phone: request.phone,
            security: request.security.map(Into::into).unwrap_or_default(),
            status: request.status,
            role: request.role,
        }
    }
}

impl From<SecurityRequest> for SecurityInput {
    fn from(request: SecurityRequest) -> Self {
        Self {
            method: request.method,
            recipient: request.recipient.map(Into::into),
            password: request.password,
            email_to: request.email_to.map(Into::into),
            must_change: request.must_change,
        }
    }
}

impl From<RecipientRequest> for RecipientInput {
    fn from(request: RecipientRequest) -> Self {
        Self { kind: request.kind, email: request.email }
    }
}

impl From<AddressRequest> for AddressInput {
    fn from(request: AddressRequest) -> Self {
        Self {
            country: request.country,
            state: request.state,
            city: request.city,
            postal_code: request.postal_code,
            street: request.street,
        }
    }
}

impl From<SentLink> for PasswordLinkBody {
    fn from(link: SentLink) -> Self {
        Self { recipient: link.recipient.into(), valid_for: link.valid_for.to_string(), expires_at: None }
    }
}

impl From<Recipient> for ResolvedRecipientBody {
    fn from(recipient: Recipient) -> Self {
        Self { kind: recipient.kind.key(), email: recipient.address.as_str().to_owned() }
    }
}

impl From<CreatedUser> for CreatedUserBody {
    fn from(created: CreatedUser) -> Self {
        let mut user = UserBody::from(&created.user);
        // What was true when the user was created, however quick the worker or late the repeated request.
        user.provisioning = ProvisioningBody::of(ProvisioningState::Pending);
        Self {
            user,
            password_link: created.link.map(Into::into),
            generated_password: created.generated_password.map(|password| password.expose().to_owned()),
        }
    }
}
