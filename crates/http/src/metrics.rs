//! What is counted and measured, for Prometheus: requests, connections, pools, and the work that waits.
//!
//! Labels are routes, methods, statuses and names of pools, never what somebody sent: there are not many of them, and nobody's name is
//! among them. Still the numbers say how much business there is, so that not everybody reads them.

mod hashing;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sha2::{Digest, Sha256};
use tenantry_app::{App, ports::Backlog};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

pub use self::hashing::MeasuredHasher;
use crate::{problem::Problem, request::HttpState};

const REQUESTS: &str = "tenantry_http_requests_total";
const REQUEST_SECONDS: &str = "tenantry_http_request_duration_seconds";
const CONNECTIONS: &str = "tenantry_http_connections";
const REFUSED_CONNECTIONS: &str = "tenantry_http_connections_refused_total";
const POOL_CONNECTIONS: &str = "tenantry_database_connections";
const POOL_IDLE: &str = "tenantry_database_connections_idle";
const MAILS: &str = "tenantry_mails_waiting";
const OLDEST_MAIL: &str = "tenantry_mails_oldest_age_seconds";
const JOBS: &str = "tenantry_provisioning_jobs_waiting";
const UNSEALED: &str = "tenantry_audit_entries_unsealed";
const JOBS_OVERDUE: &str = "tenantry_provisioning_jobs_overdue_seconds";

/// Upper ends of the buckets of durations.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];
const OBSERVED_EVERY: Duration = Duration::from_secs(10);
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The numbers of this process, and who may read them: whoever has the token, and without one nobody. That a request comes from this
/// machine says nothing: a proxy may have sent it.
#[derive(Clone, Default)]
pub struct Metrics {
    token: Option<Arc<str>>,
}

impl Metrics {
    /// Read by whoever brings this token.
    pub fn guarded_by(token: Option<&str>) -> Self {
        Self { token: token.map(Arc::from) }
    }

    fn may_read(&self, headers: &HeaderMap) -> bool {
        let given = bearer(headers);
        self.token.as_deref().zip(given).is_some_and(|(token, given)| is_same(given, token))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// By their hashes, so that how long it takes says nothing.
fn is_same(one: &str, other: &str) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}

/// One for the process: whatever counts finds it without being given it.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    #[expect(clippy::expect_used, reason = "neither depends on anything that happens")]
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS).expect("there are buckets");
        let handle = builder.install_recorder().expect("nobody else installs one");
        describe();
        handle
    })
}

fn describe() {
    describe_counter!(REQUESTS, "Requests answered.");
    describe_histogram!(REQUEST_SECONDS, "From the head of a request to the head of its answer.");
    describe_gauge!(CONNECTIONS, "Connections open now.");
    describe_counter!(REFUSED_CONNECTIONS, "Connections refused because there were too many.");
    describe_gauge!(hashing::UNDER_WAY, "Passwords being hashed or waiting for it.");
    describe_histogram!(hashing::SECONDS, "How long hashing a password takes, waiting included.");
    describe_counter!(hashing::REFUSED, "Passwords that were not hashed because too many were.");
    describe_gauge!(POOL_CONNECTIONS, "Connections to the database.");
    describe_gauge!(POOL_IDLE, "Connections to the database that nobody uses.");
    describe_gauge!(MAILS, "Mails to be sent, by any node.");
    describe_gauge!(OLDEST_MAIL, "How long the oldest of them has waited.");
    describe_gauge!(JOBS, "Users to be provisioned, by any node.");
    describe_gauge!(UNSEALED, "Audit entries that are in no seal yet, of any node.");
    describe_gauge!(JOBS_OVERDUE, "For how long the first of them has been due.");
}

/// `GET /metrics`.
pub async fn show(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    if state.metrics.may_read(&headers) {
        return ([(header::CONTENT_TYPE, TEXT)], recorder().render()).into_response();
    }
    let detail = "Metrics are read with the token that is set as metrics-token.";
    Problem::new(StatusCode::FORBIDDEN, "metrics-token", detail).into_response()
}

/// Counts a request and measures how long it takes.
pub async fn measure(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    recorder();
    let route = matched.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let (method, since) = (known(request.method()), Instant::now());
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    histogram!(REQUEST_SECONDS, "method" => method, "route" => route.clone()).record(since.elapsed().as_secs_f64());
    counter!(REQUESTS, "method" => method, "route" => route, "status" => status).increment(1);
    response
}

/// A client may make methods up.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// Counts a connection for as long as it is kept.
pub struct OpenConnection(());

impl OpenConnection {
    pub fn counted() -> Self {
        gauge!(CONNECTIONS).increment(1);
        Self(())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        gauge!(CONNECTIONS).decrement(1);
    }
}

pub fn count_refused_connection() {
    counter!(REFUSED_CONNECTIONS).increment(1);
}

/// Connections to the database.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// What they are for.
    pub name: &'static str,
    /// Open ones.
    pub size: usize,
    /// Those nobody uses.
    pub idle: usize,
}

/// Looks every few seconds at what nobody reports by itself, until `stopping`.
pub async fn observe(app: Arc<App>, pools: impl Fn() -> Vec<Pool>, stopping: CancellationToken) {
    recorder();
    while stopping.run_until_cancelled(observe_once(&app, pools())).await.is_some() {
        if stopping.run_until_cancelled(sleep(OBSERVED_EVERY)).await.is_none() {
            break;
        }
    }
}

async fn observe_once(app: &App, pools: Vec<Pool>) {
    // What was measured is kept one by one until somebody reads the metrics or this puts it together.
    recorder().run_upkeep();
    for pool in pools {
        gauge!(POOL_CONNECTIONS, "pool" => pool.name).set(count(pool.size));
        gauge!(POOL_IDLE, "pool" => pool.name).set(count(pool.idle));
    }
    match app.directory().backlog().await {
        Ok(backlog) => set_backlog(&backlog, app.now()),
        Err(error) => tracing::warn!(error.text = %error, "what waits could not be counted"),
    }
}

/// Exact up to four billion.
fn count(things: impl TryInto<u32>) -> f64 {
    things.try_into().unwrap_or(u32::MAX).into()
}

fn set_backlog(backlog: &Backlog, now: Timestamp) {
    let age = |since: Option<Timestamp>| since.map_or(0.0, |since| now.duration_since(since).as_secs_f64().max(0.0));
    for (name, waiting) in [(MAILS, backlog.mails), (JOBS, backlog.jobs), (UNSEALED, backlog.unsealed_entries)] {
        gauge!(name).set(count(waiting));
    }
    gauge!(OLDEST_MAIL).set(age(backlog.oldest_mail));
    gauge!(JOBS_OVERDUE).set(age(backlog.first_job_due));
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn whoever_brings_the_token_reads() {
        let (metrics, nobodys) = (Metrics::guarded_by(Some("canyon")), Metrics::default());
        for (value, is_right) in [("Bearer canyon", true), ("Bearer canyons", false), ("canyon", false), ("", false)] {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]);
            assert_eq!(metrics.may_read(&headers), is_right, "{value}");
            assert!(!nobodys.may_read(&headers), "{value}");
        }
        assert!(!metrics.may_read(&HeaderMap::new()) && !nobodys.may_read(&HeaderMap::new()));
    }

    #[test]
    fn methods_that_are_made_up_are_one() {
        assert_eq!(known(&Method::PATCH), "PATCH");
        assert_eq!(known(&Method::from_bytes(b"BREW").unwrap()), "other");
    }
}
