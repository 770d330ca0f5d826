use jiff::Timestamp;
use sea_orm::{ActiveValue::NotSet, IntoActiveModel, entity::prelude::*};
use tenantry_app::ports::{StorageError, UserRecord, UserState};
use tenantry_domain::{
    AccountId, Line, UserId,
    contact::{DomainName, EmailAddress, PostalAddress, PostalAddressInput},
    user::{ContactDetails, LoginLocalPart, LoginName, Profile, ProvisioningState, User, UserStatus},
};

use super::{address_part, read_address, read_phone};
use crate::{error::StoredRow, times};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub login_local: String,
    pub login_domain: String,
    pub login_key: String,
    pub first_name: String,
    pub last_name: String,
    pub display_name: String,
    pub name_key: String,
    pub search_text: String,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub email: String,
    pub alternative_email: Option<String>,
    pub country: Option<String>,
    pub state: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    pub street: Option<String>,
    pub phone: Option<String>,
    pub status: String,
    pub removed_at: Option<DateTimeUtc>,
    pub provisioning_state: String,
    pub provisioning_error: Option<String>,
    pub image: Option<String>,
    pub last_sign_in_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The row of a new user.
    pub fn new(user: &User, created_at: Timestamp) -> Self {
        let User { profile, contact, login_name, .. } = user;
        let address = contact.address.as_ref();
        Self {
            id: user.id.uuid(),
            account_id: user.account_id.uuid(),
            login_local: login_name.local().as_str().to_owned(),
            login_domain: login_name.domain().as_str().to_owned(),
            login_key: login_name.key(),
            first_name: profile.first_name.to_string(),
            last_name: profile.last_name.to_string(),
            display_name: profile.display_name.to_string(),
            name_key: profile.display_name.as_str().to_lowercase(),
            search_text: search_text(user),
            company: profile.company.as_ref().map(ToString::to_string),
            job_title: profile.job_title.as_ref().map(ToString::to_string),
            department: profile.department.as_ref().map(ToString::to_string),
            email: contact.email.to_string(),
            alternative_email: contact.alternative_email.as_ref().map(ToString::to_string),
            country: address_part(address, |address| Some(address.country().code())),
            state: address_part(address, PostalAddress::state),
            city: address_part(address, |address| Some(address.city())),
            postal_code: address_part(address, PostalAddress::postal_code),
            street: address_part(address, |address| Some(address.street())),
            phone: contact.phone.as_ref().map(ToString::to_string),
            status: user.status.key().to_owned(),
            removed_at: user.removed_at.map(times::to_column),
            provisioning_state: ProvisioningState::Pending.key().to_owned(),
            provisioning_error: None,
            image: user.image.clone(),
            last_sign_in_at: None,
            created_at: times::to_column(created_at),
            updated_at: times::to_column(created_at),
            version: UserRecord::FIRST_VERSION,
        }
    }

    /// The columns that an update of the user replaces.
    pub fn replacement(user: &User, version: i64, updated_at: Timestamp) -> ActiveModel {
        let row = Self { version, ..Self::new(user, updated_at) };
        ActiveModel {
            id: NotSet,
            provisioning_state: NotSet,
            provisioning_error: NotSet,
            last_sign_in_at: NotSet,
            created_at: NotSet,
            ..row.into_active_model().reset_all()
        }
    }

    pub fn into_user(self) -> Result<User, StorageError> {
        let row = StoredRow::new("users", self.id);
        Ok(User {
            id: UserId::new(self.id),
            account_id: AccountId::new(self.account_id),
            login_name: self.login_name(&row)?,
            profile: self.profile(&row)?,
            contact: self.contact(&row)?,
            status: row.read("status", UserStatus::parse(&self.status))?,
            removed_at: self.removed_at.map(times::from_column),
            image: self.image,
        })
    }

    fn login_name(&self, row: &StoredRow) -> Result<LoginName, StorageError> {
        Ok(LoginName::new(
            row.read("login_local", LoginLocalPart::parse(&self.login_local))?,
            row.read("login_domain", DomainName::parse(&self.login_domain))?,
        ))
    }

    fn profile(&self, row: &StoredRow) -> Result<Profile, StorageError> {
        Ok(Profile {
            first_name: row.read("first_name", Line::parse(&self.first_name))?,
            last_name: row.read("last_name", Line::parse(&self.last_name))?,
            display_name: row.read("display_name", Line::parse(&self.display_name))?,
            company: row.read("company", Line::parse_optional(self.company.as_deref()))?,
            job_title: row.read("job_title", Line::parse_optional(self.job_title.as_deref()))?,
            department: row.read("department", Line::parse_optional(self.department.as_deref()))?,
        })
    }

    fn contact(&self, row: &StoredRow) -> Result<ContactDetails, StorageError> {
        let address = PostalAddressInput {
            country: self.country.as_deref(),
            state: self.state.as_deref(),
            city: self.city.as_deref(),
            postal_code: self.postal_code.as_deref(),
            street: self.street.as_deref(),
        };
        let alternative = EmailAddress::parse_optional(self.alternative_email.as_deref());
        Ok(ContactDetails {
            email: row.read("email", EmailAddress::parse(&self.email))?,
            alternative_email: row.read("alternative_email", alternative)?,
            address: read_address(row, &address)?,
            phone: read_phone(row, "phone", self.phone.as_deref())?,
        })
    }
}

/// What a search looks through, one thing a line, so that nothing is found across two of them.
fn search_text(user: &User) -> String {
    let contact = &user.contact;
    let alternative = contact.alternative_email.as_ref().map_or("", EmailAddress::as_str);
    format!("{}\n{}\n{}\n{alternative}", user.profile.display_name, user.login_name, contact.email).to_lowercase()
}

pub fn state(is_removed: bool, status: UserStatus) -> UserState {
    match (is_removed, status) {
        (true, _) => UserState::Removed,
        (false, UserStatus::Active) => UserState::Active,
        (false, UserStatus::Suspended) => UserState::Suspended,
    }
}
