//! Creating a user: the article of product.md §3, in one transaction.

use std::fmt;

use jiff::SignedDuration;
use tenantry_domain::{
    AccountId, InvalidValue, Line, UserId,
    account::Account,
    contact::{EmailAddress, PhoneNumber, PostalAddress},
    permission::{BuiltInRole, Grant, Permission},
    user::{ContactDetails, LoginName, Password, PersonName, Profile, User, UserStatus},
};

use super::{AddressInput, RecipientChoice, RecipientInput, find, parse_address, require_plain_text_mail};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    passwords::{NewPassword, PasswordContext, issue_link, mail_password},
    ports::{
        HashedPassword, IdempotencyKey, IdempotencyRecord, InsertedUser, LinkPurpose, MailState, Recipient, UnitOfWork,
        UserDetails,
    },
};

/// A new user as typed.
#[derive(Debug, Clone, Default)]
pub struct CreateUserInput {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Display name; left out, it is first and last name.
    pub display_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// `local@domain`; the domain must be one of the account's.
    pub login_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Alternative e-mail address.
    pub alternative_email: Option<String>,
    /// Postal address; left out, it is the company's.
    pub address: Option<AddressInput>,
    /// Phone number; left out, it is the company's.
    pub phone: Option<String>,
    /// How the password comes about.
    pub security: SecurityInput,
    /// `active` (the default) or `suspended`.
    pub status: Option<String>,
    /// The key of the base grant's role; left out, No Access.
    pub role: Option<String>,
}

/// How the password comes about, as typed. `Debug` shows nothing of the password.
#[derive(Clone, Default)]
pub struct SecurityInput {
    /// `link`, `manual` or `generated`.
    pub method: Option<String>,
    /// For `link`: who gets it.
    pub recipient: Option<RecipientInput>,
    /// For `manual`: the password.
    pub password: Option<String>,
    /// For `manual` and `generated`: who gets the password in plain text, if anybody.
    pub email_to: Option<RecipientInput>,
    /// For `manual` and `generated`: whether it must be changed at the first sign-in; left out, yes.
    pub must_change: Option<bool>,
}

/// A new user, valid in itself. Whether the account allows it is decided by [`CreateUser::execute`].
#[derive(Debug, Clone)]
pub struct CreateUser {
    profile: Profile,
    login_name: LoginName,
    email: EmailAddress,
    alternative_email: Option<EmailAddress>,
    address: Option<PostalAddress>,
    phone: Option<RawPhone>,
    security: Security,
    status: UserStatus,
    role: BuiltInRole,
}

/// A phone number without a country code can only be read with the address at hand, which may be the company's.
#[derive(Debug, Clone)]
enum RawPhone {
    Parsed(PhoneNumber),
    National(String),
}

#[derive(Debug, Clone)]
enum Security {
    Link(RecipientChoice),
    Password { password: Option<Password>, email_to: Option<RecipientChoice>, must_change: bool },
}

/// A created user, as answered once.
#[derive(Debug, Clone)]
pub struct CreatedUser {
    /// The user.
    pub user: UserDetails,
    /// The link that is on its way.
    pub link: Option<SentLink>,
    /// The generated password. It is in no other answer.
    pub generated_password: Option<Password>,
    /// Whether this answers a repeated request, and nothing was created now.
    pub repeated: bool,
}

/// A password link on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLink {
    /// Where it goes.
    pub recipient: Recipient,
    /// How long it will work, from the hand-over of its mail.
    pub valid_for: SignedDuration,
    /// Whether it waits until the user is activated.
    pub held: bool,
}

impl CreateUserInput {
    /// Parses all fields.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<CreateUser, FieldErrors> {
        let mut errors = FieldErrors::default();
        let command = self.parse_noting(&mut errors);
        errors.finish(command)
    }

    fn parse_noting(&self, errors: &mut FieldErrors) -> Option<CreateUser> {
        let text = |raw: &Option<String>| raw.clone().unwrap_or_default();
        let profile = self.parse_profile(errors);
        let login_name = errors.take("loginName", LoginName::parse(&text(&self.login_name)));
        let email = errors.take("email", EmailAddress::parse(&text(&self.email)));
        let alternative_email =
            errors.take("alternativeEmail", EmailAddress::parse_optional(self.alternative_email.as_deref()));
        let address = match &self.address {
            Some(input) => parse_address(input, errors).map(Some),
            None => Some(None),
        };
        let phone = self.parse_phone(address.as_ref().and_then(Option::as_ref), errors);
        let status = errors.take("status", UserStatus::parse(self.status.as_deref().unwrap_or("active")));
        let role = errors.take("role", BuiltInRole::parse(self.role.as_deref().unwrap_or("no_access")));
        let has_alternative = alternative_email.as_ref().is_some_and(Option::is_some);
        let context = self.password_context();
        let security = self.security.parse(has_alternative, &context, errors);
        Some(CreateUser {
            profile: profile?,
            login_name: login_name?,
            email: email?,
            alternative_email: alternative_email?,
            address: address?,
            phone: phone?,
            security: security?,
            status: status?,
            role: role?,
        })
    }

    fn parse_profile(&self, errors: &mut FieldErrors) -> Option<Profile> {
        let first_name = errors.take("firstName", PersonName::parse(self.first_name.as_deref().unwrap_or_default()));
        let last_name = errors.take("lastName", PersonName::parse(self.last_name.as_deref().unwrap_or_default()));
        let display_name = match self.display_name.as_deref() {
            Some(raw) => errors.take("displayName", Line::parse(raw)),
            None => first_name
                .as_ref()
                .zip(last_name.as_ref())
                .and_then(|(first, last)| errors.take("displayName", Profile::default_display_name(first, last))),
        };
        let company = errors.take("company", Line::parse_optional(self.company.as_deref()));
        let job_title = errors.take("jobTitle", Line::parse_optional(self.job_title.as_deref()));
        let department = errors.take("department", Line::parse_optional(self.department.as_deref()));
        Some(Profile {
            first_name: first_name?,
            last_name: last_name?,
            display_name: display_name?,
            company: company?,
            job_title: job_title?,
            department: department?,
        })
    }

    fn parse_phone(&self, address: Option<&PostalAddress>, errors: &mut FieldErrors) -> Option<Option<RawPhone>> {
        let Some(raw) = self.phone.as_deref() else { return Some(None) };
        match PhoneNumber::parse(raw, address.map(PostalAddress::country)) {
            Ok(phone) => Some(Some(RawPhone::Parsed(phone))),
            // Without an address of its own, the number may still be a national one of the company's country.
            Err(InvalidValue::Malformed { .. }) if self.address.is_none() => {
                Some(Some(RawPhone::National(raw.to_owned())))
            }
            Err(error) => errors.take("phone", Err(error)),
        }
    }

    fn password_context(&self) -> PasswordContext {
        PasswordContext::new([
            self.first_name.as_deref(),
            self.last_name.as_deref(),
            self.display_name.as_deref(),
            self.company.as_deref(),
            self.login_name.as_deref(),
            self.email.as_deref(),
        ])
    }
}

impl SecurityInput {
    fn parse(&self, has_alternative: bool, context: &PasswordContext, errors: &mut FieldErrors) -> Option<Security> {
        match self.method.as_deref() {
            Some("link") => {
                let input = self.recipient.clone().unwrap_or_default();
                Self::parse_recipient(&input, "security.recipient", has_alternative, errors).map(Security::Link)
            }
            Some("manual") => {
                let parsed = context.parse(self.password.as_deref().unwrap_or_default());
                let password = errors.take_password("security.password", parsed);
                let rest = self.parse_delivery(has_alternative, errors);
                let (password, (email_to, must_change)) = (password?, rest?);
                Some(Security::Password { password: Some(password), email_to, must_change })
            }
            Some("generated") => {
                let (email_to, must_change) = self.parse_delivery(has_alternative, errors)?;
                Some(Security::Password { password: None, email_to, must_change })
            }
            method => {
                let error = match method {
                    None | Some("") => InvalidValue::Required,
                    Some(_) => InvalidValue::Unknown { expected: "link, manual or generated" },
                };
                errors.take("security.method", Err(error))
            }
        }
    }

    fn parse_delivery(
        &self,
        has_alternative: bool,
        errors: &mut FieldErrors,
    ) -> Option<(Option<RecipientChoice>, bool)> {
        let email_to = match &self.email_to {
            Some(input) => Some(Self::parse_recipient(input, "security.emailTo", has_alternative, errors)?),
            None => None,
        };
        let must_change = self.must_change.unwrap_or(true);
        if email_to.is_some() && !must_change {
            errors.add(
                "security.mustChange",
                "required",
                "A password sent by e-mail must be changed at the first sign-in.",
            );
            return None;
        }
        Some((email_to, must_change))
    }

    fn parse_recipient(
        input: &RecipientInput,
        field: &str,
        has_alternative: bool,
        errors: &mut FieldErrors,
    ) -> Option<RecipientChoice> {
        let choice = RecipientChoice::parse(input, field, errors)?;
        if choice == RecipientChoice::Alternative && !has_alternative {
            RecipientChoice::note_missing_alternative(field, errors);
            return None;
        }
        Some(choice)
    }
}

/// What is made ready before the transaction: whatever is slow.
struct Prepared {
    account: Account,
    user_id: UserId,
    user: User,
    grant: Grant,
    password: Option<(HashedPassword, Password)>,
}

impl CreateUser {
    /// Creates the user in an account: the user, its grant, password or link, mail, provisioning job and audit entry, all
    /// or nothing. With an idempotency key, a repeated request creates nothing and gets the first answer.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.add` there or with a role that is not covered; [`UseCaseError::Invalid`] if
    /// the domain is not the account's, the account has no address to prefill, or plain-text mail is off;
    /// [`UseCaseError::Conflict`] if the login name is taken.
    pub async fn execute(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        key: Option<&IdempotencyKey>,
    ) -> Result<CreatedUser, UseCaseError> {
        let outcome = self.run(app, actor, account_id, key).await;
        app.recorded(actor, Attempted::in_account("user.create", account_id), outcome).await
    }

    async fn run(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        key: Option<&IdempotencyKey>,
    ) -> Result<CreatedUser, UseCaseError> {
        actor.require_settled_password()?;
        let standing = app.directory().find_account(account_id).await?.ok_or(Denied::NotFound)?;
        actor.permit(Permission::USERS_ADD, &standing.account.path)?;
        actor.permit_grant(&Grant::new(self.role, standing.account.path.clone()))?;
        let mail_allowed = standing.plain_text_password_mail && app.settings.plain_text_password_mail;
        let prepared = self.prepare(app, &standing.account, mail_allowed).await?;
        let repeated = app.retrying(|| Box::pin(self.attempt(app, actor, account_id, key, &prepared))).await?;
        app.mail_bell.notify_one();
        app.provisioning_bell.notify_one();
        self.answer(app, &prepared, repeated).await
    }

    async fn prepare(&self, app: &App, account: &Account, mail_allowed: bool) -> Result<Prepared, UseCaseError> {
        let user_id = UserId::new(app.new_id());
        let user = self.user(user_id, account, mail_allowed)?;
        let password = match &self.security {
            Security::Link(_) => None,
            Security::Password { password, .. } => {
                let password = password.clone().unwrap_or_else(|| app.ports.tokens.password());
                Some((app.ports.hasher.hash(&password).await?, password))
            }
        };
        let grant = Grant::new(self.role, account.path.clone());
        Ok(Prepared { account: account.clone(), user_id, user, grant, password })
    }

    /// The user in this account, with what it takes over from the company.
    fn user(&self, id: UserId, account: &Account, mail_allowed: bool) -> Result<User, FieldErrors> {
        let mut errors = FieldErrors::default();
        if !account.domains.contains(self.login_name.domain()) {
            errors.add("loginName", "foreign-domain", "Choose one of the account's domains.");
        }
        if !mail_allowed && matches!(&self.security, Security::Password { email_to: Some(_), .. }) {
            errors.add(
                "security.emailTo",
                "plain-text-mail-off",
                "This account does not allow passwords to be e-mailed.",
            );
        }
        let address = self.address.clone().or_else(|| account.company.address.clone());
        if address.is_none() {
            errors.take::<()>("address", Err(InvalidValue::Required));
        }
        let country = address.as_ref().map(PostalAddress::country);
        let phone = match &self.phone {
            Some(RawPhone::Parsed(phone)) => Some(phone.clone()),
            Some(RawPhone::National(raw)) => errors.take("phone", PhoneNumber::parse(raw, country)),
            None => account.company.phone.clone().or_else(|| errors.take("phone", Err(InvalidValue::Required))),
        };
        let contact = address.zip(phone).map(|(address, phone)| ContactDetails {
            email: self.email.clone(),
            alternative_email: self.alternative_email.clone(),
            address: Some(address),
            phone: Some(phone),
        });
        errors.finish(contact).map(|contact| User {
            id,
            account_id: account.id(),
            login_name: self.login_name.clone(),
            profile: self.profile.clone(),
            contact,
            status: self.status,
            removed_at: None,
            image: None,
        })
    }

    /// One transaction. Returns the user an earlier request with the same key created, if there was one.
    async fn attempt(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        key: Option<&IdempotencyKey>,
        prepared: &Prepared,
    ) -> Result<Option<UserId>, UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = uow.accounts().find(account_id).await?.ok_or(Denied::NotFound)?;
        let permit = actor.permit(Permission::USERS_ADD, &account.path)?;
        actor.permit_grant(&prepared.grant)?;
        if let Some(key) = key
            && let Some(earlier) = Self::claim(app, &*uow, &actor, key, prepared).await?
        {
            return Ok(Some(earlier));
        }
        self.require_unchanged(app, &*uow, &account, prepared).await?;
        match uow.users().insert(&prepared.user, &prepared.grant, app.now()).await? {
            InsertedUser::LoginNameTaken => return Err(Conflict::LoginNameTaken.into()),
            InsertedUser::Inserted => {}
        }
        self.secure(app, &*uow, prepared).await?;
        let job = tenantry_domain::ProvisioningJobId::new(app.new_id());
        uow.provisioning_jobs().enqueue(job, prepared.user_id, app.now()).await?;
        let after = audit::snapshot(&prepared.user, Some(self.role));
        let entry = permit.entry(app, "user.create").about_user(prepared.user_id).in_account(account_id);
        uow.audit_log().append(&entry.changing(serde_json::Value::Null, after)).await?;
        uow.commit().await?;
        Ok(None)
    }

    /// What was prepared outside the transaction must still hold inside: the account stands where it stood, with the same
    /// domains, company information and policy.
    async fn require_unchanged(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        account: &Account,
        prepared: &Prepared,
    ) -> Result<(), UseCaseError> {
        if *account != prepared.account {
            return Err(UseCaseError::Stale);
        }
        match &self.security {
            Security::Password { email_to: Some(_), .. } => require_plain_text_mail(app, uow, &account.path).await,
            Security::Password { email_to: None, .. } | Security::Link(_) => Ok(()),
        }
    }

    /// Claims the key for the new user, or finds the user it was used for, who must be in view and of this account.
    async fn claim(
        app: &App,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        key: &IdempotencyKey,
        prepared: &Prepared,
    ) -> Result<Option<UserId>, UseCaseError> {
        let record = IdempotencyRecord { request_hash: key.request_hash.clone(), created_user_id: prepared.user_id };
        if uow.idempotency().insert(actor.user_id(), &key.key, &record, app.now()).await? {
            return Ok(None);
        }
        if let Some(earlier) = uow.idempotency().find(actor.user_id(), &key.key).await?
            && earlier.request_hash == key.request_hash
        {
            let created = find(uow, earlier.created_user_id).await?;
            actor.permit_over(Permission::USERS_VIEW, &created)?;
            if created.user.account_id == prepared.user.account_id {
                return Ok(Some(earlier.created_user_id));
            }
        }
        Err(UseCaseError::field(
            "Idempotency-Key",
            "idempotency-key-reused",
            "This key was used for another request. Use a new one.",
        ))
    }

    /// The link, or the password and perhaps its mail.
    async fn secure(&self, app: &App, uow: &dyn UnitOfWork, prepared: &Prepared) -> Result<(), UseCaseError> {
        let user = &prepared.user;
        let state = self.mail_state();
        match (&self.security, &prepared.password) {
            (Security::Link(choice), _) => {
                let recipient = resolve(choice, user)?;
                issue_link(app, uow, user.id, LinkPurpose::Welcome, recipient, state).await?;
            }
            (Security::Password { email_to, must_change, .. }, Some((hash, password))) => {
                let new = NewPassword::by_administrator(app, hash.clone(), *must_change);
                uow.credentials().put(user.id, &new).await?;
                if let Some(choice) = email_to {
                    mail_password(app, uow, user.id, resolve(choice, user)?, password, state).await?;
                }
            }
            (Security::Password { .. }, None) => {}
        }
        Ok(())
    }

    /// A user created suspended gets no mail until activated.
    fn mail_state(&self) -> MailState {
        match self.status {
            UserStatus::Active => MailState::Pending,
            UserStatus::Suspended => MailState::Held,
        }
    }

    async fn answer(
        &self,
        app: &App,
        prepared: &Prepared,
        earlier: Option<UserId>,
    ) -> Result<CreatedUser, UseCaseError> {
        let user_id = earlier.unwrap_or(prepared.user_id);
        let user = app.directory().find_user(user_id).await?.ok_or(Denied::NotFound)?;
        let link = match &self.security {
            Security::Link(choice) => Some(SentLink {
                recipient: resolve(choice, &prepared.user)?,
                valid_for: app.settings.welcome_link_valid_for,
                held: self.status == UserStatus::Suspended,
            }),
            Security::Password { .. } => None,
        };
        let generated = matches!(&self.security, Security::Password { password: None, .. });
        let generated_password =
            prepared.password.as_ref().filter(|_| generated && earlier.is_none()).map(|(_, password)| password.clone());
        Ok(CreatedUser { user, link, generated_password, repeated: earlier.is_some() })
    }
}

fn resolve(choice: &RecipientChoice, user: &User) -> Result<Recipient, UseCaseError> {
    choice.resolve(&user.contact).ok_or_else(|| {
        let mut errors = FieldErrors::default();
        RecipientChoice::note_missing_alternative("security.recipient", &mut errors);
        errors.into()
    })
}

impl fmt::Debug for SecurityInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecurityInput")
            .field("method", &self.method)
            .field("recipient", &self.recipient)
            .field("email_to", &self.email_to)
            .field("must_change", &self.must_change)
            .finish_non_exhaustive()
    }
}
