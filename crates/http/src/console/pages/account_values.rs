//! A stored account as form fields, and what the use cases say about them in the forms' own words.

use tenantry_app::{
    Conflict, UseCaseError,
    accounts::{AccountPage, SupportInput},
};

use super::{
    answers::PageError,
    create_form::given,
    forms::{Refusal, refusal},
    words::company_address,
};
use crate::console::views::{AccountValues, FieldErrorsView, UserValues};

/// The forms' order of fields, which is not the order in which they are checked.
const FORM_ORDER: [&str; 13] = [
    "name",
    "kind",
    "referenceId",
    "salesManager",
    "address",
    "phone",
    "support.email",
    "support.phone",
    "support.url",
    "domains",
    "website",
    "branding",
    "firstName",
];

/// The account as its form shows it before anything is typed, and its phone and address.
pub fn stored(page: &AccountPage) -> (AccountValues, UserValues) {
    let account = &page.account.account;
    let (company, details) = (&account.company, &account.details);
    let support = &company.support;
    let account_values = AccountValues {
        name: account.name.to_string(),
        kind: account.kind.key().to_owned(),
        reference_id: text(details.reference_id.as_ref()),
        sales_manager: text(details.sales_manager.as_ref()),
        support_email: text(support.email.as_ref()),
        support_url: text(support.url.as_ref()),
        support_phone: text(support.phone.as_ref()),
        website: text(company.website.as_ref()),
        plain_text_password_mail: account.policy.plain_text_password_mail,
        password_length: account.policy.password_length.map(|length| length.get().to_string()).unwrap_or_default(),
        role_family: account.policy.role_family.map(|family| family.key().to_owned()).unwrap_or_default(),
        ..AccountValues::default()
    };
    let mut values = UserValues::default();
    company_address(account).fill(&mut values);
    (account_values, values)
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

pub fn support_input(values: &AccountValues) -> SupportInput {
    SupportInput {
        email: given(&values.support_email),
        url: given(&values.support_url),
        phone: given(&values.support_phone),
    }
}

/// As [`refusal`], with the fields called as the forms of accounts call them.
pub fn account_refusal(error: UseCaseError) -> Result<Refusal, PageError> {
    let is_taken = matches!(error, UseCaseError::Conflict(Conflict::DomainTaken));
    let mut refused = refusal(error)?;
    let mut errors = FieldErrorsView { form: refused.errors.form.take(), ..FieldErrorsView::default() };
    for problem in refused.errors.fields {
        let field = problem.field.strip_prefix("companyInformation.").unwrap_or(&problem.field);
        let field = field.strip_prefix("firstUser.").unwrap_or(field);
        let message = match field {
            "domains" if is_taken => {
                "This domain, or one of the additional ones, is not available. Check how they are written.".to_owned()
            }
            _ => problem.message,
        };
        errors.add(field, message);
    }
    errors.fields.sort_by_key(|error| {
        let is_there = |known: &str| error.field == known || error.field.starts_with(&format!("{known}."));
        FORM_ORDER.iter().position(|known| is_there(known)).unwrap_or(FORM_ORDER.len())
    });
    refused.errors = errors;
    Ok(refused)
}

#[cfg(test)]
mod tests {
    use tenantry_app::FieldErrors;

    use super::*;

    #[test]
    fn fields_are_called_and_ordered_as_on_the_form() {
        let mut wrong = FieldErrors::default();
        for field in ["website", "firstUser.email", "companyInformation.address.city", "domains.aliases.0", "name"] {
            wrong.add(field, "required", "Fill this in.");
        }
        let refused = account_refusal(wrong.into()).unwrap();
        let fields: Vec<&str> = refused.errors.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "address.city", "domains.aliases.0", "website", "email"]);
    }
}
