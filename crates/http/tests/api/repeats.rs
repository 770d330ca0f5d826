//! Requests that come twice.

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Answer, Client, World, new_user, request, with};

async fn create(client: &Client, world: &World, key: &str, body: &Value) -> Answer {
    let users = format!("/accounts/{}/users", world.contoso);
    client.json(request(Method::POST, &users).header("Idempotency-Key", key), body).await
}

pub async fn repeated_request_gets_the_first_answer(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let body = with(new_user("avery@contoso.example"), json!({"security": {"method": "generated", "recipient": null}}));
    let first = create(&client, &world, "key-1", &body).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    world.provision().await;
    let again = create(&client, &world, "key-1", &body).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let mut expected = first.value();
    assert!(expected.as_object_mut().unwrap().remove("generatedPassword").is_some());
    assert_eq!(again.value(), expected);
    assert_eq!(again.header("location"), first.header("location"));
    let found = client.get(&format!("/accounts/{}/users?q=avery@contoso", world.contoso)).await.expect(200).items();
    assert_eq!(found.iter().filter(|user| user["loginName"] == "avery@contoso.example").count(), 1);
}

pub async fn key_is_not_used_for_another_request(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    create(&client, &world, "key-1", &new_user("avery@contoso.example")).await.expect(201);
    let other = create(&client, &world, "key-1", &new_user("blake@contoso.example")).await.expect(422);
    assert_eq!(other.fields(), ["Idempotency-Key"]);
    let elsewhere = format!("/accounts/{}/users", world.fabrikam);
    let head = request(Method::POST, &elsewhere).header("Idempotency-Key", "key-1");
    let other = client.json(head, &new_user("avery@fabrikam.example")).await.expect(422);
    assert_eq!(other.fields(), ["Idempotency-Key"]);
}

pub async fn keys_of_different_people_do_not_meet(world: World) {
    let first = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let second = world.client(world.contoso, BuiltInRole::FullAccess).await;
    create(&first, &world, "key-1", &new_user("avery@contoso.example")).await.expect(201);
    create(&second, &world, "key-1", &new_user("blake@contoso.example")).await.expect(201);
    create(&second, &world, "key-2", &new_user("avery@contoso.example")).await.expect(409);
}

pub async fn odd_keys_are_refused(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let body = new_user("avery@contoso.example");
    for odd in ["", "a b", "é", &"x".repeat(65)] {
        assert_eq!(create(&client, &world, odd, &body).await.expect(422).fields(), ["Idempotency-Key"], "{odd:?}");
    }
    create(&client, &world, &"x".repeat(64), &body).await.expect(201);
}

pub async fn ten_at_once_create_one_user(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let body = new_user("avery@contoso.example");
    let requests = (0..10).map(|_| create(&client, &world, "key-1", &body));
    let answers = futures_util::future::join_all(requests).await;
    let ids: Vec<String> = answers.into_iter().map(|answer| answer.expect(201).text("/id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(world.mails().await.len(), 1);
}
