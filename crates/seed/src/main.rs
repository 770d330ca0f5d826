//! Run by `cargo xtask seed`, whose help says what it does.

use std::{
    io::{IsTerminal as _, stderr},
    process::ExitCode,
};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tenantry_app::ports::PasswordHasher as _;
use tenantry_domain::user::Password;
use tenantry_infra_sql::{
    Database, DatabaseOptions,
    seed::{SeedBatch, SeedProgress},
};
use tenantry_infra_system::Argon2Hasher;
use tenantry_seed::{Population, Size};

/// Everybody's; the database is for trying things, and reproducible.
const PASSWORD: &str = "violet-kettle-umbrella-morning";

/// About how large the subtrees are that are named for measuring.
const SUBTREES: [usize; 3] = [10, 300, 3_000];

/// Fills an empty database with a large tree of accounts and people.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many accounts
    #[arg(long, default_value_t = 100_000)]
    accounts: usize,
    /// How many users
    #[arg(long, default_value_t = 1_000_000)]
    users: usize,
    /// How many levels the tree has
    #[arg(long, default_value_t = 8, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=64))]
    depth: usize,
    /// The same number makes the same tree
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// sqlite://… or postgres://…
    #[arg(long)]
    database: String,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(fill(arguments))
}

async fn fill(arguments: &Arguments) -> Result<(), String> {
    let database = Database::connect(&arguments.database, &DatabaseOptions::default()).await;
    let database = database.map_err(|error| error.to_string())?;
    database.migrate().await.map_err(|error| error.to_string())?;
    let password = Password::parse(PASSWORD).map_err(|error| error.to_string())?;
    let hash = Argon2Hasher::new().hash(&password).await.map_err(|error| error.to_string())?;
    let size = Size { accounts: arguments.accounts, users: arguments.users, depth: arguments.depth };
    let mut population = Population::new(size, arguments.seed, hash);
    let mut shown = Shown::new(size);
    let mut invalid = None;
    let batches = std::iter::from_fn(|| next(&mut population, &mut invalid));
    let filled = database.fill_without_audit(batches, |progress| shown.show(progress)).await;
    database.close().await;
    if let Some(error) = invalid {
        return Err(error);
    }
    filled.map_err(|error| error.to_string())?;
    shown.finish();
    for login in population.logins() {
        println!("seed: {} {PASSWORD} {} {}", login.login_name, login.role, login.account_name);
    }
    for accounts in SUBTREES {
        if let Some(id) = population.subtree_of(accounts) {
            println!("subtree: {accounts} {id}");
        }
    }
    Ok(())
}

/// The next batch; where one cannot be made there are no more, and it is known why.
fn next(population: &mut Population, invalid: &mut Option<String>) -> Option<SeedBatch> {
    match population.next()? {
        Ok(batch) => Some(batch),
        Err(error) => {
            *invalid = Some(format!("what was made up is not valid: {error}"));
            None
        }
    }
}

/// How far it is: a bar on a terminal, else a line for every tenth.
struct Shown {
    bar: ProgressBar,
    on_terminal: bool,
    users: usize,
    tenths: usize,
}

impl Shown {
    fn new(size: Size) -> Self {
        let on_terminal = stderr().is_terminal();
        let bar = if on_terminal { ProgressBar::new(size.users as u64) } else { ProgressBar::hidden() };
        if let Ok(style) =
            ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos} of {human_len} users, {elapsed}")
        {
            bar.set_style(style);
        }
        bar.set_message("writing");
        Self { bar, on_terminal, users: size.users, tenths: 0 }
    }

    fn show(&mut self, progress: SeedProgress) {
        match progress {
            SeedProgress::Written { accounts, users } => {
                self.bar.set_position(users as u64);
                let tenths = users * 10 / self.users.max(1);
                if !self.on_terminal && tenths > self.tenths {
                    self.tenths = tenths;
                    eprintln!("{accounts} accounts and {users} users written");
                }
            }
            SeedProgress::Indexing { index, of } => {
                self.bar.set_message(format!("index {index} of {of}"));
                self.bar.tick();
                if !self.on_terminal {
                    eprintln!("building index {index} of {of}");
                }
            }
            SeedProgress::Committing => {
                self.bar.set_message("committing");
                self.bar.tick();
            }
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
        eprintln!("The database is filled.");
    }
}
