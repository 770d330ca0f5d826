//! F8: the connection to the database breaks between a commit and its answer. Nobody can know then whether it was done, until the
//! same is asked again.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    amount::{amount, chance, required, tell, wait},
    journal::{Journal, write},
    place::Place,
    program::Program,
    proxy::Proxy,
    row_sets::stored,
};

const WRITERS: u32 = 4;
const GIVEN_UP_AFTER: Duration = Duration::from_mins(1);
/// One of so many commits is cut off, those of the workers too.
const ONE_OF: u64 = 4;

#[test]
fn a_commit_that_nobody_heard_of_is_settled_by_asking_again() {
    let wanted = amount(12, 500) as usize;
    let server = required("TENANTRY_TEST_POSTGRES_URL");
    let direct = Place::on_server(server.rsplit_once('/').unwrap().0);
    let (host, database) = direct.postgres().split_once('@').unwrap().1.split_once('/').unwrap();
    let (is_armed, cuts) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let proxy = Proxy::cutting(vec![host.to_owned()], {
        let (is_armed, cuts) = (Arc::clone(&is_armed), Arc::clone(&cuts));
        move |bytes| {
            let is_commit = bytes.windows(7).any(|window| window == b"COMMIT\0");
            let is_cut = is_commit && is_armed.load(Ordering::SeqCst) && chance(ONE_OF) == 0;
            cuts.fetch_add(usize::from(is_cut), Ordering::SeqCst);
            is_cut
        }
    });
    let place = Place::at(&format!("postgres://tenantry@{}/{database}", proxy.address));
    let program = Program::start(&place);
    let client = program.sign_in("full_access");
    is_armed.store(true, Ordering::SeqCst);
    let unknown = Mutex::new((0, 0));
    let journal: Journal = write(&client, "f8", WRITERS, |client, entry| {
        wait("acknowledged in the end", GIVEN_UP_AFTER, || {
            let answer = entry.ask(client).expect("the program lives, so it answers");
            if answer.status == 201 {
                return true;
            }
            assert!(answer.is_try_again(), "{}: {}", answer.status, answer.body);
            let mut unknown = unknown.lock().unwrap();
            unknown.0 += 1;
            unknown.1 += stored(&direct, &entry.login);
            false
        });
        unknown.lock().unwrap().1 < wanted
    });
    is_armed.store(false, Ordering::SeqCst);
    let (refused, was_done) = unknown.into_inner().unwrap();
    assert_eq!(journal.acknowledged(), journal.0.len());
    journal.check(&place, &client);
    place.assert_whole();
    tell(
        "F8",
        &format!("{} commits cut off from their answers", cuts.load(Ordering::SeqCst)),
        &format!(
            "{refused} answers 503, {was_done} of them about a create that was stored; asked again with the same key: {} acknowledged, \
             each there once",
            journal.acknowledged()
        ),
    );
}
