//! F1b: the connection to PostgreSQL breaks at each statement of a create in turn, until one passes untouched.

use std::collections::BTreeSet;

use crate::{
    amount::{is_full, required, tell},
    client::Client,
    journal::{Entry, Journal, Mode},
    place::Place,
    program::Program,
    row_sets::{assert_whole, stored},
    way::{Asked, Break, Way},
};

/// Workers look for work now and then, which moves what comes after: what was missed for that reason is met in another round.
const MOST_ROUNDS: u32 = 3;

#[test]
fn a_statement_that_does_not_arrive_leaves_nothing_half_done() {
    break_each(Break::Before, "connection cut before each statement of a create");
}

#[test]
fn a_statement_whose_answer_is_lost_leaves_nothing_half_done() {
    break_each(Break::After, "connection cut before the answer to each statement of a create");
}

#[test]
fn a_database_that_is_away_from_any_statement_on_leaves_nothing_half_done() {
    break_each(Break::From, "every connection cut from each statement of a create on");
}

fn break_each(how: Break, done: &str) {
    let server = required("TENANTRY_TEST_POSTGRES_URL");
    let direct = Place::on_server(server.rsplit_once('/').unwrap().0);
    let (host, database) = direct.postgres().split_once('@').unwrap().1.split_once('/').unwrap();
    let way = Way::to(host);
    // Encryption is not even asked for: the way reads what is said.
    let place = Place::at(&format!("postgres://tenantry@{}/{database}?sslmode=disable", way.address));
    let program = Program::start(&place);
    let client = program.sign_in("full_access");
    let mut lab = Lab { direct, way, client, journal: Journal::default(), refused: 0, was_done: 0 };
    let modes: &[Mode] = if is_full() { &[Mode::Link, Mode::Manual, Mode::Mailed] } else { &[Mode::Link] };
    let breaks: usize = modes.iter().map(|mode| lab.break_all(how, *mode)).sum();
    lab.journal.check(&place, &lab.client);
    place.assert_whole();
    let Lab { refused, was_done, .. } = lab;
    tell(
        "F1b",
        &format!("{done} in turn, its commit too, PostgreSQL"),
        &format!(
            "{breaks} times: {refused} answers 503 with Retry-After, {was_done} of them about a create that was stored, else 201; \
             nothing half done; asked again with the same key each is there once"
        ),
    );
}

struct Lab {
    /// The database, past the way that breaks.
    direct: Place,
    way: Way,
    client: Client,
    journal: Journal,
    refused: usize,
    was_done: usize,
}

impl Lab {
    /// Until each statement of a create that passes untouched was broken before. How often it broke.
    fn break_all(&mut self, how: Break, mode: Mode) -> usize {
        let mut broken = BTreeSet::new();
        let mut breaks = 0;
        for round in 1..=MOST_ROUNDS {
            for number in 1.. {
                let asked = self.create(how, number, &format!("f1b-{}-{round}-{number}", mode.key()), mode);
                // Later ones may be of the workers, who were woken.
                let mut of_it = asked.split_inclusive(|asked| asked.sql == "COMMIT").next().unwrap().iter();
                broken.extend(asked.iter().filter(|asked| asked.is_broken).map(|asked| asked.sql.clone()));
                if asked.iter().any(|asked| asked.is_broken) {
                    breaks += 1;
                } else if of_it.all(|asked| broken.contains(&asked.sql)) {
                    return breaks;
                } else {
                    break;
                }
            }
        }
        panic!("in {MOST_ROUNDS} rounds not every statement was broken");
    }

    /// What it asked the database for.
    fn create(&mut self, how: Break, number: usize, name: &str, mode: Mode) -> Vec<Asked> {
        self.way.await_quiet();
        let mut entry = Entry::new(&self.client, name, mode);
        self.way.break_at(how, number);
        let answer = entry.ask(&self.client).expect("the program lives, so it answers");
        let asked = self.way.mend();
        assert_whole(&self.direct);
        if answer.status != 201 {
            assert!(answer.is_try_again(), "{how:?} {number}: {}: {}", answer.status, answer.body);
            self.refused += 1;
            self.was_done += stored(&self.direct, &entry.login);
        }
        let again = entry.ask(&self.client).expect("the program lives, so it answers");
        assert_eq!(again.status, 201, "{how:?} {number}, asked again: {}", again.body);
        self.journal.0.push(entry);
        asked
    }
}
