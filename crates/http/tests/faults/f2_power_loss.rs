//! F2: the power fails, on SQLite. What was written and not synced is lost then.

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{
    amount::{amount, chance, is_full, tell},
    client::Client,
    journal::{Entry, Mode, write},
    place::Place,
    program::Program,
    snapshot::Snapshot,
    strace::Strace,
};

const WRITERS: u32 = 3;
/// How often the log is looked at: each of its bytes takes some 20 ms.
const MOMENTS: usize = 4;
/// At how many bytes a log is cut, unless it is at each.
const CUTS: u64 = 12;

#[test]
fn a_power_cut_takes_the_end_of_what_was_committed_and_nothing_that_was_synced() {
    let place = Place::on_sqlite();
    let program = Program::start(&place);
    let client = program.sign_in("full_access");
    let snapshots = take_while_people_work(&place, &program, &client);
    let (mut cuts, mut acknowledged) = (0, 0);
    for snapshot in &snapshots {
        let bytes = snapshot.unsynced();
        let chosen: Vec<_> = if is_full() { bytes.collect() } else { some_of(bytes) };
        snapshot.assert_prefixes(&chosen);
        cuts += chosen.len();
        acknowledged += snapshot.acknowledged.len();
    }
    tell(
        "F2",
        &format!(
            "write-ahead log cut at {cuts} bytes of its last 3 frames, as it was at {} moments, SQLite",
            snapshots.len()
        ),
        &format!(
            "each opens whole, with nobody half done, and those who were committed first; uncut, the {acknowledged} acknowledged \
             until then are there"
        ),
    );
}

#[test]
fn what_is_acknowledged_was_synced_before() {
    let creates = amount(5, 200);
    let place = Place::on_sqlite();
    let program = Program::start(&place);
    let client = program.sign_in("full_access");
    // Whole pages and their files' names.
    let strace =
        Strace::attach(&program, &["-y", "-s", "4096", "-e", "trace=pwrite64,fsync,fdatasync,write,writev,sendto"]);
    let logins: Vec<_> = (0..creates).map(|number| create(&client, &format!("f2-{number}-end"))).collect();
    let told = strace.detach();
    let calls: Vec<_> = told.lines().collect();
    let answers: Vec<_> = (0..calls.len()).filter(|at| calls[*at].contains("HTTP/1.1 201")).collect();
    assert_eq!(answers.len(), logins.len());
    for (login, answered) in logins.iter().zip(answers) {
        let local = login.split('@').next().unwrap();
        let is_page = |call: &str| call.contains("pwrite64(") && call.contains("-wal>") && call.contains(local);
        let written = calls.iter().position(|call| is_page(call)).expect("a page with the login name");
        let thread = calls[written].split_inclusive(' ').next().unwrap();
        let is_sync = |call: &str| call.starts_with(thread) && call.contains("sync") && call.ends_with("= 0");
        let synced =
            written + calls[written..].iter().position(|call| is_sync(call)).expect("a sync of the thread that wrote");
        assert!(synced < answered, "{login} was acknowledged before it was synced");
    }
    tell(
        "F2",
        &format!("order of the system's calls in {creates} creates, SQLite"),
        "each answer was sent after the sync of its pages",
    );
}

fn take_while_people_work(place: &Place, program: &Program, client: &Client) -> Vec<Snapshot> {
    let (acknowledged, is_over) = (Mutex::new(BTreeSet::new()), AtomicBool::new(false));
    let create = |client: &Client, entry: &mut Entry| {
        let answer = entry.ask(client).expect("the program lives, so it answers");
        assert_eq!(answer.status, 201, "{}", answer.body);
        acknowledged.lock().unwrap().insert(entry.login.clone());
        !is_over.load(Ordering::SeqCst)
    };
    thread::scope(|scope| {
        scope.spawn(|| write(client, "f2", WRITERS, create));
        let mut snapshots = Vec::new();
        while snapshots.len() < MOMENTS {
            thread::sleep(Duration::from_millis(100 + chance(1000)));
            let snapshot = Snapshot::take(place, program, || acknowledged.lock().unwrap().clone());
            // There is nothing to lose right after a checkpoint.
            if !snapshot.unsynced().is_empty() {
                snapshots.push(snapshot);
            }
        }
        is_over.store(true, Ordering::SeqCst);
        snapshots
    })
}

/// In order, and the first: that much is lost at the most.
fn some_of(bytes: Range<usize>) -> Vec<usize> {
    let any = |_| bytes.start + usize::try_from(chance(bytes.len() as u64)).unwrap();
    (1..CUTS).map(any).chain([bytes.start]).collect::<BTreeSet<_>>().into_iter().collect()
}

fn create(client: &Client, name: &str) -> String {
    let mut entry = Entry::new(client, name, Mode::Link);
    let answer = entry.ask(client).expect("the program lives, so it answers");
    assert_eq!(answer.status, 201, "{}", answer.body);
    entry.login
}
