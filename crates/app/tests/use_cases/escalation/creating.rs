//! Creating users with roles.

use tenantry_app::{Denied, ports::Outcome, testing::TestPlatform};
use tenantry_domain::permission::BuiltInRole;

use super::model::{self, Relation};
use crate::{
    new_user,
    verdict::{Verdict, denied},
};

#[tokio::test]
async fn every_role_is_given_to_new_users_only_by_those_who_cover_it() {
    for actor_role in BuiltInRole::ALL {
        for relation in Relation::ALL {
            let p = TestPlatform::new().await;
            let actor = p.actor_with(p.contoso, actor_role).await;
            let account = relation.account(&p);
            let domain = p.account(account).await.domains.primary;
            for role in BuiltInRole::ALL {
                let login_name = format!("{}@{domain}", role.key());
                let input = new_user::with_role(&login_name, role);
                let outcome = input.parse().unwrap().execute(&p.app, &actor, account, None).await;
                let verdict = Verdict::of(outcome);
                let case = format!("{actor_role:?} creates {role:?} at {relation:?}");
                assert_eq!(verdict, model::creating(actor_role, role, relation), "{case}");
                let created = p.find_by_login(&login_name).await;
                assert_eq!(created.is_some(), verdict == Verdict::Allowed, "{case}");
                let log = p.audit_log();
                let last = log.last().unwrap();
                assert_eq!(last.outcome() == Outcome::Done, verdict == Verdict::Allowed, "{case}");
                assert_eq!((last.action(), last.account_id()), ("user.create", Some(account)));
            }
        }
    }
}

#[tokio::test]
async fn a_refused_role_names_the_missing_cells() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    let input = new_user::with_role("new@tailspin.example", BuiltInRole::BasicAccess);
    let outcome = input.parse().unwrap().execute(&p.app, &actor, p.tailspin, None).await;
    let Denied::RoleNotCovered { missing } = denied(outcome) else { panic!("another reason") };
    assert!(missing.contains(&"child.users.add".to_owned()), "{missing:?}");
    assert!(!missing.contains(&"own.account_info.view".to_owned()), "{missing:?}");
}

#[tokio::test]
async fn a_role_lost_in_the_meantime_creates_nobody() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let changes = tenantry_app::users::EditUserInput { role: Some("user".to_owned()), ..Default::default() };
    super::operations::edit(&p.app, &boss, actor.user_id(), changes).await.unwrap();
    let input = new_user::with_role("new@contoso.example", BuiltInRole::NoAccess);
    let outcome = input.parse().unwrap().execute(&p.app, &actor, p.contoso, None).await;
    assert_eq!(Verdict::of(outcome), Verdict::Refused);
    assert!(p.find_by_login("new@contoso.example").await.is_none());
}
