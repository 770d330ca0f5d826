//! Creating users.

use serde_json::json;
use tenantry_app::ports::RenderedFor;
use tenantry_domain::permission::BuiltInRole;

use crate::support::{NEW_PASSWORD, World, new_user, with};

pub async fn created_user_is_answered_and_readable_at_once(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let users = format!("/accounts/{}/users", world.contoso);
    let changes = json!({"jobTitle": "Buyer", "alternativeEmail": "a@home.example", "role": "basic_access",
        "security": {"recipient": {"kind": "alternative"}}});
    let answer = client.post(&users, &with(new_user("Avery@contoso.example"), changes)).await.expect(201);
    let created = answer.value();
    let id = answer.text("/id");
    assert_eq!(answer.header("location"), Some(&*format!("/api/v1/users/{id}")));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    for (field, expected) in [
        ("accountId", json!(world.contoso.to_string())),
        ("accountName", json!("Contoso")),
        ("loginName", json!("Avery@contoso.example")),
        ("displayName", json!("Avery Quinn")),
        ("jobTitle", json!("Buyer")),
        ("company", json!(null)),
        ("email", json!("avery@contoso.example")),
        ("status", json!("active")),
        ("role", json!("basic_access")),
        ("provisioning", json!({"state": "pending"})),
        ("mustChangePassword", json!(false)),
        ("hasPassword", json!(false)),
        ("hasImage", json!(false)),
        ("lastSignInAt", json!(null)),
        ("createdAt", json!("2026-03-02T09:00:00Z")),
        ("version", json!(1)),
        (
            "passwordLink",
            json!({"recipient": {"kind": "alternative", "email": "a@home.example"},
            "validFor": "PT24H", "expiresAt": null}),
        ),
    ] {
        assert_eq!(created[field], expected, "{field}");
    }
    assert_eq!(created.get("generatedPassword"), None);
    let shown = client.get(&format!("/users/{id}")).await.expect(200).value();
    for (field, value) in shown.as_object().unwrap() {
        assert_eq!(created[field], *value, "{field}");
    }
    assert_eq!(client.get(&format!("/users/{id}")).await.header("etag"), Some("\"1\""));
    let listed = client.get(&users).await.expect(200).items();
    assert!(listed.iter().any(|user| user["id"] == created["id"]));
    let mails = world.mails().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["a@home.example"]);
    let shown = client.get(&format!("/users/{id}/mails")).await.expect(200).items();
    assert_eq!((&shown[0]["kind"], &shown[0]["state"], shown.len()), (&json!("welcome"), &json!("sent"), 1));
}

pub async fn what_is_left_out_follows_from_the_company(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let body = json!({"firstName": " Avery ", "lastName": "Quinn", "loginName": "avery@contoso-mail.example",
        "email": "avery@contoso.example", "security": {"method": "link", "recipient": {"kind": "primary"}}});
    let user = client.post(&format!("/accounts/{}/users", world.contoso), &body).await.expect(201).value();
    assert_eq!(user["displayName"], "Avery Quinn");
    assert_eq!(user["address"]["street"], "1 Contoso Way");
    assert_eq!(user["phone"], "+14255550100");
    assert_eq!((&user["status"], &user["role"]), (&json!("active"), &json!("no_access")));
    let national = with(new_user("blake@contoso.example"), json!({"phone": "(425) 555-0177"}));
    let user = client.post(&format!("/accounts/{}/users", world.contoso), &national).await.expect(201);
    assert_eq!(user.text("/phone"), "+14255550177");
}

pub async fn generated_password_comes_back_once(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let generated = json!({"security": {"method": "generated", "recipient": null, "emailTo": null}});
    let body = with(new_user("avery@contoso.example"), generated);
    let created = client.post(&format!("/accounts/{}/users", world.contoso), &body).await.expect(201);
    let password = created.text("/generatedPassword");
    assert_eq!(created.value()["mustChangePassword"], true);
    let shown = client.get(&format!("/users/{}", created.text("/id"))).await.expect(200);
    assert_eq!(shown.value().get("generatedPassword"), None);
    let sign_in = json!({"loginName": "avery@contoso.example", "password": password});
    let session = world.anonymous().post("/sessions", &sign_in).await.expect(201).value();
    assert_eq!(session["mustChangePassword"], true);
    assert_eq!(world.mails().await.len(), 0);
}

pub async fn manual_password_lets_the_user_sign_in(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let manual = json!({"security": {"method": "manual", "password": NEW_PASSWORD, "mustChange": false}});
    let body = with(new_user("avery@contoso.example"), manual);
    let created = client.post(&format!("/accounts/{}/users", world.contoso), &body).await.expect(201).value();
    assert_eq!((&created["mustChangePassword"], &created["hasPassword"]), (&json!(false), &json!(true)));
    assert_eq!((created.get("passwordLink"), created.get("generatedPassword")), (None, None));
    let sign_in = json!({"loginName": "AVERY@contoso.example", "password": NEW_PASSWORD});
    assert_eq!(world.anonymous().post("/sessions", &sign_in).await.expect(201).value()["mustChangePassword"], false);
}

pub async fn password_is_mailed_only_where_the_account_allows(world: World) {
    let mailed = json!({"security": {"method": "manual", "password": NEW_PASSWORD, "emailTo": {"kind": "primary"}}});
    let body = with(new_user("avery@contoso.example"), mailed);
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let answer = client.post(&format!("/accounts/{}/users", world.contoso), &body).await.expect(422);
    assert_eq!(
        (answer.fields(), &answer.value()["errors"][0]["code"]),
        (vec!["security.emailTo".to_owned()], &json!("plain-text-mail-off"))
    );

    let world = world.with_plain_text_password_mail().await;
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let users = format!("/accounts/{}/users", world.contoso);
    let lasting = with(body.clone(), json!({"security": {"mustChange": false}}));
    assert_eq!(client.post(&users, &lasting).await.expect(422).fields(), ["security.mustChange"]);
    assert_eq!(client.post(&users, &body).await.expect(201).value()["mustChangePassword"], true);
    let mails = world.mails().await;
    assert!(
        matches!(&mails[..], [mail] if matches!(&mail.content, RenderedFor::NewPassword { password } if password == NEW_PASSWORD))
    );
}

pub async fn user_created_suspended_gets_no_mail_until_activated(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let body = with(new_user("avery@contoso.example"), json!({"status": "suspended"}));
    let id = client.post(&format!("/accounts/{}/users", world.contoso), &body).await.expect(201).text("/id");
    assert_eq!(world.mails().await.len(), 0);
    let held = client.get(&format!("/users/{id}/mails")).await.expect(200).items();
    assert_eq!(held[0]["state"], "held");
    let active = client.act(&format!("/users/{id}/activate")).await.expect(200);
    assert_eq!((active.text("/status"), active.header("etag")), ("active".to_owned(), Some("\"2\"")));
    let token = world.mailed_token().await;
    let redeem = json!({"token": token, "password": NEW_PASSWORD});
    world.anonymous().post("/password-links/redeem", &redeem).await.expect(200);
}
