//! F7: the database restarts, in order and not, and cuts connections, while two nodes work.

use std::{
    io::Result,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    amount::{amount, tell, wait},
    client::{Answer, Client},
    cluster::Cluster,
    journal::{Entry, Journal, write},
    place::Place,
    program::{Program, is_ready},
};

const WRITERS: u32 = 3;
/// However the database behaves, an answer comes in this time.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// Nobody waits for an acknowledgement for ever.
const GIVEN_UP_AFTER: Duration = Duration::from_mins(1);
const HEALTHY_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);
/// How long people work between two restarts, and while back ends are killed.
const WORKED_FOR: Duration = Duration::from_millis(1500);

const KILL_ONE: &str = "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity \
    WHERE application_name = 'tenantry' ORDER BY random() LIMIT 1) AS one";

struct Lab {
    cluster: Cluster,
    place: Place,
    client: Client,
    /// The nodes' addresses.
    nodes: [String; 2],
}

/// What those who ask met while it went on.
#[derive(Default)]
struct Met {
    asked: AtomicUsize,
    refused: AtomicUsize,
    slowest: Mutex<Duration>,
}

impl Met {
    /// Whether it was done. If not, the answer says when to come again; anything else is a defect.
    fn judge(&self, ask: impl FnOnce() -> Result<Answer>, expected: u16) -> bool {
        let since = Instant::now();
        let answer = ask().expect("the program lives, so it answers");
        let took = since.elapsed();
        assert!(took < ANSWERED_WITHIN, "an answer {} took {took:?}", answer.status);
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut slowest = self.slowest.lock().unwrap();
        *slowest = took.max(*slowest);
        let is_done = answer.status == expected;
        if !is_done {
            let Answer { status, retry_after, body } = &answer;
            assert!(answer.is_try_again(), "{status}, Retry-After {retry_after:?}: {body}");
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        is_done
    }
}

#[test]
fn restarts_of_the_database_lose_nothing_and_are_over_when_it_is_back() {
    let restarts = amount(4, 100);
    let modes = ["fast", "immediate"].into_iter().cycle();
    let mut recovery = Duration::ZERO;
    let figures = while_people_work(|lab| {
        for (_, mode) in (0..restarts).zip(modes) {
            lab.cluster.control(&["restart", "-m", mode]);
            let healthy = || lab.nodes.iter().all(|node| is_ready(node));
            recovery = recovery.max(wait("both nodes are healthy again", HEALTHY_WITHIN, healthy));
            thread::sleep(WORKED_FOR);
        }
    });
    let done = format!("{restarts} × pg_ctl restart -m fast and immediate, 2 nodes");
    tell("F7", &done, &format!("{figures}; healthy ≤ {} ms after the database", recovery.as_millis()));
}

#[test]
fn back_ends_that_are_killed_lose_nothing() {
    let kills = amount(20, 600);
    let figures = while_people_work(|lab| {
        for _ in 0..kills {
            lab.cluster.query(KILL_ONE);
            thread::sleep(PAUSE);
        }
        wait("both nodes are healthy again", HEALTHY_WITHIN, || lab.nodes.iter().all(|node| is_ready(node)));
    });
    tell("F7", &format!("{kills} back ends killed, 2 nodes"), &figures);
}

/// Creates and reads on two nodes while something happens; then nothing may be lost, and neither node was started again.
fn while_people_work(something_happens: impl FnOnce(&Lab)) -> String {
    let cluster = Cluster::start();
    let place = Place::on_server(&cluster.url);
    let mut first = Program::start(&place);
    let other_place = place.for_another_node();
    let mut second = Program::start(&other_place);
    let client = first.sign_in("full_access");
    let lab = Lab { cluster, place, client, nodes: [first.address.clone(), second.address.clone()] };
    let (met, is_over) = (Met::default(), AtomicBool::new(false));
    let mut journal = Journal::default();
    thread::scope(|scope| {
        let clients = lab.nodes.clone().map(|node| lab.client.at(&node));
        let (met, is_over) = (&met, &is_over);
        for client in clients.clone() {
            scope.spawn(move || read(&client, met, is_over));
        }
        let writing: Vec<_> = (0..)
            .zip(clients)
            .map(|(node, client)| scope.spawn(move || create(&client, &format!("f7-{node}"), met, is_over)))
            .collect();
        // However it ends, those who ask must end too.
        let happened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| something_happens(&lab)));
        is_over.store(true, Ordering::SeqCst);
        for writer in writing {
            journal.0.extend(writer.join().unwrap().0);
        }
        happened.unwrap();
    });
    assert!(first.is_running() && second.is_running());
    assert_eq!(journal.acknowledged(), journal.0.len());
    assert!(journal.acknowledged() > 20, "the writers must have got somewhere");
    journal.check(&lab.place, &lab.client);
    lab.place.assert_whole();
    format!(
        "{} acknowledged, 0 lost; {} of {} requests answered 503 with Retry-After, none otherwise; slowest answer {} ms",
        journal.acknowledged(),
        met.refused.into_inner(),
        met.asked.into_inner(),
        met.slowest.into_inner().unwrap().as_millis(),
    )
}

/// One user after the other, each asked for until there is an acknowledgement.
fn create(client: &Client, label: &str, met: &Met, is_over: &AtomicBool) -> Journal {
    write(client, label, WRITERS, |client: &Client, entry: &mut Entry| {
        wait("acknowledged in the end", GIVEN_UP_AFTER, || met.judge(|| entry.ask(client), 201));
        !is_over.load(Ordering::SeqCst)
    })
}

fn read(client: &Client, met: &Met, is_over: &AtomicBool) {
    let users = format!("/accounts/{}/users", client.account);
    while !is_over.load(Ordering::SeqCst) {
        met.judge(|| client.get(&users), 200);
        thread::sleep(PAUSE / 5);
    }
}
