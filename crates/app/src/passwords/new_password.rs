//! What is stored when a password is set.

use jiff::SignedDuration;
use tenantry_domain::UserId;

use crate::{
    App, UseCaseError,
    ports::{Credential, HashedPassword, PasswordOrigin, UnitOfWork},
};

/// Makes the stored form of a new password.
pub(crate) struct NewPassword;

impl NewPassword {
    /// A password somebody else chose stops working if it was not changed by then.
    const UNCHANGED_FOR: SignedDuration = SignedDuration::from_hours(72);

    /// Chosen by the user.
    pub(crate) fn by_owner(app: &App, hash: HashedPassword) -> Credential {
        Credential { hash, origin: PasswordOrigin::Own, must_change: false, set_at: app.now(), expires_at: None }
    }

    /// Chosen by or for an administrator.
    pub(crate) fn by_administrator(app: &App, hash: HashedPassword, must_change: bool) -> Credential {
        let set_at = app.now();
        let expires_at = must_change.then(|| set_at + Self::UNCHANGED_FOR);
        Credential { hash, origin: PasswordOrigin::Administrator, must_change, set_at, expires_at }
    }

    /// Lets the time of a password that was held back with its mail begin now.
    pub(crate) async fn restart(app: &App, uow: &dyn UnitOfWork, user_id: UserId) -> Result<(), UseCaseError> {
        let Some(credential) = uow.credentials().find(user_id).await?.filter(|found| found.expires_at.is_some()) else {
            return Ok(());
        };
        let expires_at = Some(app.now() + Self::UNCHANGED_FOR);
        Ok(uow.credentials().put(user_id, &Credential { expires_at, ..credential }).await?)
    }
}
