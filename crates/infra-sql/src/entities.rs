//! One module a table: its columns, and how a row becomes a domain value and back.

pub mod accounts;
pub mod audit_entries;
pub mod credentials;
pub mod domains;
pub mod grants;
pub mod idempotency_keys;
pub mod images;
pub mod mail_outbox;
pub mod password_links;
pub mod provisioning_jobs;
pub mod reserved_login_names;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod sign_in_attempts;
pub mod users;

use tenantry_app::ports::StorageError;
use tenantry_domain::contact::{AddressField, PhoneNumber, PostalAddress, PostalAddressInput};

use crate::error::StoredRow;

/// One part of an address that may be absent, as a column.
fn address_part(address: Option<&PostalAddress>, part: fn(&PostalAddress) -> Option<&str>) -> Option<String> {
    address.and_then(part).map(str::to_owned)
}

/// The address in a row's five columns; without a country there is none.
fn read_address(row: &StoredRow, stored: &PostalAddressInput<'_>) -> Result<Option<PostalAddress>, StorageError> {
    if stored.country.is_none() {
        return Ok(None);
    }
    PostalAddress::parse(stored).map(Some).map_err(|problems| {
        let field = problems.first().map_or(AddressField::Country, |(field, _)| *field);
        row.corrupt(address_column(field))
    })
}

const fn address_column(field: AddressField) -> &'static str {
    match field {
        AddressField::Country => "country",
        AddressField::State => "state",
        AddressField::City => "city",
        AddressField::PostalCode => "postal_code",
        AddressField::Street => "street",
    }
}

fn read_phone(
    row: &StoredRow,
    column: &'static str,
    stored: Option<&str>,
) -> Result<Option<PhoneNumber>, StorageError> {
    row.read(column, stored.map(|text| PhoneNumber::parse(text, None)).transpose())
}
