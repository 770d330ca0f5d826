//! Three PostgreSQL servers that watch each other, and one address that follows the one that leads: Patroni, etcd and `HAProxy`, as
//! docs/operations.md says. Each server is on a machine of its own as far as processes go.

use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{
    amount::{required, wait},
    cluster::{as_postgres, folder_of_postgres, is_root},
    place::asking,
    program::free_address,
};

const PATRONI: &str = include_str!("trio/patroni.yml");
const HAPROXY: &str = include_str!("trio/haproxy.cfg");
const WHOLE_WITHIN: Duration = Duration::from_mins(2);
const FOLLOWING: &str = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";

pub struct Trio {
    /// `postgres://user@host:port`, of whoever leads.
    pub url: String,
    servers: [Server; 3],
    others: [Child; 2],
    folder: TempDir,
}

struct Server {
    name: String,
    port: String,
    /// Of its Patroni.
    api: String,
    machine: Child,
}

impl Trio {
    /// One that leads, one that has whatever is acknowledged, and one more.
    pub fn start() -> Self {
        let folder = folder_of_postgres("tenantry-trio-");
        let path = folder.path();
        let [etcd, address] = [(); 2].map(|()| free_address());
        let mut balanced = filled(HAPROXY, &[("address", &address)]);
        // `first` would be one of PostgreSQL's own words where Patroni names the standby to wait for.
        let servers = ["one", "two", "three"].map(|name| {
            let [api, postgres] = [(); 2].map(|()| free_address());
            let api_port = api.rsplit_once(':').unwrap().1;
            writeln!(balanced, "    server {name} {postgres} check port {api_port}").unwrap();
            let programs = required("TENANTRY_TEST_POSTGRES_PROGRAMS");
            let values = [
                ("name", name),
                ("api", &api),
                ("postgres", &postgres),
                ("etcd", &etcd),
                ("folder", path.to_str().unwrap()),
                ("programs", &programs),
            ];
            fs::write(path.join(name).with_extension("yml"), filled(PATRONI, &values)).unwrap();
            let port = postgres.rsplit_once(':').unwrap().1.to_owned();
            Server { name: name.to_owned(), port, api, machine: machine(path, name) }
        });
        fs::write(path.join("haproxy.cfg"), balanced).unwrap();
        let mut haproxy = mortal("haproxy");
        haproxy.arg("-db").arg("-f").arg(path.join("haproxy.cfg"));
        let others = [start(&mut keeper_of_leases(path, &etcd), path), start(&mut haproxy, path)];
        let trio = Self { url: format!("postgres://tenantry@{address}"), servers, others, folder };
        trio.await_successor();
        trio
    }

    /// Waits until two standbys follow. A server that comes back is rewound before, or copied anew.
    pub fn await_followers(&self) {
        wait("one leads and two follow", WHOLE_WITHIN, || self.ask(FOLLOWING).is_some_and(|count| count == "2"));
    }

    /// Waits until one of them is known to have whatever is acknowledged from here on, too.
    pub fn await_successor(&self) {
        self.await_followers();
        wait("somebody may take over", WHOLE_WITHIN, || self.servers.iter().any(Server::may_take_over));
    }

    /// Which server leads, if somebody does.
    pub fn leader(&self) -> Option<usize> {
        let port = self.ask("SELECT inet_server_port()")?;
        self.servers.iter().position(|server| server.port == port)
    }

    /// As if the power of its machine were cut: all of its processes end at once, and are gone when this returns.
    pub fn kill(&mut self, number: usize) {
        end(&mut self.servers[number].machine);
    }

    pub fn start_again(&mut self, number: usize) {
        let server = &mut self.servers[number];
        server.machine = machine(self.folder.path(), &server.name);
    }

    fn ask(&self, sql: &str) -> Option<String> {
        let output = asking(&format!("{}/postgres", self.url), sql).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }
}

impl Server {
    /// Whether it is written down that it has whatever is acknowledged: no other one takes over.
    fn may_take_over(&self) -> bool {
        let mut told = String::new();
        let asked = TcpStream::connect(&self.api).and_then(|mut patroni| {
            patroni.set_read_timeout(Some(Duration::from_secs(1)))?;
            patroni.write_all(b"OPTIONS /sync HTTP/1.0\r\n\r\n")?;
            patroni.read_to_string(&mut told)
        });
        asked.is_ok() && told.starts_with("HTTP/1.0 200")
    }
}

impl Drop for Trio {
    fn drop(&mut self) {
        for server in &mut self.servers {
            end(&mut server.machine);
        }
        for other in &mut self.others {
            let _ = other.kill();
            let _ = other.wait();
        }
        if std::thread::panicking() {
            eprintln!("{}", fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
        }
    }
}

fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A program of the server's user that ends when whoever starts it does, however that ends.
fn mortal(program: &str) -> Command {
    let mut command = as_postgres("setpriv");
    command.args(["--pdeathsig=KILL", program]);
    command
}

/// Patroni and its server where they see no other process, and all end with the first.
fn machine(folder: &Path, name: &str) -> Child {
    let patroni = mortal("patroni");
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig=KILL", "unshare"]);
    if !is_root() {
        command.args(["--user", "--map-current-user"]);
    }
    command.args(["--pid", "--mount-proc", "--fork"]).arg(patroni.get_program()).args(patroni.get_args());
    start(command.arg(folder.join(name).with_extension("yml")), folder)
}

/// etcd: whose lease runs out leads no more.
fn keeper_of_leases(folder: &Path, address: &str) -> Command {
    let (clients, peers) = (format!("http://{address}"), format!("http://{}", free_address()));
    let mut command = mortal("etcd");
    command.arg("--data-dir").arg(folder.join("etcd"));
    command.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
    command.args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers]);
    command.args(["--initial-cluster", &format!("default={peers}")]);
    command
}

fn start(command: &mut Command, folder: &Path) -> Child {
    let log = OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    command.current_dir(folder).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Ends every process of a machine, and returns when all are gone: with the first one all end, and whoever made the machine waits for it.
fn end(machine: &mut Child) {
    let id = machine.id();
    let first = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    match first.trim().parse().ok().and_then(Pid::from_raw) {
        Some(first) => kill_process(first, Signal::KILL).unwrap(),
        // Ended already, or hardly begun.
        None => drop(machine.kill()),
    }
    machine.wait().unwrap();
}
