//! Which of an account's domains a new login name may use.

use tenantry_domain::{account::AccountDomains, contact::DomainName};

use crate::{FieldErrors, Settings};

/// Why a new login name may not use a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnusableDomain {
    /// It is not the account's.
    Foreign,
    /// It is not verified, and the operator wants that.
    NotVerified,
}

impl UnusableDomain {
    const fn code(self) -> &'static str {
        match self {
            Self::Foreign => "foreign-domain",
            Self::NotVerified => "domain-not-verified",
        }
    }

    /// What to do, for the person who typed it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Foreign => "Choose one of the account's domains.",
            Self::NotVerified => "Choose a verified domain, or have this one verified on the account's page first.",
        }
    }

    /// Says so of a field.
    pub fn note(self, field: &str, errors: &mut FieldErrors) {
        errors.add(field, self.code(), self.message());
    }
}

/// Whether a new login name may use the domain.
pub(crate) fn check_login_domain(
    settings: &Settings,
    domains: &AccountDomains,
    domain: &DomainName,
) -> Result<(), UnusableDomain> {
    match domains.find(domain) {
        None => Err(UnusableDomain::Foreign),
        Some(known) if settings.require_verified_domains && !known.is_verified() => Err(UnusableDomain::NotVerified),
        Some(_) => Ok(()),
    }
}

/// The domains that a new login name may use, the primary one first.
pub(crate) fn usable_domains(settings: &Settings, domains: &AccountDomains) -> Vec<DomainName> {
    let is_usable = |name: &&DomainName| check_login_domain(settings, domains, name).is_ok();
    domains.iter().map(|domain| &domain.name).filter(is_usable).cloned().collect()
}
