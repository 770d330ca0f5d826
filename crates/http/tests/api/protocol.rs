//! What holds for every request: headers, errors, cookies, limits.

use axum::http::{Method, Request, request::Builder};
use serde_json::json;
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Client, World, get, new_user, request};

pub async fn protective_headers_are_on_every_answer(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    for answer in [
        client.get("/me").await,
        client.get("/nothing").await,
        client.get("/openapi.json").await,
        world.anonymous().get("/me").await,
        client.post("/me", &json!({})).await,
        client.send(request(Method::POST, "/sessions").header("Origin", "https://evil.example"), "").await,
        client.send(request(Method::POST, "/sessions").header("Content-Encoding", "gzip"), "").await,
    ] {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}: {}", answer.status);
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("object-src 'none'"));
        assert!(answer.header("x-request-id").is_some_and(|id| !id.is_empty()));
        assert_eq!((answer.header("access-control-allow-origin"), answer.header("server")), (None, None));
    }
}

pub async fn errors_are_problems_whoever_makes_them(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let users = format!("/accounts/{}/users", world.contoso);
    let json = |body: &str| (request(Method::POST, &users).header("Content-Type", "application/json"), body.to_owned());
    let other = |method: Method, path: &str| (request(method, path), String::new());
    for ((head, body), status, code) in [
        (other(Method::GET, "/nothing"), 404, "not-found"),
        (other(Method::GET, ""), 404, "not-found"),
        (other(Method::GET, "/me/"), 404, "not-found"),
        (other(Method::GET, "//me"), 404, "not-found"),
        (other(Method::GET, "/ME"), 404, "not-found"),
        (other(Method::GET, "/users/x"), 404, "not-found"),
        (other(Method::TRACE, "/me"), 405, "method-not-allowed"),
        (other(Method::DELETE, "/me"), 405, "method-not-allowed"),
        (other(Method::POST, &users), 415, "unsupported-media-type"),
        (
            (request(Method::POST, &users).header("Content-Type", "text/plain"), "{}".to_owned()),
            415,
            "unsupported-media-type",
        ),
        (json(""), 400, "malformed-json"),
        (json("{"), 400, "malformed-json"),
        (json("{} x"), 400, "malformed-json"),
        (json("{\"firstName\": \"\\ud800\"}"), 400, "malformed-json"),
        (json(&"[".repeat(20_000)), 422, "invalid-fields"),
        (json(&"{\"address\":".repeat(5_000)), 422, "invalid-fields"),
        (json("{\"firstName\": NaN}"), 400, "malformed-json"),
    ] {
        client.send(head, body.clone()).await.expect_problem(status, code);
    }
    let allowed = client.delete("/me").await;
    assert_eq!(allowed.header("allow"), Some("GET,HEAD,PATCH"));
    let latin = request(Method::POST, &users).header("Content-Type", "application/json");
    client.send(latin, b"{\"firstName\": \"\xe9\"}".as_slice()).await.expect(400);
    let outside = Request::builder().method("GET").uri("/nowhere");
    client.send_as_is(outside, "").await.expect_problem(404, "not-found");
}

fn with_cookie(head: Builder, client: &Client) -> Builder {
    head.header("Cookie", format!("__Host-session={}", client.token()))
}

pub async fn cookies_work_from_the_own_origin_only(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let users = format!("/accounts/{}/users", world.contoso);
    let post = || with_cookie(request(Method::POST, &users).header("Content-Type", "application/json"), &client);
    let body = new_user("avery@contoso.example").to_string();
    client.send_as_is(with_cookie(get("/me"), &client), "").await.expect(200);
    for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "https://console.northwind.example.evil"),
        ("Origin", "http://console.northwind.example"),
        ("Origin", "https://console.northwind.example:8443"),
        ("X-Nothing", "said"),
    ] {
        client.send_as_is(post().header(name, value), body.clone()).await.expect_problem(403, "cross-site");
    }
    let form = with_cookie(request(Method::POST, &users).header("Content-Type", "text/plain"), &client);
    client.send_as_is(form.header("Sec-Fetch-Site", "same-origin"), body.clone()).await.expect(415);
    assert_eq!(world.find_by_login("avery@contoso.example").await, None);
    client.send_as_is(post().header("Origin", "https://console.northwind.example"), body.clone()).await.expect(201);
    let body = new_user("blake@contoso.example").to_string();
    client.send_as_is(post().header("Sec-Fetch-Site", "same-origin"), body).await.expect(201);
    let sign_out =
        with_cookie(request(Method::DELETE, "/sessions/current"), &client).header("Sec-Fetch-Site", "same-origin");
    let gone = client.send_as_is(sign_out, "").await.expect(204);
    assert!(gone.header("set-cookie").unwrap().starts_with("__Host-session=; Path=/; Secure; HttpOnly"));
    client.send_as_is(with_cookie(get("/me"), &client), "").await.expect(401);
}

pub async fn compressed_and_huge_bodies_are_refused(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let users = format!("/accounts/{}/users", world.contoso);
    let post = || request(Method::POST, &users).header("Content-Type", "application/json");
    for encoding in ["gzip", "br", "x"] {
        let head = post().header("Content-Encoding", encoding);
        client.send(head, b"\x1f\x8b\x08".as_slice()).await.expect_problem(415, "compressed-body");
    }
    for size in [64 * 1024 + 1, 1024 * 1024, 20 * 1024 * 1024] {
        let body = format!("{{\"firstName\": \"{}\"}}", "x".repeat(size));
        let refused = client.send(post(), body.clone()).await.expect_problem(413, "body-too-large");
        assert_eq!(refused.fields(), ["body"]);
        // Also where the answer is known before the body was read.
        world.anonymous().send(post(), body.clone()).await.expect(401);
        let head = request(Method::POST, "/nothing").header("Content-Type", "application/json");
        client.send(head, body).await.expect(404);
    }
}
