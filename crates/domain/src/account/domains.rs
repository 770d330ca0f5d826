//! The domains of an account.

use std::fmt;

use jiff::Timestamp;

use crate::contact::DomainName;

/// One domain of an account, and whether the account has shown that it controls it.
///
/// ```
/// use tenantry_domain::{account::AccountDomain, contact::DomainName};
/// let domain = AccountDomain::new(DomainName::parse("contoso.example")?);
/// assert!(!domain.is_verified());
/// assert_eq!(domain.to_string(), "contoso.example");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDomain {
    /// Its name.
    pub name: DomainName,
    /// When the account showed that it controls the domain. A mark that is lost only with the domain.
    pub verified_at: Option<Timestamp>,
}

impl AccountDomain {
    /// A domain that is not verified.
    pub const fn new(name: DomainName) -> Self {
        Self { name, verified_at: None }
    }

    /// Whether the account has shown that it controls the domain.
    pub const fn is_verified(&self) -> bool {
        self.verified_at.is_some()
    }
}

impl fmt::Display for AccountDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// The domains of an account. Login names may use the primary one (the default) or an alias; a domain belongs to one
/// account on the whole platform.
///
/// ```
/// use tenantry_domain::{account::AccountDomains, contact::DomainName};
/// let [primary, alias] = ["contoso.example", "contoso-cloud.example"].map(DomainName::parse);
/// let domains = AccountDomains::new(primary?, [alias?]);
/// assert!(domains.contains(&DomainName::parse("Contoso-Cloud.example")?));
/// assert_eq!(domains.iter().next(), Some(&domains.primary));
/// assert!(domains.iter().all(|domain| !domain.is_verified()));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDomains {
    /// The domain new login names use unless another is chosen.
    pub primary: AccountDomain,
    /// Further domains, in alphabetical order.
    pub aliases: Vec<AccountDomain>,
}

impl AccountDomains {
    /// Domains none of which is verified.
    pub fn new(primary: DomainName, aliases: impl IntoIterator<Item = DomainName>) -> Self {
        let mut aliases: Vec<AccountDomain> = aliases.into_iter().map(AccountDomain::new).collect();
        aliases.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Self { primary: AccountDomain::new(primary), aliases }
    }

    /// The domain of this name.
    pub fn find(&self, name: &DomainName) -> Option<&AccountDomain> {
        self.iter().find(|domain| domain.name == *name)
    }

    /// Whether one of them is `name`.
    pub fn contains(&self, name: &DomainName) -> bool {
        self.find(name).is_some()
    }

    /// Primary first, then the aliases.
    pub fn iter(&self) -> impl Iterator<Item = &AccountDomain> {
        std::iter::once(&self.primary).chain(&self.aliases)
    }
}
