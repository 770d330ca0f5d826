//! The work that waits.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement, prelude::DateTimeUtc};
use tenantry_app::ports::{Backlog, StorageError};

use crate::{error::storage_error, times};

const BACKLOG: &str = "SELECT
    (SELECT COUNT(*) FROM mail_outbox WHERE state = 'pending') AS mails,
    (SELECT MIN(created_at) FROM mail_outbox WHERE state = 'pending') AS oldest_mail,
    (SELECT COUNT(*) FROM provisioning_jobs) AS jobs,
    (SELECT MIN(due_at) FROM provisioning_jobs) AS first_job_due,
    (SELECT COUNT(*) FROM audit_unsealed) AS unsealed_entries";

#[derive(Debug, FromQueryResult)]
struct Waiting {
    mails: i64,
    oldest_mail: Option<DateTimeUtc>,
    jobs: i64,
    first_job_due: Option<DateTimeUtc>,
    unsealed_entries: i64,
}

pub(super) async fn find<C: ConnectionTrait>(conn: &C) -> Result<Backlog, StorageError> {
    let statement = Statement::from_string(conn.get_database_backend(), BACKLOG);
    let waiting = Waiting::find_by_statement(statement).one(conn).await.map_err(storage_error)?;
    Ok(waiting.map_or_else(Backlog::default, |waiting| Backlog {
        mails: waiting.mails.unsigned_abs(),
        oldest_mail: waiting.oldest_mail.map(times::from_column),
        jobs: waiting.jobs.unsigned_abs(),
        first_job_due: waiting.first_job_due.map(times::from_column),
        unsealed_entries: waiting.unsealed_entries.unsigned_abs(),
    }))
}
