use jiff::Timestamp;
use tenantry_domain::permission::BuiltInRole;
use uuid::Uuid;

use super::{
    audit_log::{append, entry},
    backend::{ContractBackend, World},
};
use crate::{
    ports::{AuditMark, AuditSeal, MarkedEntry, StoredAuditEntry},
    testing::{FakeAuditKey, samples::instant},
};

/// Stores some entries; their ids.
async fn entries(w: &World, count: usize) -> Vec<Uuid> {
    let user = w.user(&w.customer, &format!("avery{}", w.uuid().simple()), BuiltInRole::User).await;
    let mut ids = Vec::new();
    for _ in 0..count {
        let entry = entry(w, &user);
        append(w, &entry).await;
        ids.push(entry.id());
    }
    ids
}

fn ids(entries: &[MarkedEntry]) -> Vec<Uuid> {
    entries.iter().map(|marked| marked.entry.id).collect()
}

fn members(entries: &[MarkedEntry]) -> Vec<(Uuid, AuditMark)> {
    entries.iter().map(|marked| (marked.entry.id, marked.right_mark(&FakeAuditKey).unwrap())).collect()
}

pub async fn entries_are_marked_and_wait(backend: ContractBackend) {
    let w = World::new(backend).await;
    let chain = &w.backend.audit_chain;
    assert_eq!(
        (chain.last_checkpoint().await.unwrap(), chain.list_unsealed(None, 9).await.unwrap()),
        (None, Vec::new())
    );
    let stored = entries(&w, 3).await;
    let waiting = chain.list_unsealed(None, 9).await.unwrap();
    assert_eq!(ids(&waiting), stored);
    for marked in &waiting {
        assert_eq!(marked.right_mark(&FakeAuditKey), Some(marked.entry.mark(&FakeAuditKey)));
    }
    assert_eq!(ids(&chain.list_unsealed(None, 2).await.unwrap()), stored[..2]);
    assert_eq!(ids(&chain.list_unsealed(Some(stored[0]), 9).await.unwrap()), stored[1..]);
    assert_eq!(w.backend.directory.backlog().await.unwrap().unsealed_entries, 3);
    assert_eq!(chain.list_waiting(None, 2).await.unwrap(), stored[..2]);
    assert_eq!(chain.list_waiting(Some(stored[1]), 2).await.unwrap(), stored[2..]);
    assert_eq!(chain.list_entries(None, 2).await.unwrap(), [(stored[0], true), (stored[1], true)]);
    assert_eq!(chain.list_entries(Some(stored[1]), 2).await.unwrap(), [(stored[2], true)]);
}

pub async fn stored_entries_say_what_was_written(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let written = entry(&w, &user);
    append(&w, &written).await;
    let found = w.backend.audit_chain.find_entries(&[w.uuid(), written.id()]).await.unwrap();
    let [MarkedEntry { entry, .. }] = &found[..] else { panic!("one entry: {found:?}") };
    // How a time is written is the storage's own.
    assert_eq!(*entry, StoredAuditEntry { at: entry.at.clone(), ..StoredAuditEntry::from(&written) });
    assert_eq!(entry.at.parse::<Timestamp>().unwrap(), written.at());
    assert_eq!(w.backend.audit_chain.find_entries(&[]).await.unwrap(), []);
}

pub async fn sealed_entries_wait_no_more(backend: ContractBackend) {
    let w = World::new(backend).await;
    let chain = &w.backend.audit_chain;
    let stored = entries(&w, 3).await;
    let waiting = chain.list_unsealed(None, 2).await.unwrap();
    let first = AuditSeal::after(None, instant(7), members(&waiting), &FakeAuditKey);
    assert!(chain.append(&first).await.unwrap());
    assert_eq!(chain.last_checkpoint().await.unwrap(), Some(first.checkpoint()));
    assert_eq!(chain.list_waiting(None, 9).await.unwrap(), stored[2..]);
    assert_eq!(chain.list_entries(None, 9).await.unwrap().len(), 3);

    let waiting = chain.list_unsealed(None, 2).await.unwrap();
    let second = AuditSeal::after(Some(first.checkpoint()), instant(8), members(&waiting), &FakeAuditKey);
    assert!(chain.append(&second).await.unwrap());
    assert_eq!(chain.list_seals(0, 1).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(chain.list_seals(1, 9).await.unwrap(), [second]);
    assert_eq!(chain.list_unsealed(None, 9).await.unwrap(), []);
}

pub async fn number_of_a_seal_is_taken_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let chain = &w.backend.audit_chain;
    let stored = entries(&w, 2).await;
    let waiting = chain.list_unsealed(None, 9).await.unwrap();
    let (one, other) = waiting.split_at(1);
    assert!(chain.append(&AuditSeal::after(None, instant(7), members(one), &FakeAuditKey)).await.unwrap());
    assert!(!chain.append(&AuditSeal::after(None, instant(7), members(other), &FakeAuditKey)).await.unwrap());
    assert_eq!(chain.list_waiting(None, 9).await.unwrap(), stored[1..]);
    assert_eq!(chain.list_seals(0, 9).await.unwrap().len(), 1);
}
