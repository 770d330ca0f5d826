//! Bodies that come late, and what no handler read of them.
//!
//! A request may be answered before its body was read: too large, not signed in, another site. If the connection were
//! closed on the unread rest, the client's system would throw the answer away. So the rest is read, within bounds.

use std::{
    future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    extract::Request,
    http::header,
};
use futures_util::{Stream, StreamExt};
use tokio::{
    runtime::Handle,
    sync::oneshot,
    time::{Sleep, sleep, timeout},
};

const MOST_BYTES: usize = 32 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(5);

/// The request with a body whose rest is read when it is dropped, and a future that ends when somebody had to wait for the body, and it
/// did not end `within` so long; and never otherwise.
pub fn read_to_its_end(request: Request, within: Duration) -> (Request, impl Future<Output = ()>) {
    let (is_late, late) = oneshot::channel();
    // Who expects to be asked for the body has not sent it yet.
    let is_sent = !request.headers().contains_key(header::EXPECT);
    let request = request.map(|body| {
        if body.is_end_stream() {
            return body;
        }
        let body = Some(body.into_data_stream());
        Body::from_stream(Watched { body, is_sent, within, deadline: None, is_late: Some(is_late) })
    });
    // A body that is gone was not late.
    (request, async {
        if late.await.is_err() {
            future::pending::<()>().await;
        }
    })
}

struct Watched {
    /// `None` once it is at its end.
    body: Option<BodyDataStream>,
    is_sent: bool,
    within: Duration,
    /// Since somebody waits.
    deadline: Option<Pin<Box<Sleep>>>,
    is_late: Option<oneshot::Sender<()>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = body.poll_next_unpin(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        if polled.is_pending() {
            let within = self.within;
            let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(within)));
            if deadline.as_mut().poll(cx).is_ready()
                && let Some(is_late) = self.is_late.take()
            {
                // Whoever does not listen any more knows.
                let _ = is_late.send(());
            }
        }
        polled
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let (true, Some(body), Ok(runtime)) = (self.is_sent, self.body.take(), Handle::try_current()) {
            runtime.spawn(timeout(LONGEST, discard(body)));
        }
    }
}

async fn discard(mut body: BodyDataStream) {
    let mut read = 0_usize;
    while let Some(Ok(bytes)) = body.next().await {
        read = read.saturating_add(bytes.len());
        if read > MOST_BYTES {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    const WITHIN: Duration = Duration::from_millis(50);

    fn asking(body: Body) -> (Request, impl Future<Output = ()>) {
        read_to_its_end(Request::new(body), WITHIN)
    }

    fn endless() -> Body {
        Body::from_stream(futures_util::stream::pending::<Result<Bytes, axum::Error>>())
    }

    async fn is_late(late: impl Future<Output = ()>) -> bool {
        timeout(WITHIN * 4, late).await.is_ok()
    }

    #[tokio::test]
    async fn a_body_that_is_waited_for_and_does_not_end_is_late() {
        let expecting = Request::builder().header(header::EXPECT, "100-continue").body(endless()).unwrap();
        for request in [expecting, Request::new(endless())] {
            let (request, late) = read_to_its_end(request, WITHIN);
            let reading = tokio::spawn(to_bytes(request.into_body(), 10));
            assert!(is_late(late).await);
            reading.abort();
        }
    }

    #[tokio::test]
    async fn a_body_that_was_read_or_let_go_or_is_none_or_not_waited_for_is_never_late() {
        let (read, late) = asking(Body::from("some"));
        assert_eq!(to_bytes(read.into_body(), 10).await.unwrap(), "some");
        assert!(!is_late(late).await);
        let (let_go, late) = asking(endless());
        drop(let_go);
        assert!(!is_late(late).await);
        let (_none, late) = asking(Body::empty());
        assert!(!is_late(late).await);
        let (_not_waited_for, late) = asking(endless());
        assert!(!is_late(late).await);
    }
}
