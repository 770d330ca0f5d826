//! One account, with the way to it.

use tenantry_domain::{AccountId, account::AccountKind, permission::Permission};

use crate::{Actor, App, Denied, UseCaseError, ports::AccountStanding};

/// Shows an account.
#[derive(Debug, Clone, Copy)]
pub struct ShowAccount {
    /// Which.
    pub account_id: AccountId,
}

/// An account as the asker may see it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent answers about what the asker may do here")]
pub struct AccountPage {
    /// The account.
    pub account: AccountStanding,
    /// Id and name of the accounts above that are in view, the highest first, and of the account itself.
    pub trail: Vec<(AccountId, String)>,
    /// The account above, if it is in view.
    pub parent_id: Option<AccountId>,
    /// Whether company information may be shown: the home account is in view by name even without it.
    pub shows_company_information: bool,
    /// Whether one may see where its people turn for help.
    pub shows_support: bool,
    /// Whether what the account above notes about it may be shown.
    pub shows_details: bool,
    /// Whether company information, domains and policy may be changed.
    pub may_edit_information: bool,
    /// Whether the account may be suspended, resumed or converted, and what is noted about it changed.
    pub may_edit: bool,
    /// Whether it may be removed.
    pub may_remove: bool,
    /// Whether accounts may be created beneath it.
    pub may_add_accounts: bool,
    /// Whether users of this account may be viewed.
    pub may_view_users: bool,
    /// Whether users of this account may be created.
    pub may_add_users: bool,
    /// Whether users may be viewed in accounts below it.
    pub may_view_users_below: bool,
}

impl ShowAccount {
    /// The account, or nothing if not in view.
    ///
    /// # Errors
    /// [`Denied::NotFound`], [`Denied::PasswordChangeRequired`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        actor.permit_self()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?;
        if !actor.authority().views_account(&account.account.path) {
            return Err(Denied::NotFound.into());
        }
        Self::page(app, actor, account).await
    }

    /// For those who were permitted to change it. Whoever has just changed it is not asked again: what is done is done.
    pub(super) async fn once_changed(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?;
        Self::page(app, actor, account).await
    }

    async fn page(app: &App, actor: &Actor, account: AccountStanding) -> Result<AccountPage, UseCaseError> {
        let path = &account.account.path;
        let authority = actor.authority();
        let in_view = path.ancestors_and_self().filter(|ancestor| authority.views_account(ancestor));
        let ids: Vec<AccountId> = in_view.map(|ancestor| ancestor.id()).collect();
        let names = app.directory().account_names(&ids).await?;
        let with_name = |id: &AccountId| names.iter().find(|(known, _)| known == id).cloned();
        Ok(AccountPage {
            trail: ids.iter().filter_map(with_name).collect(),
            parent_id: path.parent_id().filter(|parent| ids.contains(parent)),
            shows_company_information: authority.holds(Permission::ACCOUNT_INFO_VIEW, path),
            shows_support: authority.holds(Permission::SUPPORT_VIEW, path),
            shows_details: authority.holds(Permission::ACCOUNTS_VIEW, path),
            may_edit_information: authority.holds(Permission::ACCOUNT_INFO_EDIT, path),
            may_edit: authority.holds(Permission::ACCOUNTS_EDIT, path),
            may_remove: authority.holds(Permission::ACCOUNTS_REMOVE, path),
            may_add_accounts: account.account.kind.may_hold(AccountKind::Customer)
                && authority.holds(Permission::ACCOUNTS_ADD, path),
            may_view_users: authority.holds(Permission::USERS_VIEW, path),
            may_add_users: authority.holds(Permission::USERS_ADD, path),
            may_view_users_below: authority
                .reach(Permission::USERS_VIEW)
                .any(|reach| reach.below && (reach.anchor.is_at_or_above(path) || path.is_above(reach.anchor))),
            account,
        })
    }
}
