//! The transaction that is open, and the connection it is open on.

use std::time::Duration;

use sea_orm::{
    ConnAcquireErr, DbBackend, DbErr, RuntimeErr, Statement,
    sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, sqlite::SqliteConnectOptions},
};
use tokio::{sync::watch, time::Instant};

use crate::connect::statements::{self, not_open};

/// So many turns at most before a commit: who waits for it can meanwhile do nothing else.
const MOST_TURNS: u32 = 32;
/// Nor longer than this, where turns take their time.
const LONGEST: Duration = Duration::from_millis(20);

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT turn";
/// Where a turn ends the savepoint of the next is opened at once: each statement sent is a way there and back.
const KEEP: &str = "RELEASE turn; SAVEPOINT turn";
const KEEP_AND_COMMIT: &str = "RELEASE turn; COMMIT";
const UNDO: &str = "ROLLBACK TO turn";
const COMMIT: &str = "COMMIT";

/// What became of turns.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// They are stored.
    Committed,
    /// They are not, for certain, and through no fault of theirs.
    Undone,
    /// They were to be stored, and that failed.
    Failed(DbErr),
}

/// What goes from turn to turn.
#[derive(Default)]
pub(super) struct Road {
    connection: Option<SqliteConnection>,
    /// The transaction that is open.
    together: Option<Together>,
    /// A turn, or a statement between turns, has begun and not ended: it is not known what is open.
    in_doubt: bool,
    closed: bool,
}

/// Turns that are committed together. A savepoint is open for whoever has the turn or will have it.
struct Together {
    turns: u32,
    since: Instant,
    /// What became of them, once that is known.
    outcome: watch::Sender<Option<Outcome>>,
}

impl Road {
    /// Begins a turn, in the transaction that is open or in a new one.
    pub(super) async fn begin_turn(&mut self, file: &SqliteConnectOptions) -> Result<(), DbErr> {
        self.recover().await;
        self.in_doubt = true;
        if let Some(together) = &mut self.together {
            together.turns += 1;
            return Ok(());
        }
        self.connect(file).await?;
        self.together = Some(Together { turns: 1, since: Instant::now(), outcome: watch::Sender::default() });
        let begun = self.tell(BEGIN).await;
        if begun.is_err() {
            self.give_up(Outcome::Undone).await;
        }
        begun
    }

    async fn connect(&mut self, file: &SqliteConnectOptions) -> Result<(), DbErr> {
        if self.closed {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        }
        if self.connection.is_none() {
            let opened = file.connect().await;
            self.connection = Some(opened.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?);
        }
        Ok(())
    }

    /// Somebody left in the middle, as when the runtime stops.
    async fn recover(&mut self) {
        if self.in_doubt {
            self.give_up(Outcome::Failed(DbErr::Custom("a transaction was not ended".to_owned()))).await;
        }
    }

    /// What will become of the turn if it is kept.
    pub(super) fn outcome(&self) -> Option<watch::Receiver<Option<Outcome>>> {
        self.together.as_ref().map(|together| together.outcome.subscribe())
    }

    /// Keeps what was written in this turn, or undoes it once what was asked last has ended; commits what was kept until now, or leaves
    /// that to the next.
    pub(super) async fn end_turn(&mut self, is_kept: bool, commits: bool) {
        match (is_kept, commits) {
            (true, true) => self.commit_by(KEEP_AND_COMMIT).await,
            (true, false) => self.go_on_by(KEEP).await,
            (false, true) => {
                self.go_on_by(UNDO).await;
                self.commit_by(COMMIT).await;
            }
            (false, false) => self.go_on_by(UNDO).await,
        }
        self.in_doubt = false;
    }

    pub(super) fn is_full(&self) -> bool {
        let is_full = |open: &Together| open.turns >= MOST_TURNS || open.since.elapsed() >= LONGEST;
        self.together.as_ref().is_some_and(is_full)
    }

    /// Commits what was kept, between turns.
    pub(super) async fn commit(&mut self) {
        self.recover().await;
        self.in_doubt = true;
        self.commit_by(COMMIT).await;
        self.in_doubt = false;
    }

    async fn commit_by(&mut self, sql: &'static str) {
        if self.together.is_none() {
            return;
        }
        match self.tell(sql).await {
            Ok(()) => self.announce(Outcome::Committed),
            Err(error) => {
                tracing::warn!(error.text = %error, "a commit failed");
                self.give_up(Outcome::Failed(error)).await;
            }
        }
    }

    /// SQLite rolls back by itself on some errors. The savepoint is gone then, and with it what others wrote.
    async fn go_on_by(&mut self, sql: &'static str) {
        if self.together.is_none() {
            return;
        }
        if let Err(error) = self.tell(sql).await {
            tracing::warn!(error.text = %error, "a transaction ended by itself");
            self.give_up(Outcome::Undone).await;
        }
    }

    /// Gives up all that is not committed: SQLite rolls back when a connection is closed.
    async fn give_up(&mut self, outcome: Outcome) {
        self.disconnect().await;
        self.announce(outcome);
        self.in_doubt = false;
    }

    fn announce(&mut self, outcome: Outcome) {
        if let Some(together) = self.together.take() {
            together.outcome.send_replace(Some(outcome));
        }
    }

    /// For good.
    pub(super) async fn close(&mut self) {
        self.closed = true;
        self.commit().await;
        self.disconnect().await;
    }

    async fn disconnect(&mut self) {
        if let Some(connection) = self.connection.take() {
            // What cannot be closed any more is closed already.
            let _ = connection.close().await;
        }
    }

    async fn tell(&mut self, sql: &'static str) -> Result<(), DbErr> {
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        statements::execute::<Sqlite>(self.connection()?, statement).await.map(drop)
    }

    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, DbErr> {
        self.connection.as_mut().ok_or_else(not_open)
    }

    pub(super) const fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    pub(super) const fn is_open(&self) -> bool {
        self.together.is_some()
    }
}
