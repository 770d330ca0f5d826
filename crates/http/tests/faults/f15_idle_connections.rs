//! F15: as many connections as there may be, all kept and idle; and some more.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use crate::{
    amount::{amount, tell, wait},
    crowd::{await_close, connect, health},
    kept::Kept,
    place::Place,
    program::Program,
};

const MOST_MEMORY: u64 = 512;
const HEALTH_WITHIN: Duration = Duration::from_millis(500);
/// Those who ask meanwhile need places, too.
const SPARE: u32 = 10;
const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[test]
fn as_many_idle_connections_as_there_may_be_disturb_nobody() {
    let most = amount(1000, 10_000);
    let place = Place::on_sqlite();
    let program = Program::start_with(&place, &["--max-connections", &most.to_string()]);
    let client = program.sign_in("full_access");
    let crowd: Vec<_> = (0..most - SPARE).map(|_| ask_once(&program.address)).collect();
    let mut asked = 0..200;
    let p99 = health(&program.address, || asked.next().is_some());
    assert!(p99 < HEALTH_WITHIN, "health took {p99:?}");
    let memory = program.memory();
    assert!(memory <= MOST_MEMORY, "{memory} MiB");
    let mut kept = Kept::new(&client);
    assert_eq!(kept.ask("GET /api/v1/me", "", "").unwrap().status, 200);
    let _others = connect(&program.address, SPARE - 1);
    for mut one_too_many in connect(&program.address, SPARE) {
        assert_eq!(await_close(&mut one_too_many, Duration::from_secs(2)), "");
    }
    assert_eq!(kept.ask("GET /api/v1/me", "", "").unwrap().status, 200, "who was there before goes on as before");
    drop(crowd);
    let free = || client.get("/me").is_ok_and(|answer| answer.status == 200);
    wait("there is room again", Duration::from_secs(10), free);
    tell(
        "F15",
        &format!("{most} connections kept idle, and {SPARE} more"),
        &format!("health p99 {} ms; {memory} MiB; the {SPARE} closed at once", p99.as_millis()),
    );
}

/// A connection that was used, and is kept.
fn ask_once(address: &str) -> TcpStream {
    let mut stream = connect(address, 1).remove(0);
    stream.write_all(REQUEST).unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    stream
}
