//! Somebody who is signed in and looks at pages.

use crate::connection::{Answer, Connection};
use crate::failure::{During as _, Failure};
use serde_json::{Value, json};

/// How many pages of 200 rows are turned before a page counts as deep.
const DEEP: usize = 20;

#[derive(Debug)]
pub struct Visitor {
    connection: Connection,
    token: String,
    pub role: String,
    home: String,
}

impl Visitor {
    /// `line` is `<login name> <password> <role key> <account name>`.
    pub fn sign_in(address: &str, line: &str) -> Result<Self, Failure> {
        let mut words = line.split(' ');
        let (Some(login), Some(password), Some(role)) = (words.next(), words.next(), words.next()) else {
            return Err(Failure::new(format!("`{line}` does not say who to sign in as")));
        };
        let mut connection = Connection::open(address)?;
        let body = json!({"loginName": login, "password": password}).to_string();
        let head = "POST /api/v1/sessions HTTP/1.1\r\nContent-Type: application/json";
        let session = parse(&connection.ask(head, &body)?)?;
        let token = text(&session, "/token")?;
        let mut visitor = Self { connection, token, role: role.replace('_', " "), home: String::new() };
        visitor.home = text(&visitor.api("/me")?, "/account/id")?;
        Ok(visitor)
    }

    /// Asks for a page of the console, which must come.
    pub fn page(&mut self, path: &str) -> Result<Answer, Failure> {
        let head = format!("GET {path} HTTP/1.1\r\nAccept: text/html\r\nCookie: __Host-session={}", self.token);
        let answer = self.connection.ask(&head, "")?;
        if answer.status == 200 {
            return Ok(answer);
        }
        Err(Failure::new(format!("{path} answered {}", answer.status)))
    }

    fn api(&mut self, path: &str) -> Result<Value, Failure> {
        let head = format!("GET /api/v1{path} HTTP/1.1\r\nAuthorization: Bearer {}", self.token);
        parse(&self.connection.ask(&head, "")?)
    }

    /// What is timed: names, and addresses.
    pub fn pages(&mut self) -> Result<Vec<(&'static str, String)>, Failure> {
        let home = self.home.clone();
        let accounts = self.turned("/accounts?limit=200", DEEP)?;
        let second = self.turned("/accounts?limit=50", 1)?;
        let users = self.turned(&format!("/accounts/{home}/users?scope=subtree&limit=200"), DEEP)?;
        let customer = self.api("/accounts?kind=customer&limit=1")?;
        let customer = text(&customer, "/items/0/id")?;
        let list = "/console/accounts";
        let people = format!("{list}/{home}/users?scope=subtree");
        Ok(vec![
            ("dashboard", "/console".to_owned()),
            ("accounts, first page", list.to_owned()),
            ("accounts, second page", format!("{list}?after={second}")),
            ("accounts, deep page", format!("{list}?after={accounts}")),
            ("accounts, tree", format!("{list}?view=tree")),
            ("accounts, common term", format!("{list}?q=logistics")),
            ("accounts, rare term", format!("{list}?q=zenith-water")),
            ("accounts, absent term", format!("{list}?q=qqqqqq")),
            ("accounts, resellers", format!("{list}?kind=reseller")),
            ("accounts, suspended", format!("{list}?status=suspended")),
            ("accounts, removed", format!("{list}?status=removed")),
            ("switcher, as one types", "/console/account-choices?q=harb".to_owned()),
            ("one account", format!("{list}/{customer}")),
            ("users of an account", format!("{list}/{home}/users")),
            ("users of the subtree, newest first", people.clone()),
            ("users of the subtree, by name", format!("{people}&sort=name")),
            ("users of the subtree, by name, deep page", format!("{people}&sort=name&after={users}")),
            ("users of the subtree, suspended", format!("{people}&status=suspended")),
            ("users of the subtree, with full access", format!("{people}&role=full_access")),
            ("users of the subtree, a name of one in 200", format!("{people}&q=quinn")),
            ("users of the subtree, a word of one in 100, elsewhere", format!("{people}&q=logist")),
            ("users of the subtree, part of every address", format!("{people}&q=example")),
            ("users of the subtree, rare term", format!("{people}&q=xenia.zimmermann2")),
            ("users of the subtree, absent term", format!("{people}&q=qqqqqq")),
            ("users of the subtree, absent pair of letters", format!("{people}&q=qx")),
        ])
    }

    /// The cursor after so many pages, or of the last page that has one.
    fn turned(&mut self, list: &str, pages: usize) -> Result<String, Failure> {
        let mut cursor = String::new();
        for _ in 0..pages {
            let page = self.api(&format!("{list}&after={cursor}"))?;
            match page.pointer("/nextCursor").and_then(Value::as_str) {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        Ok(cursor)
    }
}

fn parse(answer: &Answer) -> Result<Value, Failure> {
    if answer.status >= 300 {
        return Err(Failure::new(format!("the server answered {}: {}", answer.status, answer.body)));
    }
    serde_json::from_str(&answer.body).during("cannot read an answer")
}

fn text(answer: &Value, pointer: &str) -> Result<String, Failure> {
    let found = answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("an answer has no {pointer}")))
}
