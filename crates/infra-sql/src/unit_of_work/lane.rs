//! Units of work that share a commit, on SQLite.
//!
//! A commit waits for the disk and writes each page that was touched, however little of it changed. There is one writer; under load
//! many wait for it. Their units run one after the other, each in a savepoint of one transaction, and nobody is told of success before
//! that is committed. One who comes alone waits for nobody.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnAcquireErr, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, watch},
    time::{Instant, timeout},
};

use super::BEGIN_IMMEDIATE;

/// Nobody should wait long for others.
const SHARED_FOR: Duration = Duration::from_millis(25);

/// Where units of work wait for their turn, in the order in which they came.
#[derive(Clone)]
pub(super) struct Lane {
    writer: DatabaseConnection,
    /// How long to wait for a turn.
    patience: Duration,
    /// Whoever comes later begins a transaction anew.
    shared_for: Duration,
    current: Arc<Mutex<Option<Shared>>>,
}

/// What became of a transaction, as soon as it did.
type Outcome = Option<Result<(), DbErr>>;

/// A transaction under way.
struct Shared {
    txn: DatabaseTransaction,
    since: Instant,
    /// For those whose unit ended well. The first of them sees to it.
    outcome: watch::Sender<Outcome>,
    /// A statement failed, upon which SQLite may have rolled back everything.
    is_doubtful: bool,
}

impl Shared {
    async fn begin(writer: &DatabaseConnection) -> Result<Self, DbErr> {
        let txn = writer.begin_with_options(BEGIN_IMMEDIATE).await?;
        Ok(Self { txn, since: Instant::now(), outcome: watch::Sender::new(None), is_doubtful: false })
    }

    fn is_awaited(&self) -> bool {
        self.outcome.receiver_count() > 0
    }

    fn is_over(&self, shared_for: Duration) -> bool {
        self.is_doubtful || self.since.elapsed() > shared_for
    }
}

async fn end(current: &mut Option<Shared>) {
    if let Some(Shared { txn, outcome, .. }) = current.take() {
        outcome.send_replace(Some(txn.commit().await));
    }
}

impl Lane {
    pub(super) fn new(writer: DatabaseConnection, patience: Duration) -> Self {
        Self { writer, patience, shared_for: SHARED_FOR, current: Arc::default() }
    }

    /// A unit of work, in turn. It says by `failed` whether one of its statements did.
    pub(super) async fn begin(&self, failed: Arc<AtomicBool>) -> Result<(DatabaseTransaction, Turn), DbErr> {
        let current = timeout(self.patience, Arc::clone(&self.current).lock_owned()).await;
        let current = current.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let mut turn = Turn { current, failed, lane: self.clone() };
        to_its_end(async move {
            let unit = turn.begin().await?;
            Ok((unit, turn))
        })
        .await
    }

    /// Commits after all who wait by now, unless one of them has to.
    async fn see_to(&self, outcome: &watch::Receiver<Outcome>) {
        let mut told = outcome.clone();
        tokio::select! {
            () = async { drop(told.wait_for(Option::is_some).await) } => {}
            mut current = self.current.lock() => {
                if outcome.borrow().is_none() {
                    end(&mut current).await;
                }
            }
        }
    }
}

/// The right to write, until it is dropped.
pub(super) struct Turn {
    current: OwnedMutexGuard<Option<Shared>>,
    failed: Arc<AtomicBool>,
    lane: Lane,
}

impl Turn {
    async fn begin(&mut self) -> Result<DatabaseTransaction, DbErr> {
        if self.current.as_ref().is_some_and(|shared| shared.is_over(self.lane.shared_for)) {
            end(&mut self.current).await;
        }
        let shared = match self.current.take() {
            Some(shared) => shared,
            None => Shared::begin(&self.lane.writer).await?,
        };
        self.current.insert(shared).txn.begin().await
    }

    /// Ends a unit well, and answers once it is on the disk.
    pub(super) async fn commit(self, unit: DatabaseTransaction) -> Result<(), DbErr> {
        to_its_end(async move {
            let released = unit.commit().await;
            self.failed.fetch_or(released.is_err(), Ordering::Relaxed);
            released?;
            let (lane, shared) = (self.lane.clone(), self.current.as_ref().ok_or_else(no_outcome)?);
            let is_first = !shared.is_awaited();
            let mut outcome = shared.outcome.subscribe();
            drop(self);
            if is_first {
                lane.see_to(&outcome).await;
            }
            let told = outcome.wait_for(Option::is_some).await.map_err(|_| no_outcome())?;
            told.clone().unwrap_or_else(|| Err(no_outcome()))
        })
        .await
    }
}

/// Where nobody has ended well, there is nothing to commit.
impl Drop for Turn {
    fn drop(&mut self) {
        match self.current.as_mut().filter(|shared| shared.is_awaited()) {
            Some(shared) => shared.is_doubtful |= self.failed.load(Ordering::Relaxed),
            None => *self.current = None,
        }
    }
}

/// Does all of it even if whoever asked is gone. To begin or to commit is taken back by sqlx where nobody waits for it any more, and by
/// sea-orm once more: of transactions in one another the second would hit the outer.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, DbErr>> + Send + 'static,
) -> Result<T, DbErr> {
    tokio::spawn(work).await.unwrap_or_else(|_| Err(no_outcome()))
}

fn no_outcome() -> DbErr {
    DbErr::Custom("the transaction ended without an outcome".to_owned())
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    use tempfile::TempDir;
    use tokio::task::JoinHandle;

    use super::*;
    use crate::{Database, DatabaseOptions};

    struct Stage {
        lane: Lane,
        database: Database,
        _folder: TempDir,
    }

    impl Stage {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
            let database = Database::connect(&url, &DatabaseOptions::default()).await.unwrap();
            database.writer().execute_unprepared("CREATE TABLE t (x INTEGER)").await.unwrap();
            let alone = Lane::new(database.writer().clone(), Duration::from_secs(20));
            Self { lane: Lane { shared_for: Duration::from_mins(1), ..alone }, database, _folder: folder }
        }

        async fn begin(&self) -> (DatabaseTransaction, Turn) {
            self.lane.begin(Arc::default()).await.unwrap()
        }

        /// A unit that ended well and is not on the disk yet, as another one has its turn.
        async fn two(&self) -> (JoinHandle<Result<(), DbErr>>, (DatabaseTransaction, Turn)) {
            let (unit, turn) = self.begin().await;
            insert(&unit, 1).await;
            let mut next = Box::pin(self.begin());
            assert!(timeout(Duration::ZERO, &mut next).await.is_err(), "it is not its turn yet");
            let first = tokio::spawn(turn.commit(unit));
            (first, next.await)
        }

        /// What others see.
        async fn stored(&self) -> Vec<i64> {
            let all = Statement::from_string(DbBackend::Sqlite, "SELECT x FROM t ORDER BY x");
            let rows = self.database.readers().query_all_raw(all).await.unwrap();
            rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
        }

        async fn write(&self, number: i64) {
            let (unit, turn) = self.begin().await;
            insert(&unit, number).await;
            turn.commit(unit).await.unwrap();
        }
    }

    async fn insert(unit: &DatabaseTransaction, number: i64) {
        unit.execute_unprepared(&format!("INSERT INTO t VALUES ({number})")).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn those_who_wait_share_a_commit_and_are_told_after_it() {
        let stage = Stage::new().await;
        let (first, (unit, turn)) = stage.two().await;
        insert(&unit, 2).await;
        assert!(!first.is_finished());
        assert!(stage.stored().await.is_empty());
        turn.commit(unit).await.unwrap();
        first.await.unwrap().unwrap();
        assert_eq!(stage.stored().await, [1, 2]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_given_up_takes_nothing_else_along() {
        let stage = Stage::new().await;
        let (first, (unit, turn)) = stage.two().await;
        insert(&unit, 2).await;
        drop((unit, turn));
        first.await.unwrap().unwrap();
        assert_eq!(stage.stored().await, [1]);
        let (unit, turn) = stage.begin().await;
        insert(&unit, 3).await;
        drop((unit, turn));
        stage.write(4).await;
        assert_eq!(stage.stored().await, [1, 4]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn after_so_long_a_transaction_is_begun_anew() {
        let mut stage = Stage::new().await;
        stage.lane.shared_for = Duration::ZERO;
        let (first, (unit, turn)) = stage.two().await;
        first.await.unwrap().unwrap();
        assert_eq!(stage.stored().await, [1]);
        turn.commit(unit).await.unwrap();
    }

    /// As SQLite does by itself where a disk is full.
    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_is_told_of_success_after_sqlite_rolled_back_by_itself() {
        for is_noticed in [false, true] {
            let stage = Stage::new().await;
            let (first, (unit, turn)) = stage.two().await;
            unit.execute_unprepared("ROLLBACK").await.unwrap();
            turn.failed.store(is_noticed, Ordering::Relaxed);
            drop((unit, turn));
            assert!(first.await.unwrap().is_err());
            stage.write(4).await;
            assert_eq!(stage.stored().await, [4]);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_leaves_leaves_nothing_behind() {
        let stage = Stage::new().await;
        let mut expected = Vec::new();
        for number in 0..40 {
            let patience = Duration::from_micros(20 * number);
            let left = timeout(patience, async {
                let (unit, turn) = stage.begin().await;
                unit.execute_unprepared("INSERT INTO t SELECT 1000").await.unwrap();
                drop((unit, turn));
            });
            let _ = left.await;
            let number = i64::try_from(number).unwrap();
            stage.write(number).await;
            expected.push(number);
        }
        assert_eq!(stage.stored().await, expected);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_commit_is_carried_out_for_one_who_left() {
        let stage = Stage::new().await;
        let (unit, turn) = stage.begin().await;
        insert(&unit, 1).await;
        assert!(timeout(Duration::ZERO, turn.commit(unit)).await.is_err());
        stage.write(2).await;
        assert_eq!(stage.stored().await, [1, 2]);
    }
}
