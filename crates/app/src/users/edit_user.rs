//! Changing a user: profile, contact, login name, role.

use tenantry_domain::{
    UserId,
    contact::EmailAddress,
    permission::{Grant, Permission, RoleKey},
    user::{ContactDetails, LoginName, User, UserStatus},
};

use super::{
    AddressInput, ContactPatch, ProfilePatch, check_login_domain, find, keep_an_administrator, require_not_removed,
    require_version, store,
};
use crate::{
    Actor, App, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    mail::notify_address_change,
    passwords::{Addressed, issue_link},
    ports::{MailState, UnitOfWork, UserDetails, UserRecord},
    roles::{find_offered, unknown_role},
};

/// Changes to a user as typed. Absent means unchanged; an inner `None` clears an optional field.
#[derive(Debug, Clone, Default)]
pub struct EditUserInput {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Display name.
    pub display_name: Option<String>,
    /// Company.
    pub company: Option<Option<String>>,
    /// Job title.
    pub job_title: Option<Option<String>>,
    /// Department.
    pub department: Option<Option<String>>,
    /// `local@domain`.
    pub login_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Alternative e-mail address.
    pub alternative_email: Option<Option<String>>,
    /// The whole postal address.
    pub address: Option<AddressInput>,
    /// Phone number.
    pub phone: Option<String>,
    /// The key of the base grant's role, or a custom role's id.
    pub role: Option<String>,
}

/// Changes a user, if it still is at the version the client saw.
#[derive(Debug, Clone)]
pub struct EditUser {
    /// Whom.
    pub user_id: UserId,
    /// What to change.
    pub changes: EditUserInput,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl EditUser {
    /// Changes the user. A new address or login name voids open password links, and the addresses so far are told of new ones.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.edit` there, over a superior, or with a role that is not covered;
    /// [`UseCaseError::Invalid`]; [`UseCaseError::Stale`]; [`UseCaseError::Conflict`] for a taken login name or the last
    /// administrator.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<UserDetails, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user("user.edit", self.user_id), outcome).await?;
        app.mail_bell.notify_one();
        app.directory().find_user(self.user_id).await?.ok_or_else(|| Denied::NotFound.into())
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        require_version(&record, self.expected_version)?;
        let (user, role) = self.changed(&record)?;
        if user.login_name != record.user.login_name {
            Self::require_usable_domain(app, &*uow, &user).await?;
        }
        let before_role = record.grants.first().map(|grant| grant.role.key());
        if let Some(role) = role.filter(|role| Some(*role) != before_role) {
            Self::change_role(app, &*uow, &actor, &record, role).await?;
        }
        store(app, &*uow, &record, &user).await?;
        Self::react_to_new_addresses(app, &*uow, &record.user, &user).await?;
        let entry = permit.entry(app, "user.edit").about_user(user.id).in_account(user.account_id);
        let before = audit::snapshot(&record.user, before_role);
        let after = audit::snapshot(&user, role.or(before_role));
        uow.audit_log().append(&entry.changing(before, after)).await?;
        Ok(uow.commit().await?)
    }

    fn changed(&self, record: &UserRecord) -> Result<(User, Option<RoleKey>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let changes = &self.changes;
        let profile = ProfilePatch {
            first_name: changes.first_name.as_deref(),
            last_name: changes.last_name.as_deref(),
            display_name: changes.display_name.as_deref(),
            company: changes.company.as_ref().map(Option::as_deref),
            job_title: changes.job_title.as_ref().map(Option::as_deref),
            department: changes.department.as_ref().map(Option::as_deref),
        }
        .apply(&record.user.profile, &mut errors);
        let contact = ContactPatch {
            email: changes.email.as_deref(),
            alternative_email: changes.alternative_email.as_ref().map(Option::as_deref),
            address: changes.address.as_ref(),
            phone: changes.phone.as_deref(),
        }
        .apply(&record.user.contact, &mut errors);
        let login_name = match changes.login_name.as_deref() {
            Some(raw) => errors.take("loginName", LoginName::parse(raw)),
            None => Some(record.user.login_name.clone()),
        };
        let role = errors.take("role", changes.role.as_deref().map(RoleKey::parse).transpose());
        let user = profile.zip(contact).zip(login_name).map(|((profile, contact), login_name)| User {
            profile,
            contact,
            login_name,
            ..record.user.clone()
        });
        errors.finish(user.zip(role))
    }

    async fn require_usable_domain(app: &App, uow: &dyn UnitOfWork, user: &User) -> Result<(), UseCaseError> {
        let account = uow.accounts().find(user.account_id).await?.ok_or(Denied::NotFound)?;
        let mut errors = FieldErrors::default();
        if let Err(why) = check_login_domain(&app.settings, &account.domains, user.login_name.domain()) {
            why.note("loginName", &mut errors);
        }
        Ok(errors.finish(Some(()))?)
    }

    async fn change_role(
        app: &App,
        uow: &dyn UnitOfWork,
        actor: &Actor,
        record: &UserRecord,
        role: RoleKey,
    ) -> Result<(), UseCaseError> {
        actor.permit_over_other(Permission::USERS_EDIT, record)?;
        let role = find_offered(uow, actor, role, &record.home).await?.ok_or_else(|| unknown_role("role"))?;
        let (base, others) = record.grants.split_first().ok_or(Denied::NotFound)?;
        let base = Grant { role, ..base.clone() };
        actor.permit_grant(&base)?;
        let after: Vec<Grant> = std::iter::once(base).chain(others.iter().cloned()).collect();
        keep_an_administrator(app, uow, actor, record, &after).await?;
        Ok(uow.users().replace_grants(record.user.id, &after, actor.user_id(), app.now()).await?)
    }

    async fn react_to_new_addresses(
        app: &App,
        uow: &dyn UnitOfWork,
        before: &User,
        after: &User,
    ) -> Result<(), UseCaseError> {
        let old = [Some(&before.contact.email), before.contact.alternative_email.as_ref()];
        let new = [Some(&after.contact.email), after.contact.alternative_email.as_ref()];
        if old == new && before.login_name == after.login_name {
            return Ok(());
        }
        let newest = uow.password_links().find_newest(after.id).await?;
        uow.password_links().void_all(after.id, app.now()).await?;
        uow.mail_outbox().cancel_credentials(after.id).await?;
        // A link that waited for the user to be activated goes on waiting, under the new address.
        if let Some(link) = newest.filter(|link| after.status == UserStatus::Suspended && link.is_open()) {
            let recipient = link.recipient.kind.of(&after.contact).unwrap_or(link.recipient);
            let addressed = Addressed { user_id: after.id, recipient, state: MailState::Held };
            issue_link(app, uow, link.purpose, addressed).await?;
        }
        for address in Self::to_be_told(&before.contact, &after.contact) {
            notify_address_change(app, uow, after, address).await?;
        }
        Ok(())
    }

    /// The addresses that hear of new ones. The primary address hears of any: what becomes primary or alternative gets
    /// password links from then on. A former alternative address hears that it is none any more.
    fn to_be_told<'a>(before: &'a ContactDetails, after: &ContactDetails) -> Vec<&'a EmailAddress> {
        let was_known =
            |address: &EmailAddress| before.email == *address || before.alternative_email.as_ref() == Some(address);
        let is_known =
            |address: &EmailAddress| after.email == *address || after.alternative_email.as_ref() == Some(address);
        let has_new = after.alternative_email.as_ref().is_some_and(|address| !was_known(address));
        let primary = Some(&before.email).filter(|email| **email != after.email || has_new);
        let former =
            before.alternative_email.as_ref().filter(|address| !is_known(address) && **address != before.email);
        primary.into_iter().chain(former).collect()
    }
}
