//! What must be on the machine, found or, as root on Debian, installed.

use super::postgres::is_root;
use crate::failure::{During as _, Failure};
use crate::process::{find_all_in_path, find_in_path, is_program, run, succeeds};
use crate::workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug)]
pub struct Prerequisites {
    /// The folder with `postgres`, `initdb` and `pg_isready`.
    pub postgres_folder: PathBuf,
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
    /// A `python3` that has aiosmtpd.
    pub python: PathBuf,
    pub strace: PathBuf,
}

/// One thing to have: what a person calls it, and the Debian package it comes in.
struct Want {
    name: &'static str,
    debian_package: &'static str,
    find: fn() -> Option<PathBuf>,
}

const POSTGRES: Want = Want {
    name: "the PostgreSQL server (initdb, postgres, pg_isready)",
    debian_package: "postgresql",
    find: find_postgres,
};
const CHROMIUM: Want = Want { name: "Chromium", debian_package: "chromium", find: find_chromium };
const CHROMEDRIVER: Want = Want { name: "chromedriver", debian_package: "chromium-driver", find: find_chromedriver };
const PYTHON: Want = Want { name: "python3 with aiosmtpd", debian_package: "python3-aiosmtpd", find: find_python };
const STRACE: Want = Want { name: "strace", debian_package: "strace", find: find_strace };
/// A database that fails over, besides PostgreSQL. Tests start these by name.
const FAIL_OVER: [Want; 3] = [
    Want { name: "Patroni", debian_package: "patroni", find: || find_in_path(&["patroni"]) },
    Want { name: "etcd", debian_package: "etcd-server", find: || find_in_path(&["etcd"]) },
    Want { name: "HAProxy (in PATH)", debian_package: "haproxy", find: || find_in_path(&["haproxy"]) },
];

impl Prerequisites {
    pub fn gather_for_fail_over() -> Result<(), Failure> {
        let missing: Vec<&Want> = FAIL_OVER.iter().filter(|want| (want.find)().is_none()).collect();
        if missing.is_empty() { Ok(()) } else { get(&missing) }
    }

    pub fn gather() -> Result<Self, Failure> {
        let wanted = [&POSTGRES, &CHROMIUM, &CHROMEDRIVER, &PYTHON, &STRACE];
        let missing: Vec<&Want> = wanted.into_iter().filter(|want| (want.find)().is_none()).collect();
        if !missing.is_empty() {
            get(&missing)?;
        }
        Ok(Self {
            postgres_folder: found(&POSTGRES)?,
            chromium: found(&CHROMIUM)?,
            chromedriver: found(&CHROMEDRIVER)?,
            python: found(&PYTHON)?,
            strace: found(&STRACE)?,
        })
    }
}

fn found(want: &Want) -> Result<PathBuf, Failure> {
    (want.find)().ok_or_else(|| Failure::new(format!("{} was installed but cannot be found", want.name)))
}

fn get(missing: &[&Want]) -> Result<(), Failure> {
    if is_debian() && is_root()? {
        return install(missing);
    }
    // aiosmtpd alone is pure Python and needs no rights.
    let (python, others): (Vec<&Want>, Vec<&Want>) = missing.iter().partition(|want| want.name == PYTHON.name);
    if !others.is_empty() {
        return Err(Failure::new(how_to_install(missing)));
    }
    if python.is_empty() {
        Ok(())
    } else {
        make_python_environment().map_err(|why| Failure::new(format!("{why}\n{}", how_to_install(missing))))
    }
}

fn how_to_install(missing: &[&Want]) -> String {
    let names: Vec<&str> = missing.iter().map(|want| want.name).collect();
    let packages: Vec<&str> = missing.iter().map(|want| want.debian_package).collect();
    format!(
        "the tests need {}; on Debian: `sudo apt-get install --no-install-recommends {}`",
        names.join(", "),
        packages.join(" ")
    )
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists() && find_in_path(&["apt-get"]).is_some()
}

fn install(missing: &[&Want]) -> Result<(), Failure> {
    let packages: Vec<&str> = missing.iter().map(|want| want.debian_package).collect();
    println!("installing {} with apt-get (needed by the tests, missing here)", packages.join(", "));
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // Another run may hold the lock for a while.
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["--quiet", "--option", "DPkg::Lock::Timeout=300"]);
    command
}

fn find_postgres() -> Option<PathBuf> {
    let has_all =
        |folder: &Path| ["initdb", "postgres", "pg_isready"].iter().all(|name| is_program(&folder.join(name)));
    if let Some(folder) = find_in_path(&["initdb"]).as_deref().and_then(Path::parent).filter(|folder| has_all(folder)) {
        return Some(folder.to_owned());
    }
    // Debian keeps each major version apart and none in PATH.
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| has_all(folder))
        .collect();
    folders.sort();
    folders.pop().map(|(_, folder)| folder)
}

fn find_chromium() -> Option<PathBuf> {
    find_in_path(&["chromium", "chromium-browser", "google-chrome"])
}

fn find_chromedriver() -> Option<PathBuf> {
    find_in_path(&["chromedriver"])
}

fn find_strace() -> Option<PathBuf> {
    find_in_path(&["strace"])
}

/// Debian's own python first: its packages are invisible to another one that stands earlier in PATH.
fn find_python() -> Option<PathBuf> {
    std::iter::once(PathBuf::from("/usr/bin/python3"))
        .chain(find_all_in_path("python3"))
        .chain([environment_folder().join("bin/python")])
        .find(|python| is_program(python) && succeeds(Command::new(python).args(["-c", "import aiosmtpd.controller"])))
}

fn environment_folder() -> PathBuf {
    workspace::target_folder().join("test-python")
}

fn make_python_environment() -> Result<(), Failure> {
    let python = find_in_path(&["python3"]).ok_or_else(|| Failure::new("there is no python3"))?;
    let folder = environment_folder();
    println!("installing aiosmtpd into {} (needed by the mail tests, missing here)", folder.display());
    std::fs::create_dir_all(&folder).during("cannot make the folder")?;
    run(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
    run(Command::new(folder.join("bin/python")).args(["-m", "pip", "install", "--quiet", "aiosmtpd"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        assert_eq!(
            how_to_install(&[&CHROMEDRIVER, &PYTHON]),
            "the tests need chromedriver, python3 with aiosmtpd; on Debian: \
             `sudo apt-get install --no-install-recommends chromium-driver python3-aiosmtpd`"
        );
    }
}
