//! F10: the disk is full. Reads go on, writes are refused and nothing breaks; it recovers by itself.

use std::{fs::File, io::Write as _, process::Command, time::Duration};

use crate::{
    amount::{amount, tell, wait},
    journal::{Entry, Journal, Mode},
    place::Place,
    program::Program,
};

/// A disk of the program's own, in a namespace that only it is in.
const ON_A_SMALL_DISK: &str = r#"mount -t tmpfs -o size=16m tmpfs "$0" && exec "$@""#;
const READY_WITHIN: Duration = Duration::from_secs(30);
const RECOVERS_WITHIN: Duration = Duration::from_secs(10);
const GIVEN_UP_AFTER: Duration = Duration::from_mins(1);

#[test]
fn a_full_disk_refuses_writes_breaks_nothing_and_is_over_when_there_is_room() {
    let (rounds, refusals) = (amount(2, 20), 10);
    let mut place = Place::on_sqlite();
    let mut program = start_on_a_small_disk(&place);
    program.await_ready(READY_WITHIN);
    place.enter(program.id());
    let client = program.sign_in("full_access");
    let mut journal = Journal::default();
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        fill(&place);
        let mut refused = 0;
        // What the write-ahead log has room for is still written.
        wait("creates are refused", GIVEN_UP_AFTER, || {
            let mut entry = Entry::new(&client, &format!("f10-{round}-{}", journal.0.len()), Mode::Link);
            let answer = entry.ask(&client).expect("the program lives, so it answers");
            if answer.status != 201 {
                assert!(answer.is_try_again(), "{}: {}", answer.status, answer.body);
                refused += 1;
            }
            journal.0.push(entry);
            refused == refusals
        });
        for path in ["/me", &format!("/accounts/{}/users", client.account)] {
            assert_eq!(client.get(path).unwrap().status, 200, "{path} on a full disk");
        }
        std::fs::remove_file(place.data().join("filler")).unwrap();
        let mut entry = Entry::new(&client, &format!("f10-{round}-after"), Mode::Link);
        let took = wait("creates work again", RECOVERS_WITHIN, || entry.ask(&client).unwrap().status == 201);
        slowest = slowest.max(took);
        journal.0.push(entry);
    }
    journal.check(&place, &client);
    let settled = journal.settle(&client);
    journal.check(&place, &client);
    place.assert_whole();
    tell(
        "F10",
        &format!("disk of 16 MiB filled up {rounds} ×, SQLite"),
        &format!(
            "{settled} creates refused, each with 503 and Retry-After, all done when asked again; reads went on; database whole; \
             working ≤ {} ms after there was room",
            slowest.as_millis()
        ),
    );
}

/// Without rights to mount, in a namespace of users where it has them.
fn start_on_a_small_disk(place: &Place) -> Program {
    let serve = place.command(&["serve", "--demo"]);
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "/bin/sh", "-c", ON_A_SMALL_DISK]).arg(place.folder());
    command.arg(serve.get_program()).args(serve.get_args()).current_dir("/");
    Program::spawn_command(place, command)
}

/// To the last byte.
fn fill(place: &Place) {
    let mut filler = File::create(place.data().join("filler")).unwrap();
    for size in [64 * 1024, 4096, 1] {
        while filler.write(&vec![0; size]).is_ok_and(|count| count > 0) {}
    }
}
