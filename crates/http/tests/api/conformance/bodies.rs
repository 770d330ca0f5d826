//! Forms filled in as they must be.

use axum::body::Bytes;
use serde_json::{Value, json};
use tenantry_app::testing::TestPlatform;
use url::form_urlencoded::Serializer;

use super::{operations::Fields, stage::Case};
use crate::support::NEW_PASSWORD;

/// Two by two pixels, red.
pub const PNG: &[u8] = include_bytes!("../images/red.png");
pub const MULTIPART: &str = "multipart/form-data; boundary=edge";

pub fn urlencoded(fields: &Fields) -> Bytes {
    Serializer::new(String::new()).extend_pairs(fields).finish().into()
}

pub fn multipart(fields: &Fields, image: Option<&[u8]>) -> Bytes {
    let part = |name: &str, value: &[u8]| {
        [format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(), value, b"\r\n"]
            .concat()
    };
    let mut body: Vec<u8> = fields.iter().flat_map(|(name, value)| part(name, value.as_bytes())).collect();
    body.extend(image.into_iter().flat_map(|image| part("image\"; filename=\"me.png", image)));
    body.extend(b"--edge--\r\n");
    body.into()
}

fn fields<const N: usize>(fields: [(&'static str, &str); N]) -> Fields {
    fields.map(|(name, value)| (name, value.to_owned())).into()
}

pub fn no_fields(_: &Case) -> Fields {
    Vec::new()
}

/// What there is to fill in about everybody.
fn anybody() -> Fields {
    fields([
        ("firstName", "Avery"),
        ("lastName", "Quinn"),
        ("displayName", "Avery Quinn"),
        ("jobTitle", "Buyer"),
        ("country", "US"),
        ("state", "WA"),
        ("city", "Redmond"),
        ("postalCode", "98052"),
        ("street", "1 Main St"),
        ("phone", "+14255550100"),
    ])
}

/// The form over the user of the case, and the role if it gives one.
pub fn person(case: &Case) -> Fields {
    let mut fields = own_profile(case);
    let login_name = case.login_name();
    let (local, domain) = login_name.split_once('@').expect("a login name");
    fields.extend([("loginLocal", local.to_owned()), ("loginDomain", domain.to_owned())]);
    fields.push(("email", login_name.clone()));
    fields.extend(case.giving.map(|role| ("role", role.to_owned())));
    fields
}

pub fn own_profile(case: &Case) -> Fields {
    let mut fields = anybody();
    fields.push(("version", case.version.to_string()));
    fields
}

pub fn new_person(case: &Case) -> Fields {
    let mut filled = anybody();
    let login_name = case.new_login_name();
    let (local, domain) = login_name.split_once('@').expect("a login name");
    filled.extend(fields([
        ("loginLocal", local),
        ("loginDomain", domain),
        ("email", &login_name),
        ("securityMethod", "link"),
        ("recipientKind", "primary"),
        ("status", "active"),
        ("role", case.giving.expect("a role")),
    ]));
    filled
}

pub fn new_password(_: &Case) -> Fields {
    fields([("password", NEW_PASSWORD), ("passwordRepeat", NEW_PASSWORD)])
}

pub fn change_password(case: &Case) -> Fields {
    let mut filled = new_password(case);
    filled.push(("currentPassword", TestPlatform::PASSWORD.to_owned()));
    filled
}

pub fn password_by_hand(case: &Case) -> Fields {
    let mut filled = new_password(case);
    filled.push(("mustChange", "on".to_owned()));
    filled
}

pub fn link_for_others(_: &Case) -> Fields {
    fields([("recipientKind", "primary")])
}

/// No Access at home, and nothing else.
pub fn home_grant(case: &Case) -> Fields {
    let mut filled = fields([("grants.0.role", "no_access"), ("grants.0.anchorAccountId", &case.account_id)]);
    filled.push(("version", case.version.to_string()));
    filled
}

/// An account without a user.
pub fn new_account(case: &Case) -> Value {
    json!({
        "parentId": case.id, "kind": "customer", "name": "Adatum",
        "companyInformation": {
            "phone": "+14255550100",
            "address": {"country": "US", "state": "WA", "city": "Redmond", "postalCode": "98052", "street": "1 Main St"},
        },
        "domains": {"primary": "adatum.example", "aliases": []},
    })
}

/// Phone, address and name of a company.
fn a_company() -> Fields {
    fields([
        ("name", "Adatum"),
        ("country", "US"),
        ("state", "WA"),
        ("city", "Redmond"),
        ("postalCode", "98052"),
        ("street", "1 Main St"),
        ("phone", "+14255550100"),
    ])
}

/// The same, by the button that leaves the user out.
pub fn new_account_form(_: &Case) -> Fields {
    let mut filled = a_company();
    filled.extend(fields([
        ("step", "account"),
        ("go", "withoutUser"),
        ("kind", "customer"),
        ("primaryDomain", "adatum.example"),
    ]));
    filled
}

/// The form over an account that nobody changed yet.
pub fn company(_: &Case) -> Fields {
    let mut filled = a_company();
    filled.extend(fields([("version", "1"), ("website", "https://www.example.com")]));
    filled
}

/// Colours alone; a logo may stay away.
pub fn branding(_: &Case) -> Fields {
    fields([("version", "1"), ("primaryColor", "#0b5a70"), ("secondaryColor", "")])
}

/// The same form without company information.
pub fn notes(_: &Case) -> Fields {
    fields([("version", "1"), ("referenceId", "C-1047"), ("salesManager", "")])
}

pub fn removal(_: &Case) -> Fields {
    fields([("version", "1"), ("cascade", "true")])
}

pub fn spare_domain(case: &Case) -> Fields {
    vec![("domain", case.spare_domain())]
}
