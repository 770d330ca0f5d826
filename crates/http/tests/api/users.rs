//! One user: changing, suspending, removing, and what belongs to it.

use axum::http::Method;
use serde_json::json;
use tenantry_app::testing::{NewUser, TestPlatform};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{NEW_PASSWORD, World, request};

pub async fn changes_are_made_and_stale_ones_refused(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let user = format!("/users/{user_id}");
    let seen = client.get(&user).await.expect(200);
    let tag = seen.header("etag").unwrap().to_owned();
    let with_tag = |tag: &str| request(Method::PATCH, &user).header("If-Match", tag);
    let changes = json!({"firstName": "Robin", "company": "Contoso Retail", "role": "customer_administrator"});
    let edited = client.json(with_tag(&tag), &changes).await.expect(200);
    assert_eq!(edited.text("/role"), "customer_administrator");
    assert_eq!((edited.text("/company"), edited.header("etag")), ("Contoso Retail".to_owned(), Some("\"2\"")));
    let lost = json!({"lastName": "Lost"});
    for stale in [&*tag, "\"7\"", "W/\"2\"", "2", "\"x\"", "\"1\", \"2\""] {
        client.json(with_tag(stale), &lost).await.expect_problem(412, "stale-version");
    }
    let removal = request(Method::DELETE, &user).header("If-Match", &tag);
    client.send(removal, "").await.expect(412);
    let suspension = request(Method::POST, &format!("{user}/suspend")).header("If-Match", &tag);
    client.send(suspension, "").await.expect(412);
    client.json(with_tag("*"), &json!({"company": null})).await.expect(200);
    let shown = client.get(&user).await.expect(200).value();
    assert_eq!((&shown["company"], &shown["firstName"]), (&json!(null), &json!("Robin")));
    assert_ne!(shown["lastName"], "Lost");
}

pub async fn status_is_changed(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user = format!("/users/{}", world.user(world.contoso, BuiltInRole::User).await);
    let suspended = client.act(&format!("{user}/suspend")).await.expect(200);
    assert_eq!((suspended.text("/status"), suspended.header("etag")), ("suspended".to_owned(), Some("\"2\"")));
    client.act(&format!("{user}/suspend")).await.expect(200);
    assert_eq!(client.act(&format!("{user}/activate")).await.expect(200).text("/status"), "active");
    client.send(request(Method::GET, &format!("{user}/suspend")), "").await.expect_problem(405, "method-not-allowed");
}

pub async fn removed_user_can_be_restored(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user = format!("/users/{}", world.user(world.contoso, BuiltInRole::User).await);
    client.act(&format!("{user}/restore")).await.expect_problem(409, "user-not-removed");
    client.delete(&user).await.expect(204);
    client.delete(&user).await.expect_problem(409, "user-removed");
    client.patch(&user, &json!({"firstName": "Robin"})).await.expect_problem(409, "user-removed");
    client.act(&format!("{user}/suspend")).await.expect_problem(409, "user-removed");
    assert_eq!(client.get(&user).await.expect(200).text("/status"), "removed");
    assert_eq!(client.act(&format!("{user}/restore")).await.expect(200).text("/status"), "active");
}

pub async fn last_administrator_stays(world: World) {
    let basic = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let last = world.user(world.tailspin, BuiltInRole::CustomerAdministrator).await;
    let user = format!("/users/{last}");
    for answer in [
        basic.act(&format!("{user}/suspend")).await,
        basic.delete(&user).await,
        basic.patch(&user, &json!({"role": "user"})).await,
    ] {
        answer.expect_problem(409, "last-administrator");
    }
    let full = world.client(world.contoso, BuiltInRole::FullAccess).await;
    full.act(&format!("{user}/suspend")).await.expect(200);
}

pub async fn parts_of_a_user_are_shown(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let ends_at = world.app.now() + jiff::SignedDuration::from_hours(1);
    let new = NewUser::new(world.contoso, BuiltInRole::User).granted_between(None, Some(ends_at));
    let user_id = world.add_user(new).await;
    let grants = client.get(&format!("/users/{user_id}/grants")).await.expect(200);
    let grant = json!({"role": "user", "roleName": "User", "anchorAccountId": world.contoso.to_string(),
        "anchorAccountName": "Contoso", "startsAt": null, "endsAt": "2026-03-02T10:00:00Z",
        "givenAt": "2026-03-02T09:00:00Z", "givenBy": null});
    assert_eq!(grants.value(), json!({"items": [grant], "nextCursor": null}));
    assert_eq!(grants.header("etag"), Some("\"1\""), "grants are part of the user");
    assert_eq!(client.get(&format!("/users/{user_id}/mails")).await.expect(200).items().len(), 0);
    let own = world.client_of(user_id).await;
    own.get(&format!("/users/{user_id}")).await.expect(200);
    own.get(&format!("/users/{user_id}/grants")).await.expect(200);
    own.get(&format!("/users/{user_id}/mails")).await.expect_problem(403, "permission-missing");
    let password = client.act("/passwords/generate").await.expect(200).text("/password");
    assert!(password.len() >= 15);
}

pub async fn password_is_set_by_an_administrator(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user_id = world.add_user(NewUser::new(world.contoso, BuiltInRole::User).login("avery")).await;
    let own = world.client_of(user_id).await;
    let password = format!("/users/{user_id}/password");
    assert_eq!(client.put(&password, &json!({})).await.expect(422).fields(), ["password"]);
    let mailed = json!({"password": NEW_PASSWORD, "emailTo": {"kind": "primary"}});
    assert_eq!(client.put(&password, &mailed).await.expect(422).fields(), ["emailTo"]);
    client.put(&password, &json!({"password": NEW_PASSWORD})).await.expect(204);
    own.get("/me").await.expect(401);
    let shown = client.get(&format!("/users/{user_id}")).await.expect(200).value();
    assert_eq!(shown["mustChangePassword"], true);
    for (password, status) in [(TestPlatform::PASSWORD, 401), (NEW_PASSWORD, 201)] {
        let sign_in = json!({"loginName": "avery@contoso.example", "password": password});
        world.anonymous().post("/sessions", &sign_in).await.expect(status);
    }
}

pub async fn provisioning_is_repeated(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let retried = client.act(&format!("/users/{user_id}/provisioning")).await.expect(202);
    assert_eq!(retried.value(), json!({"state": "pending"}));
    world.connector.fail_next(1);
    world.provision().await;
    let failed = client.get(&format!("/users/{user_id}")).await.expect(200).value();
    assert_eq!(failed["provisioning"], json!({"state": "pending", "error": "the connected service is down"}));
}
