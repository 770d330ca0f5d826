//! What permissions are about.

/// One of the eight things a platform governs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Resource {
    /// Company information, domains, branding and support contacts of an account.
    AccountInfo,
    /// Accounts themselves: listing, creating, changing and removing them.
    Accounts,
    /// Users of an account.
    Users,
    /// Subscriptions of an account.
    Services,
    /// What an account offers to the accounts below it.
    Catalog,
    /// Reports about an account.
    Reports,
    /// Price schedules of an account.
    PriceSchedules,
    /// Support contacts and menu.
    Support,
}

impl Resource {
    /// Every resource, in the order of the permission table.
    pub const ALL: [Self; 8] = [
        Self::AccountInfo,
        Self::Accounts,
        Self::Users,
        Self::Services,
        Self::Catalog,
        Self::Reports,
        Self::PriceSchedules,
        Self::Support,
    ];

    /// The stable word, as in the cell name `own.users.view`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AccountInfo => "account_info",
            Self::Accounts => "accounts",
            Self::Users => "users",
            Self::Services => "services",
            Self::Catalog => "catalog",
            Self::Reports => "reports",
            Self::PriceSchedules => "price_schedules",
            Self::Support => "support",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AccountInfo => "Account information",
            Self::Accounts => "Accounts",
            Self::Users => "Users",
            Self::Services => "Services",
            Self::Catalog => "Available services",
            Self::Reports => "Reports",
            Self::PriceSchedules => "Price schedules",
            Self::Support => "Support",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|resource| resource.key() == key)
    }
}
