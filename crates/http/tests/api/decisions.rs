//! Asking what somebody may do.

use serde_json::json;
use tenantry_app::testing::NewUser;
use tenantry_domain::permission::BuiltInRole;

use crate::support::World;

pub async fn decisions_name_the_grant_or_the_smallest_change(world: World) {
    let client = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let ask = |account: &str| json!({"accountId": account, "resource": "users", "action": "add"});
    let yes = client.post("/decisions", &ask(&world.tailspin.to_string())).await.expect(200).value();
    let granted = json!({"kind": "granted", "role": "basic_access", "roleName": "Basic Access",
        "anchorAccountId": world.contoso.to_string(), "anchorAccountName": "Contoso", "endsAt": null, "cell": "child.users.add"});
    assert_eq!(yes, json!({"allowed": true, "explanation": granted}));
    let no = client.post("/decisions", &ask(&world.contoso.to_string())).await.expect(200).value();
    assert_eq!((&no["allowed"], &no["explanation"]["kind"]), (&json!(false), &json!("not-held")));
    let remedy = &no["explanation"]["remedy"];
    assert_eq!(remedy["cell"], "own.users.add");
    assert_eq!(remedy["roles"][0], "customer_administrator");
    assert_eq!(remedy["anchorAccountId"], world.contoso.to_string());
    assert_eq!(remedy["smallestRole"], json!(["own.users.view", "own.users.add"]));
    assert_eq!(remedy["fullAccessAt"][0]["name"], "Contoso");
    let suspended = world.add_user(NewUser::new(world.tailspin, BuiltInRole::FullAccess).suspended()).await;
    let about = json!({"userId": suspended.to_string(), "accountId": world.tailspin.to_string(), "resource": "reports", "action": "view"});
    let answer = client.post("/decisions", &about).await.expect(200).value();
    assert_eq!((&answer["allowed"], &answer["explanation"]["kind"]), (&json!(false), &json!("not-active")));
    assert_eq!(answer["explanation"]["reason"], "user-suspended");
    assert_eq!(answer["explanation"]["remedy"], json!(null), "the role would do");
}

pub async fn nothing_is_decided_about_what_is_out_of_view(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let stranger = world.user(world.litware, BuiltInRole::User).await;
    let unknown = "0195a0b0-0000-7000-8000-00000000ffff";
    for (user_id, account_id) in [
        (json!(null), world.litware.to_string()),
        (json!(null), world.northwind.to_string()),
        (json!(null), unknown.to_owned()),
        (json!(stranger.to_string()), world.contoso.to_string()),
        (json!(unknown), world.contoso.to_string()),
    ] {
        let about = json!({"userId": user_id, "accountId": account_id, "resource": "users", "action": "view"});
        client.post("/decisions", &about).await.expect(404);
    }
    let answer =
        client.post("/decisions", &json!({"userId": "x", "resource": "pigs", "action": "fly"})).await.expect(422);
    assert_eq!(answer.fields(), ["userId", "accountId", "resource", "action"]);
}

pub async fn an_account_is_changed_from_above_and_the_answer_says_so(world: World) {
    let client = world.client(world.fabrikam, BuiltInRole::ResellerAdministrator).await;
    let administrator = world.user(world.tailspin, BuiltInRole::CustomerAdministrator).await.to_string();
    let account = world.tailspin.to_string();
    let question = json!({"userId": administrator, "accountId": account, "resource": "accounts", "action": "edit"});
    let answer = client.post("/decisions", &question).await.expect(200).value();
    let remedy = &answer["explanation"]["remedy"];
    assert_eq!(
        (&remedy["cell"], &remedy["anchorAccountId"]),
        (&json!("child.accounts.edit"), &json!(world.fabrikam.to_string()))
    );
    assert_eq!(remedy["roles"][0], "basic_access");
    assert_eq!(remedy["grantors"].as_array().map(Vec::len), Some(1), "{remedy}");
}
