mod hickory;
mod records_file;

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs as _},
    path::PathBuf,
    sync::Arc,
};

pub use hickory::HickoryResolver;
pub use records_file::RecordsFile;
use tenantry_app::ports::DomainResolver;
use thiserror::Error;

const DNS_PORT: u16 = 53;

/// The resolver cannot be made from its setting.
#[derive(Debug, Error)]
pub enum ResolverSetupError {
    #[error("the resolver is `system`, `dns://` with a host and perhaps a port, or `file://` with a path, not `{0}`")]
    Malformed(String),
    #[error("the DNS server `{host}` has no address: {cause}")]
    Server { host: String, cause: io::Error },
    #[error("cannot read the file of DNS records `{path}`: {cause}")]
    File { path: PathBuf, cause: io::Error },
    #[error("line {line} of the file of DNS records `{path}` must be a name, a blank and a value")]
    Line { path: PathBuf, line: usize },
}

/// Makes the resolver of the value of `--resolver`. The DNS is not asked yet.
///
/// # Errors
/// [`ResolverSetupError`].
pub fn build_resolver(setting: &str) -> Result<Arc<dyn DomainResolver>, ResolverSetupError> {
    match setting.split_once("://") {
        None if setting == "system" => Ok(Arc::new(HickoryResolver::of_system())),
        Some(("dns", host)) if !host.is_empty() => Ok(Arc::new(HickoryResolver::of_server(address_of(host)?))),
        Some(("file", path)) if !path.is_empty() => Ok(Arc::new(RecordsFile::open(PathBuf::from(path))?)),
        _ => Err(ResolverSetupError::Malformed(setting.to_owned())),
    }
}

/// The address behind `192.0.2.1`, `[2001:db8::1]:5353` or `dns.internal:53`.
fn address_of(host: &str) -> Result<SocketAddr, ResolverSetupError> {
    let has_port = host.rsplit_once(':').is_some_and(|(name, _)| !name.contains(':') || name.ends_with(']'));
    let whole = if has_port { host.to_owned() } else { format!("{host}:{DNS_PORT}") };
    let failed = |cause| ResolverSetupError::Server { host: host.to_owned(), cause };
    whole.to_socket_addrs().map_err(failed)?.next().ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_given_with_its_port_or_without() {
        for (host, expected) in [
            ("192.0.2.1", "192.0.2.1:53"),
            ("192.0.2.1:5353", "192.0.2.1:5353"),
            ("[2001:db8::1]", "[2001:db8::1]:53"),
            ("[2001:db8::1]:5353", "[2001:db8::1]:5353"),
        ] {
            assert_eq!(address_of(host).unwrap().to_string(), expected);
        }
        assert!(matches!(address_of("192.0.2.1:dns"), Err(ResolverSetupError::Server { .. })));
    }

    #[test]
    fn any_other_setting_is_refused() {
        for setting in ["", "System", "dns://", "file://", "https://dns.example", "192.0.2.1"] {
            assert!(matches!(build_resolver(setting), Err(ResolverSetupError::Malformed(_))), "{setting}");
        }
        assert!(build_resolver("system").is_ok());
    }
}
