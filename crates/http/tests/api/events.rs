//! Watching provisioning.

use std::time::Duration;

use axum::{body::Body, http::Response};
use http_body_util::BodyExt;
use serde_json::json;
use tenantry_app::testing::NewUser;
use tenantry_domain::{UserId, permission::BuiltInRole, user::ProvisioningState};
use tokio::time::timeout;

use crate::support::{Client, World, get};

async fn open(client: &Client, user_id: UserId) -> Response<Body> {
    let stream = client.open(client.signed(get(&format!("/users/{user_id}/events"))), "").await;
    assert_eq!(stream.status(), 200);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert!(!stream.headers().contains_key("content-encoding"));
    stream
}

/// The next event, or nothing at the end of the stream.
async fn next(stream: &mut Response<Body>) -> Option<String> {
    let frame = timeout(Duration::from_secs(10), stream.body_mut().frame()).await.unwrap()?;
    Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}

async fn pending(world: &World) -> (Client, UserId) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let new = NewUser::new(world.contoso, BuiltInRole::User).provisioning(ProvisioningState::Pending);
    (client, world.add_user(new).await)
}

fn event(state: &str) -> String {
    format!("event: provisioning\ndata: {}\n\n", json!({"state": state}))
}

pub async fn provisioning_is_watched_until_it_is_settled(world: World) {
    let (client, user_id) = pending(&world).await;
    let mut stream = open(&client, user_id).await;
    assert_eq!(next(&mut stream).await, Some(event("pending")));
    client.act(&format!("/users/{user_id}/provisioning")).await.expect(202);
    world.provision().await;
    assert_eq!(next(&mut stream).await, Some(event("provisioned")));
    assert_eq!(next(&mut stream).await, None);
    let mut settled = open(&client, user_id).await;
    assert_eq!((next(&mut settled).await, next(&mut settled).await), (Some(event("provisioned")), None));
    let stranger = world.client(world.litware, BuiltInRole::FullAccess).await;
    stranger.get(&format!("/users/{user_id}/events")).await.expect(404);
}

pub async fn watching_ends_with_the_session(world: World) {
    let (client, user_id) = pending(&world).await;
    let mut stream = open(&client, user_id).await;
    assert_eq!(next(&mut stream).await, Some(event("pending")));
    client.delete("/sessions/current").await.expect(204);
    assert_eq!(next(&mut stream).await, None);
}

pub async fn watching_ends_when_the_server_stops(world: World) {
    let (client, user_id) = pending(&world).await;
    let mut stream = open(&client, user_id).await;
    assert_eq!(next(&mut stream).await, Some(event("pending")));
    world.stopping.cancel();
    assert_eq!(next(&mut stream).await, None);
}
