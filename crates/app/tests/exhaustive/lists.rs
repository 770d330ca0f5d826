//! Which operations there are to walk through.

use crate::{held::ROLES, operations::Operation};

impl Operation {
    /// All to another user, in a tree of so many accounts. Of the roles at further accounts the strongest, and one that gives
    /// nothing.
    pub fn on_users(accounts: usize) -> Vec<Self> {
        let with_roles = [Self::ChangeRole, Self::SetGrants].into_iter().flat_map(|make| (0..ROLES.len()).map(make));
        let elsewhere = (0..accounts).flat_map(|account| [0, 2].map(|role| Self::AddGrant(role, account)));
        Self::ALL.into_iter().chain(with_roles).chain(elsewhere).collect()
    }

    /// Of those one of each kind that statuses make a difference to.
    pub fn by_status() -> Vec<Self> {
        let few = [
            Self::Show,
            Self::ShowAccess,
            Self::Explain,
            Self::ChangeEmail,
            Self::Suspend,
            Self::Activate,
            Self::Remove,
            Self::Restore,
            Self::SetPassword,
            Self::SendLink,
            Self::ChangeRole(0),
            Self::SetGrants(5),
        ];
        few.to_vec()
    }

    /// All in an account, whoever is in it.
    pub fn in_accounts() -> Vec<Self> {
        let with_roles = [Self::Create, Self::Define].into_iter().flat_map(|make| (0..ROLES.len()).map(make));
        [Self::OpenForm, Self::CheckLoginName].into_iter().chain(with_roles).collect()
    }
}
