//! Purging accounts that were removed long ago.

use std::{collections::BTreeMap, sync::Arc};

use jiff::SignedDuration;
use tenantry_app::{
    Denied,
    housekeeping::keep_house,
    testing::{FailNth, NewUser, TestPlatform},
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant},
};

use super::{boss, create, customer, remove, restore};
use crate::verdict::denied;

const DAYS_KEPT: i64 = 30;

fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

/// Purges until nothing is due; how many steps found something.
async fn purge_all(p: &TestPlatform) -> usize {
    let mut steps = 0;
    while keep_house(&p.app).await.unwrap() > 0 {
        steps += 1;
    }
    steps
}

fn purged(p: &TestPlatform) -> Vec<(AccountId, u64)> {
    let entries = p.memory().audit_log();
    let of_accounts = entries.iter().filter(|entry| entry.action() == "account.purge");
    let mut times = BTreeMap::new();
    for entry in of_accounts {
        *times.entry(entry.account_id().unwrap()).or_insert(0) += 1;
    }
    times.into_iter().collect()
}

async fn is_stored(p: &TestPlatform, account_id: AccountId) -> bool {
    let uow = p.storage.begin().await.unwrap();
    let live = uow.accounts().find(account_id).await.unwrap();
    live.is_some() || uow.accounts().find_removed(account_id).await.unwrap().is_some()
}

#[tokio::test]
async fn accounts_removed_for_thirty_days_are_purged_with_everything_in_them() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let inside = p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    let outside = p.user(p.litware, BuiltInRole::User).await;
    p.memory().add_grant(outside, Grant::new(BuiltInRole::BasicAccess.into(), p.path(p.tailspin)));
    remove(&p, &actor, p.fabrikam).await.unwrap();
    p.clock.advance(days(DAYS_KEPT) - SignedDuration::from_secs(1));
    assert_eq!(purge_all(&p).await, 0);
    assert!(is_stored(&p, p.fabrikam).await);

    p.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(purge_all(&p).await, 1);
    assert_eq!(purged(&p), [(p.fabrikam, 1), (p.tailspin, 1)]);
    assert!(!is_stored(&p, p.fabrikam).await);
    let grants = p.directory.find_user(outside).await.unwrap().unwrap().record.grants;
    assert_eq!(grants, [Grant::new(BuiltInRole::User.into(), p.path(p.litware))], "what was given there is gone");
    let entries = p.memory().audit_log();
    let about = |user_id: UserId| entries.iter().filter(|entry| entry.user_id() == Some(user_id)).count();
    assert_eq!(about(inside), 1, "the purge is on record");
    assert!(entries.iter().any(|entry| entry.action() == "account.remove"), "the log stays");
    // Both names are free again.
    let mut input = customer("Adatum");
    input.primary_domain = Some("tailspin.example".to_owned());
    create(&p, &boss(&p).await, p.contoso, &input).await.unwrap();
}

#[tokio::test]
async fn what_was_restored_or_can_still_be_is_never_purged() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let kept = [p.user(p.tailspin, BuiltInRole::User).await, p.user(p.proseware, BuiltInRole::User).await];
    remove(&p, &actor, p.tailspin).await.unwrap();
    p.clock.advance(days(20));
    restore(&p, &boss(&p).await, p.tailspin).await.unwrap();
    remove(&p, &boss(&p).await, p.litware).await.unwrap();
    p.clock.advance(days(20));
    assert_eq!(purge_all(&p).await, 0);
    restore(&p, &boss(&p).await, p.litware).await.unwrap();
    p.clock.advance(days(100));
    assert_eq!(purge_all(&p).await, 0);
    for user_id in kept {
        assert!(p.directory.find_user(user_id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn what_was_removed_within_a_removed_account_is_purged_by_its_own_time() {
    let p = TestPlatform::new().await;
    remove(&p, &boss(&p).await, p.tailspin).await.unwrap();
    p.clock.advance(days(10));
    remove(&p, &boss(&p).await, p.contoso).await.unwrap();
    p.clock.advance(days(25));
    purge_all(&p).await;
    assert_eq!(purged(&p), [(p.tailspin, 1)]);
    restore(&p, &boss(&p).await, p.contoso).await.unwrap();
    p.clock.advance(days(100));
    assert_eq!(purge_all(&p).await, 0);
    assert!(is_stored(&p, p.fabrikam).await);
}

/// 250 users and 3 accounts: whatever a step does is little, and nothing can be restored in between.
#[tokio::test]
async fn a_large_account_goes_in_small_steps_and_cannot_be_restored_in_between() {
    let p = TestPlatform::new().await;
    for _ in 0..250 {
        p.add(NewUser::new(p.tailspin, BuiltInRole::User)).await;
    }
    remove(&p, &boss(&p).await, p.contoso).await.unwrap();
    p.clock.advance(days(DAYS_KEPT) + SignedDuration::from_secs(1));
    let mut steps = Vec::new();
    loop {
        assert_eq!(denied(restore(&p, &boss(&p).await, p.contoso).await), Denied::NotFound);
        match keep_house(&p.app).await.unwrap() {
            0 => break,
            done => steps.push(done),
        }
    }
    assert_eq!(steps, [100, 100, 53]);
    assert_eq!(purged(&p), [(p.contoso, 1), (p.fabrikam, 1), (p.tailspin, 1)]);
}

#[tokio::test]
async fn a_purge_that_fails_on_its_way_is_taken_up_again() {
    let p = TestPlatform::new().await;
    p.user(p.tailspin, BuiltInRole::User).await;
    remove(&p, &boss(&p).await, p.fabrikam).await.unwrap();
    p.clock.advance(days(DAYS_KEPT) + SignedDuration::from_secs(1));
    for n in 1.. {
        let before = p.memory().snapshot();
        let failing = FailNth::at(n, Arc::clone(&p.storage));
        let failed = keep_house(&p.app_over(Arc::new(failing.clone()))).await.is_err();
        assert_eq!(failed, p.memory().snapshot() == before, "write {n}");
        if !failed {
            assert!(n > 8, "write {n} failed unnoticed");
            break;
        }
    }
    assert_eq!(purged(&p), [(p.fabrikam, 1), (p.tailspin, 1)]);
}
