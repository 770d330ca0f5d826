//! Looking at a password link, and setting a password with it.

use std::fmt;

use jiff::Timestamp;
use serde_json::json;
use tenantry_domain::{UserId, permission::Standing, user::Password};

use super::{NewPassword, PasswordContext};
use crate::{
    App, FieldErrors, Permit, RequestContext, UseCaseError,
    mail::notify_password_change,
    ports::{HashedPassword, PasswordLink, UnitOfWork, UserRecord},
    sessions::login_attempts_key,
};

/// Looks at a link without spending it: mail scanners do that too. `Debug` shows nothing of the token.
#[derive(Clone)]
pub struct LookAtLink {
    /// The token as it came.
    pub token: String,
}

/// Whose password a link sets.
#[derive(Debug, Clone)]
pub struct LinkHolder {
    /// Display name.
    pub display_name: String,
    /// Login name as shown.
    pub login_name: String,
    /// What makes a password easy to guess for this user.
    pub context: PasswordContext,
    /// When the link stops working; `None` until its mail was handed over.
    pub expires_at: Option<Timestamp>,
}

impl LookAtLink {
    /// Whose password the link sets.
    ///
    /// # Errors
    /// [`UseCaseError::LinkUnusable`], whether it is unknown, used, expired or void, or its user may not sign in.
    pub async fn execute(&self, app: &App) -> Result<LinkHolder, UseCaseError> {
        let (link, record) = app.retrying(|| Box::pin(look(app, &self.token))).await?;
        Ok(LinkHolder {
            display_name: record.user.profile.display_name.to_string(),
            login_name: record.user.login_name.to_string(),
            context: PasswordContext::find(app, &record.user).await?,
            expires_at: link.expires_at,
        })
    }
}

/// Sets a password with a link. Only an accepted password spends the link. `Debug` shows neither token nor password.
#[derive(Clone)]
pub struct RedeemLink {
    /// The token as it came.
    pub token: String,
    /// The new password as typed.
    pub password: String,
    /// Where the request came from.
    pub context: RequestContext,
}

/// A spent link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemedLink {
    /// Whose password was set; signing in is another step.
    pub login_name: String,
}

impl RedeemLink {
    /// Sets the password, spends the link, ends all sessions and voids all links of the user, and tells the user.
    ///
    /// # Errors
    /// [`UseCaseError::LinkUnusable`]; [`UseCaseError::Invalid`] for a bad password, which spends nothing.
    pub async fn execute(&self, app: &App) -> Result<RedeemedLink, UseCaseError> {
        let user = app.retrying(|| Box::pin(look(app, &self.token))).await?.1.user;
        let mut errors = FieldErrors::default();
        let context = PasswordContext::find(app, &user).await?;
        let password = errors.take_password("password", context.parse(&self.password));
        let password: Password = errors.finish(password)?;
        let hash = app.ports.hasher.hash(&password).await?;
        app.retrying(|| Box::pin(self.attempt(app, user.id, &hash))).await?;
        app.mail_bell.notify_one();
        Ok(RedeemedLink { login_name: user.login_name.to_string() })
    }

    async fn attempt(&self, app: &App, user_id: UserId, hash: &HashedPassword) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let (link, record) = find_usable(app, &*uow, &self.token).await?;
        if record.user.id != user_id || !uow.password_links().spend(link.id, app.now()).await? {
            return Err(UseCaseError::LinkUnusable);
        }
        uow.credentials().put(user_id, &NewPassword::by_owner(app, hash.clone())).await?;
        uow.password_links().void_all(user_id, app.now()).await?;
        uow.mail_outbox().cancel_credentials(user_id).await?;
        uow.sessions().end_all(user_id, None).await?;
        uow.sign_in_attempts().clear(&login_attempts_key(&record.user.login_name.key())).await?;
        notify_password_change(app, &*uow, &record.user).await?;
        let permit = Permit::by_password_link(self.context.clone());
        let entry = permit.entry(app, "password.redeem_link").about_user(user_id).in_account(record.user.account_id);
        let after = json!({"link": link.id.to_string()});
        uow.audit_log().append(&entry.by(user_id).changing(serde_json::Value::Null, after)).await?;
        Ok(uow.commit().await?)
    }
}

async fn look(app: &App, token: &str) -> Result<(PasswordLink, UserRecord), UseCaseError> {
    let uow = app.begin().await?;
    let found = find_usable(app, &*uow, token).await?;
    uow.commit().await?;
    Ok(found)
}

/// The live link with this token and its user, who must be one that may sign in.
async fn find_usable(app: &App, uow: &dyn UnitOfWork, token: &str) -> Result<(PasswordLink, UserRecord), UseCaseError> {
    let link = uow.password_links().find_by_token(&app.ports.tokens.hash(token)).await?;
    let link = link.filter(|link| link.is_live(app.now())).ok_or(UseCaseError::LinkUnusable)?;
    let principal = uow.users().find_principal(link.user_id, app.now()).await?;
    if principal.is_none_or(|principal| principal.authority.standing() != Standing::Active) {
        return Err(UseCaseError::LinkUnusable);
    }
    let record = uow.users().find(link.user_id).await?.ok_or(UseCaseError::LinkUnusable)?;
    Ok((link, record))
}

impl fmt::Debug for LookAtLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookAtLink(…)")
    }
}

impl fmt::Debug for RedeemLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedeemLink").field("context", &self.context).finish_non_exhaustive()
    }
}
