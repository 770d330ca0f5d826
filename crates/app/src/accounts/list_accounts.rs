//! The accounts one can reach.

use tenantry_domain::{AccountId, InvalidValue, account::AccountKind, permission::Permission};

use crate::{
    Actor, App, Denied, FieldErrors, UseCaseError,
    ports::{AccountFilter, AccountRow, AccountState, Page, PageStart, Visible},
    users::parse_limit,
};

/// Which accounts, as typed.
#[derive(Debug, Clone, Default)]
pub struct ListAccountsInput {
    /// Only the direct children of this account.
    pub parent: Option<String>,
    /// Part of the name or of a domain.
    pub q: Option<String>,
    /// `reseller` or `customer`.
    pub kind: Option<String>,
    /// `active`, `suspended` or `removed`; left out, all but removed accounts.
    pub status: Option<String>,
    /// At most so many rows, 1 to 200; 50 if left out.
    pub limit: Option<String>,
}

/// A page of the accounts in view, the home account included.
#[derive(Debug, Clone)]
pub struct ListAccounts {
    parent: Option<AccountId>,
    text: Option<String>,
    kind: Option<AccountKind>,
    state: Option<AccountState>,
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
        let kind = errors.take("kind", given(&self.kind).as_deref().map(AccountKind::parse).transpose());
        let state = errors.take("status", given(&self.status).as_deref().map(parse_state).transpose());
        let limit = errors.take("limit", parse_limit(given(&self.limit).as_deref()));
        let command = parent
            .zip(text)
            .zip(kind.zip(state))
            .zip(limit)
            .map(|(((parent, text), (kind, state)), limit)| ListAccounts { parent, text, kind, state, limit });
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
        let filter = AccountFilter {
            visible: self.visible(actor),
            home: authority.home().id(),
            parent: self.parent,
            text: self.text.clone(),
            kind: self.kind,
            state: self.state,
            start,
            limit: self.limit,
        };
        Ok(app.directory().list_accounts(&filter).await?)
    }

    /// Where accounts of the state asked for may be seen: a removed one by those who could restore it.
    fn visible(&self, actor: &Actor) -> Vec<Visible> {
        let authority = actor.authority();
        match self.state {
            Some(AccountState::Removed) => authority.reach(Permission::ACCOUNTS_REMOVE).map(Visible::from).collect(),
            Some(AccountState::Active | AccountState::Suspended) | None => {
                let reach = authority.reach(Permission::ACCOUNT_INFO_VIEW);
                reach.chain(authority.reach(Permission::ACCOUNTS_VIEW)).map(Visible::from).collect()
            }
        }
    }
}

fn parse_state(raw: &str) -> Result<AccountState, InvalidValue> {
    AccountState::find(raw).ok_or(InvalidValue::Unknown { expected: "active, suspended or removed" })
}
