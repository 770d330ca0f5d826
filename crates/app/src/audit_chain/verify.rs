use std::{collections::HashMap, fmt};

use uuid::Uuid;

use super::SealError;
use crate::{
    App,
    ports::{AuditMark, AuditSeal, Checkpoint, MarkedEntry},
};

const SEALS_AT_ONCE: u32 = 10;
const IDS_AT_ONCE: u32 = 10_000;
/// Entries are read in parts of a seal, so that their texts need little memory.
const ENTRIES_AT_ONCE: u32 = 500;
/// How many faults are told one by one.
const FAULTS_TOLD: usize = 100;

/// What the audit log looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditVerification {
    /// How many entries are sealed.
    pub sealed: u64,
    /// How many are about to be.
    pub waiting: u64,
    /// How many are from before there were marks; nothing vouches for them.
    pub unmarked: u64,
    /// Where the chain has come to; to be kept elsewhere and given next time.
    pub checkpoint: Option<Checkpoint>,
    /// The first hundred things that are wrong.
    pub faults: Vec<AuditFault>,
    /// How many things are wrong.
    pub faults_found: u64,
}

impl AuditVerification {
    /// How many seals the chain has come to.
    pub fn seals(&self) -> u64 {
        self.checkpoint.map_or(0, |last| last.number)
    }
}

/// Something is wrong with the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFault {
    /// Seals are missing before this one.
    SealsMissing {
        /// The seal after the gap.
        before: u64,
    },
    /// A seal was changed, or does not follow the one before it.
    SealChanged {
        /// Its number.
        seal: u64,
    },
    /// An entry that was sealed, or waited to be, is gone.
    EntryMissing {
        /// Its id.
        entry: Uuid,
    },
    /// An entry is not what it was when it was written.
    EntryChanged {
        /// Its id.
        entry: Uuid,
    },
    /// An entry is in no seal and does not wait to be in one.
    EntryOutside {
        /// Its id.
        entry: Uuid,
    },
    /// The chain does not come to the checkpoint that was given: its end was cut off, or it is another chain.
    CheckpointMissing {
        /// What was given.
        checkpoint: Checkpoint,
    },
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SealsMissing { before } => write!(f, "seals are missing before seal {before}"),
            Self::SealChanged { seal } => write!(f, "seal {seal} was changed or does not follow the one before it"),
            Self::EntryMissing { entry } => write!(f, "entry {entry} is missing"),
            Self::EntryChanged { entry } => write!(f, "entry {entry} was changed"),
            Self::EntryOutside { entry } => write!(f, "entry {entry} was put in past the seals"),
            Self::CheckpointMissing { checkpoint } => {
                write!(f, "the seals do not come to {checkpoint}: the end of the log was cut off, or it is another log")
            }
        }
    }
}

/// Looks at every entry and every seal. The seals must come to what is remembered outside of the database, and to each of these
/// checkpoints. Others may write meanwhile. Needs 18 bytes of memory for each entry.
///
/// # Errors
/// [`SealError`], also for rows that cannot be read.
pub async fn verify_audit_log(app: &App, known: &[Checkpoint]) -> Result<AuditVerification, SealError> {
    let known: Vec<Checkpoint> = app.ports.audit_anchor.load()?.into_iter().chain(known.iter().copied()).collect();
    let mut verifier = Verifier { app, found: AuditVerification::default(), entries: Entries::list(app).await? };
    // In this order nothing is missed: what waits now and is sealed meanwhile is met twice, never not at all.
    verifier.waiting().await?;
    verifier.seals(known).await?;
    verifier.outside();
    Ok(verifier.found)
}

struct Verifier<'a> {
    app: &'a App,
    found: AuditVerification,
    entries: Entries,
}

impl Verifier<'_> {
    fn report(&mut self, fault: AuditFault) {
        self.found.faults_found += 1;
        if self.found.faults.len() < FAULTS_TOLD {
            self.found.faults.push(fault);
        }
    }

    async fn waiting(&mut self) -> Result<(), SealError> {
        let mut after = None;
        loop {
            let ids = self.app.ports.audit_chain.list_waiting(after, ENTRIES_AT_ONCE).await?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = Some(*last);
            let found = self.find(&ids).await?;
            self.found.waiting += ids.len() as u64;
            for id in ids {
                self.entry(id, found.get(&id), |_| true);
            }
        }
    }

    /// Notes that an entry was met, and whether it carries the right mark and one that is expected.
    fn entry(&mut self, id: Uuid, found: Option<&MarkedEntry>, is_expected: impl FnOnce(AuditMark) -> bool) {
        self.entries.tick(id);
        match found.map(|marked| marked.right_mark(&*self.app.ports.audit_key)) {
            None => self.report(AuditFault::EntryMissing { entry: id }),
            Some(mark) if mark.is_some_and(is_expected) => {}
            Some(_) => self.report(AuditFault::EntryChanged { entry: id }),
        }
    }

    async fn seals(&mut self, mut known: Vec<Checkpoint>) -> Result<(), SealError> {
        loop {
            let seals = self.app.ports.audit_chain.list_seals(self.found.seals(), SEALS_AT_ONCE).await?;
            if seals.is_empty() {
                break;
            }
            for seal in seals {
                self.seal(&seal).await?;
                known.retain(|checkpoint| *checkpoint != seal.checkpoint());
                self.found.checkpoint = Some(seal.checkpoint());
            }
        }
        for checkpoint in known {
            self.report(AuditFault::CheckpointMissing { checkpoint });
        }
        Ok(())
    }

    async fn seal(&mut self, seal: &AuditSeal) -> Result<(), SealError> {
        let last = self.found.checkpoint;
        if seal.number != self.found.seals() + 1 {
            self.report(AuditFault::SealsMissing { before: seal.number });
        } else if !seal.follows(last, &*self.app.ports.audit_key) {
            self.report(AuditFault::SealChanged { seal: seal.number });
        }
        self.found.sealed += seal.members.len() as u64;
        for members in seal.members.chunks(ENTRIES_AT_ONCE as usize) {
            let ids: Vec<Uuid> = members.iter().map(|(id, _)| *id).collect();
            let found = self.find(&ids).await?;
            for (id, sealed) in members {
                self.entry(*id, found.get(id), |mark| mark == *sealed);
            }
        }
        Ok(())
    }

    /// Whoever was not met. Before the first entry that has a mark there may be some from before there were any.
    fn outside(&mut self) {
        let first_marked = self.entries.is_marked.iter().position(|is_marked| *is_marked).unwrap_or(usize::MAX);
        for (index, entry) in self.entries.left() {
            if index < first_marked {
                self.found.unmarked += 1;
            } else {
                self.report(AuditFault::EntryOutside { entry });
            }
        }
    }

    async fn find(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, MarkedEntry>, SealError> {
        let found = self.app.ports.audit_chain.find_entries(ids).await?;
        Ok(found.into_iter().map(|marked| (marked.entry.id, marked)).collect())
    }
}

/// All entries there are, and which of them were met.
#[derive(Default)]
struct Entries {
    ids: Vec<Uuid>,
    is_marked: Vec<bool>,
    met: Vec<bool>,
}

impl Entries {
    async fn list(app: &App) -> Result<Self, SealError> {
        let mut entries = Self::default();
        loop {
            let more = app.ports.audit_chain.list_entries(entries.ids.last().copied(), IDS_AT_ONCE).await?;
            if more.is_empty() {
                entries.met = vec![false; entries.ids.len()];
                return Ok(entries);
            }
            for (id, is_marked) in more {
                entries.ids.push(id);
                entries.is_marked.push(is_marked);
            }
        }
    }

    fn tick(&mut self, id: Uuid) {
        if let Ok(index) = self.ids.binary_search(&id)
            && let Some(met) = self.met.get_mut(index)
        {
            *met = true;
        }
    }

    /// Places and ids.
    fn left(&self) -> Vec<(usize, Uuid)> {
        let entries = self.ids.iter().zip(&self.met).enumerate();
        entries.filter(|(_, (_, met))| !**met).map(|(index, (id, _))| (index, *id)).collect()
    }
}
