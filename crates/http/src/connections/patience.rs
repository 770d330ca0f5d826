//! A connection's bytes, and how long to wait for them.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::Limits;

/// Whether a request is under way: from when its head is complete until its body was read and its answer is complete. Whatever
/// arrives meanwhile belongs to its body, and what arrives otherwise to a head.
#[derive(Debug, Clone, Default)]
pub(super) struct Answering(Arc<AtomicBool>);

/// A request, which is over when the last of these is dropped.
#[derive(Debug, Clone)]
pub(super) struct UnderWay(#[expect(dead_code, reason = "it is there to be dropped")] Arc<End>);

#[derive(Debug)]
struct End(Answering);

impl Answering {
    pub(super) fn begin(&self) -> UnderWay {
        self.0.store(true, Ordering::Relaxed);
        UnderWay(Arc::new(End(self.clone())))
    }

    fn is_under_way(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

/// The body of a request or of an answer, until which the request is not over.
#[derive(Debug)]
pub(super) struct Part {
    body: Body,
    _under_way: UnderWay,
}

impl Part {
    pub(super) const fn new(body: Body, under_way: UnderWay) -> Self {
        Self { body, _under_way: under_way }
    }
}

impl HttpBody for Part {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

/// A stream that fails once its peer takes too long over a head, or over taking an answer.
#[derive(Debug)]
pub(super) struct Patient {
    stream: TcpStream,
    limits: Limits,
    answering: Answering,
    head: Option<Pin<Box<Sleep>>>,
    /// Since the client took nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Since there was more than it took.
    taking: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    /// The time of the first head begins now.
    pub(super) fn new(stream: TcpStream, limits: Limits, answering: Answering) -> Self {
        Self { stream, head: Some(after(limits.head)), stalled: None, taking: None, limits, answering }
    }

    fn wrote<T>(&mut self, written: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let Limits { stalled, taking, .. } = self.limits;
        match expired(self.stalled.get_or_insert_with(|| after(stalled)), cx) {
            Poll::Pending => expired(self.taking.get_or_insert_with(|| after(taking)), cx),
            stalled @ Poll::Ready(_) => stalled,
        }
    }
}

fn after(limit: Duration) -> Pin<Box<Sleep>> {
    Box::pin(sleep(limit))
}

fn expired<T>(deadline: &mut Pin<Box<Sleep>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
    ready!(deadline.as_mut().poll(cx));
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (before, under_way) = (buffer.filled().len(), self.answering.is_under_way());
        if under_way {
            self.head = None;
        }
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_pending() {
            return self.head.as_mut().map_or(Poll::Pending, |deadline| expired(deadline, cx));
        }
        if buffer.filled().len() > before && !under_way && self.head.is_none() {
            self.head = Some(after(self.limits.head));
        }
        read
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.wrote(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Asked for once everything was written.
        self.taking = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
