//! The accounts one can reach.

use tenantry_domain::{AccountId, InvalidValue, permission::Permission};

use crate::{
    Actor, App, Denied, FieldErrors, UseCaseError,
    ports::{AccountFilter, AccountRow, Page, PageStart, Visible},
    users::parse_limit,
};

/// Which accounts, as typed.
#[derive(Debug, Clone, Default)]
pub struct ListAccountsInput {
    /// Only the direct children of this account.
    pub parent: Option<String>,
    /// Part of the name or of a domain.
    pub q: Option<String>,
    /// At most so many rows, 1 to 200; 50 if left out.
    pub limit: Option<String>,
}

/// A page of the accounts in view, the home account included.
#[derive(Debug, Clone)]
pub struct ListAccounts {
    parent: Option<AccountId>,
    text: Option<String>,
    limit: u32,
}

impl ListAccountsInput {
    /// Parses all parameters.
    ///
    /// # Errors
    /// All wrong ones at once.
    pub fn parse(&self) -> Result<ListAccounts, FieldErrors> {
        let mut errors = FieldErrors::default();
        let given =
            |raw: &Option<String>| raw.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let parent = errors.take("parent", given(&self.parent).as_deref().map(str::parse).transpose());
        let text = errors.take(
            "q",
            match given(&self.q) {
                Some(text) if text.chars().count() > 200 => Err(InvalidValue::TooLong { max: 200 }),
                text => Ok(text),
            },
        );
        let limit = errors.take("limit", parse_limit(given(&self.limit).as_deref()));
        let command = parent.zip(text).zip(limit).map(|((parent, text), limit)| ListAccounts { parent, text, limit });
        errors.finish(command)
    }
}

impl ListAccounts {
    /// The page.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the parent asked for is not in view; [`Denied::PasswordChangeRequired`].
    pub async fn execute(&self, app: &App, actor: &Actor, start: PageStart) -> Result<Page<AccountRow>, UseCaseError> {
        actor.permit_self()?;
        let authority = actor.authority();
        if let Some(parent) = self.parent {
            let account = app.directory().find_account(parent).await?;
            account.filter(|found| authority.views_account(&found.account.path)).ok_or(Denied::NotFound)?;
        }
        let reach = authority.reach(Permission::ACCOUNT_INFO_VIEW).chain(authority.reach(Permission::ACCOUNTS_VIEW));
        let filter = AccountFilter {
            visible: reach.map(Visible::from).collect(),
            home: authority.home().id(),
            parent: self.parent,
            text: self.text.clone(),
            start,
            limit: self.limit,
        };
        Ok(app.directory().list_accounts(&filter).await?)
    }
}
