//! F11: machines whose clocks are wrong: nodes of one server that differ, and one machine whose clock jumps.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde_json::json;
use tokio::time::Instant;

use crate::{
    amount::{amount, tell, wait},
    client::{call, redeem},
    journal::{Journal, Mode, token},
    place::{Place, run_to_end},
    program::Program,
    sink::{Reply, Sink},
};

/// How long mails take, so that a node whose clock is ahead finds leases of others.
const TAKES: Duration = Duration::from_millis(200);
const SENT_WITHIN: Duration = Duration::from_mins(2);
const DAY: i64 = 24 * 60 * 60;
/// In seconds: a node is ahead by more than any lease lasts, and another one is far behind.
const WRONG_BY: [i64; 2] = [5 * 60, -DAY];
const WRONG_PASSWORDS: u32 = 20;
const USED: u16 = 410;

static IS_GREY: AtomicBool = AtomicBool::new(true);

/// Started on a machine whose clock is wrong by so many seconds.
fn start_with_clock(place: &Place, wrong_by: i64, sink: &Sink) -> Program {
    let clock = place.folder().join("wrong_clock.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/wrong_clock.c");
    run_to_end(Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&clock, &source]));
    let mut command = place.command(&["serve", "--demo", "--mail", &sink.url()]);
    command.env("LD_PRELOAD", clock).env("CLOCK_WRONG_BY_SECONDS", wrong_by.to_string());
    let mut program = Program::spawn_command(place, command);
    program.await_ready(Duration::from_secs(30));
    program
}

fn last_token(sink: &Sink) -> String {
    sink.with_letters(|letters| token(&letters.last().expect("a letter").text))
}

#[test]
fn nodes_whose_clocks_differ_send_each_mail_once_and_agree_on_time() {
    let mails = amount(20, 300);
    let sink = Sink::start(|_| Reply::Accept(TAKES));
    let place = Place::on_postgres();
    let first = Program::start_with(&place, &["--mail", &sink.url()]);
    let places = WRONG_BY.map(|_| place.for_another_node());
    let [ahead, behind] = [0, 1].map(|node| start_with_clock(&places[node], WRONG_BY[node], &sink));
    let client = first.sign_in("full_access");
    let addresses = [&first, &ahead, &behind].map(|node| &node.address);
    let began_at = place.query("SELECT now() - interval '1 s'").remove(0);
    let mut journal = Journal::default();
    for number in 0..mails {
        for (node, address) in addresses.iter().enumerate() {
            journal.create(&client.at(address), &format!("f11-{number}-{node}"), Mode::Link);
        }
    }
    wait("all are sent", SENT_WITHIN, || {
        place.query("SELECT COUNT(*) FROM mail_outbox WHERE state = 'pending'") == ["0"]
    });
    let repeats = sink.mails().values().filter(|count| **count > 1).count();
    assert_eq!((sink.mails().len(), repeats), (journal.0.len(), 0));
    let elsewhen = format!(
        "SELECT COUNT(*) FROM users WHERE login_local LIKE 'fault-%' AND created_at NOT BETWEEN '{began_at}' AND now()"
    );
    assert_eq!(place.query(&elsewhen), ["0"], "people were created at another time");
    journal.check(&place, &client);
    // By a clock five minutes ahead and by one that is a day behind it is the same link.
    let token = last_token(&sink);
    assert!((200..300).contains(&redeem(addresses[1], &token).status));
    for address in &addresses {
        assert_eq!(redeem(address, &token).status, USED, "a used link");
    }
    place.assert_whole();
    tell(
        "F11",
        &format!(
            "{} mails, 3 nodes: one machine's clock is right, one 5 minutes ahead, one a day behind",
            journal.0.len()
        ),
        "each arrived exactly once; everybody was created at the same time; sessions and links hold on each node",
    );
}

#[test]
fn a_clock_that_was_years_ahead_holds_nothing_up_once_it_is_right() {
    let sink = Sink::start(|to| {
        let is_refused = to.contains("f11-late") && IS_GREY.load(Ordering::SeqCst);
        if is_refused { Reply::Refuse("451 4.7.1 come again later") } else { Reply::Accept(Duration::ZERO) }
    });
    let place = Place::on_sqlite();
    let mut journal = Journal::default();

    let mut ahead = start_with_clock(&place, 10 * 365 * DAY, &sink);
    let client = ahead.sign_in("full_access");
    journal.create(&client, "f11-link", Mode::Link);
    journal.await_mails(SENT_WITHIN, || sink.mails());
    let link = last_token(&sink);
    journal.create(&client, "f11-guessed", Mode::Manual);
    let guess = json!({"loginName": journal.0[1].login, "password": "wrong"});
    for _ in 0..WRONG_PASSWORDS {
        call(&ahead.address, "POST /api/v1/sessions", "", Some(&guess)).unwrap();
    }
    journal.create(&client, "f11-late", Mode::Link);
    wait("it was tried", SENT_WITHIN, || {
        place.query("SELECT COUNT(*) FROM mail_outbox WHERE state = 'pending' AND last_error IS NOT NULL") == ["1"]
    });
    ahead.kill();
    IS_GREY.store(false, Ordering::SeqCst);

    let of_then =
        "SELECT COUNT(*) FROM users WHERE login_local LIKE 'fault-%' AND created_at > datetime('now', '+9 years')";
    assert_eq!(place.query(of_then), ["3"], "the clock was ahead");

    let since = Instant::now();
    let mut right = Program::start_with(&place, &["--mail", &sink.url()]);
    let of_the_future = client.at(&right.address);
    wait("sessions of the time to come are over", SENT_WITHIN, || of_the_future.get("/me").unwrap().status == 401);
    let client = right.sign_in("full_access");
    journal.await_mails(SENT_WITHIN, || sink.mails());
    let took = since.elapsed();
    journal.try_passwords(&client);
    journal.create(&client, "f11-right", Mode::Mailed);
    journal.await_mails(SENT_WITHIN, || sink.mails());
    journal.check(&place, &client);
    assert!((200..300).contains(&redeem(&right.address, &link).status));
    right.kill();

    let behind = start_with_clock(&place, -DAY, &sink);
    let client = behind.sign_in("full_access");
    assert_eq!(redeem(&behind.address, &link).status, USED);
    journal.create(&client, "f11-behind", Mode::Mailed);
    journal.await_mails(SENT_WITHIN, || sink.mails());
    place.assert_whole();
    tell(
        "F11",
        "SQLite on a machine whose clock is 10 years ahead, then right, then a day behind",
        &format!(
            "what waited was sent {} ms after a start with the right clock; nobody waited to sign in; a used link stays used",
            took.as_millis()
        ),
    );
}
