//! The form for a new user, between what is typed and what the use case takes.

use tenantry_app::{
    UseCaseError,
    accounts::AccountPage,
    ports::{IdempotencyKey, RecipientKind, UserState},
    roles::RoleOffer,
    users::{
        AddressInput, CreateForm, CreateUserInput, PrepareCreateForm, RecipientInput, SecurityInput, ShowUser, UserPage,
    },
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Cell, Role, RoleFamily},
};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    digests::hex_sha256,
    forms::{Form, UploadForm},
    words::{cell_words, company_address, countries, domain_choice, duration_words, held_by, region_of},
};
use crate::console::views::{
    CreateUserPage, FieldErrorsView, NavPlace, RoleCard, RoleGroup, SecurityValues, UserValues, matrix_rows,
};

/// What was typed.
#[derive(Default)]
pub struct Typed {
    pub values: UserValues,
    pub security: SecurityValues,
    pub password: String,
    pub password_repeat: String,
    pub image: Option<Vec<u8>>,
    pub idempotency_key: String,
    /// The button that makes a password was pressed.
    pub generate: bool,
    /// The button that goes back to the company's address was pressed.
    pub reset_address: bool,
    request_hash: String,
}

impl Typed {
    pub fn read(upload: UploadForm) -> Result<Self, PageError> {
        const OTHERS: [&str; 5] = ["password", "passwordRepeat", "idempotencyKey", "generate", "resetAddress"];
        let form = &upload.fields;
        let mut values = UserValues::default();
        let mut security = SecurityValues::unticked();
        form.distribute(&OTHERS, |name, value| values.take(name, value).and_then(|value| security.take(name, value)))?;
        // The tick is greyed out while it cannot be taken away, and a browser sends nothing then.
        security.must_change |= security.email_password;
        Ok(Self {
            values,
            security,
            password: form.text("password"),
            password_repeat: form.text("passwordRepeat"),
            idempotency_key: form.text("idempotencyKey"),
            generate: form.has("generate"),
            reset_address: form.has("resetAddress"),
            request_hash: request_hash(form),
            image: upload.image,
        })
    }

    /// The key that makes a double submit create one user; none if the form came without a usable one.
    pub fn key(&self) -> Option<IdempotencyKey> {
        let key = format!("console-{}", self.idempotency_key);
        let usable = !self.idempotency_key.is_empty()
            && key.len() <= 64
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        usable.then(|| IdempotencyKey { key, request_hash: self.request_hash.clone() })
    }

    pub fn input(&self) -> CreateUserInput {
        let values = &self.values;
        CreateUserInput {
            first_name: Some(values.first_name.clone()),
            last_name: Some(values.last_name.clone()),
            display_name: given(&values.display_name),
            company: Some(values.company.clone()),
            job_title: Some(values.job_title.clone()),
            department: Some(values.department.clone()),
            login_name: Some(login_name(values)),
            email: Some(values.email.clone()),
            alternative_email: Some(values.alternative_email.clone()),
            address: Some(address_input(values)),
            phone: Some(values.phone.clone()),
            security: self.security_input(),
            status: given(&values.status),
            role: Some(values.role.clone()),
        }
    }

    fn security_input(&self) -> SecurityInput {
        let security = &self.security;
        let by_hand = security.security_method != "link";
        SecurityInput {
            method: Some(security.security_method.clone()),
            recipient: (!by_hand).then(|| recipient(&security.recipient_kind, &security.custom_email)),
            password: (security.security_method == "manual").then(|| self.password.clone()),
            email_to: (by_hand && security.email_password)
                .then(|| recipient(&security.email_to_kind, &security.email_to_custom)),
            must_change: by_hand.then_some(security.must_change),
        }
    }
}

/// SHA-256 of what was typed, but for the passwords: a fast hash of those must be stored nowhere.
fn request_hash(form: &Form) -> String {
    let mut typed = String::new();
    for (name, value) in form.iter().filter(|(name, _)| !name.starts_with("password")) {
        typed.push_str(name);
        typed.push('\0');
        typed.push_str(value);
        typed.push('\0');
    }
    hex_sha256(typed.as_bytes())
}

/// Nothing typed is nothing said.
pub fn given(text: &str) -> Option<String> {
    Some(text).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// The two controls together. Who types a whole login name into the first means that one.
pub fn login_name(values: &UserValues) -> String {
    let local = values.login_local.trim();
    if local.is_empty() || local.contains('@') { local.to_owned() } else { format!("{local}@{}", values.login_domain) }
}

pub fn address_input(values: &UserValues) -> AddressInput {
    AddressInput {
        country: Some(values.country.clone()),
        state: Some(values.state.clone()),
        city: Some(values.city.clone()),
        postal_code: Some(values.postal_code.clone()),
        street: Some(values.street.clone()),
    }
}

pub fn recipient(kind: &str, custom: &str) -> RecipientInput {
    RecipientInput { kind: Some(kind.to_owned()), email: (kind == "custom").then(|| custom.to_owned()) }
}

/// The account a user is to be created in, for who may do that.
pub struct Place {
    pub account: AccountPage,
    pub form: CreateForm,
}

impl Place {
    pub async fn find(actor: &ConsoleActor, account_id: AccountId) -> Result<Self, UseCaseError> {
        let form = PrepareCreateForm { account_id }.execute(&actor.app, &actor.actor).await?;
        Ok(Self { account: actor.account(account_id).await?, form })
    }

    /// An empty form: the company's address, the primary domain, the role that gives nothing.
    pub fn fresh(&self, actor: &ConsoleActor) -> Typed {
        let account = &self.form.account.account;
        let mut values = UserValues {
            login_domain: self.form.login_domains.first().map(ToString::to_string).unwrap_or_default(),
            status: "active".to_owned(),
            role: BuiltInRole::NoAccess.key().to_owned(),
            ..UserValues::default()
        };
        company_address(account).fill(&mut values);
        Typed { values, idempotency_key: actor.app.new_id().to_string(), ..Typed::default() }
    }

    /// Takes over what the next user usually shares with the one before: address, role and choice of security.
    pub async fn follow(&self, actor: &ConsoleActor, typed: &mut Typed, user_id: UserId) {
        let Ok(like) = (ShowUser { user_id }).execute(&actor.app, &actor.actor).await else { return };
        if like.user.record.user.account_id != self.form.account.account.id() || like.user.state() == UserState::Removed
        {
            return;
        }
        follow_contact(&like, &mut typed.values);
        let role = like.user.role();
        if self.form.roles.iter().any(|offer| offer.role == role && offer.missing.is_empty()) {
            typed.values.role = role.key().to_string();
        }
        if let Some(link) = &like.user.newest_link {
            // A custom address was that one person's.
            let kind = if link.recipient.kind == RecipientKind::Alternative { "alternative" } else { "primary" };
            kind.clone_into(&mut typed.security.recipient_kind);
        } else {
            "manual".clone_into(&mut typed.security.security_method);
            typed.security.must_change = like.user.must_change_password;
        }
    }

    pub async fn page(
        &self,
        actor: &ConsoleActor,
        typed: Typed,
        errors: FieldErrorsView,
    ) -> Result<CreateUserPage, UseCaseError> {
        let account = &self.form.account.account;
        let title = if errors.is_empty() { "Create New User" } else { "Error: Create New User" };
        Ok(CreateUserPage {
            frame: actor.frame(title, Some(NavPlace::Users), &self.account).await?,
            account_id: account.id().to_string(),
            account_name: account.name.to_string(),
            region: region_of(&typed.values.country),
            values: typed.values,
            security: typed.security,
            errors,
            domains: self.form.login_domains.iter().map(domain_choice).collect(),
            availability: None,
            countries: countries(),
            company_address: company_address(account),
            generated_password: None,
            mail_password_allowed: self.form.plain_text_password_mail,
            link_valid_for: duration_words(actor.app.settings.welcome_link_valid_for),
            role_groups: role_groups(&self.form.roles, account.name.as_str()),
            idempotency_key: typed.idempotency_key,
        })
    }
}

fn follow_contact(like: &UserPage, values: &mut UserValues) {
    let contact = &like.user.record.user.contact;
    if let Some(address) = &contact.address {
        address.country().code().clone_into(&mut values.country);
        address.state().unwrap_or_default().clone_into(&mut values.state);
        address.city().clone_into(&mut values.city);
        address.postal_code().unwrap_or_default().clone_into(&mut values.postal_code);
        address.street().clone_into(&mut values.street);
    }
    if let Some(phone) = &contact.phone {
        values.phone = phone.to_string();
    }
    values.login_domain = like.user.record.user.login_name.domain().to_string();
}

/// Both families of roles, then the custom ones by the account they belong to, with what keeps the asker from giving one.
pub fn role_groups(offers: &[RoleOffer], account_name: &str) -> Vec<RoleGroup> {
    let mut groups: Vec<RoleGroup> = Vec::new();
    for offer in offers {
        let title = group_title(offer);
        let card = role_card(offer, account_name);
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.roles.push(card),
            None => groups.push(RoleGroup { title, roles: vec![card] }),
        }
    }
    groups
}

pub fn group_title(offer: &RoleOffer) -> String {
    match (&offer.role, &offer.custom) {
        (Role::BuiltIn(role), _) => match role.family() {
            RoleFamily::AccessLevels => "Access levels".to_owned(),
            RoleFamily::Administrators => "Account roles".to_owned(),
        },
        (Role::Custom(_), row) => format!("Roles of {}", row.as_ref().map_or("", |row| &row.owner_name)),
    }
}

fn role_card(offer: &RoleOffer, account_name: &str) -> RoleCard {
    RoleCard {
        key: offer.role.key().to_string(),
        name: offer.role.label().to_owned(),
        text: offer.role.description().to_owned(),
        refused: refused(&offer.missing, account_name),
        rows: matrix_rows(held_by(offer.role.matrix())),
    }
}

/// `Needs the right to add users in child accounts, which you do not hold at Contoso.` The first missing cell stands for all.
fn refused(missing: &[String], account_name: &str) -> Option<String> {
    let cell: Cell = missing.iter().find_map(|name| Cell::find(name))?;
    let more = match missing.len() {
        0 | 1 => String::new(),
        2 => " and one more".to_owned(),
        count => format!(" and {} more", count - 1),
    };
    let right = cell_words(cell);
    Some(format!("Needs the right to {right}{more}, which you do not hold at {account_name}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_cannot_be_given_says_what_is_missing() {
        assert_eq!(refused(&[], "Contoso"), None);
        let missing = ["child.users.add".to_owned(), "child.users.edit".to_owned()];
        assert_eq!(
            refused(&missing, "Contoso").as_deref(),
            Some("Needs the right to add users in child accounts and one more, which you do not hold at Contoso.")
        );
    }

    #[test]
    fn a_whole_login_name_typed_into_the_first_field_is_taken_as_it_is() {
        let mut values = UserValues { login_domain: "contoso.example".to_owned(), ..UserValues::default() };
        for (typed, meant) in [("avery ", "avery@contoso.example"), ("a@labs.example", "a@labs.example"), (" ", "")] {
            typed.clone_into(&mut values.login_local);
            assert_eq!(login_name(&values), meant);
        }
    }
}
