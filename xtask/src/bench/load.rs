//! As many requests as a server answers.

use crate::connection::{Answer, Connection};
use crate::failure::Failure;
use crate::process::now;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

const REFUSED: u16 = 503;

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
    /// Answers, without refusals.
    pub per_second: f64,
    /// Milliseconds.
    pub median: f64,
    /// Milliseconds.
    pub p99: f64,
    /// The part of all requests that was refused with 503, because too much was asked at once; from 0 to 1.
    pub refused: f64,
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
    let answers = thread::scope(|scope| {
        let ask = || {
            let mut connection = Connection::open(address)?;
            let mut answers = Vec::new();
            while since.elapsed() < lasting {
                let request = request(next.fetch_add(1, Ordering::Relaxed));
                let asked = now();
                let answer = connection.ask(&request.head, &request.body)?;
                let is_refused = answer.status == REFUSED;
                if !is_refused {
                    check(&request, &answer)?;
                }
                if since.elapsed() > warm {
                    answers.push((!is_refused).then(|| asked.elapsed()));
                }
            }
            Ok(answers)
        };
        let asking: Vec<_> = (0..connections).map(|_| scope.spawn(ask)).collect();
        let asked =
            asking.into_iter().map(|asking| asking.join().unwrap_or_else(|_| Err(Failure::new("a client died"))));
        asked.collect::<Result<Vec<Vec<Option<Duration>>>, Failure>>()
    })?;
    let answers: Vec<Option<Duration>> = answers.into_iter().flatten().collect();
    let mut times: Vec<Duration> = answers.iter().copied().flatten().collect();
    times.sort();
    let at = |hundredth: usize| {
        times.get(times.len() * hundredth / 100).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "nobody asks that often")]
    let (answered, all) = (times.len() as f64, answers.len().max(1) as f64);
    let per_second = answered / measured.as_secs_f64();
    Ok(Figures { per_second, median: at(50), p99: at(99), refused: 1.0 - answered / all })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    /// Answers one connection, every second request with this status.
    fn server(status: u16) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut stream = stream;
            for number in 0.. {
                if !lines.by_ref().map_while(Result::ok).any(|line| line.is_empty()) {
                    return;
                }
                let status = if number % 2 == 0 { 200 } else { status };
                // At once: a part would wait until the one before is acknowledged.
                let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        address
    }

    fn load_for_a_moment(address: &str) -> Result<Figures, Failure> {
        load(address, 1, Duration::from_millis(200), &|_| Request::get("/", ""))
    }

    #[test]
    fn refusals_are_counted_and_not_timed() {
        let figures = load_for_a_moment(&server(503)).unwrap();
        assert!((0.4..0.6).contains(&figures.refused), "{figures:?}");
        assert!(figures.per_second > 10.0 && figures.median > 0.0, "{figures:?}");
        assert!(load_for_a_moment(&server(200)).unwrap().refused.abs() < f64::EPSILON);
    }

    #[test]
    fn any_other_error_ends_it() {
        let failure = load_for_a_moment(&server(422)).unwrap_err().to_string();
        assert!(failure.contains("422"), "{failure}");
    }
}
