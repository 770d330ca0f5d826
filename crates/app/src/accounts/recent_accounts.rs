//! The accounts one worked in lately.

use tenantry_domain::AccountId;

use crate::{Actor, App, UseCaseError, ports::AccountPlace};

/// Looks up accounts that were remembered outside of storage, by whom it does not matter.
#[derive(Debug, Clone, Copy)]
pub struct RecentAccounts<'a> {
    /// The latest first.
    pub account_ids: &'a [AccountId],
}

impl RecentAccounts<'_> {
    /// Those that are still there and in view, in the same order.
    ///
    /// # Errors
    /// [`Denied::PasswordChangeRequired`](crate::Denied::PasswordChangeRequired).
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<Vec<AccountPlace>, UseCaseError> {
        actor.permit_self()?;
        if self.account_ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut places = app.directory().find_places(self.account_ids).await?;
        places.retain(|place| actor.authority().views_account(&place.path));
        places.sort_by_key(|place| self.account_ids.iter().position(|id| *id == place.path.id()));
        Ok(places)
    }
}
