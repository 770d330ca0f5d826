//! What is typed in the wizard for a new account, between its steps and the use case.

use tenantry_app::{
    FieldErrors,
    accounts::{CompanyInput, CreateAccountInput},
    users::{CreateUserInput, SecurityInput},
};

use super::{
    account_values::support_input,
    answers::PageError,
    branding::{carried_logo, colors_input},
    create_form::{address_input, given, login_name, recipient},
    forms::Form,
};
use crate::console::views::{AccountValues, BrandValues, FieldErrorsView, SecurityValues, UserValues, WizardStep};

/// Everything typed so far, whichever step it belongs to.
#[derive(Default)]
pub struct Typed {
    pub step: WizardStep,
    pub account: AccountValues,
    pub brand: BrandValues,
    /// Phone and address of the company, and the first user.
    pub values: UserValues,
    pub security: SecurityValues,
    /// The step about the first user was seen: its fields hold what was chosen there.
    pub has_user: bool,
    /// The button that was pressed.
    pub go: String,
    pub remove_domain: Option<usize>,
    pub password: String,
    pub password_repeat: String,
}

impl Typed {
    pub fn read(form: &Form) -> Result<Self, PageError> {
        const OTHERS: [&str; 5] = ["step", "go", "removeDomain", "password", "passwordRepeat"];
        let (mut account, mut values) = (AccountValues::default(), UserValues::default());
        let mut brand = BrandValues::default();
        let mut security = SecurityValues::unticked();
        form.distribute(&OTHERS, |name, value| {
            let rest = account.take(name, value).and_then(|value| brand.take(name, value));
            let rest = rest.and_then(|value| values.take(name, value));
            rest.and_then(|value| security.take(name, value))
        })?;
        let mut typed = Self {
            step: WizardStep::find(&form.text("step")).unwrap_or_default(),
            account,
            brand,
            values,
            security,
            has_user: form.has("securityMethod"),
            go: form.text("go"),
            remove_domain: form.text("removeDomain").parse().ok(),
            password: form.text("password"),
            password_repeat: form.text("passwordRepeat"),
        };
        if let Some(at) = typed.remove_domain.filter(|at| *at < typed.account.alias_domains.len()) {
            typed.account.alias_domains.remove(at);
        }
        // A row left empty says nothing.
        typed.account.alias_domains.retain(|domain| !domain.trim().is_empty());
        Ok(typed)
    }

    /// What the steps not shown were filled in with.
    pub fn hidden(&self, shown: WizardStep) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if shown != WizardStep::Account {
            pairs.extend(self.account.pairs());
            pairs.extend(self.brand.pairs());
            pairs.extend(self.values.contact_pairs());
        }
        if shown != WizardStep::User && self.has_user {
            pairs.extend(self.values.person_pairs());
            pairs.extend(self.security.pairs());
        }
        pairs
    }

    pub fn input(&self, with_user: bool) -> CreateAccountInput {
        let account = &self.account;
        CreateAccountInput {
            kind: Some(account.kind.clone()),
            name: Some(account.name.clone()),
            billing_type: None,
            reference_id: given(&account.reference_id),
            sales_manager: given(&account.sales_manager),
            company: CompanyInput {
                phone: Some(self.values.phone.clone()),
                address: Some(address_input(&self.values)),
            },
            website: given(&account.website),
            support: support_input(account),
            colors: colors_input(&self.brand),
            logo: carried_logo(&self.brand),
            primary_domain: Some(account.primary_domain.clone()),
            alias_domains: account.alias_domains.clone(),
            first_user: with_user.then(|| self.user_input(self.security_input())),
        }
    }

    /// The first user lives where the company does.
    fn user_input(&self, security: SecurityInput) -> CreateUserInput {
        let values = &self.values;
        CreateUserInput {
            first_name: Some(values.first_name.clone()),
            last_name: Some(values.last_name.clone()),
            display_name: given(&values.display_name),
            company: given(&values.company),
            job_title: given(&values.job_title),
            department: given(&values.department),
            login_name: Some(login_name(values)),
            email: Some(values.email.clone()),
            alternative_email: given(&values.alternative_email),
            address: None,
            phone: None,
            security,
            status: None,
            role: Some(values.role.clone()),
        }
    }

    fn security_input(&self) -> SecurityInput {
        let security = &self.security;
        let by_link = security.security_method == "link";
        SecurityInput {
            method: Some(security.security_method.clone()),
            recipient: by_link.then(|| recipient(&security.recipient_kind, &security.custom_email)),
            password: (security.security_method == "manual").then(|| self.password.clone()),
            email_to: None,
            must_change: (!by_link).then_some(security.must_change),
        }
    }

    /// What is wrong with the step about the account.
    pub fn account_errors(&self) -> FieldErrors {
        self.input(false).parse().err().unwrap_or_default()
    }

    /// What is wrong with the step about the first user. A password is asked for later.
    pub fn user_errors(&self) -> FieldErrors {
        let mut security = self.security_input();
        if security.method.as_deref() == Some("manual") {
            security.method = Some("generated".to_owned());
        }
        let mut errors = self.user_input(security).parse().err().unwrap_or_default();
        let domains = self.account.domains();
        let typed = login_name(&self.values).to_lowercase();
        let is_foreign = typed.rsplit_once('@').is_some_and(|(_, domain)| !domains.iter().any(|known| known == domain));
        if is_foreign && !errors.iter().any(|error| error.field == "loginName") {
            errors.add("loginName", "foreign-domain", "Choose one of the account's domains.");
        }
        errors
    }
}

/// The step that asks for a field.
fn step_of(field: &str) -> WizardStep {
    match field.split('.').next().unwrap_or_default() {
        "security" if field == "security.password" => WizardStep::Review,
        "password" | "passwordRepeat" => WizardStep::Review,
        "firstName" | "lastName" | "displayName" | "company" | "jobTitle" | "department" | "loginName" | "email"
        | "alternativeEmail" | "security" | "role" => WizardStep::User,
        _ => WizardStep::Account,
    }
}

/// Leaves what is wrong in the earliest step that has something wrong, and tells which one that is.
pub fn earliest_step(errors: &mut FieldErrorsView) -> Option<WizardStep> {
    let earliest = errors.fields.iter().map(|error| step_of(&error.field)).min_by_key(WizardStep::number)?;
    errors.fields.retain(|error| step_of(&error.field) == earliest);
    Some(earliest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_step_with_an_error_is_shown_with_its_own_errors_only() {
        let mut errors = FieldErrorsView::default();
        for field in ["passwordRepeat", "email", "address.city", "phone"] {
            errors.add(field, "x");
        }
        assert_eq!(earliest_step(&mut errors), Some(WizardStep::Account));
        let left: Vec<&str> = errors.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(left, ["address.city", "phone"]);
        assert_eq!(earliest_step(&mut FieldErrorsView::default()), None);
    }

    #[test]
    fn passwords_travel_in_no_hidden_field() {
        let typed = Typed { password: "secret".into(), has_user: true, ..Typed::default() };
        for step in WizardStep::ALL {
            assert!(typed.hidden(step).iter().all(|(name, value)| !name.contains("assword") && value != "secret"));
        }
    }
}
