//! What keeps data safe when something goes wrong.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use tenantry_app::{
    ports::{
        Directory, InsertedAccount, InsertedUser, Letter, PageStart, Storage, StorageError, StoredRole, UnitOfWork,
        UserFilter, UserSort, Visible,
    },
    testing::{
        FakeAuditKey,
        samples::{self, instant},
    },
};
use tenantry_domain::{
    AccountId, MailId, RoleId, SessionId, UserId,
    account::{Account, AccountKind, AccountPath},
    permission::{BuiltInRole, Cell, Grant, PermissionMatrix},
    user::{ProvisioningState, User},
};
use tenantry_infra_sql::{ConnectError, Database, DatabaseOptions};
use tokio::time::{sleep, timeout};

use crate::support::{self, Fresh};

/// Makes one test of a body for each database.
macro_rules! on_both {
    ($($name:ident)+) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::bodies::$name(crate::support::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                super::bodies::$name(crate::support::postgres().await).await;
            }
        }
    )+};
}

on_both! {
    audit_entries_cannot_be_changed_or_deleted
    unit_of_work_that_failed_is_not_committed
    row_that_cannot_be_read_is_named
    role_that_cannot_be_read_is_named
    setting_is_stored_once
    what_no_database_stores_is_not_found
    waiting_for_a_connection_ends
}

async fn with_root(fresh: &Fresh) -> Account {
    let path = AccountPath::root(AccountId::new(samples::uuid(1)));
    let root = samples::account(path, AccountKind::Platform, "Northwind", "northwind.example");
    let uow = fresh.storage().begin().await.unwrap();
    assert_eq!(uow.accounts().insert(&root, instant(0)).await.unwrap(), InsertedAccount::Inserted);
    uow.commit().await.unwrap();
    root
}

async fn with_user(fresh: &Fresh, root: &Account) -> User {
    add_user(fresh, root, 2).await
}

async fn add_user(fresh: &Fresh, root: &Account, number: u64) -> User {
    let local = format!("avery{number}");
    let user = samples::user(UserId::new(samples::uuid(number)), root, &local, "Avery", "Quinn");
    let uow = fresh.storage().begin().await.unwrap();
    let grant = Grant::new(BuiltInRole::User.into(), root.path.clone());
    assert_eq!(uow.users().insert(&user, &grant, None, instant(0)).await.unwrap(), InsertedUser::Inserted);
    uow.commit().await.unwrap();
    user
}

async fn count(db: &DatabaseConnection, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

mod bodies {
    use super::*;

    pub async fn audit_entries_cannot_be_changed_or_deleted(fresh: Fresh) {
        let raw = fresh.raw().await;
        let on_sqlite = raw.get_database_backend() == DbBackend::Sqlite;
        let (id, bytes) = if on_sqlite { ("x'01'", "x'02'") } else { ("gen_random_uuid()", "'\\x02'") };
        for insert in [
            format!(
                "INSERT INTO audit_entries (id, at, action, outcome, decision, changes, mark) \
                 VALUES ({id}, '2026-11-22T10:00:00+00:00', 'user.create', 'done', 'null', 'null', {bytes})"
            ),
            format!("INSERT INTO audit_seals VALUES (1, '2026-11-22T10:00:00+00:00', {bytes}, {bytes})"),
        ] {
            raw.execute_unprepared(&insert).await.unwrap();
        }
        let mut attempts = vec![
            "UPDATE audit_entries SET outcome = 'refused'",
            "DELETE FROM audit_entries",
            "UPDATE audit_seals SET number = 2",
            "DELETE FROM audit_seals",
        ];
        if !on_sqlite {
            attempts.extend(["TRUNCATE audit_entries", "TRUNCATE audit_seals"]);
        }
        for attempt in attempts {
            let error = raw.execute_unprepared(attempt).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{attempt}: {error}");
        }
        assert_eq!(count(&raw, "audit_entries WHERE outcome = 'done'").await, 1);
    }

    pub async fn unit_of_work_that_failed_is_not_committed(fresh: Fresh) {
        let root = with_root(&fresh).await;
        let user = samples::user(UserId::new(samples::uuid(2)), &root, "avery", "Avery", "Quinn");
        let stranger = samples::user(UserId::new(samples::uuid(3)), &root, "blake", "Blake", "Quinn");
        let uow = fresh.storage().begin().await.unwrap();
        uow.users()
            .insert(&user, &Grant::new(BuiltInRole::User.into(), root.path.clone()), None, instant(0))
            .await
            .unwrap();
        let session = samples::session(SessionId::new(samples::uuid(4)), &stranger, instant(0));
        assert!(matches!(uow.sessions().insert(&session, 10).await, Err(StorageError::Unavailable(_))));
        assert!(matches!(uow.commit().await, Err(StorageError::Unavailable(_))));
        assert_eq!(fresh.database.directory().find_user(user.id).await.unwrap(), None);
    }

    pub async fn row_that_cannot_be_read_is_named(fresh: Fresh) {
        let root = with_root(&fresh).await;
        let user = with_user(&fresh, &root).await;
        fresh.raw().await.execute_unprepared("UPDATE users SET status = 'odd'").await.unwrap();
        let error = fresh.database.directory().find_user(user.id).await.unwrap_err();
        assert_eq!(error.to_string(), format!("stored row is corrupt: users.status of {}", user.id));
    }

    pub async fn role_that_cannot_be_read_is_named(fresh: Fresh) {
        let root = with_root(&fresh).await;
        let user = with_user(&fresh, &root).await;
        let matrix = Cell::find("own.users.view").into_iter().collect();
        let role = samples::role(RoleId::new(samples::uuid(3)), root.id(), "Helpdesk", matrix);
        let uow = fresh.storage().begin().await.unwrap();
        assert_eq!(uow.roles().insert(&role, instant(0)).await.unwrap(), StoredRole::Stored);
        let grant = Grant::new(role.clone().into(), root.path.clone());
        uow.users().replace_grants(user.id, &[grant], user.id, instant(0)).await.unwrap();
        uow.commit().await.unwrap();
        let (raw, directory) = (fresh.raw().await, fresh.database.directory());
        // One that no version knows, and one that no author may choose.
        for cells in ["own.users.view own.users.fly", "own.users.edit"] {
            raw.execute_unprepared(&format!("UPDATE roles SET cells = '{cells}'")).await.unwrap();
            for error in [
                directory.find_role(role.id).await.unwrap_err(),
                directory.find_principal(user.id, instant(1)).await.unwrap_err(),
                directory.list_grants(user.id).await.unwrap_err(),
            ] {
                assert_eq!(error.to_string(), format!("stored row is corrupt: roles.cells of {}", role.id));
            }
        }
        for wrong in ["role = 'user'", "role_id = NULL"] {
            assert!(raw.execute_unprepared(&format!("UPDATE grants SET {wrong}")).await.is_err(), "{wrong}");
        }
        raw.execute_unprepared("UPDATE grants SET role = 'odd', role_id = NULL").await.unwrap();
        let error = directory.find_user(user.id).await.unwrap_err().to_string();
        assert_eq!(error, format!("stored row is corrupt: grants.role of {}", user.id));
    }

    pub async fn setting_is_stored_once(fresh: Fresh) {
        assert_eq!(fresh.database.setting("key").await.unwrap(), None);
        assert_eq!(fresh.database.put_setting_if_absent("key", "first").await.unwrap(), "first");
        assert_eq!(fresh.database.put_setting_if_absent("key", "second").await.unwrap(), "first");
        assert_eq!(fresh.database.setting("key").await.unwrap().as_deref(), Some("first"));
    }

    /// PostgreSQL refuses a text with a zero character, which must not look like a broken database.
    pub async fn what_no_database_stores_is_not_found(fresh: Fresh) {
        let root = with_root(&fresh).await;
        let (storage, directory) = (fresh.storage(), fresh.database.directory());
        assert!(directory.is_login_name_free("a\0b").await.unwrap());
        assert_eq!(directory.find_image("a\0b", true).await.unwrap(), None);
        let filter = UserFilter {
            account: root.path.clone(),
            subtree: true,
            visible: vec![Visible { anchor: root.path.clone(), at: true, below: true }],
            text: Some("a\0b".to_owned()),
            state: None,
            role: None,
            provisioning: None,
            sort: UserSort::Name,
            descending: false,
            start: PageStart::First,
            limit: 10,
        };
        assert_eq!(directory.list_users(&filter).await.unwrap().items, []);
        let uow = storage.begin().await.unwrap();
        assert_eq!(uow.users().find_by_login_key("a\0b").await.unwrap(), None);
        uow.sign_in_attempts().add_failure("a\0b", instant(0), None).await.unwrap();
        assert_eq!(uow.sign_in_attempts().find("a\0b").await.unwrap().failures, 1);
        uow.commit().await.unwrap();
    }

    pub async fn waiting_for_a_connection_ends(fresh: Fresh) {
        let options = DatabaseOptions {
            max_connections: 1,
            acquire_timeout: Duration::from_secs(1),
            ..DatabaseOptions::default()
        };
        let database = Database::connect(&fresh.url, &options).await.unwrap();
        let storage = database.storage(Arc::new(FakeAuditKey));
        let held = storage.begin().await.unwrap();
        assert!(matches!(storage.begin().await, Err(StorageError::Unavailable(_))));
        drop(held);
        storage.begin().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_by_the_server_are_replaced() {
    let fresh = support::postgres().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..3 {
        let mut units = Vec::new();
        for _ in 0..DatabaseOptions::default().max_connections / 2 {
            units.push(fresh.storage().begin().await.unwrap());
        }
        drop(units);
        fresh.raw().await.execute_unprepared(cut).await.unwrap();
        drop(fresh.storage().begin().await.unwrap());
        let mut failures = 0;
        while fresh.database.directory().is_empty().await.is_err() {
            failures += 1;
            assert!(failures < 10, "storage does not recover");
        }
    }
}

/// What was asked may be under way still, and must go with the rest, whether its connection is kept or closed.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_within_a_statement_leaves_nothing_behind_on_postgres() {
    let fresh = support::postgres().await;
    let (root, raw) = (with_root(&fresh).await, fresh.raw().await);
    let user = samples::user(UserId::new(samples::uuid(2)), &root, "avery", "Avery", "Quinn");
    let grant = Grant::new(BuiltInRole::User.into(), root.path.clone());
    let one = DatabaseOptions { max_connections: 2, ..DatabaseOptions::default() };
    let database = Database::connect(&fresh.url, &one).await.unwrap();
    let storage = database.storage(Arc::new(FakeAuditKey));
    for under_way_for in [Duration::from_millis(50), Duration::from_millis(1_500)] {
        let lock = raw.begin().await.unwrap();
        lock.execute_unprepared("LOCK TABLE users IN SHARE MODE").await.unwrap();
        let unit = storage.begin().await.unwrap();
        let inserting = unit.users().insert(&user, &grant, None, instant(0));
        assert!(timeout(Duration::from_millis(50), inserting).await.is_err());
        drop(unit);
        sleep(under_way_for).await;
        lock.rollback().await.unwrap();
        let next = storage.begin().await.unwrap();
        assert_eq!(next.users().find(user.id).await.unwrap(), None);
        next.commit().await.unwrap();
    }
    database.close().await;
    assert_eq!(count(&raw, "users").await, 0);
}

/// It is told of in place of the rollback that follows it.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_abandoned_statement_fails_with_costs_no_connection_on_postgres() {
    let fresh = support::postgres().await;
    let root = with_root(&fresh).await;
    let [user, same] = [2, 3].map(|n| samples::user(UserId::new(samples::uuid(n)), &root, "avery", "Avery", "Quinn"));
    let grant = Grant::new(BuiltInRole::User.into(), root.path.clone());
    let one = DatabaseOptions { max_connections: 2, ..DatabaseOptions::default() };
    let database = Database::connect(&fresh.url, &one).await.unwrap();
    let first = fresh.storage().begin().await.unwrap();
    assert_eq!(first.users().insert(&same, &grant, None, instant(0)).await.unwrap(), InsertedUser::Inserted);
    let unit = database.storage(Arc::new(FakeAuditKey)).begin().await.unwrap();
    let waits_for_the_name = unit.users().insert(&user, &grant, None, instant(0));
    assert!(timeout(Duration::from_millis(50), waits_for_the_name).await.is_err());
    drop(unit);
    first.commit().await.unwrap();
    let writers = || database.pools()[0].1;
    while writers().idle < writers().size {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!((database.pools()[0].0, writers().size), ("writer", 1));
}

/// Units of work on SQLite take turns, so that neither order can happen there.
#[tokio::test(flavor = "multi_thread")]
async fn role_given_while_it_is_removed_is_contention_on_postgres() {
    let fresh = support::postgres().await;
    let root = with_root(&fresh).await;
    let user = with_user(&fresh, &root).await;
    let storage = fresh.storage();
    let role = samples::role(RoleId::new(samples::uuid(3)), root.id(), "Helpdesk", PermissionMatrix::EMPTY);
    let uow = storage.begin().await.unwrap();
    assert_eq!(uow.roles().insert(&role, instant(0)).await.unwrap(), StoredRole::Stored);
    uow.commit().await.unwrap();
    let custom = [Grant::new(role.clone().into(), root.path.clone())];

    let removing = storage.begin().await.unwrap();
    assert_eq!(removing.roles().list_holders(role.id).await.unwrap(), []);
    let giving = storage.begin().await.unwrap();
    giving.users().replace_grants(user.id, &custom, user.id, instant(1)).await.unwrap();
    giving.commit().await.unwrap();
    assert!(matches!(removing.roles().remove(role.id).await, Err(StorageError::Contended)));
    drop(removing);

    let uow = storage.begin().await.unwrap();
    let built_in = [Grant::new(BuiltInRole::User.into(), root.path.clone())];
    uow.users().replace_grants(user.id, &built_in, user.id, instant(2)).await.unwrap();
    uow.commit().await.unwrap();
    let giving = storage.begin().await.unwrap();
    assert!(giving.roles().find(role.id).await.unwrap().is_some());
    let removing = storage.begin().await.unwrap();
    removing.roles().remove(role.id).await.unwrap();
    removing.commit().await.unwrap();
    let given = giving.users().replace_grants(user.id, &custom, user.id, instant(3)).await;
    assert!(matches!(given, Err(StorageError::Contended)));
}

/// One worker takes the mails that are due and notes that a user is being provisioned; meanwhile somebody looks at that user and has
/// another mail sent. Neither was first.
async fn step_met_by_another(
    fresh: &Fresh,
    user: &User,
    step: Box<dyn UnitOfWork>,
    mail: u64,
) -> Result<(), StorageError> {
    assert_eq!(step.mail_outbox().claim(instant(0), SignedDuration::from_secs(9), 10).await?, []);
    step.users().set_provisioning(&[user.id], ProvisioningState::InProgress, None).await?;
    let other = fresh.storage().begin().await?;
    assert!(other.users().find(user.id).await?.is_some());
    let mail = samples::mail(MailId::new(samples::uuid(mail)), user, Letter::PasswordChanged, instant(1));
    other.mail_outbox().enqueue(&mail).await?;
    other.commit().await?;
    step.commit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_and_others_do_not_stop_each_other_on_postgres() {
    let fresh = support::postgres().await;
    let root = with_root(&fresh).await;
    let user = with_user(&fresh, &root).await;
    let storage = fresh.storage();
    let contended = step_met_by_another(&fresh, &user, storage.begin().await.unwrap(), 8).await;
    assert!(matches!(contended, Err(StorageError::Contended)), "{contended:?}");
    step_met_by_another(&fresh, &user, storage.begin_step().await.unwrap(), 9).await.unwrap();
}

#[tokio::test]
async fn failing_to_connect_tells_no_password() {
    let options = DatabaseOptions::default();
    for url in
        ["postgres://avery:hunter2@127.0.0.1:1/none", "postgres://avery:hunter2@[/none", "mysql://avery:hunter2@x/y"]
    {
        let error = Database::connect(url, &options).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    assert_eq!(Database::connect("mysql://x/y", &options).await.unwrap_err(), ConnectError::InvalidAddress);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_users_are_put_into_the_index_of_letters_together_on_sqlite() {
    let fresh = support::sqlite().await;
    let (root, raw) = (with_root(&fresh).await, fresh.raw().await);
    let (waiting, indexed) = ("users WHERE document IS NULL", "user_search_docsize");
    for number in 1..=130 {
        add_user(&fresh, &root, 100 + number).await;
        let in_batches = i64::try_from(number / 64 * 64).unwrap();
        assert_eq!(count(&raw, indexed).await, in_batches);
        assert_eq!(count(&raw, waiting).await, i64::try_from(number).unwrap() - in_batches);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instants_sort_as_they_follow_each_other_on_sqlite() {
    let fresh = support::sqlite().await;
    let root = with_root(&fresh).await;
    let start = instant(0).as_microsecond();
    let mut expected = Vec::new();
    for (n, micros) in (10_u64..).zip([0, 1, 10, 999, 1_000, 500_000, 999_999, 1_000_000]) {
        let user = samples::user(UserId::new(samples::uuid(100 - n)), &root, &format!("user{n}"), "Avery", "Quinn");
        let uow = fresh.storage().begin().await.unwrap();
        let created_at = Timestamp::from_microsecond(start + micros).unwrap();
        uow.users()
            .insert(&user, &Grant::new(BuiltInRole::User.into(), root.path.clone()), None, created_at)
            .await
            .unwrap();
        uow.commit().await.unwrap();
        expected.push(user.id);
    }
    let filter = UserFilter {
        account: root.path.clone(),
        subtree: false,
        visible: vec![Visible { anchor: root.path.clone(), at: true, below: true }],
        text: None,
        state: None,
        role: None,
        provisioning: None,
        sort: UserSort::Created,
        descending: false,
        start: PageStart::First,
        limit: 50,
    };
    let listed = fresh.database.directory().list_users(&filter).await.unwrap();
    assert_eq!(listed.items.iter().map(|row| row.id).collect::<Vec<_>>(), expected);
}
