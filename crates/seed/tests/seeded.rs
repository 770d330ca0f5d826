//! A small seeded database is read as any other: every row parses, lists are complete, people sign in.

use std::{collections::BTreeSet, sync::Arc};

use tenantry_app::{
    Actor, App, Ports, RequestContext, Settings,
    accounts::{ListAccountsInput, ShowAccount},
    ports::{HashedPassword, PageStart, PasswordHasher as _, SessionKind},
    sessions::{SignIn, identify},
    testing::TestPlatform,
    users::ListUsersInput,
};
use tenantry_domain::{permission::BuiltInRole, user::Password};
use tenantry_infra_sql::{Database, DatabaseOptions, seed::SeedError};
use tenantry_infra_system::Argon2Hasher;
use tenantry_seed::{Login, Population, Size};

const SIZE: Size = Size { accounts: 250, users: 800, depth: 8 };
const PASSWORD: &str = "violet-kettle-umbrella-morning";

struct Seeded {
    app: App,
    logins: Vec<Login>,
    database: Database,
    _folder: tempfile::TempDir,
}

#[expect(clippy::unwrap_used, reason = "test support says what it expects by failing")]
async fn seeded() -> Seeded {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
    let database = Database::connect(&url, &DatabaseOptions::default()).await.unwrap();
    database.migrate().await.unwrap();
    let hash = Argon2Hasher::new().hash(&Password::parse(PASSWORD).unwrap()).await.unwrap();
    let mut population = Population::new(SIZE, 1, hash);
    let batches: Vec<_> = population.by_ref().collect::<Result<_, _>>().unwrap();
    database.fill_without_audit(batches.into_iter(), |_| {}).await.unwrap();
    let TestPlatform { app: other, .. } = TestPlatform::new().await;
    let ports = Ports {
        storage: Arc::new(database.storage(Arc::clone(&other.ports.audit_key))),
        directory: Arc::new(database.directory()),
        audit_chain: Arc::new(database.audit_chain()),
        hasher: Arc::new(Argon2Hasher::new()),
        ..other.ports.clone()
    };
    let app = App::new(ports, Settings::new("http://localhost:8080"));
    Seeded { app, logins: population.logins().to_vec(), database, _folder: folder }
}

impl Seeded {
    #[expect(clippy::unwrap_used, reason = "test support says what it expects by failing")]
    async fn sign_in(&self, login: &Login) -> Actor {
        let (login_name, password) = (login.login_name.clone(), PASSWORD.to_owned());
        let sign_in = SignIn { login_name, password, kind: SessionKind::Console, context: RequestContext::default() };
        let signed_in = sign_in.execute(&self.app).await.unwrap();
        identify(&self.app, signed_in.token.expose(), RequestContext::default()).await.unwrap()
    }
}

#[tokio::test]
async fn every_account_and_user_can_be_listed_and_shown() {
    let seeded = seeded().await;
    let app = &seeded.app;
    let platform = seeded.sign_in(&seeded.logins[0]).await;
    let mut start = PageStart::First;
    let (mut accounts, mut users, mut roles) = (0, 0, BTreeSet::new());
    loop {
        let page = ListAccountsInput::default().parse().unwrap().execute(app, &platform, start).await.unwrap();
        for row in &page.items {
            let shown = ShowAccount { account_id: row.path.id() }.execute(app, &platform).await.unwrap();
            assert_eq!(
                (shown.account.account.name.as_str(), shown.account.effective_status),
                (&*row.name, row.effective_status)
            );
            accounts += 1;
        }
        let Some(next) = page.next else { break };
        start = PageStart::After(next);
    }
    let home = platform.authority().home().id();
    let subtree = ListUsersInput { scope: Some("subtree".to_owned()), ..ListUsersInput::default() }.parse().unwrap();
    start = PageStart::First;
    loop {
        let page = subtree.execute(app, &platform, home, start).await.unwrap();
        for row in &page.items {
            let found = app.directory().find_user(row.id).await.unwrap().unwrap();
            assert_eq!((&found.account_name, found.has_password), (&row.account_name, row.has_password));
            roles.insert(found.role().key().to_string());
            users += 1;
        }
        let Some(next) = page.next else { break };
        start = PageStart::After(next);
    }
    assert_eq!((accounts, users), (SIZE.accounts, SIZE.users));
    assert_eq!(roles.len(), BuiltInRole::ALL.len(), "{roles:?}");
}

#[tokio::test]
async fn an_administrator_in_the_middle_sees_what_is_below() {
    let seeded = seeded().await;
    let login = &seeded.logins[1];
    let actor = seeded.sign_in(login).await;
    let all = ListAccountsInput { limit: Some("200".to_owned()), ..ListAccountsInput::default() };
    let page = all.parse().unwrap().execute(&seeded.app, &actor, PageStart::First).await.unwrap();
    assert_eq!(page.items.len(), login.below + 1);
}

#[tokio::test]
async fn a_filled_database_is_refused_and_keeps_its_indexes() {
    let seeded = seeded().await;
    let mut again = Population::new(SIZE, 2, HashedPassword("hash".to_owned()));
    let batches = std::iter::from_fn(|| again.next().and_then(Result::ok));
    let refused = seeded.database.fill_without_audit(batches, |_| {}).await;
    assert!(matches!(refused, Err(SeedError::NotEmpty)), "{refused:?}");
    assert!(seeded.sign_in(&seeded.logins[0]).await.authority().home().depth() == 0);
}
