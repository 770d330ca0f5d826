use tenantry_domain::account::{Account, AccountKind, AccountStatus};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{AccountFilter, AccountRow, InsertedAccount, PageStart, Visible},
    testing::samples,
};

pub(super) fn part(account: &Account, at: bool, below: bool) -> Visible {
    Visible { anchor: account.path.clone(), at, below }
}

pub(super) fn everything(w: &World) -> AccountFilter {
    AccountFilter {
        visible: vec![part(&w.root, true, true)],
        home: w.root.id(),
        parent: None,
        text: None,
        kind: None,
        without_leaves: false,
        state: None,
        start: PageStart::First,
        limit: 100,
    }
}

pub(super) async fn rows(w: &World, filter: &AccountFilter) -> Vec<AccountRow> {
    w.backend.directory.list_accounts(filter).await.unwrap().items
}

pub(super) async fn names(w: &World, filter: &AccountFilter) -> Vec<String> {
    rows(w, filter).await.into_iter().map(|row| row.name).collect()
}

pub async fn row_says_everything_about_an_account(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut suspended = w.account_below(&w.reseller, AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    suspended.status = AccountStatus::Suspended;
    let below = w.account_below(&suspended, AccountKind::Customer, "Wingtip", "wingtip.example");
    w.add_account(&suspended).await;
    w.add_account(&below).await;
    let rows = rows(&w, &everything(&w)).await;
    let row = |account: &Account, effective_status| AccountRow {
        removed_at: None,
        path: account.path.clone(),
        kind: account.kind,
        name: account.name.to_string(),
        status: account.status,
        effective_status,
        primary_domain: account.domains.primary.to_string(),
    };
    let expected = [
        row(&w.reseller, AccountStatus::Active),
        row(&suspended, AccountStatus::Suspended),
        row(&w.sibling, AccountStatus::Active),
        row(&w.root, AccountStatus::Active),
        row(&w.customer, AccountStatus::Active),
        row(&below, AccountStatus::Suspended),
    ];
    assert_eq!(rows, expected);
}

pub async fn only_visible_accounts_and_the_home_account_are_listed(backend: ContractBackend) {
    let w = World::new(backend).await;
    let cases: [(Vec<Visible>, &Account, &[&str]); 6] = [
        (vec![], &w.customer, &["Tailspin"]),
        (vec![part(&w.reseller, true, false)], &w.reseller, &["Contoso"]),
        (vec![part(&w.reseller, false, true)], &w.reseller, &["Contoso", "Tailspin"]),
        (vec![part(&w.reseller, false, true)], &w.sibling, &["Litware", "Tailspin"]),
        (vec![part(&w.root, false, true)], &w.root, &["Contoso", "Litware", "Northwind", "Tailspin"]),
        (vec![part(&w.customer, true, true), part(&w.sibling, true, true)], &w.sibling, &["Litware", "Tailspin"]),
    ];
    for (visible, home, expected) in cases {
        let filter = AccountFilter { visible: visible.clone(), home: home.id(), ..everything(&w) };
        assert_eq!(names(&w, &filter).await, expected, "{visible:?} from {}", home.name);
    }
}

pub async fn children_of_an_account_are_the_direct_ones(backend: ContractBackend) {
    let w = World::new(backend).await;
    let cases: [(&Account, &[&str]); 3] =
        [(&w.root, &["Contoso", "Litware"]), (&w.reseller, &["Tailspin"]), (&w.customer, &[])];
    for (parent, expected) in cases {
        let filter = AccountFilter { parent: Some(parent.id()), ..everything(&w) };
        assert_eq!(names(&w, &filter).await, expected, "{}", parent.name);
    }
    let unseen =
        AccountFilter { parent: Some(w.reseller.id()), visible: vec![], home: w.sibling.id(), ..everything(&w) };
    assert_eq!(names(&w, &unseen).await, Vec::<String>::new());
}

pub async fn search_finds_parts_of_names_and_domains_in_any_case(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut odd = w.account_below(&w.root, AccountKind::Reseller, "100%_Überseehandel", "odd.example");
    odd.domains.aliases = ["alias-one.example", "alias-two.example"].map(samples::account_domain).into();
    w.add_account(&odd).await;
    let cases: [(&str, &[&str]); 9] = [
        ("TOSO", &["Contoso"]),
        ("contoso.exam", &["Contoso"]),
        ("alias-TWO", &["100%_Überseehandel"]),
        ("alias", &["100%_Überseehandel"]),
        ("üBERSEE", &["100%_Überseehandel"]),
        ("%", &["100%_Überseehandel"]),
        ("_", &["100%_Überseehandel"]),
        ("t%so", &[]),
        ("nothing", &[]),
    ];
    let asked = |text: &str| AccountFilter { text: Some(text.to_owned()), ..everything(&w) };
    // Among so many that some storages look for them in another way.
    for many in [0, 1_000] {
        add_customers(&w, many).await;
        for (text, expected) in cases {
            assert_eq!(names(&w, &asked(text)).await, expected, "{text:?} among {many}");
            let count = w.backend.directory.count_accounts(&asked(text), 10).await.unwrap();
            assert_eq!(count as usize, expected.len(), "{text:?} among {many}");
        }
    }
    let start = rows(&w, &AccountFilter { limit: 2, ..asked("wingtip4") }).await;
    assert_eq!(start.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Wingtip4", "Wingtip40"]);
    assert_eq!(w.backend.directory.count_accounts(&asked("wingtip4"), 1_000).await.unwrap(), 111);
}

async fn add_customers(w: &World, number: u32) {
    let uow = w.begin().await;
    for n in 0..number {
        let (name, domain) = (format!("Wingtip{n}"), format!("wingtip{n}.example"));
        let account = w.account_below(&w.sibling, AccountKind::Customer, &name, &domain);
        assert_eq!(uow.accounts().insert(&account, samples::instant(0)).await.unwrap(), InsertedAccount::Inserted);
    }
    uow.commit().await.unwrap();
}

pub async fn pages_of_accounts_have_neither_gaps_nor_doubles(backend: ContractBackend) {
    let w = World::new(backend).await;
    for n in 0..21 {
        let name = ["Adatum", "Wingtip", "Graphic"][n % 3];
        let account = w.account_below(&w.reseller, AccountKind::Customer, name, &format!("customer{n}.example"));
        w.add_account(&account).await;
    }
    let whole = rows(&w, &everything(&w)).await;
    assert_eq!(whole.len(), 25);
    assert!(whole.is_sorted_by(|a, b| a.name <= b.name));
    for limit in [1, 7, 24, 25] {
        let mut filter = AccountFilter { limit, ..everything(&w) };
        let mut forward = Vec::new();
        let last = loop {
            let page = w.backend.directory.list_accounts(&filter).await.unwrap();
            assert_eq!(page.previous.is_some(), !forward.is_empty());
            forward.extend(page.items.clone());
            assert!(forward.len() <= 25, "there are 25 accounts");
            match &page.next {
                Some(key) => filter.start = PageStart::After(key.clone()),
                None => break page,
            }
        };
        assert_eq!(forward, whole, "{limit} rows a page");
        let mut backward = last.items.into_iter().rev().collect::<Vec<_>>();
        let mut previous = last.previous;
        while let Some(key) = previous {
            filter.start = PageStart::Before(key);
            let page = w.backend.directory.list_accounts(&filter).await.unwrap();
            backward.extend(page.items.into_iter().rev());
            assert!(backward.len() <= 25, "there are 25 accounts");
            previous = page.previous;
        }
        backward.reverse();
        assert_eq!(backward, whole, "{limit} rows a page, backward");
    }
}

pub async fn account_stands_as_its_ancestors_let_it(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut chain = vec![w.root.clone()];
    // The root of the world forbids plain-text mail, so nobody below may use it.
    let mut allowing = w.account_below(&chain[0], AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    allowing.policy.plain_text_password_mail = true;
    allowing.status = AccountStatus::Suspended;
    chain.push(allowing);
    let mut leaf = w.account_below(&chain[1], AccountKind::Customer, "Wingtip", "wingtip.example");
    leaf.policy.plain_text_password_mail = true;
    chain.push(leaf);
    w.add_account(&chain[1]).await;
    w.add_account(&chain[2]).await;
    for (account, effective_status) in
        chain.iter().zip([AccountStatus::Active, AccountStatus::Suspended, AccountStatus::Suspended])
    {
        let standing = w.backend.directory.find_account(account.id()).await.unwrap().unwrap();
        assert_eq!(standing.effective_status, effective_status, "{}", account.name);
        assert!(!standing.inherited.policy.plain_text_password_mail, "{}", account.name);
        assert_eq!(standing.created_at, samples::instant(0));
        assert_eq!(&standing.account, account);
    }
}

pub async fn plain_text_mail_needs_every_ancestor(backend: ContractBackend) {
    let allowing = |mut account: Account, allows| {
        account.policy.plain_text_password_mail = allows;
        account
    };
    // Without a world: its root does not allow it.
    let id = |n| tenantry_domain::AccountId::new(samples::uuid(n));
    let path = tenantry_domain::account::AccountPath::root(id(1));
    let root = allowing(samples::account(path, AccountKind::Platform, "Northwind", "northwind.example"), true);
    let below = |parent: &Account, n, kind, allows| {
        let name = format!("account{n}");
        allowing(samples::account(parent.path.child(id(n)), kind, &name, &format!("{name}.example")), allows)
    };
    let yes = below(&root, 2, AccountKind::Reseller, true);
    let no = below(&root, 3, AccountKind::Reseller, false);
    let yes_yes = below(&yes, 4, AccountKind::Customer, true);
    let yes_no = below(&yes, 5, AccountKind::Customer, false);
    let no_yes = below(&no, 6, AccountKind::Customer, true);
    let uow = backend.storage.begin().await.unwrap();
    for account in [&root, &yes, &no, &yes_yes, &yes_no, &no_yes] {
        uow.accounts().insert(account, samples::instant(0)).await.unwrap();
    }
    uow.commit().await.unwrap();
    for (account, allowed) in
        [(&root, true), (&yes, true), (&no, false), (&yes_yes, true), (&yes_no, false), (&no_yes, false)]
    {
        let standing = backend.directory.find_account(account.id()).await.unwrap().unwrap();
        assert_eq!(standing.inherited.policy.plain_text_password_mail, allowed, "{:?}", account.path);
    }
}

pub async fn names_of_known_accounts_are_told(backend: ContractBackend) {
    let w = World::new(backend).await;
    let unknown = tenantry_domain::AccountId::new(w.uuid());
    let mut told = w.backend.directory.account_names(&[w.customer.id(), unknown, w.root.id()]).await.unwrap();
    told.sort_unstable();
    let expected = [(w.root.id(), "Northwind".to_owned()), (w.customer.id(), "Tailspin".to_owned())];
    assert_eq!(told, expected);
    assert_eq!(w.backend.directory.account_names(&[]).await.unwrap(), []);
}
