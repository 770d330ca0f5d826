//! Everything that is done to, or about, another user: the same for all tests.

use tenantry_app::{
    Actor, App, UseCaseError,
    permissions::ExplainDecisionInput,
    provisioning::RetryProvisioning,
    roles::RoleInput,
    testing::TestPlatform,
    users::{
        ChangeUserStatus, CheckLoginName, CreateUserInput, EditUser, EditUserInput, GrantInput, PrepareCreateForm,
        RecipientInput, RemoveProfileImage, RemoveUser, RestoreUser, SecurityInput, SendPasswordLink,
        SendPasswordLinkInput, SetGrantsInput, SetProfileImage, SetUserPassword, SetUserPasswordInput, ShowAccess,
        ShowUser, VoidPasswordLink, find_profile_image,
    },
};
use tenantry_domain::{
    AccountId, UserId,
    user::{User, UserStatus},
};

use crate::held::ROLES;

/// A password nobody has.
pub const NEW_PASSWORD: &str = "velvet canyon lantern orbit";

/// Roles are columns of the table of roles, accounts are numbers in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Show,
    ShowAccess,
    ShowImage,
    Explain,
    OpenForm,
    CheckLoginName,
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
    /// Another user with this role, in the other's account.
    Create(usize),
    /// A role with the cells of this one, in the other's account.
    Define(usize),
    ChangeRole(usize),
    /// This role at home and nothing else.
    SetGrants(usize),
    /// This role at this account, besides what the user has at home.
    AddGrant(usize, usize),
}

impl Operation {
    /// What is done to a user, or seen of one.
    pub const ALL: [Self; 21] = [
        Self::Show,
        Self::ShowAccess,
        Self::ShowImage,
        Self::Explain,
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
}

/// The other user, with the accounts of the tree.
pub struct Target<'a> {
    pub user: &'a User,
    pub role: usize,
    pub accounts: &'a [AccountId],
}

impl Target<'_> {
    /// The answer to [`Operation::Explain`] is left out of the outcome, and compared by itself.
    pub async fn undergo(&self, operation: Operation, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let (user_id, account_id) = (self.user.id, self.user.account_id);
        let some = |text: &str| Some(text.to_owned());
        match operation {
            Operation::Show => ShowUser { user_id }.execute(app, actor).await.map(drop),
            Operation::ShowAccess => ShowAccess { user_id, account_id: None }.execute(app, actor).await.map(drop),
            Operation::ShowImage => find_profile_image(app, actor, user_id, false).await.map(drop),
            Operation::Explain => explain(app, actor, user_id, account_id).await.map(drop),
            Operation::OpenForm => PrepareCreateForm { account_id }.execute(app, actor).await.map(drop),
            Operation::CheckLoginName => {
                CheckLoginName { login_name: "a@b.example".to_owned() }.execute(app, actor, account_id).await.map(drop)
            }
            Operation::Rename => {
                edit(app, actor, user_id, EditUserInput { first_name: some("Robin"), ..Default::default() }).await
            }
            Operation::ChangeEmail => {
                edit(app, actor, user_id, EditUserInput { email: some("new@mail.example"), ..Default::default() }).await
            }
            Operation::ChangeAlternativeEmail => {
                let alternative_email = Some(some("new@mail.example"));
                edit(app, actor, user_id, EditUserInput { alternative_email, ..Default::default() }).await
            }
            Operation::ChangeLoginName => {
                let login_name = Some(format!("renamed@{}", self.user.login_name.domain()));
                edit(app, actor, user_id, EditUserInput { login_name, ..Default::default() }).await
            }
            Operation::Suspend => set_status(app, actor, user_id, UserStatus::Suspended).await,
            Operation::Activate => set_status(app, actor, user_id, UserStatus::Active).await,
            Operation::Remove => RemoveUser { user_id, expected_version: None }.execute(app, actor).await,
            Operation::Restore => RestoreUser { user_id }.execute(app, actor).await.map(drop),
            Operation::SetPassword => set_password(app, actor, user_id, None).await,
            Operation::MailPassword => set_password(app, actor, user_id, Some(recipient("primary"))).await,
            Operation::SendLink => send_link(app, actor, user_id, recipient("primary")).await,
            Operation::SendLinkToAlternative => send_link(app, actor, user_id, recipient("alternative")).await,
            Operation::SendLinkElsewhere => {
                let elsewhere = RecipientInput { email: some("x@elsewhere.example"), ..recipient("custom") };
                send_link(app, actor, user_id, elsewhere).await
            }
            Operation::VoidLink => VoidPasswordLink { user_id }.execute(app, actor).await,
            Operation::SetImage => SetProfileImage { user_id, upload: b"another".to_vec() }.execute(app, actor).await,
            Operation::RemoveImage => RemoveProfileImage { user_id }.execute(app, actor).await,
            Operation::RetryProvisioning => RetryProvisioning { user_id }.execute(app, actor).await,
            Operation::Create(role) => self.create(role, app, actor).await,
            Operation::Define(role) => self.define(role, app, actor).await,
            Operation::ChangeRole(role) => {
                edit(app, actor, user_id, EditUserInput { role: some(ROLES[role]), ..Default::default() }).await
            }
            Operation::SetGrants(role) => set_grants(app, actor, user_id, &[(role, account_id)]).await,
            Operation::AddGrant(role, account) => {
                let grants = [(self.role, account_id), (role, self.accounts[account])];
                // At home it would be the grant there twice.
                let grants = if account_id == self.accounts[account] { &grants[1..] } else { &grants };
                set_grants(app, actor, user_id, grants).await
            }
        }
    }

    async fn create(&self, role: usize, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let input = CreateUserInput {
            first_name: Some("Robin".to_owned()),
            last_name: Some("Hale".to_owned()),
            login_name: Some(format!("new@{}", self.user.login_name.domain())),
            email: Some("robin@mail.example".to_owned()),
            role: Some(ROLES[role].to_owned()),
            security: SecurityInput {
                method: Some("link".to_owned()),
                recipient: Some(recipient("primary")),
                ..SecurityInput::default()
            },
            ..CreateUserInput::default()
        };
        input.parse()?.execute(app, actor, self.user.account_id, None).await.map(drop)
    }

    async fn define(&self, role: usize, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let like = tenantry_domain::permission::BuiltInRole::parse(ROLES[role]).expect("a built-in role");
        let input = RoleInput {
            name: Some("Like it".to_owned()),
            cells: Some(like.matrix().cells().map(|cell| cell.to_string()).collect()),
            ..RoleInput::default()
        };
        input.parse()?.execute(app, actor, self.user.account_id).await.map(drop)
    }
}

/// May the user add users at home, and why?
pub async fn explain(app: &App, actor: &Actor, user_id: UserId, account_id: AccountId) -> Result<bool, UseCaseError> {
    let input = ExplainDecisionInput {
        user_id: Some(user_id.to_string()),
        account_id: Some(account_id.to_string()),
        resource: Some("users".to_owned()),
        action: Some("add".to_owned()),
    };
    Ok(input.parse()?.execute(app, actor).await?.allowed)
}

pub async fn edit(app: &App, actor: &Actor, user_id: UserId, changes: EditUserInput) -> Result<(), UseCaseError> {
    EditUser { user_id, changes, expected_version: None }.execute(app, actor).await.map(drop)
}

async fn set_status(app: &App, actor: &Actor, user_id: UserId, status: UserStatus) -> Result<(), UseCaseError> {
    ChangeUserStatus { user_id, status, expected_version: None }.execute(app, actor).await.map(drop)
}

async fn set_grants(
    app: &App,
    actor: &Actor,
    user_id: UserId,
    grants: &[(usize, AccountId)],
) -> Result<(), UseCaseError> {
    let grant = |(role, anchor): &(usize, AccountId)| GrantInput {
        role: Some(ROLES[*role].to_owned()),
        anchor_account_id: Some(anchor.to_string()),
        ..GrantInput::default()
    };
    let input = SetGrantsInput { grants: grants.iter().map(grant).collect() };
    input.parse()?.execute(app, actor, user_id, None).await.map(drop)
}

fn recipient(kind: &str) -> RecipientInput {
    RecipientInput { kind: Some(kind.to_owned()), email: None }
}

async fn set_password(
    app: &App,
    actor: &Actor,
    user_id: UserId,
    email_to: Option<RecipientInput>,
) -> Result<(), UseCaseError> {
    let password = Some(NEW_PASSWORD.to_owned());
    let input = SetUserPasswordInput { password, email_to, must_change: None };
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
