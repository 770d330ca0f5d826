//! The clock that all nodes of a database share.

use std::{
    ops::RangeInclusive,
    sync::{
        Arc, Weak,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tenantry_app::ports::{Clock, StorageError};
use tokio::time::{Instant, sleep, timeout};

use crate::{connect::Readers, error::storage_error};

/// A server that went away without a word is given up, and its successor asked.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// The clock of a PostgreSQL server, by its last answer and the time since.
///
/// Leases, links, sessions and limits thereby end at nearly the same instant on every node. The clock of this machine, which may be
/// wrong or jump, is not looked at.
#[derive(Debug)]
pub struct SqlClock {
    readers: Readers,
    /// What time is counted from, by a clock that only goes forward.
    origin: Instant,
    /// What the server's clock showed then, in microseconds since 1970.
    at_origin: AtomicI64,
}

impl SqlClock {
    /// Asks the server, and again from time to time for as long as somebody holds the clock.
    pub(crate) async fn start(readers: Readers, ask_every: Duration) -> Result<Arc<Self>, StorageError> {
        let clock = Arc::new(Self { readers, origin: Instant::now(), at_origin: AtomicI64::new(0) });
        let told = clock.ask().await?;
        clock.at_origin.store(told.start().midpoint(*told.end()), Ordering::Relaxed);
        tokio::spawn(follow(Arc::downgrade(&clock), ask_every));
        Ok(clock)
    }

    /// Between what and what the server's clock showed at `origin`: when it was read is known to within the time the answer took.
    async fn ask(&self) -> Result<RangeInclusive<i64>, StorageError> {
        let asked = microseconds(self.origin.elapsed());
        let statement = Statement::from_string(DbBackend::Postgres, NOW);
        let row = self.readers.query_one_raw(statement).await.map_err(storage_error)?;
        let answered = microseconds(self.origin.elapsed());
        let row =
            row.ok_or_else(|| StorageError::Unavailable("the database does not say what time it is".to_owned()))?;
        let told: i64 = row.try_get_by_index(0).map_err(storage_error)?;
        Ok(told - answered..=told - asked)
    }

    /// Asks again, and goes no further from what was counted so far than the answer proves.
    async fn correct(&self) -> Result<(), StorageError> {
        let (first, last) = self.ask().await?.into_inner();
        self.at_origin.store(self.at_origin.load(Ordering::Relaxed).clamp(first, last), Ordering::Relaxed);
        Ok(())
    }
}

impl Clock for SqlClock {
    fn now(&self) -> Timestamp {
        let now = self.at_origin.load(Ordering::Relaxed) + microseconds(self.origin.elapsed());
        Timestamp::from_microsecond(now).unwrap_or(Timestamp::MAX)
    }
}

/// Where the server does not answer, time goes on without it.
async fn follow(clock: Weak<SqlClock>, ask_every: Duration) {
    loop {
        sleep(ask_every).await;
        let Some(clock) = clock.upgrade() else { return };
        let _ = timeout(ANSWERS_WITHIN, clock.correct()).await;
    }
}

fn microseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
