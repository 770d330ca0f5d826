use std::{path::Path, process::Stdio};

use percent_encoding::percent_decode_str;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::process::Command;
use url::Url;

use super::{BackupError, connect};

const DUMP: &str = "pg_dump";
const RESTORE: &str = "pg_restore";

pub(super) async fn dump(url: &str, file: &Path) -> Result<(), BackupError> {
    let mut command = client(DUMP, url)?;
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--file"]).arg(file);
    run(DUMP, command).await
}

pub(super) async fn restore(url: &str, file: &Path) -> Result<(), BackupError> {
    if !is_empty(url).await? {
        return Err(BackupError::NotEmpty);
    }
    let mut command = client(RESTORE, url)?;
    // All or nothing. Comments are on extensions, which may be an administrator's.
    command
        .args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"])
        .arg(file);
    run(RESTORE, command).await
}

/// But for what extensions brought along.
async fn is_empty(url: &str) -> Result<bool, DbErr> {
    let server = connect(url).await?;
    let sql = "SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
            AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE pg_depend.objid = pg_class.oid AND deptype = 'e') LIMIT 1";
    let found = server.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    server.close().await?;
    Ok(found?.is_none())
}

/// What PostgreSQL's programs know of an address, by their own names. The rest is for this program's connections alone.
const PARAMETERS: [(&str, &str); 13] = [
    ("host", "host"),
    ("hostaddr", "hostaddr"),
    ("port", "port"),
    ("dbname", "dbname"),
    ("user", "user"),
    ("sslmode", "sslmode"),
    ("ssl-mode", "sslmode"),
    ("sslrootcert", "sslrootcert"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("sslcert", "sslcert"),
    ("sslkey", "sslkey"),
    ("application_name", "application_name"),
];

/// The password goes by the environment: everybody on the machine can read arguments.
fn client(program: &'static str, url: &str) -> Result<Command, BackupError> {
    let mut url = Url::parse(url).map_err(|_| BackupError::InvalidAddress)?;
    let mut command = Command::new(program);
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let own = url.password().map(|password| percent_decode_str(password).decode_utf8_lossy().into_owned());
    let parameter = parameters.iter().find(|(name, _)| name == "password").map(|(_, password)| password.clone());
    if let Some(password) = parameter.or(own) {
        command.env("PGPASSWORD", password);
    }
    url.set_password(None).map_err(|()| BackupError::InvalidAddress)?;
    url.set_query(None);
    for (name, value) in parameters {
        if let Some((_, known)) = PARAMETERS.iter().find(|(ours, _)| *ours == name) {
            url.query_pairs_mut().append_pair(known, &value);
        }
    }
    command.arg("--dbname").arg(url.as_str());
    Ok(command)
}

async fn run(program: &'static str, mut command: Command) -> Result<(), BackupError> {
    let started = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = started.map_err(|cause| BackupError::Program { program, cause })?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(BackupError::Failed { program, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_among_the_arguments() {
        for url in [
            "postgres://me:a%20b%2Fc@localhost:5433/tenantry?ssl-mode=disable&statement-cache-capacity=7",
            "postgres://me@localhost:5433/tenantry?password=a%20b%2Fc&sslmode=disable&options[search_path]=x",
        ] {
            let command = client(DUMP, url).unwrap();
            let command = command.as_std();
            let arguments: Vec<_> = command.get_args().collect();
            assert_eq!(arguments, ["--dbname", "postgres://me@localhost:5433/tenantry?sslmode=disable"]);
            let environment: Vec<_> = command.get_envs().collect();
            assert_eq!(environment, [("PGPASSWORD".as_ref(), Some("a b/c".as_ref()))]);
        }
    }
}
