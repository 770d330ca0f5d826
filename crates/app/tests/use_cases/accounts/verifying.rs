//! Verifying the domains of an account, and an operator who demands it.

use tenantry_app::{
    Actor, Conflict, Denied, UseCaseError,
    accounts::{ListDomains, VerificationRecord, VerifyDomain},
    ports::AuditEntry,
    testing::{TestPlatform, samples},
    users::{CheckLoginName, EditUser, EditUserInput, LoginNameAvailability, PrepareCreateForm},
};
use tenantry_domain::{AccountId, permission::BuiltInRole};

use super::{create, customer};
use crate::{
    creating::wrong,
    new_user::with_link,
    verdict::{conflict, denied},
};

const ALIAS: &str = "contoso-mail.example";

async fn verify(p: &TestPlatform, actor: &Actor, account_id: AccountId, domain: &str) -> Result<(), UseCaseError> {
    VerifyDomain::parse(account_id, domain)?.execute(&p.app, actor).await
}

fn publish(p: &TestPlatform, account_id: AccountId, domain: &str) {
    let record = VerificationRecord::new(&p.app, account_id, &samples::domain(domain));
    p.resolver.publish(&record.name, &record.value);
}

/// The verified domains of Contoso.
async fn verified(p: &TestPlatform) -> Vec<String> {
    let domains = p.directory.find_account(p.contoso).await.unwrap().unwrap().account.domains;
    domains.iter().filter(|domain| domain.is_verified()).map(ToString::to_string).collect()
}

fn entries(p: &TestPlatform) -> Vec<AuditEntry> {
    p.memory().audit_log().into_iter().filter(|entry| entry.action() == "domain.verify").collect()
}

/// Where new login names must use verified domains.
async fn strict() -> TestPlatform {
    TestPlatform::builder().settings(|settings| settings.require_verified_domains = true).build().await
}

#[tokio::test]
async fn a_domain_is_verified_by_its_record() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let record = VerificationRecord::new(&p.app, p.contoso, &samples::domain(ALIAS));
    assert_eq!(record.name, "_tenantry.contoso-mail.example");
    assert!(record.value.starts_with("tenantry-verification="));

    p.resolver.publish(&record.name, "v=spf1 -all");
    publish(&p, p.litware, ALIAS);
    let expected = Conflict::DomainNotProven { name: record.name.clone(), value: record.value.clone() };
    assert_eq!(conflict(verify(&p, &actor, p.contoso, ALIAS).await), expected, "not by another account's");
    assert!(expected.to_string().contains(&record.name) && expected.to_string().contains(&record.value));
    assert_eq!(verified(&p).await, Vec::<String>::new());

    p.resolver.publish(&record.name, &format!("{} ", record.value));
    verify(&p, &actor, p.contoso, "Contoso-Mail.example").await.unwrap();
    assert_eq!(verified(&p).await, [ALIAS]);
    assert_eq!(entries(&p).len(), 1);
    p.resolver.fail_next(1);
    verify(&p, &actor, p.contoso, ALIAS).await.expect("nobody is asked about a verified domain");
    assert_eq!(entries(&p).len(), 1, "nothing changed");
}

#[tokio::test]
async fn a_dns_that_does_not_answer_changes_nothing() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    publish(&p, p.contoso, ALIAS);
    p.resolver.fail_next(1);
    let outcome = verify(&p, &actor, p.contoso, ALIAS).await;
    assert!(matches!(outcome, Err(UseCaseError::Resolver(_))), "{outcome:?}");
    assert_eq!(verified(&p).await, Vec::<String>::new());
    verify(&p, &actor, p.contoso, ALIAS).await.unwrap();
}

#[tokio::test]
async fn who_may_not_edit_company_information_verifies_nothing_and_sees_no_record() {
    let p = TestPlatform::new().await;
    let viewer = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    publish(&p, p.contoso, ALIAS);
    let refused = denied(verify(&p, &viewer, p.contoso, ALIAS).await);
    assert!(matches!(refused, Denied::NotHeld { .. }), "{refused:?}");
    assert_eq!(entries(&p).len(), 1, "the refusal is on record");
    let editor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for (actor, sees) in [(&viewer, false), (&editor, true)] {
        let listed = ListDomains { account_id: p.contoso }.execute(&p.app, actor).await.unwrap();
        assert!(listed.iter().all(|domain| domain.verification.is_some() == sees));
    }
    assert_eq!(denied(verify(&p, &editor, p.contoso, "litware.example").await), Denied::NotFound);
    assert_eq!(denied(verify(&p, &editor, p.litware, "litware.example").await), Denied::NotFound);
    assert_eq!(wrong(verify(&p, &editor, p.contoso, "no domain").await)[0].0, "domain");
}

#[tokio::test]
async fn where_it_is_demanded_new_login_names_use_verified_domains_only() {
    let p = strict().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let name = format!("robin@{ALIAS}");
    let create = with_link(&name).parse().unwrap();
    let refused = wrong(create.execute(&p.app, &actor, p.contoso, None).await);
    assert_eq!(refused, [("loginName".to_owned(), "domain-not-verified")]);
    let check = CheckLoginName { login_name: name.clone() };
    let availability = check.execute(&p.app, &actor, p.contoso).await.unwrap();
    assert!(matches!(availability, LoginNameAvailability::Invalid(_)), "{availability:?}");
    let form = PrepareCreateForm { account_id: p.contoso }.execute(&p.app, &actor).await.unwrap();
    assert_eq!(form.login_domains, []);

    publish(&p, p.contoso, ALIAS);
    verify(&p, &actor, p.contoso, ALIAS).await.unwrap();
    assert_eq!(check.execute(&p.app, &actor, p.contoso).await.unwrap(), LoginNameAvailability::Free);
    let form = PrepareCreateForm { account_id: p.contoso }.execute(&p.app, &actor).await.unwrap();
    assert_eq!(form.login_domains, [samples::domain(ALIAS)]);
    let created = create.execute(&p.app, &actor, p.contoso, None).await.unwrap();

    let edit = |login_name: &str| EditUser {
        user_id: created.user.record.user.id,
        changes: EditUserInput { login_name: Some(login_name.to_owned()), ..EditUserInput::default() },
        expected_version: None,
    };
    let refused = wrong(edit("robin@contoso.example").execute(&p.app, &actor).await);
    assert_eq!(refused, [("loginName".to_owned(), "domain-not-verified")]);
    edit(&format!("robyn@{ALIAS}")).execute(&p.app, &actor).await.unwrap();
}

#[tokio::test]
async fn where_it_is_demanded_users_stay_as_they_are_and_can_be_edited() {
    let p = strict().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let changes = EditUserInput { job_title: Some(Some("Buyer".to_owned())), ..EditUserInput::default() };
    EditUser { user_id, changes, expected_version: None }.execute(&p.app, &actor).await.unwrap();
}

#[tokio::test]
async fn where_it_is_demanded_an_account_begins_without_a_user() {
    let p = strict().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let mut input = customer("Adatum");
    input.first_user = Some(with_link("robin@adatum.example"));
    let refused = wrong(create(&p, &actor, p.contoso, &input).await);
    assert_eq!(refused, [("firstUser.loginName".to_owned(), "domain-not-verified")]);
    create(&p, &actor, p.contoso, &customer("Adatum")).await.unwrap();
}
