//! Creating an account, perhaps with its first user: all of it in one transaction.

use serde_json::Value;
use tenantry_domain::{
    AccountId, InvalidValue, Line,
    account::{
        Account, AccountDetails, AccountDomains, AccountKind, AccountName, AccountPath, AccountPolicy, AccountStatus,
        BillingType, Branding, CompanyInformation,
    },
    contact::DomainName,
    permission::Permission,
};

use super::{
    account_input::{CompanyInput, SupportInput, parse_company},
    branding::{BrandColorsInput, process_logo, store_logo},
    show_account::{AccountPage, ShowAccount},
};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    ports::{InsertedAccount, StoredImage, UnitOfWork},
    users::{CreateUser, CreateUserInput, CreatedUser, Made, PreparedUser},
};

/// A new account as typed.
#[derive(Debug, Clone, Default)]
pub struct CreateAccountInput {
    /// `reseller` or `customer`.
    pub kind: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// `subscription`; left out, that.
    pub billing_type: Option<String>,
    /// What it is called in another system.
    pub reference_id: Option<String>,
    /// Who sells to it.
    pub sales_manager: Option<String>,
    /// Phone and postal address.
    pub company: CompanyInput,
    /// Website.
    pub website: Option<String>,
    /// Support contact.
    pub support: SupportInput,
    /// Colours; left out, those of the account above.
    pub colors: BrandColorsInput,
    /// A logo, as uploaded; left out, that of the account above.
    pub logo: Option<Vec<u8>>,
    /// The primary domain.
    pub primary_domain: Option<String>,
    /// Further domains.
    pub alias_domains: Vec<String>,
    /// The first user, if one is to be made.
    pub first_user: Option<CreateUserInput>,
}

/// A new account, valid in itself.
#[derive(Debug, Clone)]
pub struct CreateAccount {
    kind: AccountKind,
    name: AccountName,
    details: AccountDetails,
    company: CompanyInformation,
    branding: Branding,
    logo: Option<Vec<u8>>,
    domains: AccountDomains,
    first_user: Option<CreateUser>,
}

/// A created account.
#[derive(Debug, Clone)]
pub struct CreatedAccount {
    /// The account.
    pub account: AccountPage,
    /// The first user, with what is said once.
    pub first_user: Option<CreatedUser>,
}

/// What is made ready before the transaction: whatever is slow.
struct Prepared {
    account: Account,
    logo: Option<StoredImage>,
    first_user: Option<PreparedUser>,
}

impl CreateAccountInput {
    /// Parses all fields.
    ///
    /// # Errors
    /// All wrong fields at once; those of the first user as `firstUser.…`.
    pub fn parse(&self) -> Result<CreateAccount, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = errors.take("kind", parse_kind(self.kind.as_deref()));
        let name = errors.take("name", Line::parse(self.name.as_deref().unwrap_or_default()));
        let details = self.parse_details(&mut errors);
        let company = parse_company(&self.company, self.website.as_deref(), &self.support, &mut errors);
        let branding = self.colors.parse(&mut errors);
        let domains = self.parse_domains(&mut errors);
        let first_user = match &self.first_user {
            Some(input) => errors.take_part("firstUser", input.parse()).map(Some),
            None => Some(None),
        };
        let command = kind.zip(name).zip(details.zip(company)).zip(branding.zip(domains).zip(first_user)).map(
            |(((kind, name), (details, company)), ((branding, domains), first_user))| CreateAccount {
                kind,
                name,
                details,
                company,
                branding,
                logo: self.logo.clone(),
                domains,
                first_user,
            },
        );
        errors.finish(command)
    }

    fn parse_details(&self, errors: &mut FieldErrors) -> Option<AccountDetails> {
        let billing = self.billing_type.as_deref().map_or(Ok(BillingType::default()), BillingType::parse);
        let billing = errors.take("billingType", billing);
        let reference_id = errors.take("referenceId", Line::parse_optional(self.reference_id.as_deref()));
        let sales_manager = errors.take("salesManager", Line::parse_optional(self.sales_manager.as_deref()));
        Some(AccountDetails { billing: billing?, reference_id: reference_id?, sales_manager: sales_manager? })
    }

    fn parse_domains(&self, errors: &mut FieldErrors) -> Option<AccountDomains> {
        let primary = errors.take("domains.primary", parse_domain(self.primary_domain.as_deref().unwrap_or_default()));
        let mut aliases = Vec::new();
        for (number, raw) in self.alias_domains.iter().enumerate() {
            let field = format!("domains.aliases.{number}");
            let Some(alias) = errors.take(&field, parse_domain(raw)) else { continue };
            if primary.as_ref() == Some(&alias) || aliases.contains(&alias) {
                errors.add(&field, "duplicate", "This domain is there already.");
            }
            aliases.push(alias);
        }
        primary.map(|primary| AccountDomains::new(primary, aliases))
    }
}

/// The kind of a new account: the platform is there from the beginning.
fn parse_kind(raw: Option<&str>) -> Result<AccountKind, InvalidValue> {
    const UNKNOWN: InvalidValue = InvalidValue::Unknown { expected: "reseller or customer" };
    match raw {
        None | Some("") => Err(InvalidValue::Required),
        Some(raw) => match AccountKind::parse(raw) {
            Ok(kind @ (AccountKind::Reseller | AccountKind::Customer)) => Ok(kind),
            Ok(AccountKind::Platform) | Err(_) => Err(UNKNOWN),
        },
    }
}

fn parse_domain(raw: &str) -> Result<DomainName, InvalidValue> {
    if raw.trim().is_empty() { Err(InvalidValue::Required) } else { DomainName::parse(raw) }
}

/// How often an account is prepared while its parent keeps moving.
const PREPARED_AGAIN: u32 = 5;

impl CreateAccount {
    /// Creates the account beneath another one: the account, its domains, its first user with all that belongs to one, and
    /// audit entries, all or nothing.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `accounts.add` there, or without the rights to create that user in the new account;
    /// [`UseCaseError::Invalid`]; [`Conflict::AccountIsLeaf`], [`Conflict::DomainTaken`], [`Conflict::LoginNameTaken`].
    pub async fn execute(
        &self,
        app: &App,
        actor: &Actor,
        parent_id: AccountId,
    ) -> Result<CreatedAccount, UseCaseError> {
        let mut outcome = self.run(app, actor, parent_id).await;
        for _ in 1..PREPARED_AGAIN {
            // The parent was moved after the account was prepared: for where it is now, this is nobody's stale view.
            let Err(UseCaseError::Stale) = outcome else { break };
            outcome = self.run(app, actor, parent_id).await;
        }
        let created = app.recorded(actor, Attempted::in_account("account.create", parent_id), outcome).await?;
        self.answer(app, actor, created).await
    }

    async fn run(
        &self,
        app: &App,
        actor: &Actor,
        parent_id: AccountId,
    ) -> Result<(Prepared, Option<Made>), UseCaseError> {
        actor.require_settled_password()?;
        let above = app.directory().find_account(parent_id).await?.ok_or(Denied::NotFound)?;
        let parent = above.account;
        actor.permit(Permission::ACCOUNTS_ADD, &parent.path)?;
        let logo = match &self.logo {
            Some(upload) => Some(process_logo(app, upload).await?),
            None => None,
        };
        let mut account = self.account(parent.path.child(AccountId::new(app.new_id())));
        account.branding.logo = logo.as_ref().map(|image| image.hash.clone());
        let first_user = match &self.first_user {
            Some(user) => {
                user.permit_in(app, actor, &account.path).await?;
                let policy = above.inherited.policy.with(&account.policy);
                let prepared = user.prepare(app, &account, policy).await;
                Some(prepared.map_err(within_first_user)?)
            }
            None => None,
        };
        let prepared = Prepared { account, logo, first_user };
        let first_user = app.retrying(|| Box::pin(self.attempt(app, actor, parent_id, &prepared))).await?;
        app.mail_bell.notify_one();
        app.provisioning_bell.notify_one();
        Ok((prepared, first_user))
    }

    fn account(&self, path: AccountPath) -> Account {
        Account {
            path,
            kind: self.kind,
            name: self.name.clone(),
            status: AccountStatus::Active,
            domains: self.domains.clone(),
            details: self.details.clone(),
            company: self.company.clone(),
            branding: self.branding.clone(),
            policy: AccountPolicy::default(),
            removed_at: None,
            version: 1,
        }
    }

    /// One transaction. Returns the first user.
    async fn attempt(
        &self,
        app: &App,
        actor: &Actor,
        parent_id: AccountId,
        prepared: &Prepared,
    ) -> Result<Option<Made>, UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let parent = uow.accounts().find(parent_id).await?.ok_or(Denied::NotFound)?;
        let permit = actor.permit(Permission::ACCOUNTS_ADD, &parent.path)?;
        let account = &prepared.account;
        if parent.path.child(account.id()) != account.path {
            return Err(UseCaseError::Stale);
        }
        if !parent.kind.may_hold(account.kind) {
            return Err(Conflict::AccountIsLeaf.into());
        }
        match uow.accounts().insert(account, app.now()).await? {
            InsertedAccount::Inserted => {}
            InsertedAccount::DomainTaken | InsertedAccount::RootExists => return Err(Conflict::DomainTaken.into()),
        }
        store_logo(&*uow, prepared.logo.as_ref(), None).await?;
        let entry = permit.entry(app, "account.create").in_account(account.id());
        uow.audit_log().append(&entry.changing(Value::Null, audit::account(account))).await?;
        let first_user = self.add_first_user(app, &*uow, &actor, prepared).await?;
        uow.commit().await?;
        Ok(first_user)
    }

    async fn add_first_user(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        prepared: &Prepared,
    ) -> Result<Option<Made>, UseCaseError> {
        let Some((user, ready)) = self.first_user.as_ref().zip(prepared.first_user.as_ref()) else { return Ok(None) };
        let permit = actor.permit(Permission::USERS_ADD, &prepared.account.path)?;
        user.add(app, uow, actor, (&permit, ready)).await.map(Some)
    }

    async fn answer(
        &self,
        app: &App,
        actor: &Actor,
        (prepared, first_user): (Prepared, Option<Made>),
    ) -> Result<CreatedAccount, UseCaseError> {
        let first_user = match (&self.first_user, &prepared.first_user, first_user) {
            (Some(user), Some(ready), Some(made)) => Some(user.answer(app, ready, made).await?),
            _ => None,
        };
        let account = ShowAccount { account_id: prepared.account.id() }.once_changed(app, actor).await?;
        Ok(CreatedAccount { account, first_user })
    }
}

/// The fields of the first user, as they are called beside those of the account.
fn within_first_user(error: UseCaseError) -> UseCaseError {
    match error {
        UseCaseError::Invalid(errors) => UseCaseError::Invalid(errors.within("firstUser")),
        other => other,
    }
}
