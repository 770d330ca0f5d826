use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};
use tenantry_app::ports::{ClaimedMail, Handover, Latest, MailOutbox, MailState, OutboxMail, StorageError};
use tenantry_domain::UserId;

use super::leases::Queue;
use crate::{
    entities::mail_outbox::{ActiveModel, Column, Entity, Model},
    error::storage_error,
    times,
    unit_of_work::SqlUnitOfWork,
};

const QUEUE: Queue<Entity> = Queue {
    id: Column::Id,
    due_at: Column::DueAt,
    attempts: Column::Attempts,
    lease: Column::Lease,
    leased_until: Column::LeasedUntil,
};
/// How many rows one statement inserts: SQLite takes 32,766 values at once.
const AT_ONCE: usize = 500;
/// The letters that carry a link or a password.
const CREDENTIALS: [&str; 3] = ["welcome", "password_reset", "new_password"];

fn is_pending() -> Condition {
    Condition::all().add(Column::State.eq(MailState::Pending.key()))
}

#[async_trait]
impl MailOutbox for SqlUnitOfWork {
    async fn enqueue(&self, mail: &OutboxMail) -> Result<(), StorageError> {
        let row = Model::new(mail).into_active_model();
        self.insert_later(Entity::insert(row));
        Ok(())
    }

    async fn enqueue_all(&self, mails: &[OutboxMail]) -> Result<(), StorageError> {
        for chunk in mails.chunks(AT_ONCE) {
            let rows = chunk.iter().map(|mail| Model::new(mail).into_active_model());
            Entity::insert_many(rows).exec_without_returning(self).await.map_err(storage_error)?;
        }
        Ok(())
    }

    async fn claim(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedMail>, StorageError> {
        let mut rows = QUEUE.claim(self, is_pending(), (now, lease_for), limit).await?;
        rows.sort_by_key(|row| (row.due_at, row.id));
        rows.into_iter().map(Model::into_claimed).collect()
    }

    async fn renew(&self, claimed: &ClaimedMail, until: Timestamp) -> Result<bool, StorageError> {
        let longer = ActiveModel { leased_until: Set(Some(times::to_column(until))), ..Default::default() };
        self.change_claimed(claimed, longer).await
    }

    async fn settle(&self, claimed: &ClaimedMail, handover: Handover<'_>, at: Timestamp) -> Result<bool, StorageError> {
        let mut outcome = ActiveModel {
            state: Set(handover.state().key().to_owned()),
            leased_until: Set(None),
            last_error: Set(handover.error().map(super::storable)),
            sealed: Set(None),
            ..Default::default()
        };
        match handover {
            Handover::Done => outcome.sent_at = Set(Some(times::to_column(at))),
            Handover::Again { at, .. } => {
                outcome.due_at = Set(times::to_column(at));
                outcome.sealed = NotSet;
            }
            Handover::Refused { .. } | Handover::Overtaken => {}
        }
        self.change_claimed(claimed, outcome).await
    }

    async fn bring_forward(&self, now: Timestamp, latest: Latest) -> Result<(), StorageError> {
        QUEUE.bring_forward(self, is_pending(), (now, latest)).await
    }

    async fn release_held(&self, user_id: UserId, at: Timestamp) -> Result<u64, StorageError> {
        let released = ActiveModel {
            state: Set(MailState::Pending.key().to_owned()),
            due_at: Set(times::to_column(at)),
            ..Default::default()
        };
        let updated = Entity::update_many()
            .set(released)
            .filter(Column::UserId.eq(user_id.uuid()))
            .filter(Column::State.eq(MailState::Held.key()))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(updated.rows_affected)
    }

    async fn cancel_credentials(&self, user_id: UserId) -> Result<u64, StorageError> {
        self.cancel_credentials_where(Column::UserId.eq(user_id.uuid())).await
    }
}

impl SqlUnitOfWork {
    /// Cancels mails that wait and carry a link or a password; how many there were.
    pub(super) async fn cancel_credentials_where(&self, which: Expr) -> Result<u64, StorageError> {
        let cancelled =
            ActiveModel { state: Set(MailState::Cancelled.key().to_owned()), sealed: Set(None), ..Default::default() };
        let updated = Entity::update_many()
            .set(cancelled)
            .filter(which)
            .filter(Column::State.is_in([MailState::Held.key(), MailState::Pending.key()]))
            .filter(Column::Kind.is_in(CREDENTIALS))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(updated.rows_affected)
    }

    /// Only the newest claim may; and a mail cancelled while it was being sent stays cancelled.
    async fn change_claimed(&self, claimed: &ClaimedMail, change: ActiveModel) -> Result<bool, StorageError> {
        let updated = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(claimed.mail.id.uuid()))
            .filter(Column::Lease.eq(claimed.lease))
            .filter(Column::State.eq(MailState::Pending.key()))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(updated.rows_affected == 1)
    }
}
