//! Accounts: creating, changing, moving, suspending, removing them.

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_domain::{AccountId, permission::BuiltInRole};

use crate::support::{Client, World, new_user, request, with};

fn adatum(parent: AccountId) -> Value {
    json!({
        "parentId": parent.to_string(), "kind": "customer", "name": "Adatum",
        "companyInformation": {
            "phone": "+14255550100",
            "address": {"country": "US", "state": "WA", "city": "Redmond", "postalCode": "98052", "street": "1 Main St"},
        },
        "domains": {"primary": "adatum.example", "aliases": ["adatum-mail.example"]},
        "support": {"email": "help@adatum.example"}, "website": "https://www.adatum.example", "referenceId": "C-1047",
    })
}

async fn reseller(world: &World) -> Client {
    world.client(world.contoso, BuiltInRole::ResellerAdministrator).await
}

pub async fn an_account_is_created_with_its_first_user(world: World) {
    let client = reseller(&world).await;
    let user = with(new_user("avery@adatum.example"), json!({"role": "customer_administrator"}));
    let body = with(adatum(world.contoso), json!({"firstUser": user}));
    let answer = client.post("/accounts", &body).await.expect(201);
    let created = answer.value();
    assert_eq!(
        answer.header("location"),
        Some(format!("/api/v1/accounts/{}", created["id"].as_str().unwrap()).as_str())
    );
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(created["parentId"], world.contoso.to_string());
    assert_eq!((&created["primaryDomain"], &created["status"]), (&json!("adatum.example"), &json!("active")));
    assert_eq!(created["details"]["referenceId"], "C-1047");
    assert_eq!(created["firstUser"]["loginName"], "avery@adatum.example");
    assert_eq!(created["firstUser"]["passwordLink"]["recipient"]["email"], "avery@contoso.example");

    // The first user signs in by the mailed link, and sees no other account.
    let (token, password) = (world.mailed_token().await, "fourteen green owls at noon");
    let redeem = json!({"token": token, "password": password});
    world.anonymous().post("/password-links/redeem", &redeem).await.expect(200);
    let sign_in = json!({"loginName": "avery@adatum.example", "password": password});
    let session = world.anonymous().post("/sessions", &sign_in).await.expect(201).value();
    let first = Client::new(world.address, session["token"].as_str().map(str::to_owned));
    let seen = first.get("/accounts").await.expect(200).items();
    assert_eq!(seen.iter().map(|account| &account["name"]).collect::<Vec<_>>(), ["Adatum"]);
    let own = first.get(&format!("/accounts/{}", created["id"].as_str().unwrap())).await.expect(200).value();
    assert_eq!(
        (&own["parentId"], own.get("details")),
        (&Value::Null, None),
        "what the reseller notes is the reseller's"
    );
}

pub async fn a_wrong_account_names_all_fields_and_stores_nothing(world: World) {
    let client = reseller(&world).await;
    let body = with(
        adatum(world.contoso),
        json!({"kind": "platform", "domains": {"primary": ""}, "firstUser": {"loginName": "x"}}),
    );
    let fields = client.post("/accounts", &body).await.expect(422).fields();
    for field in ["kind", "domains.primary", "firstUser.firstName", "firstUser.security.method"] {
        assert!(fields.iter().any(|found| found == field), "{field} in {fields:?}");
    }
    let nowhere = with(adatum(world.contoso), json!({"parentId": null}));
    assert_eq!(client.post("/accounts", &nowhere).await.expect(422).fields(), ["parentId"]);
    let taken = with(adatum(world.contoso), json!({"domains": {"aliases": ["litware.example"]}}));
    assert_eq!(client.post("/accounts", &taken).await.expect(409).value()["code"], "domain-not-available");
    assert_eq!(client.get("/accounts?q=Adatum").await.expect(200).items(), Vec::<Value>::new());
}

pub async fn an_account_is_changed_at_the_version_seen(world: World) {
    let client = reseller(&world).await;
    let fabrikam = format!("/accounts/{}", world.fabrikam);
    let edits = json!({
        "name": "Fabrikam Ltd", "companyInformation": {"phone": "+14255550111"}, "support": {"url": "https://help.example"},
    });
    let changed = client.patch(&fabrikam, &edits).await.expect(200);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    let changed = changed.value();
    assert_eq!(changed["companyInformation"]["phone"], "+14255550111");
    assert_eq!(changed["companyInformation"]["address"]["city"], "Redmond", "left as it was");
    let late = request(Method::PATCH, &fabrikam).header("If-Match", "\"1\"");
    client.json(late, &json!({"name": "Late"})).await.expect(412);
    assert_eq!(
        client.patch(&fabrikam, &json!({"kind": "customer"})).await.expect(409).value()["code"],
        "account-holds-accounts"
    );
    assert_eq!(client.patch(&fabrikam, &json!({"colour": "red"})).await.status, 422);
}

pub async fn a_suspended_account_and_those_below_are_out_until_it_is_resumed(world: World) {
    let client = reseller(&world).await;
    let inside = world.client(world.tailspin, BuiltInRole::CustomerAdministrator).await;
    let (fabrikam, tailspin) = (format!("/accounts/{}", world.fabrikam), format!("/accounts/{}", world.tailspin));
    let suspended = client.act(&format!("{fabrikam}/suspend")).await.expect(200).value();
    assert_eq!((&suspended["status"], &suspended["effectiveStatus"]), (&json!("suspended"), &json!("suspended")));
    inside.get("/me").await.expect(401);
    let below = client.get(&tailspin).await.expect(200).value();
    assert_eq!((&below["status"], &below["effectiveStatus"]), (&json!("active"), &json!("suspended")));
    let listed = client.get("/accounts?status=suspended").await.expect(200).items();
    assert_eq!(listed.iter().map(|account| &account["name"]).collect::<Vec<_>>(), ["Fabrikam"]);

    client.act(&format!("{fabrikam}/resume")).await.expect(200);
    assert_eq!(client.get(&tailspin).await.expect(200).value()["effectiveStatus"], "active");
    inside.get("/me").await.expect(401);
}

pub async fn an_account_is_moved_after_a_preview(world: World) {
    let boss = world.client(world.northwind, BuiltInRole::FullAccess).await;
    let (before, after) = (reseller(&world).await, world.client(world.litware, BuiltInRole::FullAccess).await);
    let fabrikam = format!("/accounts/{}", world.fabrikam);
    let preview = boss.get(&format!("{fabrikam}/move-preview?parent={}", world.litware)).await.expect(200).value();
    assert_eq!((preview["gaining"].as_array().unwrap().len(), preview["losing"].as_array().unwrap().len()), (1, 1));

    let moved = json!({"parentId": world.litware.to_string()});
    assert_eq!(boss.post(&format!("{fabrikam}/move"), &moved).await.expect(200).value()["parentId"], moved["parentId"]);
    before.get(&format!("/accounts/{}", world.tailspin)).await.expect(404);
    after.get(&format!("/accounts/{}", world.tailspin)).await.expect(200);
    let cycle = json!({"parentId": world.fabrikam.to_string()});
    let refused = boss.post(&format!("/accounts/{}/move", world.litware), &cycle).await.expect(422);
    assert_eq!(refused.fields(), ["parentId"]);
}

pub async fn an_account_is_removed_after_a_preview_and_restored(world: World) {
    let client = reseller(&world).await;
    world.user(world.tailspin, BuiltInRole::User).await;
    let (fabrikam, tailspin) = (format!("/accounts/{}", world.fabrikam), format!("/accounts/{}", world.tailspin));
    let preview = client.get(&format!("{fabrikam}/removal-preview")).await.expect(200).value();
    assert_eq!(preview, json!({"accountsBelow": 1, "users": 1}));
    client.delete(&fabrikam).await.expect(409);
    client.delete(&format!("{fabrikam}?cascade=perhaps")).await.expect(422);
    client.delete(&format!("{fabrikam}?cascade=true")).await.expect(204);
    for path in [&fabrikam, &tailspin] {
        client.get(path).await.expect(404);
    }
    let removed = client.get("/accounts?status=removed").await.expect(200).items();
    let shown: Vec<_> = removed.iter().map(|account| (&account["name"], &account["status"])).collect();
    assert_eq!(shown, [(&json!("Fabrikam"), &json!("removed"))]);

    client.act(&format!("{fabrikam}/restore")).await.expect(200);
    client.get(&tailspin).await.expect(200);
    assert_eq!(client.act(&format!("{fabrikam}/restore")).await.expect(409).value()["code"], "account-not-removed");
}

pub async fn domains_are_added_made_primary_and_removed(world: World) {
    let client = reseller(&world).await;
    let domains = format!("/accounts/{}/domains", world.contoso);
    let added = client.post(&domains, &json!({"domain": "Contoso-Cloud.example"})).await.expect(201).value();
    assert_eq!(added["aliases"], json!(["contoso-cloud.example", "contoso-mail.example"]));
    let primary = client.act(&format!("{domains}/contoso-cloud.example/make-primary")).await.expect(200).value();
    assert_eq!(primary["primary"], "contoso-cloud.example");
    assert_eq!(
        client.delete(&format!("{domains}/contoso-cloud.example")).await.expect(409).value()["code"],
        "domain-primary"
    );
    assert_eq!(client.delete(&format!("{domains}/contoso.example")).await.expect(409).value()["code"], "domain-in-use");
    client.delete(&format!("{domains}/contoso-mail.example")).await.expect(204);
    client.delete(&format!("{domains}/litware.example")).await.expect(404);
    assert_eq!(client.post(&domains, &json!({"domain": "no domain"})).await.expect(422).fields(), ["domain"]);
}
