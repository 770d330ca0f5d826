//! What one does.

/// One of the four things one can do with a resource. The source texts' other verbs map onto these: services "manage" is
/// [`Action::Edit`], "cancel" is [`Action::Remove`].
///
/// ```
/// use tenantry_domain::permission::Action;
/// assert_eq!(Action::ALL.map(Action::key), ["view", "add", "edit", "remove"]);
/// assert_eq!((Action::find("edit"), Action::find("manage")), (Some(Action::Edit), None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Action {
    /// See it; without this it does not exist for the asker.
    View,
    /// Create one.
    Add,
    /// Change it.
    Edit,
    /// Remove it.
    Remove,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::View, Self::Add, Self::Edit, Self::Remove];

    /// The stable word, as in the cell name `own.users.view`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Remove => "remove",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.key() == key)
    }
}
