//! Who is in the demo tree. All names and domains are fictitious; `.example` belongs to nobody.

use tenantry_domain::permission::BuiltInRole::{
    self, BasicAccess, CustomerAdministrator, FullAccess, NoAccess, ResellerAdministrator, User,
};

pub(super) struct DemoAccount {
    pub name: &'static str,
    pub domain: &'static str,
    pub alias: Option<&'static str>,
    /// The primary domain of the account above.
    pub parent: Option<&'static str>,
    pub holds_accounts: bool,
    pub mails_passwords: bool,
    pub phone: &'static str,
    /// Country, state, city, postal code, street.
    pub address: [&'static str; 5],
}

pub(super) struct DemoPerson {
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// The primary domain of the home account.
    pub domain: &'static str,
    pub role: BuiltInRole,
    pub job_title: &'static str,
    pub signs_in: bool,
    pub suspended: bool,
}

const fn account(
    [name, domain, phone]: [&'static str; 3],
    parent: Option<&'static str>,
    holds_accounts: bool,
    address: [&'static str; 5],
) -> DemoAccount {
    DemoAccount { name, domain, alias: None, parent, holds_accounts, mails_passwords: false, phone, address }
}

/// The account that has a role of its own.
pub(super) const ROLE_DOMAIN: &str = "contoso.example";

pub(super) const ACCOUNTS: &[DemoAccount] = &[
    account(
        ["Northwind", "northwind.example", "+1 425 555 0100"],
        None,
        true,
        ["US", "WA", "Redmond", "98052", "1 Northwind Plaza"],
    ),
    DemoAccount {
        alias: Some("contoso-mail.example"),
        mails_passwords: true,
        ..account(
            ["Contoso", "contoso.example", "+1 206 555 0110"],
            Some("northwind.example"),
            true,
            ["US", "WA", "Seattle", "98101", "200 Pine Street"],
        )
    },
    account(
        ["Litware", "litware.example", "+49 30 555 0120"],
        Some("northwind.example"),
        true,
        ["DE", "", "Berlin", "10115", "Invalidenstraße 12"],
    ),
    account(
        ["Fabrikam", "fabrikam.example", "+44 20 7946 0130"],
        Some("contoso.example"),
        true,
        ["GB", "", "London", "SW1A 1AA", "5 Horse Guards Road"],
    ),
    account(
        ["Adventure Works", "adventure-works.example", "+1 503 555 0140"],
        Some("northwind.example"),
        false,
        ["US", "OR", "Portland", "97201", "48 Harbor Way"],
    ),
    account(
        ["Wingtip Toys", "wingtip.example", "+1 415 555 0150"],
        Some("contoso.example"),
        false,
        ["US", "CA", "San Francisco", "94105", "9 Spear Street"],
    ),
    account(
        ["Proseware", "proseware.example", "+49 89 555 0160"],
        Some("litware.example"),
        false,
        ["DE", "", "München", "80331", "Sendlinger Straße 8"],
    ),
    account(
        ["Tailspin", "tailspin.example", "+44 161 496 0170"],
        Some("fabrikam.example"),
        false,
        ["GB", "", "Manchester", "M1 1AE", "31 Portland Street"],
    ),
];

const fn person(
    first_name: &'static str,
    last_name: &'static str,
    domain: &'static str,
    role: BuiltInRole,
    job_title: &'static str,
) -> DemoPerson {
    DemoPerson { first_name, last_name, domain, role, job_title, signs_in: true, suspended: false }
}

/// Somebody in the lists whom nobody can sign in as yet.
const fn invited(
    first_name: &'static str,
    last_name: &'static str,
    domain: &'static str,
    role: BuiltInRole,
    job_title: &'static str,
) -> DemoPerson {
    DemoPerson { signs_in: false, ..person(first_name, last_name, domain, role, job_title) }
}

pub(super) const PEOPLE: &[DemoPerson] = &[
    person("Avery", "Quinn", "northwind.example", FullAccess, "Head of operations"),
    person("Noel", "Vargas", "northwind.example", NoAccess, "Finance"),
    person("Jordan", "Blake", "contoso.example", FullAccess, "Managing director"),
    person("Riley", "Chen", "contoso.example", ResellerAdministrator, "Partner desk"),
    person("Basil", "Okafor", "contoso.example", BasicAccess, "Account manager"),
    person("Dana", "Novak", "contoso.example", User, "Support engineer"),
    invited("Ines", "Moreau", "contoso.example", User, "Sales"),
    invited("Tomas", "Lind", "contoso.example", NoAccess, "Contractor"),
    DemoPerson { suspended: true, ..invited("Petra", "Hahn", "contoso.example", User, "Sales") },
    person("Lena", "Brandt", "litware.example", ResellerAdministrator, "Managing director"),
    person("Kofi", "Mensah", "litware.example", NoAccess, "Warehouse"),
    person("Mara", "Silva", "fabrikam.example", ResellerAdministrator, "Partner desk"),
    person("Owen", "Price", "fabrikam.example", BasicAccess, "Account manager"),
    person("Priya", "Raman", "adventure-works.example", CustomerAdministrator, "Office manager"),
    person("Uma", "Keller", "adventure-works.example", User, "Guide"),
    person("Carla", "Jensen", "wingtip.example", CustomerAdministrator, "Office manager"),
    person("Sam", "Ortega", "wingtip.example", User, "Designer"),
    invited("Grace", "Adeyemi", "wingtip.example", User, "Designer"),
    person("Felix", "Wagner", "proseware.example", CustomerAdministrator, "Office manager"),
    person("Tess", "Hughes", "tailspin.example", CustomerAdministrator, "Office manager"),
    person("Nico", "Barnes", "tailspin.example", NoAccess, "Mechanic"),
];
