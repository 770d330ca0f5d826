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

use program::{Client, Program};

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
