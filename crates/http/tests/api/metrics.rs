//! What is told to Prometheus, and to whom.

use axum::http::Request;
use tenantry_domain::permission::BuiltInRole;

use crate::support::{METRICS_TOKEN, World};

pub async fn requests_are_counted_by_route_and_name_nobody(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user = world.user(world.contoso, BuiltInRole::User).await;
    client.get(&format!("/users/{user}")).await.expect(200);
    let asked = Request::get("/metrics").header("Authorization", format!("Bearer {METRICS_TOKEN}"));
    let shown = world.anonymous().send(asked, "").await.expect(200);
    assert!(shown.header("content-type").unwrap().starts_with("text/plain"));
    let text = String::from_utf8(shown.body.to_vec()).unwrap();
    let counted = "tenantry_http_requests_total{method=\"GET\",route=\"/api/v1/users/{id}\",status=\"200\"}";
    assert!(text.contains(counted), "{text}");
    assert!(text.contains("# TYPE tenantry_http_request_duration_seconds histogram"), "{text}");
    assert!(text.lines().any(|line| line.starts_with("tenantry_http_connections ")), "{text}");
    assert!(!text.contains(&user.to_string()) && !text.contains(&world.contoso.to_string()), "{text}");
}

/// Not the platform's administrator either: the token is for machines.
pub async fn whoever_has_no_token_does_not_read_them(world: World) {
    let client = world.client(world.northwind, BuiltInRole::FullAccess).await;
    client.send(Request::get("/metrics"), "").await.expect_problem(403, "metrics-token");
    world.anonymous().send(Request::get("/metrics"), "").await.expect_problem(403, "metrics-token");
}
