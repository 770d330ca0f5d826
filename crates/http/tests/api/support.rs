//! A server with a small platform behind it, and clients that are somebody.

mod client;
mod postgres;

use std::{
    any::Any,
    net::SocketAddr,
    ops::Deref,
    sync::{Arc, atomic::AtomicU64},
};

use serde_json::{Value, json};
use tenantry_app::{
    App, Ports,
    mail::deliver_due_mails,
    ports::{MailToSend, RenderedFor},
    provisioning::provision_due_users,
    testing::{FakeAuditKey, NewUser, TestPlatform},
};
use tenantry_domain::{AccountId, UserId, permission::BuiltInRole};
use tenantry_http::{
    connections::{self, Limits},
    metrics::Metrics,
    request::HttpState,
    server,
};
use tenantry_infra_sql::{Database, DatabaseOptions};
use tenantry_infra_system::ImagePipeline;
use tokio_util::sync::CancellationToken;

pub use client::{Answer, Client, get, request};

/// A password that nobody has yet.
pub const NEW_PASSWORD: &str = "lantern orbit velvet canyon";

/// What whoever reads the metrics brings.
pub const METRICS_TOKEN: &str = "harbour-lantern";

/// Where the platform is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageKind {
    Memory,
    Sqlite,
    Postgres,
}

/// The platform of [`TestPlatform`] behind a server on a port of its own. No worker runs unless a test says so.
pub struct World {
    pub platform: TestPlatform,
    pub app: Arc<App>,
    pub stopping: CancellationToken,
    pub address: SocketAddr,
    /// How many statements the database was sent; none where there is no database.
    pub statements: Arc<AtomicU64>,
    pub kind: StorageKind,
    _guard: Box<dyn Any + Send + Sync>,
}

impl Deref for World {
    type Target = TestPlatform;

    fn deref(&self) -> &TestPlatform {
        &self.platform
    }
}

impl World {
    pub async fn start(kind: StorageKind) -> Self {
        Self::start_with(kind, false).await
    }

    /// The same platform anew, on the same kind of storage, where passwords may be mailed.
    pub async fn with_plain_text_password_mail(self) -> Self {
        Self::start_with(self.kind, true).await
    }

    async fn start_with(kind: StorageKind, plain_text_password_mail: bool) -> Self {
        let (database, guard) = open(kind).await;
        let mut builder = TestPlatform::builder();
        if plain_text_password_mail {
            builder = builder.plain_text_password_mail();
        }
        let mut statements = Arc::default();
        if let Some(mut database) = database {
            statements = database.count_statements();
            builder = builder.storage(
                Arc::new(database.storage(Arc::new(FakeAuditKey))),
                Arc::new(database.directory()),
                Arc::new(database.audit_chain()),
            );
        }
        let platform = builder.build().await;
        let app = with_real_images(&platform);
        Self { statements, ..Self::serve(platform, app, kind, guard).await }
    }

    /// In memory, with images that are taken as they come: for a test that sends many.
    pub async fn start_light() -> Self {
        let platform = TestPlatform::new().await;
        let app = Arc::clone(&platform.app);
        Self::serve(platform, app, StorageKind::Memory, Box::new(())).await
    }

    async fn serve(
        platform: TestPlatform,
        app: Arc<App>,
        kind: StorageKind,
        guard: Box<dyn Any + Send + Sync>,
    ) -> Self {
        let stopping = CancellationToken::new();
        let router = server::router(HttpState {
            metrics: Metrics::guarded_by(Some(METRICS_TOKEN)),
            ..HttpState::new(Arc::clone(&app), stopping.clone())
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(connections::serve(listener, router, Limits::new(1000), stopping.clone()));
        Self { platform, app, stopping, address, statements: Arc::default(), kind, _guard: guard }
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        Client::new(self.address, None)
    }

    /// A new user with a role at an account, signed in.
    pub async fn client(&self, account_id: AccountId, role: BuiltInRole) -> Client {
        let user_id = self.user(account_id, role).await;
        self.client_of(user_id).await
    }

    /// A user, signed in anew.
    pub async fn client_of(&self, user_id: UserId) -> Client {
        let signed_in = self.sign_in(user_id).await;
        Client::new(self.address, Some(signed_in.token.expose().to_owned()))
    }

    /// A new user as described.
    pub async fn add_user(&self, new: NewUser) -> UserId {
        self.add(new).await.id
    }

    /// The mails that are due, sent now.
    pub async fn mails(&self) -> Vec<MailToSend> {
        while deliver_due_mails(&self.app, 1).await.expect("to send mail") {}
        self.mailer.take_sent()
    }

    /// The token in the only mail with a link that is due.
    pub async fn mailed_token(&self) -> String {
        let tokens: Vec<String> = self.mails().await.iter().filter_map(token_in).collect();
        assert_eq!(tokens.len(), 1, "one mail with a link");
        tokens[0].clone()
    }

    /// Does all provisioning that is due.
    pub async fn provision(&self) {
        while provision_due_users(&self.app, 1).await.expect("to provision") {}
    }
}

fn with_real_images(platform: &TestPlatform) -> Arc<App> {
    let ports = Ports { images: Arc::new(ImagePipeline::new()), ..platform.app.ports.clone() };
    Arc::new(App::new(ports, platform.app.settings.clone()))
}

async fn open(kind: StorageKind) -> (Option<Database>, Box<dyn Any + Send + Sync>) {
    let (url, guard): (String, Box<dyn Any + Send + Sync>) = match kind {
        StorageKind::Memory => return (None, Box::new(())),
        StorageKind::Sqlite => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            (format!("sqlite://{}", folder.path().join("tenantry.db").display()), Box::new(folder))
        }
        StorageKind::Postgres => (postgres::new_database(), Box::new(())),
    };
    let database = Database::connect(&url, &options()).await.expect("a database");
    database.migrate().await.expect("migrations");
    (Some(database), guard)
}

/// With as few connections as `cargo xtask faults F12` says, where that runs the tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn options() -> DatabaseOptions {
    let mut options = DatabaseOptions::default();
    if let Ok(most) = std::env::var("TENANTRY_TEST_DATABASE_CONNECTIONS") {
        options.max_connections = most.parse().expect("a number");
    }
    options
}

/// The token of the link in a mail, if there is one.
pub fn token_in(mail: &MailToSend) -> Option<String> {
    let (RenderedFor::Welcome { url, .. } | RenderedFor::PasswordReset { url, .. }) = &mail.content else {
        return None;
    };
    let (page, token) = url.split_once("?token=").expect("a link with a token");
    assert_eq!(page, "https://console.northwind.example/console/set-password");
    Some(token.to_owned())
}

/// A complete new user of Contoso, as JSON.
pub fn new_user(login_name: &str) -> Value {
    json!({
        "firstName": "Avery", "lastName": "Quinn", "displayName": "Avery Quinn",
        "company": null, "jobTitle": null, "department": null,
        "loginName": login_name, "email": "avery@contoso.example", "alternativeEmail": null,
        "address": {"country": "US", "state": "WA", "city": "Redmond", "postalCode": "98052", "street": "1 Main St"},
        "phone": "+14255550100",
        "security": {"method": "link", "recipient": {"kind": "primary"}},
        "status": "active", "role": "no_access",
    })
}

/// Everything in `changes` put into `body`, objects merged.
pub fn with(mut body: Value, changes: Value) -> Value {
    merge(&mut body, changes);
    body
}

fn merge(body: &mut Value, changes: Value) {
    match (body, changes) {
        (Value::Object(body), Value::Object(changes)) => {
            for (key, value) in changes {
                merge(body.entry(key).or_insert(Value::Null), value);
            }
        }
        (body, value) => *body = value,
    }
}
