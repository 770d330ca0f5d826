//! Users.

use serde::Serialize;
use tenantry_app::ports::{UserDetails, UserRow};
use tenantry_domain::{
    Line,
    contact::{EmailAddress, PhoneNumber, PostalAddress},
    user::ProvisioningState,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::time;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
#[serde(rename_all = "camelCase")]
pub struct UserBody {
    pub id: Uuid,
    /// The home account.
    pub account_id: Uuid,
    pub account_name: String,
    pub login_name: String,
    pub first_name: String,
    pub last_name: String,
    pub display_name: String,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub email: String,
    pub alternative_email: Option<String>,
    /// Null only for an administrator made by `tenantry setup`.
    pub address: Option<AddressBody>,
    /// In E.164; null as the address.
    #[schema(example = "+14255550100")]
    pub phone: Option<String>,
    /// `active`, `suspended` or `removed`.
    pub status: &'static str,
    /// The role at the home account: the key of a built-in one, or a custom role's id.
    pub role: String,
    /// The role in words.
    pub role_name: String,
    pub provisioning: ProvisioningBody,
    /// Whether a new password must be set before anything else.
    pub must_change_password: bool,
    /// Whether there is a password; without one the user is invited only.
    pub has_password: bool,
    /// Whether there is a profile image.
    pub has_image: bool,
    #[schema(format = DateTime)]
    pub last_sign_in_at: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// Rises with every change; the entity tag is this in quotes.
    pub version: i64,
}

/// A user in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserSummary)]
#[serde(rename_all = "camelCase")]
pub struct UserRowBody {
    pub id: Uuid,
    /// The home account.
    pub account_id: Uuid,
    pub account_name: String,
    pub login_name: String,
    pub display_name: String,
    pub email: String,
    /// `active`, `suspended` or `removed`.
    pub status: &'static str,
    /// The role at the home account: the key of a built-in one, or a custom role's id.
    pub role: String,
    /// The role in words.
    pub role_name: String,
    pub provisioning: ProvisioningBody,
    pub must_change_password: bool,
    pub has_password: bool,
    pub has_image: bool,
    #[schema(format = DateTime)]
    pub last_sign_in_at: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// How far the connected services know about a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Provisioning)]
pub struct ProvisioningBody {
    /// `pending`, `in_progress`, `provisioned` or `failed`.
    pub state: &'static str,
    /// Why the latest try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A postal address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Address)]
#[serde(rename_all = "camelCase")]
pub struct AddressBody {
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    pub country: &'static str,
    #[schema(example = "WA")]
    pub state: Option<String>,
    pub city: String,
    pub postal_code: Option<String>,
    pub street: String,
}

impl ProvisioningBody {
    /// This state, without an error.
    pub const fn of(state: ProvisioningState) -> Self {
        Self { state: state.key(), error: None }
    }
}

impl From<&PostalAddress> for AddressBody {
    fn from(address: &PostalAddress) -> Self {
        Self {
            country: address.country().code(),
            state: address.state().map(str::to_owned),
            city: address.city().to_owned(),
            postal_code: address.postal_code().map(str::to_owned),
            street: address.street().to_owned(),
        }
    }
}

fn line<const MAX: usize>(line: Option<&Line<MAX>>) -> Option<String> {
    line.map(|line| line.as_str().to_owned())
}

impl From<&UserDetails> for UserBody {
    fn from(details: &UserDetails) -> Self {
        let user = &details.record.user;
        let (profile, contact) = (&user.profile, &user.contact);
        Self {
            id: user.id.uuid(),
            account_id: user.account_id.uuid(),
            account_name: details.account_name.clone(),
            login_name: user.login_name.to_string(),
            first_name: profile.first_name.to_string(),
            last_name: profile.last_name.to_string(),
            display_name: profile.display_name.to_string(),
            company: line(profile.company.as_ref()),
            job_title: line(profile.job_title.as_ref()),
            department: line(profile.department.as_ref()),
            email: contact.email.as_str().to_owned(),
            alternative_email: contact.alternative_email.as_ref().map(EmailAddress::as_str).map(str::to_owned),
            address: contact.address.as_ref().map(AddressBody::from),
            phone: contact.phone.as_ref().map(PhoneNumber::as_str).map(str::to_owned),
            status: details.state().key(),
            role: details.role().key().to_string(),
            role_name: details.role().label().to_owned(),
            provisioning: ProvisioningBody {
                state: details.provisioning.key(),
                error: details.provisioning_error.clone(),
            },
            must_change_password: details.must_change_password,
            has_password: details.has_password,
            has_image: user.image.is_some(),
            last_sign_in_at: details.last_sign_in_at.map(time),
            created_at: time(details.created_at),
            updated_at: time(details.updated_at),
            version: details.record.version,
        }
    }
}

impl From<UserRow> for UserRowBody {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.uuid(),
            account_id: row.account.id().uuid(),
            account_name: row.account_name,
            login_name: row.login_name,
            display_name: row.display_name,
            email: row.email,
            status: row.state.key(),
            role: row.role.key().to_string(),
            role_name: row.role.label().to_owned(),
            provisioning: ProvisioningBody::of(row.provisioning),
            must_change_password: row.must_change_password,
            has_password: row.has_password,
            has_image: row.image.is_some(),
            last_sign_in_at: row.last_sign_in_at.map(time),
            created_at: time(row.created_at),
        }
    }
}
