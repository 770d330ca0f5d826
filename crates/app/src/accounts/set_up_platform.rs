//! The first account and its administrator.

use serde_json::{Value, json};
use tenantry_domain::{
    AccountId, InvalidValue, Line, ProvisioningJobId, UserId,
    account::{
        Account, AccountDetails, AccountDomains, AccountKind, AccountName, AccountPath, AccountPolicy, AccountStatus,
        Branding, CompanyInformation, SupportContact,
    },
    contact::{DomainName, EmailAddress, PhoneNumber, PostalAddress},
    permission::{BuiltInRole, Grant},
    user::{ContactDetails, LoginName, PersonName, Profile, User, UserStatus},
};

use crate::{
    App, Conflict, FieldErrors, Permit, RequestContext, UseCaseError, audit,
    passwords::{Addressed, issue_first_link, link_url},
    ports::{InsertedAccount, InsertedUser, LinkPurpose, MailState, Recipient, RecipientKind},
    users::{AddressInput, parse_address, parse_patched_phone},
};

/// The first account and administrator as typed.
#[derive(Debug, Clone, Default)]
pub struct SetUpPlatformInput {
    /// The platform's name.
    pub account_name: String,
    /// Its primary domain.
    pub domain: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// `local@domain`, or only the local part.
    pub login_name: String,
    /// E-mail address.
    pub email: String,
    /// The company's postal address, which is also the administrator's; may be filled in later.
    pub address: Option<AddressInput>,
    /// The company's phone number, likewise.
    pub phone: Option<String>,
}

/// Sets the platform up: its account, and an administrator with full access who sets a password by a link.
#[derive(Debug, Clone)]
pub struct SetUpPlatform {
    name: AccountName,
    domain: DomainName,
    profile: Profile,
    login_name: LoginName,
    email: EmailAddress,
    address: Option<PostalAddress>,
    phone: Option<PhoneNumber>,
}

impl SetUpPlatformInput {
    /// Parses all fields.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<SetUpPlatform, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("accountName", Line::parse(&self.account_name));
        let domain = errors.take("domain", DomainName::parse(&self.domain));
        let first_name = errors.take("firstName", PersonName::parse(&self.first_name));
        let last_name = errors.take("lastName", PersonName::parse(&self.last_name));
        let login_name = domain.as_ref().and_then(|domain| self.parse_login_name(domain, &mut errors));
        let email = errors.take("email", EmailAddress::parse(&self.email));
        let address = match &self.address {
            Some(input) => parse_address(input, &mut errors).map(Some),
            None => Some(None),
        };
        let country = address.as_ref().and_then(Option::as_ref).map(PostalAddress::country);
        let phone = match self.phone.as_deref() {
            Some(raw) => parse_patched_phone(raw, country, &mut errors).map(Some),
            None => Some(None),
        };
        let profile = first_name.zip(last_name).and_then(|(first_name, last_name)| {
            let display_name = errors.take("displayName", Profile::default_display_name(&first_name, &last_name))?;
            Some(Profile { first_name, last_name, display_name, company: None, job_title: None, department: None })
        });
        let command = name.zip(domain).zip(profile.zip(login_name)).zip(email.zip(address.zip(phone))).map(
            |(((name, domain), (profile, login_name)), (email, (address, phone)))| SetUpPlatform {
                name,
                domain,
                profile,
                login_name,
                email,
                address,
                phone,
            },
        );
        errors.finish(command)
    }

    fn parse_login_name(&self, domain: &DomainName, errors: &mut FieldErrors) -> Option<LoginName> {
        let raw = if self.login_name.contains('@') {
            self.login_name.clone()
        } else {
            format!("{}@{domain}", self.login_name)
        };
        let foreign = InvalidValue::Unknown { expected: "a login name of the platform's domain" };
        let parsed =
            LoginName::parse(&raw).and_then(|name| if name.domain() == domain { Ok(name) } else { Err(foreign) });
        errors.take("loginName", parsed)
    }
}

impl SetUpPlatform {
    /// Sets the platform up and returns the administrator's link. It is also mailed.
    ///
    /// # Errors
    /// [`Conflict::AlreadySetUp`]; one of many concurrent calls succeeds.
    pub async fn execute(&self, app: &App) -> Result<String, UseCaseError> {
        let url = app.retrying(|| Box::pin(self.attempt(app))).await?;
        app.mail_bell.notify_one();
        Ok(url)
    }

    async fn attempt(&self, app: &App) -> Result<String, UseCaseError> {
        let uow = app.begin().await?;
        if !uow.accounts().is_empty().await? {
            return Err(Conflict::AlreadySetUp.into());
        }
        let now = app.now();
        let account = self.account(AccountId::new(app.new_id()));
        if uow.accounts().insert(&account, now).await? != InsertedAccount::Inserted {
            return Err(Conflict::AlreadySetUp.into());
        }
        let user = self.administrator(UserId::new(app.new_id()), &account);
        let grant = Grant::new(BuiltInRole::FullAccess.into(), account.path.clone());
        if uow.users().insert(&user, &grant, None, now).await? != InsertedUser::Inserted {
            return Err(Conflict::LoginNameTaken.into());
        }
        let recipient = Recipient { kind: RecipientKind::Primary, address: user.contact.email.clone() };
        let addressed = Addressed { user_id: user.id, recipient, state: MailState::Pending };
        let link = issue_first_link(app, &*uow, LinkPurpose::Welcome, addressed).await?;
        uow.provisioning_jobs().enqueue(ProvisioningJobId::new(app.new_id()), user.id, now).await?;
        let permit = Permit::by_system(RequestContext::default());
        let after =
            json!({"name": self.name.as_str(), "administrator": audit::snapshot(&user, Some(grant.role.key()))});
        let entry = permit.entry(app, "platform.set_up").about_user(user.id).in_account(account.id());
        uow.audit_log().append(&entry.changing(Value::Null, after)).await?;
        uow.commit().await?;
        Ok(link_url(app, link.id))
    }

    fn account(&self, id: AccountId) -> Account {
        Account {
            path: AccountPath::root(id),
            kind: AccountKind::Platform,
            name: self.name.clone(),
            status: AccountStatus::Active,
            domains: AccountDomains::new(self.domain.clone(), []),
            company: CompanyInformation {
                phone: self.phone.clone(),
                address: self.address.clone(),
                website: None,
                support: SupportContact::default(),
            },
            branding: Branding::default(),
            policy: AccountPolicy::default(),
            details: AccountDetails::default(),
            removed_at: None,
            version: 1,
        }
    }

    fn administrator(&self, id: UserId, account: &Account) -> User {
        User {
            id,
            account_id: account.id(),
            login_name: self.login_name.clone(),
            profile: self.profile.clone(),
            contact: ContactDetails {
                email: self.email.clone(),
                alternative_email: None,
                address: self.address.clone(),
                phone: self.phone.clone(),
            },
            status: UserStatus::Active,
            removed_at: None,
            image: None,
        }
    }
}
