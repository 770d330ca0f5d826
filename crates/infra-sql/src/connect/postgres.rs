//! PostgreSQL: a pool for units of work, and connections that read.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    DatabaseConnection,
    sqlx::{self, ConnectOptions as _, Connection as _, postgres::PgConnectOptions},
};

use super::{
    ConnectError, DatabaseOptions, Writer, open, pool_options,
    readers::{Connections, Readers},
};

/// Said instead of the real address to whatever might log it; the real one holds a password.
const NO_ADDRESS: &str = "postgres://localhost";
/// Connections idle for longer are asked whether they still live before they are used.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
const RELEASE_PING_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) async fn connect(
    url: &str,
    options: &DatabaseOptions,
) -> Result<(DatabaseConnection, Writer, Readers), ConnectError> {
    let server = PgConnectOptions::from_str(url)
        .map_err(|_| ConnectError::InvalidAddress)?
        .application_name("tenantry")
        .disable_statement_logging();
    // A statement that reads keeps its connection for a moment, a unit of work for many statements.
    let readers = Connections::new(server.clone(), options.reading(), options.acquire_timeout);
    let mut pool = pool_options(NO_ADDRESS, options);
    pool.max_connections(options.writing()).test_before_acquire_if_idle_for(TRUSTED_FOR);
    pool.map_sqlx_postgres_opts(move |_| server.clone());
    // sqlx 0.9 asks a returned connection whether it lives and waits for ever: a server that died silently would keep the
    // place in the pool. Asking before, with a limit, frees it.
    pool.map_sqlx_postgres_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                match tokio::time::timeout(RELEASE_PING_TIMEOUT, connection.ping()).await {
                    Ok(answer) => answer.map(|()| true),
                    Err(_) => Err(sqlx::Error::PoolTimedOut),
                }
            })
        })
    });
    let pool = open(pool).await?;
    Ok((pool.clone(), Writer::Postgres(pool), Readers::of_postgres(readers)))
}
