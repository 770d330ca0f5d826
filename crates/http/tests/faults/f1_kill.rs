//! F1: `kill -9` in the middle of creates.

use std::{collections::BTreeMap, fs, path::Path, thread, time::Duration};

use crate::{
    amount::{amount, chance, tell},
    client::Client,
    journal::{Entry, Journal, write},
    place::Place,
    program::{Program, READY_WITHIN},
};

const WRITERS: u32 = 6;

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed_on_sqlite() {
    kill_again_and_again(&Place::on_sqlite());
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed_on_postgres() {
    kill_again_and_again(&Place::on_postgres());
}

fn kill_again_and_again(place: &Place) {
    let cycles = amount(3, 100);
    let mut journal = Journal::default();
    let mut signed_in: Option<Client> = None;
    let (mut slowest, mut settled) = (Duration::ZERO, 0);
    for cycle in 0..=cycles {
        let mut program = Program::spawn(place, &[]);
        let ready = program.await_ready(if cycle == 0 { Duration::from_secs(30) } else { READY_WITHIN });
        let client = signed_in.get_or_insert_with(|| program.sign_in("full_access")).at(&program.address);
        journal.check(place, &client);
        settled += journal.settle(&client);
        journal.try_passwords(&client);
        if cycle > 0 {
            slowest = slowest.max(ready);
        }
        if cycle == cycles {
            journal.check(place, &client);
            journal.await_mails(Duration::from_mins(1), || mails_in(&place.folder().join("mail")));
            break;
        }
        thread::scope(|scope| {
            let writing = scope.spawn(|| write(&client, &cycle.to_string(), WRITERS, goes_on));
            thread::sleep(Duration::from_millis(100 + chance(if cycle % 2 == 0 { 600 } else { 2900 })));
            program.kill();
            journal.0.extend(writing.join().unwrap().0);
        });
    }
    let count = journal.acknowledged();
    assert!(count > 20, "the writers must have got somewhere");
    place.assert_whole();
    tell(
        "F1",
        &format!("{cycles} × kill -9 under creates by {WRITERS} clients, {}", place.kind()),
        &format!(
            "{count} acknowledged, 0 lost, 0 half done; {settled} cut off and settled by their key; ready in ≤ {} ms",
            slowest.as_millis()
        ),
    );
}

/// Until the program dies. Before that nothing goes wrong.
fn goes_on(client: &Client, entry: &mut Entry) -> bool {
    match entry.ask(client) {
        Ok(answer) => {
            assert_eq!(answer.status, 201, "{}: {}", entry.login, answer.body);
            true
        }
        Err(_) => false,
    }
}

/// Whom the mails in a folder are to, and how many there are to each.
fn mails_in(folder: &Path) -> BTreeMap<String, usize> {
    let mut mails = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap().flatten() {
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("To: ")).unwrap_or_default();
        let address = line.rsplit('<').next().unwrap_or_default().trim_end_matches('>').trim();
        *mails.entry(address.to_owned()).or_default() += 1;
    }
    mails
}
