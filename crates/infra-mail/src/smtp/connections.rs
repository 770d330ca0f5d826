use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::transport::smtp::{
    authentication::{Credentials as SmtpCredentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    extension::ClientId,
};
use tenantry_app::ports::MailerError;
use tokio::time::{Instant, sleep};

use super::failure;
use crate::{MailerSetupError, Security, SmtpServer};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Shorter than any server waits for the next message.
const IDLE_FOR: Duration = Duration::from_secs(5);
const MOST_IDLE: usize = 4;
/// Servers may hang up after about a hundred.
const MOST_MESSAGES: u32 = 50;

/// Connections to one server. One that has just carried a message is kept for a moment, for the next one.
///
/// lettre's own pool is not used: it takes back connections whose sender was cancelled in the middle of a dialogue, and the next
/// message would read the answers to that one.
pub struct Connections {
    server: SmtpServer,
    client_id: ClientId,
    tls: Option<TlsParameters>,
    idle: Arc<Mutex<Vec<Idle>>>,
}

pub struct Connection {
    pub smtp: AsyncSmtpConnection,
    messages: u32,
}

struct Idle {
    connection: Connection,
    since: Instant,
}

impl Idle {
    fn is_fresh(&self) -> bool {
        self.since.elapsed() < IDLE_FOR
    }
}

impl Connections {
    pub fn new(server: SmtpServer, helo: Option<&str>) -> Result<Self, MailerSetupError> {
        let tls = match server.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(tls_parameters(&server)?),
        };
        let client_id = helo.map_or_else(|| Ok(ClientId::default()), parse_client_id)?;
        Ok(Self { server, client_id, tls, idle: Arc::default() })
    }

    pub const fn server(&self) -> &SmtpServer {
        &self.server
    }

    /// A connection that is ready for a message.
    pub async fn take(&self) -> Result<Connection, MailerError> {
        while let Some(mut connection) = self.pop_idle() {
            // The server may have hung up.
            if connection.smtp.test_connected().await {
                return Ok(connection);
            }
        }
        let smtp = self.connect().await?;
        Ok(Connection { smtp, messages: 0 })
    }

    fn pop_idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(Idle::is_fresh);
        idle.pop().map(|idle| idle.connection)
    }

    /// Keeps a connection after an accepted message, and closes it unless another message follows soon.
    pub fn give_back(&self, mut connection: Connection) {
        connection.messages += 1;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if connection.messages >= MOST_MESSAGES || idle.len() >= MOST_IDLE {
            return;
        }
        idle.push(Idle { connection, since: Instant::now() });
        let idle = Arc::downgrade(&self.idle);
        tokio::spawn(async move {
            sleep(IDLE_FOR).await;
            if let Some(idle) = idle.upgrade() {
                idle.lock().unwrap_or_else(PoisonError::into_inner).retain(Idle::is_fresh);
            }
        });
    }

    /// Nothing of a message or a password is sent before TLS stands, where it is asked for.
    async fn connect(&self) -> Result<AsyncSmtpConnection, MailerError> {
        let server = &self.server;
        let address = (server.host.as_str(), server.port);
        let tls_from_start = self.tls.clone().filter(|_| server.security == Security::Tls);
        let connected =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_TIMEOUT), &self.client_id, tls_from_start, None)
                .await;
        let mut smtp = connected.map_err(|error| failure::while_connecting(server, &error))?;
        if let (Security::StartTls, Some(tls)) = (server.security, self.tls.clone()) {
            let upgraded = smtp.starttls(tls, &self.client_id).await;
            upgraded.map_err(|error| failure::while_connecting(server, &error))?;
        }
        if let Some(credentials) = &server.credentials {
            let credentials = SmtpCredentials::new(credentials.user.clone(), credentials.password.clone());
            let signed_in = smtp.auth(DEFAULT_MECHANISMS, &credentials).await;
            signed_in.map_err(|error| failure::while_signing_in(server, &error))?;
        }
        Ok(smtp)
    }
}

/// Certificates are always verified, and for this host name.
fn tls_parameters(server: &SmtpServer) -> Result<TlsParameters, MailerSetupError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.ca_file {
        let pem = fs::read(path).map_err(|cause| MailerSetupError::CertificateFile { path: path.clone(), cause })?;
        let malformed = || MailerSetupError::Certificate { path: path.clone() };
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(malformed());
        }
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|_| malformed())?);
    }
    builder.build().map_err(|error| MailerSetupError::Tls(error.to_string()))
}

fn parse_client_id(helo: &str) -> Result<ClientId, MailerSetupError> {
    let is_name = !helo.is_empty() && helo.chars().all(|c| c.is_ascii_alphanumeric() || ".-_[]:".contains(c));
    if is_name { Ok(ClientId::Domain(helo.to_owned())) } else { Err(MailerSetupError::Helo(helo.to_owned())) }
}
