use tenantry_domain::account::{
    Account, AccountDetails, AccountKind, AccountPolicy, AccountStatus, BrandColor, Branding, CompanyInformation,
    SupportContact,
};

use super::backend::{ContractBackend, World};
use crate::testing::samples::{self, instant};

/// The account with everything changed that an update replaces.
fn changed(account: &Account) -> Account {
    Account {
        kind: AccountKind::Reseller,
        name: samples::line("Überseehandel"),
        status: AccountStatus::Suspended,
        details: AccountDetails {
            reference_id: Some(samples::line("C-1047")),
            sales_manager: Some(samples::line("Blake Quinn")),
            ..AccountDetails::default()
        },
        company: CompanyInformation {
            phone: None,
            address: None,
            website: Some(samples::line("https://overseas.example")),
            support: SupportContact {
                email: Some(samples::email("help@overseas.example")),
                url: Some(samples::line("https://help.overseas.example")),
                phone: Some(samples::phone()),
            },
        },
        branding: Branding { primary: Some(BrandColor::BLACK), ..Branding::default() },
        policy: AccountPolicy { plain_text_password_mail: true, ..AccountPolicy::default() },
        ..account.clone()
    }
}

async fn update(w: &World, account: &Account, updated_at: i64) -> bool {
    let uow = w.begin().await;
    let updated = uow.accounts().update(account, instant(updated_at)).await.unwrap();
    uow.commit().await.unwrap();
    updated
}

pub async fn account_update_replaces_everything_and_raises_the_version(backend: ContractBackend) {
    let w = World::new(backend).await;
    let before = w.customer.clone();
    for (version, account) in [(1, changed(&before)), (2, before)] {
        assert!(update(&w, &Account { version, ..account.clone() }, 10 * version).await);
        let expected = Account { version: version + 1, ..account };
        assert_eq!(w.found(w.customer.id()).await.as_ref(), Some(&expected));
        let standing = w.backend.directory.find_account(w.customer.id()).await.unwrap().unwrap();
        assert_eq!(standing.effective_status, expected.status);
        assert_eq!((standing.account, standing.created_at), (expected, instant(0)));
    }
    for untouched in [&w.root, &w.reseller, &w.sibling] {
        assert_eq!(w.found(untouched.id()).await.as_ref(), Some(untouched));
    }
}

pub async fn account_update_to_nothing_optional_clears_it(backend: ContractBackend) {
    let w = World::new(backend).await;
    let complete = changed(&w.customer);
    assert!(update(&w, &complete, 1).await);
    let company = CompanyInformation { phone: None, address: None, website: None, support: SupportContact::default() };
    let bare = Account { company, details: AccountDetails::default(), version: 2, ..complete };
    assert!(update(&w, &bare, 2).await);
    assert_eq!(w.found(w.customer.id()).await, Some(Account { version: 3, ..bare }));
}

pub async fn account_update_leaves_place_domains_and_removal_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut domains = w.customer.domains.clone();
    domains.aliases = vec![samples::account_domain("alias.example")];
    let uow = w.begin().await;
    assert!(uow.accounts().add_domain(w.customer.id(), &domains.aliases[0].name, instant(1)).await.unwrap());
    uow.commit().await.unwrap();
    // As somebody would hand it in who read it before the domain was added, and believes it to be elsewhere.
    let elsewhere =
        Account { path: w.sibling.path.child(w.customer.id()), removed_at: Some(instant(1)), ..changed(&w.customer) };
    assert!(update(&w, &elsewhere, 2).await);
    let expected = Account { domains: domains.clone(), version: 2, ..changed(&w.customer) };
    assert_eq!(w.found(w.customer.id()).await, Some(expected.clone()));

    w.remove_account(&w.customer, instant(3)).await;
    assert!(update(&w, &Account { version: 2, ..w.customer.clone() }, 4).await);
    let removed = w.begin().await.accounts().find_removed(w.customer.id()).await.unwrap();
    assert_eq!(removed, Some(Account { domains, removed_at: Some(instant(3)), version: 3, ..w.customer.clone() }));
}

pub async fn stale_account_update_changes_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(update(&w, &w.customer, 1).await);
    for version in [1, 3] {
        assert!(!update(&w, &Account { version, ..changed(&w.customer) }, 2).await, "version {version}");
    }
    assert_eq!(w.found(w.customer.id()).await, Some(Account { version: 2, ..w.customer.clone() }));
    let unknown = w.account_below(&w.reseller, AccountKind::Customer, "Fabrikam", "fabrikam.example");
    assert!(!update(&w, &unknown, 2).await);
    assert_eq!(w.found(unknown.id()).await, None);
}

pub async fn renamed_account_is_listed_by_its_new_name(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(update(&w, &Account { name: samples::line("adatum"), ..w.sibling.clone() }, 1).await);
    let everything = super::account_lists::everything(&w);
    let listed = super::account_lists::names(&w, &everything).await;
    assert_eq!(listed, ["adatum", "Contoso", "Northwind", "Tailspin"]);
}
