//! Oneself.

use serde_json::json;
use tenantry_app::testing::{NewUser, TestPlatform};
use tenantry_domain::permission::BuiltInRole;

use crate::support::{NEW_PASSWORD, World, request};

pub async fn me_tells_who_one_is_and_what_one_holds(world: World) {
    let user_id = world.user(world.fabrikam, BuiltInRole::CustomerAdministrator).await;
    let me = world.client_of(user_id).await.get("/me").await.expect(200);
    assert_eq!(me.header("etag"), Some("\"1\""));
    let me = me.value();
    let fabrikam = world.fabrikam.to_string();
    assert_eq!(me["user"]["id"], user_id.to_string());
    let account = json!({"id": fabrikam, "parentId": null, "kind": "reseller", "name": "Fabrikam", "status": "active",
        "effectiveStatus": "active", "primaryDomain": "fabrikam.example"});
    assert_eq!(me["account"], account);
    assert_eq!(me["activeAccountId"], json!(fabrikam));
    assert_eq!(
        me["grants"],
        json!([{"role": "customer_administrator", "roleName": "Customer Administrator", "anchorAccountId": fabrikam}])
    );
    assert_eq!(me["permissions"][0]["accountId"], json!(fabrikam));
    let cells = me["permissions"][0]["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 13);
    assert!(cells.contains(&json!("own.users.remove")) && !cells.contains(&json!("child.users.view")));
    assert_eq!(me["mayEditProfile"], true);
}

pub async fn profile_is_edited_where_the_role_allows(world: World) {
    let client = world.client(world.contoso, BuiltInRole::User).await;
    let changed = client.patch("/me", &json!({"firstName": "Robin", "company": "Contoso Retail"})).await.expect(200);
    assert_eq!((changed.text("/firstName"), changed.header("etag")), ("Robin".to_owned(), Some("\"2\"")));
    let stale = request(axum::http::Method::PATCH, "/me").header("If-Match", "\"1\"");
    client.json(stale, &json!({"firstName": "Sam"})).await.expect_problem(412, "stale-version");
    assert_eq!(client.patch("/me", &json!({"company": null})).await.expect(200).value()["company"], json!(null));
    for field in ["loginName", "email", "alternativeEmail", "role", "status", "mustChangePassword"] {
        assert_eq!(client.patch("/me", &json!({field: "x"})).await.expect(422).fields(), [field]);
    }
    let locked = world.client(world.contoso, BuiltInRole::NoAccess).await;
    locked.patch("/me", &json!({"firstName": "Robin"})).await.expect_problem(403, "profile-locked");
    assert_eq!(locked.get("/me").await.expect(200).value()["mayEditProfile"], false);
}

pub async fn own_password_is_changed_with_the_current_one(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::NoAccess).await;
    let (client, other) = (world.client_of(user_id).await, world.client_of(user_id).await);
    let change = |current: &str, new: &str| json!({"currentPassword": current, "password": new});
    let answer = client.put("/me/password", &json!({})).await.expect(422);
    assert_eq!(answer.fields(), ["currentPassword", "password"]);
    for (body, field) in [
        (change("wrong", NEW_PASSWORD), "currentPassword"),
        (change(TestPlatform::PASSWORD, "short"), "password"),
        (change(TestPlatform::PASSWORD, TestPlatform::PASSWORD), "password"),
    ] {
        assert_eq!(client.put("/me/password", &body).await.expect(422).fields(), [field]);
    }
    client.put("/me/password", &change(TestPlatform::PASSWORD, NEW_PASSWORD)).await.expect(204);
    client.get("/me").await.expect(200);
    other.get("/me").await.expect(401);
}

pub async fn required_password_change_comes_first(world: World) {
    let new = NewUser::new(world.contoso, BuiltInRole::FullAccess).must_change_password();
    let user_id = world.add_user(new).await;
    let client = world.client_of(user_id).await;
    client.get("/me").await.expect_problem(403, "password-change-required");
    client.get("/accounts").await.expect_problem(403, "password-change-required");
    let change = json!({"currentPassword": TestPlatform::PASSWORD, "password": NEW_PASSWORD});
    client.put("/me/password", &change).await.expect(204);
    client.get("/accounts").await.expect(200);
}
