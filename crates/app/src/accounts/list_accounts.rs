//! The accounts one can reach.

use tenantry_domain::{
    AccountId, InvalidValue,
    account::{AccountKind, AccountPath},
    permission::Permission,
};

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
    without_leaves: bool,
    where_one_may: Vec<Permission>,
    limit: u32,
}

/// How many accounts a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountTotal {
    /// So many.
    Exactly(u32),
    /// More than so many; how many more was not counted.
    MoreThan(u32),
}

/// Counting goes on so far.
const MOST_COUNTED: u32 = 1000;

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
        let command =
            parent.zip(text).zip(kind.zip(state)).zip(limit).map(|(((parent, text), (kind, state)), limit)| {
                ListAccounts { parent, text, kind, state, without_leaves: false, where_one_may: Vec::new(), limit }
            });
        errors.finish(command)
    }
}

impl ListAccounts {
    /// Only accounts where the asker may do one of these things, so that all of a page can be chosen from.
    #[must_use]
    pub fn where_one_may(self, permissions: &[Permission]) -> Self {
        Self { where_one_may: permissions.to_vec(), ..self }
    }

    /// Only accounts of a kind below which others can stand.
    #[must_use]
    pub fn without_leaves(self) -> Self {
        Self { without_leaves: true, ..self }
    }

    /// The page.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the parent asked for is not in view; [`Denied::PasswordChangeRequired`].
    pub async fn execute(&self, app: &App, actor: &Actor, start: PageStart) -> Result<Page<AccountRow>, UseCaseError> {
        actor.permit_self()?;
        let authority = actor.authority();
        if let Some(parent) = self.parent {
            let path = actor.path_of(app, parent).await?;
            if !authority.views_account(&path) {
                return Err(Denied::NotFound.into());
            }
        }
        let mut page = app.directory().list_accounts(&self.filter(actor, start)).await?;
        if !self.where_one_may.is_empty() {
            // Home is listed always; and a right may reach further than the view.
            let may =
                |path: &AccountPath| self.where_one_may.iter().any(|permission| authority.holds(*permission, path));
            page.items.retain(|row| may(&row.path) && authority.views_account(&row.path));
        }
        Ok(page)
    }

    /// How many accounts stand on all pages together. It costs about as much as a page.
    ///
    /// # Errors
    /// [`Denied::PasswordChangeRequired`].
    pub async fn count(&self, app: &App, actor: &Actor) -> Result<AccountTotal, UseCaseError> {
        actor.permit_self()?;
        let count = app.directory().count_accounts(&self.filter(actor, PageStart::First), MOST_COUNTED + 1).await?;
        Ok(if count > MOST_COUNTED { AccountTotal::MoreThan(MOST_COUNTED) } else { AccountTotal::Exactly(count) })
    }

    fn filter(&self, actor: &Actor, start: PageStart) -> AccountFilter {
        AccountFilter {
            visible: self.visible(actor),
            home: actor.authority().home().id(),
            parent: self.parent,
            text: self.text.clone(),
            kind: self.kind,
            without_leaves: self.without_leaves,
            state: self.state,
            start,
            limit: self.limit,
        }
    }

    /// Where accounts of the state asked for may be seen: a removed one by those who could restore it.
    fn visible(&self, actor: &Actor) -> Vec<Visible> {
        let authority = actor.authority();
        if !self.where_one_may.is_empty() {
            let reach = self.where_one_may.iter().flat_map(|permission| authority.reach(*permission));
            return reach.map(Visible::from).collect();
        }
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
