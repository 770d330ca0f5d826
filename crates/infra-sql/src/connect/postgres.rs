//! PostgreSQL: connections for units of work, and connections that read.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    DatabaseConnection,
    sqlx::{ConnectOptions as _, postgres::PgConnectOptions},
};

use super::{
    ConnectError, DatabaseOptions, Readers, Writer, connections::Connections, open, pool_options, units::Units,
};

/// Said instead of the real address to whatever might log it; the real one holds a password.
const NO_ADDRESS: &str = "postgres://localhost";
/// What is done before there is other work is over soon; its connection makes room for those.
const SETUP_IDLES_FOR: Duration = Duration::from_secs(1);

pub(super) async fn connect(
    url: &str,
    options: &DatabaseOptions,
) -> Result<(DatabaseConnection, Writer, Readers), ConnectError> {
    let server = PgConnectOptions::from_str(url)
        .map_err(|_| ConnectError::InvalidAddress)?
        .application_name("tenantry")
        .disable_statement_logging();
    // A statement that reads keeps its connection for a moment, a unit of work for many statements.
    let connections = |most| Connections::new(server.clone(), most, options.acquire_timeout);
    let (units, readers) = (Units::new(connections(options.writing())), connections(options.reading()));
    let mut setup = pool_options(NO_ADDRESS, options);
    setup.max_connections(1).min_connections(0).idle_timeout(SETUP_IDLES_FOR);
    setup.map_sqlx_postgres_opts(move |_| server.clone());
    let setup = open(setup).await?;
    Ok((setup, Writer::Postgres(units), Readers::of_postgres(readers)))
}
