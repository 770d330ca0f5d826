//! F17: a storm of sign-ins. Each costs a password hash; what is too much is refused at once, and everything else goes on.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::json;
use tokio::time::Instant;

use crate::{
    amount::{amount, tell},
    client::call,
    crowd::health,
    journal::{Entry, Journal, Mode, PASSWORD},
    place::Place,
    program::Program,
};

const HEALTH_WITHIN: Duration = Duration::from_millis(500);

#[test]
fn a_storm_of_sign_ins_is_refused_in_part_and_stops_nothing() {
    let (at_once, seconds) = (amount(100, 1000), u64::from(amount(5, 60)));
    let place = Place::on_sqlite();
    let program = Program::start(&place);
    let client = program.sign_in("full_access");
    let mut entry = Entry::new(&client, "f17", Mode::Manual);
    assert_eq!(entry.ask(&client).unwrap().status, 201);
    let journal = Journal(vec![entry]);
    let (statuses, under_way) = (Mutex::new(BTreeMap::<u16, usize>::new()), AtomicUsize::new(at_once as usize));
    let since = Instant::now();
    let body = json!({"loginName": journal.0[0].login, "password": PASSWORD});
    let p99 = thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while since.elapsed().as_secs() < seconds {
                    let answer = call(&program.address, "POST /api/v1/sessions", "", Some(&body)).expect("an answer");
                    assert!(matches!(answer.status, 201 | 429 | 503), "{}: {}", answer.status, answer.body);
                    assert!(
                        answer.status == 201 || answer.retry_after.is_some(),
                        "{} without Retry-After",
                        answer.status
                    );
                    *statuses.lock().unwrap().entry(answer.status).or_default() += 1;
                }
                under_way.fetch_sub(1, Ordering::SeqCst);
            });
        }
        health(&program.address, || under_way.load(Ordering::SeqCst) > 0)
    });
    let statuses = statuses.into_inner().unwrap();
    assert!(p99 < HEALTH_WITHIN, "health took {p99:?}: {statuses:?}");
    assert!(statuses.get(&201).is_some_and(|count| *count > 0), "nobody got in: {statuses:?}");
    journal.try_passwords(&client);
    let counts: Vec<_> = statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
    tell(
        "F17",
        &format!("{at_once} clients sign in at once for {seconds} s"),
        &format!("{}; health p99 {} ms; works afterwards", counts.join(", "), p99.as_millis()),
    );
}
