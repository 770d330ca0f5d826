//! `GET/POST /console/accounts/new?parent=&kind=`: a new account in three steps, one form.

use askama::Template;

use super::{
    account_form::AccountValues,
    branding::{BrandPreview, BrandValues},
    create_user::SecurityValues,
    field_errors::FieldErrorsView,
    frame::Frame,
    role_cards::RoleGroup,
    shown::Choice,
    user_form::{RegionRules, UserValues},
};

/// Which step is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WizardStep {
    #[default]
    Account,
    User,
    Review,
}

impl WizardStep {
    pub const ALL: [Self; 3] = [Self::Account, Self::User, Self::Review];

    /// The value of the field `step`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::User => "user",
            Self::Review => "review",
        }
    }

    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    pub fn label(&self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::User => "First user",
            Self::Review => "Review",
        }
    }

    /// 1 to 3.
    pub fn number(&self) -> u8 {
        match self {
            Self::Account => 1,
            Self::User => 2,
            Self::Review => 3,
        }
    }

    /// Where *Back* leads.
    #[must_use]
    pub fn before(self) -> Self {
        match self {
            Self::Account | Self::User => Self::Account,
            Self::Review => Self::User,
        }
    }
}

/// A part of the review, in words. An empty list of lines is shown as *Not given*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewSection {
    pub id: &'static str,
    pub title: &'static str,
    pub text: String,
    pub facts: Vec<(&'static str, Vec<String>)>,
}

/// One of the additional domains, as a row of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainField {
    /// The control: `alias.0`.
    pub id: String,
    pub label: String,
    /// What the button sends that takes it away.
    pub at: String,
    pub value: String,
    pub error: String,
}

/// The wizard. What the step shown does not ask for travels in hidden fields; passwords never do. Submit buttons `go`:
/// `back`, `withoutUser`, `addDomain`; `removeDomain` with the row; any other goes on.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account_wizard.html")]
pub struct AccountWizardPage {
    pub frame: Frame,
    pub step: WizardStep,
    pub parent_id: String,
    pub parent_name: String,
    pub account: AccountValues,
    pub brand: BrandValues,
    /// What the colours would look like.
    pub preview: BrandPreview,
    /// It has no logo yet but the one in `brand`.
    pub logo: Option<String>,
    /// Phone and address of the company; names, login name and role of the first user.
    pub values: UserValues,
    pub security: SecurityValues,
    pub errors: FieldErrorsView,
    /// What was typed in the other steps.
    pub hidden: Vec<(String, String)>,
    pub countries: Vec<Choice>,
    pub region: RegionRules,
    pub domains: Vec<Choice>,
    pub role_groups: Vec<RoleGroup>,
    /// `24 hours`.
    pub link_valid_for: String,
    /// A first user can be created along with it.
    pub offers_user: bool,
    pub review: Vec<ReviewSection>,
    /// Nothing was typed yet: a draft that the browser kept may be offered.
    pub is_fresh: bool,
}

impl AccountWizardPage {
    pub fn steps(&self) -> &'static [WizardStep] {
        if self.offers_user { &WizardStep::ALL } else { &[] }
    }

    /// `Customer` or `Reseller`, for headings and buttons.
    pub fn kind_word(&self) -> &'static str {
        if self.account.kind == "reseller" { "Reseller" } else { "Customer" }
    }

    pub fn action(&self) -> String {
        format!("/console/accounts/new?parent={}&kind={}", self.parent_id, self.account.kind)
    }

    /// What the form is about, for the summary of errors.
    pub fn subject(&self) -> String {
        let name = self.account.name.trim();
        if name.is_empty() { "this account".to_owned() } else { name.to_owned() }
    }

    pub fn shown_kind(&self) -> String {
        self.kind_word().to_lowercase()
    }

    /// Under which name the browser keeps the draft: no one else’s, and of no other place.
    pub fn draft(&self) -> String {
        format!("{} {}", self.frame.person.login_name, self.parent_id)
    }

    /// Nobody can look up whether a login name is free in an account that does not exist.
    pub fn login_check(&self) -> String {
        String::new()
    }

    /// Which domain is not available is not said, so that nobody can look up whose it is.
    pub fn primary_domain_error(&self) -> &str {
        let one = self.errors.of("domains.primary");
        if one.is_empty() { self.errors.of("domains") } else { one }
    }

    pub fn alias_fields(&self) -> Vec<DomainField> {
        let field = |(at, value): (usize, &String)| DomainField {
            id: format!("alias.{at}"),
            label: format!("Additional domain {}", at.saturating_add(1)),
            at: at.to_string(),
            value: value.clone(),
            error: self.errors.of(&format!("domains.aliases.{at}")).to_owned(),
        };
        self.account.alias_domains.iter().enumerate().map(field).collect()
    }

    pub fn is_by_hand(&self) -> bool {
        self.security.security_method == "manual"
    }

    pub fn is(&self, step: &str) -> bool {
        self.step.key() == step
    }
}
