//! Two nodes on one database, and people who work with both while something happens to it.

use std::{
    io::Result,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    amount::wait,
    client::{Answer, Client},
    journal::{Entry, Journal, write},
    place::Place,
    program::{Program, is_ready},
};

const WRITERS: u32 = 3;
/// However the database behaves, an answer comes in this time.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// However long it takes for one person, somebody is created in this time.
const MOST_GAP: Duration = Duration::from_secs(30);
/// Nobody waits for an acknowledgement for ever.
const GIVEN_UP_AFTER: Duration = Duration::from_mins(1);
const HEALTHY_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// The addresses of both.
pub struct Nodes([String; 2]);

impl Nodes {
    /// Waits until both are healthy again; how long that took.
    pub fn await_health(&self) -> Duration {
        wait("both nodes are healthy again", HEALTHY_WITHIN, || self.0.iter().all(|node| is_ready(node)))
    }
}

/// What those who ask met while it went on.
struct Met {
    asked: AtomicUsize,
    refused: AtomicUsize,
    slowest: Mutex<Duration>,
    gap: Mutex<Gap>,
}

/// When somebody was last acknowledged, and the longest time in which nobody was.
struct Gap {
    since: Instant,
    longest: Duration,
}

impl Met {
    fn new() -> Self {
        Self {
            asked: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            slowest: Mutex::default(),
            gap: Mutex::new(Gap { since: Instant::now(), longest: Duration::ZERO }),
        }
    }

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

    fn note_acknowledgement(&self) {
        let mut gap = self.gap.lock().unwrap();
        gap.longest = gap.since.elapsed().max(gap.longest);
        gap.since = Instant::now();
    }
}

/// Creates and reads on two nodes while something happens; then nothing may be lost, and neither node was started again. The figures.
pub fn while_people_work(place: &Place, something_happens: impl FnOnce(&Nodes)) -> String {
    let mut first = Program::start(place);
    let other_place = place.for_another_node();
    let mut second = Program::start(&other_place);
    let client = first.sign_in("full_access");
    let nodes = Nodes([first.address.clone(), second.address.clone()]);
    let (met, is_over) = (Met::new(), AtomicBool::new(false));
    let mut journal = Journal::default();
    thread::scope(|scope| {
        let clients = nodes.0.each_ref().map(|node| client.at(node));
        let (met, is_over) = (&met, &is_over);
        for client in clients.clone() {
            scope.spawn(move || read(&client, met, is_over));
        }
        let writing: Vec<_> = (0..)
            .zip(clients)
            .map(|(node, client)| scope.spawn(move || create(&client, &format!("node-{node}"), met, is_over)))
            .collect();
        // However it ends, those who ask must end too.
        let happened = catch_unwind(AssertUnwindSafe(|| something_happens(&nodes)));
        is_over.store(true, Ordering::SeqCst);
        for writer in writing {
            journal.0.extend(writer.join().unwrap().0);
        }
        happened.unwrap();
    });
    assert!(first.is_running() && second.is_running());
    assert_eq!(journal.acknowledged(), journal.0.len());
    assert!(journal.acknowledged() > 20, "the writers must have got somewhere");
    journal.check(place, &client);
    place.assert_whole();
    let gap = met.gap.into_inner().unwrap().longest;
    assert!(gap <= MOST_GAP, "nobody was created in {gap:?}");
    format!(
        "{} acknowledged, 0 lost; {} of {} requests answered 503 with Retry-After, none otherwise; slowest answer {} ms; no create \
         for {} ms at most",
        journal.acknowledged(),
        met.refused.into_inner(),
        met.asked.into_inner(),
        met.slowest.into_inner().unwrap().as_millis(),
        gap.as_millis(),
    )
}

/// One user after the other, each asked for until there is an acknowledgement.
fn create(client: &Client, label: &str, met: &Met, is_over: &AtomicBool) -> Journal {
    write(client, label, WRITERS, |client: &Client, entry: &mut Entry| {
        wait("acknowledged in the end", GIVEN_UP_AFTER, || met.judge(|| entry.ask(client), 201));
        met.note_acknowledgement();
        !is_over.load(Ordering::SeqCst)
    })
}

fn read(client: &Client, met: &Met, is_over: &AtomicBool) {
    let users = format!("/accounts/{}/users", client.account);
    while !is_over.load(Ordering::SeqCst) {
        met.judge(|| client.get(&users), 200);
        thread::sleep(PAUSE);
    }
}
