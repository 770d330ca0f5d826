use tenantry_domain::{
    AccountId,
    account::{
        Account, AccountDetails, AccountKind, AccountPath, AccountPolicy, AccountStatus, BillingType, BrandColor,
        Branding, CompanyInformation, PasswordLength, SupportContact,
    },
    permission::RoleFamily,
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::InsertedAccount,
    testing::samples::{self, instant},
};

async fn assert_round_trip(w: &World, account: &Account) {
    w.add_account(account).await;
    let found = w.begin().await.accounts().find(account.id()).await.unwrap();
    assert_eq!(found.as_ref(), Some(account));
    let standing = w.backend.directory.find_account(account.id()).await.unwrap().unwrap();
    assert_eq!(&standing.account, account);
}

pub async fn complete_account_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut account = w.account_below(&w.reseller, AccountKind::Reseller, "Fabrikam Überseehandel", "fabrikam.example");
    account.status = AccountStatus::Suspended;
    account.domains.aliases = ["a.fabrikam.example", "z.fabrikam.example"].map(samples::account_domain).into();
    account.domains.aliases[1].verified_at = Some(instant(7));
    account.company.website = Some(samples::line("https://fabrikam.example/?a=1&b=%2F"));
    account.company.support = SupportContact {
        email: Some(samples::email("Help@fabrikam.example")),
        url: Some(samples::line("https://help.fabrikam.example")),
        phone: Some(samples::phone()),
    };
    account.branding = Branding {
        logo: Some("ab".repeat(32)),
        primary: Some(BrandColor::new(11, 90, 112)),
        secondary: Some(BrandColor::WHITE),
    };
    account.policy = AccountPolicy {
        plain_text_password_mail: true,
        password_length: PasswordLength::new(20).ok(),
        role_family: Some(RoleFamily::Administrators),
    };
    account.details = AccountDetails {
        billing: BillingType::Subscription,
        reference_id: Some(samples::line("№ 4711/ä")),
        sales_manager: Some(samples::line("Blake Ångström")),
    };
    assert_round_trip(&w, &account).await;
}

pub async fn account_with_nothing_optional_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut account = w.account_below(&w.reseller, AccountKind::Customer, "Fabrikam", "fabrikam.example");
    account.company =
        CompanyInformation { phone: None, address: None, website: None, support: SupportContact::default() };
    assert_round_trip(&w, &account).await;
}

pub async fn unknown_account_is_none(backend: ContractBackend) {
    let w = World::new(backend).await;
    let nobody = AccountId::new(w.uuid());
    assert_eq!(w.begin().await.accounts().find(nobody).await.unwrap(), None);
    assert_eq!(w.backend.directory.find_account(nobody).await.unwrap(), None);
}

pub async fn there_is_one_root(backend: ContractBackend) {
    let w = World::new(backend).await;
    let path = AccountPath::root(AccountId::new(w.uuid()));
    let second = samples::account(path, AccountKind::Platform, "Second", "second.example");
    let uow = w.begin().await;
    assert_eq!(uow.accounts().insert(&second, instant(1)).await.unwrap(), InsertedAccount::RootExists);
    drop(uow);
    assert_eq!(w.begin().await.accounts().find(second.id()).await.unwrap(), None);
}

pub async fn domain_belongs_to_one_account(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut first = w.account_below(&w.root, AccountKind::Reseller, "First", "first.example");
    first.domains.aliases = vec![samples::account_domain("alias.example")];
    w.add_account(&first).await;

    let primary_taken = w.account_below(&w.reseller, AccountKind::Customer, "Second", "first.example");
    let alias_taken_as_primary = w.account_below(&w.reseller, AccountKind::Customer, "Third", "alias.example");
    let mut alias_taken = w.account_below(&w.sibling, AccountKind::Customer, "Fourth", "fourth.example");
    alias_taken.domains.aliases =
        vec![samples::account_domain("alias.example"), samples::account_domain("other.example")];
    for account in [primary_taken, alias_taken_as_primary, alias_taken] {
        let uow = w.begin().await;
        let inserted = uow.accounts().insert(&account, instant(1)).await.unwrap();
        assert_eq!(inserted, InsertedAccount::DomainTaken, "{}", account.name);
        drop(uow);
        assert_eq!(w.begin().await.accounts().find(account.id()).await.unwrap(), None);
    }
    let free_after_all = w.account_below(&w.sibling, AccountKind::Customer, "Fifth", "fourth.example");
    w.add_account(&free_after_all).await;
}

pub async fn storage_is_empty_until_the_first_account(backend: ContractBackend) {
    let uow = backend.storage.begin().await.unwrap();
    assert!(uow.accounts().is_empty().await.unwrap());
    drop(uow);
    assert!(backend.directory.is_empty().await.unwrap());
    backend.directory.ping().await.unwrap();

    let w = World::new(backend).await;
    assert!(!w.begin().await.accounts().is_empty().await.unwrap());
    assert!(!w.backend.directory.is_empty().await.unwrap());
}
