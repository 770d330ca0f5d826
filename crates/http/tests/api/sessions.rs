//! Signing in, and sessions.

use jiff::SignedDuration;
use serde_json::json;
use tenantry_app::testing::{NewUser, TestPlatform};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Answer, Client, World};

async fn sign_in(world: &World, login_name: &str, password: &str) -> Answer {
    world.anonymous().post("/sessions", &json!({"loginName": login_name, "password": password})).await
}

pub async fn signing_in_and_out(world: World) {
    world.add(NewUser::new(world.contoso, BuiltInRole::User).login("avery")).await;
    let session = sign_in(&world, "Avery@contoso.example", TestPlatform::PASSWORD).await.expect(201);
    assert_eq!(session.text("/expiresAt"), "2026-03-02T21:00:00Z");
    assert_eq!(session.value()["mustChangePassword"], false);
    let client = Client::new(world.address, Some(session.text("/token")));
    assert_eq!(client.token().len(), 43);
    client.get("/me").await.expect(200);
    client.delete("/sessions/current").await.expect(204);
    client.get("/me").await.expect_problem(401, "not-signed-in");
    client.delete("/sessions/current").await.expect(401);
}

pub async fn failed_sign_ins_are_answered_alike(world: World) {
    let new = |login: &str| NewUser::new(world.contoso, BuiltInRole::User).login(login);
    for new in [
        new("avery"),
        new("blake").suspended(),
        new("casey").without_password(),
        new("drew").removed_at(world.app.now()),
    ] {
        world.add(new).await;
    }
    let mut answers = Vec::new();
    for (name, password) in [
        ("avery@contoso.example", "wrong"),
        ("blake@contoso.example", TestPlatform::PASSWORD),
        ("casey@contoso.example", TestPlatform::PASSWORD),
        ("drew@contoso.example", TestPlatform::PASSWORD),
        ("nobody@contoso.example", TestPlatform::PASSWORD),
        ("", ""),
        ("avery", &"x".repeat(2000)),
    ] {
        let answer = sign_in(&world, name, password).await.expect_problem(401, "not-signed-in");
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers.remove("date");
        answers.push((headers, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let nobody = world.anonymous();
    assert_eq!(nobody.post("/sessions", &json!({})).await.expect(422).fields(), ["loginName", "password"]);
    let extra = json!({"loginName": "a", "password": "b", "kind": "console"});
    assert_eq!(nobody.post("/sessions", &extra).await.expect(422).fields(), ["kind"]);
}

pub async fn repeated_failures_are_slowed_down(world: World) {
    world.add(NewUser::new(world.contoso, BuiltInRole::User).login("avery")).await;
    let mut answers = Vec::new();
    for name in ["avery@contoso.example", "nobody@contoso.example"] {
        for _ in 0..5 {
            sign_in(&world, name, "wrong").await.expect(401);
        }
        let refused = sign_in(&world, &name.to_uppercase(), TestPlatform::PASSWORD)
            .await
            .expect_problem(429, "too-many-attempts");
        assert_eq!(refused.header("retry-after"), Some("1"));
        answers.push(refused.body);
    }
    assert_eq!(answers[0], answers[1]);
    world.clock.advance(SignedDuration::from_secs(1));
    sign_in(&world, "avery@contoso.example", TestPlatform::PASSWORD).await.expect(201);
    for n in 0..20 {
        sign_in(&world, &format!("guess{n}@contoso.example"), "wrong").await.expect(401);
    }
    let refused = sign_in(&world, "avery@contoso.example", TestPlatform::PASSWORD).await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("59"));
}

pub async fn suspension_ends_sessions_at_once(world: World) {
    let administrator = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let client = world.client_of(user_id).await;
    client.get("/me").await.expect(200);
    administrator.act(&format!("/users/{user_id}/suspend")).await.expect(200);
    client.get("/me").await.expect(401);
    administrator.act(&format!("/users/{user_id}/activate")).await.expect(200);
    client.get("/me").await.expect(401);
    let client = world.client_of(user_id).await;
    administrator.delete(&format!("/users/{user_id}")).await.expect(204);
    client.get("/me").await.expect(401);
}

pub async fn own_sessions_are_listed_and_ended(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let (first, second) = (world.client_of(user_id).await, world.client_of(user_id).await);
    let stranger = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let sessions = first.get("/sessions").await.expect(200);
    assert_eq!(sessions.value()["nextCursor"], json!(null));
    let sessions = sessions.items();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/sessions/{}", other["id"].as_str().unwrap());
    stranger.delete(&path).await.expect(404);
    first.delete(&path).await.expect(204);
    first.delete(&path).await.expect(404);
    second.get("/me").await.expect(401);
    first.get("/me").await.expect(200);
    world.clock.advance(SignedDuration::from_mins(31));
    first.get("/me").await.expect(401);
}

pub async fn active_account_is_switched_within_view(world: World) {
    let client = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let switch = |id: String| json!({"activeAccountId": id});
    client.put("/sessions/current", &switch(world.tailspin.to_string())).await.expect(204);
    assert_eq!(client.get("/me").await.expect(200).text("/activeAccountId"), world.tailspin.to_string());
    client.put("/sessions/current", &switch(world.litware.to_string())).await.expect(404);
    for wrong in [json!({}), switch("x".to_owned()), json!({"activeAccountId": null})] {
        assert_eq!(client.put("/sessions/current", &wrong).await.expect(422).fields(), ["activeAccountId"]);
    }
    assert_eq!(client.get("/me").await.expect(200).text("/activeAccountId"), world.tailspin.to_string());
}

pub async fn strange_login_names_are_failures_like_others(world: World) {
    for name in ["\0", "a\0b@contoso.example", "\u{202e}", "' OR 1=1 --", &"é".repeat(9000), "avery@contoso.example\0"]
    {
        sign_in(&world, name, "\0").await.expect(401);
    }
}
