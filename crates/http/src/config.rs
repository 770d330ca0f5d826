//! Configuration: flags, then `TENANTRY_*` in the environment, then `tenantry.toml`, then defaults.

use std::{
    fs, io,
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde::Deserialize;
use thiserror::Error;
use url::{Host, Url};

const MAX_CONNECTIONS: usize = 10_000;
const DATABASE_CONNECTIONS: u32 = 10;

/// What may be set by flag or environment; the same names, in kebab case, may stand in the file.
#[expect(clippy::doc_markdown, rustdoc::bare_urls, reason = "these are the help texts of the command line")]
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ConfigArgs {
    /// Database: sqlite://path or postgres://user:password@host/name. Default: tenantry.db in the data folder
    #[arg(long, global = true, value_name = "URL", env = "TENANTRY_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
    /// The most connections to the database, half of them for reading; two at the least. SQLite has one that writes. Default: 10
    #[arg(long, global = true, value_name = "NUMBER", env = "TENANTRY_DATABASE_CONNECTIONS")]
    pub database_connections: Option<NonZero<u32>>,
    /// Address to listen at. Default: 127.0.0.1:8080
    #[arg(long, global = true, value_name = "ADDRESS", env = "TENANTRY_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// The most connections at once; one more is refused. Default: 10000
    #[arg(long, global = true, value_name = "NUMBER", env = "TENANTRY_MAX_CONNECTIONS")]
    pub max_connections: Option<NonZero<u32>>,
    /// What whoever reads GET /metrics brings as a bearer token. Without one nobody reads it
    #[arg(long, global = true, value_name = "TOKEN", env = "TENANTRY_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Where people reach the console; every address in a mail begins with it. https, except on loopback. Default: http://localhost and the port listened at
    #[arg(long, global = true, value_name = "URL", env = "TENANTRY_BASE_URL")]
    pub base_url: Option<Url>,
    /// Folder for everything kept on this machine. Default: ./data
    #[arg(long, global = true, value_name = "FOLDER", env = "TENANTRY_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where mail goes: file://folder, smtp://user:password@host:port (STARTTLS) or smtps://… (TLS). Default: mail in the data folder
    #[arg(long, global = true, value_name = "URL", env = "TENANTRY_MAIL_URL", hide_env_values = true)]
    pub mail: Option<String>,
    /// The address mails come from. Default: tenantry@ and the base URL's host
    #[arg(long, global = true, value_name = "ADDRESS", env = "TENANTRY_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// The name mails come from. Default: Tenantry
    #[arg(long, global = true, value_name = "NAME", env = "TENANTRY_MAIL_FROM_NAME")]
    pub mail_from_name: Option<String>,
    /// File with the secret key, made at the first start. Default: secret.key in the data folder
    #[arg(long, global = true, value_name = "FILE", env = "TENANTRY_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Whom domains are looked up with, to verify them: system (the operating system's DNS servers), dns://host:port (this one), or file:///path (a file of lines with a name, a blank and the text of a TXT record). Default: system
    #[arg(long, global = true, value_name = "RESOLVER", env = "TENANTRY_RESOLVER")]
    pub resolver: Option<String>,
    /// Let new login names use verified domains only. Default: false
    #[arg(
        long,
        global = true,
        value_name = "BOOL",
        env = "TENANTRY_REQUIRE_VERIFIED_DOMAINS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub require_verified_domains: Option<bool>,
    /// How the log is written. Default: text
    #[arg(long, global = true, value_name = "FORMAT", env = "TENANTRY_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// What is logged, as in `info` or `warn,tenantry_http=debug`. Default: info,sea_orm_migration=warn
    #[arg(long, global = true, value_name = "FILTER", env = "TENANTRY_LOG")]
    pub log: Option<String>,
}

/// How the log is written, to standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The configuration, complete.
#[derive(Debug, Clone)]
pub struct Config {
    /// Database URL.
    pub database: String,
    /// The most connections to it.
    pub database_connections: u32,
    /// Address to listen at.
    pub listen: SocketAddr,
    /// The most connections at once.
    pub max_connections: usize,
    /// What whoever reads the metrics brings.
    pub metrics_token: Option<String>,
    /// Base URL, without a slash at the end.
    pub base_url: String,
    /// Data folder.
    pub data_dir: PathBuf,
    /// Mail URL.
    pub mail: String,
    /// Sender address.
    pub mail_from: String,
    /// Sender name.
    pub mail_from_name: String,
    /// Secret key file.
    pub secret_key_file: PathBuf,
    /// Whom domains are looked up with.
    pub resolver: String,
    /// Whether new login names may use verified domains only.
    pub require_verified_domains: bool,
    /// Log format.
    pub log_format: LogFormat,
    /// Log filter.
    pub log: String,
}

/// The configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("cannot read `{path}`: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The file is not what is expected.
    #[error("`{path}` is not a valid configuration: {cause}")]
    Toml {
        /// Which.
        path: PathBuf,
        /// Why, without the line itself: it may hold a password.
        cause: String,
    },
    /// Links in mails would be readable on their way.
    #[error("base-url `{0}` must begin with https:// unless its host is this machine")]
    BaseUrlNotHttps(Url),
    /// A base URL has no query and no fragment.
    #[error("base-url `{0}` must be a plain address such as https://console.example.com")]
    BaseUrlMalformed(Url),
}

impl Config {
    /// Where this node remembers what the audit log's seals had come to.
    pub fn audit_checkpoint_file(&self) -> PathBuf {
        self.data_dir.join("audit.checkpoint")
    }

    /// The configuration from flags and environment (`args`) and the file at `path`; without a path, from `tenantry.toml` if there is
    /// one.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(args: ConfigArgs, path: Option<&Path>) -> Result<Self, ConfigError> {
        let is_optional = path.is_none();
        let path = path.unwrap_or(Path::new("tenantry.toml"));
        let file = match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|cause| ConfigError::Toml { path: path.to_owned(), cause: cause.message().to_owned() })?,
            Err(cause) if is_optional && cause.kind() == io::ErrorKind::NotFound => ConfigArgs::default(),
            Err(cause) => return Err(ConfigError::File { path: path.to_owned(), cause }),
        };
        Self::complete(args.or(file))
    }

    fn complete(args: ConfigArgs) -> Result<Self, ConfigError> {
        let listen = args.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let base_url = match args.base_url {
            Some(url) => checked_base_url(&url)?,
            None => format!("http://localhost:{}", listen.port()),
        };
        let data_dir = args.data_dir.unwrap_or_else(|| PathBuf::from("data"));
        let inside = |name: &str| data_dir.join(name);
        Ok(Self {
            database: args.database.unwrap_or_else(|| format!("sqlite://{}", inside("tenantry.db").display())),
            database_connections: args.database_connections.map_or(DATABASE_CONNECTIONS, NonZero::get),
            mail: args.mail.unwrap_or_else(|| format!("file://{}", inside("mail").display())),
            mail_from: args.mail_from.unwrap_or_else(|| format!("tenantry@{}", host_of(&base_url))),
            mail_from_name: args.mail_from_name.unwrap_or_else(|| "Tenantry".to_owned()),
            secret_key_file: args.secret_key_file.unwrap_or_else(|| inside("secret.key")),
            resolver: args.resolver.unwrap_or_else(|| "system".to_owned()),
            require_verified_domains: args.require_verified_domains.unwrap_or(false),
            max_connections: args.max_connections.map_or(MAX_CONNECTIONS, |count| count.get() as usize),
            metrics_token: args.metrics_token.filter(|token| !token.is_empty()),
            log_format: args.log_format.unwrap_or_default(),
            log: args.log.unwrap_or_else(|| "info,sea_orm_migration=warn".to_owned()),
            listen,
            base_url,
            data_dir,
        })
    }
}

impl ConfigArgs {
    /// These, and where they say nothing, those.
    fn or(self, other: Self) -> Self {
        Self {
            database: self.database.or(other.database),
            database_connections: self.database_connections.or(other.database_connections),
            listen: self.listen.or(other.listen),
            max_connections: self.max_connections.or(other.max_connections),
            metrics_token: self.metrics_token.or(other.metrics_token),
            base_url: self.base_url.or(other.base_url),
            data_dir: self.data_dir.or(other.data_dir),
            mail: self.mail.or(other.mail),
            mail_from: self.mail_from.or(other.mail_from),
            mail_from_name: self.mail_from_name.or(other.mail_from_name),
            secret_key_file: self.secret_key_file.or(other.secret_key_file),
            resolver: self.resolver.or(other.resolver),
            require_verified_domains: self.require_verified_domains.or(other.require_verified_domains),
            log_format: self.log_format.or(other.log_format),
            log: self.log.or(other.log),
        }
    }
}

fn checked_base_url(url: &Url) -> Result<String, ConfigError> {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.path() == "/";
    match url.scheme() {
        "http" | "https" if !is_plain => Err(ConfigError::BaseUrlMalformed(url.clone())),
        "http" if !is_loopback => Err(ConfigError::BaseUrlNotHttps(url.clone())),
        "http" | "https" => Ok(url.as_str().trim_end_matches('/').to_owned()),
        _ => Err(ConfigError::BaseUrlMalformed(url.clone())),
    }
}

fn host_of(base_url: &str) -> String {
    Url::parse(base_url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(args: ConfigArgs) -> Config {
        Config::complete(args).expect("valid")
    }

    #[test]
    fn everything_has_a_default_inside_the_data_folder() {
        let config = complete(ConfigArgs { data_dir: Some("/srv/t".into()), ..ConfigArgs::default() });
        assert_eq!(config.database, "sqlite:///srv/t/tenantry.db");
        assert_eq!(config.mail, "file:///srv/t/mail");
        assert_eq!(config.secret_key_file, Path::new("/srv/t/secret.key"));
        assert_eq!(config.base_url, "http://localhost:8080");
    }

    #[test]
    fn links_go_over_https_unless_they_stay_on_this_machine() {
        let with = |url: &str| {
            Config::complete(ConfigArgs { base_url: Some(Url::parse(url).expect("a URL")), ..ConfigArgs::default() })
        };
        assert!(matches!(with("http://console.northwind.example"), Err(ConfigError::BaseUrlNotHttps(_))));
        assert!(matches!(with("https://console.northwind.example/?a=b"), Err(ConfigError::BaseUrlMalformed(_))));
        assert_eq!(
            with("https://console.northwind.example/").expect("valid").base_url,
            "https://console.northwind.example"
        );
        assert!(with("http://127.0.0.1:9000").is_ok());
    }

    #[test]
    fn what_was_said_first_wins() {
        let flag = ConfigArgs { mail_from_name: Some("Flag".into()), ..ConfigArgs::default() };
        let file: ConfigArgs = toml::from_str("mail-from-name = 'File'\nlog = 'warn'").expect("valid");
        let config = complete(flag.or(file));
        assert_eq!((config.mail_from_name.as_str(), config.log.as_str()), ("Flag", "warn"));
    }

    #[test]
    fn unknown_names_in_the_file_are_refused() {
        assert!(toml::from_str::<ConfigArgs>("databse = 'sqlite://x'").is_err());
    }
}
