use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    AccountId, Line,
    account::{
        Account, AccountDetails, AccountDomain, AccountDomains, AccountKind, AccountPath, AccountPolicy, AccountStatus,
        BillingType, BrandColor, Branding, CompanyInformation, PassedDown, PasswordLength, SupportContact,
    },
    contact::{DomainName, EmailAddress, PostalAddress, PostalAddressInput},
    permission::RoleFamily,
};

use super::{address_part, domains, read_address, read_phone};
use crate::{error::StoredRow, times};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub path: Vec<u8>,
    pub kind: String,
    pub name: String,
    pub name_key: String,
    pub status: String,
    pub phone: Option<String>,
    pub country: Option<String>,
    pub state: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    pub street: Option<String>,
    pub website: Option<String>,
    pub support_email: Option<String>,
    pub support_url: Option<String>,
    pub support_phone: Option<String>,
    pub plain_text_password_mail: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub billing_type: String,
    pub reference_id: Option<String>,
    pub sales_manager: Option<String>,
    pub version: i64,
    pub removed_at: Option<DateTimeUtc>,
    pub removed_with: Option<Uuid>,
    pub logo: Option<String>,
    pub primary_color: Option<String>,
    pub secondary_color: Option<String>,
    pub password_length: Option<i64>,
    pub role_family: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Related<domains::Entity> for Entity {
    fn to() -> RelationDef {
        let of_account: RelationDef =
            domains::Entity::belongs_to(Self).from(domains::Column::AccountId).to(Column::Id).into();
        of_account.rev()
    }
}

impl Model {
    /// The row of an account that is not removed.
    pub fn new(account: &Account, created_at: Timestamp) -> Self {
        let CompanyInformation { phone, address, website, support } = &account.company;
        let AccountDetails { billing, reference_id, sales_manager } = &account.details;
        let address = address.as_ref();
        Self {
            id: account.id().uuid(),
            parent_id: account.path.parent_id().map(AccountId::uuid),
            path: account.path.to_bytes(),
            kind: account.kind.key().to_owned(),
            name: account.name.to_string(),
            name_key: account.name.as_str().to_lowercase(),
            status: account.status.key().to_owned(),
            phone: phone.as_ref().map(ToString::to_string),
            country: address_part(address, |address| Some(address.country().code())),
            state: address_part(address, PostalAddress::state),
            city: address_part(address, |address| Some(address.city())),
            postal_code: address_part(address, PostalAddress::postal_code),
            street: address_part(address, |address| Some(address.street())),
            website: website.as_ref().map(ToString::to_string),
            support_email: support.email.as_ref().map(ToString::to_string),
            support_url: support.url.as_ref().map(ToString::to_string),
            support_phone: support.phone.as_ref().map(ToString::to_string),
            plain_text_password_mail: account.policy.plain_text_password_mail,
            created_at: times::to_column(created_at),
            updated_at: times::to_column(created_at),
            billing_type: billing.key().to_owned(),
            reference_id: reference_id.as_ref().map(ToString::to_string),
            sales_manager: sales_manager.as_ref().map(ToString::to_string),
            version: account.version,
            removed_at: None,
            removed_with: None,
            logo: account.branding.logo.clone(),
            primary_color: account.branding.primary.map(|color| color.to_string()),
            secondary_color: account.branding.secondary.map(|color| color.to_string()),
            password_length: account.policy.password_length.and_then(|length| i64::try_from(length.get()).ok()),
            role_family: account.policy.role_family.map(|family| family.key().to_owned()),
        }
    }

    pub fn into_account(self, domains: Vec<domains::Model>) -> Result<Account, StorageError> {
        let row = StoredRow::new("accounts", self.id);
        Ok(Account {
            path: row.read("path", AccountPath::from_bytes(&self.path))?,
            kind: row.read("kind", AccountKind::parse(&self.kind))?,
            name: row.read("name", Line::parse(&self.name))?,
            status: self.status()?,
            domains: self.domains(domains)?,
            company: self.company(&row)?,
            details: AccountDetails {
                billing: row.read("billing_type", BillingType::parse(&self.billing_type))?,
                reference_id: row.read("reference_id", Line::parse_optional(self.reference_id.as_deref()))?,
                sales_manager: row.read("sales_manager", Line::parse_optional(self.sales_manager.as_deref()))?,
            },
            branding: self.branding(&row)?,
            policy: self.policy(&row)?,
            removed_at: self.removed_at.map(times::from_column),
            version: self.version,
        })
    }

    pub fn status(&self) -> Result<AccountStatus, StorageError> {
        StoredRow::new("accounts", self.id).read("status", AccountStatus::parse(&self.status))
    }

    /// What the account sets for itself and those below it.
    pub fn passed_down(&self) -> Result<PassedDown, StorageError> {
        let row = StoredRow::new("accounts", self.id);
        Ok(PassedDown {
            account_id: AccountId::new(self.id),
            policy: self.policy(&row)?,
            branding: self.branding(&row)?,
            support: self.support(&row)?,
        })
    }

    fn branding(&self, row: &StoredRow) -> Result<Branding, StorageError> {
        Ok(Branding {
            logo: self.logo.clone(),
            primary: row.read("primary_color", BrandColor::parse_optional(self.primary_color.as_deref()))?,
            secondary: row.read("secondary_color", BrandColor::parse_optional(self.secondary_color.as_deref()))?,
        })
    }

    fn policy(&self, row: &StoredRow) -> Result<AccountPolicy, StorageError> {
        let length = |stored| PasswordLength::new(usize::try_from(stored).unwrap_or_default());
        Ok(AccountPolicy {
            plain_text_password_mail: self.plain_text_password_mail,
            password_length: row.read("password_length", self.password_length.map(length).transpose())?,
            role_family: row.read("role_family", self.role_family.as_deref().map(RoleFamily::parse).transpose())?,
        })
    }

    fn domains(&self, rows: Vec<domains::Model>) -> Result<AccountDomains, StorageError> {
        let mut primary = None;
        let mut aliases = Vec::new();
        for domain in rows {
            let name = StoredRow::new("domains", &domain.name).read("name", DomainName::parse(&domain.name))?;
            let (is_primary, verified_at) = (domain.is_primary, domain.verified_at.map(times::from_column));
            let domain = AccountDomain { name, verified_at };
            if is_primary { primary = Some(domain) } else { aliases.push(domain) }
        }
        aliases.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let primary = StoredRow::new("domains", self.id).found("is_primary", primary)?;
        Ok(AccountDomains { primary, aliases })
    }

    fn company(&self, row: &StoredRow) -> Result<CompanyInformation, StorageError> {
        let address = PostalAddressInput {
            country: self.country.as_deref(),
            state: self.state.as_deref(),
            city: self.city.as_deref(),
            postal_code: self.postal_code.as_deref(),
            street: self.street.as_deref(),
        };
        Ok(CompanyInformation {
            phone: read_phone(row, "phone", self.phone.as_deref())?,
            address: read_address(row, &address)?,
            website: row.read("website", Line::parse_optional(self.website.as_deref()))?,
            support: self.support(row)?,
        })
    }

    fn support(&self, row: &StoredRow) -> Result<SupportContact, StorageError> {
        Ok(SupportContact {
            email: row.read("support_email", EmailAddress::parse_optional(self.support_email.as_deref()))?,
            url: row.read("support_url", Line::parse_optional(self.support_url.as_deref()))?,
            phone: read_phone(row, "support_phone", self.support_phone.as_deref())?,
        })
    }
}
