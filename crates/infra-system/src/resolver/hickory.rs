use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{Name, RData, RecordType},
};
use tenantry_app::ports::{DomainResolver, ResolverError};

/// A person waits for the answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// Two tries fit into the time above.
const TRY_LASTS: Duration = Duration::from_secs(2);

/// Asks DNS servers: those of the operating system, or a given one.
#[derive(Debug, Clone, Copy)]
pub struct HickoryResolver {
    server: Option<SocketAddr>,
}

impl HickoryResolver {
    /// Asks whom the operating system asks.
    pub const fn of_system() -> Self {
        Self { server: None }
    }

    /// Asks this server.
    pub const fn of_server(server: SocketAddr) -> Self {
        Self { server: Some(server) }
    }

    /// Made anew for every lookup: there are few, and nobody is told from a cache that a record just set is not there, or asks
    /// servers that the system does not use any more.
    fn resolver(self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.server {
            None => TokioResolver::builder_tokio()?,
            Some(server) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.into());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = TRY_LASTS;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        builder.build()
    }

    async fn look_up(self, name: Name) -> Result<Vec<String>, NetError> {
        let found = match self.resolver()?.lookup(name, RecordType::TXT).await {
            Ok(found) => found,
            Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let texts = found.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        });
        Ok(texts.collect())
    }
}

#[async_trait]
impl DomainResolver for HickoryResolver {
    async fn txt_records(&self, name: &str) -> Result<Vec<String>, ResolverError> {
        // A name that cannot be in the DNS, being too long, has no records.
        let Ok(mut name) = Name::from_ascii(name) else { return Ok(Vec::new()) };
        // Or else the system's search list would be tried too, which may hold a domain of somebody else's.
        name.set_fqdn(true);
        match tokio::time::timeout(ANSWERS_WITHIN, self.look_up(name)).await {
            Ok(answer) => answer.map_err(|error| ResolverError(error.to_string())),
            Err(_) => Err(ResolverError("it took too long".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
