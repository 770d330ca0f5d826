//! An application over a tree, with two people in it.

use std::sync::Arc;
use tenantry_app::{
    Actor, App, Ports, RequestContext, Settings,
    ports::{Directory, IdSource, NewSession, Storage, TokenSource},
    sessions::identify,
    testing::{
        FakeAuditKey, FakeConnector, FakeImages, FakeResolver, FakeTokens, FixedClock, MemoryAnchor, MemoryStorage,
        PlainHasher, RecordingMailer, SequentialIds, Snapshot, TestPlatform, XorSealer, samples,
    },
};
use tenantry_domain::{
    AccountId, SessionId, UserId,
    account::{Account, AccountKind, AccountPath},
    permission::{BuiltInRole, Grant},
    user::{User, UserStatus},
};

use crate::{
    expected::{Person, Status},
    held::{ROLES, Tree},
};

pub struct Platform {
    pub app: App,
    pub memory: MemoryStorage,
    pub accounts: Vec<AccountId>,
    paths: Vec<AccountPath>,
    /// For each account somebody to act, and somebody to act upon.
    people: Vec<[User; 2]>,
    ids: Arc<SequentialIds>,
    tokens: Arc<FakeTokens>,
    empty: Snapshot,
}

impl Platform {
    pub async fn new(tree: &Tree) -> Self {
        let (memory, ids, tokens) =
            (MemoryStorage::new(), Arc::new(SequentialIds::new()), Arc::new(FakeTokens::default()));
        let ports = Ports {
            storage: Arc::new(memory.clone()) as Arc<dyn Storage>,
            directory: Arc::new(memory.clone()) as Arc<dyn Directory>,
            audit_chain: Arc::new(memory.clone()),
            audit_anchor: Arc::new(MemoryAnchor::default()),
            audit_key: Arc::new(FakeAuditKey),
            clock: Arc::new(FixedClock::new()),
            ids: Arc::clone(&ids) as _,
            tokens: Arc::clone(&tokens) as _,
            hasher: Arc::new(PlainHasher::default()),
            sealer: Arc::new(XorSealer),
            images: Arc::new(FakeImages),
            mailer: Arc::new(RecordingMailer::default()),
            connector: Arc::new(FakeConnector::default()),
            resolver: Arc::new(FakeResolver::default()),
        };
        let app = App::new(ports, Settings::new("https://console.example"));
        let accounts = plant(&app, tree, &ids).await;
        let paths: Vec<AccountPath> = accounts.iter().map(|account| account.path.clone()).collect();
        let person = |account: &Account, local: &str| {
            let mut user = samples::user(UserId::new(ids.next()), account, local, "Avery", "Quinn");
            user.contact.alternative_email = Some(samples::email("other@elsewhere.example"));
            user
        };
        let people = accounts.iter().map(|account| [person(account, "actor"), person(account, "other")]).collect();
        let empty = memory.snapshot();
        Self { accounts: paths.iter().map(AccountPath::id).collect(), app, memory, paths, people, ids, tokens, empty }
    }

    /// Nobody but an actor, signed in.
    pub async fn act(&self, person: Person) -> Actor {
        self.memory.restore(&self.empty);
        let user = &self.people[person.home][0];
        self.put(user.clone(), person).await;
        let token = self.tokens.session_token();
        let new = samples::session(SessionId::new(self.ids.next()), user, self.app.now());
        let uow = self.app.ports.storage.begin().await.unwrap();
        let credential = tenantry_app::ports::Credential {
            hash: PlainHasher::hash_of(TestPlatform::PASSWORD),
            ..samples::credential(false)
        };
        uow.credentials().put(user.id, &credential).await.unwrap();
        let new = NewSession { token_hash: self.tokens.hash(token.expose()), ..new };
        uow.sessions().insert(&new, 1).await.unwrap();
        uow.commit().await.unwrap();
        identify(&self.app, token.expose(), RequestContext::default()).await.unwrap()
    }

    /// The actor, as somebody to act upon.
    pub async fn user(&self, actor: &Actor) -> User {
        let uow = self.app.ports.storage.begin().await.unwrap();
        uow.users().find(actor.user_id()).await.unwrap().unwrap().user
    }

    /// Somebody to act upon.
    pub async fn other(&self, person: Person) -> User {
        let image = self.app.ports.images.process_profile_image(b"face".to_vec()).await.unwrap();
        let user = User { image: Some(image.hash.clone()), ..self.people[person.home][1].clone() };
        let uow = self.app.ports.storage.begin().await.unwrap();
        uow.images().put(&image).await.unwrap();
        uow.commit().await.unwrap();
        self.put(user, person).await
    }

    async fn put(&self, user: User, person: Person) -> User {
        let role = BuiltInRole::parse(ROLES[person.role]).unwrap();
        let status = if person.status == Status::Suspended { UserStatus::Suspended } else { UserStatus::Active };
        let removed_at = (person.status == Status::Removed).then(|| self.app.now());
        let user = User { status, removed_at, ..user };
        let uow = self.app.ports.storage.begin().await.unwrap();
        let grant = Grant::new(role.into(), self.paths[person.home].clone());
        uow.users().insert(&user, &grant, None, self.app.now()).await.unwrap();
        uow.commit().await.unwrap();
        user
    }

    /// Gives somebody a further role at an account.
    pub fn give(&self, user: &User, (role, account): (usize, usize)) {
        let role = BuiltInRole::parse(ROLES[role]).unwrap();
        self.memory.add_grant(user.id, Grant::new(role.into(), self.paths[account].clone()));
    }

    /// Somebody else has removed an account with all below it.
    pub async fn remove_account(&self, account: usize) {
        let uow = self.app.ports.storage.begin().await.unwrap();
        uow.accounts().remove_subtree(&self.paths[account], self.app.now()).await.unwrap();
        uow.commit().await.unwrap();
    }

    /// Somebody else suspends the actor, between looking and acting.
    pub async fn suspend(&self, actor: &Actor) {
        let uow = self.app.ports.storage.begin().await.unwrap();
        let record = uow.users().find(actor.user_id()).await.unwrap().unwrap();
        let user = User { status: UserStatus::Suspended, ..record.user };
        uow.users().update(&user, record.version, self.app.now()).await.unwrap();
        uow.commit().await.unwrap();
    }
}

async fn plant(app: &App, tree: &Tree, ids: &SequentialIds) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    let uow = app.ports.storage.begin().await.unwrap();
    for (number, parent) in tree.0.iter().enumerate() {
        let id = AccountId::new(ids.next());
        let path = parent.map_or_else(|| AccountPath::root(id), |parent| accounts[parent].path.child(id));
        let kind = if parent.is_some() { AccountKind::Reseller } else { AccountKind::Platform };
        let mut account = samples::account(path, kind, &format!("Account {number}"), &format!("a{number}.example"));
        account.policy.plain_text_password_mail = true;
        uow.accounts().insert(&account, app.now()).await.unwrap();
        accounts.push(account);
    }
    uow.commit().await.unwrap();
    accounts
}
