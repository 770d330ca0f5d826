//! Editing one's own profile, where the role allows.

use tenantry_domain::user::User;

use crate::{
    Actor, App, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    ports::{UserDetails, UserRecord},
    users::{AddressInput, ContactPatch, ProfilePatch, require_version, store},
};

/// Changes to the own profile as typed. Absent means unchanged; an inner `None` clears an optional field. Login name, mail
/// addresses, role and status are not among them: where password links go is for an administrator to say.
#[derive(Debug, Clone, Default)]
pub struct EditOwnProfileInput {
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
    /// The whole postal address.
    pub address: Option<AddressInput>,
    /// Phone number.
    pub phone: Option<String>,
}

/// Edits the actor's own profile.
#[derive(Debug, Clone)]
pub struct EditOwnProfile {
    /// What to change.
    pub changes: EditOwnProfileInput,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl EditOwnProfile {
    /// Changes the profile.
    ///
    /// # Errors
    /// [`Denied::ProfileLocked`] if no role of the actor's allows it; [`UseCaseError::Invalid`]; [`UseCaseError::Stale`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<UserDetails, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user("profile.edit", actor.user_id()), outcome).await?;
        app.directory().find_user(actor.user_id()).await?.ok_or(UseCaseError::NotSignedIn)
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let permit = actor.permit_self()?;
        if !actor.authority().edits_own_profile() {
            return Err(Denied::ProfileLocked.into());
        }
        let record = uow.users().find(actor.user_id()).await?.ok_or(UseCaseError::NotSignedIn)?;
        require_version(&record, self.expected_version)?;
        let user = self.changed(&record)?;
        store(app, &*uow, &record, &user).await?;
        let entry = permit.entry(app, "profile.edit").about_user(user.id).in_account(user.account_id);
        let (before, after) = (audit::snapshot(&record.user, None), audit::snapshot(&user, None));
        uow.audit_log().append(&entry.changing(before, after)).await?;
        Ok(uow.commit().await?)
    }

    fn changed(&self, record: &UserRecord) -> Result<User, FieldErrors> {
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
            address: changes.address.as_ref(),
            phone: changes.phone.as_deref(),
            ..ContactPatch::default()
        }
        .apply(&record.user.contact, &mut errors);
        let user = profile.zip(contact).map(|(profile, contact)| User { profile, contact, ..record.user.clone() });
        errors.finish(user)
    }
}
