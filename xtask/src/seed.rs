//! `cargo xtask seed`: a database as large as they get.

use crate::failure::{During as _, Failure};
use crate::process::{capture, cargo};
use crate::workspace;
use std::fs;
use std::path::PathBuf;

pub const HELP: &str = "
usage: cargo xtask seed [--accounts N] [--users N] [--depth N] [--seed N] [--database URL]

Fills an empty database with a tree of accounts, skewed as reseller trees are, and with people in all of them: 100,000 accounts,
1,000,000 users, 8 levels, unless said otherwise. The same --seed makes the same tree. A database that holds something is refused
and left as it is. Without --database it is a SQLite file, target/seed/tenantry.db. Takes some minutes; optimised.

Prints whom to sign in as, one a line: an administrator of the platform, and one of a reseller in the middle of the tree with about a
tenth of all accounts below:

  seed: <login name> <password> <role key> <account name>

and accounts whose subtrees have about so many accounts:

  subtree: <accounts> <account id>

Everybody who has a password has the same one. Never fill a database like this that others can reach. To look at it:

  cargo run --release -- serve --database sqlite://target/seed/tenantry.db --secret-key-file target/seed/secret.key
";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if names_a_database(arguments) {
        print!("{}", fill(arguments)?);
        return Ok(());
    }
    let folder = folder();
    fs::create_dir_all(&folder).during(format!("cannot make {}", folder.display()))?;
    let database = format!("--database={}", default_database());
    let people = fill(&[arguments, &[database]].concat())?;
    print!("{people}");
    fs::write(people_file(), people).during("cannot note who there is")
}

/// Fills a database; whom to sign in as.
pub fn fill(arguments: &[String]) -> Result<String, Failure> {
    let mut words = vec!["run", "--release", "--package", "tenantry-seed", "--quiet", "--"];
    words.extend(arguments.iter().map(String::as_str));
    capture(&mut cargo(&words))
}

fn names_a_database(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == "--database" || argument.starts_with("--database="))
}

fn folder() -> PathBuf {
    workspace::target_folder().join("seed")
}

pub fn default_database() -> String {
    format!("sqlite://{}", folder().join("tenantry.db").display())
}

/// The secret key of whatever serves it: a database stays with the first one it met.
pub fn key_file() -> Result<PathBuf, Failure> {
    let folder = folder();
    fs::create_dir_all(&folder).during(format!("cannot make {}", folder.display()))?;
    Ok(folder.join("secret.key"))
}

fn people_file() -> PathBuf {
    folder().join("people")
}

/// Whom to sign in as on the database that was filled last.
pub fn remembered_people() -> Result<String, Failure> {
    fs::read_to_string(people_file()).during("there is no filled database; run `cargo xtask seed` first")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_can_be_named_in_both_ways() {
        let named = |line: &str| names_a_database(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert!(named("--users 5 --database sqlite://x") && named("--database=sqlite://x"));
        assert!(!named("--users 5"));
    }
}
