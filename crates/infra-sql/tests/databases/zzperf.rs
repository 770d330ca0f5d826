use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use tenantry_app::ports::*;
use tenantry_domain::account::AccountPath;
use tenantry_infra_sql::{Database, DatabaseOptions};

#[tokio::test(flavor = "multi_thread")]
#[ignore]
async fn zz() {
    let url = std::env::var("PERF_URL").unwrap();
    let db = Database::connect(&url, &DatabaseOptions::default()).await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), "SELECT path FROM accounts ORDER BY path")).await.unwrap();
    let paths: Vec<Vec<u8>> = rows.iter().map(|r| r.try_get_by_index(0).unwrap()).collect();
    let size = |p: &Vec<u8>| { let mut e = p.clone(); e.push(255); paths.partition_point(|x| x < &e) - paths.partition_point(|x| x < p) };
    let sizes: Vec<usize> = paths.iter().map(size).collect();
    let d = db.directory();
    for want in [1usize, 10, 100, 300, 600, 800, 1000, 2000, 5000, 20000, 100000] {
        let i = (0..paths.len()).min_by_key(|i| sizes[*i].abs_diff(want)).unwrap();
        let path = AccountPath::from_bytes(&paths[i]).unwrap();
        let mut out = format!("{:6}", sizes[i]);
        for sort in [UserSort::Name, UserSort::LoginName, UserSort::Created] {
            for deep in [false, true] {
                let start = if deep {
                    let value = match sort { UserSort::Name | UserSort::LoginName => "kai".to_owned(), UserSort::Created => "2026-03-02T09:00:30Z".to_owned() };
                    PageStart::After(PageKey { value, id: uuid::Uuid::nil() })
                } else { PageStart::First };
                let f = UserFilter { account: path.clone(), subtree: sizes[i] > 1, visible: vec![Visible { anchor: path.clone(), at: true, below: true }], text: None, state: None, role: None, provisioning: None, sort, descending: false, start, limit: 50 };
                let mut t: Vec<f64> = vec![];
                for _ in 0..8 { let s = std::time::Instant::now(); d.list_users(&f).await.unwrap(); t.push(s.elapsed().as_secs_f64() * 1e3); }
                t.sort_by(f64::total_cmp);
                out += &format!(" | {sort:?}{} {:.2}/{:.2}", if deep {" deep"} else {""}, t[3], t[6]);
            }
        }
        let f = AccountFilter { visible: vec![Visible { anchor: path.clone(), at: true, below: true }], home: path.id(), parent: None, text: None, start: PageStart::First, limit: 50 };
        let s = std::time::Instant::now(); for _ in 0..5 { d.list_accounts(&f).await.unwrap(); }
        out += &format!(" | accounts {:.2}", s.elapsed().as_secs_f64() * 200.0);
        eprintln!("{out}");
    }
    let _ = Timestamp::MAX;
}
