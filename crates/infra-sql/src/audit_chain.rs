//! The seals of the audit log. Not in units of work: sealing reads all that is new, and would get in the way of whoever writes it.

use std::array::TryFromSliceError;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Statement, Value, prelude::DateTimeUtc};
use tenantry_app::ports::{AuditChain, AuditMark, AuditSeal, Checkpoint, MarkedEntry, StorageError, StoredAuditEntry};
use uuid::Uuid;

use crate::{
    connect::{Purpose, Readers, Writer},
    entities::audit_entries,
    error::{StoredRow, storage_error},
    read::{padded, placeholders, query},
    times,
};

const ID_LENGTH: usize = 16;
const MEMBER_LENGTH: usize = ID_LENGTH + 32;
const DELETED_AT_ONCE: usize = 512;

/// The audit log's seals in the database.
#[derive(Debug, Clone)]
pub struct SqlAuditChain {
    writer: Writer,
    readers: Readers,
}

impl SqlAuditChain {
    pub(crate) const fn new(writer: Writer, readers: Readers) -> Self {
        Self { writer, readers }
    }

    /// A page of rows in the order of their ids;
    async fn page(
        &self,
        sql: &str,
        id: &str,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<QueryResult>, StorageError> {
        let limit = Value::from(i64::from(limit));
        let (condition, values) = match after {
            Some(after) => (format!("WHERE {id} > $1"), vec![after.into(), limit]),
            None => (String::new(), vec![limit]),
        };
        let count = values.len();
        query(&self.readers, &format!("{sql} {condition} ORDER BY {id} LIMIT ${count}"), values).await
    }
}

#[async_trait]
impl AuditChain for SqlAuditChain {
    async fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StorageError> {
        let rows =
            query(&self.readers, "SELECT number, mark FROM audit_seals ORDER BY number DESC LIMIT 1", []).await?;
        rows.first().map(checkpoint).transpose()
    }

    async fn list_unsealed(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<MarkedEntry>, StorageError> {
        let waiting = self.page("SELECT entry_id FROM audit_unsealed", "entry_id", after, limit).await?;
        let ids = waiting.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<Uuid>, _>>();
        let ids = padded(ids.map_err(storage_error)?);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // Not joined: PostgreSQL thinks of a table that is mostly empty that it is not, and would read all entries there ever were to merge
        // a few with them.
        let sql = format!("SELECT * FROM audit_entries WHERE id IN ({}) ORDER BY id", placeholders(1, ids.len()));
        let rows = query(&self.readers, &sql, ids.into_iter().map(Value::from)).await?;
        rows.iter().map(marked_entry).collect()
    }

    async fn append(&self, seal: &AuditSeal) -> Result<bool, StorageError> {
        let txn = self.writer.begin(Purpose::Step).await.map_err(storage_error)?;
        // Whoever is second waits here for the first, and then inserts nothing.
        let insert =
            "INSERT INTO audit_seals (number, at, members, mark) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let values = [
            i64::try_from(seal.number).unwrap_or(i64::MAX).into(),
            times::to_column(seal.at).into(),
            members_column(&seal.members).into(),
            seal.mark.0.to_vec().into(),
        ];
        if execute(&txn, insert, values.to_vec()).await? == 0 {
            return Ok(false);
        }
        for sealed in seal.members.chunks(DELETED_AT_ONCE) {
            let ids = padded(sealed.iter().map(|(id, _)| Value::from(*id)));
            let delete = format!("DELETE FROM audit_unsealed WHERE entry_id IN ({})", placeholders(1, ids.len()));
            execute(&txn, &delete, ids).await?;
        }
        txn.commit().await?;
        Ok(true)
    }

    async fn list_seals(&self, after: u64, limit: u32) -> Result<Vec<AuditSeal>, StorageError> {
        let sql = "SELECT * FROM audit_seals WHERE number > $1 ORDER BY number LIMIT $2";
        let values = [i64::try_from(after).unwrap_or(i64::MAX).into(), i64::from(limit).into()];
        let rows = query(&self.readers, sql, values).await?;
        rows.iter().map(seal).collect()
    }

    async fn list_waiting(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Uuid>, StorageError> {
        let rows = self.page("SELECT entry_id FROM audit_unsealed", "entry_id", after, limit).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>().map_err(storage_error)
    }

    async fn list_entries(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<(Uuid, bool)>, StorageError> {
        let rows = self.page("SELECT id, mark IS NOT NULL FROM audit_entries", "id", after, limit).await?;
        let entry = |row: &QueryResult| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        rows.iter().map(entry).collect::<Result<_, DbErr>>().map_err(storage_error)
    }

    async fn find_entries(&self, ids: &[Uuid]) -> Result<Vec<MarkedEntry>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = padded(ids.iter().map(|id| Value::from(*id)));
        let sql = format!("SELECT * FROM audit_entries WHERE id IN ({})", placeholders(1, ids.len()));
        query(&self.readers, &sql, ids).await?.iter().map(marked_entry).collect()
    }
}

async fn execute<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<u64, StorageError> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.execute_raw(statement).await.map_err(storage_error)?.rows_affected())
}

fn marked_entry(row: &QueryResult) -> Result<MarkedEntry, StorageError> {
    let entry = audit_entries::Model::from_query_result(row, "").map_err(storage_error)?;
    let at = exact_time(row).map_err(storage_error)?;
    Ok(MarkedEntry { mark: entry.mark.clone(), entry: StoredAuditEntry { at, ..entry.into() } })
}

fn checkpoint(row: &QueryResult) -> Result<Checkpoint, StorageError> {
    let number: i64 = row.try_get("", "number").map_err(storage_error)?;
    let bytes: Vec<u8> = row.try_get("", "mark").map_err(storage_error)?;
    let stored = StoredRow::new("audit_seals", number);
    Ok(Checkpoint { number: stored.read("number", number.try_into())?, mark: stored.read("mark", mark(&bytes))? })
}

fn seal(row: &QueryResult) -> Result<AuditSeal, StorageError> {
    let stored_seal = StoredSeal::from_query_result(row, "").map_err(storage_error)?;
    let stored = StoredRow::new("audit_seals", stored_seal.number);
    if exact_time(row).map_err(storage_error)? != times::text(stored_seal.at) {
        return Err(stored.corrupt("at"));
    }
    let Checkpoint { number, mark } = checkpoint(row)?;
    let members = stored.read("members", members(&stored_seal.members))?;
    Ok(AuditSeal { number, at: times::from_column(stored_seal.at), members, mark })
}

#[derive(FromQueryResult)]
struct StoredSeal {
    number: i64,
    at: DateTimeUtc,
    members: Vec<u8>,
}

/// The time as it is stored: one instant may be written in several ways on SQLite, and only one of them was.
fn exact_time(row: &QueryResult) -> Result<String, DbErr> {
    match row.try_as_sqlite_row() {
        Some(_) => row.try_get("", "at"),
        None => Ok(times::text(row.try_get("", "at")?)),
    }
}

fn mark(bytes: &[u8]) -> Result<AuditMark, TryFromSliceError> {
    bytes.try_into().map(AuditMark)
}

fn members_column(members: &[(Uuid, AuditMark)]) -> Vec<u8> {
    members.iter().flat_map(|(id, mark)| [id.as_bytes().as_slice(), &mark.0].concat()).collect()
}

fn members(bytes: &[u8]) -> Result<Vec<(Uuid, AuditMark)>, TryFromSliceError> {
    bytes
        .chunks(MEMBER_LENGTH)
        .map(|member| {
            let (id, sealed) = member.split_at(member.len().min(ID_LENGTH));
            Ok((Uuid::from_bytes(id.try_into()?), mark(sealed)?))
        })
        .collect()
}
