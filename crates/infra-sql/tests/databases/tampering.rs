//! The audit log, changed by somebody who may write to the database but has no key.

use std::collections::BTreeSet;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tenantry_app::{
    audit_chain::{AuditFault, AuditVerification, SealError, seal_waiting_entries, verify_audit_log},
    housekeeping::keep_house,
    ports::Checkpoint,
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Fresh, postgres, sqlite};

const SEALS: u64 = 5;
const ENTRIES_A_SEAL: u64 = 4;
const WAITING: u64 = 3;
const CHANGES: u32 = 500;

/// A log with some seals and entries that wait, and a connection of somebody who took the database's own safeguards away.
struct Log {
    p: TestPlatform,
    raw: DatabaseConnection,
    _fresh: Fresh,
}

impl Log {
    async fn write(fresh: Fresh) -> Self {
        let log = Self { p: fresh.platform().await, raw: fresh.raw().await, _fresh: fresh };
        for _ in 0..SEALS {
            log.add_entries(ENTRIES_A_SEAL).await;
            assert!(seal_waiting_entries(&log.p.app).await.unwrap());
            assert!(!seal_waiting_entries(&log.p.app).await.unwrap());
        }
        log.add_entries(WAITING).await;
        log
    }

    /// Each of the people who are purged leaves an entry.
    async fn add_entries(&self, count: u64) {
        for _ in 0..count {
            self.p.add(NewUser::new(self.p.contoso, BuiltInRole::User).removed_at(jiff::Timestamp::UNIX_EPOCH)).await;
        }
        assert_eq!(keep_house(&self.p.app).await.unwrap() as u64, count);
    }

    async fn take_safeguards_away(&self) {
        let tables = ["audit_entries", "audit_seals", "audit_unsealed"];
        let statements: Vec<String> = match self.raw.get_database_backend() {
            DbBackend::Postgres => {
                let disabled = tables.map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER ALL"));
                let dropped = "ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_need_a_mark".to_owned();
                disabled.into_iter().chain([dropped]).collect()
            }
            _ => {
                let of = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'";
                self.texts(of).await.iter().map(|name| format!("DROP TRIGGER {name}")).collect()
            }
        };
        for statement in statements {
            self.run(&statement).await.unwrap();
        }
        for table in tables {
            self.run(&format!("CREATE TABLE {table}_kept AS SELECT * FROM {table}")).await.unwrap();
        }
    }

    async fn put_back(&self) {
        for table in ["audit_entries", "audit_seals", "audit_unsealed"] {
            self.run(&format!("DELETE FROM {table}")).await.unwrap();
            self.run(&format!("INSERT INTO {table} SELECT * FROM {table}_kept")).await.unwrap();
        }
    }

    async fn run(&self, sql: &str) -> Result<u64, DbErr> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.execute_raw(statement).await.map(|done| done.rows_affected())
    }

    /// The first column of each row.
    async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.raw.query_all_raw(Statement::from_string(self.raw.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    async fn verify(&self) -> Result<AuditVerification, SealError> {
        verify_audit_log(&self.p.app, &[]).await
    }

    async fn faults(&self) -> Vec<AuditFault> {
        self.verify().await.unwrap().faults
    }

    async fn last_checkpoint(&self) -> Checkpoint {
        self.verify().await.unwrap().checkpoint.unwrap()
    }
}

async fn fresh(on_postgres: bool) -> Fresh {
    if on_postgres { postgres().await } else { sqlite().await }
}

#[derive(Clone, Copy)]
enum Kind {
    Id,
    Text,
    Time,
    Bytes,
    Number,
}

const ENTRY: [(&str, Kind); 12] = [
    ("id", Kind::Id),
    ("at", Kind::Time),
    ("actor_id", Kind::Id),
    ("action", Kind::Text),
    ("user_id", Kind::Id),
    ("account_id", Kind::Id),
    ("outcome", Kind::Text),
    ("decision", Kind::Text),
    ("changes", Kind::Text),
    ("request_id", Kind::Text),
    ("address", Kind::Text),
    ("mark", Kind::Bytes),
];
const SEAL: [(&str, Kind); 4] =
    [("number", Kind::Number), ("at", Kind::Time), ("members", Kind::Bytes), ("mark", Kind::Bytes)];

impl Kind {
    /// The bytes of a column, in hexadecimal digits; empty for nothing and where bits cannot be written.
    fn digits(self, column: &str, backend: DbBackend) -> String {
        let digits = match (self, backend) {
            (Self::Number, _) | (Self::Time, DbBackend::Postgres) => "''".to_owned(),
            (Self::Id, DbBackend::Postgres) => format!("encode(uuid_send({column}), 'hex')"),
            (Self::Text, DbBackend::Postgres) => format!("encode(convert_to({column}, 'UTF8'), 'hex')"),
            (Self::Bytes, DbBackend::Postgres) => format!("encode({column}, 'hex')"),
            _ => format!("hex(CAST({column} AS blob))"),
        };
        format!("COALESCE({digits}, '')")
    }

    /// A value of these bytes.
    fn value(self, column: &str, digits: &str, backend: DbBackend) -> String {
        match (self, backend) {
            (Self::Number, _) => format!("{column} + 1000"),
            (Self::Time, DbBackend::Postgres) => format!("{column} + interval '1 microsecond'"),
            (Self::Id, DbBackend::Postgres) => format!("'{digits:0>32}'::uuid"),
            (Self::Text, DbBackend::Postgres) => format!("convert_from(decode('{digits}', 'hex'), 'UTF8')"),
            (Self::Bytes, DbBackend::Postgres) => format!("decode('{digits}', 'hex')"),
            (Self::Id, _) => format!("x'{digits:0>32}'"),
            (Self::Bytes, _) => format!("x'{digits}'"),
            (Self::Text | Self::Time, _) => format!("CAST(x'{digits}' AS text)"),
        }
    }
}

/// Somebody with a pencil.
struct Forger<'a> {
    log: &'a Log,
    dice: StdRng,
}

impl Forger<'_> {
    /// Does one thing; what it was, or nothing if the database does not let itself be changed so.
    async fn act(&mut self) -> Option<String> {
        let sql = match self.dice.random_range(0..11) {
            0..3 => self.flip("audit_entries", "id", &ENTRY).await,
            3 => self.flip("audit_seals", "number", &SEAL).await,
            4 => self.take_away().await,
            5 => self.swap_entries().await,
            6 => self.swap_seals().await,
            7 => self.put_in().await,
            8 => self.put_seal_in().await,
            9 => self.let_nothing_wait(),
            _ => self.empty().await,
        };
        let changed = self.log.run(&sql).await;
        matches!(changed, Ok(1..)).then_some(sql)
    }

    async fn row(&mut self, table: &str, key: &str) -> String {
        let literal = match (key, self.log.raw.get_database_backend()) {
            ("number", _) => "CAST(number AS text)".to_owned(),
            (_, DbBackend::Postgres) => format!("'''' || CAST({key} AS text) || ''''"),
            _ => format!("'x''' || hex({key}) || ''''"),
        };
        let rows = self.log.texts(&format!("SELECT {literal} FROM {table} ORDER BY {key}")).await;
        rows.choose(&mut self.dice).unwrap().clone()
    }

    async fn flip(&mut self, table: &str, key: &str, columns: &[(&str, Kind)]) -> String {
        let backend = self.log.raw.get_database_backend();
        let (column, kind) = *columns.choose(&mut self.dice).unwrap();
        let row = self.row(table, key).await;
        let select = format!("SELECT {} FROM {table} WHERE {key} = {row}", kind.digits(column, backend));
        let digits = self.log.texts(&select).await.remove(0);
        let flipped = self.flip_bit(&digits);
        format!("UPDATE {table} SET {column} = {} WHERE {key} = {row}", kind.value(column, &flipped, backend))
    }

    /// One bit of some bytes, or a new byte where there were none.
    fn flip_bit(&mut self, digits: &str) -> String {
        let mut digits = digits.to_owned();
        if digits.is_empty() {
            return "41".to_owned();
        }
        let at = self.dice.random_range(0..digits.len());
        let digit = u8::from_str_radix(&digits[at..=at], 16).unwrap() ^ (1 << self.dice.random_range(0..4));
        digits.replace_range(at..=at, &format!("{digit:x}"));
        digits
    }

    async fn take_away(&mut self) -> String {
        let (table, key) = *[("audit_entries", "id"), ("audit_seals", "number"), ("audit_unsealed", "entry_id")]
            .choose(&mut self.dice)
            .unwrap();
        format!("DELETE FROM {table} WHERE {key} = {}", self.row(table, key).await)
    }

    async fn swap_entries(&mut self) -> String {
        let (one, other) = (self.row("audit_entries", "id").await, self.row("audit_entries", "id").await);
        format!(
            "UPDATE audit_entries SET (user_id, mark) = (SELECT kept.user_id, kept.mark FROM audit_entries_kept AS kept
                WHERE kept.id IN ({one}, {other}) AND kept.id <> audit_entries.id)
            WHERE id IN ({one}, {other}) AND {one} <> {other}"
        )
    }

    async fn swap_seals(&mut self) -> String {
        let (one, other) = (self.row("audit_seals", "number").await, self.row("audit_seals", "number").await);
        format!(
            "UPDATE audit_seals SET (at, members, mark) = (SELECT kept.at, kept.members, kept.mark FROM audit_seals_kept AS kept
                WHERE kept.number IN ({one}, {other}) AND kept.number <> audit_seals.number)
            WHERE number IN ({one}, {other}) AND {one} <> {other}"
        )
    }

    async fn put_seal_in(&mut self) -> String {
        let row = self.row("audit_seals", "number").await;
        let more = self.dice.random_range(SEALS..100);
        format!(
            "INSERT INTO audit_seals SELECT number + {more}, at, members, mark FROM audit_seals WHERE number = {row}"
        )
    }

    /// A note that an entry waits that there is not.
    fn let_nothing_wait(&mut self) -> String {
        let id = Kind::Id.value("", &self.digits(), self.log.raw.get_database_backend());
        format!("INSERT INTO audit_unsealed VALUES ({id})")
    }

    async fn empty(&mut self) -> String {
        let (column, _) = *ENTRY.choose(&mut self.dice).unwrap();
        let row = self.row("audit_entries", "id").await;
        format!("UPDATE audit_entries SET {column} = NULL WHERE id = {row} AND {column} IS NOT NULL")
    }

    /// Sixteen bytes.
    fn digits(&mut self) -> String {
        format!("{:032x}", self.dice.random::<u128>() >> 4)
    }

    async fn put_in(&mut self) -> String {
        let backend = self.log.raw.get_database_backend();
        let id = Kind::Id.value("", &self.digits(), backend);
        let row = self.row("audit_entries", "id").await;
        let columns: Vec<&str> = ENTRY.iter().skip(1).map(|(column, _)| *column).collect();
        let columns = columns.join(", ");
        format!("INSERT INTO audit_entries (id, {columns}) SELECT {id}, {columns} FROM audit_entries WHERE id = {row}")
    }
}

async fn any_change_is_found(fresh: Fresh) {
    let log = Log::write(fresh).await;
    log.take_safeguards_away().await;
    let whole = log.verify().await.unwrap();
    assert_eq!((whole.sealed, whole.seals(), whole.waiting), (SEALS * ENTRIES_A_SEAL, SEALS, WAITING));
    assert_eq!(whole.faults, []);
    let mut forger = Forger { log: &log, dice: StdRng::seed_from_u64(7) };
    let mut changes = 0;
    let mut statements = BTreeSet::new();
    while changes < CHANGES {
        let Some(done) = forger.act().await else { continue };
        let found = log.verify().await;
        assert!(found.is_err() || found.is_ok_and(|found| found.faults_found > 0), "unseen: {done}");
        log.put_back().await;
        changes += 1;
        statements.insert(done.split(' ').take(3).collect::<Vec<_>>().join(" "));
    }
    // Every kind of change was among them.
    assert_eq!(statements.len(), 8, "{statements:?}");
    assert_eq!(log.verify().await.unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_change_is_found_on_sqlite() {
    any_change_is_found(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_change_is_found_on_postgres() {
    any_change_is_found(postgres().await).await;
}

/// Without its end the log is one that was whole some time ago. The node remembers where it had come to, and so may others.
#[tokio::test(flavor = "multi_thread")]
async fn cut_end_is_found_by_a_checkpoint() {
    let log = Log::write(sqlite().await).await;
    let known = log.last_checkpoint().await;
    log.add_entries(1).await;
    assert!(seal_waiting_entries(&log.p.app).await.unwrap());
    assert_eq!(verify_audit_log(&log.p.app, &[known]).await.unwrap().faults, [], "the log grew");
    let last = log.last_checkpoint().await;
    log.take_safeguards_away().await;
    for statement in [
        "DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries ORDER BY id DESC LIMIT 8)",
        "DELETE FROM audit_seals WHERE number >= 5",
    ] {
        assert_ne!(log.run(statement).await.unwrap(), 0);
    }
    assert_eq!(log.faults().await, [AuditFault::CheckpointMissing { checkpoint: last }]);
    assert!(matches!(seal_waiting_entries(&log.p.app).await, Err(SealError::Cut(checkpoint)) if checkpoint == last));
    log.p.audit_anchor.forget();
    assert_eq!(log.faults().await, []);
    let found = verify_audit_log(&log.p.app, &[known]).await.unwrap();
    assert_eq!(found.faults, [AuditFault::CheckpointMissing { checkpoint: known }]);
}

/// Whoever takes one entry away, and all seals from it on, and lets the others wait again, would have them sealed anew.
#[tokio::test(flavor = "multi_thread")]
async fn seals_are_not_begun_anew() {
    for on_postgres in [false, true] {
        for from in [1, 3] {
            let log = Log::write(fresh(on_postgres).await).await;
            let last = log.last_checkpoint().await;
            log.take_safeguards_away().await;
            let entry = (from - 1) * ENTRIES_A_SEAL;
            for statement in [
                format!(
                    "DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries ORDER BY id LIMIT 1 OFFSET {entry})"
                ),
                format!("DELETE FROM audit_seals WHERE number >= {from}"),
                "DELETE FROM audit_unsealed".to_owned(),
                format!(
                    "INSERT INTO audit_unsealed SELECT id FROM audit_entries ORDER BY id LIMIT 1000 OFFSET {entry}"
                ),
            ] {
                assert_ne!(log.run(&statement).await.unwrap(), 0, "{statement}");
            }
            assert!(matches!(seal_waiting_entries(&log.p.app).await, Err(SealError::Cut(_))));
            assert_eq!(log.faults().await, [AuditFault::CheckpointMissing { checkpoint: last }]);
        }
    }
}

/// Nobody is led on by a seal that somebody else put at the end.
#[tokio::test(flavor = "multi_thread")]
async fn forged_seal_is_not_followed() {
    for on_postgres in [false, true] {
        for number in [SEALS + 1, SEALS + 7, i64::MAX as u64] {
            let log = Log::write(fresh(on_postgres).await).await;
            let copy = format!(
                "INSERT INTO audit_seals SELECT {number}, at, members, mark FROM audit_seals WHERE number = {SEALS}"
            );
            assert_eq!(log.run(&copy).await.unwrap(), 1);
            assert!(matches!(seal_waiting_entries(&log.p.app).await, Err(SealError::Changed(at)) if at == number));
            assert_ne!(log.faults().await, []);
        }
    }
}

/// Whoever seals does not vouch for what somebody else put in.
#[tokio::test(flavor = "multi_thread")]
async fn forged_entry_is_never_sealed() {
    for fresh in [sqlite().await, postgres().await] {
        let log = Log::write(fresh).await;
        let copy = "INSERT INTO audit_entries (id, at, action, outcome, decision, changes, mark)
            SELECT user_id, at, action, outcome, decision, changes, mark FROM audit_entries LIMIT 1";
        assert_eq!(log.run(copy).await.unwrap(), 1);
        assert!(seal_waiting_entries(&log.p.app).await.unwrap());
        let found = log.verify().await.unwrap();
        assert!(matches!(found.faults[..], [AuditFault::EntryChanged { .. }]), "{:?}", found.faults);
        assert_eq!((found.sealed, found.waiting), (SEALS * ENTRIES_A_SEAL + WAITING, 1));
    }
}

/// Many of them do not keep others from being sealed.
#[tokio::test(flavor = "multi_thread")]
async fn entries_of_no_right_mark_do_not_stop_the_sealing() {
    let fresh = sqlite().await;
    let log = Log { p: fresh.platform().await, raw: fresh.raw().await, _fresh: fresh };
    log.add_entries(1).await;
    let copies = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1500)
        INSERT INTO audit_entries (id, at, action, outcome, decision, changes, mark)
        SELECT CAST(printf('%016d', n) AS blob), at, action, outcome, decision, changes, x'00' FROM audit_entries, numbers";
    assert_eq!(log.run(copies).await.unwrap(), 1500);
    assert!(seal_waiting_entries(&log.p.app).await.unwrap());
    assert!(!seal_waiting_entries(&log.p.app).await.unwrap());
    let found = log.verify().await.unwrap();
    assert_eq!((found.sealed, found.waiting, found.faults_found), (1, 1500, 1500));
}

/// Entries without marks are older than all that have one; nothing vouches for them, and no younger one is among them.
#[tokio::test(flavor = "multi_thread")]
async fn entries_from_before_marks_are_counted() {
    for fresh in [sqlite().await, postgres().await] {
        let log = Log { p: fresh.platform().await, raw: fresh.raw().await, _fresh: fresh };
        log.add_entries(3).await;
        log.take_safeguards_away().await;
        log.run("UPDATE audit_entries SET mark = NULL").await.unwrap();
        log.run("DELETE FROM audit_unsealed").await.unwrap();
        log.add_entries(2).await;
        log.run("INSERT INTO audit_unsealed SELECT id FROM audit_entries WHERE mark IS NOT NULL").await.unwrap();
        assert!(seal_waiting_entries(&log.p.app).await.unwrap());
        let found = log.verify().await.unwrap();
        assert_eq!((found.unmarked, found.sealed, found.faults), (3, 2, Vec::new()));
        log.run("UPDATE audit_entries SET mark = NULL").await.unwrap();
        assert_eq!(log.verify().await.unwrap().faults_found, 2);
    }
}

/// A program from before there were marks, running beside a newer one, is told so.
#[tokio::test(flavor = "multi_thread")]
async fn entries_without_a_mark_are_not_taken_in() {
    for fresh in [sqlite().await, postgres().await] {
        let log = Log { p: fresh.platform().await, raw: fresh.raw().await, _fresh: fresh };
        log.add_entries(1).await;
        let copy = "INSERT INTO audit_entries (id, at, action, outcome, decision, changes)
            SELECT user_id, at, action, outcome, decision, changes FROM audit_entries";
        let refused = log.run(copy).await.unwrap_err().to_string();
        assert!(refused.contains("mark"), "{refused}");
    }
}

/// Any number of nodes seal, and each entry is in one seal.
#[tokio::test(flavor = "multi_thread")]
async fn several_sealers_seal_each_entry_once() {
    for fresh in [sqlite().await, postgres().await] {
        let log = Log { p: fresh.platform().await, raw: fresh.raw().await, _fresh: fresh };
        for _ in 0..5 {
            log.add_entries(4).await;
            let app = &log.p.app;
            let sealed = tokio::join!(
                seal_waiting_entries(app),
                seal_waiting_entries(app),
                seal_waiting_entries(app),
                seal_waiting_entries(app)
            );
            for done in [sealed.0, sealed.1, sealed.2, sealed.3] {
                done.unwrap();
            }
        }
        while seal_waiting_entries(&log.p.app).await.unwrap() {}
        let found = log.verify().await.unwrap();
        assert_eq!((found.sealed, found.waiting, found.faults), (20, 0, Vec::new()));
    }
}
