//! The last step of the wizard: everything that was typed, in words.

use tenantry_app::roles::RoleOffer;
use tenantry_domain::{account::BillingType, contact::Country};

use super::{create_form::login_name, show_account::billing_word, wizard_form::Typed, words::region_of};
use crate::console::views::ReviewSection;

pub fn review(typed: &Typed, roles: &[RoleOffer]) -> Vec<ReviewSection> {
    vec![account(typed), company(typed), domains(typed), user(typed, roles)]
}

fn one(text: &str) -> Vec<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect()
}

fn account(typed: &Typed) -> ReviewSection {
    let account = &typed.account;
    let kind = if account.kind == "reseller" { "Reseller" } else { "Customer" };
    ReviewSection {
        id: "review-account",
        title: "Account",
        text: "What it is, and what you note about it.".to_owned(),
        facts: vec![
            ("Name", one(&account.name)),
            ("Kind", one(kind)),
            ("Billing", one(billing_word(BillingType::default()))),
            ("Reference ID", one(&account.reference_id)),
            ("Sales manager", one(&account.sales_manager)),
        ],
    }
}

fn company(typed: &Typed) -> ReviewSection {
    let (account, values) = (&typed.account, &typed.values);
    let support = [&account.support_email, &account.support_phone, &account.support_url];
    ReviewSection {
        id: "review-company",
        title: "Company information",
        text: "Where the company and its support can be reached.".to_owned(),
        facts: vec![
            ("Address", address_lines(typed)),
            ("Phone", one(&values.phone)),
            ("Support", support.into_iter().flat_map(|line| one(line)).collect()),
            ("Website", one(&account.website)),
            ("Branding", branding(typed)),
        ],
    }
}

fn branding(typed: &Typed) -> Vec<String> {
    let brand = &typed.brand;
    let logo = if brand.logo.is_empty() { "" } else { "A logo of its own" };
    let chosen: Vec<String> = [logo, &brand.primary_color, &brand.secondary_color].into_iter().flat_map(one).collect();
    if chosen.is_empty() { one("As the account above") } else { chosen }
}

/// As one writes it on an envelope, the country last.
fn address_lines(typed: &Typed) -> Vec<String> {
    let values = &typed.values;
    let region = region_of(&values.country);
    let typed_state = values.state.trim();
    let state = region.states.iter().find(|state| state.value == typed_state);
    let state = state.map_or(typed_state, |state| state.label.as_str());
    let place = [values.city.trim(), state, values.postal_code.trim()];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let country = Country::parse(&values.country).map(|country| country.name().to_owned()).unwrap_or_default();
    [values.street.trim().to_owned(), place.join(", "), country].iter().flat_map(|line| one(line)).collect()
}

fn domains(typed: &Typed) -> ReviewSection {
    let domains = typed.account.domains();
    let (primary, others) =
        domains.split_first().map_or((Vec::new(), Vec::new()), |(first, rest)| (one(first), rest.to_vec()));
    ReviewSection {
        id: "review-domains",
        title: "Domains",
        text: "Login names end in one of them.".to_owned(),
        facts: vec![("Primary domain", primary), ("Additional domains", others)],
    }
}

fn user(typed: &Typed, roles: &[RoleOffer]) -> ReviewSection {
    let values = &typed.values;
    let role = roles.iter().find(|offer| offer.role.key().to_string() == values.role);
    let work = [&values.job_title, &values.department, &values.company];
    ReviewSection {
        id: "review-user",
        title: "First user",
        text: "Address and phone are those of the company.".to_owned(),
        facts: vec![
            ("Name", one(&values.shown_name())),
            ("Work", work.into_iter().flat_map(|line| one(line)).collect()),
            ("Login name", one(&login_name(values))),
            ("E-mail", one(&values.email)),
            ("Alternative e-mail", one(&values.alternative_email)),
            ("Role", one(role.map_or("", |offer| offer.role.label()))),
            ("First password", vec![password_words(typed)]),
        ],
    }
}

fn password_words(typed: &Typed) -> String {
    let (security, values) = (&typed.security, &typed.values);
    let change = if security.must_change { " It must be changed at the first sign-in." } else { "" };
    match security.security_method.as_str() {
        "generated" => format!("One is generated and shown to you once, after this step.{change}"),
        "manual" => format!("You type it below.{change}"),
        _ => {
            let to = match security.recipient_kind.as_str() {
                "alternative" => &values.alternative_email,
                "custom" => &security.custom_email,
                _ => &values.email,
            };
            format!("A link to set it is sent to {}.", to.trim())
        }
    }
}
