//! A way to PostgreSQL that knows where a statement ends, and breaks at the one it is told to.

use std::{
    collections::HashMap,
    io::{BufReader, Read, Result, Write as _},
    mem,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::time::Instant;

use crate::amount::wait;

/// Workers that were woken are done when nobody has asked for anything for so long.
const QUIET: Duration = Duration::from_millis(50);
const QUIET_WITHIN: Duration = Duration::from_secs(30);

/// What happens to a statement, and its connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It does not arrive.
    Before,
    /// It arrives and is done, and its answer does not come back.
    After,
    /// It does not arrive, and nothing else does from there on, over whatever connection.
    From,
}

pub struct Way {
    pub address: String,
    traffic: Arc<Mutex<Traffic>>,
}

/// A statement to be done. To prepare one is none: a connection that has prepared it already does not do so again.
pub struct Asked {
    pub sql: String,
    pub is_broken: bool,
}

struct Traffic {
    breaks: Option<(Break, usize)>,
    /// Since it was told to break.
    asked: Vec<Asked>,
    last: Instant,
}

impl Way {
    pub fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let traffic = Traffic { breaks: None, asked: Vec::new(), last: Instant::now() };
        let traffic = Arc::new(Mutex::new(traffic));
        let (server, accepting) = (server.to_owned(), Arc::clone(&traffic));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&server).unwrap();
                let traffic = Arc::clone(&accepting);
                thread::spawn(move || join(&client, &server, &traffic));
            }
        });
        Self { address, traffic }
    }

    /// Breaks the n-th statement from here on, the first being 1.
    pub fn break_at(&self, how: Break, number: usize) {
        let mut traffic = self.traffic.lock().unwrap();
        (traffic.breaks, traffic.asked) = (Some((how, number)), Vec::new());
    }

    /// Breaks nothing any more. What was asked for since it was told to.
    pub fn mend(&self) -> Vec<Asked> {
        let mut traffic = self.traffic.lock().unwrap();
        traffic.breaks = None;
        mem::take(&mut traffic.asked)
    }

    pub fn await_quiet(&self) {
        wait("nobody asks for anything", QUIET_WITHIN, || self.traffic.lock().unwrap().last.elapsed() > QUIET);
    }
}

impl Traffic {
    /// What happens to the next of what is asked for, if anything. It has no text where it prepares something, or asks for nothing.
    fn strike(&mut self, sql: Option<String>) -> Option<Break> {
        self.last = Instant::now();
        let (how, number) = self.breaks?;
        let this = self.asked.len() + usize::from(sql.is_some());
        let is_broken = this == number && sql.is_some() || this >= number && how == Break::From;
        self.asked.extend(sql.map(|sql| Asked { sql, is_broken }));
        is_broken.then_some(how)
    }
}

/// Passes on what comes, both ways, until one side ends or it breaks.
fn join(client: &TcpStream, server: &TcpStream, traffic: &Mutex<Traffic>) {
    for stream in [client, server] {
        stream.set_nodelay(true).unwrap();
    }
    // Which statement of this connection, the first being 1, goes unanswered.
    let unanswered = AtomicUsize::new(usize::MAX);
    let end = || {
        // The other direction may have ended already.
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = pass_statements(client, server, traffic, &unanswered);
            end();
        });
        let _ = pass_answers(server, client, &unanswered);
        end();
    });
}

fn pass_statements(
    client: &TcpStream,
    mut server: &TcpStream,
    traffic: &Mutex<Traffic>,
    unanswered: &AtomicUsize,
) -> Result<()> {
    let mut client = BufReader::new(client);
    let mut bytes = Vec::new();
    // How it introduces itself; this one message has no kind.
    read_body(&mut client, &mut bytes)?;
    server.write_all(&bytes)?;
    let mut prepared = HashMap::new();
    for number in 1.. {
        bytes.clear();
        // What belongs together ends with Sync, or is a Query; Terminate is no more than an end.
        while !matches!(read_message(&mut client, &mut bytes)?, b'S' | b'Q' | b'X') {}
        let sql = sql_of(&bytes, &mut prepared);
        match traffic.lock().unwrap().strike(sql) {
            Some(Break::Before | Break::From) => break,
            Some(Break::After) => unanswered.store(number, Ordering::SeqCst),
            None => {}
        }
        server.write_all(&bytes)?;
    }
    Ok(())
}

fn pass_answers(server: &TcpStream, mut client: &TcpStream, unanswered: &AtomicUsize) -> Result<()> {
    let mut server = BufReader::new(server);
    let mut bytes = Vec::new();
    // The first time that it is ready is before any statement.
    let mut ready = 0;
    loop {
        bytes.clear();
        let kind = read_message(&mut server, &mut bytes)?;
        if ready == unanswered.load(Ordering::SeqCst) {
            return Ok(());
        }
        client.write_all(&bytes)?;
        ready += usize::from(kind == b'Z');
    }
}

/// Which statement is done, if any is. What is prepared is known by a name from there on.
fn sql_of(bytes: &[u8], prepared: &mut HashMap<String, String>) -> Option<String> {
    let mut texts = bytes[5..].split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
    let (first, second) = (texts.next()?, texts.next());
    match bytes[0] {
        b'Q' => Some(first),
        // The first is a name for what comes of it.
        b'B' => prepared.get(&second?).cloned(),
        b'P' => {
            prepared.insert(first, second?);
            None
        }
        _ => None,
    }
}

/// Appends one message; its kind.
fn read_message(from: &mut impl Read, bytes: &mut Vec<u8>) -> Result<u8> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    bytes.extend(kind);
    read_body(from, bytes)?;
    Ok(kind[0])
}

/// Appends a length, which counts itself, and as many bytes.
fn read_body(from: &mut impl Read, bytes: &mut Vec<u8>) -> Result<()> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    bytes.extend(length);
    let start = bytes.len();
    bytes.resize(start + u32::from_be_bytes(length) as usize - length.len(), 0);
    from.read_exact(&mut bytes[start..])
}
