//! Profile images.

use axum::http::Method;
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Answer, Client, World, get, request};

/// Two by two pixels, red.
const PNG: &[u8] = include_bytes!("images/red.png");
/// Says that it has 50,000 by 50,000 pixels.
const BOMB: &[u8] = include_bytes!("images/bomb.png");

async fn put(client: &Client, path: &str, content_type: &str, bytes: impl Into<axum::body::Bytes>) -> Answer {
    client.send(request(Method::PUT, path).header("Content-Type", content_type), bytes).await
}

fn form(parts: &[&[u8]]) -> Vec<u8> {
    let head = b"--edge\r\nContent-Disposition: form-data; name=\"image\"; filename=\"../../me.png\"\r\nContent-Type: text/html\r\n\r\n";
    let parts = parts.iter().flat_map(|part| [head.as_slice(), part, b"\r\n"].concat()).collect::<Vec<_>>();
    [parts.as_slice(), b"--edge--\r\n"].concat()
}

pub async fn image_is_set_shown_and_removed(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::NoAccess).await;
    let client = world.client_of(user_id).await;
    let path = format!("/users/{user_id}/image");
    client.get(&path).await.expect(404);
    for content_type in ["image/png", "IMAGE/JPEG; x=y", "application/octet-stream"] {
        put(&client, &path, content_type, PNG).await.expect(204);
    }
    put(&client, &path, "multipart/form-data; boundary=edge", form(&[PNG])).await.expect(204);
    assert_eq!(client.get("/me").await.expect(200).value()["user"]["hasImage"], true);
    let image = client.get(&path).await.expect(200);
    for (name, value) in [
        ("content-type", "image/png"),
        ("content-disposition", "inline; filename=\"avatar.png\""),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(image.header(name), Some(value));
    }
    assert!(image.body.starts_with(b"\x89PNG") && image.body[16..24] == [0, 0, 1, 0, 0, 0, 1, 0]);
    let small = client.get(&format!("{path}?size=64")).await.expect(200);
    assert_eq!(small.body[16..24], [0, 0, 0, 64, 0, 0, 0, 64]);
    assert_ne!(small.header("etag"), image.header("etag"));
    let again = get(&path).header("If-None-Match", image.header("etag").unwrap());
    let again = client.send(again, "").await.expect(304);
    assert!(again.body.is_empty());
    assert_eq!(client.get(&format!("{path}?size=128")).await.expect(422).fields(), ["size"]);
    client.delete(&path).await.expect(204);
    client.get(&path).await.expect(404);
}

pub async fn what_is_no_image_is_refused(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let client = world.client_of(user_id).await;
    let path = format!("/users/{user_id}/image");
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for bytes in [svg, "<!doctype html><script>alert(1)</script>", "", "%PDF-1.7", "\u{89}PNG\r\n"] {
        for content_type in ["image/png", "image/svg+xml"] {
            assert_eq!(put(&client, &path, content_type, bytes).await.expect(422).fields(), ["image"], "{bytes}");
        }
    }
    let cut = &PNG[..PNG.len() - 20];
    assert_eq!(put(&client, &path, "image/png", cut).await.expect(422).fields(), ["image"]);
    for content_type in ["text/html", "application/json"] {
        assert_eq!(put(&client, &path, content_type, PNG).await.expect(415).fields(), ["image"]);
    }
    for parts in [vec![], vec![PNG, PNG]] {
        let answer = put(&client, &path, "multipart/form-data; boundary=edge", form(&parts)).await;
        assert_eq!(answer.expect(422).fields(), ["image"]);
    }
    assert_eq!(put(&client, &path, "multipart/form-data", PNG).await.expect(400).fields(), ["image"]);
    assert_eq!(put(&client, &path, "multipart/form-data; boundary=edge", PNG).await.expect(400).fields(), ["image"]);
}

pub async fn large_images_are_refused(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let client = world.client_of(user_id).await;
    let path = format!("/users/{user_id}/image");
    for size in [5 * 1024 * 1024 + 1, 20 * 1024 * 1024] {
        let answer = put(&client, &path, "image/png", vec![0; size]).await.expect_problem(413, "body-too-large");
        assert_eq!(answer.fields(), ["image"]);
        let answer =
            put(&client, &path, "multipart/form-data; boundary=edge", form(&[&vec![0; size]])).await.expect(413);
        assert_eq!(answer.fields(), ["image"]);
    }
    let padded = [PNG, &vec![0; 5 * 1024 * 1024 - PNG.len()]].concat();
    put(&client, &path, "image/png", padded).await.expect(204);
}

pub async fn bombs_are_refused(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let client = world.client_of(user_id).await;
    let answer = put(&client, &format!("/users/{user_id}/image"), "image/png", BOMB).await.expect(422);
    assert_eq!(
        (answer.fields(), &answer.value()["errors"][0]["code"]),
        (vec!["image".to_owned()], &"too-many-pixels".into())
    );
}

pub async fn images_follow_the_rights_over_the_user(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let path = format!("/users/{user_id}/image");
    for (client, seen, set) in [
        (world.client(world.contoso, BuiltInRole::FullAccess).await, 200, 204),
        (world.client(world.northwind, BuiltInRole::BasicAccess).await, 200, 204),
        (world.client(world.contoso, BuiltInRole::User).await, 404, 404),
        (world.client(world.litware, BuiltInRole::FullAccess).await, 404, 404),
    ] {
        put(&client, &path, "image/png", PNG).await.expect(set);
        client.get(&path).await.expect(seen);
    }
}
