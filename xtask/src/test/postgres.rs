//! A PostgreSQL server for one run: private, empty, without a care for the disk.

use super::companion::{Companion, Stop, free_port, temporary_folder};
use crate::failure::{During as _, Failure};
use crate::process::{capture, succeeds};
use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

/// Settings that make it private.
const SETTINGS: &[&str] = &["listen_addresses=127.0.0.1", "max_connections=200"];
/// Settings that make it fast where nothing needs to survive a power cut.
const CARELESS: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

#[derive(Debug)]
pub struct Postgres {
    pub url: String,
    _process: Companion,
}

/// One that forgets in a power cut.
pub fn start(programs: &Path) -> Result<Postgres, Failure> {
    start_with(programs, CARELESS)
}

/// One that is as safe as PostgreSQL is by itself, to measure what that costs.
pub fn start_durable(programs: &Path) -> Result<Postgres, Failure> {
    start_with(programs, &[])
}

fn start_with(programs: &Path, more: &[&str]) -> Result<Postgres, Failure> {
    let folder = temporary_folder("postgres")?;
    let account = ServerAccount::choose()?;
    account.give(folder.path())?;
    let data = folder.path().join("data");

    let mut initdb = account.command(&programs.join("initdb"));
    initdb.args([
        "--auth=trust",
        "--username=tenantry",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
    ]);
    initdb.arg("--pgdata").arg(&data).current_dir(folder.path());
    // Its progress is of interest only where it fails, and then it writes to the error stream.
    capture(&mut initdb)?;

    let port = free_port()?.to_string();
    let mut server = account.command(&programs.join("postgres"));
    server.arg("-D").arg(&data).args(["-p", &port]);
    for setting in SETTINGS.iter().chain(more) {
        server.args(["-c", setting]);
    }
    server.args(["-c", &format!("unix_socket_directories={}", folder.path().display())]);
    let companion = Companion::start(&server, folder, Stop::Interrupt)?;
    let is_ready = programs.join("pg_isready");
    companion.wait_until_ready("PostgreSQL", || {
        succeeds(Command::new(&is_ready).args(["--quiet", "--host=127.0.0.1", "--username=tenantry", "--port", &port]))
    })?;
    Ok(Postgres { url: format!("postgres://tenantry@127.0.0.1:{port}/postgres"), _process: companion })
}

/// Who the server runs as. PostgreSQL refuses to run as root.
#[derive(Debug, PartialEq, Eq)]
enum ServerAccount {
    Oneself,
    Other { user: u32, group: u32 },
}

impl ServerAccount {
    fn choose() -> Result<Self, Failure> {
        if !is_root()? {
            return Ok(Self::Oneself);
        }
        let accounts = fs::read_to_string("/etc/passwd").during("cannot read /etc/passwd")?;
        ["postgres", "nobody"].iter().find_map(|name| Self::find(&accounts, name)).ok_or_else(|| {
            Failure::new("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as")
        })
    }

    /// The entry `name:password:user:group:…` of a passwd file.
    fn find(accounts: &str, name: &str) -> Option<Self> {
        let fields: Vec<&str> = accounts
            .lines()
            .map(|line| line.split(':').collect())
            .find(|fields: &Vec<&str>| fields.first() == Some(&name))?;
        Some(Self::Other { user: fields.get(2)?.parse().ok()?, group: fields.get(3)?.parse().ok()? })
    }

    fn give(&self, folder: &Path) -> Result<(), Failure> {
        match *self {
            Self::Oneself => Ok(()),
            Self::Other { user, group } => {
                chown(folder, Some(user), Some(group)).during("cannot give the server its folder")
            }
        }
    }

    fn command(&self, program: &Path) -> Command {
        match self {
            Self::Oneself => Command::new(program),
            Self::Other { user, group } => {
                let mut command = Command::new("setpriv");
                command
                    .args([format!("--reuid={user}"), format!("--regid={group}")])
                    .arg("--clear-groups")
                    .arg(program);
                command
            }
        }
    }
}

pub fn is_root() -> Result<bool, Failure> {
    Ok(capture(Command::new("id").arg("-u"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_account_is_read_from_the_passwd_file() {
        let accounts = "root:x:0:0::/root:/bin/sh\npostgres:x:105:112:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ServerAccount::find(accounts, "postgres"), Some(ServerAccount::Other { user: 105, group: 112 }));
        assert_eq!(ServerAccount::find(accounts, "nobody"), None);
    }
}
