//! Those who ask the same kind of question at once are answered by the same statements.

use std::sync::{Arc, atomic::Ordering};

use jiff::Timestamp;
use tenantry_app::{ports::Directory, testing::samples};
use tenantry_domain::{AccountId, UserId};
use tenantry_infra_sql::SqlDirectory;
use tokio::task::JoinSet;

use crate::support::{self, Fresh};

const PEOPLE: u64 = 60;

#[tokio::test]
async fn those_who_ask_at_once_share_statements_on_sqlite() {
    ask_at_once(support::sqlite().await).await;
}

#[tokio::test]
async fn those_who_ask_at_once_share_statements_on_postgres() {
    ask_at_once(support::postgres().await).await;
}

/// On one thread, so that all have asked before the first is answered.
async fn ask_at_once(mut fresh: Fresh) {
    let sent = fresh.database.count_statements();
    let directory = Arc::new(fresh.database.directory());
    let people: JoinSet<()> = (0..PEOPLE).map(|number| ask(Arc::clone(&directory), number)).collect();
    people.join_all().await;
    let sent = sent.load(Ordering::Relaxed);
    assert!((6..=12).contains(&sent), "{PEOPLE} of each of three questions took {sent} statements");
}

async fn ask(directory: Arc<SqlDirectory>, number: u64) {
    let (id, token_hash) = (samples::uuid(number), samples::token_hash(samples::uuid(number)));
    let (session, user, account) = tokio::join!(
        directory.find_session(&token_hash, Timestamp::UNIX_EPOCH),
        directory.find_user(UserId::new(id)),
        directory.find_account(AccountId::new(id)),
    );
    assert!(session.unwrap().is_none() && user.unwrap().is_none() && account.unwrap().is_none());
}
