use std::io::{Write as _, stdout};

use clap::Subcommand;
use tenantry_app::{
    audit_chain::{AuditVerification, verify_audit_log},
    ports::Checkpoint,
};

use super::{CommandError, backup::require_secret_key};
use crate::{
    composition::{compose, open_existing_database},
    config::Config,
};

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Find out whether somebody changed the audit log past the program: a change, a gap, another order, a cut
    Verify {
        /// A checkpoint that an earlier run printed, or that the server logged: the log must still come to it. May be given several times.
        /// What the server remembers in the data folder counts in any case
        #[arg(long, value_name = "NUMBER:MARK")]
        since: Vec<Checkpoint>,
    },
}

pub(super) async fn run(config: &Config, command: AuditCommand) -> Result<(), CommandError> {
    let AuditCommand::Verify { since } = command;
    require_secret_key(config)?;
    let database = open_existing_database(config).await?;
    let app = compose(config, &database).await?;
    let found = verify_audit_log(&app, &since).await?;
    database.close().await;
    print(&found)?;
    if found.faults_found > 0 { Err(CommandError::AuditFaults(found.faults_found)) } else { Ok(()) }
}

fn print(found: &AuditVerification) -> std::io::Result<()> {
    let mut out = stdout().lock();
    for fault in &found.faults {
        writeln!(out, "{fault}")?;
    }
    let untold = found.faults_found - found.faults.len() as u64;
    if untold > 0 {
        writeln!(out, "and {untold} more")?;
    }
    writeln!(out, "{} entries in {} seals, {} waiting to be sealed", found.sealed, found.seals(), found.waiting)?;
    if found.unmarked > 0 {
        writeln!(out, "{} entries from before there were marks; nothing vouches for them", found.unmarked)?;
    }
    if let Some(checkpoint) = found.checkpoint {
        writeln!(out, "checkpoint {checkpoint}")?;
    }
    Ok(())
}
