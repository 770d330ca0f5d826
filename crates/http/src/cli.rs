//! The command line.

mod audit;
mod backup;
mod config_reference;
mod serve;
mod setup;

use std::{
    io::{IsTerminal as _, Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use tenantry_app::{UseCaseError, audit_chain::SealError};
use tenantry_infra_sql::backup::BackupError;
use thiserror::Error;
use tokio::runtime::Builder;
use tracing_subscriber::EnvFilter;

use crate::{
    api,
    composition::{CompositionError, open_database},
    config::{Config, ConfigArgs, ConfigError, LogFormat},
};

/// How long threads that block are waited for at the end.
const LINGER: Duration = Duration::from_millis(500);
/// How long a thread for blocking work is kept that has none. What a password's hash took is given back when its thread ends, at the
/// latest.
const UNUSED_THREAD: Duration = Duration::from_secs(2);

/// Accounts, users and rights for platforms that sell through resellers.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version)]
struct Cli {
    /// Configuration file. Default: tenantry.toml, if there is one
    #[arg(long, global = true, value_name = "FILE", env = "TENANTRY_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console and the API, and run the workers
    Serve {
        /// Fill an empty database with a demo tree and print whom to sign in as
        #[arg(long)]
        demo: bool,
    },
    /// Make the first account and its administrator, and print the link to set a password
    Setup(setup::SetupArgs),
    /// Bring the database up to date
    Migrate,
    /// Copy the database to a file, as it is at one moment, while the server runs
    Backup {
        /// Must not be there yet
        file: PathBuf,
    },
    /// Make a database of a backup, where there is none yet
    Restore {
        /// What `tenantry backup` made
        file: PathBuf,
    },
    /// Work on the audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print the `OpenAPI` document of the API
    Openapi,
    /// Print the reference of all settings
    #[command(hide = true)]
    ConfigReference,
}

/// A command failed.
#[derive(Debug, Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Composition(#[from] CompositionError),
    #[error("cannot listen at {address}: {cause}")]
    Listen { address: std::net::SocketAddr, cause: std::io::Error },
    #[error("{0}")]
    UseCase(#[from] UseCaseError),
    #[error("{0}")]
    Input(String),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the log filter `{0}` cannot be read")]
    LogFilter(String),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(
        "there is no secret key file `{0}`: put the one there that the database was used with, or name it with --secret-key-file"
    )]
    NoSecretKey(PathBuf),
    #[error(transparent)]
    AuditLog(#[from] SealError),
    #[error("the audit log was changed: {0} faults")]
    AuditFaults(u64),
    #[error("{0}")]
    Document(#[from] serde_json::Error),
}

/// Runs the command line; errors go to standard error.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tenantry: {error}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<(), CommandError> {
    match cli.command {
        Command::Openapi => {
            writeln!(stdout(), "{}", api::openapi().to_pretty_json()?)?;
            return Ok(());
        }
        Command::ConfigReference => {
            write!(stdout(), "{}", config_reference::markdown())?;
            return Ok(());
        }
        Command::Serve { .. }
        | Command::Setup(_)
        | Command::Migrate
        | Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Audit(_) => {}
    }
    let config = Config::load(cli.settings, cli.config.as_deref())?;
    start_log(&config)?;
    let runtime = Builder::new_multi_thread().enable_all().thread_keep_alive(UNUSED_THREAD).build()?;
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve { demo } => serve::serve(&config, demo).await,
            Command::Setup(args) => setup::set_up(&config, args).await,
            Command::Migrate => {
                open_database(&config).await?.close().await;
                eprintln!("The database is up to date.");
                Ok(())
            }
            Command::Backup { file } => backup::back_up(&config, &file).await,
            Command::Restore { file } => backup::restore(&config, &file).await,
            Command::Audit(command) => audit::run(&config, command).await,
            Command::Openapi | Command::ConfigReference => Ok(()),
        }
    });
    // What hangs in the operating system, such as a look-up of a name, is not waited for.
    runtime.shutdown_timeout(LINGER);
    done
}

fn start_log(config: &Config) -> Result<(), CommandError> {
    let filter = EnvFilter::try_new(&config.log).map_err(|_| CommandError::LogFilter(config.log.clone()))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
