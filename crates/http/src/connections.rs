//! Connections: how many at once, how long each may take over what, and how they end when the server stops.
//!
//! axum's own loop takes as many as come and waits for ever. Here whoever sends nothing, sends a request's head byte by byte, or
//! does not read the answer, gives the place back; and one connection too many is refused at once, so that those already there go on
//! as before. What a request's body and the work on it may take is a matter of the [router](crate::server::router).

mod patience;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{HttpService, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::patience::{Answering, Part, Patient};
use crate::metrics::{OpenConnection, count_refused_connection};

/// The most bytes kept for a connection in either direction. A head that is longer is refused.
const BUFFER: usize = 16 * 1024;
/// That connections are refused is logged no more often; the metrics count each.
const TOLD_EVERY: Duration = Duration::from_secs(1);
/// After the system had no more room for a connection.
const OUT_OF_ROOM_FOR: Duration = Duration::from_secs(1);
/// How long connections stay open after a stop was asked for, so that a request that is on its way gets its answer.
const LAST_REQUEST_WITHIN: Duration = Duration::from_millis(500);

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most at once.
    pub connections: usize,
    /// From a request's first byte, or from the beginning of the connection, until its head is complete.
    pub head: Duration,
    /// From an answer to the next request's first byte. Longer than proxies keep a connection they do not use, commonly a minute: else
    /// they would send a request into a connection that is just being closed.
    pub idle: Duration,
    /// How long a client may take no byte of an answer.
    pub stalled: Duration,
    /// How long a client may take over a piece of an answer, however little at a time. An answer that is whole is one piece.
    pub taking: Duration,
}

impl Limits {
    /// So many connections, with the times that are right outside of tests.
    pub const fn new(connections: usize) -> Self {
        let seconds = Duration::from_secs;
        Self { connections, head: seconds(10), idle: seconds(75), stalled: seconds(30), taking: seconds(120) }
    }
}

/// Serves until `stopping`; then takes no more connections, and ends when the requests under way are answered.
///
/// Who connected before could not know, and may be about to ask: they get their answer, too.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: CancellationToken) {
    let server = Server { places: Arc::new(Semaphore::new(limits.connections)), router, limits };
    let connections = GracefulShutdown::new();
    let mut told: Option<Instant> = None;
    while let Some((stream, peer)) = stopping.run_until_cancelled(accept(&listener)).await {
        if !server.take(stream, peer, &connections) {
            count_refused_connection();
            if told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
                told = Some(Instant::now());
                tracing::warn!(most = limits.connections, "connections too many are refused");
            }
        }
    }
    for (stream, peer) in waiting(listener) {
        server.take(stream, peer, &connections);
    }
    if server.places.available_permits() < limits.connections {
        sleep(LAST_REQUEST_WITHIN).await;
    }
    connections.shutdown().await;
}

struct Server {
    places: Arc<Semaphore>,
    router: Router,
    limits: Limits,
}

impl Server {
    /// Answers this client from now on, if there is a place.
    fn take(&self, stream: TcpStream, peer: SocketAddr, connections: &GracefulShutdown) -> bool {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return false };
        let connection = connections.watch(connection(stream, peer, self.router.clone(), self.limits));
        let open = OpenConnection::counted();
        tokio::spawn(async move {
            // How it ended is the client's affair.
            let _ = connection.await;
            drop((place, open));
        });
        true
    }
}

/// The connections that the system made already; it makes no more, and would reset these.
fn waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let accepted = std::iter::from_fn(|| listener.accept().ok());
    let usable = accepted.filter_map(|(stream, peer)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    });
    usable.collect()
}

/// The next connection. What goes wrong is either of one client, which has gone, or passes.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                tracing::error!(error.text = %error, "no connection could be taken");
                sleep(OUT_OF_ROOM_FOR).await;
            }
        }
    }
}

/// Whether the client gave up before its connection was taken.
fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers one request after the other.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
) -> http1::Connection<TokioIo<Patient>, impl HttpService<Incoming, ResBody = Part, Error = Infallible, Future: Send>> {
    // Answers are written whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let answering = Answering::default();
    let patient = Patient::new(stream, limits, answering.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let under_way = answering.begin();
        let mut request = request.map(|body| {
            if body.is_end_stream() { Body::empty() } else { Body::new(Part::new(Body::new(body), under_way.clone())) }
        });
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        async move { Ok(answer.await?.map(|body| Part::new(body, under_way))) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(patient), service)
}

#[cfg(test)]
mod tests {
    use std::{
        io::ErrorKind,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use axum::{
        middleware::map_request,
        routing::{MethodRouter, get},
    };
    use futures_util::{StreamExt as _, stream};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        task::JoinHandle,
        time::{Instant, timeout},
    };

    use super::*;
    use crate::unread_body::read_to_its_end;

    const SHORT: Duration = Duration::from_millis(300);
    const LONG: Duration = Duration::from_secs(20);
    const LIMITS: Limits = Limits { connections: 20, head: LONG, idle: LONG, stalled: LONG, taking: LONG };

    struct Server {
        address: SocketAddr,
        stopping: CancellationToken,
        ended: JoinHandle<()>,
    }

    async fn serving(path: &str, methods: MethodRouter, limits: Limits) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
        #[expect(clippy::disallowed_methods, reason = "a router of its own")]
        let router = Router::new().route(path, methods);
        let ended = tokio::spawn(serve(listener, router, limits, stopping.clone()));
        Server { address, stopping, ended }
    }

    async fn echoing(limits: Limits) -> Server {
        serving("/", get(|| async { "hello" }).post(|body: String| async { body }), limits).await
    }

    impl Server {
        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
        }
    }

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    async fn ask(stream: &mut TcpStream) -> String {
        stream.write_all(REQUEST).await.unwrap();
        let mut answer = String::new();
        while !answer.ends_with("hello") {
            let mut bytes = [0; 1024];
            let count = timeout(LONG, stream.read(&mut bytes)).await.unwrap().unwrap();
            assert_ne!(count, 0, "closed after {answer:?}");
            answer.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        answer
    }

    /// How long until the server closes.
    async fn closed(stream: &mut TcpStream) -> Duration {
        let since = Instant::now();
        let mut rest = Vec::new();
        match timeout(LONG, stream.read_to_end(&mut rest)).await.expect("it closes") {
            Ok(_) => assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest)),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        since.elapsed()
    }

    #[tokio::test]
    async fn requests_follow_each_other_on_a_connection() {
        let server = echoing(LIMITS).await;
        let mut stream = server.connect().await;
        for _ in 0..3 {
            assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
        }
    }

    #[tokio::test]
    async fn who_sends_nothing_is_let_go() {
        let server = echoing(Limits { head: SHORT, ..LIMITS }).await;
        assert!(closed(&mut server.connect().await).await >= SHORT);
    }

    #[tokio::test]
    async fn who_sends_a_head_byte_by_byte_is_let_go() {
        let server = echoing(Limits { head: SHORT, ..LIMITS }).await;
        let mut stream = server.connect().await;
        ask(&mut stream).await;
        // Between requests there is time.
        sleep(SHORT * 2).await;
        let since = Instant::now();
        let mut sent = 0;
        while stream.write_all(&[REQUEST[sent % 20]]).await.is_ok() {
            sleep(SHORT / 20).await;
            sent += 1;
            assert!(since.elapsed() < LONG, "it goes on for ever");
        }
        assert!(since.elapsed() >= SHORT);
    }

    #[tokio::test]
    async fn who_does_not_come_back_is_let_go() {
        let server = echoing(Limits { idle: SHORT, ..LIMITS }).await;
        let mut stream = server.connect().await;
        ask(&mut stream).await;
        assert!(closed(&mut stream).await < LONG);
    }

    #[tokio::test]
    async fn a_body_may_take_longer_than_a_head() {
        let server = echoing(Limits { head: SHORT, ..LIMITS }).await;
        let mut stream = server.connect().await;
        stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n").await.unwrap();
        for byte in b"hello" {
            sleep(SHORT / 2).await;
            stream.write_all(&[*byte]).await.unwrap();
        }
        assert!(ask(&mut stream).await.contains("\r\n\r\nhello"));
    }

    #[tokio::test]
    async fn a_body_that_comes_after_the_answer_begins_no_head() {
        let both = get(|| async { "hello" })
            .post(|| async { "hello" })
            .layer(map_request(|request| async { read_to_its_end(request, LONG).0 }));
        let server = serving("/", both, Limits { head: SHORT, ..LIMITS }).await;
        let mut stream = server.connect().await;
        stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n").await.unwrap();
        sleep(SHORT / 3).await;
        stream.write_all(b"again").await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        sleep(SHORT * 2).await;
        ask(&mut stream).await;
    }

    #[tokio::test]
    async fn who_reads_no_answer_is_let_go() {
        let large = get(|| async { vec![b'x'; 32 << 20] });
        let server = serving("/", large, Limits { stalled: SHORT, connections: 1, ..LIMITS }).await;
        let mut stream = server.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        sleep(SHORT * 4).await;
        let mut another = server.connect().await;
        another.write_all(REQUEST).await.unwrap();
        assert_ne!(another.read(&mut [0; 64]).await.unwrap(), 0, "there is a place again");
    }

    #[tokio::test]
    async fn who_reads_an_answer_byte_by_byte_is_let_go() {
        let large = get(|| async { vec![b'x'; 32 << 20] });
        let server = serving("/", large, Limits { taking: SHORT, ..LIMITS }).await;
        let mut stream = server.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        let (since, mut some) = (Instant::now(), vec![0; 64 << 10]);
        while stream.read(&mut some).await.is_ok_and(|count| count > 0) {
            sleep(SHORT / 20).await;
            assert!(since.elapsed() < LONG / 4, "it goes on for ever");
        }
        assert!(since.elapsed() >= SHORT);
    }

    /// Each of which is more than the system keeps for a connection.
    #[tokio::test]
    async fn who_reads_piece_after_piece_may_take_longer_over_all_of_them() {
        const PIECE: usize = 16 << 20;
        let taking = Duration::from_secs(1);
        let pieces = || stream::iter([(); 3]).map(|()| Ok::<_, Infallible>(vec![b'x'; PIECE]));
        let streamed = get(move || async move { Body::from_stream(pieces()) });
        let server = serving("/", streamed, Limits { taking, ..LIMITS }).await;
        let mut stream = server.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        let mut piece = vec![0; PIECE];
        for _ in 0..3 {
            sleep(taking * 3 / 5).await;
            stream.read_exact(&mut piece).await.expect("it goes on");
        }
    }

    #[tokio::test]
    async fn one_too_many_is_refused_at_once_and_the_next_finds_the_place_that_was_left() {
        let server = echoing(Limits { connections: 2, ..LIMITS }).await;
        let (mut first, mut second) = (server.connect().await, server.connect().await);
        ask(&mut first).await;
        ask(&mut second).await;
        assert!(closed(&mut server.connect().await).await < SHORT);
        ask(&mut first).await;
        drop(second);
        sleep(SHORT).await;
        ask(&mut server.connect().await).await;
    }

    #[tokio::test]
    async fn a_head_that_is_too_long_is_refused() {
        let server = echoing(LIMITS).await;
        let mut stream = server.connect().await;
        let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n", "x".repeat(2 * BUFFER));
        let _ = stream.write_all(long.as_bytes()).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 431");
    }

    /// They connected in time, and their requests are on their way: one was seen by the server, the others only by the system.
    #[tokio::test]
    async fn who_connected_before_a_stop_is_answered() {
        let server = echoing(LIMITS).await;
        let mut seen = server.connect().await;
        sleep(SHORT).await;
        // The server's task runs only when this one waits.
        let unseen = [(); 3].map(|()| std::net::TcpStream::connect(server.address).unwrap());
        server.stopping.cancel();
        let mut unseen = unseen.map(|stream| {
            stream.set_nonblocking(true).unwrap();
            TcpStream::from_std(stream).unwrap()
        });
        sleep(LAST_REQUEST_WITHIN / 5).await;
        assert!(TcpStream::connect(server.address).await.is_err());
        for stream in unseen.iter_mut().chain([&mut seen]) {
            assert!(ask(stream).await.starts_with("HTTP/1.1 200 OK"));
        }
        timeout(LONG, server.ended).await.expect("it ends").unwrap();
    }

    #[tokio::test]
    async fn a_stop_waits_for_answers_but_not_for_the_next_request() {
        static BEGUN: AtomicUsize = AtomicUsize::new(0);
        let slow = get(|| async {
            BEGUN.fetch_add(1, Ordering::SeqCst);
            sleep(SHORT).await;
            "hello"
        });
        let server = serving("/", slow, LIMITS).await;
        let (mut waiting, mut idle) = (server.connect().await, server.connect().await);
        ask(&mut idle).await;
        let asked = tokio::spawn(async move { ask(&mut waiting).await });
        while BEGUN.load(Ordering::SeqCst) < 2 {
            sleep(Duration::from_millis(5)).await;
        }
        server.stopping.cancel();
        assert!(asked.await.unwrap().starts_with("HTTP/1.1 200 OK"));
        assert!(closed(&mut idle).await < LONG);
        timeout(LONG, server.ended).await.expect("it ends").unwrap();
        assert!(TcpStream::connect(server.address).await.is_err());
    }
}
