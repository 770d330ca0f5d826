use tenantry_domain::{
    account::{Account, AccountKind},
    permission::BuiltInRole,
};

use super::{
    account_lists::{everything, names, part},
    backend::{ContractBackend, World},
};
use crate::{
    ports::{AccountFilter, AccountPlace, ChildrenFilter, PageKey, PageStart, Visible},
    testing::samples,
};

/// Contoso with a second child, and one that was removed.
async fn with_more_children(backend: ContractBackend) -> (World, Account) {
    let w = World::new(backend).await;
    let second = w.account_below(&w.reseller, AccountKind::Customer, "Wingtip", "wingtip.example");
    let removed = w.account_below(&w.reseller, AccountKind::Customer, "Adatum", "adatum.example");
    for account in [&second, &removed] {
        w.add_account(account).await;
    }
    w.remove_account(&removed, samples::instant(1)).await;
    (w, second)
}

pub async fn children_in_view_are_counted_by_account(backend: ContractBackend) {
    let (w, second) = with_more_children(backend).await;
    let parents = [&w.customer, &w.root, &w.reseller];
    let cases: [(Vec<Visible>, &Account, [u64; 3]); 8] = [
        (vec![part(&w.root, true, true)], &w.root, [0, 2, 2]),
        (vec![part(&w.root, false, true)], &w.root, [0, 2, 2]),
        (vec![part(&w.root, true, false)], &w.root, [0, 0, 0]),
        (vec![part(&w.reseller, true, true)], &w.reseller, [0, 1, 2]),
        (vec![part(&w.reseller, false, true)], &w.sibling, [0, 1, 2]),
        (vec![part(&second, true, false), part(&w.sibling, true, true)], &w.sibling, [0, 1, 1]),
        (vec![part(&w.customer, true, false), part(&second, false, true)], &w.customer, [0, 0, 1]),
        (vec![], &w.customer, [0, 0, 1]),
    ];
    for (visible, home, expected) in cases {
        let filter = ChildrenFilter {
            parents: parents.map(|account| account.path.clone()).to_vec(),
            visible: visible.clone(),
            home: home.path.clone(),
        };
        let counted = w.backend.directory.count_children(&filter).await.unwrap();
        assert_eq!(counted, expected, "{visible:?} from {}", home.name);
        for (parent, count) in parents.iter().zip(counted) {
            let shown = AccountFilter {
                visible: visible.clone(),
                home: home.id(),
                parent: Some(parent.id()),
                ..everything(&w)
            };
            let page = w.backend.directory.list_accounts(&shown).await.unwrap();
            assert_eq!(page.items.len() as u64, count, "{} in {visible:?}", parent.name);
        }
    }
}

pub async fn users_are_counted_by_account(backend: ContractBackend) {
    let w = World::new(backend).await;
    for local in ["avery", "blake"] {
        w.user(&w.customer, local, BuiltInRole::User).await;
    }
    let mut removed = w.user(&w.customer, "casey", BuiltInRole::User).await;
    removed.removed_at = Some(samples::instant(1));
    w.update(&removed).await;
    w.user(&w.reseller, "drew", BuiltInRole::User).await;
    let ids = [w.sibling.id(), w.customer.id(), w.reseller.id()];
    assert_eq!(w.backend.directory.count_users(&ids).await.unwrap(), [0, 2, 1]);
    assert_eq!(w.backend.directory.count_users(&[]).await.unwrap(), [0; 0]);
}

pub async fn listed_accounts_are_counted_up_to_a_limit(backend: ContractBackend) {
    let (w, _) = with_more_children(backend).await;
    let all = everything(&w);
    let after = PageStart::After(PageKey { value: "p".to_owned(), id: uuid::Uuid::nil() });
    let cases = [
        (all.clone(), 100, 5),
        (all.clone(), 5, 5),
        (all.clone(), 4, 4),
        (AccountFilter { start: after, limit: 1, ..all.clone() }, 100, 5),
        (AccountFilter { parent: Some(w.reseller.id()), ..all.clone() }, 100, 2),
        (AccountFilter { text: Some("O.EXAMPLE".to_owned()), ..all.clone() }, 100, 1),
        (AccountFilter { visible: vec![], home: w.customer.id(), ..all.clone() }, 100, 1),
        (AccountFilter { text: Some("\0".to_owned()), ..all }, 100, 0),
    ];
    for (filter, most, expected) in cases {
        assert_eq!(w.backend.directory.count_accounts(&filter, most).await.unwrap(), expected, "{filter:?}");
    }
}

pub async fn accounts_below_which_others_can_stand_are_listed_alone(backend: ContractBackend) {
    let (w, _) = with_more_children(backend).await;
    let filter = AccountFilter { without_leaves: true, ..everything(&w) };
    assert_eq!(names(&w, &filter).await, ["Contoso", "Litware", "Northwind"]);
}

pub async fn places_of_live_accounts_are_told(backend: ContractBackend) {
    let (w, second) = with_more_children(backend).await;
    w.remove_account(&second, samples::instant(2)).await;
    let unknown = tenantry_domain::AccountId::new(w.uuid());
    let asked = [w.customer.id(), second.id(), unknown, w.root.id()];
    let mut places = w.backend.directory.find_places(&asked).await.unwrap();
    places.sort_by_key(|place| place.path.depth());
    let place = |account: &Account| AccountPlace {
        path: account.path.clone(),
        kind: account.kind,
        name: account.name.to_string(),
    };
    assert_eq!(places, [place(&w.root), place(&w.customer)]);
    assert_eq!(w.backend.directory.find_places(&[]).await.unwrap(), []);
}
