//! Where a cell of a role applies, seen from the grant's anchor.

/// At the anchor account, or below it.
///
/// ```
/// use tenantry_domain::permission::Scope;
/// assert_eq!(Scope::ALL.map(Scope::key), ["own", "child"]);
/// assert_eq!((Scope::find("child"), Scope::find("children")), (Some(Scope::Child), None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Scope {
    /// The anchor account itself.
    Own,
    /// Every account below the anchor, at any depth. Direct children only would be an escalation path: one could create an
    /// account beneath a child and be without rights there, but its creator's role would not.
    Child,
}

impl Scope {
    /// Both scopes.
    pub const ALL: [Self; 2] = [Self::Own, Self::Child];

    /// The stable word, as in the cell name `own.users.view`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Child => "child",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.key() == key)
    }
}
