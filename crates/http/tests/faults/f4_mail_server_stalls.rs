//! F4: the mail server takes a message and never says so. Three of four workers are stuck with one; the others' mails go out.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    amount::{amount, is_full, tell, wait},
    journal::{Journal, Mode},
    place::Place,
    program::Program,
    sink::{Reply, Sink},
};

const STUCK: u32 = 3;
/// The time limit of a message, a retry and some more.
const SENT_AGAIN_WITHIN: Duration = Duration::from_secs(90);

static STALLS: AtomicBool = AtomicBool::new(true);

#[test]
fn messages_that_are_stuck_do_not_hold_up_the_others() {
    let people = amount(30, 600);
    let sink = Sink::start(|to| {
        let is_stuck = to.contains("f4-stuck") && STALLS.load(Ordering::SeqCst);
        if is_stuck { Reply::Silence } else { Reply::Accept(Duration::ZERO) }
    });
    let place = Place::on_sqlite();
    let program = Program::start_with(&place, &["--mail", &sink.url()]);
    let client = program.sign_in("full_access");
    let mut journal = Journal::default();
    let mut invite = |name: String| journal.create(&client, &name, Mode::Link);
    (0..STUCK).for_each(|number| invite(format!("f4-stuck-{number}")));
    wait("three messages are stuck", Duration::from_secs(10), || sink.mails().len() == STUCK as usize);
    let since = Instant::now();
    (0..people).for_each(|number| invite(format!("f4-good-{number}")));
    // At least one a second is asked for.
    wait("the others are sent", Duration::from_secs(u64::from(people)), || {
        sink.mails().len() == (STUCK + people) as usize
    });
    let took = since.elapsed();
    STALLS.store(false, Ordering::SeqCst);
    let again = if is_full() { sent_again(&sink) } else { "their end is waited for with the full amount".to_owned() };
    journal.check(&place, &client);
    tell(
        "F4",
        &format!("{STUCK} messages taken but never acknowledged, {people} others"),
        &format!("the others created and sent in {} ms; {again}", took.as_millis()),
    );
}

/// A message whose outcome is not known is the same when it comes again.
fn sent_again(sink: &Sink) -> String {
    let took = wait("they are sent again", SENT_AGAIN_WITHIN, || {
        sink.mails().iter().filter(|(to, count)| to.contains("f4-stuck") && **count > 1).count() == STUCK as usize
    });
    sink.with_letters(|letters| {
        for letter in letters.iter().filter(|letter| letter.to.contains("f4-stuck")) {
            let mut twins = letters.iter().filter(|other| other.to == letter.to);
            assert!(twins.all(|other| other.header("Message-ID:") == letter.header("Message-ID:")));
        }
    });
    format!("the stuck ones again after {} s, with the same Message-ID", took.as_secs())
}
