//! A small platform to act on.
//!
//! ```text
//! Northwind (platform, northwind.example)
//! ├─ Contoso (reseller, contoso.example, alias contoso-mail.example)
//! │  └─ Fabrikam (reseller, fabrikam.example)
//! │     └─ Tailspin (customer, tailspin.example)
//! └─ Litware (reseller, litware.example)
//!    └─ Proseware (customer, proseware.example)
//! ```

mod asking;
mod new_user;
mod tree;

pub use new_user::NewUser;

use std::sync::Arc;

use tenantry_domain::{AccountId, SessionId, UserId, permission::BuiltInRole};

use self::tree::Tree;
use super::{
    FakeAuditKey, FakeConnector, FakeImages, FakeResolver, FakeTokens, FixedClock, MemoryAnchor, MemoryStorage,
    PlainHasher, RecordingMailer, SequentialIds, XorSealer,
};
use crate::{
    Actor, App, Ports, RequestContext, Settings,
    ports::{AuditChain, Directory, IdSource, Storage, Token, TokenSource},
    testing::samples,
};

/// An [`App`] over fakes, with the tree above in storage and nobody in it yet.
pub struct TestPlatform {
    /// The application.
    pub app: Arc<App>,
    /// What it stores in.
    pub storage: Arc<dyn Storage>,
    /// What it reads from.
    pub directory: Arc<dyn Directory>,
    /// What it remembers of the audit log.
    pub audit_anchor: Arc<MemoryAnchor>,
    /// What time it is.
    pub clock: FixedClock,
    /// Ids.
    pub ids: Arc<SequentialIds>,
    /// Tokens and generated passwords.
    pub tokens: Arc<FakeTokens>,
    /// Password hashing.
    pub hasher: Arc<PlainHasher>,
    /// Mails sent.
    pub mailer: RecordingMailer,
    /// The connected service.
    pub connector: FakeConnector,
    /// The DNS.
    pub resolver: FakeResolver,
    /// The platform.
    pub northwind: AccountId,
    /// A reseller with an alias domain.
    pub contoso: AccountId,
    /// A reseller below [`TestPlatform::contoso`].
    pub fabrikam: AccountId,
    /// A customer below [`TestPlatform::fabrikam`].
    pub tailspin: AccountId,
    /// Another reseller.
    pub litware: AccountId,
    /// A customer below [`TestPlatform::litware`].
    pub proseware: AccountId,
    memory: Option<MemoryStorage>,
    tree: Tree,
}

/// What to build a [`TestPlatform`] from.
pub struct TestPlatformBuilder {
    settings: Settings,
    plain_text_password_mail: bool,
    elsewhere: Option<Elsewhere>,
}

/// One storage, in its three roles.
type Elsewhere = (Arc<dyn Storage>, Arc<dyn Directory>, Arc<dyn AuditChain>);

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person, as of the stored session.
    pub actor: Actor,
    /// The session's token.
    pub token: Token,
}

impl TestPlatformBuilder {
    /// Changes the settings.
    #[must_use]
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Lets every account allow passwords in plain-text mail.
    #[must_use]
    pub const fn plain_text_password_mail(mut self) -> Self {
        self.plain_text_password_mail = true;
        self
    }

    /// Stores elsewhere than in memory.
    #[must_use]
    pub fn storage(
        mut self,
        storage: Arc<dyn Storage>,
        directory: Arc<dyn Directory>,
        audit_chain: Arc<dyn AuditChain>,
    ) -> Self {
        self.elsewhere = Some((storage, directory, audit_chain));
        self
    }

    /// Stores the tree.
    pub async fn build(self) -> TestPlatform {
        let (memory, (storage, directory, audit_chain)) = match self.elsewhere {
            Some(elsewhere) => (None, elsewhere),
            None => {
                let memory = MemoryStorage::new();
                let ports: Elsewhere = (Arc::new(memory.clone()), Arc::new(memory.clone()), Arc::new(memory.clone()));
                (Some(memory), ports)
            }
        };
        let fakes = Fakes::default();
        let app =
            Arc::new(App::new(fakes.ports(Arc::clone(&storage), Arc::clone(&directory), audit_chain), self.settings));
        let tree = Tree::store(&*storage, self.plain_text_password_mail).await;
        let Fakes { audit_anchor, clock, ids, tokens, hasher, mailer, connector, resolver } = fakes;
        TestPlatform {
            northwind: tree.id("Northwind"),
            contoso: tree.id("Contoso"),
            fabrikam: tree.id("Fabrikam"),
            tailspin: tree.id("Tailspin"),
            litware: tree.id("Litware"),
            proseware: tree.id("Proseware"),
            app,
            storage,
            directory,
            audit_anchor,
            clock,
            ids,
            tokens,
            hasher,
            mailer,
            connector,
            resolver,
            memory,
            tree,
        }
    }
}

#[derive(Default, Clone)]
struct Fakes {
    audit_anchor: Arc<MemoryAnchor>,
    clock: FixedClock,
    ids: Arc<SequentialIds>,
    tokens: Arc<FakeTokens>,
    hasher: Arc<PlainHasher>,
    mailer: RecordingMailer,
    connector: FakeConnector,
    resolver: FakeResolver,
}

impl Fakes {
    fn ports(
        &self,
        storage: Arc<dyn Storage>,
        directory: Arc<dyn Directory>,
        audit_chain: Arc<dyn AuditChain>,
    ) -> Ports {
        Ports {
            storage,
            directory,
            audit_chain,
            audit_anchor: Arc::clone(&self.audit_anchor) as _,
            audit_key: Arc::new(FakeAuditKey),
            clock: Arc::new(self.clock.clone()),
            ids: Arc::clone(&self.ids) as _,
            tokens: Arc::clone(&self.tokens) as _,
            hasher: Arc::clone(&self.hasher) as _,
            sealer: Arc::new(XorSealer),
            images: Arc::new(FakeImages),
            mailer: Arc::new(self.mailer.clone()),
            connector: Arc::new(self.connector.clone()),
            resolver: Arc::new(self.resolver.clone()),
        }
    }
}

impl TestPlatform {
    /// The password of every user who has one and was not given another.
    pub const PASSWORD: &'static str = "plum orchard at dusk, again";

    /// In memory, with the default settings.
    pub async fn new() -> Self {
        Self::builder().build().await
    }

    /// To build it otherwise.
    pub fn builder() -> TestPlatformBuilder {
        let settings = Settings::new("https://console.northwind.example");
        TestPlatformBuilder { settings, plain_text_password_mail: false, elsewhere: None }
    }

    /// Another application with the same fakes and settings over other storage, such as [`FailNth`](super::FailNth).
    pub fn app_over(&self, storage: Arc<dyn Storage>) -> Arc<App> {
        let fakes = Fakes {
            audit_anchor: Arc::clone(&self.audit_anchor),
            clock: self.clock.clone(),
            ids: Arc::clone(&self.ids),
            tokens: Arc::clone(&self.tokens),
            hasher: Arc::clone(&self.hasher),
            mailer: self.mailer.clone(),
            connector: self.connector.clone(),
            resolver: self.resolver.clone(),
        };
        let audit_chain = Arc::clone(&self.app.ports.audit_chain);
        let ports = fakes.ports(storage, Arc::clone(&self.directory), audit_chain);
        Arc::new(App::new(ports, self.app.settings.clone()))
    }

    /// A user of an account with a role there, active, with [`TestPlatform::PASSWORD`].
    pub async fn user(&self, account_id: AccountId, role: BuiltInRole) -> UserId {
        self.add(NewUser::new(account_id, role)).await.id
    }

    /// Somebody acting, in the home account, as of now. The session is in no storage; see [`TestPlatform::sign_in`].
    pub async fn actor(&self, user_id: UserId) -> Actor {
        let principal = self.principal(user_id).await;
        let home = principal.authority.home().id();
        Actor::new(principal, SessionId::new(self.ids.next()), home, Self::context())
    }

    /// A new user with a role at its account, acting.
    pub async fn actor_with(&self, account_id: AccountId, role: BuiltInRole) -> Actor {
        let user_id = self.user(account_id, role).await;
        self.actor(user_id).await
    }

    /// Somebody acting with a stored session.
    pub async fn sign_in(&self, user_id: UserId) -> SignedIn {
        let token = self.tokens.session_token();
        let record = self.record(user_id).await;
        let mut new = samples::session(SessionId::new(self.ids.next()), &record.user, self.app.now());
        new.token_hash = self.tokens.hash(token.expose());
        let uow = self.begin().await;
        uow.sessions().insert(&new, 100).await.expect("insert");
        uow.commit().await.expect("commit");
        let session = new.session;
        let actor = Actor::new(self.principal(user_id).await, session.id, session.active_account_id, Self::context());
        SignedIn { actor, token }
    }

    fn context() -> RequestContext {
        RequestContext {
            request_id: Some("request-1".to_owned()),
            address: Some("203.0.113.7".to_owned()),
            user_agent: Some("test".to_owned()),
        }
    }
}
