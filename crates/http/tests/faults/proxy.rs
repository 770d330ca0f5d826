//! A proxy for TCP: a small balancer, and a place where connections break.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

type Sees = dyn Fn(&[u8]) -> bool + Send + Sync;

/// Hands each new connection to the next target that takes it.
pub struct Proxy {
    pub address: String,
    state: Arc<State>,
}

struct State {
    targets: Mutex<Vec<String>>,
    next: AtomicUsize,
    /// Whether what a client sends gets no answer any more: it goes on to the server, whose answer is lost with the connection.
    cuts: Box<Sees>,
}

impl Proxy {
    pub fn to(targets: Vec<String>) -> Self {
        Self::cutting(targets, |_| false)
    }

    pub fn cutting(targets: Vec<String>, cuts: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State { targets: Mutex::new(targets), next: AtomicUsize::new(0), cuts: Box::new(cuts) });
        let accepting = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&accepting);
                thread::spawn(move || {
                    if let Some(server) = state.connect() {
                        state.join(&client, &server);
                    }
                });
            }
        });
        Self { address, state }
    }

    pub fn replace(&self, number: usize, target: &str) {
        target.clone_into(&mut self.state.targets.lock().unwrap()[number]);
    }
}

impl State {
    fn connect(&self) -> Option<TcpStream> {
        let targets = self.targets.lock().unwrap().clone();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        (0..targets.len()).find_map(|number| TcpStream::connect(&targets[(first + number) % targets.len()]).ok())
    }

    /// Passes on what comes, both ways, until both sides are done.
    fn join(&self, client: &TcpStream, server: &TcpStream) {
        let is_cut = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                pass(client, server, |bytes| {
                    if (self.cuts)(bytes) {
                        is_cut.store(true, Ordering::SeqCst);
                    }
                    true
                });
            });
            pass(server, client, |_| !is_cut.load(Ordering::SeqCst));
            // Whatever the client would still say, nobody hears it.
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
        });
    }
}

/// Until one side ends, or `goes_on` says no to what came, which then goes nowhere.
fn pass(mut from: &TcpStream, mut to: &TcpStream, goes_on: impl Fn(&[u8]) -> bool) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).unwrap_or(0);
        if count == 0 || !goes_on(&bytes[..count]) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
