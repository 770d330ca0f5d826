//! F1b: of what a create asks the system to do with SQLite's files each call in turn fails, or is the last before a kill, until one create
//! passes untouched.

use crate::{
    amount::{amount, chance, tell},
    client::Client,
    journal::{Entry, Journal, Mode},
    place::Place,
    program::Program,
    row_sets::{assert_whole, stored},
    strace::Strace,
};

/// The calls, and of how many of each the quick amount takes one. The one that a create waits for is never left out.
const CALLS: [(&str, u32); 3] = [("pwrite64", 12), ("pread64", 6), ("fsync", 1)];

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    Error,
    Kill,
}

#[test]
fn an_error_of_the_disk_at_any_call_leaves_nothing_half_done() {
    strike_each(Harm::Error, &CALLS, "read, write or sync of a create fails in turn (EIO)");
}

#[test]
fn a_kill_at_any_call_leaves_nothing_half_done() {
    strike_each(Harm::Kill, &[CALLS[0], CALLS[2]], "write or sync of a create is the last before kill -9, in turn");
}

fn strike_each(harm: Harm, calls: &[(&str, u32)], done: &str) {
    let place = Place::on_sqlite();
    let program = Program::start(&place);
    let client = program.sign_in("full_access");
    let mut lab = Lab { place, program, client, journal: Journal::default(), refused: 0, was_done: 0, restarts: 0 };
    let mut strikes = 0;
    for (call, one_of) in calls {
        let step = amount(*one_of, 1);
        let first = 1 + u32::try_from(chance(u64::from(step))).unwrap();
        strikes += (first..).step_by(step as usize).take_while(|number| lab.create(harm, call, *number)).count();
    }
    lab.restart();
    lab.place.assert_whole();
    let Lab { refused, was_done, restarts, .. } = lab;
    tell(
        "F1b",
        &format!("{strikes} × a {done}, SQLite"),
        &format!(
            "{refused} without 201, {was_done} of them about a create that was stored; {restarts} restarts; nothing acknowledged lost, \
             nothing half done, database whole; asked again with the same key each is there once"
        ),
    );
}

struct Lab {
    place: Place,
    program: Program,
    client: Client,
    journal: Journal,
    refused: usize,
    was_done: usize,
    restarts: usize,
}

impl Lab {
    /// Whether the n-th such call was made at all.
    fn create(&mut self, harm: Harm, call: &str, number: u32) -> bool {
        let effect = if harm == Harm::Kill { "signal=KILL" } else { "error=EIO" };
        let mut entry = Entry::new(&self.client, &format!("{call}-{number}"), Mode::Link);
        let strace =
            Strace::attach(&self.program, &["--trace", call, "--inject", &format!("{call}:{effect}:when={number}")]);
        let answer = entry.ask(&self.client);
        let is_struck = strace.detach().contains("(INJECTED)") || !self.program.is_running();
        match answer {
            Ok(answer) => assert!(
                answer.status == 201 || is_struck && answer.is_try_again(),
                "{harm:?} at {call} {number}: {}: {}",
                answer.status,
                answer.body
            ),
            Err(error) => assert!(!self.program.is_running(), "{harm:?} at {call} {number}: {error}"),
        }
        let is_acknowledged = entry.id.is_some();
        self.journal.0.push(entry);
        // What an error left in the write-ahead log is found at the next start, if no later write was faster.
        if harm == Harm::Kill || chance(2) == 0 {
            self.restart();
        }
        assert_whole(&self.place);
        let entry = self.journal.0.last_mut().unwrap();
        if !is_acknowledged {
            self.refused += 1;
            self.was_done += stored(&self.place, &entry.login);
        }
        let again = entry.ask(&self.client).expect("the program lives, so it answers");
        assert_eq!(again.status, 201, "{harm:?} at {call} {number}, asked again: {}", again.body);
        is_struck
    }

    fn restart(&mut self) {
        self.program.kill();
        self.program = Program::start(&self.place);
        self.client = self.client.at(&self.program.address);
        self.restarts += 1;
        self.journal.check(&self.place, &self.client);
    }
}
