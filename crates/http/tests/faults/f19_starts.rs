//! F19: starts on an empty database that are killed on the way, and two at once.

use std::{fs, thread, time::Duration};

use serde_json::json;

use crate::{
    amount::{amount, chance, tell},
    client::{Client, call},
    journal::{Entry, Journal, Mode, PASSWORD, token},
    place::Place,
    program::Program,
};

const READY_WITHIN: Duration = Duration::from_secs(30);
const SET_UP: [&str; 13] = [
    "setup",
    "--account-name",
    "Contoso",
    "--domain",
    "contoso.example",
    "--first-name",
    "Kim",
    "--last-name",
    "Doe",
    "--login-name",
    "kim@contoso.example",
    "--email",
    "kim@contoso.example",
];

#[test]
fn a_start_that_is_killed_leaves_nothing_in_the_way_on_sqlite() {
    kill_starts(Place::on_sqlite);
}

#[test]
fn a_start_that_is_killed_leaves_nothing_in_the_way_on_postgres() {
    kill_starts(Place::on_postgres);
}

#[test]
fn two_that_start_at_once_both_work() {
    let times = amount(2, 20);
    for _ in 0..times {
        let place = Place::on_sqlite();
        start_both(&place, &place);
        let place = Place::on_postgres();
        fs::write(place.folder().join("secret.key"), "5a".repeat(32)).unwrap();
        start_both(&place, &place.for_another_node());
    }
    tell("F19", &format!("{times} × 2 first starts at once, on both databases"), "both ready, both work");
}

fn serve(place: &Place) -> Program {
    Program::spawn_command(place, place.command(&["serve"]))
}

fn kill_starts(fresh: impl Fn() -> Place) {
    let kills = amount(5, 50);
    let unhurt = serve(&fresh()).await_ready(READY_WITHIN);
    let mut kind = "";
    let mut at_work = 0;
    for _ in 0..kills {
        let place = fresh();
        let mut program = serve(&place);
        thread::sleep(Duration::from_millis(chance(u64::try_from(unhurt.as_millis()).unwrap())));
        program.kill();
        at_work += usize::from(!program.log().contains("Tenantry is at"));
        let mut program = serve(&place);
        program.await_ready(READY_WITHIN);
        assert_works(&place, &program);
        kind = place.kind();
    }
    assert!(at_work > 0, "every start was over before it was killed");
    tell(
        "F19",
        &format!("{kills} first starts killed within {} ms, {kind}", unhurt.as_millis()),
        &format!("{at_work} before they listened; each next start worked, audit log whole"),
    );
}

fn start_both(place: &Place, other_place: &Place) {
    let mut both = [serve(place), serve(other_place)];
    for program in &mut both {
        program.await_ready(READY_WITHIN);
    }
    assert_works(place, &both[0]);
    Client::sign_in(&both[1].address, "kim@contoso.example", PASSWORD);
}

/// Somebody can be set up, sign in and create somebody.
fn assert_works(place: &Place, program: &Program) {
    let (is_set_up, told) = place.run(&SET_UP);
    assert!(is_set_up, "{told}");
    let body = json!({"token": token(&told), "password": PASSWORD});
    let redeemed = call(&program.address, "POST /api/v1/password-links/redeem", "", Some(&body)).unwrap();
    assert!((200..300).contains(&redeemed.status), "{told}: {}", redeemed.body);
    let client = Client::sign_in(&program.address, "kim@contoso.example", PASSWORD);
    let mut entry = Entry::new(&client, "f19", Mode::Link);
    entry.ask(&client).unwrap();
    let journal = Journal(vec![entry]);
    assert_eq!(journal.acknowledged(), 1);
    journal.check(place, &client);
    let (is_whole, told) = place.run(&["audit", "verify"]);
    assert!(is_whole, "{told}");
}
