use thiserror::Error;
use uuid::Uuid;

use crate::{
    App,
    ports::{AnchorError, AuditMark, AuditSeal, Checkpoint, MarkedEntry, StorageError},
};

/// How many entries a seal holds.
const SEALED_AT_ONCE: u32 = 1000;
/// How many seals of other nodes are looked at in one go.
const SEALS_AT_ONCE: u32 = 10;

/// Nothing can be sealed.
#[derive(Debug, Error)]
pub enum SealError {
    /// Storage failed; it can be tried again.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Where the seals had come to cannot be remembered.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// Somebody took seals away or put others in their place, or an older database was restored.
    #[error(
        "the audit log does not come to {0}, where it had come to before: it was cut off, or an older database was restored"
    )]
    Cut(Checkpoint),
    /// Somebody changed a seal, or added one.
    #[error("seal {0} of the audit log was changed or does not follow the one before it")]
    Changed(u64),
}

/// Seals entries that wait; false if there are none that can be. Any number of nodes may do this: a number is taken once.
///
/// It goes on from where the seals are known to have come to, and never begins anew. Entries whose mark is wrong keep waiting, so that
/// [`verify_audit_log`](super::verify_audit_log) names them.
///
/// # Errors
/// [`SealError`].
pub async fn seal_waiting_entries(app: &App) -> Result<bool, SealError> {
    // Before the entries are looked at: whoever seals them in between takes the number that this leads to.
    let last = follow_seals(app).await?;
    let members = find_members(app).await?;
    if members.is_empty() {
        return Ok(false);
    }
    let seal = AuditSeal::after(last, app.now(), members, &*app.ports.audit_key);
    if !app.ports.audit_chain.append(&seal).await? {
        return Ok(false);
    }
    app.ports.audit_anchor.store(seal.checkpoint())?;
    tracing::info!(entries = seal.members.len(), checkpoint = %seal.checkpoint(), "audit entries sealed");
    Ok(true)
}

/// Follows the seals from where they are known to have come to, and remembers where that leads.
async fn follow_seals(app: &App) -> Result<Option<Checkpoint>, SealError> {
    let (chain, key) = (&app.ports.audit_chain, &*app.ports.audit_key);
    let anchor = app.ports.audit_anchor.load()?;
    let mut last = anchor;
    if let Some(anchor) = anchor {
        let known = chain.list_seals(anchor.number.saturating_sub(1), 1).await?;
        if known.first().map(AuditSeal::checkpoint) != Some(anchor) {
            return Err(SealError::Cut(anchor));
        }
    }
    loop {
        let seals = chain.list_seals(last.map_or(0, |last| last.number), SEALS_AT_ONCE).await?;
        if seals.is_empty() {
            break;
        }
        for seal in seals {
            if !seal.follows(last, key) {
                return Err(SealError::Changed(seal.number));
            }
            last = Some(seal.checkpoint());
        }
    }
    if let Some(checkpoint) = last.filter(|_| last != anchor) {
        app.ports.audit_anchor.store(checkpoint)?;
    }
    Ok(last)
}

async fn find_members(app: &App) -> Result<Vec<(Uuid, AuditMark)>, SealError> {
    let mut after = None;
    loop {
        let waiting = app.ports.audit_chain.list_unsealed(after, SEALED_AT_ONCE).await?;
        let Some(last) = waiting.last() else { return Ok(Vec::new()) };
        after = Some(last.entry.id);
        let member =
            |marked: &MarkedEntry| marked.right_mark(&*app.ports.audit_key).map(|mark| (marked.entry.id, mark));
        let members: Vec<_> = waiting.iter().filter_map(member).collect();
        if members.len() < waiting.len() {
            tracing::error!(
                entries = waiting.len() - members.len(),
                "audit entries whose mark is wrong are not sealed"
            );
        }
        if !members.is_empty() {
            return Ok(members);
        }
    }
}
