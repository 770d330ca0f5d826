//! Stored values as pages say them.

use jiff::SignedDuration;
use tenantry_domain::{
    account::{Account, AccountKind, AccountStatus, SupportContact},
    contact::{Country, DomainName, PostalAddress},
    permission::{Cell, Permission, PermissionMatrix, Scope},
    user::ProvisioningState,
};

use crate::console::views::{
    Avatar, Choice, CompanyAddress, RegionRules, StatusChip, Step, StepState, Support, area_words,
};
use tenantry_app::{accounts::AccountPage, ports::UserState};

/// `12,345`.
pub fn grouped_number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

pub fn kind_word(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Platform => "Platform",
        AccountKind::Reseller => "Reseller",
        AccountKind::Customer => "Customer",
    }
}

/// One chip for an account: its own status, and what follows from those above it.
pub fn account_chip(own: AccountStatus, effective: AccountStatus) -> StatusChip {
    match (own, effective) {
        (AccountStatus::Suspended, _) => StatusChip::Suspended,
        (AccountStatus::Active, AccountStatus::Suspended) => StatusChip::SuspendedAbove,
        (AccountStatus::Active, AccountStatus::Active) => StatusChip::Active,
    }
}

/// One chip for a user: what needs attention first.
pub fn user_chip(state: UserState, provisioning: ProvisioningState, has_password: bool) -> StatusChip {
    match (state, provisioning) {
        (UserState::Removed, _) => StatusChip::Removed,
        (UserState::Suspended, _) => StatusChip::Suspended,
        (UserState::Active, ProvisioningState::Failed) => StatusChip::Failed,
        (UserState::Active, ProvisioningState::Pending | ProvisioningState::InProgress) => StatusChip::Provisioning,
        (UserState::Active, ProvisioningState::Provisioned) if !has_password => StatusChip::Invited,
        (UserState::Active, ProvisioningState::Provisioned) => StatusChip::Active,
    }
}

/// How far the services are. There is one connector so far.
pub fn provisioning_steps(state: ProvisioningState, error: Option<&str>) -> Vec<Step> {
    let (services, note) = match state {
        ProvisioningState::Pending => (StepState::Waiting, Some("It begins by itself. You need not wait here.")),
        ProvisioningState::InProgress => (StepState::Now, Some("You need not wait here.")),
        ProvisioningState::Provisioned => (StepState::Done, None),
        ProvisioningState::Failed => (StepState::Failed, error),
    };
    vec![
        Step { name: "Tenantry".to_owned(), note: None, state: StepState::Done },
        Step { name: "Connected services".to_owned(), note: note.map(str::to_owned), state: services },
    ]
}

/// Answers for a cell by its name.
pub fn held_by(matrix: PermissionMatrix) -> impl Fn(&str) -> bool + Copy {
    move |name| Cell::find(name).is_some_and(|cell| matrix.contains(cell))
}

/// `view users in child accounts`
pub fn cell_words(cell: Cell) -> String {
    let place = match cell.scope {
        Scope::Own => "in this account",
        Scope::Child => "in child accounts",
    };
    format!("{} {place}", permission_words(cell.permission))
}

/// `view users`
pub fn permission_words(permission: Permission) -> String {
    format!("{} {}", permission.action.key(), area_words(permission.resource.key()).to_lowercase())
}

/// A small picture, for lists; initials without an image.
pub fn avatar_of(id: &str, name: &str, image: Option<&str>) -> Avatar {
    let image_url = image.map(|hash| format!("/console/users/{id}/avatar?v={hash}"));
    Avatar { image_url, ..Avatar::of(id, name) }
}

/// A large picture, for the page about somebody.
pub fn portrait_of(id: &str, name: &str, image: Option<&str>) -> Avatar {
    let image_url = image.map(|hash| format!("/console/users/{id}/avatar?v={hash}&size=256"));
    Avatar { image_url, ..Avatar::of(id, name) }
}

/// A domain to choose: as people read it.
pub fn domain_choice(domain: &DomainName) -> Choice {
    Choice::new(domain.as_str(), domain.to_unicode())
}

/// Where the people of an account turn for help, for who may see it: by the name of whose support it is, if that is in view.
pub fn support_of(page: &AccountPage) -> Option<Support> {
    let inherited = &page.account.inherited;
    let name = page.trail.iter().find(|(id, _)| Some(*id) == inherited.support_from).map(|(_, name)| name.as_str());
    page.shows_support.then(|| support(name.unwrap_or_default(), &inherited.support)).flatten()
}

/// A support contact, if it has any part.
pub fn support(name: &str, contact: &SupportContact) -> Option<Support> {
    (!contact.is_empty()).then(|| Support {
        name: name.to_owned(),
        phone: contact.phone.as_ref().map(ToString::to_string),
        email: contact.email.as_ref().map(ToString::to_string),
        url: contact.url.as_ref().map(ToString::to_string),
    })
}

/// An address as one writes it on an envelope, the country last.
pub fn address_lines(address: &PostalAddress) -> Vec<String> {
    let region = [address.state(), address.postal_code()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let place = if region.is_empty() { address.city().to_owned() } else { format!("{}, {region}", address.city()) };
    vec![address.street().to_owned(), place, address.country().name().to_owned()]
}

/// The company's address and phone as form fields.
pub fn company_address(account: &Account) -> CompanyAddress {
    let phone = account.company.phone.as_ref().map(ToString::to_string).unwrap_or_default();
    let Some(address) = &account.company.address else { return CompanyAddress { phone, ..CompanyAddress::default() } };
    CompanyAddress {
        country: address.country().code().to_owned(),
        state: address.state().unwrap_or_default().to_owned(),
        city: address.city().to_owned(),
        postal_code: address.postal_code().unwrap_or_default().to_owned(),
        street: address.street().to_owned(),
        phone,
    }
}

pub fn countries() -> Vec<Choice> {
    Country::all().map(|country| Choice::new(country.code(), country.name())).collect()
}

/// What an address looks like in the country with this code; the usual if there is none.
pub fn region_of(country: &str) -> RegionRules {
    Country::parse(country).map(region).unwrap_or_default()
}

pub fn region(country: Country) -> RegionRules {
    RegionRules {
        state_label: country.state_label().to_owned(),
        state_required: country.state_required(),
        states: country.states().iter().map(|(code, name)| Choice::new(*code, *name)).collect(),
        postal_label: country.postal_code_label().to_owned(),
        postal_required: country.postal_code_required(),
    }
}

/// `30 days`: for what is kept for so long.
pub fn days_words(length: SignedDuration) -> String {
    match length.as_hours() / 24 {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// `24 hours`, `30 minutes`.
pub fn duration_words(length: SignedDuration) -> String {
    let minutes = length.as_secs() / 60;
    let (count, unit) = match minutes {
        _ if minutes > 0 && minutes % 60 == 0 => (minutes / 60, "hour"),
        0 => (length.as_secs(), "second"),
        _ => (minutes, "minute"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// `Firefox on Linux`: what can be told from how a program names itself.
pub fn device_of(user_agent: Option<&str>) -> String {
    let Some(agent) = user_agent else { return "Unknown program".to_owned() };
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_said_in_its_largest_whole_unit() {
        let said = [90, 60, 1440].map(|minutes| duration_words(SignedDuration::from_mins(minutes)));
        assert_eq!(said, ["90 minutes", "1 hour", "24 hours"]);
    }

    #[test]
    fn large_numbers_are_grouped_by_three_digits() {
        let said = [0, 999, 1_000, 12_345, 1_000_000].map(grouped_number);
        assert_eq!(said, ["0", "999", "1,000", "12,345", "1,000,000"]);
    }

    #[test]
    fn a_device_is_told_by_browser_and_system() {
        let agent =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(device_of(Some(agent)), "Chrome on Linux");
        assert_eq!(device_of(Some("curl/8.0")), "curl/8.0");
    }

    #[test]
    fn what_needs_attention_comes_before_what_does_not() {
        let chip = |state, provisioning, has_password| user_chip(state, provisioning, has_password);
        assert_eq!(chip(UserState::Suspended, ProvisioningState::Failed, true), StatusChip::Suspended);
        assert_eq!(chip(UserState::Active, ProvisioningState::Failed, false), StatusChip::Failed);
        assert_eq!(chip(UserState::Active, ProvisioningState::Provisioned, false), StatusChip::Invited);
    }
}
