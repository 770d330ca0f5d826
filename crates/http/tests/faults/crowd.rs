//! Many connections at once, and how those fare who ask for something meanwhile.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::Instant;

use crate::client::call;

/// Each connection is an open file here, too.
pub fn connect(address: &str, count: u32) -> Vec<TcpStream> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    (0..count).map(|_| TcpStream::connect(address).expect("a connection")).collect()
}

/// Waits until the server closes, and returns what it said before.
pub fn await_close(stream: &mut TcpStream, bound: Duration) -> String {
    stream.set_read_timeout(Some(bound)).unwrap();
    let mut told = Vec::new();
    // A reset is an end as well.
    if let Err(error) = stream.read_to_end(&mut told) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "not closed in {bound:?}");
    }
    String::from_utf8_lossy(&told).into_owned()
}

/// One byte; whether the other side still takes any.
pub fn trickle(stream: &mut TcpStream) -> bool {
    stream.write_all(b"x").is_ok()
}

/// Whether the other side keeps the connection open and has said nothing yet.
pub fn was_told_nothing(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let peeked = stream.peek(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    peeked.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

/// How long `/healthz` takes, asked once after the other for as long as `goes_on` says so; the 99th of a hundred.
pub fn health(address: &str, mut goes_on: impl FnMut() -> bool) -> Duration {
    let mut times = Vec::new();
    while goes_on() || times.len() < 20 {
        let since = Instant::now();
        assert_eq!(call(address, "GET /healthz", "", None).expect("an answer about health").status, 200);
        times.push(since.elapsed());
        std::thread::sleep(Duration::from_millis(10));
    }
    times.sort();
    times[times.len() * 99 / 100]
}
