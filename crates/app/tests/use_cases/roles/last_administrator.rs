//! A role that stops making administrators leaves no account without one.

use jiff::SignedDuration;
use tenantry_app::{
    Actor, Conflict,
    ports::Outcome,
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::{
    RoleId, UserId,
    permission::{BuiltInRole, Grant},
};

use super::{ADMINISTERS, HELPDESK, cells_input, change, defined, hold, holder};
use crate::{escalation::operations::Operation, verdict::conflict};

struct Case {
    p: TestPlatform,
    /// May edit the role, and is above Fabrikam without being an administrator there.
    basic: Actor,
    role_id: RoleId,
    last: UserId,
}

/// Somebody who administers Fabrikam by a role of Fabrikam's, and nobody else who does.
async fn case() -> Case {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let role_id = defined(&p, p.fabrikam, ("Chief", &ADMINISTERS)).await;
    let last = holder(&p, p.fabrikam, role_id).await;
    Case { p, basic, role_id, last }
}

impl Case {
    async fn assert_is_kept(&self) {
        let before = self.p.record(self.last).await;
        for cells in [&HELPDESK[..], &[], &["own.users.view", "own.users.add", "own.users.edit"]] {
            let outcome = change(&self.p, &self.basic, self.role_id, cells_input(cells)).await;
            assert_eq!(conflict(outcome), Conflict::LastAdministrator, "{cells:?}");
        }
        assert_eq!(self.p.record(self.last).await, before);
        let log = self.p.audit_log();
        assert_eq!(log.iter().filter(|entry| entry.outcome() == Outcome::Refused).count(), 3);
    }
}

#[tokio::test]
async fn the_only_administrator_keeps_the_cells_of_one() {
    case().await.assert_is_kept().await;
}

#[tokio::test]
async fn all_who_hold_the_role_lose_it_together() {
    let case = case().await;
    holder(&case.p, case.p.fabrikam, case.role_id).await;
    case.assert_is_kept().await;
}

#[tokio::test]
async fn those_who_cannot_act_or_only_for_a_time_are_no_other_administrators() {
    let case = case().await;
    let (p, now) = (&case.p, case.p.app.now());
    let day = SignedDuration::from_hours(24);
    let administrator = || NewUser::new(p.fabrikam, BuiltInRole::CustomerAdministrator);
    p.add(administrator().suspended()).await;
    p.add(administrator().removed_at(now)).await;
    p.add(administrator().granted_between(None, Some(now + day))).await;
    p.add(administrator().granted_between(Some(now + day), None)).await;
    case.assert_is_kept().await;
}

#[tokio::test]
async fn with_another_administrator_the_role_may_change() {
    let case = case().await;
    case.p.user(case.p.fabrikam, BuiltInRole::CustomerAdministrator).await;
    change(&case.p, &case.basic, case.role_id, cells_input(&HELPDESK)).await.unwrap();
}

#[tokio::test]
async fn an_administrator_from_above_may_change_the_role() {
    let case = case().await;
    let above = case.p.actor_with(case.p.contoso, BuiltInRole::FullAccess).await;
    change(&case.p, &above, case.role_id, cells_input(&HELPDESK)).await.unwrap();
}

#[tokio::test]
async fn a_role_of_an_account_above_is_looked_at_wherever_somebody_has_it() {
    let p = TestPlatform::new().await;
    let role_id = defined(&p, p.fabrikam, ("Chief", &ADMINISTERS)).await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    p.user(p.fabrikam, BuiltInRole::FullAccess).await;
    let outside = p.user(p.fabrikam, BuiltInRole::NoAccess).await;
    hold(&p, outside, role_id, p.tailspin).await;
    let outcome = change(&p, &basic, role_id, cells_input(&HELPDESK)).await;
    assert_eq!(conflict(outcome), Conflict::LastAdministrator, "Tailspin would be without one");
}

#[tokio::test]
async fn a_suspended_administrator_is_not_kept() {
    let case = case().await;
    let above = case.p.actor_with(case.p.contoso, BuiltInRole::FullAccess).await;
    let user = case.p.record(case.last).await.user;
    Operation::Suspend.run(&case.p.app, &above, &user).await.unwrap();
    change(&case.p, &case.basic, case.role_id, cells_input(&HELPDESK)).await.unwrap();
}

#[tokio::test]
async fn who_administers_by_another_grant_at_the_account_stays_one() {
    let case = case().await;
    // A second grant at one account, as there may be by data from before.
    let second = Grant::new(BuiltInRole::CustomerAdministrator.into(), case.p.path(case.p.fabrikam));
    case.p.memory().add_grant(case.last, second);
    change(&case.p, &case.basic, case.role_id, cells_input(&HELPDESK)).await.unwrap();
}
