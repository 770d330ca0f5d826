//! `kill -9` in the middle of creates. What was acknowledged is whole after the restart; what was not is wholly there or not
//! at all; every mail arrives at least once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod program;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, thread,
    time::Duration,
};

use serde_json::{Value, json};

use program::{Client, Program, run};

const CYCLES: u32 = 4;
const WRITERS: u32 = 6;

/// What one writer was told: login names it asked for, and the ids it was given for some of them.
#[derive(Default)]
struct Journal {
    asked: BTreeSet<String>,
    acknowledged: BTreeMap<String, String>,
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::default();
    let mut administrator = None;
    for cycle in 0..CYCLES {
        let mut program = Program::start(folder.path());
        let signed_in = administrator.get_or_insert_with(|| program.demo_user("full_access")).clone();
        let client = program.sign_in(&signed_in);
        check(&client, &journal);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                thread::spawn({
                    let client = client.clone();
                    move || create_until_it_dies(&client, cycle, writer)
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(120 + 170 * u64::from(cycle)));
        program.kill();
        for writer in writers {
            let written = writer.join().unwrap();
            journal.asked.extend(written.asked);
            journal.acknowledged.extend(written.acknowledged);
        }
    }
    let program = Program::start(folder.path());
    let client = program.sign_in(&administrator.unwrap());
    let whole = check(&client, &journal);
    assert!(journal.acknowledged.len() > 20, "the writers must have got somewhere");
    await_mails(&folder.path().join("mail"), &whole);
    let (is_whole, told) = run(folder.path(), &["audit", "verify"]);
    assert!(is_whole, "{told}");
}

/// While the program runs: the copy is of one moment, needs its key, and tells of its audit log what the original does.
#[test]
fn a_copy_made_while_people_work_is_a_platform_of_its_own() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (key, copy) = (folder.path().join("secret.key"), folder.path().join("copy"));
    let program = Program::start(folder.path());
    let user = program.demo_user("full_access");
    let client = program.sign_in(&user);
    let writer = thread::spawn(move || create_until_it_dies(&client, 0, 0));
    let checkpoint = await_checkpoint(folder.path());
    let copy = copy.to_str().unwrap();
    assert!(run(folder.path(), &["backup", copy]).0);
    let (is_made, told) = run(folder.path(), &["backup", copy]);
    assert!(!is_made && told.contains("already"), "{told}");
    drop(program);
    assert!(!writer.join().unwrap().acknowledged.is_empty());

    let (is_restored, told) = run(elsewhere.path(), &["restore", copy]);
    assert!(!is_restored && told.contains("secret key file"), "{told}");
    fs::copy(&key, elsewhere.path().join("secret.key")).unwrap();
    let (is_restored, told) = run(elsewhere.path(), &["restore", copy]);
    assert!(is_restored, "{told}");
    let (is_whole, told) = run(elsewhere.path(), &["audit", "verify", "--since", &checkpoint]);
    assert!(is_whole, "{told}");
    let other = format!("1:{}", "0".repeat(64));
    let (is_whole, told) = run(elsewhere.path(), &["audit", "verify", "--since", &other]);
    assert!(!is_whole && told.contains("cut off"), "{told}");
    Program::start(elsewhere.path()).sign_in(&user);
}

/// It could never fail otherwise: there would be an empty log of a database just made.
#[test]
fn an_audit_log_that_is_not_there_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (is_whole, told) = run(folder.path(), &["audit", "verify"]);
    assert!(!is_whole && told.contains("secret key file"), "{told}");
    fs::write(folder.path().join("secret.key"), "00".repeat(32)).unwrap();
    let (is_whole, told) = run(folder.path(), &["audit", "verify"]);
    assert!(!is_whole && told.contains("database"), "{told}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// What `audit verify` prints once something is sealed.
fn await_checkpoint(folder: &std::path::Path) -> String {
    for _ in 0..100 {
        let (is_whole, told) = run(folder, &["audit", "verify"]);
        assert!(is_whole, "{told}");
        if let Some(checkpoint) = told.lines().find_map(|line| line.strip_prefix("checkpoint ")) {
            return checkpoint.to_owned();
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("nothing was sealed in 10 s");
}

fn create_until_it_dies(client: &Client, cycle: u32, writer: u32) -> Journal {
    let mut journal = Journal::default();
    for number in 0..10_000 {
        let login = format!("crash-{cycle}-{writer}-{number}@{}", client.domain);
        journal.asked.insert(login.clone());
        let body = json!({
            "firstName": "Kim", "lastName": format!("Number {number}"), "loginName": login, "email": login,
            "security": {"method": "link", "recipient": {"kind": "primary"}}, "role": "user",
        });
        match client.post(&format!("/api/v1/accounts/{}/users", client.account), &body) {
            Some((201, user)) => {
                journal.acknowledged.insert(login, user["id"].as_str().unwrap().to_owned());
            }
            Some((status, body)) => panic!("{status}: {body}"),
            None => break,
        }
    }
    journal
}

/// Holds what is stored against the journal. Returns the login names that are there.
fn check(client: &Client, journal: &Journal) -> BTreeSet<String> {
    let stored = all_users(client);
    for (login, id) in &journal.acknowledged {
        assert_eq!(stored.get(login), Some(id), "{login} was acknowledged");
    }
    for (login, id) in stored.iter().filter(|(login, _)| login.starts_with("crash-")) {
        assert!(journal.asked.contains(login), "{login} was never asked for");
        let (_, grants) = client.get(&format!("/api/v1/users/{id}/grants"));
        assert_eq!(grants["items"].as_array().map(Vec::len), Some(1), "{login} has its grant");
        let (_, mails) = client.get(&format!("/api/v1/users/{id}/mails"));
        assert_eq!(mails["items"].as_array().map(Vec::len), Some(1), "{login} has its mail: {mails}");
    }
    stored.into_keys().filter(|login| login.starts_with("crash-")).collect()
}

fn all_users(client: &Client) -> BTreeMap<String, String> {
    let mut users = BTreeMap::new();
    let mut after = String::new();
    loop {
        let (status, page) = client.get(&format!("/api/v1/accounts/{}/users?limit=200{after}", client.account));
        assert_eq!(status, 200, "{page}");
        for user in page["items"].as_array().unwrap() {
            let text = |field: &str| user[field].as_str().unwrap().to_owned();
            users.insert(text("loginName"), text("id"));
        }
        match &page["nextCursor"] {
            Value::String(cursor) => after = format!("&after={cursor}"),
            _ => return users,
        }
    }
}

fn await_mails(folder: &std::path::Path, expected: &BTreeSet<String>) {
    let mut missing = expected.clone();
    for _ in 0..200 {
        for file in fs::read_dir(folder).unwrap().flatten() {
            let text = fs::read_to_string(file.path()).unwrap_or_default();
            let to = text.lines().find(|line| line.starts_with("To: ")).unwrap_or_default().to_owned();
            missing.retain(|login| !to.contains(login.as_str()));
        }
        if missing.is_empty() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    // Mails taken just before the last kill come back when their lease is over; until then they are in the outbox.
    panic!("no mail for {missing:?}");
}
