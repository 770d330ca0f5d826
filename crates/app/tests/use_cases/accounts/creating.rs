//! Creating an account, perhaps with its first user.

use tenantry_app::{Conflict, Denied, testing::TestPlatform};
use tenantry_domain::{
    account::AccountKind,
    permission::BuiltInRole,
    user::{LoginName, User},
};

use super::{boss, create, customer};
use crate::{
    creating::wrong,
    new_user::{with_link, with_role},
    verdict::{conflict, denied},
};

#[tokio::test]
async fn an_account_is_as_typed_and_below_its_parent() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::ResellerAdministrator).await;
    let mut input = customer("Adatum");
    input.alias_domains = vec!["z.adatum.example".to_owned(), "Bücher.example".to_owned()];
    input.website = Some("https://www.adatum.example".to_owned());
    input.reference_id = Some("C-1047".to_owned());
    input.support.phone = Some("(425) 555-0199".to_owned());
    let created = create(&p, &actor, p.contoso, &input).await.unwrap().account;

    let account = &created.account.account;
    assert_eq!((account.kind, account.path.parent_id()), (AccountKind::Customer, Some(p.contoso)));
    let aliases: Vec<String> = account.domains.aliases.iter().map(ToString::to_string).collect();
    assert_eq!(aliases, ["xn--bcher-kva.example", "z.adatum.example"], "as A-labels");
    assert_eq!(account.company.phone.as_ref().unwrap().as_str(), "+14255550100");
    assert_eq!(account.company.support.phone.as_ref().unwrap().as_str(), "+14255550199", "of the company's country");
    assert_eq!(account.details.reference_id.as_ref().unwrap().as_str(), "C-1047");
    assert!(!account.policy.plain_text_password_mail, "off unless switched on");
    assert_eq!(p.account(account.id()).await, *account);
}

#[tokio::test]
async fn account_and_first_user_are_one_transaction() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::ResellerAdministrator).await;
    let mut input = customer("Adatum");
    input.first_user = Some(with_role("robin@adatum.example", BuiltInRole::CustomerAdministrator));
    let created = create(&p, &actor, p.contoso, &input).await.unwrap();
    let user = created.first_user.unwrap();
    assert_eq!(user.user.record.user.account_id, created.account.account.account.id());
    assert_eq!(user.user.record.user.contact.address, created.account.account.account.company.address, "prefilled");
    assert_eq!(user.link.unwrap().recipient.address.as_str(), "robin.hale@mail.example");

    // A login name somebody has: the account is not there either.
    let record = p.record(p.user(p.litware, BuiltInRole::User).await).await;
    let taken = User { login_name: LoginName::parse("robin@fourth.example").unwrap(), ..record.user };
    let uow = p.begin().await;
    uow.users().update(&taken, record.version, p.app.now()).await.unwrap();
    uow.commit().await.unwrap();
    let mut input = customer("Fourth");
    input.first_user = Some(with_link("robin@fourth.example"));
    let before = p.memory().snapshot().without_audit_log();
    assert_eq!(conflict(create(&p, &actor, p.contoso, &input).await), Conflict::LoginNameTaken);
    assert_eq!(p.memory().snapshot().without_audit_log(), before);
}

#[tokio::test]
async fn every_wrong_field_is_named_those_of_the_first_user_too() {
    let p = TestPlatform::new().await;
    let mut input = customer("Adatum");
    (input.kind, input.name) = (Some("platform".to_owned()), Some(" ".to_owned()));
    input.company.phone = Some("12".to_owned());
    input.company.address.as_mut().unwrap().postal_code = None;
    input.website = Some("javascript:alert(1)".to_owned());
    input.support.email = Some("nobody".to_owned());
    input.alias_domains = vec!["adatum.example".to_owned(), "no domain".to_owned()];
    let mut user = with_link("robin@adatum.example");
    user.first_name = None;
    input.first_user = Some(user);
    let fields: Vec<String> =
        wrong(create(&p, &boss(&p).await, p.contoso, &input).await).into_iter().map(|(field, _)| field).collect();
    let expected = [
        "kind",
        "name",
        "companyInformation.address.postalCode",
        "companyInformation.phone",
        "website",
        "support.email",
        "domains.aliases.0",
        "domains.aliases.1",
        "firstUser.firstName",
    ];
    for field in expected {
        assert!(fields.iter().any(|found| found == field), "{field} in {fields:?}");
    }
}

#[tokio::test]
async fn the_first_users_domain_must_be_the_new_accounts() {
    let p = TestPlatform::new().await;
    let mut input = customer("Adatum");
    input.first_user = Some(with_link("robin@contoso.example"));
    let found = wrong(create(&p, &boss(&p).await, p.contoso, &input).await);
    assert_eq!(found, [("firstUser.loginName".to_owned(), "foreign-domain")]);
}

#[tokio::test]
async fn a_taken_domain_tells_nothing_of_whose_it_is() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for taken in ["litware.example", "northwind.example", "contoso-mail.example"] {
        let mut input = customer("Adatum");
        input.alias_domains = vec![taken.to_owned()];
        let outcome = create(&p, &actor, p.contoso, &input).await;
        assert_eq!(conflict(outcome), Conflict::DomainTaken, "{taken}");
    }
}

#[tokio::test]
async fn customers_hold_nobody() {
    let p = TestPlatform::new().await;
    let outcome = create(&p, &boss(&p).await, p.tailspin, &customer("Adatum")).await;
    assert_eq!(conflict(outcome), Conflict::AccountIsLeaf);
}

#[tokio::test]
async fn who_may_add_accounts_but_not_users_adds_no_first_user() {
    let p = TestPlatform::new().await;
    let cells = ["own.account_info.view", "child.accounts.view", "child.accounts.add"];
    let role = crate::roles::defined(&p, p.contoso, ("Seller", &cells)).await;
    let actor = p.actor(crate::roles::holder(&p, p.contoso, role).await).await;
    let mut input = customer("Adatum");
    create(&p, &actor, p.contoso, &input).await.unwrap();
    input = customer("Fourth");
    input.first_user = Some(with_link("robin@fourth.example"));
    assert_eq!(
        denied(create(&p, &actor, p.contoso, &input).await),
        Denied::NotHeld { permission: "users.add".to_owned() }
    );
}
