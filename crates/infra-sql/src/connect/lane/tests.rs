use sea_orm::sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
use tokio::{
    task::{JoinHandle, yield_now},
    time::sleep,
};

use super::*;
use crate::connect::{Readers, connections::Connections};

const PATIENCE: Duration = Duration::from_secs(20);

struct File {
    lane: Lane,
    readers: Readers,
    _folder: tempfile::TempDir,
}

impl File {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteConnectOptions::new().filename(folder.path().join("x.db")).create_if_missing(true);
        let file = file.journal_mode(sea_orm::sqlx::sqlite::SqliteJournalMode::Wal).disable_statement_logging();
        let lane = Lane::new(file.clone(), PATIENCE);
        let turn = lane.begin(Purpose::Unit).await.unwrap();
        let parents = "CREATE TABLE parents (x INTEGER PRIMARY KEY)";
        let tables = "CREATE TABLE t (x UNIQUE, parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED)";
        turn.execute_unprepared(parents).await.unwrap();
        turn.execute_unprepared(tables).await.unwrap();
        turn.commit().await.unwrap();
        let readers = Readers::of_sqlite(Connections::new(file, 2, PATIENCE));
        Self { lane, readers, _folder: folder }
    }

    async fn begin(&self) -> Turn {
        self.lane.begin(Purpose::Unit).await.unwrap()
    }

    /// Somebody who waits for the turn, which somebody else has, and does this in it.
    async fn queue<T, F>(&self, purpose: Purpose, work: impl FnOnce(Turn) -> F + Send + 'static) -> JoinHandle<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send,
    {
        let before = self.waiting();
        let lane = self.lane.clone();
        let queued = tokio::spawn(async move { work(lane.begin(purpose).await.unwrap()).await });
        while self.waiting() == before {
            yield_now().await;
        }
        queued
    }

    /// Somebody who waits for the turn, inserts a number in it and commits.
    async fn queue_number(&self, number: i64) -> JoinHandle<Result<(), StorageError>> {
        self.queue(Purpose::Unit, move |turn| insert_and_commit(turn, number)).await
    }

    fn waiting(&self) -> usize {
        self.lane.shared.waiting.load(Ordering::Relaxed)
    }

    /// What is committed.
    async fn numbers(&self) -> Vec<i64> {
        let select = Statement::from_string(DbBackend::Sqlite, "SELECT x FROM t ORDER BY x");
        let rows = self.readers.query_all_raw(select).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

async fn write(lane: &Lane, number: i64) -> Result<(), StorageError> {
    insert_and_commit(lane.begin(Purpose::Unit).await.map_err(storage_error)?, number).await
}

async fn insert_and_commit(turn: Turn, number: i64) -> Result<(), StorageError> {
    insert(&turn, number).await.map_err(storage_error)?;
    turn.commit().await
}

async fn insert(turn: &Turn, number: i64) -> Result<(), DbErr> {
    turn.execute_unprepared(&format!("INSERT INTO t VALUES ({number}, NULL)")).await.map(drop)
}

/// Commits in a task of its own.
fn committing(turn: Turn) -> JoinHandle<Result<(), StorageError>> {
    tokio::spawn(turn.commit())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_each_other_is_committed_together_and_told_after_it() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    // Whoever comes next stays in its turn until we have looked.
    let next = file.queue(Purpose::Unit, |turn| async { turn }).await;
    let told = committing(first);
    let next = next.await.unwrap();
    insert(&next, 2).await.unwrap();
    sleep(Duration::from_millis(20)).await;
    assert!(!told.is_finished(), "told before it was stored");
    assert_eq!(file.numbers().await, [0_i64; 0]);
    next.commit().await.unwrap();
    told.await.unwrap().unwrap();
    assert_eq!(file.numbers().await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_undoes_leaves_what_others_wrote() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    let undone = file
        .queue(Purpose::Unit, |turn| async move {
            insert(&turn, 2).await.unwrap();
            assert!(insert(&turn, 1).await.is_err(), "it is there already");
        })
        .await;
    let last = file.queue_number(3).await;
    first.commit().await.unwrap();
    undone.await.unwrap();
    last.await.unwrap().unwrap();
    assert_eq!(file.numbers().await, [1, 3]);
}

/// As on a full disk.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_success_after_sqlite_rolled_back_by_itself() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    let failing = file
        .queue(Purpose::Unit, |turn| async move {
            turn.execute_unprepared("ROLLBACK").await.unwrap();
        })
        .await;
    let after = file.queue_number(3).await;
    assert!(matches!(first.commit().await, Err(StorageError::Contended)), "it may run again");
    failing.await.unwrap();
    after.await.unwrap().unwrap();
    assert_eq!(file.numbers().await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_after_sqlite_rolled_back_by_itself_fails() {
    let file = File::new().await;
    let turn = file.begin().await;
    turn.execute_unprepared("ROLLBACK").await.unwrap();
    insert(&turn, 1).await.unwrap();
    assert!(turn.commit().await.is_err());
    write(&file.lane, 2).await.unwrap();
    assert!(file.numbers().await.contains(&2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_fails_for_all() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    let orphan = file
        .queue(Purpose::Unit, |turn| async move {
            turn.execute_unprepared("INSERT INTO t VALUES (2, 99)").await.unwrap();
            turn.commit().await
        })
        .await;
    assert!(matches!(first.commit().await, Err(StorageError::Unavailable(_))), "nobody knows what the disk has");
    assert!(orphan.await.unwrap().is_err());
    write(&file.lane, 3).await.unwrap();
    assert_eq!(file.numbers().await, [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_before_the_turn_came_keeps_nobody_waiting() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    // Asked for once: it waits, and does not take the turn when that comes.
    let mut leaving = Box::pin(file.lane.begin(Purpose::Unit));
    assert!(timeout(Duration::from_millis(1), &mut leaving).await.is_err());
    let told = committing(first);
    sleep(Duration::from_millis(20)).await;
    assert!(!told.is_finished(), "the commit was left to the next");
    drop(leaving);
    timeout(PATIENCE, told).await.unwrap().unwrap().unwrap();
    assert_eq!(file.numbers().await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_within_a_statement_undoes_it_and_nothing_else() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    let leaving = file
        .queue(Purpose::Unit, |turn| async move {
            let slow = "WITH RECURSIVE n AS (SELECT 100 AS i UNION ALL SELECT i + 1 FROM n LIMIT 300000)
            INSERT INTO t SELECT i, NULL FROM n";
            let _ = timeout(Duration::from_millis(5), turn.execute_unprepared(slow)).await.unwrap_err();
        })
        .await;
    let last = file.queue_number(3).await;
    first.commit().await.unwrap();
    leaving.await.unwrap();
    last.await.unwrap().unwrap();
    assert_eq!(file.numbers().await, [1, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_long_keeps_no_commit_waiting() {
    keeps_no_commit_waiting(Purpose::Step).await;
    keeps_no_commit_waiting(Purpose::Large).await;
}

async fn keeps_no_commit_waiting(purpose: Purpose) {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    let step = file.queue(purpose, |turn| async { turn }).await;
    let told = committing(first);
    let step = step.await.unwrap();
    insert(&step, 2).await.unwrap();
    told.await.unwrap().unwrap();
    assert_eq!(file.numbers().await, [1]);
    // Nor does it wait for those who follow.
    let next = file.queue_number(3).await;
    step.commit().await.unwrap();
    assert!(file.numbers().await.starts_with(&[1, 2]));
    next.await.unwrap().unwrap();
}

/// As when the runtime stops: nobody can undo it then.
#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_nobody_ended_is_stored_by_nobody() {
    let file = File::new().await;
    let turn = file.begin().await;
    insert(&turn, 1).await.unwrap();
    std::thread::spawn(move || drop(turn)).join().unwrap();
    write(&file.lane, 2).await.unwrap();
    assert_eq!(file.numbers().await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_began_is_stored_when_the_lane_is_closed_and_who_comes_later_is_told() {
    let file = File::new().await;
    let turn = file.begin().await;
    insert(&turn, 1).await.unwrap();
    let told = committing(turn);
    file.lane.close().await;
    told.await.unwrap().unwrap();
    assert_eq!(file.numbers().await, [1]);
    let closed = file.lane.begin(Purpose::Unit).await.map(drop).unwrap_err();
    assert_eq!(closed, DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_goes_on_if_nobody_waits_for_it() {
    let file = File::new().await;
    let turn = file.begin().await;
    insert(&turn, 1).await.unwrap();
    assert!(timeout(Duration::from_millis(5), file.lane.close()).await.is_err(), "the turn has not ended");
    turn.commit().await.unwrap();
    let closed = async { while file.lane.begin(Purpose::Unit).await.is_ok() {} };
    timeout(PATIENCE, closed).await.unwrap();
    assert_eq!(file.numbers().await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_others_are_told_to_begin_again() {
    let file = File::new().await;
    let first = file.begin().await;
    insert(&first, 1).await.unwrap();
    let full = file
        .queue(Purpose::Unit, |turn| async move {
            // No more pages than there are.
            turn.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
            assert!(turn.execute_unprepared("INSERT INTO t VALUES (zeroblob(100000), NULL)").await.is_err());
        })
        .await;
    assert!(matches!(first.commit().await, Err(StorageError::Contended)), "SQLite rolls back by itself");
    full.await.unwrap();
    write(&file.lane, 2).await.unwrap();
    assert_eq!(file.numbers().await, [2]);
}

/// More than SQLite keeps in memory of the pages that a savepoint may have to bring back.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_undone_may_be_large() {
    let file = File::new().await;
    let turn = file.begin().await;
    turn.execute_unprepared("CREATE TABLE large (x, filler)").await.unwrap();
    let many = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n LIMIT 20000)
        INSERT INTO large SELECT 0, zeroblob(300) FROM n";
    turn.execute_unprepared(many).await.unwrap();
    turn.commit().await.unwrap();
    let undone = file.begin().await;
    undone.execute_unprepared("UPDATE large SET x = x + 1").await.unwrap();
    drop(undone);
    let kept = file.begin().await;
    kept.execute_unprepared("UPDATE large SET x = x + 2").await.unwrap();
    kept.commit().await.unwrap();
    let sum = Statement::from_string(DbBackend::Sqlite, "SELECT SUM(x) FROM large");
    let sum = file.readers.query_all_raw(sum).await.unwrap();
    assert_eq!(sum[0].try_get_by_index::<i64>(0).unwrap(), 40000);
}
