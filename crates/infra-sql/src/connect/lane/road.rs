//! The transaction that is open, and the connection it is open on.

use std::time::Duration;

use sea_orm::{
    ConnAcquireErr, DbBackend, DbErr, RuntimeErr, Statement,
    sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, sqlite::SqliteConnectOptions},
};
use tokio::{sync::watch, time::Instant};

use crate::connect::statements;

/// So many turns at most before a commit: who waits for it can meanwhile do nothing else.
const MOST_TURNS: u32 = 32;
/// Nor longer than this, where turns take their time.
const LONGEST: Duration = Duration::from_millis(20);

const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT turn";
const BEGIN_TURN: &str = "SAVEPOINT turn";
const END_TURN: &str = "RELEASE turn";
const UNDO_TURN: &str = "ROLLBACK TO turn; RELEASE turn";
const COMMIT: &str = "COMMIT";

/// What became of a commit, once that is known.
pub(super) type Outcome = Option<Result<(), DbErr>>;

/// What goes from turn to turn.
#[derive(Default)]
pub(super) struct Road {
    pub(super) connection: Option<SqliteConnection>,
    /// The transaction that is open.
    together: Option<Together>,
    /// Somebody's turn has begun and not ended.
    pub(super) taken: bool,
    closed: bool,
}

/// Turns that are committed together.
struct Together {
    turns: u32,
    since: Instant,
    /// What became of them, once that is known.
    outcome: watch::Sender<Outcome>,
}

impl Road {
    /// Begins a turn, in the transaction that is open or in a new one.
    pub(super) async fn begin_turn(&mut self, file: &SqliteConnectOptions) -> Result<(), DbErr> {
        self.recover().await;
        self.taken = true;
        if let Some(together) = &mut self.together {
            together.turns += 1;
            return self.tell(BEGIN_TURN).await;
        }
        self.connect(file).await?;
        self.together = Some(Together { turns: 1, since: Instant::now(), outcome: watch::Sender::default() });
        self.tell(BEGIN).await
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

    /// Somebody left without ending the turn, as when the runtime stops: nobody knows what is open.
    pub(super) async fn recover(&mut self) {
        if self.taken {
            self.fail(DbErr::Custom("a turn was not ended".to_owned())).await;
        }
    }

    /// Keeps what was written in this turn, to be committed with the others.
    pub(super) async fn keep_turn(&mut self) -> Result<watch::Receiver<Outcome>, DbErr> {
        if let Err(error) = self.tell(END_TURN).await {
            self.fail(error.clone()).await;
            return Err(error);
        }
        let together = self.together.as_ref().ok_or_else(not_open)?;
        Ok(together.outcome.subscribe())
    }

    /// Undoes what was written in this turn, once what was asked last has ended.
    pub(super) async fn undo_turn(&mut self) {
        if self.together.is_none() {
            return;
        }
        if let Err(error) = self.tell(UNDO_TURN).await {
            self.fail(error).await;
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.together
            .as_ref()
            .is_some_and(|together| together.turns >= MOST_TURNS || together.since.elapsed() >= LONGEST)
    }

    /// Commits what is open, and tells those who wait for it.
    pub(super) async fn commit(&mut self) {
        if self.together.is_none() {
            return;
        }
        match self.tell(COMMIT).await {
            Ok(()) => self.announce(Ok(())),
            Err(error) => self.fail(error).await,
        }
    }

    /// Gives up all that is not committed: SQLite rolls back when a connection is closed.
    pub(super) async fn fail(&mut self, error: DbErr) {
        self.disconnect().await;
        self.announce(Err(error));
        self.taken = false;
    }

    fn announce(&mut self, outcome: Result<(), DbErr>) {
        if let Some(together) = self.together.take() {
            together.outcome.send_replace(Some(outcome));
        }
    }

    /// For good.
    pub(super) async fn close(&mut self) {
        self.recover().await;
        self.commit().await;
        self.closed = true;
        self.disconnect().await;
    }

    pub(super) fn is_open(&self) -> bool {
        self.together.is_some()
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
}

pub(super) fn not_open() -> DbErr {
    DbErr::Custom("no transaction is open".to_owned())
}
