//! F13: clients that say nothing, or a byte at a time. They are let go, and others notice nothing.

use std::{io::Write as _, time::Duration};

use tokio::time::Instant;

use crate::{
    amount::{amount, is_full, tell},
    crowd::{await_close, connect, health, trickle, was_told_nothing},
    place::Place,
    program::Program,
};

/// What docs/operations.md promises, and some.
const HEAD_WITHIN: Duration = Duration::from_secs(13);
/// A body may take 25 s: until shortly before, nobody is told anything.
const QUIET: Duration = Duration::from_secs(23);
/// The rest of a body is read for 5 s more, so that the answer arrives.
const ANSWER_WITHIN: Duration = Duration::from_secs(35);
const HEALTH_WITHIN: Duration = Duration::from_millis(500);
const SLOW_BODY: &str = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n";

#[test]
fn clients_that_send_slowly_or_nothing_are_let_go_and_nobody_notices() {
    let each = amount(100, 1500);
    let place = Place::on_sqlite();
    let program = Program::start(&place);
    let mut silent = connect(&program.address, each);
    let mut slow_heads = connect(&program.address, each);
    let mut slow_bodies = connect(&program.address, each);
    for stream in &mut slow_heads {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nX-Slow: ").unwrap();
    }
    for stream in &mut slow_bodies {
        stream.write_all(SLOW_BODY.as_bytes()).unwrap();
    }
    let since = Instant::now();
    let p99 = health(&program.address, || {
        for stream in slow_heads.iter_mut().chain(&mut slow_bodies) {
            trickle(stream);
        }
        since.elapsed() < Duration::from_secs(8)
    });
    assert!(p99 < HEALTH_WITHIN, "health took {p99:?}");
    let left = || HEAD_WITHIN.saturating_sub(since.elapsed()).max(Duration::from_millis(1));
    for stream in silent.iter_mut().chain(&mut slow_heads) {
        let told = await_close(stream, left());
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 408"), "{told}");
    }
    let heads_took = since.elapsed();
    let bodies = if is_full() {
        while since.elapsed() < QUIET {
            assert!(slow_bodies.iter_mut().all(|stream| trickle(stream) && was_told_nothing(stream)), "let go early");
            std::thread::sleep(Duration::from_millis(100));
        }
        for stream in &mut slow_bodies {
            let told = await_close(stream, ANSWER_WITHIN.saturating_sub(since.elapsed()));
            assert!(told.starts_with("HTTP/1.1 408"), "{told}");
        }
        format!("; slow bodies after {} s", since.elapsed().as_secs())
    } else {
        String::new()
    };
    tell(
        "F13",
        &format!("{each} silent connections, {each} slow heads, {each} slow bodies"),
        &format!(
            "health p99 {} ms; silent and slow heads let go after {} s{bodies}",
            p99.as_millis(),
            heads_took.as_secs()
        ),
    );
}
