use tenantry_domain::account::{
    Account, AccountKind, AccountPolicy, BrandColor, Branding, Inherited, PasswordLength, SupportContact,
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::StoredImage,
    testing::samples::{self, instant},
};

async fn inherited(w: &World, account: &Account) -> Inherited {
    w.backend.directory.find_account(account.id()).await.unwrap().unwrap().inherited
}

fn blue() -> Branding {
    Branding { primary: Some(BrandColor::new(0, 0, 200)), ..Branding::default() }
}

async fn with_looks(w: &World) -> [Account; 3] {
    let mut reseller = w.account_below(&w.root, AccountKind::Reseller, "Adatum", "adatum.example");
    reseller.branding = blue();
    reseller.company.support =
        SupportContact { email: Some(samples::email("help@adatum.example")), ..SupportContact::default() };
    reseller.policy = AccountPolicy { password_length: PasswordLength::new(20).ok(), ..AccountPolicy::default() };
    let middle = w.account_below(&reseller, AccountKind::Reseller, "Wingtip", "wingtip.example");
    let mut leaf = w.account_below(&middle, AccountKind::Customer, "Lucerne", "lucerne.example");
    leaf.branding.logo = Some("ab".repeat(32));
    for account in [&reseller, &middle, &leaf] {
        w.add_account(account).await;
    }
    [reseller, middle, leaf]
}

pub async fn account_has_from_above_what_it_does_not_set(backend: ContractBackend) {
    let w = World::new(backend).await;
    let [reseller, middle, leaf] = with_looks(&w).await;
    let of_middle = inherited(&w, &middle).await;
    assert_eq!((of_middle.branding, of_middle.branding_from), (blue(), Some(reseller.id())));
    assert_eq!((of_middle.support, of_middle.support_from), (reseller.company.support.clone(), Some(reseller.id())));
    assert_eq!(of_middle.policy.password_length.get(), 20);
    let of_leaf = inherited(&w, &leaf).await;
    assert_eq!((of_leaf.branding, of_leaf.branding_from), (leaf.branding.clone(), Some(leaf.id())));
    assert_eq!(of_leaf.support_from, Some(reseller.id()));
    assert_eq!(inherited(&w, &w.root).await.branding_from, None);
}

pub async fn looks_are_found_by_domain_and_else_are_those_of_the_root(backend: ContractBackend) {
    let w = World::new(backend).await;
    let [_, middle, leaf] = with_looks(&w).await;
    let find = async |domain: Option<&str>| {
        let domain = domain.map(samples::domain);
        w.backend.directory.find_inherited(domain.as_ref()).await.unwrap().unwrap()
    };
    assert_eq!(find(Some("wingtip.example")).await, inherited(&w, &middle).await);
    assert_eq!(find(Some("lucerne.example")).await, inherited(&w, &leaf).await);
    let root = inherited(&w, &w.root).await;
    assert_eq!(find(Some("nobody.example")).await, root);
    assert_eq!(find(None).await, root);

    let uow = w.begin().await;
    uow.accounts().remove_subtree(&leaf.path, instant(5)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(find(Some("lucerne.example")).await, root, "a removed account looks like nobody's");
}

pub async fn logo_is_shown_to_anybody_and_kept_while_shown(backend: ContractBackend) {
    let w = World::new(backend).await;
    let [_, _, leaf] = with_looks(&w).await;
    let image = StoredImage { hash: "ab".repeat(32), png: vec![1], thumbnail: vec![2] };
    let other = StoredImage { hash: "cd".repeat(32), ..image.clone() };
    let uow = w.begin().await;
    for image in [&image, &other] {
        uow.images().put(image).await.unwrap();
    }
    uow.commit().await.unwrap();
    let find = async |hash: &str, thumbnail| w.backend.directory.find_logo(hash, thumbnail).await.unwrap();
    assert_eq!(find(&image.hash, false).await, Some(vec![1]));
    assert_eq!(find(&image.hash, true).await, Some(vec![2]));
    assert_eq!(find(&other.hash, false).await, None, "an image that is nobody's logo");

    let remove = async || {
        let uow = w.begin().await;
        uow.images().remove_unused(&image.hash).await.unwrap();
        uow.commit().await.unwrap();
    };
    remove().await;
    assert!(find(&image.hash, false).await.is_some());
    let uow = w.begin().await;
    let plain = Account { branding: Branding::default(), ..leaf };
    assert!(uow.accounts().update(&plain, instant(1)).await.unwrap());
    uow.commit().await.unwrap();
    remove().await;
    assert_eq!(w.backend.directory.find_image(&image.hash, false).await.unwrap(), None);
}
