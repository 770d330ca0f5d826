//! Changing an account.

use tenantry_app::{
    Conflict, Denied, UseCaseError,
    accounts::{EditAccount, EditAccountInput, SupportInput},
    testing::TestPlatform,
};
use tenantry_domain::{account::AccountKind, permission::BuiltInRole};

use super::{boss, edit};
use crate::{
    creating::wrong,
    verdict::{conflict, denied},
};

fn named(name: &str) -> EditAccountInput {
    EditAccountInput { name: Some(name.to_owned()), ..EditAccountInput::default() }
}

fn noted(reference_id: &str) -> EditAccountInput {
    EditAccountInput { reference_id: Some(Some(reference_id.to_owned())), ..EditAccountInput::default() }
}

fn converted(kind: AccountKind) -> EditAccountInput {
    EditAccountInput { kind: Some(kind.key().to_owned()), ..EditAccountInput::default() }
}

#[tokio::test]
async fn what_is_left_out_stays_and_what_is_blank_is_cleared() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let website =
        |raw: Option<&str>| EditAccountInput { website: Some(raw.map(str::to_owned)), ..EditAccountInput::default() };
    let before = p.account(p.fabrikam).await;
    edit(&p, &actor, p.fabrikam, website(Some("https://fabrikam.example"))).await.unwrap();
    edit(&p, &actor, p.fabrikam, named("Fabrikam Ltd")).await.unwrap();
    let after = p.account(p.fabrikam).await;
    assert_eq!(after.company.website.as_ref().unwrap().as_str(), "https://fabrikam.example");
    assert_eq!((after.name.as_str(), &after.company.address), ("Fabrikam Ltd", &before.company.address));
    assert_eq!(after.version, before.version + 2);

    edit(&p, &actor, p.fabrikam, website(None)).await.unwrap();
    assert_eq!(p.account(p.fabrikam).await.company.website, None);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let p = TestPlatform::new().await;
    let changes = EditAccountInput {
        phone: Some("none".to_owned()),
        support: Some(SupportInput { url: Some("ftp://x".to_owned()), ..SupportInput::default() }),
        ..named("")
    };
    let fields: Vec<String> =
        wrong(edit(&p, &boss(&p).await, p.fabrikam, changes).await).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["name", "support.url", "companyInformation.phone"]);
}

#[tokio::test]
async fn an_account_says_who_it_is_and_the_one_above_what_it_is() {
    let p = TestPlatform::new().await;
    let inside = p.actor_with(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    edit(&p, &inside, p.tailspin, named("Tailspin Toys")).await.unwrap();
    let refused = denied(edit(&p, &inside, p.tailspin, noted("C-1")).await);
    assert_eq!(refused, Denied::NotHeld { permission: "accounts.edit".to_owned() });

    let above = p.actor_with(p.fabrikam, BuiltInRole::BasicAccess).await;
    edit(&p, &above, p.tailspin, noted("C-1")).await.unwrap();
    let own = denied(edit(&p, &above, p.fabrikam, named("Mine")).await);
    assert_eq!(own, Denied::NotHeld { permission: "account_info.edit".to_owned() });
}

#[tokio::test]
async fn a_stale_change_is_refused() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let version = p.account(p.fabrikam).await.version;
    edit(&p, &actor, p.fabrikam, named("First")).await.unwrap();
    let command = EditAccount { account_id: p.fabrikam, changes: named("Second"), expected_version: Some(version) };
    assert!(matches!(command.execute(&p.app, &actor).await, Err(UseCaseError::Stale)));
    assert_eq!(p.account(p.fabrikam).await.name.as_str(), "First");
}

#[tokio::test]
async fn a_reseller_becomes_a_customer_only_without_accounts_below() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let outcome = edit(&p, &actor, p.fabrikam, converted(AccountKind::Customer)).await;
    assert_eq!(conflict(outcome), Conflict::AccountHoldsAccounts { accounts: 1 });
    edit(&p, &actor, p.tailspin, converted(AccountKind::Reseller)).await.unwrap();
    edit(&p, &actor, p.tailspin, converted(AccountKind::Customer)).await.unwrap();
    assert_eq!(wrong(edit(&p, &actor, p.tailspin, converted(AccountKind::Platform)).await)[0].0, "kind");
}

#[tokio::test]
async fn the_platform_stays_the_platform() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    // Nobody is above it who could hold that.
    assert!(matches!(
        denied(edit(&p, &actor, p.northwind, converted(AccountKind::Customer)).await),
        Denied::NotHeld { .. }
    ));
}
