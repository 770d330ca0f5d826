//! Accounts.

use serde::Serialize;
use tenantry_app::{
    accounts::{AccountCounts, AccountPage},
    ports::{AccountRow, AccountStanding, AccountState},
};
use tenantry_domain::{
    Line,
    account::{Account, AccountDetails, AccountDomains, AccountPath, CompanyInformation, SupportContact},
    contact::PhoneNumber,
    permission::Authority,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AddressBody, time};
use crate::brand::logo_path;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
#[serde(rename_all = "camelCase")]
pub struct AccountBody {
    pub id: Uuid,
    /// The account above; null where that is not in view.
    pub parent_id: Option<Uuid>,
    /// `platform`, `reseller` or `customer`.
    pub kind: &'static str,
    pub name: String,
    /// The account's own status: `active`, `suspended` or `removed`.
    pub status: &'static str,
    /// The status that follows from it and all accounts above.
    pub effective_status: &'static str,
    pub primary_domain: String,
}

/// An account with what is known about it.
#[expect(clippy::struct_excessive_bools, reason = "independent answers about what the asker may do here")]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountDetails)]
#[serde(rename_all = "camelCase")]
pub struct AccountDetailsBody {
    #[serde(flatten)]
    pub account: AccountBody,
    /// The accounts above that are in view, the highest first, and the account itself.
    pub trail: Vec<AccountNameBody>,
    /// Left out for who may not view company information.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<DomainsBody>,
    /// Left out for who may not view company information.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_information: Option<CompanyInformationBody>,
    /// What holds here, from the account itself and those above.
    pub policy: PolicyBody,
    /// Whether passwords may be e-mailed in plain text here.
    pub plain_text_password_mail: bool,
    /// How its pages look: as it says itself, or the nearest account above.
    pub branding: BrandingBody,
    /// Where its people turn for help: as it says itself, or the nearest account above. Left out for who may not view it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<SupportBody>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// How it pays, what it is called elsewhere, who sells to it: left out for the account itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<DetailsBody>,
    pub may_edit_information: bool,
    pub may_edit: bool,
    pub may_remove: bool,
    pub may_add_accounts: bool,
    pub may_view_users: bool,
    pub may_add_users: bool,
    pub may_view_users_below: bool,
}

/// What holds at an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
#[serde(rename_all = "camelCase")]
pub struct PolicyBody {
    /// The fewest characters of a new password.
    pub password_length: usize,
    /// Which roles are offered first: `access_levels` or `administrators`.
    pub role_family: &'static str,
}

/// How an account's pages look.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Branding)]
#[serde(rename_all = "camelCase")]
pub struct BrandingBody {
    /// Where the logo is: a path that anybody may read.
    pub logo: Option<String>,
    /// `#rrggbb`.
    pub primary_color: Option<String>,
    /// `#rrggbb`.
    pub secondary_color: Option<String>,
    /// Whether the account has them from one above it.
    pub inherited: bool,
}

/// Id and name of an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountName)]
pub struct AccountNameBody {
    pub id: Uuid,
    pub name: String,
}

/// Domains that login names may use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Domains)]
pub struct DomainsBody {
    pub primary: String,
    pub aliases: Vec<String>,
}

/// What an account says about itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompanyInformation)]
pub struct CompanyInformationBody {
    /// In E.164.
    pub phone: Option<String>,
    pub address: Option<AddressBody>,
    pub website: Option<String>,
    pub support: SupportBody,
}

/// What the account above notes about an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountNotes)]
#[serde(rename_all = "camelCase")]
pub struct DetailsBody {
    /// `subscription`.
    pub billing_type: &'static str,
    pub reference_id: Option<String>,
    pub sales_manager: Option<String>,
}

/// Where people turn for help.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportContact)]
pub struct SupportBody {
    pub email: Option<String>,
    pub url: Option<String>,
    pub phone: Option<String>,
}

/// The account above, if that is in view.
pub fn visible_parent(authority: &Authority, path: &AccountPath) -> Option<Uuid> {
    let parent = path.depth().checked_sub(1).and_then(|depth| path.ancestors_and_self().nth(depth))?;
    authority.views_account(&parent).then(|| parent.id().uuid())
}

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedAccount)]
#[serde(rename_all = "camelCase")]
pub struct ListedAccountBody {
    #[serde(flatten)]
    pub account: AccountBody,
    /// How many accounts stand directly below it, as far as they are in view; null where none below it could be, and for a removed one.
    #[schema(required)]
    pub child_count: Option<u64>,
    /// How many users it has; null where its users are not in view, and for a removed one.
    #[schema(required)]
    pub user_count: Option<u64>,
}

impl ListedAccountBody {
    pub fn new(row: AccountRow, counts: AccountCounts, authority: &Authority) -> Self {
        let AccountCounts { children: child_count, users: user_count } = counts;
        Self { account: AccountBody::of_row(row, authority), child_count, user_count }
    }
}

impl AccountBody {
    /// An account, with the parent as far as it is in view.
    pub fn new(standing: &AccountStanding, parent_id: Option<Uuid>) -> Self {
        let Account { kind, name, domains, .. } = &standing.account;
        Self {
            id: standing.account.id().uuid(),
            parent_id,
            kind: kind.key(),
            name: name.to_string(),
            status: AccountState::of(&standing.account).key(),
            effective_status: standing.effective_status.key(),
            primary_domain: domains.primary.to_string(),
        }
    }

    /// A row of a list.
    pub fn of_row(row: AccountRow, authority: &Authority) -> Self {
        let (status, effective_status) = match row.removed_at {
            Some(_) => (AccountState::Removed.key(), AccountState::Removed.key()),
            None => (row.status.key(), row.effective_status.key()),
        };
        Self {
            id: row.path.id().uuid(),
            parent_id: visible_parent(authority, &row.path),
            kind: row.kind.key(),
            name: row.name,
            status,
            effective_status,
            primary_domain: row.primary_domain,
        }
    }
}

impl From<AccountPage> for AccountDetailsBody {
    fn from(page: AccountPage) -> Self {
        let account = &page.account.account;
        let shown = page.shows_company_information;
        Self {
            account: AccountBody::new(&page.account, page.parent_id.map(tenantry_domain::AccountId::uuid)),
            trail: page.trail.into_iter().map(|(id, name)| AccountNameBody { id: id.uuid(), name }).collect(),
            domains: shown.then(|| DomainsBody::from(&account.domains)),
            company_information: shown.then(|| CompanyInformationBody::from(&account.company)),
            policy: PolicyBody {
                password_length: page.account.inherited.policy.password_length.get(),
                role_family: page.account.inherited.policy.role_family.key(),
            },
            plain_text_password_mail: page.account.inherited.policy.plain_text_password_mail,
            branding: BrandingBody::new(&page.account),
            support: page.shows_support.then(|| SupportBody::from(&page.account.inherited.support)),
            created_at: time(page.account.created_at),
            details: page.shows_details.then(|| DetailsBody::from(&account.details)),
            may_edit_information: page.may_edit_information,
            may_edit: page.may_edit,
            may_remove: page.may_remove,
            may_add_accounts: page.may_add_accounts,
            may_view_users: page.may_view_users,
            may_add_users: page.may_add_users,
            may_view_users_below: page.may_view_users_below,
        }
    }
}

impl From<&AccountDetails> for DetailsBody {
    fn from(details: &AccountDetails) -> Self {
        Self {
            billing_type: details.billing.key(),
            reference_id: details.reference_id.as_ref().map(ToString::to_string),
            sales_manager: details.sales_manager.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&AccountDomains> for DomainsBody {
    fn from(domains: &AccountDomains) -> Self {
        Self {
            primary: domains.primary.to_string(),
            aliases: domains.aliases.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&CompanyInformation> for CompanyInformationBody {
    fn from(company: &CompanyInformation) -> Self {
        let phone = |phone: &Option<PhoneNumber>| phone.as_ref().map(PhoneNumber::as_str).map(str::to_owned);
        let line = |text: &Option<Line<500>>| text.as_ref().map(Line::as_str).map(str::to_owned);
        Self {
            phone: phone(&company.phone),
            address: company.address.as_ref().map(AddressBody::from),
            website: line(&company.website),
            support: SupportBody::from(&company.support),
        }
    }
}

impl From<&SupportContact> for SupportBody {
    fn from(support: &SupportContact) -> Self {
        Self {
            email: support.email.as_ref().map(ToString::to_string),
            url: support.url.as_ref().map(ToString::to_string),
            phone: support.phone.as_ref().map(ToString::to_string),
        }
    }
}

impl BrandingBody {
    fn new(standing: &AccountStanding) -> Self {
        let branding = &standing.inherited.branding;
        Self {
            logo: branding.logo.as_deref().map(logo_path),
            primary_color: branding.primary.map(|color| color.to_string()),
            secondary_color: branding.secondary.map(|color| color.to_string()),
            inherited: standing.inherited.branding_from.is_some_and(|from| from != standing.account.id()),
        }
    }
}
