use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::UserId;

use super::{MemoryUnit, broken, is_put_off, state::StoredMail};
use crate::ports::{ClaimedMail, Handover, Latest, MailOutbox, MailState, OutboxMail, StorageError};

#[async_trait]
impl MailOutbox for MemoryUnit {
    async fn enqueue(&self, mail: &OutboxMail) -> Result<(), StorageError> {
        let mut state = self.state();
        if !state.users.contains_key(&mail.user_id) {
            return Err(broken("user"));
        }
        let stored = StoredMail {
            mail: mail.clone(),
            due_at: mail.created_at,
            leased_until: None,
            lease: 0,
            attempts: 0,
            last_error: None,
            sent_at: None,
        };
        state.mails.insert(mail.id, stored);
        Ok(())
    }

    async fn enqueue_all(&self, mails: &[OutboxMail]) -> Result<(), StorageError> {
        for mail in mails {
            self.enqueue(mail).await?;
        }
        Ok(())
    }

    async fn claim(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedMail>, StorageError> {
        let mut state = self.state();
        let mut due: Vec<&mut StoredMail> = state.mails.values_mut().filter(|stored| is_due(stored, now)).collect();
        due.sort_by_key(|stored| (stored.due_at, stored.mail.id));
        let claim = |stored: &mut StoredMail| {
            stored.leased_until = Some(now + lease_for);
            stored.lease += 1;
            stored.attempts += 1;
            ClaimedMail { mail: stored.mail.clone(), attempt: stored.attempts, lease: stored.lease }
        };
        Ok(due.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).map(claim).collect())
    }

    async fn renew(&self, claimed: &ClaimedMail, until: Timestamp) -> Result<bool, StorageError> {
        let mut state = self.state();
        let stored = state.mails.get_mut(&claimed.mail.id).filter(|stored| is_held_by(stored, claimed));
        Ok(stored.map(|stored| stored.leased_until = Some(until)).is_some())
    }

    async fn settle(&self, claimed: &ClaimedMail, handover: Handover<'_>, at: Timestamp) -> Result<bool, StorageError> {
        let mut state = self.state();
        let stored = state.mails.get_mut(&claimed.mail.id).filter(|stored| is_held_by(stored, claimed));
        let Some(stored) = stored else { return Ok(false) };
        stored.mail.state = handover.state();
        stored.leased_until = None;
        stored.last_error = handover.error().map(str::to_owned);
        match handover {
            Handover::Again { at, .. } => stored.due_at = at,
            Handover::Done => {
                stored.sent_at = Some(at);
                stored.erase_sealed();
            }
            Handover::Overtaken | Handover::Refused { .. } => stored.erase_sealed(),
        }
        Ok(true)
    }

    async fn bring_forward(&self, now: Timestamp, latest: Latest) -> Result<(), StorageError> {
        let mut state = self.state();
        for stored in state.mails.values_mut().filter(|stored| stored.mail.state == MailState::Pending) {
            if is_put_off(stored.due_at, stored.attempts, latest) {
                stored.due_at = now;
            }
            stored.leased_until = stored.leased_until.filter(|until| *until <= latest.lease);
        }
        Ok(())
    }

    async fn release_held(&self, user_id: UserId, at: Timestamp) -> Result<u64, StorageError> {
        let mut state = self.state();
        let held = state.mails.values_mut().filter(|stored| is_held(stored) && stored.mail.user_id == user_id);
        let release = |stored: &mut StoredMail| {
            stored.mail.state = MailState::Pending;
            stored.due_at = at;
        };
        Ok(held.map(release).count() as u64)
    }

    async fn cancel_credentials(&self, user_id: UserId) -> Result<u64, StorageError> {
        let mut state = self.state();
        let is_waiting = |stored: &StoredMail| matches!(stored.mail.state, MailState::Held | MailState::Pending);
        let overtaken = state
            .mails
            .values_mut()
            .filter(|stored| stored.mail.user_id == user_id && is_waiting(stored) && stored.carries_credential());
        let cancel = |stored: &mut StoredMail| {
            stored.mail.state = MailState::Cancelled;
            stored.erase_sealed();
        };
        Ok(overtaken.map(cancel).count() as u64)
    }
}

fn is_due(stored: &StoredMail, now: Timestamp) -> bool {
    stored.mail.state == MailState::Pending
        && stored.due_at <= now
        && stored.leased_until.is_none_or(|until| until <= now)
}

fn is_held_by(stored: &StoredMail, claimed: &ClaimedMail) -> bool {
    stored.lease == claimed.lease && stored.mail.state == MailState::Pending
}

fn is_held(stored: &StoredMail) -> bool {
    stored.mail.state == MailState::Held
}
