//! The failures of other products in 2026 in which somebody to whom administration was delegated got more than was delegated,
//! replayed by name:
//!
//! | | what failed | where |
//! |---|---|---|
//! | E1 | a role was checked when assigned, not when a user was created with it | Keycloak CVE-2026-94000 |
//! | E5 | a user administrator reset the owner's password | Coder CVE-2026-55077 |
//! | E6 | whoever may act as others acted as a superior | Keycloak CVE-2026-17526 |
//! | E7 | an administrator took away rights that were not theirs to give | Keycloak CVE-2026-16106, Bitwarden #467 |
//! | E10 | an administrator became owner by a race | `NetBird` GHSA-rxmp-8h9v-56cx |
//! | E11 | several people became the first administrator | Open `WebUI` GHSA-h3ww-q6xx-w7x3 |
//! | E14 | a demotion left the rights of what had been issued before | Gokapi CVE-2026-29061 |
//!
//! Elsewhere: E8 (a link's secret read through the API), E12 (ownership checked by one of two surfaces) and E13 (a path that the
//! router and the check read differently) are about HTTP and stand with its tests. E2 (import), E9 (several things at once, the
//! first one checked), E3 and E4 (moving accounts) come with the operations they are about: there is no bulk operation and no
//! move yet.

use std::sync::Arc;

use tenantry_app::{
    Actor, Conflict, Denied, RequestContext, UseCaseError,
    ports::AuditEntry,
    sessions::identify,
    testing::{NewUser, TestPlatform},
    users::EditUserInput,
};
use tenantry_domain::{
    permission::{BuiltInRole, Grant},
    user::User,
};

use super::operations::{Operation, edit};
use crate::{
    grants::{grant, set},
    new_user, roles,
    verdict::{Verdict, conflict, denied},
    workers::{empty, setup},
};

fn becoming(role: &str) -> EditUserInput {
    EditUserInput { role: Some(role.to_owned()), ..EditUserInput::default() }
}

/// Every way to give somebody of Contoso a role.
const WAYS: [&str; 4] = ["create", "edit", "grants", "change the role"];

async fn give(p: &TestPlatform, actor: &Actor, way: &str, role: BuiltInRole) -> Result<(), UseCaseError> {
    let cells = roles::cells_of(role);
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    match way {
        "create" => {
            let input = new_user::with_role("new@contoso.example", role);
            input.parse()?.execute(&p.app, actor, p.contoso, None).await.map(drop)
        }
        "edit" => {
            let user_id = p.user(p.contoso, BuiltInRole::NoAccess).await;
            edit(&p.app, actor, user_id, becoming(role.key())).await
        }
        "grants" => {
            let user_id = p.user(p.contoso, BuiltInRole::NoAccess).await;
            set(p, actor, user_id, vec![grant(role.key(), p.contoso)]).await.map(drop)
        }
        _ => {
            let role_id = roles::defined(p, p.contoso, ("Guest", &[])).await;
            roles::holder(p, p.contoso, role_id).await;
            roles::change(p, actor, role_id, roles::cells_input(&cells)).await.map(drop)
        }
    }
}

#[tokio::test]
async fn e1_every_way_to_a_role_asks_for_the_same_coverage() {
    for actor_role in BuiltInRole::ALL {
        for role in BuiltInRole::ALL {
            let mut verdicts = Vec::new();
            for way in WAYS {
                let p = TestPlatform::new().await;
                let actor = p.actor_with(p.contoso, actor_role).await;
                verdicts.push(Verdict::of(give(&p, &actor, way, role).await) == Verdict::Allowed);
            }
            assert!(verdicts.iter().all(|allowed| *allowed == verdicts[0]), "{actor_role:?} {role:?}: {verdicts:?}");
            let covers = actor_role.matrix().contains_all(role.matrix()) && actor_role.matrix().administers_anchor();
            assert_eq!(verdicts[0], covers, "{actor_role:?} {role:?}");
        }
    }
}

/// What lets one act as another user, now or later.
const CREDENTIALS: [Operation; 8] = [
    Operation::SetPassword,
    Operation::MailPassword,
    Operation::SendLink,
    Operation::SendLinkToAlternative,
    Operation::SendLinkElsewhere,
    Operation::ChangeEmail,
    Operation::ChangeAlternativeEmail,
    Operation::ChangeLoginName,
];

/// Those whom a full administrator of Contoso does not cover: by a role above, beside, or one that somebody defined.
async fn superiors(p: &TestPlatform, operation: Operation) -> Vec<User> {
    let mut superiors = Vec::new();
    for account in [p.northwind, p.litware] {
        let user = operation.prepare(p, NewUser::new(p.contoso, BuiltInRole::User)).await;
        p.memory().add_grant(user.id, Grant::new(BuiltInRole::User.into(), p.path(account)));
        superiors.push(user);
    }
    let user = operation.prepare(p, NewUser::new(p.contoso, BuiltInRole::NoAccess)).await;
    let above = roles::defined(p, p.northwind, ("Auditor", &["child.account_info.view"])).await;
    roles::hold(p, user.id, above, p.northwind).await;
    superiors.push(user);
    superiors
}

#[tokio::test]
async fn e5_and_e6_nobody_gets_into_a_superiors_account() {
    for operation in CREDENTIALS {
        let p = TestPlatform::builder().plain_text_password_mail().build().await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        for superior in superiors(&p, operation).await {
            assert_eq!(denied(operation.run(&p.app, &actor, &superior).await), Denied::Superior, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn e7_nobody_takes_away_what_is_not_theirs_to_give() {
    for operation in [Operation::Suspend, Operation::Remove] {
        let p = TestPlatform::new().await;
        p.user(p.contoso, BuiltInRole::FullAccess).await;
        let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
        let owner = operation.prepare(&p, NewUser::new(p.contoso, BuiltInRole::FullAccess)).await;
        assert_eq!(denied(operation.run(&p.app, &actor, &owner).await), Denied::Superior, "{operation:?}");
        assert_eq!(denied(edit(&p.app, &actor, owner.id, becoming("user")).await), Denied::Superior);
        let down = vec![grant("user", p.contoso)];
        assert_eq!(denied(set(&p, &actor, owner.id, down).await), Denied::Superior);
    }
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let wide = roles::defined(&p, p.contoso, ("Wide", &["child.reports.view"])).await;
    let guest = roles::defined(&p, p.contoso, ("Guest", &[])).await;
    let superior = roles::holder(&p, p.contoso, wide).await;
    roles::hold(&p, superior, guest, p.fabrikam).await;
    assert!(matches!(denied(roles::remove(&p, &actor, wide).await), Denied::RoleNotCovered { .. }));
    let changes = roles::cells_input(&["own.support.view"]);
    assert_eq!(denied(roles::change(&p, &actor, guest, changes).await), Denied::RoleHolder);
}

/// A demotion and a promotion by the demoted, at the same moment: either the promotion was first, or it never was.
#[tokio::test]
async fn e10_a_race_makes_nobody_more_than_one_of_the_orders_would() {
    let mut refused = 0;
    for number in 0..50 {
        let p = TestPlatform::new().await;
        let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let friend = p.user(p.contoso, BuiltInRole::User).await;
        let promote = async {
            yield_times(number % 7).await;
            set(&p, &actor, friend, vec![grant("full_access", p.contoso)]).await
        };
        let demote = async {
            yield_times(number % 5).await;
            edit(&p.app, &boss, actor.user_id(), becoming("no_access")).await
        };
        let (promoted, demoted) = if number % 2 == 0 {
            let (promoted, demoted) = tokio::join!(promote, demote);
            (promoted, demoted)
        } else {
            let (demoted, promoted) = tokio::join!(demote, promote);
            (promoted, demoted)
        };
        demoted.unwrap();
        let log = p.audit_log();
        let first = log.first().map(AuditEntry::action);
        assert_eq!(promoted.is_ok(), first == Some("user.grants") && log.len() == 2, "{log:?}");
        assert_eq!(p.record(friend).await.grants[0].role == BuiltInRole::FullAccess, promoted.is_ok());
        refused += u32::from(promoted.is_err());
    }
    assert!(refused > 0 && refused < 50, "both orders were seen: {refused}");
}

async fn yield_times(times: u32) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn e11_of_many_who_set_the_platform_up_one_does() {
    let p = TestPlatform::new().await;
    let app = Arc::new(empty(&p));
    let command = setup().parse().unwrap();
    let all: Vec<_> = (0..50)
        .map(|_| {
            let (app, command) = (Arc::clone(&app), command.clone());
            tokio::spawn(async move { command.execute(&app).await })
        })
        .collect();
    let mut done = 0;
    for one in all {
        match one.await.unwrap() {
            Ok(_) => done += 1,
            outcome => assert_eq!(conflict(outcome), Conflict::AlreadySetUp),
        }
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn e14_what_was_issued_before_a_demotion_has_the_rights_after_it() {
    let ways: [&str; 3] = ["edit", "grants", "role"];
    for way in ways {
        let p = TestPlatform::new().await;
        let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let role_id = roles::defined(&p, p.contoso, ("Chief", &roles::ADMINISTERS)).await;
        p.user(p.contoso, BuiltInRole::FullAccess).await;
        let user_id = roles::holder(&p, p.contoso, role_id).await;
        let sessions = [p.sign_in(user_id).await, p.sign_in(user_id).await];
        let target = Operation::Rename.prepare(&p, NewUser::new(p.contoso, BuiltInRole::NoAccess)).await;
        match way {
            "edit" => edit(&p.app, &boss, user_id, becoming("user")).await.unwrap(),
            "grants" => drop(set(&p, &boss, user_id, vec![grant("no_access", p.contoso)]).await.unwrap()),
            _ => drop(roles::change(&p, &boss, role_id, roles::cells_input(&[])).await.unwrap()),
        }
        for session in sessions {
            let identified = identify(&p.app, session.token.expose(), RequestContext::default()).await.unwrap();
            for actor in [&session.actor, &identified] {
                let verdict = Verdict::of(Operation::Rename.run(&p.app, actor, &target).await);
                assert_eq!(verdict, Verdict::NotFound, "{way}");
            }
        }
    }
}
