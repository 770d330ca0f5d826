use std::{sync::Arc, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tenantry_app::{App, demo::fill_with_demo};
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
    request::{Background, HttpState},
    server, workers,
};

/// How long requests and workers may take to finish after a stop was asked for.
const STOP_WITHIN: Duration = Duration::from_secs(20);

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
    let workers = workers::start(&app, &stopping);
    tracing::info!(%address, base_url = config.base_url, "listening");
    eprintln!("Tenantry is at {}", config.base_url);
    if is_empty {
        explain_set_up();
    }
    let state = HttpState::new(app, stopping.clone());
    let background = state.background.clone();
    raise_file_limit();
    let limits = Limits::new(config.max_connections);
    let server = tokio::spawn(connections::serve(listener, server::router(state), limits, stopping.clone()));
    asked_to_stop().await;
    stopping.cancel();
    tracing::info!("stopping");
    finish(server, workers, background).await;
    database.close().await;
    Ok(())
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
    let orderly = async {
        // It does not panic, and nobody aborts it.
        let _ = server.await;
        background.finish().await;
        while workers.join_next().await.is_some() {}
    };
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
