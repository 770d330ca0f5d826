//! F6: three nodes empty one outbox; some are killed, one sleeps past its leases.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Duration,
};

use rustix::process::Signal;

use crate::{
    amount::{amount, tell, wait},
    client::Client,
    journal::{Entry, Journal, Mode},
    place::Place,
    program::Program,
    sink::{Reply, Sink},
};

const ASKING: u32 = 4;
/// How many mails a node hands over at once.
const IN_FLIGHT: usize = 16;
/// How long mails take, so that there is always something under way.
const TAKES: Duration = Duration::from_millis(200);
/// A lease of 15 s, and the time to find what is due again.
const LEASE_IS_OVER_WITHIN: Duration = Duration::from_secs(20);
const ALL_ARE_SENT_WITHIN: Duration = Duration::from_mins(30);

/// Each node has a mail server of its own, so that it is known what is under way where.
struct Lab {
    sinks: [Sink; 3],
    places: [Place; 3],
    nodes: [Program; 3],
    client: Client,
}

impl Lab {
    fn new() -> Self {
        let sinks = [(); 3].map(|()| Sink::start(|_| Reply::Accept(TAKES)));
        let place = Place::on_postgres();
        let first = start(&place, &sinks[0]);
        let [second, third] = [place.for_another_node(), place.for_another_node()];
        let nodes = [first, start(&second, &sinks[1]), start(&third, &sinks[2])];
        let client = nodes[0].sign_in("full_access");
        Self { sinks, places: [place, second, third], nodes, client }
    }

    /// Mails under way at a node, once there are some.
    fn under_way(&self, node: usize) -> usize {
        wait("mails are under way", LEASE_IS_OVER_WITHIN, || self.sinks[node].under_way() > 0);
        self.sinks[node].under_way()
    }

    fn sent(&self) -> usize {
        self.places[0].query("SELECT COUNT(*) FROM mail_outbox WHERE state = 'sent'")[0].parse().unwrap()
    }

    /// Everything about the mails that only who holds their lease may change.
    fn outbox(&self) -> Vec<String> {
        self.places[0].query("SELECT id, state, attempts, lease, sent_at, last_error FROM mail_outbox ORDER BY id")
    }

    /// How many mails came more than once, and more than `mails` people got one.
    fn repeats(&self, journal: &Journal) -> usize {
        let (mut arrived, mut ids) = (BTreeMap::<_, usize>::new(), BTreeSet::new());
        for sink in &self.sinks {
            sink.with_letters(|letters| {
                for letter in letters {
                    *arrived.entry(letter.to.clone()).or_default() += 1;
                    ids.insert(letter.header("Message-ID:").to_owned());
                }
            });
        }
        for entry in &journal.0 {
            assert!(arrived.contains_key(&entry.login), "no mail to {}", entry.login);
        }
        assert_eq!(arrived.len(), journal.0.len(), "mail to somebody else");
        assert_eq!(ids.len(), journal.0.len(), "a mail that comes again has the same Message-ID");
        arrived.values().sum::<usize>() - arrived.len()
    }
}

fn start(place: &Place, sink: &Sink) -> Program {
    Program::start_with(place, &["--mail", &sink.url()])
}

/// People who each get a mail with a link.
fn invite(client: &Client, label: &str, count: u32) -> Journal {
    let one = |asking: u32| {
        (asking..count).step_by(ASKING as usize).map(|number| {
            let mut entry = Entry::new(client, &format!("{label}-{number}"), Mode::Link);
            let answer = entry.ask(client).unwrap();
            assert_eq!(answer.status, 201, "{}", answer.body);
            entry
        })
    };
    thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..ASKING).map(|asking| scope.spawn(move || one(asking).collect::<Vec<_>>())).collect();
        Journal(threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect())
    })
}

#[test]
fn three_healthy_nodes_send_each_mail_once() {
    let mails = amount(150, 10_000);
    let lab = Lab::new();
    let journal = invite(&lab.client, "healthy", mails);
    let rest = mails as usize - lab.sent();
    let took = wait("all are sent", ALL_ARE_SENT_WITHIN, || lab.sent() == mails as usize);
    assert_eq!(lab.repeats(&journal), 0);
    journal.check(&lab.places[0], &lab.client);
    tell(
        "F6",
        &format!("{mails} mails, 3 healthy nodes"),
        &format!("each arrived exactly once; the last {rest} in {} ms", took.as_millis()),
    );
}

#[test]
fn nodes_that_die_or_sleep_lose_no_mail_and_write_nothing_late() {
    let (mails, kills) = (amount(150, 10_000), amount(2, 20));
    let mut lab = Lab::new();
    let client = lab.client.clone();
    let (journal, under_way) = thread::scope(|scope| {
        let inviting = scope.spawn(|| invite(&client, "hard", mails));
        let mut under_way = 0;
        for _ in 0..kills {
            under_way += lab.under_way(1);
            lab.nodes[1].kill();
            lab.nodes[1] = start(&lab.places[1], &lab.sinks[1]);
        }
        under_way += lab.under_way(2);
        lab.nodes[2].signal(Signal::STOP);
        (inviting.join().unwrap(), under_way)
    });
    // What the sleeper held is sent by others once its leases are over.
    wait("all are sent", ALL_ARE_SENT_WITHIN, || lab.sent() == mails as usize);
    let before = lab.outbox();
    lab.nodes[2].signal(Signal::CONT);
    // It ends when its workers have finished what they were at.
    lab.nodes[2].signal(Signal::TERM);
    let (status, _) = lab.nodes[2].await_end(Duration::from_secs(25));
    assert!(status.success(), "{status}");
    assert_eq!(lab.outbox(), before, "a stale worker wrote");
    let (repeats, at_most) = (lab.repeats(&journal), IN_FLIGHT * (kills as usize + 1));
    assert!(
        (1..=at_most).contains(&repeats),
        "{repeats} came again; {under_way} were seen under way, of at most {at_most}"
    );
    journal.check(&lab.places[0], &lab.client);
    tell(
        "F6",
        &format!("{mails} mails, 3 nodes: one killed {kills} ×, one stopped until its leases were over"),
        &format!("each arrived; {repeats} came twice, at most {at_most} were under way; the stale node wrote nothing"),
    );
}
