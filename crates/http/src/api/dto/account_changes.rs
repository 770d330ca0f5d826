//! Creating, changing and moving accounts.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use tenantry_app::{
    accounts::{
        Affected, BrandColorsInput, CompanyInput, CreateAccountInput, CreatedAccount, EditAccountInput, MovePreview,
        SupportInput,
    },
    ports::SubtreeSize,
    users::{AddressInput, CreateUserInput},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AccountDetailsBody, AddressRequest, CreateUserRequest, CreatedUserBody, Patch};

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAccountRequest {
    /// The account beneath which it is created.
    #[schema(value_type = Uuid)]
    parent_id: Option<String>,
    /// `reseller` or `customer`.
    #[schema(value_type = String)]
    kind: Option<String>,
    #[schema(value_type = String, max_length = 100)]
    name: Option<String>,
    /// `subscription`, also if left out.
    billing_type: Option<String>,
    /// What it is called in another system.
    #[schema(max_length = 100)]
    reference_id: Option<String>,
    /// Who sells to it.
    #[schema(max_length = 100)]
    sales_manager: Option<String>,
    #[schema(value_type = CompanyRequest)]
    company_information: Option<CompanyRequest>,
    /// Begins with `https://` or `http://`.
    #[schema(max_length = 500)]
    website: Option<String>,
    support: Option<SupportRequest>,
    branding: Option<BrandingRequest>,
    #[schema(value_type = DomainsRequest)]
    domains: Option<DomainsRequest>,
    /// Left out or null: none is created.
    first_user: Option<CreateUserRequest>,
}

/// What every account says about itself.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanyRequest {
    /// Without a country code it is a number of the address's country.
    #[schema(value_type = String, max_length = 32)]
    phone: Option<String>,
    #[schema(value_type = AddressRequest)]
    address: Option<AddressRequest>,
}

/// Where people turn for help.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = SupportRequest)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupportRequest {
    #[schema(max_length = 254)]
    email: Option<String>,
    #[schema(max_length = 500)]
    url: Option<String>,
    #[schema(max_length = 32)]
    phone: Option<String>,
}

/// Colours, and a logo for a new account.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = BrandingRequest)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BrandingRequest {
    /// `#rrggbb`; null or left out clears it.
    primary_color: Option<String>,
    /// `#rrggbb`; null or left out clears it. It steps in where the primary colour cannot be read.
    secondary_color: Option<String>,
    /// A PNG, JPEG, WebP or GIF image in base64, for a new account only; later `PUT …/logo` sets it.
    #[schema(format = Byte)]
    logo: Option<String>,
}

/// Domains that login names may use.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DomainsRequest {
    #[schema(value_type = String, max_length = 253)]
    primary: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
}

/// Changes to an account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditAccountRequest {
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    name: Patch<String>,
    /// `reseller` or `customer`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    kind: Patch<String>,
    company_information: Option<CompanyPatch>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    website: Patch<String>,
    /// Replaces the support contact as a whole.
    support: Option<SupportRequest>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    reference_id: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    sales_manager: Patch<String>,
    /// Replaces both colours.
    branding: Option<ColorsRequest>,
    /// Whether passwords may be e-mailed in plain text at and below the account, where all accounts above allow it too.
    plain_text_password_mail: Option<bool>,
    /// The fewest characters of a new password, from 15 to 64, and no fewer than the account above demands; null for as many.
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 15, maximum = 64)]
    password_length: Patch<u32>,
    /// Which roles are offered first: `access_levels` or `administrators`; null for what the account above says.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    role_family: Patch<String>,
}

/// Colours.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColorsRequest {
    /// `#rrggbb`; null or left out clears it.
    primary_color: Option<String>,
    /// `#rrggbb`; null or left out clears it. It steps in where the primary colour cannot be read.
    secondary_color: Option<String>,
}

/// Changes to what an account says about itself.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanyPatch {
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 32)]
    phone: Patch<String>,
    /// Replaces the address as a whole.
    address: Option<AddressRequest>,
}

/// Where to move an account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveAccountRequest {
    /// Below this account.
    #[schema(value_type = Uuid)]
    pub parent_id: Option<String>,
}

/// A created account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedAccount)]
#[serde(rename_all = "camelCase")]
pub struct CreatedAccountBody {
    #[serde(flatten)]
    account: AccountDetailsBody,
    /// The first user, if one was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_user: Option<CreatedUserBody>,
}

/// What a removal takes along.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RemovalPreview)]
#[serde(rename_all = "camelCase")]
pub struct RemovalPreviewBody {
    /// Accounts below it.
    accounts_below: u64,
    /// Users of it and of those.
    users: u64,
}

/// Whose rights over the account and what is below it a move would change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MovePreview)]
#[serde(rename_all = "camelCase")]
pub struct MovePreviewBody {
    gaining: Vec<AffectedBody>,
    losing: Vec<AffectedBody>,
    /// Whether there are more people than were looked at.
    is_cut: bool,
}

/// Somebody whose rights a move would change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AffectedUser)]
#[serde(rename_all = "camelCase")]
pub struct AffectedBody {
    user_id: Uuid,
    display_name: String,
    /// The cells gained, or lost.
    cells: Vec<String>,
}

impl CreateAccountRequest {
    /// The parent's id and the account, as typed; of a logo that is no base64 nothing is left, and so it is refused as an image.
    pub fn into_input(self) -> (Option<String>, CreateAccountInput) {
        let branding = self.branding.unwrap_or_default();
        let logo = branding.logo.as_deref().map(|logo| STANDARD.decode(logo).unwrap_or_default());
        let domains = self.domains.unwrap_or_default();
        let input = CreateAccountInput {
            kind: self.kind,
            name: self.name,
            billing_type: self.billing_type,
            reference_id: self.reference_id,
            sales_manager: self.sales_manager,
            company: self.company_information.unwrap_or_default().into(),
            website: self.website,
            support: self.support.unwrap_or_default().into(),
            colors: BrandColorsInput { primary: branding.primary_color, secondary: branding.secondary_color },
            logo,
            primary_domain: domains.primary,
            alias_domains: domains.aliases,
            first_user: self.first_user.map(CreateUserInput::from),
        };
        (self.parent_id, input)
    }
}

impl From<CompanyRequest> for CompanyInput {
    fn from(request: CompanyRequest) -> Self {
        Self { phone: request.phone, address: request.address.map(AddressInput::from) }
    }
}

impl From<SupportRequest> for SupportInput {
    fn from(request: SupportRequest) -> Self {
        Self { email: request.email, url: request.url, phone: request.phone }
    }
}

impl From<EditAccountRequest> for EditAccountInput {
    fn from(request: EditAccountRequest) -> Self {
        let company = request.company_information.unwrap_or_default();
        Self {
            name: request.name.required(),
            phone: company.phone.required(),
            address: company.address.map(AddressInput::from),
            website: request.website.clearable(),
            support: request.support.map(SupportInput::from),
            colors: request
                .branding
                .map(|colors| BrandColorsInput { primary: colors.primary_color, secondary: colors.secondary_color }),
            logo: None,
            plain_text_password_mail: request.plain_text_password_mail,
            password_length: request.password_length.map(|length| length.to_string()).clearable(),
            role_family: request.role_family.clearable(),
            reference_id: request.reference_id.clearable(),
            sales_manager: request.sales_manager.clearable(),
            kind: request.kind.required(),
        }
    }
}

impl From<CreatedAccount> for CreatedAccountBody {
    fn from(created: CreatedAccount) -> Self {
        Self { account: created.account.into(), first_user: created.first_user.map(CreatedUserBody::from) }
    }
}

impl From<SubtreeSize> for RemovalPreviewBody {
    fn from(size: SubtreeSize) -> Self {
        Self { accounts_below: size.accounts_below, users: size.users }
    }
}

impl From<MovePreview> for MovePreviewBody {
    fn from(preview: MovePreview) -> Self {
        let bodies = |affected: Vec<Affected>| affected.into_iter().map(AffectedBody::from).collect();
        Self { gaining: bodies(preview.gaining), losing: bodies(preview.losing), is_cut: preview.is_cut }
    }
}

impl From<Affected> for AffectedBody {
    fn from(affected: Affected) -> Self {
        Self { user_id: affected.user_id.uuid(), display_name: affected.display_name, cells: affected.cells }
    }
}
