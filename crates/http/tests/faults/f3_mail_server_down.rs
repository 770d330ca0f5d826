//! F3: nobody listens where mail goes out. People are created all the same, and their mails arrive when it is up again.

use std::{thread, time::Duration};

use tokio::time::Instant;

use crate::{
    amount::{amount, is_full, tell, wait},
    client::redeem,
    journal::{Journal, Mode, token},
    place::Place,
    program::Program,
    sink::{Reply, Sink},
};

/// The third try comes 15 s after the first, the fourth 35 s: an outage of minutes makes it minutes.
const DRAINED_WITHIN: Duration = Duration::from_mins(15);
const LINKS_TRIED: usize = 3;

#[test]
fn an_outage_of_the_mail_server_holds_nobody_up_and_loses_no_mail() {
    let people = amount(40, 5000);
    let sink = Sink::start(|_| Reply::Accept(Duration::ZERO));
    sink.go_down();
    let since = Instant::now();
    let place = Place::on_sqlite();
    let program = Program::start_with(&place, &["--mail", &sink.url()]);
    let client = program.sign_in("full_access");
    let (mut journal, mut slowest) = (Journal::default(), Duration::ZERO);
    for number in 0..people {
        let asked = Instant::now();
        journal.create(&client, &format!("f3-{number}"), Mode::Link);
        slowest = slowest.max(asked.elapsed());
    }
    // Each was tried at least once, and the reason is told.
    wait("all were tried", DRAINED_WITHIN, || {
        place.query("SELECT COUNT(*) FROM mail_outbox WHERE state = 'pending' AND last_error IS NULL") == ["0"]
    });
    assert!(
        place.query("SELECT last_error FROM mail_outbox LIMIT 1")[0].contains("cannot connect"),
        "an unclear reason"
    );
    if is_full() {
        thread::sleep(Duration::from_mins(5).saturating_sub(since.elapsed()));
    }
    let outage = since.elapsed();
    sink.come_up();
    let drained = wait("every mail is sent", DRAINED_WITHIN, || sink.mails().len() == people as usize);
    assert!(sink.mails().values().all(|count| *count == 1), "a mail came twice");
    journal.check(&place, &client);
    let tokens: Vec<String> = sink.with_letters(|letters| letters.iter().map(|letter| token(&letter.text)).collect());
    for token in tokens.iter().step_by(tokens.len() / LINKS_TRIED) {
        let redeemed = redeem(&program.address, token);
        assert!((200..300).contains(&redeemed.status), "{}: {}", redeemed.status, redeemed.body);
    }
    tell(
        "F3",
        &format!("mail server down for {} s, {people} creates", outage.as_secs()),
        &format!(
            "0 mails lost, none twice; slowest create {} ms; all sent {} s after it was up",
            slowest.as_millis(),
            drained.as_secs()
        ),
    );
}
