//! Creating a user: all of it in one transaction.

mod input;

pub use input::{CreateUserInput, SecurityInput};

use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{
    AccountId, InvalidValue, ProvisioningJobId, UserId,
    account::{Account, AccountPath, PolicyInForce},
    contact::{EmailAddress, PhoneNumber, PostalAddress},
    permission::{Grant, Permission, RoleKey},
    user::{ContactDetails, LoginName, Password, Profile, ProvisioningState, User, UserStatus},
};

use super::{RecipientChoice, check_login_domain, find, require_plain_text_mail};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, Permit, UseCaseError,
    app::Attempted,
    audit,
    passwords::{Addressed, NewPassword, issue_first_link, mail_password},
    ports::{
        Credential, HashedPassword, IdempotencyKey, IdempotencyRecord, InsertedUser, LinkPurpose, MailState,
        PasswordLink, Recipient, UnitOfWork, UserDetails, UserRecord,
    },
    roles::{find_offered, unknown_role},
};

/// A new user, valid in itself. Whether the account allows it is decided by [`CreateUser::execute`].
#[derive(Debug, Clone)]
pub struct CreateUser {
    profile: Profile,
    login_name: LoginName,
    email: EmailAddress,
    alternative_email: Option<EmailAddress>,
    address: Option<PostalAddress>,
    phone: GivenPhone,
    security: Security,
    status: UserStatus,
    role: RoleKey,
}

/// A phone number as far as it can be read. Without a country code that takes the address, which may be the company's.
#[derive(Debug, Clone)]
enum GivenPhone {
    None,
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

/// What came of a request to create a user.
pub(crate) enum Made {
    /// A new user, as it is stored.
    New(Box<UserDetails>),
    /// Nothing: an earlier request with the same key made this one.
    Earlier(UserId),
}

/// A way in for a new user.
#[derive(Default)]
struct WayIn {
    credential: Option<Credential>,
    link: Option<PasswordLink>,
}

/// A user made ready before the transaction: whatever is slow.
pub(crate) struct PreparedUser {
    account: Account,
    user: User,
    password: Option<(HashedPassword, Password)>,
}

impl CreateUser {
    /// Creates the user in an account: the user, its grant, password or link, mail, provisioning job and audit entry, all
    /// or nothing. With an idempotency key, a repeated request creates nothing and gets the first answer.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.add` there or with a role that is not covered; [`UseCaseError::Invalid`] if
    /// the domain is not the account's or not verified where it must be, the account has no address to prefill, or plain-text mail is off;
    /// [`UseCaseError::Conflict`] if the login name is taken.
    pub async fn execute(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        key: Option<&IdempotencyKey>,
    ) -> Result<CreatedUser, UseCaseError> {
        let outcome = self.run(app, actor, account_id, key).await;
        let attempted = Attempted::in_account("user.create", account_id);
        let (prepared, made) = app.recorded(actor, attempted, outcome).await?;
        self.answer(app, &prepared, made).await
    }

    async fn run(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        key: Option<&IdempotencyKey>,
    ) -> Result<(PreparedUser, Made), UseCaseError> {
        actor.require_settled_password()?;
        let standing = app.directory().find_account(account_id).await?.ok_or(Denied::NotFound)?;
        self.permit_in(app, actor, &standing.account.path).await?;
        let prepared = self.prepare(app, &standing.account, standing.inherited.policy).await?;
        let made = app.retrying(|| Box::pin(self.attempt(app, actor, key, &prepared))).await?;
        app.mail_bell.notify_one();
        app.provisioning_bell.notify_one();
        Ok((prepared, made))
    }

    /// Asks whether this actor may create this user there, before anything slow is done.
    pub(crate) async fn permit_in(&self, app: &App, actor: &Actor, home: &AccountPath) -> Result<(), UseCaseError> {
        actor.permit(Permission::USERS_ADD, home)?;
        let role = find_offered(app.directory(), actor, self.role, home).await?;
        let role = role.ok_or_else(|| unknown_role("role"))?;
        Ok(actor.permit_grant(&Grant::new(role, home.clone()))?)
    }

    /// The user for this account, under the policy that holds there.
    pub(crate) async fn prepare(
        &self,
        app: &App,
        account: &Account,
        policy: PolicyInForce,
    ) -> Result<PreparedUser, UseCaseError> {
        let plain_text_password_mail = policy.plain_text_password_mail && app.settings.plain_text_password_mail;
        let policy = PolicyInForce { plain_text_password_mail, ..policy };
        let user = self.user(app, account, policy)?;
        let password = match &self.security {
            Security::Link(_) => None,
            Security::Password { password, .. } => {
                let password = password.clone().unwrap_or_else(|| app.ports.tokens.password());
                Some((app.ports.hasher.hash(&password).await?, password))
            }
        };
        Ok(PreparedUser { account: account.clone(), user, password })
    }

    /// The user in this account, with what it takes over from the company.
    fn user(&self, app: &App, account: &Account, policy: PolicyInForce) -> Result<User, FieldErrors> {
        let mut errors = FieldErrors::default();
        if let Err(why) = check_login_domain(&app.settings, &account.domains, self.login_name.domain()) {
            why.note("loginName", &mut errors);
        }
        if let Security::Password { password: Some(password), .. } = &self.security {
            errors.take_password("security.password", password.clone().at_least(policy.password_length.get()));
        }
        if !policy.plain_text_password_mail && matches!(&self.security, Security::Password { email_to: Some(_), .. }) {
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
            GivenPhone::Parsed(phone) => Some(phone.clone()),
            GivenPhone::National(raw) => errors.take("phone", PhoneNumber::parse(raw, country)),
            GivenPhone::None => {
                account.company.phone.clone().or_else(|| errors.take("phone", Err(InvalidValue::Required)))
            }
        };
        let contact = address.zip(phone).map(|(address, phone)| ContactDetails {
            email: self.email.clone(),
            alternative_email: self.alternative_email.clone(),
            address: Some(address),
            phone: Some(phone),
        });
        errors.finish(contact).map(|contact| User {
            id: UserId::new(app.new_id()),
            account_id: account.id(),
            login_name: self.login_name.clone(),
            profile: self.profile.clone(),
            contact,
            status: self.status,
            removed_at: None,
            image: None,
        })
    }

    /// One transaction.
    async fn attempt(
        &self,
        app: &App,
        actor: &Actor,
        key: Option<&IdempotencyKey>,
        prepared: &PreparedUser,
    ) -> Result<Made, UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = uow.accounts().find(prepared.account.id()).await?.ok_or(Denied::NotFound)?;
        let permit = actor.permit(Permission::USERS_ADD, &account.path)?;
        self.find_granted(&*uow, &actor, &account.path).await?;
        if let Some(key) = key
            && let Some(earlier) = Self::claim(app, &*uow, &actor, key, prepared).await?
        {
            uow.commit().await?;
            return Ok(Made::Earlier(earlier));
        }
        self.require_unchanged(app, &*uow, &account, prepared).await?;
        let made = self.add(app, &*uow, &actor, (&permit, prepared)).await?;
        uow.commit().await?;
        Ok(made)
    }

    /// The base grant, as far as the actor may give it.
    async fn find_granted(
        &self,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        home: &AccountPath,
    ) -> Result<Grant, UseCaseError> {
        let role = find_offered(uow, actor, self.role, home).await?;
        let grant = Grant::new(role.ok_or_else(|| unknown_role("role"))?, home.clone());
        actor.permit_grant(&grant)?;
        Ok(grant)
    }

    /// Adds the user to the account it was prepared for, with everything that belongs to a user, within a transaction that has
    /// looked at the account.
    pub(crate) async fn add(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        (permit, prepared): (&Permit, &PreparedUser),
    ) -> Result<Made, UseCaseError> {
        let (user, account, created_at) = (&prepared.user, &prepared.account, app.now());
        let grant = self.find_granted(uow, actor, &account.path).await?;
        match uow.users().insert(user, &grant, Some(actor.user_id()), created_at).await? {
            InsertedUser::LoginNameTaken => return Err(Conflict::LoginNameTaken.into()),
            InsertedUser::Inserted => {}
        }
        let way_in = self.secure(app, uow, prepared).await?;
        let job = ProvisioningJobId::new(app.new_id());
        uow.provisioning_jobs().enqueue(job, user.id, app.now()).await?;
        let after = audit::snapshot(user, Some(self.role));
        let entry = permit.entry(app, "user.create").about_user(user.id).in_account(account.id());
        uow.audit_log().append(&entry.changing(serde_json::Value::Null, after)).await?;
        Ok(Made::New(Box::new(prepared.as_stored(grant, way_in, created_at))))
    }

    /// What was prepared outside the transaction must still hold inside: the account stands where it stood, with the same
    /// domains, company information and policy.
    async fn require_unchanged(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        account: &Account,
        prepared: &PreparedUser,
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
        prepared: &PreparedUser,
    ) -> Result<Option<UserId>, UseCaseError> {
        let record = IdempotencyRecord { request_hash: key.request_hash.clone(), created_user_id: prepared.user.id };
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
    async fn secure(&self, app: &App, uow: &dyn UnitOfWork, prepared: &PreparedUser) -> Result<WayIn, UseCaseError> {
        let user = &prepared.user;
        let addressed = |recipient| Addressed { user_id: user.id, recipient, state: self.mail_state() };
        match (&self.security, &prepared.password) {
            (Security::Link(choice), _) => {
                let addressed = addressed(resolve(choice, user)?);
                let link = issue_first_link(app, uow, LinkPurpose::Welcome, addressed).await?;
                Ok(WayIn { link: Some(link), credential: None })
            }
            (Security::Password { email_to, must_change, .. }, Some((hash, password))) => {
                let new = NewPassword::by_administrator(app, hash.clone(), *must_change);
                uow.credentials().put(user.id, &new).await?;
                if let Some(choice) = email_to {
                    mail_password(app, uow, password, addressed(resolve(choice, user)?)).await?;
                }
                Ok(WayIn { credential: Some(new), link: None })
            }
            (Security::Password { .. }, None) => Ok(WayIn::default()),
        }
    }

    /// A user created suspended gets no mail until activated.
    fn mail_state(&self) -> MailState {
        match self.status {
            UserStatus::Active => MailState::Pending,
            UserStatus::Suspended => MailState::Held,
        }
    }

    /// What is answered about the user that was made, or that an earlier request made.
    pub(crate) async fn answer(
        &self,
        app: &App,
        prepared: &PreparedUser,
        made: Made,
    ) -> Result<CreatedUser, UseCaseError> {
        let (user, repeated) = match made {
            Made::New(user) => (*user, false),
            Made::Earlier(user_id) => (app.directory().find_user(user_id).await?.ok_or(Denied::NotFound)?, true),
        };
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
            prepared.password.as_ref().filter(|_| generated && !repeated).map(|(_, password)| password.clone());
        Ok(CreatedUser { user, link, generated_password, repeated })
    }
}

impl PreparedUser {
    /// As it was stored, for the answer: to read it again could fail after all is well, and is a statement more.
    fn as_stored(&self, grant: Grant, way_in: WayIn, created_at: Timestamp) -> UserDetails {
        let WayIn { credential, link } = way_in;
        let record = UserRecord {
            user: self.user.clone(),
            home: self.account.path.clone(),
            grants: vec![grant],
            version: UserRecord::FIRST_VERSION,
        };
        UserDetails {
            record,
            account_name: self.account.name.to_string(),
            provisioning: ProvisioningState::Pending,
            provisioning_error: None,
            has_password: credential.is_some(),
            must_change_password: credential.as_ref().is_some_and(|credential| credential.must_change),
            password_set_at: credential.map(|credential| credential.set_at),
            newest_link: link,
            last_sign_in_at: None,
            created_at,
            updated_at: created_at,
        }
    }
}

fn resolve(choice: &RecipientChoice, user: &User) -> Result<Recipient, UseCaseError> {
    choice.resolve(&user.contact).ok_or_else(|| {
        let mut errors = FieldErrors::default();
        RecipientChoice::note_missing_alternative("security.recipient", &mut errors);
        errors.into()
    })
}
