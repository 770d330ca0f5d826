//! What audit entries say about accounts, users, grants and roles: everything but secrets.

use serde_json::{Value, json};
use tenantry_domain::{
    Line,
    account::{Account, PasswordLength},
    contact::PostalAddress,
    permission::{CustomRole, Grant, RoleFamily, RoleKey},
    user::User,
};

use crate::actor::cell_names;

/// What is kept of a user before and after a change.
pub(crate) fn snapshot(user: &User, role: Option<RoleKey>) -> Value {
    let (profile, contact) = (&user.profile, &user.contact);
    let line = |text: Option<&str>| text.map(str::to_owned);
    json!({
        "loginName": user.login_name.to_string(),
        "firstName": profile.first_name.as_str(),
        "lastName": profile.last_name.as_str(),
        "displayName": profile.display_name.as_str(),
        "company": line(profile.company.as_ref().map(Line::as_str)),
        "jobTitle": line(profile.job_title.as_ref().map(Line::as_str)),
        "department": line(profile.department.as_ref().map(Line::as_str)),
        "email": contact.email.as_str(),
        "alternativeEmail": contact.alternative_email.as_ref().map(|email| email.as_str().to_owned()),
        "address": contact.address.as_ref().map(address),
        "phone": contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        "status": user.status.key(),
        "removed": user.removed_at.is_some(),
        "role": role.map(|role| role.to_string()),
    })
}

/// What is kept of an account before and after a change.
pub(crate) fn account(account: &Account) -> Value {
    let line = |text: Option<&str>| text.map(str::to_owned);
    let (company, details) = (&account.company, &account.details);
    json!({
        "parentId": account.path.parent_id().map(|id| id.to_string()),
        "kind": account.kind.key(),
        "name": account.name.as_str(),
        "status": account.status.key(),
        "domains": account.domains.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "billingType": details.billing.key(),
        "referenceId": line(details.reference_id.as_ref().map(Line::as_str)),
        "salesManager": line(details.sales_manager.as_ref().map(Line::as_str)),
        "phone": company.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        "address": company.address.as_ref().map(address),
        "website": line(company.website.as_ref().map(Line::as_str)),
        "support": {
            "email": company.support.email.as_ref().map(|email| email.as_str().to_owned()),
            "url": line(company.support.url.as_ref().map(Line::as_str)),
            "phone": company.support.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        },
        "logo": account.branding.logo,
        "primaryColor": account.branding.primary.map(|color| color.to_string()),
        "secondaryColor": account.branding.secondary.map(|color| color.to_string()),
        "plainTextPasswordMail": account.policy.plain_text_password_mail,
        "passwordLength": account.policy.password_length.map(PasswordLength::get),
        "roleFamily": account.policy.role_family.map(RoleFamily::key),
    })
}

fn address(address: &PostalAddress) -> Value {
    json!({
        "country": address.country().code(),
        "state": address.state(),
        "city": address.city(),
        "postalCode": address.postal_code(),
        "street": address.street(),
    })
}

/// What is kept of a user's grants.
pub(crate) fn grants(grants: &[Grant]) -> Value {
    let grant = |grant: &Grant| {
        json!({
            "role": grant.role.key().to_string(),
            "anchorAccountId": grant.anchor.id().to_string(),
            "startsAt": grant.starts_at.map(|at| at.to_string()),
            "endsAt": grant.ends_at.map(|at| at.to_string()),
        })
    };
    grants.iter().map(grant).collect()
}

/// What is kept of a custom role.
pub(crate) fn role(role: &CustomRole) -> Value {
    json!({
        "roleId": role.id.to_string(),
        "name": role.definition.name.as_str(),
        "description": role.definition.description.as_ref().map(Line::as_str),
        "cells": cell_names(role.definition.matrix()),
        "editsOwnProfile": role.definition.edits_own_profile,
        "version": role.version,
    })
}
