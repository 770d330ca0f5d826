//! Changing an account: company information, branding, what is noted about it, policy, kind.

use tenantry_domain::{
    AccountId, Line,
    account::{
        Account, AccountDetails, AccountKind, AccountPolicy, Branding, CompanyInformation, PasswordLength,
        PolicyInForce,
    },
    contact::{PhoneNumber, PostalAddress},
    permission::{Permission, RoleFamily},
};

use super::{
    account_input::{SupportInput, parse_web_address},
    branding::{BrandColorsInput, process_logo, store_logo},
    find, policy_along, require_elsewhere, require_version,
    show_account::{AccountPage, ShowAccount},
    store,
};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    ports::{StoredImage, UnitOfWork},
    users::{AddressInput, parse_address},
};

/// Changes to an account as typed. Absent means unchanged; an inner `None` or blank clears an optional field.
#[derive(Debug, Clone, Default)]
pub struct EditAccountInput {
    /// Its name.
    pub name: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// The whole postal address.
    pub address: Option<AddressInput>,
    /// Website.
    pub website: Option<Option<String>>,
    /// The whole support contact.
    pub support: Option<SupportInput>,
    /// Whether passwords may be mailed in plain text here and below.
    pub plain_text_password_mail: Option<bool>,
    /// Both colours; an empty one is cleared.
    pub colors: Option<BrandColorsInput>,
    /// A logo as uploaded; the inner `None` takes the one there is away.
    pub logo: Option<Option<Vec<u8>>>,
    /// The fewest characters of a new password, as a number; blank or `None` for what the account above demands.
    pub password_length: Option<Option<String>>,
    /// `access_levels` or `administrators`; blank or `None` for what the account above says.
    pub role_family: Option<Option<String>>,
    /// What it is called in another system.
    pub reference_id: Option<Option<String>>,
    /// Who sells to it.
    pub sales_manager: Option<Option<String>>,
    /// `reseller` or `customer`.
    pub kind: Option<String>,
}

/// Changes an account, if it still is at the version the client saw.
#[derive(Debug, Clone)]
pub struct EditAccount {
    /// Which.
    pub account_id: AccountId,
    /// What to change.
    pub changes: EditAccountInput,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl EditAccountInput {
    /// Whether it changes what an account says about itself.
    const fn changes_information(&self) -> bool {
        self.name.is_some()
            || self.phone.is_some()
            || self.address.is_some()
            || self.website.is_some()
            || self.support.is_some()
            || self.colors.is_some()
            || self.logo.is_some()
            || self.plain_text_password_mail.is_some()
            || self.password_length.is_some()
            || self.role_family.is_some()
    }

    /// Whether it changes what the account above notes about it.
    const fn changes_account(&self) -> bool {
        self.reference_id.is_some() || self.sales_manager.is_some() || self.kind.is_some()
    }
}

impl EditAccount {
    /// Changes the account: company information and policy with `account_info.edit`, the rest with `accounts.edit`.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`], [`UseCaseError::Invalid`], [`UseCaseError::Stale`], [`Conflict::AccountHoldsAccounts`] if it
    /// is to become a customer.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let outcome = self.run(app, actor).await;
        app.recorded(actor, Attempted::in_account("account.edit", self.account_id), outcome).await?;
        ShowAccount { account_id: self.account_id }.once_changed(app, actor).await
    }

    async fn run(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let logo = match &self.changes.logo {
            Some(Some(upload)) => Some(self.prepare_logo(app, actor, upload).await?),
            _ => None,
        };
        app.retrying(|| Box::pin(self.attempt(app, actor, logo.as_ref()))).await
    }

    /// Decoding costs something: only for who may set a logo here.
    async fn prepare_logo(&self, app: &App, actor: &Actor, upload: &[u8]) -> Result<StoredImage, UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?.account;
        actor.permit(Permission::ACCOUNT_INFO_EDIT, &account.path)?;
        process_logo(app, upload).await.map_err(|error| match error {
            // Whatever else is wrong with the branding comes along.
            UseCaseError::Invalid(mut errors) => {
                if let Some(colors) = &self.changes.colors {
                    colors.parse(&mut errors);
                }
                UseCaseError::Invalid(errors)
            }
            error => error,
        })
    }

    async fn attempt(&self, app: &App, actor: &Actor, logo: Option<&StoredImage>) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let before = find(&*uow, self.account_id).await?;
        let mut permit = None;
        if self.changes.changes_account() {
            permit = Some(actor.permit(Permission::ACCOUNTS_EDIT, &before.path)?);
        }
        if self.changes.changes_information() || permit.is_none() {
            permit = Some(actor.permit(Permission::ACCOUNT_INFO_EDIT, &before.path)?);
        }
        let permit = permit.ok_or(Denied::NotFound)?;
        require_version(&before, self.expected_version)?;
        let above: Vec<AccountId> = before.path.iter().take(before.path.depth()).collect();
        let above = policy_along(&*uow, &above).await?;
        let mut after = self.changed(&before, above)?;
        if self.changes.logo.is_some() {
            after.branding.logo = logo.map(|image| image.hash.clone());
        }
        if after.kind != before.kind {
            require_elsewhere(&actor, &before)?;
            Self::require_convertible(&*uow, &before, after.kind).await?;
        }
        store(app, &*uow, &after).await?;
        if self.changes.logo.is_some() {
            store_logo(&*uow, logo, before.branding.logo.as_deref()).await?;
        }
        let entry = permit.entry(app, "account.edit").in_account(self.account_id);
        uow.audit_log().append(&entry.changing(audit::account(&before), audit::account(&after))).await?;
        Ok(uow.commit().await?)
    }

    /// The platform stays what it is, and a customer holds no accounts.
    async fn require_convertible(
        uow: &dyn UnitOfWork,
        account: &Account,
        kind: AccountKind,
    ) -> Result<(), UseCaseError> {
        if account.kind == AccountKind::Platform || kind == AccountKind::Platform {
            return Err(UseCaseError::field("kind", "unknown", "The platform's kind does not change."));
        }
        let accounts = uow.accounts().count_subtree(&account.path).await?.accounts_below;
        if kind == AccountKind::Customer && accounts > 0 {
            return Err(Conflict::AccountHoldsAccounts { accounts }.into());
        }
        Ok(())
    }

    fn changed(&self, before: &Account, above: PolicyInForce) -> Result<Account, FieldErrors> {
        let mut errors = FieldErrors::default();
        let changes = &self.changes;
        let name = match changes.name.as_deref() {
            Some(raw) => errors.take("name", Line::parse(raw)),
            None => Some(before.name.clone()),
        };
        let kind = match changes.kind.as_deref() {
            Some(raw) => errors.take("kind", AccountKind::parse(raw)),
            None => Some(before.kind),
        };
        let company = self.changed_company(&before.company, &mut errors);
        let details = self.changed_details(&before.details, &mut errors);
        let branding = match &changes.colors {
            Some(colors) => colors.parse(&mut errors).map(|new| Branding { logo: before.branding.logo.clone(), ..new }),
            None => Some(before.branding.clone()),
        };
        let policy = self.changed_policy(before.policy, above, &mut errors);
        let account = name.zip(kind).zip(company.zip(details)).zip(branding.zip(policy)).map(
            |(((name, kind), (company, details)), (branding, policy))| Account {
                name,
                kind,
                company,
                details,
                branding,
                policy,
                ..before.clone()
            },
        );
        errors.finish(account)
    }

    /// An account may be stricter than those above it, not laxer: it would believe in what does not hold.
    fn changed_policy(
        &self,
        before: AccountPolicy,
        above: PolicyInForce,
        errors: &mut FieldErrors,
    ) -> Option<AccountPolicy> {
        let changes = &self.changes;
        let given = |raw: &Option<String>| raw.clone().filter(|raw| !raw.trim().is_empty());
        let password_length = match &changes.password_length {
            Some(raw) => {
                let parsed = given(raw).map(|raw| PasswordLength::parse(&raw)).transpose();
                let parsed = errors.take("passwordLength", parsed)?;
                if parsed.is_some_and(|length| length < above.password_length) {
                    let least = above.password_length.get();
                    let text = format!("Choose at least {least}: the account above demands as many.");
                    errors.add("passwordLength", "laxer-than-above", text);
                }
                parsed
            }
            None => before.password_length,
        };
        let role_family = match &changes.role_family {
            Some(raw) => errors.take("roleFamily", given(raw).map(|raw| RoleFamily::parse(raw.trim())).transpose())?,
            None => before.role_family,
        };
        let plain_text_password_mail = changes.plain_text_password_mail.unwrap_or(before.plain_text_password_mail);
        Some(AccountPolicy { plain_text_password_mail, password_length, role_family })
    }

    fn changed_company(&self, before: &CompanyInformation, errors: &mut FieldErrors) -> Option<CompanyInformation> {
        let changes = &self.changes;
        let mut inner = FieldErrors::default();
        let address = match &changes.address {
            Some(input) => parse_address(input, &mut inner).map(Some),
            None => Some(before.address.clone()),
        };
        let known = address.as_ref().unwrap_or(&before.address).as_ref();
        let phone = match changes.phone.as_deref() {
            Some(raw) => inner.take("phone", PhoneNumber::parse(raw, known.map(PostalAddress::country))).map(Some),
            None => Some(before.phone.clone()),
        };
        let website = match &changes.website {
            Some(raw) => errors.take("website", parse_web_address(raw.as_deref())),
            None => Some(before.website.clone()),
        };
        let support = match &changes.support {
            Some(input) => input.parse(known, errors),
            None => Some(before.support.clone()),
        };
        let parsed = errors.take_part("companyInformation", inner.finish(address.zip(phone)));
        let (address, phone) = parsed?;
        Some(CompanyInformation { phone, address, website: website?, support: support? })
    }

    fn changed_details(&self, before: &AccountDetails, errors: &mut FieldErrors) -> Option<AccountDetails> {
        let mut line = |field: &str, raw: &Option<Option<String>>, before: &Option<Line<100>>| match raw {
            Some(raw) => errors.take(field, Line::parse_optional(raw.as_deref())),
            None => Some(before.clone()),
        };
        let reference_id = line("referenceId", &self.changes.reference_id, &before.reference_id);
        let sales_manager = line("salesManager", &self.changes.sales_manager, &before.sales_manager);
        Some(AccountDetails { billing: before.billing, reference_id: reference_id?, sales_manager: sales_manager? })
    }
}
