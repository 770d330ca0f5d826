//! How much stands directly at the accounts of a list.

use tenantry_domain::{
    AccountId,
    account::AccountPath,
    permission::{Permission, Reach},
};

use crate::{
    Actor, App, UseCaseError,
    ports::{AccountRow, ChildrenFilter, Visible},
};

/// Counts what stands directly at each of these accounts.
#[derive(Debug, Clone, Copy)]
pub struct CountAtAccounts<'a> {
    /// The accounts, as they were listed for the same asker.
    pub rows: &'a [AccountRow],
}

/// What stands directly at an account; nothing of it where that is not in view, or the account was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountCounts {
    /// Accounts directly below it that are in view and not removed.
    pub children: Option<u64>,
    /// Its own users, removed ones not counted.
    pub users: Option<u64>,
}

impl CountAtAccounts<'_> {
    /// The counts, in the order of the accounts.
    ///
    /// # Errors
    /// [`Denied::PasswordChangeRequired`](crate::Denied::PasswordChangeRequired).
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<Vec<AccountCounts>, UseCaseError> {
        actor.permit_self()?;
        let authority = actor.authority();
        let live = || self.rows.iter().filter(|row| row.removed_at.is_none()).map(|row| &row.path);
        let views: Vec<Reach<'_>> =
            authority.reach(Permission::ACCOUNT_INFO_VIEW).chain(authority.reach(Permission::ACCOUNTS_VIEW)).collect();
        let parents: Vec<AccountPath> =
            live().filter(|path| views.iter().any(|reach| sees_below(reach, path))).cloned().collect();
        let with_users: Vec<AccountId> =
            live().filter(|path| authority.holds(Permission::USERS_VIEW, path)).map(AccountPath::id).collect();
        let visible = views.into_iter().map(Visible::from).collect();
        let filter = ChildrenFilter { parents, visible, home: authority.home().clone() };
        let children = app.directory().count_children(&filter).await?;
        let users = app.directory().count_users(&with_users).await?;
        let children_of = |path: &AccountPath| Some(*children.get(filter.parents.iter().position(|one| one == path)?)?);
        let users_of = |path: &AccountPath| Some(*users.get(with_users.iter().position(|one| *one == path.id())?)?);
        let counts = |row: &AccountRow| AccountCounts { children: children_of(&row.path), users: users_of(&row.path) };
        Ok(self.rows.iter().map(counts).collect())
    }
}

/// Whether any of it is below an account.
fn sees_below(reach: &Reach<'_>, path: &AccountPath) -> bool {
    (reach.below && reach.anchor.is_at_or_above(path)) || path.is_above(reach.anchor)
}
