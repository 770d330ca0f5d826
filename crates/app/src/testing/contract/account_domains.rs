use tenantry_domain::{
    account::{Account, AccountDomains},
    permission::BuiltInRole,
    user::User,
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::InsertedAccount,
    testing::samples::{self, instant},
};

fn domains(primary: &str, aliases: &[&str]) -> AccountDomains {
    AccountDomains::new(samples::domain(primary), aliases.iter().map(|alias| samples::domain(alias)))
}

async fn add(w: &World, account: &Account, domain: &str) -> bool {
    let uow = w.begin().await;
    let added = uow.accounts().add_domain(account.id(), &samples::domain(domain), instant(1)).await.unwrap();
    // The transaction goes on: a taken domain is an answer, not a failure.
    assert!(uow.accounts().find(account.id()).await.unwrap().is_some());
    uow.commit().await.unwrap();
    added
}

async fn make_primary(w: &World, account: &Account, domain: &str) {
    let uow = w.begin().await;
    uow.accounts().set_primary_domain(account.id(), &samples::domain(domain)).await.unwrap();
    uow.commit().await.unwrap();
}

async fn remove(w: &World, domain: &str) {
    let uow = w.begin().await;
    uow.accounts().remove_domain(&samples::domain(domain)).await.unwrap();
    uow.commit().await.unwrap();
}

/// The account has these domains and is otherwise as it was.
async fn assert_has(w: &World, account: &Account, domains: AccountDomains) {
    assert_eq!(w.found(account.id()).await, Some(Account { domains, ..account.clone() }));
}

pub async fn added_domains_are_aliases_in_alphabetical_order(backend: ContractBackend) {
    let w = World::new(backend).await;
    for alias in ["m.example", "z.example", "a.example"] {
        assert!(add(&w, &w.customer, alias).await, "{alias}");
    }
    assert_has(&w, &w.customer, domains("tailspin.example", &["a.example", "m.example", "z.example"])).await;
    assert_has(&w, &w.reseller, domains("contoso.example", &[])).await;
}

pub async fn domain_of_any_account_cannot_be_added(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(add(&w, &w.sibling, "alias.example").await);
    for taken in ["tailspin.example", "contoso.example", "alias.example"] {
        assert!(!add(&w, &w.customer, taken).await, "{taken}");
    }
    assert!(!add(&w, &w.sibling, "alias.example").await, "its own");
    assert_has(&w, &w.customer, domains("tailspin.example", &[])).await;
    assert_has(&w, &w.sibling, domains("litware.example", &["alias.example"])).await;
}

pub async fn domains_of_removed_accounts_stay_taken(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(add(&w, &w.customer, "alias.example").await);
    w.remove_account(&w.reseller, instant(1)).await;
    for (n, taken) in ["contoso.example", "tailspin.example", "alias.example"].into_iter().enumerate() {
        assert!(!add(&w, &w.sibling, taken).await, "{taken}");
        let kind = tenantry_domain::account::AccountKind::Customer;
        let with_taken = w.account_below(&w.sibling, kind, &format!("account{n}"), taken);
        let uow = w.begin().await;
        let inserted = uow.accounts().insert(&with_taken, instant(1)).await.unwrap();
        assert_eq!(inserted, InsertedAccount::DomainTaken, "{taken}");
    }
    w.restore_account(&w.reseller).await;
    assert_has(&w, &w.customer, domains("tailspin.example", &["alias.example"])).await;
}

pub async fn primary_domain_becomes_an_alias_when_another_takes_its_place(backend: ContractBackend) {
    let w = World::new(backend).await;
    for alias in ["a.example", "z.example"] {
        assert!(add(&w, &w.customer, alias).await);
    }
    make_primary(&w, &w.customer, "z.example").await;
    assert_has(&w, &w.customer, domains("z.example", &["a.example", "tailspin.example"])).await;
    make_primary(&w, &w.customer, "z.example").await;
    assert_has(&w, &w.customer, domains("z.example", &["a.example", "tailspin.example"])).await;
    make_primary(&w, &w.customer, "tailspin.example").await;
    assert_has(&w, &w.customer, domains("tailspin.example", &["a.example", "z.example"])).await;
    assert_has(&w, &w.reseller, domains("contoso.example", &[])).await;
}

pub async fn account_never_goes_without_its_primary_domain(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(add(&w, &w.sibling, "alias.example").await);
    for not_its_own in ["alias.example", "contoso.example", "unknown.example"] {
        make_primary(&w, &w.customer, not_its_own).await;
        assert_has(&w, &w.customer, domains("tailspin.example", &[])).await;
    }
    remove(&w, "tailspin.example").await;
    assert_has(&w, &w.customer, domains("tailspin.example", &[])).await;
    assert_has(&w, &w.sibling, domains("litware.example", &["alias.example"])).await;
}

pub async fn removed_domain_is_free_again(backend: ContractBackend) {
    let w = World::new(backend).await;
    for alias in ["a.example", "z.example"] {
        assert!(add(&w, &w.customer, alias).await);
    }
    remove(&w, "z.example").await;
    assert_has(&w, &w.customer, domains("tailspin.example", &["a.example"])).await;
    assert!(add(&w, &w.sibling, "z.example").await);
    assert_has(&w, &w.sibling, domains("litware.example", &["z.example"])).await;
    remove(&w, "unknown.example").await;
    assert_has(&w, &w.customer, domains("tailspin.example", &["a.example"])).await;
}

async fn verify(w: &World, account: &Account, domain: &str, at: i64) {
    let uow = w.begin().await;
    uow.accounts().set_domain_verified(account.id(), &samples::domain(domain), instant(at)).await.unwrap();
    uow.commit().await.unwrap();
}

pub async fn verified_domain_keeps_its_first_mark_whatever_becomes_primary(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(add(&w, &w.customer, "alias.example").await);
    verify(&w, &w.customer, "alias.example", 5).await;
    let mut expected = domains("tailspin.example", &["alias.example"]);
    expected.aliases[0].verified_at = Some(instant(5));
    assert_has(&w, &w.customer, expected.clone()).await;
    verify(&w, &w.customer, "alias.example", 6).await;
    assert_has(&w, &w.customer, expected.clone()).await;

    make_primary(&w, &w.customer, "alias.example").await;
    std::mem::swap(&mut expected.primary, &mut expected.aliases[0]);
    assert_has(&w, &w.customer, expected.clone()).await;
    verify(&w, &w.customer, "tailspin.example", 7).await;
    expected.aliases[0].verified_at = Some(instant(7));
    assert_has(&w, &w.customer, expected).await;
}

pub async fn mark_is_lost_with_the_domain_and_set_by_its_account_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert!(add(&w, &w.customer, "alias.example").await);
    for not_its_own in ["alias.example", "unknown.example"] {
        verify(&w, &w.sibling, not_its_own, 5).await;
    }
    assert_has(&w, &w.customer, domains("tailspin.example", &["alias.example"])).await;
    verify(&w, &w.customer, "alias.example", 6).await;
    remove(&w, "alias.example").await;
    assert!(add(&w, &w.customer, "alias.example").await);
    assert_has(&w, &w.customer, domains("tailspin.example", &["alias.example"])).await;
}

pub async fn login_names_of_a_domain_are_counted(backend: ContractBackend) {
    let w = World::new(backend).await;
    let count =
        async |domain: &str| w.begin().await.accounts().count_login_names(&samples::domain(domain)).await.unwrap();
    assert_eq!(count("tailspin.example").await, 0);
    w.user(&w.customer, "avery", BuiltInRole::User).await;
    w.user(&w.customer, "BLAKE", BuiltInRole::User).await;
    w.user(&w.reseller, "avery", BuiltInRole::User).await;
    assert_eq!((count("tailspin.example").await, count("Contoso.example").await), (2, 1));
    assert_eq!(count("spin.example").await, 0);

    // Whoever was removed can come back, and so can everybody of a removed account.
    let removed = w.user(&w.customer, "casey", BuiltInRole::User).await;
    w.update(&User { removed_at: Some(instant(1)), ..removed }).await;
    assert_eq!(count("tailspin.example").await, 3);
    w.remove_account(&w.customer, instant(2)).await;
    assert_eq!(count("tailspin.example").await, 3);
}
