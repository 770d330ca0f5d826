//! Tenantry's mail: what the letters say, and the ways they go out.
#![forbid(unsafe_code)]

mod folder;
mod letters;
mod mail_url;
mod message;
mod smtp;

use std::{io, path::PathBuf, sync::Arc};

pub use folder::FolderMailer;
pub use mail_url::{Credentials, InvalidMailUrl, MailUrl, Security, SmtpServer};
pub use message::MessageWriter;
pub use smtp::SmtpMailer;
use tenantry_app::ports::{Clock, Mailer};
use thiserror::Error;

/// How mail goes out, and who it is from.
#[derive(Debug, Clone)]
pub struct MailerSettings {
    /// Where to.
    pub url: MailUrl,
    /// The sender's address. Unlike a user's, its host need not be a domain name with a dot: `tenantry@localhost` will do.
    pub from_address: String,
    /// The sender's name.
    pub from_name: String,
    /// What to call this machine when greeting a mail server; its host name if `None`.
    pub helo: Option<String>,
}

/// A mailer cannot be made from its settings.
#[derive(Debug, Error)]
pub enum MailerSetupError {
    #[error("`{0}` is not an address that mail can be sent from")]
    From(String),
    #[error("`{0}` is not a host name to greet mail servers with")]
    Helo(String),
    #[error("cannot read the certificate file `{path}`: {cause}")]
    CertificateFile { path: PathBuf, cause: io::Error },
    #[error("the file `{path}` must hold PEM certificates")]
    Certificate { path: PathBuf },
    #[error("cannot prepare TLS: {0}")]
    Tls(String),
    #[error("cannot write to the mail folder `{path}`: {cause}")]
    Folder { path: PathBuf, cause: io::Error },
}

/// Makes the mailer the settings describe. Nothing is sent yet, and no server is asked.
///
/// # Errors
/// [`MailerSetupError`].
pub fn build_mailer(settings: &MailerSettings, clock: Arc<dyn Clock>) -> Result<Arc<dyn Mailer>, MailerSetupError> {
    let writer = MessageWriter::new(&settings.from_address, &settings.from_name, clock)?;
    Ok(match &settings.url {
        MailUrl::Folder(folder) => Arc::new(FolderMailer::new(folder.clone(), writer)?),
        MailUrl::Smtp(server) => Arc::new(SmtpMailer::new(server.clone(), settings.helo.as_deref(), writer)?),
    })
}
