//! `cargo xtask bench`: the program under load, beside servers that do nothing else.

use super::load::{Request, ask, load};
use super::report::{Report, Row};
use crate::failure::{During as _, Failure};
use crate::process::{cargo, run as run_command};
use crate::seed;
use crate::test::Prerequisites;
use crate::test::companion::{Companion, Stop, free_port, temporary_folder};
use crate::test::postgres::{self, Postgres};
use crate::workspace;
use serde_json::{Value, json};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Connections at once.
const CONNECTIONS: [usize; 2] = [1, 64];
/// The subtrees whose users are listed, by how many accounts they have.
const SUBTREES: [usize; 3] = [10, 300, 3_000];
/// After this long nothing is under way that was when somebody signed in, such as a hash.
const QUIET: Duration = Duration::from_secs(5);

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub quick: bool,
    pub on_postgres: bool,
}

impl Plan {
    fn lasting(self) -> Duration {
        if self.quick { Duration::from_millis(1200) } else { Duration::from_secs(8) }
    }

    fn size(self) -> [&'static str; 4] {
        if self.quick {
            ["--accounts", "1000", "--users", "10000"]
        } else {
            ["--accounts", "100000", "--users", "1000000"]
        }
    }
}

pub fn run(plan: Plan) -> Result<(), Failure> {
    run_command(&mut cargo(&["build", "--release", "--package", "tenantry-http", "--bin", "tenantry"]))?;
    let ceilings =
        ["build", "--release", "--locked", "--manifest-path", "bench/Cargo.toml", "--package", "tenantry-ceilings"];
    run_command(&mut cargo(&ceilings))?;
    let report = if plan.on_postgres { on_postgres(plan)? } else { on_sqlite(plan)? };
    println!("{}", report.render());
    Ok(())
}

fn on_sqlite(plan: Plan) -> Result<Report, Failure> {
    let folder = temporary_folder("bench")?;
    let at = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    measure(plan, "SQLite", &at("tenantry.db"), &at("ceilings.db"))
}

fn on_postgres(plan: Plan) -> Result<Report, Failure> {
    let programs = Prerequisites::gather()?.postgres_folder;
    let (server, other) = (postgres::start_durable(&programs)?, postgres::start_durable(&programs)?);
    let Postgres { url, .. } = &server;
    measure(plan, "PostgreSQL", url, &other.url)
}

fn measure(plan: Plan, database: &'static str, url: &str, ceilings_url: &str) -> Result<Report, Failure> {
    let mut words: Vec<String> = plan.size().map(str::to_owned).to_vec();
    words.extend(["--database".to_owned(), url.to_owned()]);
    let people = seed::fill(&words)?;
    let mut report = Report::new(database);
    let program = Program::start(url, &people)?;
    thread::sleep(QUIET);
    report.idle = program.server.memory()?;
    let ceilings = Ceilings::start(ceilings_url)?;
    for ceiling in CEILINGS {
        let request = |_: u64| ceiling.request();
        report.ceilings.push(measured(&ceilings.address, plan, ceiling.name, &request)?);
    }
    drop(ceilings);
    for (name, ceiling, request) in program.work()? {
        let row = measured(&program.address, plan, &name, &*request)?;
        report.ours.push((row, ceiling));
        report.most_own = report.most_own.max(program.server.memory()?.own);
    }
    Ok(report)
}

fn measured(address: &str, plan: Plan, name: &str, request: &(dyn Fn(u64) -> Request + Sync)) -> Result<Row, Failure> {
    eprintln!("{name}");
    let of = |connections| load(address, connections, plan.lasting(), request);
    let [one, many] = CONNECTIONS;
    Ok(Row { name: name.to_owned(), one: of(one)?, many: of(many)? })
}

struct Ceiling {
    name: &'static str,
    path: &'static str,
    posts: bool,
}

pub const HELLO: &str = "axum: hello";
pub const POINT: &str = "axum and sea-orm: one row by its key";
pub const THREE: &str = "axum and sea-orm: three rows in a transaction";
pub const CREATE: &str = "axum and sea-orm: three rows read and six written in a transaction";
pub const HASH: &str = "axum and Argon2id";

const CEILINGS: [Ceiling; 5] = [
    Ceiling { name: HELLO, path: "/hello", posts: false },
    Ceiling { name: POINT, path: "/point/4711", posts: false },
    Ceiling { name: THREE, path: "/three-inserts", posts: true },
    Ceiling { name: CREATE, path: "/create", posts: true },
    Ceiling { name: HASH, path: "/hash", posts: true },
];

impl Ceiling {
    fn request(&self) -> Request {
        if self.posts { Request::post(self.path, "", String::new()) } else { Request::get(self.path, "") }
    }
}

struct Ceilings {
    address: String,
    _server: Companion,
}

impl Ceilings {
    fn start(database: &str) -> Result<Self, Failure> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let program = workspace::root().join("bench").join("target").join("release").join("tenantry-ceilings");
        let mut command = Command::new(program);
        command.args([&address, database]);
        let server = Companion::start(&command, temporary_folder("ceilings")?, Stop::Terminate)?;
        server.wait_until_ready("the ceilings", || TcpStream::connect(&address).is_ok())?;
        Ok(Self { address, _server: server })
    }
}

/// The program, with an administrator of the platform signed in.
struct Program {
    address: String,
    server: Companion,
    /// Asks again and again for a session. Somebody else than who is signed in, whose session would soon be one too many.
    visitor: Person,
    token: String,
    home: String,
    /// Of login names in the home account.
    domain: String,
    /// Wanted sizes, and ids of the accounts that come nearest.
    subtrees: Vec<(usize, String)>,
}

struct Person {
    login: String,
    password: String,
}

impl Person {
    /// Of the line `seed: login password …`.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("seed: ")?.split(' ').map(str::to_owned);
        Some(Self { login: words.next()?, password: words.next()? })
    }

    fn sign_in(&self) -> Request {
        let body = json!({"loginName": self.login, "password": self.password}).to_string();
        Request::post("/api/v1/sessions", "\r\nContent-Type: application/json", body)
    }
}

type Work = (String, Option<&'static str>, Box<dyn Fn(u64) -> Request + Sync>);

impl Program {
    fn start(database: &str, people: &str) -> Result<Self, Failure> {
        let folder = temporary_folder("bench-program")?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(workspace::target_folder().join("release").join("tenantry"));
        command.args(["serve", "--database", database, "--listen", &address, "--log", "warn", "--data-dir"]);
        command.arg(folder.path().join("data"));
        let server = Companion::start(&command, folder, Stop::Terminate)?;
        server.wait_until_ready("tenantry", || TcpStream::connect(&address).is_ok())?;
        let mut named = people.lines().filter_map(Person::parse);
        let (Some(administrator), Some(visitor)) = (named.next(), named.next()) else {
            return Err(Failure::new("the seed names no two to sign in as"));
        };
        let domain = administrator.login.rsplit('@').next().unwrap_or_default().to_owned();
        let subtrees = people.lines().filter_map(subtree).filter(|(size, _)| SUBTREES.contains(size)).collect();
        let mut program =
            Self { address, server, visitor, token: String::new(), home: String::new(), domain, subtrees };
        program.token = text(&program.ask(&administrator.sign_in())?, "/token")?;
        program.home = text(&program.ask(&program.get("/me"))?, "/account/id")?;
        Ok(program)
    }

    fn ask(&self, request: &Request) -> Result<Value, Failure> {
        serde_json::from_str(&ask(&self.address, request)?).during("cannot read an answer")
    }

    fn get(&self, path: &str) -> Request {
        Request::get(&format!("/api/v1{path}"), &format!("\r\nAuthorization: Bearer {}", self.token))
    }

    /// What is measured, and the ceiling each is held against.
    fn work(&self) -> Result<Vec<Work>, Failure> {
        let mut work: Vec<Work> = Vec::new();
        let mut read = |name: &str, ceiling, path: String| {
            let request = self.get(&path);
            work.push((name.to_owned(), ceiling, Box::new(move |_| request.clone())));
        };
        let own = format!("/accounts/{}/users?limit=50", self.home);
        read("GET /me", Some(POINT), "/me".to_owned());
        read("list 50 of the own account", Some(POINT), own.clone());
        for (size, id) in &self.subtrees {
            let path = format!("/accounts/{id}/users?scope=subtree&limit=50");
            read(&format!("list 50 of a subtree of {size}"), Some(POINT), path);
        }
        read("list 50 of everything, by name", Some(POINT), format!("{own}&scope=subtree&sort=name"));
        read("search: a name of one in 200", Some(POINT), format!("{own}&scope=subtree&q=quinn"));
        read("search: a rare term", Some(POINT), format!("{own}&scope=subtree&q=xenia.zimmermann2"));
        read("search: an absent term", Some(POINT), format!("{own}&scope=subtree&q=qqqqqq"));
        work.insert(1, self.users()?);
        let sign_in = self.visitor.sign_in();
        work.push(("sign in".to_owned(), Some(HASH), Box::new(move |_| sign_in.clone())));
        // Last: the mails and jobs of the users are worked off for a while after it.
        work.push(self.creation());
        Ok(work)
    }

    /// Other people, one after the other.
    fn users(&self) -> Result<Work, Failure> {
        let page = self.ask(&self.get(&format!("/accounts/{}/users?scope=subtree&limit=200", self.home)))?;
        let items = page.pointer("/items").and_then(Value::as_array).cloned().unwrap_or_default();
        let ids: Vec<String> = items.iter().map(|user| text(user, "/id")).collect::<Result<_, _>>()?;
        let requests: Vec<Request> = ids.iter().map(|id| self.get(&format!("/users/{id}"))).collect();
        let next = Mutex::new(requests.into_iter().cycle());
        let nobody = self.get("/me");
        let request = move |_| {
            let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
            next.next().unwrap_or_else(|| nobody.clone())
        };
        Ok(("GET /users/{id}".to_owned(), Some(POINT), Box::new(request)))
    }

    /// With a link by mail, as the console does it.
    fn creation(&self) -> Work {
        let path = format!("/api/v1/accounts/{}/users", self.home);
        let head = format!("\r\nContent-Type: application/json\r\nAuthorization: Bearer {}", self.token);
        let domain = self.domain.clone();
        let created = AtomicU64::new(0);
        let request = move |_| {
            let number = created.fetch_add(1, Ordering::Relaxed);
            let body = json!({
                "firstName": "Robin",
                "lastName": format!("Bench{number}"),
                "loginName": format!("bench-{number}@{domain}"),
                "email": format!("bench-{number}@example.com"),
                "role": "user",
                "security": {"method": "link", "recipient": {"kind": "primary"}},
            });
            Request::post(&path, &head, body.to_string())
        };
        ("create a user, with a link".to_owned(), Some(CREATE), Box::new(request))
    }
}

/// `subtree: <accounts> <id>`.
fn subtree(line: &str) -> Option<(usize, String)> {
    let (size, id) = line.strip_prefix("subtree: ")?.split_once(' ')?;
    Some((size.parse().ok()?, id.to_owned()))
}

fn text(answer: &Value, pointer: &str) -> Result<String, Failure> {
    let found = answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("an answer has no {pointer}: {answer}")))
}
