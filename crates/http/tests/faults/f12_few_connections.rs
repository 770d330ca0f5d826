//! F12: many more people than connections to the database. Each is served, or told soon when to come again; nobody waits for a
//! connection that waits for them.
//!
//! `cargo xtask faults F12` also runs the tests of the API and of storage with as few connections.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    amount::{amount, tell},
    client::{Answer, Client},
    crowd::health,
    journal::{Entry, Journal, Mode},
    place::Place,
    program::Program,
};

const WORKED_FOR: Duration = Duration::from_secs(3);
const HEALTH_WITHIN: Duration = Duration::from_millis(500);
/// A connection is waited for two seconds at most, by several statements of a request perhaps.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
const CALM_WITHIN: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Met {
    statuses: Mutex<BTreeMap<u16, usize>>,
    slowest: Mutex<Duration>,
}

impl Met {
    fn judge(&self, ask: impl FnOnce() -> Answer, expected: u16) -> bool {
        let since = Instant::now();
        let answer = ask();
        let took = since.elapsed();
        assert!(took < ANSWERED_WITHIN, "an answer {} took {took:?}", answer.status);
        assert!(answer.status == expected || answer.is_try_again(), "{}: {}", answer.status, answer.body);
        *self.statuses.lock().unwrap().entry(answer.status).or_default() += 1;
        let mut slowest = self.slowest.lock().unwrap();
        *slowest = took.max(*slowest);
        answer.status == expected
    }

    /// One that creates somebody and looks at the list, until it is over.
    fn work(&self, client: &Client, number: u32, goes_on: impl Fn() -> bool) -> Vec<Entry> {
        let users = format!("/accounts/{}/users", client.account);
        let mut entries = Vec::new();
        while goes_on() {
            let mut entry = Entry::new(client, &format!("f12-{number}-{}", entries.len()), Mode::Link);
            self.judge(|| entry.ask(client).expect("an answer to a create"), 201);
            entries.push(entry);
            self.judge(|| client.get(&users).expect("an answer to a look at the list"), 200);
        }
        entries
    }
}

#[test]
fn more_clients_than_connections_are_served_or_told_to_come_again_on_sqlite() {
    crowd_two_connections(&Place::on_sqlite());
}

#[test]
fn more_clients_than_connections_are_served_or_told_to_come_again_on_postgres() {
    crowd_two_connections(&Place::on_postgres());
}

fn crowd_two_connections(place: &Place) {
    let clients = amount(150, 500);
    let program = Program::start_with(place, &["--database-connections", "2"]);
    let client = program.sign_in("full_access");
    let (met, under_way) = (Met::default(), AtomicUsize::new(clients as usize));
    let since = Instant::now();
    let (mut journal, p99) = thread::scope(|scope| {
        let (met, client, under_way) = (&met, &client, &under_way);
        let working: Vec<_> = (0..clients)
            .map(|number| {
                scope.spawn(move || {
                    let entries = met.work(client, number, || since.elapsed() < WORKED_FOR);
                    under_way.fetch_sub(1, Ordering::SeqCst);
                    entries
                })
            })
            .collect();
        let p99 = health(&program.address, || under_way.load(Ordering::SeqCst) > 0);
        (Journal(working.into_iter().flat_map(|thread| thread.join().unwrap()).collect()), p99)
    });
    assert!(p99 < HEALTH_WITHIN, "health took {p99:?}");
    let calm = Instant::now();
    let mut last = Entry::new(&client, "f12-last", Mode::Link);
    assert_eq!(last.ask(&client).unwrap().status, 201);
    assert!(calm.elapsed() < CALM_WITHIN, "a create took {:?} when all had left", calm.elapsed());
    journal.0.push(last);
    let acknowledged = journal.acknowledged();
    let refused = journal.settle(&client);
    journal.check(place, &client);
    let statuses = met.statuses.into_inner().unwrap();
    let counts: Vec<_> = statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
    tell(
        "F12",
        &format!("{clients} clients for {} s, 2 connections to {}", WORKED_FOR.as_secs(), place.kind()),
        &format!(
            "{}; slowest answer {} ms; health p99 {} ms; {acknowledged} acknowledged, 0 lost; {refused} refused creates done when asked \
             again",
            counts.join(", "),
            met.slowest.into_inner().unwrap().as_millis(),
            p99.as_millis()
        ),
    );
}
