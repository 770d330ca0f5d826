//! A PostgreSQL server of a test's own, as safe against a power cut as any, that may be stopped, killed and started again.

use std::{
    ffi::OsStr,
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    amount::required,
    place::{psql, run_to_end},
    program::free_address,
};

/// Stops the server and removes its folder when its standard input ends: the test is over then, however it ended.
const KEEPER: &str = r#"trap '' TERM INT HUP; read -r _; "$@" >/dev/null 2>&1; rm -rf "$0""#;

pub struct Cluster {
    folder: PathBuf,
    /// `postgres://user@host:port`
    pub url: String,
    port: String,
    keeper: Child,
    life: Option<ChildStdin>,
}

impl Cluster {
    pub fn start() -> Self {
        let folder = folder_of_postgres("tenantry-cluster-").keep();
        let data = folder.join("data");
        let port = free_address().rsplit_once(':').unwrap().1.to_owned();
        run_to_end(
            server_program("initdb").args(["--auth=trust", "--username=tenantry", "--locale=C.UTF-8", "-D"]).arg(&data),
        );
        let stop = server_program("pg_ctl");
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER]).arg(&folder).arg(stop.get_program()).args(stop.get_args());
        keeper.args(["-w", "-m", "immediate", "stop", "-D"]).arg(&data).stdin(Stdio::piped()).process_group(0);
        let mut keeper = keeper.spawn().unwrap();
        let life = keeper.stdin.take();
        let url = format!("postgres://tenantry@127.0.0.1:{port}");
        let cluster = Self { folder, url, port, keeper, life };
        cluster.control(&["start"]);
        cluster
    }

    /// `pg_ctl`, to its end.
    pub fn control(&self, what: &[&str]) {
        let sockets = format!("-c unix_socket_directories={}", self.folder.display());
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c max_connections=100 {sockets}", self.port);
        let mut command = server_program("pg_ctl");
        command.args(["-w", "-D"]).arg(self.folder.join("data")).arg("-l").arg(self.folder.join("log"));
        run_to_end(command.args(["-o", &options]).args(what));
    }

    pub fn query(&self, sql: &str) -> String {
        psql(&format!("{}/postgres", self.url), sql)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.life.take().map(|mut life| life.write_all(b"\n")));
        let _ = self.keeper.wait();
    }
}

fn server_program(name: &str) -> Command {
    as_postgres(Path::new(&required("TENANTRY_TEST_POSTGRES_PROGRAMS")).join(name))
}

/// A program that refuses to run as root.
pub fn as_postgres(program: impl AsRef<OsStr>) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program).current_dir("/");
    command
}

/// A temporary folder that such a program may write to.
pub fn folder_of_postgres(prefix: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix(prefix).tempdir().unwrap();
    if is_root() {
        run_to_end(Command::new("chown").arg("postgres").arg(folder.path()));
    }
    folder
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
