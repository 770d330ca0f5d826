//! What audit entries say about a user: everything but secrets.

use serde_json::{Value, json};
use tenantry_domain::{permission::BuiltInRole, user::User};

/// What is kept of a user before and after a change.
pub(crate) fn snapshot(user: &User, role: Option<BuiltInRole>) -> Value {
    let (profile, contact) = (&user.profile, &user.contact);
    let line = |text: Option<&str>| text.map(str::to_owned);
    json!({
        "loginName": user.login_name.to_string(),
        "firstName": profile.first_name.as_str(),
        "lastName": profile.last_name.as_str(),
        "displayName": profile.display_name.as_str(),
        "company": line(profile.company.as_ref().map(tenantry_domain::Line::as_str)),
        "jobTitle": line(profile.job_title.as_ref().map(tenantry_domain::Line::as_str)),
        "department": line(profile.department.as_ref().map(tenantry_domain::Line::as_str)),
        "email": contact.email.as_str(),
        "alternativeEmail": contact.alternative_email.as_ref().map(|email| email.as_str().to_owned()),
        "address": contact.address.as_ref().map(|address| json!({
            "country": address.country().code(),
            "state": address.state(),
            "city": address.city(),
            "postalCode": address.postal_code(),
            "street": address.street(),
        })),
        "phone": contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        "status": user.status.key(),
        "removed": user.removed_at.is_some(),
        "role": role.map(BuiltInRole::key),
    })
}
