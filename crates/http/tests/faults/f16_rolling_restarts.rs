//! F16: two nodes behind a balancer, restarted in turn while people work. Nobody notices.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use rustix::process::Signal;

use crate::{
    amount::{amount, tell, wait},
    client::Client,
    journal::{Entry, Journal, Mode},
    kept::Kept,
    place::Place,
    program::Program,
    proxy::Proxy,
};

const CLIENTS: u32 = 6;
const ENDS_WITHIN: Duration = Duration::from_secs(25);
/// How many requests are answered between two restarts.
const ANSWERED_BETWEEN: usize = 50;

#[test]
fn rolling_restarts_fail_no_request() {
    let restarts = amount(3, 100);
    let place = Place::on_postgres();
    let first = Program::start(&place);
    let other_place = place.for_another_node();
    let mut nodes = [first, Program::start(&other_place)];
    let places = [&place, &other_place];
    let balancer = Proxy::to(nodes.each_ref().map(|node| node.address.clone()).to_vec());
    let client = nodes[0].sign_in("full_access").at(&balancer.address);
    let (answered, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut slowest = Duration::ZERO;
    let journal = thread::scope(|scope| {
        let (client, answered, is_over) = (&client, &answered, &is_over);
        let working: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || work(client, number, answered, is_over))).collect();
        for (_, number) in (0..restarts).zip([0, 1].into_iter().cycle()) {
            await_answers(answered);
            nodes[number].signal(Signal::TERM);
            let (status, took) = nodes[number].await_end(ENDS_WITHIN);
            assert!(status.success(), "{status}");
            slowest = slowest.max(took);
            nodes[number] = Program::start(places[number]);
            balancer.replace(number, &nodes[number].address);
        }
        await_answers(answered);
        is_over.store(true, Ordering::SeqCst);
        Journal(working.into_iter().flat_map(|thread| thread.join().expect("no request failed")).collect())
    });
    journal.check(&place, &client);
    tell(
        "F16",
        &format!("{restarts} × SIGTERM to one of 2 nodes behind a balancer, {CLIENTS} clients"),
        &format!(
            "{} requests, 0 failed; {} acknowledged, 0 lost; exit 0 in ≤ {} ms",
            answered.into_inner(),
            journal.acknowledged(),
            slowest.as_millis()
        ),
    );
}

fn await_answers(answered: &AtomicUsize) {
    let so_far = answered.load(Ordering::SeqCst);
    wait("people get answers", Duration::from_mins(1), || answered.load(Ordering::SeqCst) >= so_far + ANSWERED_BETWEEN);
}

/// Creates somebody and looks at the list, over and over: half of the people over one connection, half over a new one each time.
fn work(client: &Client, number: u32, answered: &AtomicUsize, is_over: &AtomicBool) -> Vec<Entry> {
    let mut connection = Kept::new(client);
    let users = format!("/api/v1/accounts/{}/users", client.account);
    let mut entries = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let mut entry = Entry::new(client, &format!("f16-{number}-{}", entries.len()), Mode::Link);
        let answer = entry.ask_by(|key, body| {
            connection.ask(&format!("POST {users}"), &format!("Idempotency-Key: {key}\r\n"), &body.to_string())
        });
        let created = answer.expect("an answer to a create");
        assert_eq!(created.status, 201, "{}", created.body);
        entries.push(entry);
        let listed = connection.ask(&format!("GET {users}"), "", "").expect("an answer to a look at the list");
        assert_eq!(listed.status, 200, "{}", listed.body);
        answered.fetch_add(2, Ordering::SeqCst);
        if number.is_multiple_of(2) {
            connection.close();
        }
    }
    entries
}
