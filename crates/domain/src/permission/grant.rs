//! Grants.

use jiff::Timestamp;

use crate::{account::AccountPath, permission::BuiltInRole};

/// A role at an anchor account, from one instant to another. Whose it is, is said by where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What is given.
    pub role: BuiltInRole,
    /// Where: the role's `own` cells hold at this account, its `child` cells below it.
    pub anchor: AccountPath,
    /// In effect from this instant on; `None` for always.
    pub starts_at: Option<Timestamp>,
    /// In effect before this instant; `None` for ever.
    pub ends_at: Option<Timestamp>,
}

impl Grant {
    /// A grant without an end.
    pub const fn new(role: BuiltInRole, anchor: AccountPath) -> Self {
        Self { role, anchor, starts_at: None, ends_at: None }
    }

    /// Whether `now` is inside the grant's time window.
    pub fn is_in_effect(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use uuid::Uuid;

    use super::*;
    use crate::AccountId;

    #[test]
    fn window_includes_its_start_and_excludes_its_end() {
        let start = Timestamp::UNIX_EPOCH;
        let end = start + 1.hour();
        let anchor = AccountPath::root(AccountId::new(Uuid::nil()));
        let grant = Grant { starts_at: Some(start), ends_at: Some(end), ..Grant::new(BuiltInRole::User, anchor) };
        assert!(grant.is_in_effect(start));
        assert!(!grant.is_in_effect(end));
        assert!(!grant.is_in_effect(start - 1.nanosecond()));
    }
}
