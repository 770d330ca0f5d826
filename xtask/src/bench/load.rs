//! As many requests as a server answers.

use crate::connection::{Answer, Connection};
use crate::failure::Failure;
use crate::process::now;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// What is asked: the lines of a request's head without host and length, and its body.
#[derive(Debug, Clone)]
pub struct Request {
    pub head: String,
    pub body: String,
}

impl Request {
    pub fn get(path: &str, more: &str) -> Self {
        Self { head: format!("GET {path} HTTP/1.1{more}"), body: String::new() }
    }

    pub fn post(path: &str, more: &str, body: String) -> Self {
        Self { head: format!("POST {path} HTTP/1.1{more}"), body }
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub per_second: f64,
    /// Milliseconds.
    pub median: f64,
    /// Milliseconds.
    pub p99: f64,
}

/// Asks over so many connections for so long, on each one request after the other; the number of a request says which it is. The
/// first quarter of the time is not measured.
pub fn load(
    address: &str,
    connections: usize,
    lasting: Duration,
    request: &(dyn Fn(u64) -> Request + Sync),
) -> Result<Figures, Failure> {
    let next = AtomicU64::new(0);
    let (warm, measured) = (lasting / 4, lasting * 3 / 4);
    let since = now();
    let times = thread::scope(|scope| {
        let ask = || {
            let mut connection = Connection::open(address)?;
            let mut times = Vec::new();
            while since.elapsed() < lasting {
                let request = request(next.fetch_add(1, Ordering::Relaxed));
                let asked = now();
                check(&request, &connection.ask(&request.head, &request.body)?)?;
                if since.elapsed() > warm {
                    times.push(asked.elapsed());
                }
            }
            Ok(times)
        };
        let asking: Vec<_> = (0..connections).map(|_| scope.spawn(ask)).collect();
        let asked =
            asking.into_iter().map(|asking| asking.join().unwrap_or_else(|_| Err(Failure::new("a client died"))));
        asked.collect::<Result<Vec<Vec<Duration>>, Failure>>()
    })?;
    let mut times: Vec<Duration> = times.into_iter().flatten().collect();
    times.sort();
    let at = |hundredth: usize| {
        times.get(times.len() * hundredth / 100).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "nobody asks that often")]
    let per_second = times.len() as f64 / measured.as_secs_f64();
    Ok(Figures { per_second, median: at(50), p99: at(99) })
}

fn check(request: &Request, answer: &Answer) -> Result<(), Failure> {
    if answer.status < 400 {
        return Ok(());
    }
    let asked = request.head.lines().next().unwrap_or_default();
    Err(Failure::new(format!("{asked} answered {}: {}", answer.status, answer.body)))
}

/// Asks once.
pub fn ask(address: &str, request: &Request) -> Result<String, Failure> {
    let answer = Connection::open(address)?.ask(&request.head, &request.body)?;
    check(request, &answer)?;
    Ok(answer.body)
}
