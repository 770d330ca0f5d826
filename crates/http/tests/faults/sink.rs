//! A mail server that does as each test wants, for each recipient.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Result, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What a recipient's mail meets.
#[derive(Clone, Copy)]
pub enum Reply {
    /// Taken, after so long.
    Accept(Duration),
    /// This line, at the recipient.
    Refuse(&'static str),
    /// Taken, but no answer to the whole message, ever.
    Silence,
}

type Replies = dyn Fn(&str) -> Reply + Send + Sync;

pub struct Letter {
    pub to: String,
    pub text: String,
}

impl Letter {
    pub fn header(&self, name: &str) -> &str {
        self.text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim()
    }
}

pub struct Sink {
    address: String,
    state: Arc<State>,
}

struct State {
    replies: Box<Replies>,
    letters: Mutex<Vec<Letter>>,
    under_way: AtomicUsize,
    is_down: AtomicBool,
}

impl Sink {
    pub fn start(replies: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State {
            replies: Box::new(replies),
            letters: Mutex::default(),
            under_way: AtomicUsize::new(0),
            is_down: AtomicBool::new(false),
        });
        let sink = Self { address, state };
        sink.serve(listener);
        sink
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Nobody listens any more. Conversations under way go on.
    pub fn go_down(&self) {
        self.state.is_down.store(true, Ordering::SeqCst);
        // Wakes whoever waits for a connection, and ends there.
        drop(TcpStream::connect(&self.address));
        while TcpStream::connect(&self.address).is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn come_up(&self) {
        self.state.is_down.store(false, Ordering::SeqCst);
        self.serve(TcpListener::bind(&self.address).unwrap());
    }

    fn serve(&self, listener: TcpListener) {
        let state = Arc::clone(&self.state);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if state.is_down.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&state);
                // How a conversation ends is the client's affair.
                thread::spawn(move || drop(state.converse(stream)));
            }
        });
    }

    /// Whom mails came to, and how many to each.
    pub fn mails(&self) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        for letter in &*self.state.letters.lock().unwrap() {
            *mails.entry(letter.to.clone()).or_default() += 1;
        }
        mails
    }

    /// Mails that were sent whole and are not acknowledged yet.
    pub fn under_way(&self) -> usize {
        self.state.under_way.load(Ordering::SeqCst)
    }

    pub fn with_letters<T>(&self, look: impl FnOnce(&[Letter]) -> T) -> T {
        look(&self.state.letters.lock().unwrap())
    }
}

impl State {
    fn take(&self, to: &str, text: String) {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        if let Reply::Accept(after) = (self.replies)(to) {
            thread::sleep(after);
        }
        self.letters.lock().unwrap().push(Letter { to: to.to_owned(), text });
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    fn converse(&self, stream: TcpStream) -> Result<()> {
        let mut answers = stream.try_clone()?;
        let mut say = move |line: &str| answers.write_all(format!("{line}\r\n").as_bytes());
        let mut lines = BufReader::new(stream).lines();
        let mut to = String::new();
        say("220 sink")?;
        while let Some(line) = lines.next() {
            let line = line?;
            match line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "RCPT" => {
                    line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    match (self.replies)(&to) {
                        Reply::Refuse(refusal) => say(refusal)?,
                        Reply::Accept(_) | Reply::Silence => say("250 OK")?,
                    }
                }
                "DATA" => {
                    say("354 Go on")?;
                    let mut text = String::new();
                    for line in lines.by_ref() {
                        let line = line?;
                        if line == "." {
                            break;
                        }
                        text.push_str(&line);
                        text.push('\n');
                    }
                    self.take(&to, text);
                    if let Reply::Accept(_) = (self.replies)(&to) {
                        say("250 Taken")?;
                    }
                }
                "QUIT" => return say("221 Bye"),
                _ => say("250 OK")?,
            }
        }
        Ok(())
    }
}
