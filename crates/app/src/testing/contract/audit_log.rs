use serde_json::{Value, json};
use tenantry_domain::{permission::BuiltInRole, user::User};

use super::backend::{AuditRow, ContractBackend, World};
use crate::{
    ports::{AuditEntry, Outcome},
    testing::samples::instant,
};

pub(super) fn entry(w: &World, user: &User) -> AuditEntry {
    AuditEntry {
        id: w.uuid(),
        at: instant(3),
        actor: Some(user.id),
        action: "user.create",
        user_id: Some(user.id),
        account_id: Some(w.customer.id()),
        outcome: Outcome::Done,
        decision: json!({"by": "grant", "cell": "own.users.add", "text": "„quoted“ \\ \n"}),
        changes: json!({"before": null, "after": {"n": 1.5, "list": [1, "two", false]}}),
        request_id: Some("request".to_owned()),
        address: Some("203.0.113.7".to_owned()),
    }
}

pub(super) async fn append(w: &World, entry: &AuditEntry) {
    let uow = w.begin().await;
    uow.audit_log().append(entry).await.unwrap();
    uow.commit().await.unwrap();
}

pub async fn entries_are_kept_in_their_order(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let complete = entry(&w, &user);
    let bare = AuditEntry {
        id: w.uuid(),
        at: instant(2),
        actor: None,
        action: "session.begin",
        user_id: None,
        account_id: None,
        outcome: Outcome::Refused,
        decision: json!({"by": "system"}),
        changes: Value::Null,
        request_id: None,
        address: None,
    };
    append(&w, &complete).await;
    append(&w, &bare).await;
    assert_eq!(w.backend.probe.audit_entries().await, [AuditRow::from(&complete), AuditRow::from(&bare)]);
}

pub async fn entry_is_gone_with_its_unit(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let uow = w.begin().await;
    uow.audit_log().append(&entry(&w, &user)).await.unwrap();
    drop(uow);
    drop(w.begin().await);
    assert_eq!(w.backend.probe.audit_entries().await, []);
}

pub async fn entries_outlive_their_user(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let entry = entry(&w, &user);
    append(&w, &entry).await;
    w.update(&User { removed_at: Some(instant(5)), ..user.clone() }).await;
    let uow = w.begin().await;
    assert_eq!(uow.users().purge(instant(6), 10).await.unwrap(), [user.id]);
    uow.commit().await.unwrap();
    assert_eq!(w.backend.probe.audit_entries().await, [AuditRow::from(&entry)]);
}
