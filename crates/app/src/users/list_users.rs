//! A page of users.

use tenantry_domain::{
    AccountId, InvalidValue,
    permission::{Permission, RoleKey},
    user::ProvisioningState,
};

use crate::{
    Actor, App, Denied, FieldErrors, UseCaseError,
    ports::{Page, PageStart, UserFilter, UserRow, UserSort, UserState, Visible},
};

/// Which users, as typed.
#[derive(Debug, Clone, Default)]
pub struct ListUsersInput {
    /// `own` (the default) or `subtree`.
    pub scope: Option<String>,
    /// Part of a name, login name or e-mail address.
    pub q: Option<String>,
    /// `active`, `suspended` or `removed`.
    pub status: Option<String>,
    /// A role's key, or a custom role's id.
    pub role: Option<String>,
    /// A provisioning state.
    pub provisioning: Option<String>,
    /// `name`, `loginName` or `createdAt`, with a `-` before it for descending.
    pub sort: Option<String>,
    /// At most so many rows, 1 to 200; 50 if left out.
    pub limit: Option<String>,
}

/// A page of an account's users, or of its whole subtree's.
#[derive(Debug, Clone)]
pub struct ListUsers {
    subtree: bool,
    text: Option<String>,
    state: Option<UserState>,
    role: Option<RoleKey>,
    provisioning: Option<ProvisioningState>,
    sort: UserSort,
    descending: bool,
    limit: u32,
}

impl ListUsersInput {
    /// Parses all parameters.
    ///
    /// # Errors
    /// All wrong ones at once.
    pub fn parse(&self) -> Result<ListUsers, FieldErrors> {
        let mut errors = FieldErrors::default();
        let command = self.parse_noting(&mut errors);
        errors.finish(command)
    }

    fn parse_noting(&self, errors: &mut FieldErrors) -> Option<ListUsers> {
        let subtree = errors.take(
            "scope",
            match given(self.scope.as_deref()) {
                None | Some("own") => Ok(false),
                Some("subtree") => Ok(true),
                Some(_) => Err(InvalidValue::Unknown { expected: "own or subtree" }),
            },
        );
        let text = errors.take(
            "q",
            match given(self.q.as_deref()) {
                Some(text) if text.chars().count() > 200 => Err(InvalidValue::TooLong { max: 200 }),
                text => Ok(text.map(str::to_owned)),
            },
        );
        let state = errors.take(
            "status",
            match given(self.status.as_deref()) {
                None => Ok(None),
                Some(key) => UserState::find(key)
                    .map(Some)
                    .ok_or(InvalidValue::Unknown { expected: "active, suspended or removed" }),
            },
        );
        let role = errors.take("role", given(self.role.as_deref()).map(RoleKey::parse).transpose());
        let provisioning =
            errors.take("provisioning", given(self.provisioning.as_deref()).map(ProvisioningState::parse).transpose());
        let sort = errors.take("sort", parse_sort(given(self.sort.as_deref()).unwrap_or("name")));
        let limit = errors.take("limit", parse_limit(given(self.limit.as_deref())));
        let (sort, descending) = sort?;
        Some(ListUsers {
            subtree: subtree?,
            text: text?,
            state: state?,
            role: role?,
            provisioning: provisioning?,
            sort,
            descending,
            limit: limit?,
        })
    }
}

fn given(raw: Option<&str>) -> Option<&str> {
    raw.map(str::trim).filter(|text| !text.is_empty())
}

fn parse_sort(raw: &str) -> Result<(UserSort, bool), InvalidValue> {
    let (key, descending) = raw.strip_prefix('-').map_or((raw, false), |key| (key, true));
    let sort = match key {
        "name" => UserSort::Name,
        "loginName" => UserSort::LoginName,
        "createdAt" => UserSort::Created,
        _ => return Err(InvalidValue::Unknown { expected: "name, loginName or createdAt" }),
    };
    Ok((sort, descending))
}

/// A page size from 1 to 200; 50 if nothing is said.
pub(crate) fn parse_limit(raw: Option<&str>) -> Result<u32, InvalidValue> {
    match raw {
        None => Ok(50),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=200).contains(limit))
            .ok_or(InvalidValue::Malformed { expected: "a number from 1 to 200" }),
    }
}

impl ListUsers {
    /// The page.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the account is not in view, [`Denied::NotHeld`] if its users (or, for the subtree, nobody's
    /// beneath it) may not be viewed.
    pub async fn execute(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        start: PageStart,
    ) -> Result<Page<UserRow>, UseCaseError> {
        actor.require_settled_password()?;
        let account = actor.path_of(app, account_id).await?;
        if let Err(denied) = actor.permit(Permission::USERS_VIEW, &account) {
            let views_beneath = || {
                let mut reach = actor.authority().reach(Permission::USERS_VIEW);
                reach
                    .any(|reach| reach.below && reach.anchor.is_at_or_above(&account) || account.is_above(reach.anchor))
            };
            if !(self.subtree && matches!(denied, Denied::NotHeld { .. }) && views_beneath()) {
                return Err(denied.into());
            }
        }
        let filter = UserFilter {
            account,
            subtree: self.subtree,
            visible: self.in_view(actor),
            text: self.text.clone(),
            state: self.state,
            role: self.role,
            provisioning: self.provisioning,
            sort: self.sort,
            descending: self.descending,
            start,
            limit: self.limit,
        };
        Ok(app.directory().list_users(&filter).await?)
    }

    /// Removed users are in view where the actor may also remove users, as in [`Actor::permit_viewing`].
    fn in_view(&self, actor: &Actor) -> Vec<Visible> {
        let (authority, views) = (actor.authority(), Permission::USERS_VIEW);
        match self.state {
            Some(UserState::Removed) => {
                authority.reach_of_both(views, Permission::USERS_REMOVE).map(Visible::from).collect()
            }
            _ => authority.reach(views).map(Visible::from).collect(),
        }
    }
}
