//! Every operation on another user, and whom it can be done to.

pub use crate::operations::{NEW_PASSWORD, Operation, edit};

use tenantry_app::{
    Actor, App, UseCaseError,
    ports::LinkPurpose,
    testing::{NewUser, TestPlatform, samples},
};
use tenantry_domain::{PasswordLinkId, user::User};

use crate::operations::Target;

impl Operation {
    /// What it needs over users: `v`iew, `e`dit or `r`emove.
    pub const fn needs(self) -> char {
        match self {
            Self::Show | Self::ShowAccess | Self::ShowImage | Self::Explain => 'v',
            Self::Remove | Self::Restore => 'r',
            _ => 'e',
        }
    }

    /// Does it to somebody, where no roles and no other accounts take part.
    pub async fn run(self, app: &App, actor: &Actor, user: &User) -> Result<(), UseCaseError> {
        Target { user, role: 0, accounts: &[] }.undergo(self, app, actor).await
    }

    /// A user to which it can be done, apart from permissions.
    pub async fn prepare(self, p: &TestPlatform, new: NewUser) -> User {
        let new = new.alternative_email("other@elsewhere.example");
        let new = match self {
            Self::Activate => new.suspended(),
            Self::Restore => new.removed_at(p.app.now()),
            _ => new,
        };
        let user = p.add(new).await;
        let version = p.record(user.id).await.version;
        let uow = p.begin().await;
        match self {
            Self::VoidLink => {
                let link = samples::link(PasswordLinkId::new(p.app.new_id()), &user, p.app.now());
                assert_eq!(link.purpose, LinkPurpose::Welcome);
                uow.password_links().insert(&link).await.unwrap();
            }
            Self::ShowImage | Self::RemoveImage => {
                let image = p.app.ports.images.process_profile_image(b"face".to_vec()).await.unwrap();
                uow.images().put(&image).await.unwrap();
                let user = User { image: Some(image.hash), ..user.clone() };
                uow.users().update(&user, version, p.app.now()).await.unwrap();
            }
            _ => {}
        }
        uow.commit().await.unwrap();
        user
    }
}
