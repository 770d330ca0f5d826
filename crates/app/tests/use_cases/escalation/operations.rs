//! Every operation on another user.

use tenantry_app::{
    Actor, App, UseCaseError,
    ports::LinkPurpose,
    provisioning::RetryProvisioning,
    testing::{NewUser, TestPlatform, samples},
    users::{
        ChangeUserStatus, EditUser, EditUserInput, RecipientInput, RemoveProfileImage, RemoveUser, RestoreUser,
        SendPasswordLink, SendPasswordLinkInput, SetProfileImage, SetUserPassword, SetUserPasswordInput, ShowUser,
        VoidPasswordLink,
    },
};
use tenantry_domain::{
    PasswordLinkId, UserId,
    user::{User, UserStatus},
};

/// A password nobody has.
pub const NEW_PASSWORD: &str = "velvet canyon lantern orbit";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Show,
    Rename,
    ChangeEmail,
    ChangeAlternativeEmail,
    ChangeLoginName,
    Suspend,
    Activate,
    Remove,
    Restore,
    SetPassword,
    MailPassword,
    SendLink,
    SendLinkToAlternative,
    SendLinkElsewhere,
    VoidLink,
    SetImage,
    RemoveImage,
    RetryProvisioning,
}

impl Operation {
    pub const ALL: [Self; 18] = [
        Self::Show,
        Self::Rename,
        Self::ChangeEmail,
        Self::ChangeAlternativeEmail,
        Self::ChangeLoginName,
        Self::Suspend,
        Self::Activate,
        Self::Remove,
        Self::Restore,
        Self::SetPassword,
        Self::MailPassword,
        Self::SendLink,
        Self::SendLinkToAlternative,
        Self::SendLinkElsewhere,
        Self::VoidLink,
        Self::SetImage,
        Self::RemoveImage,
        Self::RetryProvisioning,
    ];

    /// What it needs over users: `v`iew, `e`dit or `r`emove.
    pub const fn needs(self) -> char {
        match self {
            Self::Show => 'v',
            Self::Remove | Self::Restore => 'r',
            _ => 'e',
        }
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
            Self::RemoveImage => {
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

    pub async fn run(self, app: &App, actor: &Actor, user: &User) -> Result<(), UseCaseError> {
        let user_id = user.id;
        let some = |text: &str| Some(text.to_owned());
        match self {
            Self::Show => ShowUser { user_id }.execute(app, actor).await.map(drop),
            Self::Rename => {
                edit(app, actor, user_id, EditUserInput { first_name: some("Robin"), ..Default::default() }).await
            }
            Self::ChangeEmail => {
                edit(app, actor, user_id, EditUserInput { email: some("new@mail.example"), ..Default::default() }).await
            }
            Self::ChangeAlternativeEmail => {
                let alternative_email = Some(some("new@mail.example"));
                edit(app, actor, user_id, EditUserInput { alternative_email, ..Default::default() }).await
            }
            Self::ChangeLoginName => {
                let login_name = Some(format!("renamed@{}", user.login_name.domain()));
                edit(app, actor, user_id, EditUserInput { login_name, ..Default::default() }).await
            }
            Self::Suspend => set_status(app, actor, user_id, UserStatus::Suspended).await,
            Self::Activate => set_status(app, actor, user_id, UserStatus::Active).await,
            Self::Remove => RemoveUser { user_id, expected_version: None }.execute(app, actor).await,
            Self::Restore => RestoreUser { user_id }.execute(app, actor).await.map(drop),
            Self::SetPassword => set_password(app, actor, user_id, None).await,
            Self::MailPassword => set_password(app, actor, user_id, Some(recipient("primary"))).await,
            Self::SendLink => send_link(app, actor, user_id, recipient("primary")).await,
            Self::SendLinkToAlternative => send_link(app, actor, user_id, recipient("alternative")).await,
            Self::SendLinkElsewhere => {
                let elsewhere = RecipientInput { email: some("x@elsewhere.example"), ..recipient("custom") };
                send_link(app, actor, user_id, elsewhere).await
            }
            Self::VoidLink => VoidPasswordLink { user_id }.execute(app, actor).await,
            Self::SetImage => SetProfileImage { user_id, upload: b"face".to_vec() }.execute(app, actor).await,
            Self::RemoveImage => RemoveProfileImage { user_id }.execute(app, actor).await,
            Self::RetryProvisioning => RetryProvisioning { user_id }.execute(app, actor).await,
        }
    }
}

pub fn recipient(kind: &str) -> RecipientInput {
    RecipientInput { kind: Some(kind.to_owned()), email: None }
}

pub async fn edit(app: &App, actor: &Actor, user_id: UserId, changes: EditUserInput) -> Result<(), UseCaseError> {
    EditUser { user_id, changes, expected_version: None }.execute(app, actor).await.map(drop)
}

pub async fn set_status(app: &App, actor: &Actor, user_id: UserId, status: UserStatus) -> Result<(), UseCaseError> {
    ChangeUserStatus { user_id, status, expected_version: None }.execute(app, actor).await.map(drop)
}

async fn set_password(
    app: &App,
    actor: &Actor,
    user_id: UserId,
    email_to: Option<RecipientInput>,
) -> Result<(), UseCaseError> {
    let input = SetUserPasswordInput { password: Some(NEW_PASSWORD.to_owned()), email_to, must_change: None };
    SetUserPassword { user_id, input }.execute(app, actor).await
}

async fn send_link(app: &App, actor: &Actor, user_id: UserId, recipient: RecipientInput) -> Result<(), UseCaseError> {
    let input = SendPasswordLinkInput {
        recipient,
        reason: Some("asked for on the phone".to_owned()),
        actor_password: Some(TestPlatform::PASSWORD.to_owned()),
    };
    SendPasswordLink { user_id, input }.execute(app, actor).await.map(drop)
}
