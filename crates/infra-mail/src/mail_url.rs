use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

const SUBMISSION_PORT: u16 = 587;
const SUBMISSIONS_PORT: u16 = 465;
const RELAY_PORT: u16 = 25;

/// Where mail goes out: the value of `--mail`.
///
/// | form | meaning |
/// |---|---|
/// | `file:///var/spool/tenantry`, `file://data/mail` | a folder (absolute or relative) of `.eml` files |
/// | `smtps://user:password@host:465` | SMTP inside TLS |
/// | `smtp://user:password@host:587` | SMTP upgraded by STARTTLS, never without; on a loopback host without TLS |
///
/// User and password may be left out; both are percent-decoded, as is the folder. Parameters:
///
/// - `tls=required` or `tls=none` overrides the default of `smtp://`. A user name and password go to a loopback host or
///   through TLS, so they are refused with `tls=none` elsewhere.
/// - `ca=/path/roots.pem` trusts these certificates beside those of the operating system; on a loopback host it asks for TLS.
///
/// Default ports: 465 for `smtps://`, 587 for STARTTLS, 25 without TLS. `Debug` and `Display` show no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailUrl {
    /// A folder of `.eml` files.
    Folder(PathBuf),
    /// A mail server.
    Smtp(SmtpServer),
}

/// A mail server and how to talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// A host name or an IP address, IPv6 without brackets.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<Credentials>,
    /// Further root certificates, PEM.
    pub ca_file: Option<PathBuf>,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// By STARTTLS; without it nothing is sent.
    StartTls,
    /// By TLS from the first byte.
    Tls,
}

/// What to sign in with at a mail server. `Debug` shows nothing of the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A mail URL that says nothing clear. The texts hold no part of it, since it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidMailUrl {
    #[error("a mail URL begins with `file://`, `smtp://` or `smtps://`")]
    Scheme,
    #[error("a mail URL of a folder is `file://` and a path, in which `?`, `#` and `%` are written %3F, %23 and %25")]
    Folder,
    #[error(
        "not a mail URL such as `smtp://user:password@mail.contoso.example:587`; in user and password, characters \
             like `@ : / ? # %` are percent-encoded"
    )]
    Malformed,
    #[error("a mail URL has a user name and a password, or neither")]
    Credentials,
    #[error("unknown or repeated parameter `{0}` in the mail URL; there are `tls` and `ca`")]
    Parameter(String),
    #[error("`tls` in the mail URL is `required` or `none`, and with `smtps://` always `required`")]
    Tls,
    #[error("`ca` in the mail URL is the path of a file, and needs TLS")]
    Ca,
    #[error("a user name and a password are sent through TLS or to a loopback host only; leave out `tls=none`")]
    CredentialsWithoutTls,
}

impl MailUrl {
    /// Parses the forms in the table above.
    ///
    /// # Errors
    /// [`InvalidMailUrl`].
    pub fn parse(text: &str) -> Result<Self, InvalidMailUrl> {
        match text.split_once("://") {
            Some(("file", path)) => parse_folder(path).map(Self::Folder),
            Some(("smtp", _)) => parse_server(text, false).map(Self::Smtp),
            Some(("smtps", _)) => parse_server(text, true).map(Self::Smtp),
            _ => Err(InvalidMailUrl::Scheme),
        }
    }
}

impl FromStr for MailUrl {
    type Err = InvalidMailUrl;

    fn from_str(text: &str) -> Result<Self, InvalidMailUrl> {
        Self::parse(text)
    }
}

/// For people: a password is not shown.
impl fmt::Display for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file://{}", path.display()),
            Self::Smtp(server) => {
                let protection = match server.security {
                    Security::None => "without TLS",
                    Security::StartTls => "with STARTTLS",
                    Security::Tls => "with TLS",
                };
                write!(f, "SMTP to {server} {protection}")
            }
        }
    }
}

/// Host and port.
impl fmt::Display for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl SmtpServer {
    /// Whether nobody on the network can read what is sent.
    pub fn is_private(&self) -> bool {
        self.security != Security::None || is_loopback(&self.host)
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn parse_folder(path: &str) -> Result<PathBuf, InvalidMailUrl> {
    let path = path.strip_prefix("localhost/").map_or_else(|| path.to_owned(), |rest| format!("/{rest}"));
    let decoded = decode(&path).ok_or(InvalidMailUrl::Folder)?;
    if decoded.is_empty() || decoded.contains('\0') || path.contains(['?', '#']) {
        return Err(InvalidMailUrl::Folder);
    }
    Ok(PathBuf::from(decoded))
}

fn parse_server(text: &str, is_tls: bool) -> Result<SmtpServer, InvalidMailUrl> {
    let url = Url::parse(text).map_err(|_| InvalidMailUrl::Malformed)?;
    let host = parse_host(&url)?;
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() || url.port() == Some(0) {
        return Err(InvalidMailUrl::Malformed);
    }
    let credentials = parse_credentials(&url)?;
    let Parameters { tls, ca } = Parameters::parse(&url)?;
    let security = match (is_tls, tls) {
        (true, Some(false)) => return Err(InvalidMailUrl::Tls),
        (true, _) => Security::Tls,
        (false, Some(false)) => Security::None,
        (false, None) if is_loopback(&host) && ca.is_none() => Security::None,
        (false, _) => Security::StartTls,
    };
    let port = url.port().unwrap_or(match security {
        Security::None => RELAY_PORT,
        Security::StartTls => SUBMISSION_PORT,
        Security::Tls => SUBMISSIONS_PORT,
    });
    if security == Security::None && ca.is_some() {
        return Err(InvalidMailUrl::Ca);
    }
    let server = SmtpServer { host, port, security, credentials, ca_file: ca };
    if server.credentials.is_some() && !server.is_private() {
        return Err(InvalidMailUrl::CredentialsWithoutTls);
    }
    Ok(server)
}

fn parse_host(url: &Url) -> Result<String, InvalidMailUrl> {
    let host = url.host_str().ok_or(InvalidMailUrl::Malformed)?.to_ascii_lowercase();
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let is_plausible = host.parse::<IpAddr>().is_ok()
        || host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if host.is_empty() || !is_plausible { Err(InvalidMailUrl::Malformed) } else { Ok(host) }
}

fn parse_credentials(url: &Url) -> Result<Option<Credentials>, InvalidMailUrl> {
    match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err(InvalidMailUrl::Credentials),
        (user, password) => {
            let user = decode(user).ok_or(InvalidMailUrl::Malformed)?;
            let password = decode(password).ok_or(InvalidMailUrl::Malformed)?;
            // SASL PLAIN separates the two by NUL.
            if user.contains('\0') || password.contains('\0') {
                return Err(InvalidMailUrl::Malformed);
            }
            Ok(Some(Credentials { user, password }))
        }
    }
}

#[derive(Default)]
struct Parameters {
    tls: Option<bool>,
    ca: Option<PathBuf>,
}

impl Parameters {
    fn parse(url: &Url) -> Result<Self, InvalidMailUrl> {
        let mut parameters = Self::default();
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("tls", "required") if parameters.tls.is_none() => parameters.tls = Some(true),
                ("tls", "none") if parameters.tls.is_none() => parameters.tls = Some(false),
                ("tls", _) if parameters.tls.is_none() => return Err(InvalidMailUrl::Tls),
                ("ca", "") => return Err(InvalidMailUrl::Ca),
                ("ca", path) if parameters.ca.is_none() => parameters.ca = Some(Path::new(path).to_owned()),
                _ => return Err(InvalidMailUrl::Parameter(name.into_owned())),
            }
        }
        Ok(parameters)
    }
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> SmtpServer {
        match MailUrl::parse(text) {
            Ok(MailUrl::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn security(text: &str) -> (Security, u16) {
        let server = server(text);
        (server.security, server.port)
    }

    #[test]
    fn a_folder_is_absolute_or_relative() {
        for (text, path) in [
            ("file:///var/spool/mail", "/var/spool/mail"),
            ("file://localhost/var/spool", "/var/spool"),
            ("file://./data/mail", "./data/mail"),
            ("file://data/mail", "data/mail"),
            ("file:///a%20b/%3F%25", "/a b/?%"),
        ] {
            assert_eq!(MailUrl::parse(text), Ok(MailUrl::Folder(PathBuf::from(path))), "{text}");
        }
        for text in ["file://", "file:///a?b", "file:///a#b", "file:///%FF", "file:///%00"] {
            assert_eq!(MailUrl::parse(text), Err(InvalidMailUrl::Folder), "{text}");
        }
    }

    #[test]
    fn a_server_elsewhere_is_reached_through_tls_unless_said_otherwise() {
        assert_eq!(security("smtp://mail.contoso.example"), (Security::StartTls, 587));
        assert_eq!(security("smtp://192.0.2.1:2525/"), (Security::StartTls, 2525));
        assert_eq!(security("smtp://mail.contoso.example?tls=none"), (Security::None, 25));
        assert_eq!(security("smtps://mail.contoso.example"), (Security::Tls, 465));
        assert_eq!(security("smtps://mail.contoso.example:4650?tls=required"), (Security::Tls, 4650));
    }

    #[test]
    fn a_server_on_this_machine_is_reached_without_tls_unless_said_otherwise() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert_eq!(security(&format!("smtp://{host}:2525")), (Security::None, 2525), "{host}");
            assert_eq!(security(&format!("smtp://{host}?tls=required")), (Security::StartTls, 587), "{host}");
            assert_eq!(security(&format!("smtp://{host}?ca=/ca.pem")), (Security::StartTls, 587), "{host}");
        }
        assert_eq!(security("smtp://localhost.contoso.example"), (Security::StartTls, 587));
    }

    #[test]
    fn credentials_are_percent_decoded_and_never_shown() {
        let url = "smtp://avery%40contoso.example:p%40ss%3Aw%2Frd@mail.contoso.example?ca=%2Fetc%2Froots.pem";
        let parsed = server(url);
        let expected = Credentials { user: "avery@contoso.example".into(), password: "p@ss:w/rd".into() };
        assert_eq!(parsed.credentials, Some(expected));
        assert_eq!(parsed.ca_file, Some(PathBuf::from("/etc/roots.pem")));
        let shown = MailUrl::Smtp(parsed.clone());
        assert_eq!(shown.to_string(), "SMTP to mail.contoso.example:587 with STARTTLS");
        assert!(!format!("{shown:?}").contains("w/rd"));
        assert_eq!(server("smtp://[::1]:25").to_string(), "[::1]:25");
    }

    #[test]
    fn credentials_are_not_sent_in_the_clear() {
        let url = "smtp://user:password@mail.contoso.example?tls=none";
        assert_eq!(MailUrl::parse(url), Err(InvalidMailUrl::CredentialsWithoutTls));
        assert!(MailUrl::parse("smtp://user:password@127.0.0.1:25").is_ok());
    }

    #[test]
    fn unclear_urls_are_refused_without_being_quoted() {
        for (url, error) in [
            ("", InvalidMailUrl::Scheme),
            ("mail.contoso.example", InvalidMailUrl::Scheme),
            ("http://s3cret@host", InvalidMailUrl::Scheme),
            ("smtp://", InvalidMailUrl::Malformed),
            ("smtp://user:s3cret@", InvalidMailUrl::Malformed),
            ("smtp://user:s3cret@host:port", InvalidMailUrl::Malformed),
            ("smtp://user:s3cret@ho%20st", InvalidMailUrl::Malformed),
            ("smtp://user:s3cret@bücher.example", InvalidMailUrl::Malformed),
            ("smtp://user:s3cret%00@host", InvalidMailUrl::Malformed),
            ("smtp://host/path", InvalidMailUrl::Malformed),
            ("smtp://host#s3cret", InvalidMailUrl::Malformed),
            ("smtp://host:0", InvalidMailUrl::Malformed),
            ("smtp://user@host", InvalidMailUrl::Credentials),
            ("smtp://:s3cret@host", InvalidMailUrl::Credentials),
            ("smtp://host?tls=maybe", InvalidMailUrl::Tls),
            ("smtp://host?tls=opportunistic", InvalidMailUrl::Tls),
            ("smtps://host?tls=none", InvalidMailUrl::Tls),
            ("smtp://host?tls=none&tls=required", InvalidMailUrl::Parameter("tls".into())),
            ("smtp://host?starttls=yes", InvalidMailUrl::Parameter("starttls".into())),
            ("smtp://host?ca=", InvalidMailUrl::Ca),
            ("smtp://127.0.0.1?tls=none&ca=/ca.pem", InvalidMailUrl::Ca),
        ] {
            assert_eq!(MailUrl::parse(url), Err(error.clone()), "{url}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }
}
