//! What was asked for and what was acknowledged, and whether the platform agrees.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Result,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    amount::wait,
    client::{Answer, Client},
    place::Place,
    row_sets,
};

pub const PASSWORD: &str = "Correct-Horse-7-Battery";
/// How many of the passwords that were set are tried: each costs what a password hash costs.
const PASSWORDS_TRIED: usize = 3;

/// How the new user gets a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Link,
    Manual,
    Mailed,
}

impl Mode {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Manual => "manual",
            Self::Mailed => "mailed",
        }
    }

    fn security(self) -> Value {
        let primary = json!({"kind": "primary"});
        match self {
            Self::Link => json!({"method": "link", "recipient": primary}),
            Self::Manual => json!({"method": "manual", "password": PASSWORD, "emailTo": null, "mustChange": false}),
            Self::Mailed => json!({"method": "manual", "password": PASSWORD, "emailTo": primary, "mustChange": true}),
        }
    }
}

/// One user who was asked for.
pub struct Entry {
    pub login: String,
    pub mode: Mode,
    key: String,
    body: Value,
    /// From the acknowledgement.
    pub id: Option<String>,
}

impl Entry {
    pub fn new(client: &Client, name: &str, mode: Mode) -> Self {
        let login = format!("fault-{}-{name}@{}", mode.key(), client.domain);
        let body = json!({
            "firstName": "Kim", "lastName": name, "loginName": login, "email": login, "phone": "+14255550100",
            "address": {"country": "US", "state": "WA", "city": "Redmond", "postalCode": "98052", "street": "1 Main St"},
            "security": mode.security(), "role": "user",
        });
        Self { key: format!("key-{name}"), login, mode, body, id: None }
    }

    /// Asks, with the same key each time. What was acknowledged once must be acknowledged as the same again.
    pub fn ask(&mut self, client: &Client) -> Result<Answer> {
        self.ask_by(|key, body| client.post(&format!("/accounts/{}/users", client.account), key, body))
    }

    /// Asks in another way, given the key and the body.
    pub fn ask_by(&mut self, post: impl FnOnce(&str, &Value) -> Result<Answer>) -> Result<Answer> {
        let answer = post(&self.key, &self.body)?;
        if answer.status == 201 {
            let id = answer.body["id"].as_str().unwrap().to_owned();
            assert!(self.id.as_ref().is_none_or(|known| *known == id), "{} got another id", self.login);
            self.id = Some(id);
        }
        Ok(answer)
    }
}

#[derive(Default)]
pub struct Journal(pub Vec<Entry>);

impl Journal {
    /// Asks for one, who must be acknowledged.
    pub fn create(&mut self, client: &Client, name: &str, mode: Mode) {
        let mut entry = Entry::new(client, name, mode);
        let answer = entry.ask(client).expect("the program lives, so it answers");
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.0.push(entry);
    }

    pub fn acknowledged(&self) -> usize {
        self.0.iter().filter(|entry| entry.id.is_some()).count()
    }

    /// Asks again for whatever was not acknowledged, as a careful client does. How many there were.
    pub fn settle(&mut self, client: &Client) -> usize {
        let open: Vec<_> = self.0.iter_mut().filter(|entry| entry.id.is_none()).collect();
        let count = open.len();
        for entry in open {
            let answer = entry.ask(client).expect("an answer");
            assert_eq!(answer.status, 201, "{}: {}", entry.login, answer.body);
        }
        count
    }

    /// Holds what is stored against what was asked: acknowledged users are there, once and with all that belongs to them; others
    /// wholly or not at all; nobody else.
    pub fn check(&self, place: &Place, client: &Client) {
        let stored = all_users(client);
        for entry in &self.0 {
            if let Some(id) = &entry.id {
                assert_eq!(stored.get(&entry.login), Some(id), "{} was acknowledged", entry.login);
            }
        }
        let asked: BTreeSet<_> = self.0.iter().map(|entry| &entry.login).collect();
        for login in stored.keys().filter(|login| login.starts_with("fault-")) {
            assert!(asked.contains(login), "{login} was never asked for");
        }
        row_sets::assert_whole(place);
    }

    /// That the newest passwords open the door.
    pub fn try_passwords(&self, client: &Client) {
        let with_password = |entry: &&Entry| entry.mode == Mode::Manual && entry.id.is_some();
        for entry in self.0.iter().rev().filter(with_password).take(PASSWORDS_TRIED) {
            Client::sign_in(&client.address, &entry.login, PASSWORD);
        }
    }

    /// Waits until whoever must get a mail got one: login names and the mails to each.
    pub fn await_mails(&self, bound: Duration, mails: impl Fn() -> BTreeMap<String, usize>) {
        let expected: Vec<_> = self.0.iter().filter(|entry| entry.mode != Mode::Manual && entry.id.is_some()).collect();
        wait("a mail for everybody", bound, || {
            let arrived = mails();
            expected.iter().all(|entry| arrived.contains_key(&entry.login))
        });
    }
}

/// Several at once ask for one user after the other. Each is shown its entry, asks, and says whether it goes on.
pub fn write(
    client: &Client,
    label: &str,
    writers: u32,
    go_on: impl Fn(&Client, &mut Entry) -> bool + Sync,
) -> Journal {
    let one = |writer: u32| {
        let mut entries = Vec::new();
        for (number, mode) in (0..).zip([Mode::Link, Mode::Manual, Mode::Mailed].into_iter().cycle()) {
            let mut entry = Entry::new(client, &format!("{label}-{writer}-{number}"), mode);
            let goes_on = go_on(client, &mut entry);
            entries.push(entry);
            if !goes_on {
                break;
            }
        }
        entries
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..writers).map(|writer| scope.spawn(move || one(writer))).collect();
        Journal(threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect())
    })
}

fn all_users(client: &Client) -> BTreeMap<String, String> {
    let mut users = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("/accounts/{}/users?limit=200{after}", client.account)).unwrap();
        assert_eq!(page.status, 200, "{}", page.body);
        for user in page.body["items"].as_array().unwrap() {
            let text = |field: &str| user[field].as_str().unwrap().to_owned();
            let twice = users.insert(text("loginName"), text("id"));
            assert_eq!(twice, None, "{} is there twice", text("loginName"));
        }
        match &page.body["nextCursor"] {
            Value::String(cursor) => after = format!("&after={cursor}"),
            _ => return users,
        }
    }
}

/// The run of 43 characters at the end of a password link, in a letter or elsewhere.
pub fn token(text: &str) -> String {
    // A token may begin with what would be an equals sign in another encoding.
    let is_encoded = text.contains("quoted-printable");
    let text = if is_encoded { text.replace("=\n", "").replace("=3D", "=") } else { text.to_owned() };
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut words = text.split(|c| !is_of_token(c));
    words.find(|word| word.len() == 43).expect("a link with a token").to_owned()
}
