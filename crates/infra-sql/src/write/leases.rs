//! What the two work queues share: taking due rows for oneself until a lease ends.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult,
    sea_query::{Condition, Expr, Keyword, LockBehavior, LockType, Order, Query},
};
use tenantry_app::ports::{Latest, StorageError};

use crate::{error::storage_error, times, unit_of_work::SqlUnitOfWork};

/// The columns of a queue.
pub(super) struct Queue<E: EntityTrait> {
    pub(super) id: E::Column,
    pub(super) due_at: E::Column,
    pub(super) attempts: E::Column,
    pub(super) lease: E::Column,
    pub(super) leased_until: E::Column,
}

impl<E: EntityTrait> Queue<E> {
    /// Takes up to `limit` rows that are due, that nobody holds, and for which `waiting` is true, in no particular order.
    pub(super) async fn claim(
        &self,
        uow: &SqlUnitOfWork,
        waiting: Condition,
        (now, lease_for): (Timestamp, SignedDuration),
        limit: u32,
    ) -> Result<Vec<E::Model>, StorageError> {
        let until = now.checked_add(lease_for).unwrap_or(Timestamp::MAX);
        let now = times::to_column(now);
        let free = Condition::any().add(self.leased_until.is_null()).add(self.leased_until.lte(now));
        let due = Query::select()
            .column(self.id)
            .from(E::default())
            .cond_where(waiting)
            .and_where(self.due_at.lte(now))
            .cond_where(free)
            .order_by(self.due_at, Order::Asc)
            .order_by(self.id, Order::Asc)
            .limit(u64::from(limit))
            // Not on SQLite, where there is one writer.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take();
        let claim = Query::update()
            .table(E::default())
            .value(self.lease, Expr::col(self.lease).add(1))
            .value(self.attempts, Expr::col(self.attempts).add(1))
            .value(self.leased_until, times::to_column(until))
            .and_where(Expr::col(self.id).in_subquery(due))
            .returning_all()
            .take();
        let rows = uow.query_all(&claim).await.map_err(storage_error)?;
        rows.iter().map(|row| E::Model::from_query_result(row, "").map_err(storage_error)).collect()
    }

    /// Makes due at `now` those rows for which `waiting` is true that were put off for longer than can be, and ends such leases.
    pub(super) async fn bring_forward(
        &self,
        uow: &SqlUnitOfWork,
        waiting: Condition,
        (now, latest): (Timestamp, Latest),
    ) -> Result<(), StorageError> {
        let [now, first_try, retry, lease] = [now, latest.first_try, latest.retry, latest.lease].map(times::to_column);
        let is_late = Condition::any().add(self.attempts.eq(0)).add(self.due_at.gt(retry));
        let due = Query::update()
            .table(E::default())
            .value(self.due_at, now)
            .cond_where(waiting.clone())
            .and_where(self.due_at.gt(first_try))
            .cond_where(is_late)
            .take();
        let leased = Query::update()
            .table(E::default())
            .value(self.leased_until, Keyword::Null)
            .cond_where(waiting)
            .and_where(self.leased_until.gt(lease))
            .take();
        for update in [due, leased] {
            uow.execute(&update).await.map_err(storage_error)?;
        }
        Ok(())
    }
}
