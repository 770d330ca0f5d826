//! A small tree to try things out with.

mod people;

use serde_json::{Value, json};
use tenantry_domain::{
    AccountId, InvalidValue, Line, RoleId, UserId,
    account::{
        Account, AccountDetails, AccountDomains, AccountKind, AccountPath, AccountPolicy, AccountStatus, Branding,
        CompanyInformation, SupportContact,
    },
    contact::{DomainName, EmailAddress, PhoneNumber, PostalAddress, PostalAddressInput},
    permission::{Action, BuiltInRole, CustomRole, Grant, PermissionMatrix, Resource, RoleDefinition, Scope},
    user::{ContactDetails, LoginName, Password, PersonName, Profile, ProvisioningState, User, UserStatus},
};

use self::people::{ACCOUNTS, DemoAccount, DemoPerson, PEOPLE};
use crate::{
    App, Permit, RequestContext, UseCaseError,
    passwords::NewPassword,
    ports::{HashedPassword, InsertedUser, UnitOfWork},
};

/// Somebody one can sign in as.
#[derive(Debug, Clone)]
pub struct DemoUser {
    /// What to sign in with.
    pub login_name: String,
    /// The password, made up for this installation.
    pub password: Password,
    /// The role.
    pub role: BuiltInRole,
    /// The home account's name.
    pub account_name: String,
}

struct PreparedPerson {
    person: &'static DemoPerson,
    password: Option<(Password, HashedPassword)>,
}

/// Fills an empty platform with a tree of accounts and people and returns whom one can sign in as; `None`, and nothing
/// changed, if it is not empty.
///
/// # Errors
/// [`UseCaseError::Storage`], [`UseCaseError::Busy`].
pub async fn fill_with_demo(app: &App) -> Result<Option<Vec<DemoUser>>, UseCaseError> {
    if !app.directory().is_empty().await? {
        return Ok(None);
    }
    let mut people = Vec::new();
    for person in PEOPLE {
        let password = if person.signs_in {
            let password = app.ports.tokens.password();
            let hash = app.ports.hasher.hash(&password).await?;
            Some((password, hash))
        } else {
            None
        };
        people.push(PreparedPerson { person, password });
    }
    app.retrying(|| Box::pin(fill(app, &people))).await
}

async fn fill(app: &App, people: &[PreparedPerson]) -> Result<Option<Vec<DemoUser>>, UseCaseError> {
    let uow = app.begin().await?;
    if !uow.accounts().is_empty().await? {
        return Ok(None);
    }
    let mut accounts: Vec<Account> = Vec::new();
    for demo in ACCOUNTS {
        let account = account(app, demo, &accounts).map_err(invalid)?;
        uow.accounts().insert(&account, app.now()).await?;
        accounts.push(account);
    }
    let role = helpdesk(app, find(&accounts, people::ROLE_DOMAIN).map_err(invalid)?).map_err(invalid)?;
    uow.roles().insert(&role, app.now()).await?;
    let mut users = Vec::new();
    for prepared in people {
        let home = find(&accounts, prepared.person.domain).map_err(invalid)?;
        users.extend(insert(app, &*uow, prepared, home).await?);
    }
    let entry = Permit::by_system(RequestContext::default()).entry(app, "platform.fill_with_demo");
    let after = json!({"accounts": accounts.len(), "users": people.len()});
    uow.audit_log().append(&entry.changing(Value::Null, after)).await?;
    uow.commit().await?;
    Ok(Some(users))
}

/// A role of an account's own, to look at and to give.
fn helpdesk(app: &App, owner: &Account) -> Result<CustomRole, InvalidValue> {
    let matrix = PermissionMatrix::EMPTY
        .with(&Scope::ALL, Resource::AccountInfo, &[Action::View])
        .with(&[Scope::Child], Resource::Accounts, &[Action::View])
        .with(&Scope::ALL, Resource::Users, &[Action::View, Action::Edit])
        .with(&Scope::ALL, Resource::Support, &[Action::View]);
    let description = "Edits users and resets their passwords, in this account and below it.";
    let definition = RoleDefinition::try_new(Line::parse("Helpdesk")?, Some(Line::parse(description)?), matrix, true)
        .map_err(|_| InvalidValue::Unknown { expected: "a role that sees what it changes" })?;
    Ok(CustomRole { id: RoleId::new(app.new_id()), owner: owner.id(), version: 1, definition })
}

async fn insert(
    app: &App,
    uow: &dyn UnitOfWork,
    prepared: &PreparedPerson,
    home: &Account,
) -> Result<Option<DemoUser>, UseCaseError> {
    let person = prepared.person;
    let user = user(app, person, home).map_err(invalid)?;
    let grant = Grant::new(person.role.into(), home.path.clone());
    if uow.users().insert(&user, &grant, None, app.now()).await? == InsertedUser::LoginNameTaken {
        return Err(invalid(InvalidValue::Unknown { expected: "login names that are free" }));
    }
    uow.users().set_provisioning(&[user.id], ProvisioningState::Provisioned, None).await?;
    let Some((password, hash)) = &prepared.password else { return Ok(None) };
    uow.credentials().put(user.id, &NewPassword::by_owner(app, hash.clone())).await?;
    Ok(Some(DemoUser {
        login_name: user.login_name.to_string(),
        password: password.clone(),
        role: person.role,
        account_name: home.name.to_string(),
    }))
}

fn account(app: &App, demo: &DemoAccount, above: &[Account]) -> Result<Account, InvalidValue> {
    let id = AccountId::new(app.new_id());
    let path = match demo.parent {
        Some(parent) => find(above, parent)?.path.child(id),
        None => AccountPath::root(id),
    };
    let kind = match (demo.parent, demo.holds_accounts) {
        (None, _) => AccountKind::Platform,
        (Some(_), true) => AccountKind::Reseller,
        (Some(_), false) => AccountKind::Customer,
    };
    let alias = demo.alias.map(DomainName::parse).transpose()?;
    Ok(Account {
        path,
        kind,
        name: Line::parse(demo.name)?,
        status: AccountStatus::Active,
        domains: AccountDomains::new(DomainName::parse(demo.domain)?, alias),
        company: company(demo)?,
        branding: Branding::default(),
        policy: AccountPolicy {
            plain_text_password_mail: demo.parent.is_none() || demo.mails_passwords,
            ..AccountPolicy::default()
        },
        details: AccountDetails::default(),
        removed_at: None,
        version: 1,
    })
}

fn company(demo: &DemoAccount) -> Result<CompanyInformation, InvalidValue> {
    Ok(CompanyInformation {
        phone: Some(PhoneNumber::parse(demo.phone, None)?),
        address: Some(address(demo)?),
        website: Line::parse_optional(Some(&format!("https://www.{}", demo.domain)))?,
        support: SupportContact {
            email: EmailAddress::parse_optional(Some(&format!("support@{}", demo.domain)))?,
            url: None,
            phone: Some(PhoneNumber::parse(demo.phone, None)?),
        },
    })
}

fn address(demo: &DemoAccount) -> Result<PostalAddress, InvalidValue> {
    let [country, state, city, postal_code, street] = demo.address;
    let input = PostalAddressInput {
        country: Some(country),
        state: Some(state),
        city: Some(city),
        postal_code: Some(postal_code),
        street: Some(street),
    };
    PostalAddress::parse(&input)
        .map_err(|mut problems| problems.pop().map_or(InvalidValue::Required, |(_, problem)| problem))
}

fn user(app: &App, person: &DemoPerson, home: &Account) -> Result<User, InvalidValue> {
    let (first_name, last_name) = (PersonName::parse(person.first_name)?, PersonName::parse(person.last_name)?);
    let local = format!("{first_name}.{last_name}").to_ascii_lowercase();
    let login_name = LoginName::parse(&format!("{local}@{}", person.domain))?;
    Ok(User {
        id: UserId::new(app.new_id()),
        account_id: home.id(),
        profile: Profile {
            display_name: Profile::default_display_name(&first_name, &last_name)?,
            first_name,
            last_name,
            company: None,
            job_title: Line::parse_optional(Some(person.job_title))?,
            department: None,
        },
        contact: ContactDetails {
            email: EmailAddress::parse(&login_name.to_string())?,
            alternative_email: None,
            address: home.company.address.clone(),
            phone: home.company.phone.clone(),
        },
        login_name,
        status: if person.suspended { UserStatus::Suspended } else { UserStatus::Active },
        removed_at: None,
        image: None,
    })
}

fn find<'a>(accounts: &'a [Account], domain: &str) -> Result<&'a Account, InvalidValue> {
    accounts
        .iter()
        .find(|account| account.domains.primary.name.as_str() == domain)
        .ok_or(InvalidValue::Unknown { expected: "a demo account listed before" })
}

/// The tables are ours; a test fills a platform with them.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err calls")]
fn invalid(error: InvalidValue) -> UseCaseError {
    UseCaseError::field("demo", error.code(), error.to_string())
}
