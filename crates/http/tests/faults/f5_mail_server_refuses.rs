//! F5: the mail server refuses, for now or for good; and a thousand mails that are always refused delay nobody else's.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use serde_json::Value;

use crate::{
    amount::{amount, tell, wait},
    client::Client,
    journal::{Entry, Journal, Mode},
    place::Place,
    program::Program,
    sink::{Reply, Sink},
};

const GOOD_WITHIN: Duration = Duration::from_secs(10);

static IS_GREY: AtomicBool = AtomicBool::new(true);

fn reply(to: &str) -> Reply {
    if to.contains("f5-never") {
        Reply::Refuse("550 5.1.1 nobody of this name")
    } else if to.contains("f5-full") {
        Reply::Refuse("552 5.2.2 mailbox full")
    } else if to.contains("f5-poison") || (to.contains("f5-grey") && IS_GREY.load(Ordering::SeqCst)) {
        Reply::Refuse("451 4.7.1 come again later")
    } else {
        Reply::Accept(Duration::ZERO)
    }
}

#[test]
fn refused_mails_come_again_or_are_told_about_and_delay_nobody() {
    let poison = amount(60, 1000);
    let sink = Sink::start(reply);
    let place = Place::on_sqlite();
    let program = Program::start_with(&place, &["--mail", &sink.url()]);
    let client = program.sign_in("full_access");
    let mut journal = Journal::default();
    let mut invite = |name: String| {
        journal.create(&client, &name, Mode::Link);
        journal.0.len() - 1
    };
    let [never, full, grey] = ["never", "full", "grey"].map(|name| invite(format!("f5-{name}")));
    for number in 0..poison {
        invite(format!("f5-poison-{number}"));
    }
    let good = invite("f5-good".to_owned());
    let has_come = |number: usize| sink.mails().contains_key(&journal.0[number].login);
    let took = wait("the good mail is sent", GOOD_WITHIN, || has_come(good));
    for refused in [never, full] {
        let mail = mail_of(&client, &journal.0[refused]);
        assert_eq!((mail["state"].as_str(), mail["attempts"].as_u64()), (Some("failed"), Some(1)), "{mail}");
        assert!(mail["lastError"].as_str().is_some_and(|why| why.contains("5.")), "{mail}");
    }
    assert_eq!(mail_of(&client, &journal.0[grey])["state"], "pending");
    IS_GREY.store(false, Ordering::SeqCst);
    let greylisted = wait("the mail refused for now is sent", Duration::from_mins(1), || has_come(grey));
    journal.check(&place, &client);
    tell(
        "F5",
        &format!("550, 552 and 451, and {poison} mails that are always refused for now"),
        &format!(
            "5xx: failed at the first try, with the reason; 451: sent {} ms after it was lifted; a good mail behind them all: {} ms",
            greylisted.as_millis(),
            took.as_millis()
        ),
    );
}

/// As the administrator sees it.
fn mail_of(client: &Client, entry: &Entry) -> Value {
    let mails = client.get(&format!("/users/{}/mails", entry.id.as_ref().unwrap())).unwrap();
    mails.body["items"][0].clone()
}
