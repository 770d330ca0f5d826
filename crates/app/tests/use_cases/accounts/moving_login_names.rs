//! Removing a domain while its login names move to another one.

use jiff::SignedDuration;
use tenantry_app::{
    Actor, Conflict, Denied, UseCaseError,
    accounts::{ChangeDomains, DomainChange, RemoveDomain},
    housekeeping::keep_house,
    mail::deliver_due_mails,
    testing::{NewUser, TestPlatform, assert_all_or_nothing, samples},
    users::{CheckLoginName, EditUser, EditUserInput, LoginNameAvailability, RestoreUser},
};
use tenantry_domain::{
    permission::BuiltInRole,
    user::{LoginName, User},
};

use crate::{
    creating::wrong,
    new_user::with_link,
    verdict::{conflict, denied},
};

const OLD: &str = "contoso-mail.example";
const NEW: &str = "contoso.example";

async fn remove(p: &TestPlatform, actor: &Actor, move_to: &str) -> Result<usize, UseCaseError> {
    RemoveDomain::parse(p.contoso, OLD, Some(move_to))?.execute(&p.app, actor).await
}

/// A user of Contoso with a login name at its second domain.
async fn at_old(p: &TestPlatform, new: NewUser) -> User {
    let user = p.add(new).await;
    let user = User { login_name: LoginName::new(user.login_name.local().clone(), samples::domain(OLD)), ..user };
    let uow = p.begin().await;
    uow.users().update(&user, 1, p.app.now()).await.unwrap();
    uow.commit().await.unwrap();
    user
}

fn user(role: BuiltInRole, p: &TestPlatform, local: &str) -> NewUser {
    NewUser::new(p.contoso, role).login(local)
}

#[tokio::test]
async fn everybody_moves_and_whoever_signs_in_is_told() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let active = at_old(&p, user(BuiltInRole::User, &p, "Avery")).await;
    let suspended = at_old(&p, user(BuiltInRole::User, &p, "blake").suspended()).await;
    let invited = at_old(&p, user(BuiltInRole::User, &p, "casey").without_password()).await;
    let removed = at_old(&p, user(BuiltInRole::User, &p, "drew").removed_at(p.app.now())).await;

    assert_eq!(remove(&p, &actor, NEW).await.unwrap(), 4);
    for (user, expected) in [(&active, "Avery"), (&suspended, "blake"), (&invited, "casey"), (&removed, "drew")] {
        let record = p.record(user.id).await;
        assert_eq!(record.user.login_name.to_string(), format!("{expected}@{NEW}"));
        assert_eq!(record.version, 3, "so that stale writes are refused");
    }
    let domains = p.account(p.contoso).await.domains;
    assert!(
        p.directory.find_account(p.contoso).await.unwrap().unwrap().account.domains.aliases.is_empty(),
        "{domains:?}"
    );
    while deliver_due_mails(&p.app, 1).await.unwrap() {}
    let told = p.mailer.take_sent();
    assert_eq!(told.iter().map(|mail| mail.login_name.as_str()).collect::<Vec<_>>(), [format!("Avery@{NEW}")]);
    RestoreUser { user_id: removed.id }.execute(&p.app, &actor).await.unwrap();
    let entries = p.memory().audit_log();
    let renamed = entries.iter().filter(|entry| entry.action() == "user.edit").count();
    let domain = entries.iter().find(|entry| entry.action() == "domain.remove").unwrap();
    assert_eq!((renamed, &domain.changes()["after"]["loginNamesMoved"]), (4, &serde_json::json!(4)));
}

#[tokio::test]
async fn old_login_names_stay_reserved_for_thirty_days_whoever_has_the_domain() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let moved = at_old(&p, user(BuiltInRole::User, &p, "Avery")).await;
    remove(&p, &actor, NEW).await.unwrap();
    let other = p.actor_with(p.litware, BuiltInRole::FullAccess).await;
    ChangeDomains::parse(p.litware, OLD, DomainChange::Add).unwrap().execute(&p.app, &other).await.unwrap();
    let check = async |name: &str| {
        let check = CheckLoginName { login_name: format!("{name}@{OLD}") };
        check.execute(&p.app, &other, p.litware).await.unwrap()
    };
    let create = || with_link(&format!("AVERY@{OLD}")).parse().unwrap();
    assert_eq!(
        (check("avery").await, check("blake").await),
        (LoginNameAvailability::Taken, LoginNameAvailability::Free)
    );
    let outcome = create().execute(&p.app, &other, p.litware, None).await;
    assert_eq!(conflict(outcome), Conflict::LoginNameTaken);
    let edit = EditUser {
        user_id: p.user(p.litware, BuiltInRole::User).await,
        changes: EditUserInput { login_name: Some(format!("avery@{OLD}")), ..EditUserInput::default() },
        expected_version: None,
    };
    assert_eq!(conflict(edit.execute(&p.app, &other).await), Conflict::LoginNameTaken);

    p.clock.advance(SignedDuration::from_hours(30 * 24 - 1));
    keep_house(&p.app).await.unwrap();
    assert_eq!(check("avery").await, LoginNameAvailability::Taken);
    p.clock.advance(SignedDuration::from_hours(1));
    keep_house(&p.app).await.unwrap();
    assert_eq!(check("avery").await, LoginNameAvailability::Free);
    create().execute(&p.app, &other, p.litware, None).await.unwrap();
    assert_eq!(p.record(moved.id).await.user.login_name.domain(), &samples::domain(NEW));
}

#[tokio::test]
async fn taken_login_names_keep_everything_as_it_is() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for local in ["a", "b", "c", "d", "e"] {
        at_old(&p, user(BuiltInRole::User, &p, local)).await;
    }
    for local in ["d", "C", "b", "a"] {
        p.add(user(BuiltInRole::User, &p, local)).await;
    }
    let before = p.memory().snapshot().without_audit_log();
    let examples = ["a", "b", "c"].map(|local| format!("{local}@{NEW}")).to_vec();
    let refused = conflict(remove(&p, &actor, NEW).await);
    assert_eq!(refused, Conflict::LoginNamesTaken { count: 4, examples });
    assert_eq!(p.memory().snapshot().without_audit_log(), before);
}

#[tokio::test]
async fn nobody_moves_the_login_name_of_who_holds_more() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    at_old(&p, user(BuiltInRole::CustomerAdministrator, &p, "peer")).await;
    at_old(&p, user(BuiltInRole::ResellerAdministrator, &p, "gone").removed_at(p.app.now())).await;
    assert_eq!(denied(remove(&p, &actor, NEW).await), Denied::SuperiorAmong);
    let boss = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    assert_eq!(remove(&p, &boss, NEW).await.unwrap(), 2);
}

#[tokio::test]
async fn login_names_move_to_another_domain_of_the_account_only() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    at_old(&p, user(BuiltInRole::User, &p, "avery")).await;
    for (to, code) in
        [(OLD, "same-domain"), ("litware.example", "foreign-domain"), ("nobody.example", "foreign-domain")]
    {
        assert_eq!(wrong(remove(&p, &actor, to).await), [("moveTo".to_owned(), code)]);
    }
    assert_eq!(wrong(remove(&p, &actor, "no domain").await)[0].0, "moveTo");
}

#[tokio::test]
async fn moving_login_names_is_all_or_nothing() {
    let prepare = async |p: &TestPlatform| {
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        at_old(p, user(BuiltInRole::User, p, "avery")).await;
        actor
    };
    let writes = assert_all_or_nothing(prepare, async |p, app, actor| {
        RemoveDomain::parse(p.contoso, OLD, Some(NEW))?.execute(app, actor).await
    })
    .await;
    assert_eq!(writes, 6, "login names, mails, record of each, domain, record and commit");
}
