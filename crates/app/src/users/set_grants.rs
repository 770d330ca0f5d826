//! Saying which roles a user holds, where, and for how long.

use jiff::Timestamp;
use tenantry_domain::{
    AccountId, InvalidValue, UserId,
    account::AccountPath,
    permission::{Grant, Permission, Role, RoleKey},
};

use super::{UserGrants, find, keep_an_administrator, require_not_removed, require_version, store};
use crate::{
    Actor, App, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    ports::{UnitOfWork, UserRecord},
    roles::find_offered,
};

/// All grants of a user as typed.
#[derive(Debug, Clone, Default)]
pub struct SetGrantsInput {
    /// The grants; one of them at the home account.
    pub grants: Vec<GrantInput>,
}

/// A grant as typed.
#[derive(Debug, Clone, Default)]
pub struct GrantInput {
    /// A role's key, or a custom role's id.
    pub role: Option<String>,
    /// The account it is anchored at.
    pub anchor_account_id: Option<String>,
    /// From when on, as `2026-11-30T08:00:00Z`; left out, from now on.
    pub starts_at: Option<String>,
    /// Until when; left out, for good.
    pub ends_at: Option<String>,
}

/// All grants that a user is to have, as far as whoever sets them may see.
#[derive(Debug, Clone)]
pub struct SetGrants {
    grants: Vec<WantedGrant>,
}

#[derive(Debug, Clone)]
struct WantedGrant {
    role: RoleKey,
    anchor: AccountId,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

/// More than anybody needs, few enough for one transaction.
const MOST_GRANTS: usize = 50;

impl SetGrantsInput {
    /// Parses all grants.
    ///
    /// # Errors
    /// All wrong fields at once, as `grants[1].role`.
    pub fn parse(&self) -> Result<SetGrants, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.grants.len() > MOST_GRANTS {
            errors.add("grants", "too-many", format!("Give at most {MOST_GRANTS} grants."));
        }
        let grants: Vec<_> =
            self.grants.iter().enumerate().map(|(number, grant)| grant.parse(number, &mut errors)).collect();
        for (number, grant) in grants.iter().enumerate() {
            let same = |other: &Option<WantedGrant>| {
                other.as_ref().zip(grant.as_ref()).is_some_and(|(other, grant)| other.anchor == grant.anchor)
            };
            if grants.iter().take(number).any(same) {
                let message = "There is a grant at this account already. Change that one.";
                errors.add(&field(number, "anchorAccountId"), "duplicate", message);
            }
        }
        errors.finish(grants.into_iter().collect::<Option<_>>().map(|grants| SetGrants { grants }))
    }
}

fn field(number: usize, name: &str) -> String {
    format!("grants[{number}].{name}")
}

impl GrantInput {
    fn parse(&self, number: usize, errors: &mut FieldErrors) -> Option<WantedGrant> {
        let given = |raw: &Option<String>| raw.clone().unwrap_or_default();
        let role = errors.take(
            &field(number, "role"),
            match &*given(&self.role) {
                "" => Err(InvalidValue::Required),
                role => RoleKey::parse(role),
            },
        );
        let anchor = errors.take(
            &field(number, "anchorAccountId"),
            match &*given(&self.anchor_account_id) {
                "" => Err(InvalidValue::Required),
                id => id.parse(),
            },
        );
        let starts_at = errors.take(&field(number, "startsAt"), parse_time(self.starts_at.as_deref()));
        let ends_at = errors.take(&field(number, "endsAt"), parse_time(self.ends_at.as_deref()));
        if let (Some(Some(start)), Some(Some(end))) = (starts_at, ends_at)
            && end <= start
        {
            errors.add(&field(number, "endsAt"), "before-start", "Choose an end after the start.");
        }
        Some(WantedGrant { role: role?, anchor: anchor?, starts_at: starts_at?, ends_at: ends_at? })
    }
}

/// Times are kept to the microsecond, as databases do.
fn parse_time(raw: Option<&str>) -> Result<Option<Timestamp>, InvalidValue> {
    const MALFORMED: InvalidValue = InvalidValue::Malformed { expected: "a time such as 2026-11-30T08:00:00Z" };
    match raw.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => {
            let at: Timestamp = text.parse().map_err(|_| MALFORMED)?;
            Timestamp::from_microsecond(at.as_microsecond()).map(Some).map_err(|_| MALFORMED)
        }
    }
}

impl SetGrants {
    /// Replaces the user's grants. What is anchored at accounts outside the actor's view, or at removed ones, stays as it is.
    ///
    /// It takes `users.edit` over the user and coverage of all the user holds (the superior guard), and for each grant that is
    /// new or changed `users.add` or `users.edit` and coverage of the role at its anchor. Nobody sets their own grants, and no
    /// account loses its last administrator for good.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`], [`UseCaseError::Invalid`], [`UseCaseError::Stale`], [`UseCaseError::Conflict`].
    pub async fn execute(
        &self,
        app: &App,
        actor: &Actor,
        user_id: UserId,
        expected_version: Option<i64>,
    ) -> Result<UserGrants, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor, user_id, expected_version))).await;
        app.recorded(actor, Attempted::on_user("user.grants", user_id), outcome).await?;
        UserGrants::in_view(app, actor, user_id).await
    }

    async fn attempt(
        &self,
        app: &App,
        actor: &Actor,
        user_id: UserId,
        expected_version: Option<i64>,
    ) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        require_version(&record, expected_version)?;
        let after = self.resolve(app.now(), &*uow, &actor, &record).await?;
        for grant in after.iter().filter(|grant| !record.grants.contains(grant)) {
            actor.permit_grant(grant)?;
        }
        keep_an_administrator(app, &*uow, &actor, &record, &after).await?;
        uow.users().replace_grants(user_id, &after, actor.user_id(), app.now()).await?;
        store(app, &*uow, &record, &record.user).await?;
        let entry = permit.entry(app, "user.grants").about_user(user_id).in_account(record.user.account_id);
        uow.audit_log().append(&entry.changing(audit::grants(&record.grants), audit::grants(&after))).await?;
        Ok(uow.commit().await?)
    }

    /// The grants in full, those outside the actor's view included.
    async fn resolve(
        &self,
        now: Timestamp,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        record: &UserRecord,
    ) -> Result<Vec<Grant>, UseCaseError> {
        let mut errors = FieldErrors::default();
        let mut after: Vec<Grant> = Vec::new();
        for (number, wanted) in self.grants.iter().enumerate() {
            after.extend(wanted.resolve(number, (uow, actor, record), &mut errors).await?);
            let ended = wanted.ends_at.is_some_and(|end| end <= now);
            if ended && !record.grants.iter().any(|grant| wanted.is(grant)) {
                errors.add(&field(number, "endsAt"), "in-the-past", "Choose an end that is still to come.");
            }
        }
        let views_home = actor.authority().views_account(&record.home);
        if views_home && !self.grants.iter().any(|wanted| wanted.anchor == record.home.id()) {
            let message = "Keep a grant at the home account. To take all rights away, choose No Access there.";
            errors.add("grants", "home-grant-missing", message);
        }
        for grant in &record.grants {
            if after.iter().all(|kept| kept.anchor != grant.anchor) && is_hidden(uow, actor, &grant.anchor).await? {
                after.push(grant.clone());
            }
        }
        errors.finish(Some(after)).map_err(UseCaseError::from)
    }
}

/// Whether the actor cannot have meant a grant, or its absence. At an account that was removed nobody sees it: it comes back
/// together with the account.
async fn is_hidden(uow: &dyn UnitOfWork, actor: &Actor, anchor: &AccountPath) -> Result<bool, UseCaseError> {
    Ok(!actor.authority().views_account(anchor) || uow.accounts().find(anchor.id()).await?.is_none())
}

impl WantedGrant {
    fn is(&self, grant: &Grant) -> bool {
        (self.role, self.anchor, self.starts_at, self.ends_at)
            == (grant.role.key(), grant.anchor.id(), grant.starts_at, grant.ends_at)
    }

    async fn resolve(
        &self,
        number: usize,
        (uow, actor, record): (&dyn UnitOfWork, &Actor, &UserRecord),
        errors: &mut FieldErrors,
    ) -> Result<Option<Grant>, UseCaseError> {
        let account = uow.accounts().find(self.anchor).await?;
        let Some(anchor) = account.map(|account| account.path).filter(|path| actor.authority().views_account(path))
        else {
            errors.add(&field(number, "anchorAccountId"), "unknown-value", "Choose an account from the list.");
            return Ok(None);
        };
        let Some(role) = self.role(uow, actor, record, &anchor).await? else {
            errors.add(&field(number, "role"), "unknown-value", "Choose a role from the list.");
            return Ok(None);
        };
        Ok(Some(Grant { role, anchor, starts_at: self.starts_at, ends_at: self.ends_at }))
    }

    /// What the user holds there already, else what is offered there.
    async fn role(
        &self,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        record: &UserRecord,
        anchor: &AccountPath,
    ) -> Result<Option<Role>, UseCaseError> {
        let held = record.grants.iter().find(|grant| grant.anchor == *anchor && grant.role.key() == self.role);
        match held {
            Some(grant) => Ok(Some(grant.role.clone())),
            None => Ok(find_offered(uow, actor, self.role, anchor).await?),
        }
    }
}
