//! Asking for the actor's own password again.

use tenantry_domain::user::Password;

use crate::{
    Actor, App, UseCaseError,
    ports::HashedPassword,
    sessions::{note_failure, require_attempt},
};

/// Checks the actor's own password, typed again in `field`. A wrong one counts as a failed sign-in. Returns the hash that
/// matched.
pub(crate) async fn verify_own_password(
    app: &App,
    actor: &Actor,
    typed: Option<&str>,
    field: &str,
) -> Result<HashedPassword, UseCaseError> {
    let login_key = actor.principal().login_name.to_lowercase();
    let address = actor.context().address.as_deref();
    require_attempt(app, &login_key, address).await?;
    let hash = {
        let uow = app.begin().await?;
        uow.credentials().find(actor.user_id()).await?.map(|credential| credential.hash)
    };
    let password = Password::normalize(typed.unwrap_or_default());
    let matches = match &password {
        Some(password) => app.ports.hasher.verify(password, hash.as_ref()).await?,
        None => false,
    };
    match hash.filter(|_| matches) {
        Some(hash) => {
            require_attempt(app, &login_key, address).await?;
            Ok(hash)
        }
        None => {
            note_failure(app, &login_key, address).await?;
            Err(UseCaseError::field(field, "wrong-password", "This is not your current password."))
        }
    }
}
