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
pub mod sessions;
pub mod settings;
pub mod sign_in_attempts;
pub mod users;

use tenantry_domain::contact::AddressField;

/// The column an address field is kept in, here and in accounts.
const fn address_column(field: AddressField) -> &'static str {
    match field {
        AddressField::Country => "country",
        AddressField::State => "state",
        AddressField::City => "city",
        AddressField::PostalCode => "postal_code",
        AddressField::Street => "street",
    }
}
