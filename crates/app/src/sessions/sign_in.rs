//! Signing in.

use serde_json::json;
use tenantry_domain::{
    SessionId,
    permission::Standing,
    user::{LoginName, Password},
};

use super::{login_attempts_key, note_failure, require_attempt, require_attempt_within};
use crate::{
    App, Permit, RequestContext, UseCaseError,
    ports::{Credential, NewSession, Session, SessionKind, Token, UserRecord},
};

/// A login name and password, as typed.
#[derive(Clone)]
pub struct SignIn {
    /// Login name.
    pub login_name: String,
    /// Password.
    pub password: String,
    /// Through which door.
    pub kind: SessionKind,
    /// Where the request came from.
    pub context: RequestContext,
}

/// A new session, with the token that only its owner gets.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The token.
    pub token: Token,
    /// The session.
    pub session: Session,
    /// Whether a new password must be set before anything else.
    pub must_change_password: bool,
}

impl SignIn {
    const MOST_SESSIONS: u32 = 10;

    /// Signs in. However it fails, the answer and the time it takes are the same: unknown name, wrong password, suspended
    /// user or account, expired password.
    ///
    /// # Errors
    /// [`UseCaseError::NotSignedIn`]; [`UseCaseError::TooManyAttempts`] after several failures under this name or from this
    /// address; [`UseCaseError::Busy`].
    pub async fn execute(&self, app: &App) -> Result<SignedIn, UseCaseError> {
        let login_key = self.login_key();
        let address = self.context.address.as_deref();
        require_attempt(app, &login_key, address).await?;
        let found = app.retrying(|| Box::pin(self.find(app))).await?;
        let password = Password::normalize(&self.password);
        let hash = found.as_ref().map(|(_, credential)| &credential.hash);
        let matches = match &password {
            Some(password) => app.ports.hasher.verify(password, hash).await?,
            None => false,
        };
        if let Some((record, credential)) = found.filter(|_| matches) {
            match app.retrying(|| Box::pin(self.attempt(app, &record, &credential))).await {
                Err(UseCaseError::NotSignedIn) => {}
                settled => return settled,
            }
        }
        // Counted however it failed: a right password that is not slowed down would be known to be right.
        note_failure(app, &login_key, address).await?;
        Err(UseCaseError::NotSignedIn)
    }

    /// What failures are counted under, also for what is no login name.
    fn login_key(&self) -> String {
        LoginName::parse(&self.login_name).map_or_else(|_| self.login_name.trim().to_lowercase(), |name| name.key())
    }

    async fn find(&self, app: &App) -> Result<Option<(UserRecord, Credential)>, UseCaseError> {
        let Ok(login_name) = LoginName::parse(&self.login_name) else { return Ok(None) };
        let uow = app.begin().await?;
        let Some(record) = uow.users().find_by_login_key(&login_name.key()).await? else { return Ok(None) };
        let credential = uow.credentials().find(record.user.id).await?;
        Ok(credential.map(|credential| (record, credential)))
    }

    async fn attempt(&self, app: &App, record: &UserRecord, checked: &Credential) -> Result<SignedIn, UseCaseError> {
        let uow = app.begin().await?;
        let (user_id, now) = (record.user.id, app.now());
        let login_key = record.user.login_name.key();
        require_attempt_within(app, &*uow, &login_key, self.context.address.as_deref()).await?;
        let principal = uow.users().find_principal(user_id, now).await?.ok_or(UseCaseError::NotSignedIn)?;
        let credential = uow.credentials().find(user_id).await?;
        let credential = credential.filter(|credential| credential.hash == checked.hash);
        let credential = credential.ok_or(UseCaseError::NotSignedIn)?;
        let expired = credential.expires_at.is_some_and(|expiry| expiry <= now);
        if principal.authority.standing() != Standing::Active || expired {
            return Err(UseCaseError::NotSignedIn);
        }
        let token = app.ports.tokens.session_token();
        let session = self.session(app, record);
        let new = NewSession { session: session.clone(), token_hash: app.ports.tokens.hash(token.expose()) };
        uow.sessions().insert(&new, Self::MOST_SESSIONS).await?;
        uow.sign_in_attempts().clear(&login_attempts_key(&login_key)).await?;
        uow.users().set_last_sign_in(user_id, now).await?;
        let entry = Permit::by_system(self.context.clone()).entry(app, "session.begin").by(user_id);
        let entry = entry.about_user(user_id).in_account(record.user.account_id);
        let after = json!({"session": session.id.to_string(), "kind": self.kind.key()});
        uow.audit_log().append(&entry.changing(serde_json::Value::Null, after)).await?;
        uow.commit().await?;
        Ok(SignedIn { token, session, must_change_password: credential.must_change })
    }

    fn session(&self, app: &App, record: &UserRecord) -> Session {
        let now = app.now();
        Session {
            id: SessionId::new(app.new_id()),
            user_id: record.user.id,
            kind: self.kind,
            created_at: now,
            last_seen_at: now,
            expires_at: now + app.settings.session_lasts_for,
            active_account_id: record.user.account_id,
            address: self.context.address.clone(),
            user_agent: self.context.user_agent.clone(),
        }
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("login_name", &self.login_name).finish_non_exhaustive()
    }
}
