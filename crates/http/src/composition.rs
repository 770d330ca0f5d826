//! Puts the program together: the one place that names the adapters.

use std::{fs, io, path::PathBuf, sync::Arc};

use tenantry_app::{
    App, Ports, Settings,
    ports::{Clock, StorageError},
};
use tenantry_infra_mail::{InvalidMailUrl, MailUrl, MailerSettings, MailerSetupError, build_mailer};
use tenantry_infra_sql::{ConnectError, Database, DatabaseOptions};
use tenantry_infra_system::{
    AnchorFile, Argon2Hasher, BuiltInConnector, ChaChaSealer, HmacAuditKey, ImagePipeline, ResolverSetupError,
    SecretKey, SecretKeyError, SystemClock, SystemTokens, UuidV7Ids, build_resolver,
};
use thiserror::Error;

use crate::{config::Config, metrics::MeasuredHasher};

/// The program cannot be put together.
#[derive(Debug, Error)]
pub enum CompositionError {
    /// The data folder cannot be made.
    #[error("cannot make the data folder `{path}`: {cause}")]
    DataFolder {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The secret key cannot be had.
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    /// Links and sealed mails in the database were made with another key.
    #[error(
        "the secret key in `{0}` is not the one this database was set up with; give the right file with --secret-key-file"
    )]
    WrongSecretKey(PathBuf),
    /// The database cannot be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Another version was the last to change it.
    #[error("the database is not up to date: `tenantry migrate` brings it there")]
    OutOfDate,
    /// The database does not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The mail URL is not one.
    #[error(transparent)]
    MailUrl(#[from] InvalidMailUrl),
    /// Mail cannot be sent this way.
    #[error(transparent)]
    Mailer(#[from] MailerSetupError),
    /// Domains cannot be looked up this way.
    #[error(transparent)]
    Resolver(#[from] ResolverSetupError),
}

/// Opens the database and brings it up to date.
///
/// # Errors
/// [`CompositionError`].
pub async fn open_database(config: &Config) -> Result<Database, CompositionError> {
    let path = &config.data_dir;
    fs::create_dir_all(path).map_err(|cause| CompositionError::DataFolder { path: path.clone(), cause })?;
    let database = Database::connect(&config.database, &options(config)).await?;
    database.migrate().await?;
    Ok(database)
}

fn options(config: &Config) -> DatabaseOptions {
    DatabaseOptions { max_connections: config.database_connections, ..DatabaseOptions::default() }
}

/// Opens a database that there is, and changes nothing.
///
/// # Errors
/// [`CompositionError`], also where the database is not up to date.
pub async fn open_existing_database(config: &Config) -> Result<Database, CompositionError> {
    let options = DatabaseOptions { create_if_missing: false, ..options(config) };
    let database = Database::connect(&config.database, &options).await?;
    match database.pending_migrations().await? {
        0 => Ok(database),
        _ => Err(CompositionError::OutOfDate),
    }
}

/// The application over an open database.
///
/// # Errors
/// [`CompositionError`].
pub async fn compose(config: &Config, database: &Database) -> Result<Arc<App>, CompositionError> {
    let key = SecretKey::load_or_create(&config.secret_key_file)?;
    let fingerprint = key.fingerprint();
    if database.put_setting_if_absent("secret_key_fingerprint", &fingerprint).await? != fingerprint {
        return Err(CompositionError::WrongSecretKey(config.secret_key_file.clone()));
    }
    let clock = clock(database).await?;
    let mailer = MailerSettings {
        url: MailUrl::parse(&config.mail)?,
        from_address: config.mail_from.clone(),
        from_name: config.mail_from_name.clone(),
        helo: None,
    };
    let audit_key = Arc::new(HmacAuditKey::new(key.clone()));
    let ports = Ports {
        storage: Arc::new(database.storage(audit_key.clone())),
        directory: Arc::new(database.directory()),
        audit_chain: Arc::new(database.audit_chain()),
        audit_anchor: Arc::new(AnchorFile::new(config.audit_checkpoint_file())),
        audit_key,
        mailer: build_mailer(&mailer, Arc::clone(&clock))?,
        clock,
        ids: Arc::new(UuidV7Ids),
        tokens: Arc::new(SystemTokens::new(key.clone())),
        hasher: Arc::new(MeasuredHasher(Arc::new(Argon2Hasher::new()))),
        sealer: Arc::new(ChaChaSealer::new(&key)),
        images: Arc::new(ImagePipeline::new()),
        connector: Arc::new(BuiltInConnector),
        resolver: build_resolver(&config.resolver)?,
    };
    let settings = Settings {
        require_verified_domains: config.require_verified_domains,
        ..Settings::new(config.base_url.clone())
    };
    Ok(Arc::new(App::new(ports, settings)))
}

/// Nodes of one server go by its clock; a file has one node.
async fn clock(database: &Database) -> Result<Arc<dyn Clock>, StorageError> {
    match database.clock().await? {
        Some(shared) => Ok(shared),
        None => Ok(Arc::new(SystemClock)),
    }
}
