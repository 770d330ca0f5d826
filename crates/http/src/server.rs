//! The router with everything around it: request ids, logs, limits, headers, cross-site protection.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
};
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    csrf::{CsrfLayer, ProtectionError},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnFailure, DefaultOnResponse, TraceLayer},
};
use tracing::Level;

use crate::{
    api, brand, console, cookies, metrics,
    problem::Problem,
    request::HttpState,
    routes::{Routes, get},
    unread_body::read_to_its_end,
};

/// Bodies of JSON and plain forms.
const BODY_LIMIT: usize = 64 * 1024;
/// How long a handler waits for a body. It is part of the time until the answer.
const SENT_WITHIN: Duration = Duration::from_secs(25);
/// How long until the head of an answer. A stream may go on after it.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Method and path of every route, as the router has them.
pub fn routes() -> Vec<(Method, String)> {
    table().into_list()
}

fn table() -> Routes {
    Routes::new()
        .route("/", get(|| async { Redirect::to("/console") }))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::show))
        .merge(api::routes())
        .merge(brand::routes())
        .merge(console::routes())
}

/// Everything the server answers.
pub fn router(state: HttpState) -> Router {
    let own_origin = origin_of(&state.app.settings.base_url);
    let routes = table()
        .into_router()
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This address does not take that method.",
            )
        })
        .with_state(state);
    // Cookies must not be told apart by compressing them next to what an attacker chose; streams must not be held back.
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"));
    let around = ServiceBuilder::new()
        .layer(from_fn(measure_and_protect))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(trace_layer())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(CatchPanicLayer::custom(|_| {
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong here.")
                .into_response()
        }))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn(|request: Request, next: Next| admit(SENT_WITHIN, request, next)))
        .layer(csrf_layer(&own_origin))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    routes.layer(around)
}

async fn ready(State(state): State<HttpState>) -> Response {
    if state.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping").into_response();
    }
    match state.app.directory().ping().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!(error.text = %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "storage unavailable").into_response()
        }
    }
}

type Tracing = TraceLayer<
    tower_http::classify::SharedClassifier<tower_http::classify::ServerErrorsAsFailures>,
    fn(&Request) -> tracing::Span,
>;

fn trace_layer() -> Tracing {
    TraceLayer::new_for_http()
        .make_span_with(span as fn(&Request) -> tracing::Span)
        .on_response(DefaultOnResponse::new().level(Level::INFO))
        .on_failure(DefaultOnFailure::new().level(Level::ERROR))
}

/// One span a request. The path only: a query may carry a token.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request.id = id)
}

/// `scheme://host[:port]` of the base URL.
fn origin_of(base_url: &str) -> String {
    let mut parts = base_url.splitn(4, '/');
    let (scheme, authority) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    format!("{scheme}//{authority}")
}

type CrossSite = fn(ProtectionError) -> Response;

fn csrf_layer(own_origin: &str) -> CsrfLayer<CrossSite> {
    let layer = CsrfLayer::new().add_trusted_origin(own_origin).unwrap_or_else(|_| CsrfLayer::new());
    layer.with_rejection_response((|_| cross_site("This request comes from another site.")) as CrossSite)
}

fn cross_site(detail: &str) -> Response {
    Problem::new(StatusCode::FORBIDDEN, "cross-site", detail).into_response()
}

/// Lets through what can be believed and read, and waits for the answer as long as anybody would.
async fn admit(sent_within: Duration, request: Request, next: Next) -> Response {
    let (request, late) = read_to_its_end(request, sent_within);
    if let Some(refusal) = refuse(&request) {
        return refusal;
    }
    tokio::select! {
        answered = timeout(ANSWERED_WITHIN, next.run(request)) => answered.unwrap_or_else(|_| {
            let detail = "This took too long. Try again in a moment.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).into_response()
        }),
        () = late => {
            let detail = "The request took too long to arrive. Send it again.";
            Problem::new(StatusCode::REQUEST_TIMEOUT, "slow-body", detail).into_response()
        }
    }
}

fn refuse(request: &Request) -> Option<Response> {
    if is_compressed(request) {
        let detail = "Send the request uncompressed.";
        return Some(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "compressed-body", detail).into_response());
    }
    is_of_unknown_origin(request).then(|| cross_site("This request does not say where it comes from."))
}

/// Compressed bodies could be anything once unpacked.
fn is_compressed(request: &Request) -> bool {
    request.headers().get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity")
}

/// Browsers say where a request comes from. One that brings the session cookie and says nothing is not believed.
fn is_of_unknown_origin(request: &Request) -> bool {
    let headers = request.headers();
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let says_where = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    let by_cookie =
        || !headers.contains_key(header::AUTHORIZATION) && cookies::read(headers, cookies::SESSION).is_some();
    !is_safe && !says_where && by_cookie()
}

const FIXED_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")),
];

/// Measures every answer, and gives it the same protective headers; whoever set one already knows better. Nothing is kept unless it
/// says so.
async fn measure_and_protect(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = metrics::measure(matched, request, next).await;
    let headers = response.headers_mut();
    headers.reserve(FIXED_HEADERS.len() + 1);
    for (name, value) in &FIXED_HEADERS {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn who_does_not_send_the_body_is_told() {
        #[expect(clippy::disallowed_methods, reason = "a router of its own")]
        let router = Router::new()
            .route("/", axum::routing::post(|body: String| async { body }))
            .layer(from_fn(|request: Request, next: Next| admit(Duration::from_millis(50), request, next)));
        let endless = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, axum::Error>>());
        let request = Request::post("/").body(endless).unwrap();
        assert_eq!(router.oneshot(request).await.unwrap().status(), StatusCode::REQUEST_TIMEOUT);
    }

    #[test]
    fn origin_leaves_the_path_out() {
        assert_eq!(origin_of("https://console.northwind.example/tenantry"), "https://console.northwind.example");
        assert_eq!(origin_of("http://localhost:8080"), "http://localhost:8080");
    }
}
