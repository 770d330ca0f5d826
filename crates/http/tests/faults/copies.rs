//! Copies of the database, and the audit log in them.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::{amount::wait, journal::write, place::Place, program::Program};

/// While the program runs: the copy is of one moment, needs its key, and tells of its audit log what the original does.
#[test]
fn a_copy_made_while_people_work_is_a_platform_of_its_own() {
    let (here, there) = (Place::on_sqlite(), Place::on_sqlite());
    let (key, copy) = (here.folder().join("secret.key"), here.folder().join("copy"));
    let copy = copy.to_str().unwrap();
    let program = Program::start(&here);
    let client = program.sign_in("full_access");
    let is_over = AtomicBool::new(false);
    let checkpoint = thread::scope(|scope| {
        let writing = scope.spawn(|| {
            write(&client, "copy", 1, |client, entry| {
                assert_eq!(entry.ask(client).unwrap().status, 201);
                !is_over.load(Ordering::SeqCst)
            })
        });
        let checkpoint = await_checkpoint(&here);
        assert!(here.run(&["backup", copy]).0);
        let (is_made, told) = here.run(&["backup", copy]);
        assert!(!is_made && told.contains("already"), "{told}");
        is_over.store(true, Ordering::SeqCst);
        assert!(writing.join().unwrap().acknowledged() > 0);
        checkpoint
    });
    drop(program);

    let (is_restored, told) = there.run(&["restore", copy]);
    assert!(!is_restored && told.contains("secret key file"), "{told}");
    fs::copy(&key, there.folder().join("secret.key")).unwrap();
    let (is_restored, told) = there.run(&["restore", copy]);
    assert!(is_restored, "{told}");
    let (is_whole, told) = there.run(&["audit", "verify", "--since", &checkpoint]);
    assert!(is_whole, "{told}");
    let other = format!("1:{}", "0".repeat(64));
    let (is_whole, told) = there.run(&["audit", "verify", "--since", &other]);
    assert!(!is_whole && told.contains("cut off"), "{told}");
    let started = Program::start(&there);
    assert_eq!(client.at(&started.address).get("/me").unwrap().status, 200);
}

/// It could never fail otherwise: there would be an empty log of a database just made.
#[test]
fn an_audit_log_that_is_not_there_is_not_whole() {
    let place = Place::on_sqlite();
    let (is_whole, told) = place.run(&["audit", "verify"]);
    assert!(!is_whole && told.contains("secret key file"), "{told}");
    fs::write(place.folder().join("secret.key"), "00".repeat(32)).unwrap();
    let (is_whole, told) = place.run(&["audit", "verify"]);
    assert!(!is_whole && told.contains("database"), "{told}");
    assert_eq!(fs::read_dir(place.folder()).unwrap().count(), 1);
}

/// What `audit verify` prints once something is sealed.
fn await_checkpoint(place: &Place) -> String {
    let mut checkpoint = None;
    wait("something is sealed", Duration::from_secs(10), || {
        let (is_whole, told) = place.run(&["audit", "verify"]);
        assert!(is_whole, "{told}");
        checkpoint = told.lines().find_map(|line| line.strip_prefix("checkpoint ")).map(str::to_owned);
        checkpoint.is_some()
    });
    checkpoint.unwrap()
}
