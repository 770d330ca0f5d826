//! Where a platform is kept: a data folder, and a database in it or on a PostgreSQL server.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::amount::{chance, required, variable};

const ASK_SQLITE: &str = "import sqlite3, sys
for row in sqlite3.connect(sys.argv[1], timeout=20).execute(sys.argv[2]):
    print('|'.join('' if value is None else str(value) for value in row))";

pub struct Place {
    folder: TempDir,
    /// The process that has another disk there, if one has.
    inside: Option<u32>,
    /// The address of a PostgreSQL database, if it is one.
    postgres: Option<String>,
}

impl Place {
    pub fn on_sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), inside: None, postgres: None }
    }

    /// A new database on the server of the test run.
    pub fn on_postgres() -> Self {
        let server = required("TENANTRY_TEST_POSTGRES_URL");
        Self::on_server(server.rsplit_once('/').unwrap().0)
    }

    /// A new database on a server, `postgres://user@host:port`.
    pub fn on_server(server: &str) -> Self {
        let name = format!("faults_{:016x}", chance(u64::MAX));
        psql(&format!("{server}/postgres"), &format!("CREATE DATABASE {name}"));
        Self::at(&format!("{server}/{name}"))
    }

    /// A data folder of its own for the database at this address.
    pub fn at(postgres: &str) -> Self {
        Self { postgres: Some(postgres.to_owned()), ..Self::on_sqlite() }
    }

    /// The same database for another node, which has a data folder of its own and the same key.
    pub fn for_another_node(&self) -> Self {
        let other = Self::at(self.postgres());
        fs::copy(self.folder().join("secret.key"), other.folder().join("secret.key")).unwrap();
        other
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// From here on everything is done where this process is: it has a disk of its own at the folder's place.
    pub const fn enter(&mut self, process: u32) {
        self.inside = Some(process);
    }

    /// The folder as the program sees it.
    pub fn data(&self) -> PathBuf {
        let root = self.inside.map_or_else(|| "/".to_owned(), |process| format!("/proc/{process}/root"));
        Path::new(&root).join(self.folder().strip_prefix("/").unwrap())
    }

    fn inside(&self, program: &Path) -> Command {
        let Some(process) = self.inside else { return Command::new(program) };
        let mut command = Command::new("nsenter");
        command.args(["--target", &process.to_string(), "--mount"]);
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.arg(program);
        command
    }

    pub const fn kind(&self) -> &'static str {
        if self.postgres.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub fn postgres(&self) -> &str {
        self.postgres.as_ref().expect("PostgreSQL")
    }

    /// `tenantry` on what is kept here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let binary = variable("TENANTRY_TEST_BINARY").map_or(PathBuf::from(env!("CARGO_BIN_EXE_tenantry")), Into::into);
        let mut command = self.inside(&binary);
        command.args(["--log", "warn", "--data-dir"]).arg(self.folder()).current_dir(self.folder());
        if let Some(address) = &self.postgres {
            command.args(["--database", address]);
        }
        command.args(arguments);
        command
    }

    /// Runs a command to its end: whether it succeeded, and all that it said.
    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command(arguments).output().unwrap();
        let told = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        (output.status.success(), told)
    }

    /// What a query that both databases understand answers: values with `|` between them, a row a line.
    pub fn query(&self, sql: &str) -> Vec<String> {
        let told = match &self.postgres {
            Some(address) => psql(address, sql),
            None => self.sqlite(sql),
        };
        told.lines().map(str::to_owned).collect()
    }

    fn sqlite(&self, sql: &str) -> String {
        run_to_end(self.python(ASK_SQLITE).arg(self.folder().join("tenantry.db")).arg(sql))
    }

    /// Python brings SQLite along, so that the program's own is not asked about its own work.
    pub fn python(&self, script: &str) -> Command {
        let python = variable("TENANTRY_TEST_PYTHON").unwrap_or_else(|| "python3".to_owned());
        let mut command = self.inside(Path::new(&python));
        command.args(["-c", script]);
        command
    }

    /// The database's own look at its files, and the program's at its audit log.
    pub fn assert_whole(&self) {
        match &self.postgres {
            Some(address) => {
                run_to_end(postgres_program("pg_amcheck").args(["--install-missing", "--heapallindexed", address]));
            }
            None => assert_eq!(self.query("PRAGMA integrity_check"), ["ok"]),
        }
        let (is_whole, told) = self.run(&["audit", "verify"]);
        assert!(is_whole, "{told}");
    }
}

/// One of PostgreSQL's own programs.
pub fn postgres_program(name: &str) -> Command {
    Command::new(Path::new(&required("TENANTRY_TEST_POSTGRES_PROGRAMS")).join(name))
}

pub fn psql(address: &str, sql: &str) -> String {
    run_to_end(&mut asking(address, sql))
}

pub fn asking(address: &str, sql: &str) -> Command {
    let mut command = postgres_program("psql");
    command.args(["--no-psqlrc", "-Atq", "-v", "ON_ERROR_STOP=1", "-c", sql, address]);
    command
}

/// What a program that must succeed prints.
pub fn run_to_end(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
