use std::{fs, io, path::Path};

use tenantry_infra_sql::backup;

use super::CommandError;
use crate::{
    composition::{compose, open_database},
    config::Config,
};

pub(super) async fn back_up(config: &Config, file: &Path) -> Result<(), CommandError> {
    backup::back_up(&config.database, file).await?;
    eprintln!("The database is in {}.", file.display());
    eprintln!(
        "Keep the secret key `{}` too, elsewhere: password links and waiting mails are of no use without it.",
        config.secret_key_file.display()
    );
    Ok(())
}

pub(super) async fn restore(config: &Config, file: &Path) -> Result<(), CommandError> {
    require_secret_key(config)?;
    backup::restore(&config.database, file).await?;
    // The seals of an older database do not come to where those of a newer one were; what is restored on purpose is not a cut.
    match fs::remove_file(config.audit_checkpoint_file()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let database = open_database(config).await?;
    // Whether the key is the right one.
    compose(config, &database).await?;
    database.close().await;
    eprintln!("The database is restored. `tenantry audit verify` tells whether its audit log is whole.");
    Ok(())
}

/// Otherwise another key would be made, with which nothing can be read.
pub(super) fn require_secret_key(config: &Config) -> Result<(), CommandError> {
    let file = &config.secret_key_file;
    if file.exists() { Ok(()) } else { Err(CommandError::NoSecretKey(file.clone())) }
}
