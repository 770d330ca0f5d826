use std::{sync::Arc, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tenantry_app::{App, demo::fill_with_demo};
use tenantry_infra_sql::{Database, PoolStatus};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::CommandError;
use crate::{
    composition::{compose, open_database},
    config::Config,
    connections::{self, Limits},
    metrics::{self, Metrics, Pool},
    request::{Background, HttpState},
    server, workers,
};

/// How long requests and workers may take to finish after a stop was asked for.
const STOP_WITHIN: Duration = Duration::from_secs(20);
/// How long the database may take to be closed after that.
const CLOSE_WITHIN: Duration = Duration::from_secs(4);

pub(super) async fn serve(config: &Config, demo: bool) -> Result<(), CommandError> {
    let listen = |cause| CommandError::Listen { address: config.listen, cause };
    let database = open_database(config).await?;
    let app = compose(config, &database).await?;
    if demo {
        print_demo(&app).await?;
    }
    let is_empty = app.directory().is_empty().await.map_err(tenantry_app::UseCaseError::from)?;
    let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let stopping = CancellationToken::new();
    let mut workers = workers::start(&app, &stopping);
    workers.spawn(metrics::observe(Arc::clone(&app), pools(&database), stopping.clone()));
    tracing::info!(%address, base_url = config.base_url, "listening");
    eprintln!("Tenantry is at {}", config.base_url);
    if is_empty {
        explain_set_up();
    }
    let metrics = Metrics::guarded_by(config.metrics_token.as_deref());
    let state = HttpState { metrics, ..HttpState::new(app, stopping.clone()) };
    let background = state.background.clone();
    raise_file_limit();
    let limits = Limits::new(config.max_connections);
    let server = tokio::spawn(connections::serve(listener, server::router(state), limits, stopping.clone()));
    asked_to_stop().await;
    stopping.cancel();
    tracing::info!("stopping");
    finish(server, workers, background).await;
    if timeout(CLOSE_WITHIN, database.close()).await.is_err() {
        tracing::warn!("the database was left open: something still used it");
    }
    Ok(())
}

/// For the metrics.
fn pools(database: &Database) -> impl Fn() -> Vec<Pool> + use<> {
    let database = database.clone();
    let pool = |(name, PoolStatus { size, idle })| Pool { name, size, idle };
    move || database.pools().into_iter().map(pool).collect()
}

/// A connection is a file. Shells and service managers allow a thousand, and as many more as the program asks for.
fn raise_file_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(error.text = %error, "the limit of open files stays as it is");
    }
}

/// Lets requests and workers finish; a second signal, or taking too long, stops at once.
async fn finish(server: JoinHandle<()>, mut workers: JoinSet<()>, background: Background) {
    let answer = async {
        // It does not panic, and nobody aborts it.
        let _ = server.await;
        background.finish().await;
    };
    let work = async { while workers.join_next().await.is_some() {} };
    let orderly = async { tokio::join!(answer, work) };
    tokio::select! {
        ended = timeout(STOP_WITHIN, orderly) => {
            if ended.is_err() {
                tracing::warn!("stopped without waiting any longer");
            }
        }
        () = asked_to_stop() => tracing::warn!("stopped at once"),
    }
}

async fn asked_to_stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

async fn print_demo(app: &Arc<App>) -> Result<(), CommandError> {
    let Some(users) = fill_with_demo(app).await? else {
        eprintln!("The database is not empty; --demo changes nothing.");
        return Ok(());
    };
    for user in users {
        println!("demo: {} {} {} {}", user.login_name, user.password.expose(), user.role.key(), user.account_name);
    }
    Ok(())
}

fn explain_set_up() {
    eprintln!("There is no account yet. Set the platform up with:");
    eprintln!(
        "  tenantry setup --account-name NAME --domain DOMAIN --first-name NAME --last-name NAME --login-name NAME --email ADDRESS"
    );
    eprintln!("or stop, and start again with `serve --demo` to try it out with a demo tree.");
}
