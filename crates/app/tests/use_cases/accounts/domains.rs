//! The domains of an account.

use tenantry_app::{
    Actor, Conflict, Denied, UseCaseError,
    accounts::{AccountPage, ChangeDomains, DomainChange, ListDomains, RemoveDomain},
    testing::TestPlatform,
    users::CheckLoginName,
};
use tenantry_domain::{AccountId, permission::BuiltInRole};

use crate::{
    creating::wrong,
    new_user::with_link,
    verdict::{conflict, denied},
};

async fn change(
    p: &TestPlatform,
    actor: &Actor,
    (account_id, domain): (AccountId, &str),
    change: DomainChange,
) -> Result<AccountPage, UseCaseError> {
    ChangeDomains::parse(account_id, domain, change)?.execute(&p.app, actor).await
}

async fn remove(
    p: &TestPlatform,
    actor: &Actor,
    (account_id, domain): (AccountId, &str),
    move_to: Option<&str>,
) -> Result<usize, UseCaseError> {
    RemoveDomain::parse(account_id, domain, move_to)?.execute(&p.app, actor).await
}

async fn names(p: &TestPlatform, actor: &Actor, account_id: AccountId) -> Vec<String> {
    let domains = ListDomains { account_id }.execute(&p.app, actor).await.unwrap();
    domains.iter().map(|listed| listed.domain.to_string()).collect()
}

#[tokio::test]
async fn a_domain_works_for_login_names_at_once() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    change(&p, &actor, (p.contoso, "Contoso-Cloud.example"), DomainChange::Add).await.unwrap();
    assert_eq!(
        names(&p, &actor, p.contoso).await,
        ["contoso.example", "contoso-cloud.example", "contoso-mail.example"]
    );
    CheckLoginName { login_name: "robin@contoso-cloud.example".to_owned() }
        .execute(&p.app, &actor, p.contoso)
        .await
        .unwrap();
    with_link("robin@contoso-cloud.example").parse().unwrap().execute(&p.app, &actor, p.contoso, None).await.unwrap();
}

#[tokio::test]
async fn the_primary_domain_changes_places_with_another() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let primary = (p.contoso, "contoso-mail.example");
    change(&p, &actor, primary, DomainChange::MakePrimary).await.unwrap();
    change(&p, &actor, primary, DomainChange::MakePrimary).await.expect("it is the primary one already");
    assert_eq!(names(&p, &actor, p.contoso).await, ["contoso-mail.example", "contoso.example"]);
    assert_eq!(conflict(remove(&p, &actor, primary, None).await), Conflict::DomainPrimary);

    let spare = (p.contoso, "contoso-cloud.example");
    change(&p, &actor, spare, DomainChange::Add).await.unwrap();
    remove(&p, &actor, spare, None).await.expect("nobody uses it");
}

#[tokio::test]
async fn a_domain_in_use_stays() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    with_link("robin@contoso-mail.example").parse().unwrap().execute(&p.app, &actor, p.contoso, None).await.unwrap();
    let outcome = remove(&p, &actor, (p.contoso, "contoso-mail.example"), None).await;
    assert_eq!(conflict(outcome), Conflict::DomainInUse { users: 1 });
}

#[tokio::test]
async fn another_accounts_domain_is_not_available_and_not_there() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let foreign = (p.contoso, "litware.example");
    assert_eq!(conflict(change(&p, &actor, foreign, DomainChange::Add).await), Conflict::DomainTaken);
    assert_eq!(denied(change(&p, &actor, foreign, DomainChange::MakePrimary).await), Denied::NotFound);
    assert_eq!(denied(remove(&p, &actor, foreign, Some("contoso.example")).await), Denied::NotFound);
}

#[tokio::test]
async fn what_is_no_domain_is_refused() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for typed in ["", "no domain", "-.example", "xn--zzzzzzz-.example"] {
        let found = wrong(change(&p, &actor, (p.contoso, typed), DomainChange::Add).await);
        assert_eq!(found[0].0, "domain", "{typed}");
    }
}
