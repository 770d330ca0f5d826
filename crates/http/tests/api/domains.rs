//! The domains of an account: verifying them, and what is said of them.

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_app::{accounts::VerificationRecord, testing::samples};
use tenantry_domain::permission::BuiltInRole;

use crate::{
    account_forms::{page, text},
    support::{World, new_user},
};

pub async fn a_domain_is_verified_by_the_record_that_is_listed(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let domains = format!("/accounts/{}/domains", world.contoso);
    let before = client.get(&domains).await.expect(200).value();
    let alias = before["items"][1].clone();
    assert_eq!((&alias["name"], &alias["primary"]), (&json!("contoso-mail.example"), &json!(false)));
    assert_eq!((&alias["verifiedAt"], &before["nextCursor"]), (&Value::Null, &Value::Null));
    let text = |field: &str| alias["verification"][field].as_str().unwrap().to_owned();
    assert_eq!(text("name"), "_tenantry.contoso-mail.example");

    let verify = format!("{domains}/contoso-mail.example/verify");
    let missing = client.act(&verify).await.expect(409).value();
    assert_eq!(missing["code"], "domain-record-missing");
    let detail = missing["detail"].as_str().unwrap();
    assert!(detail.contains(&text("name")) && detail.contains(&text("value")), "{detail}");
    world.resolver.fail_next(1);
    let silent = client.act(&verify).await.expect(503);
    assert_eq!((silent.value()["code"].clone(), silent.header("retry-after")), (json!("dns-unavailable"), Some("2")));

    world.resolver.publish(&text("name"), &text("value"));
    let after = client.act(&verify).await.expect(200).value();
    assert!(after["items"][1]["verifiedAt"].is_string() && after["items"][0]["verifiedAt"].is_null(), "{after}");
    client.act(&verify).await.expect(200);
    let viewer = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let seen = viewer.get(&domains).await.expect(200).value();
    assert!(seen["items"][1]["verifiedAt"].is_string() && seen["items"][1].get("verification").is_none(), "{seen}");
}

pub async fn a_domain_is_named_in_ascii_and_shown_as_people_read_it(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let domains = format!("/accounts/{}/domains", world.contoso);
    let added = client.post(&domains, &json!({"domain": "Bücher.example"})).await.expect(201).value();
    let item = added["items"].as_array().unwrap().iter().find(|item| item["name"] == "xn--bcher-kva.example").unwrap();
    assert_eq!(item["unicodeName"], "bücher.example");
    assert_eq!(item["verification"]["name"], "_tenantry.xn--bcher-kva.example");
    client.post(&domains, &json!({"domain": "XN--BCHER-KVA.example"})).await.expect(409);
    client.act(&format!("{domains}/b%C3%BCcher.example/make-primary")).await.expect(200);
    let shown = client.get(&format!("/accounts/{}", world.contoso)).await.expect(200).value();
    assert_eq!(shown["primaryDomain"], "xn--bcher-kva.example");
}

/// Nobody learns from a refusal who has the domain, or whether that account is there still.
pub async fn a_taken_domain_is_refused_alike_whosever_it_is(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let boss = world.client(world.northwind, BuiltInRole::FullAccess).await;
    boss.delete(&format!("/accounts/{}", world.proseware)).await.expect(204);
    let domains = format!("/accounts/{}/domains", world.contoso);
    let mut answers = Vec::new();
    for taken in ["fabrikam.example", "litware.example", "proseware.example"] {
        let answer = client.post(&domains, &json!({"domain": taken})).await.expect(409);
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1], "one in view, one not");
    assert_eq!(answers[0], answers[2], "one that was removed");
}

pub async fn the_page_shows_the_record_and_verifies_without_a_script(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let account = format!("/console/accounts/{}", world.contoso);
    let shown = text(&page(&client, Method::GET, &account, &[]).await);
    assert!(shown.contains("_tenantry.contoso-mail.example") && shown.contains("Not verified"), "{shown}");
    let verify = format!("{account}/domains/verify");
    let alias = [("domain", "contoso-mail.example")];
    let refused = page(&client, Method::POST, &verify, &alias).await;
    assert_eq!(refused.status, 409);
    assert!(text(&refused).contains("The DNS does not show this record yet."));

    let record = VerificationRecord::new(&world.app, world.contoso, &samples::domain("contoso-mail.example"));
    assert!(shown.contains(&record.value));
    world.resolver.publish(&record.name, &record.value);
    assert_eq!(page(&client, Method::POST, &verify, &alias).await.status, 303);
    let shown = text(&page(&client, Method::GET, &account, &[]).await);
    assert!(!shown.contains(&record.value), "{shown}");
    let viewer = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let shown = text(&page(&viewer, Method::GET, &account, &[]).await);
    assert!(shown.contains("Not verified") && !shown.contains("_tenantry."), "{shown}");
}

pub async fn the_page_shows_domains_as_people_read_them(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let account = format!("/console/accounts/{}", world.contoso);
    let added =
        page(&client, Method::POST, &format!("{account}/domains"), &[("domain", "XN--BCHER-KVA.example")]).await;
    assert_eq!(added.status, 303);
    for path in [account.clone(), format!("{account}/users/new")] {
        let shown = text(&page(&client, Method::GET, &path, &[]).await);
        assert!(shown.contains(">bücher.example<") || shown.contains(">bücher.example "), "{path}: {shown}");
    }
}

pub async fn a_domain_is_removed_while_its_login_names_move(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let users = format!("/accounts/{}/users", world.contoso);
    let created = client.post(&users, &new_user("robin@contoso-mail.example")).await.expect(201).value();
    let domain = format!("/accounts/{}/domains/contoso-mail.example", world.contoso);
    client.delete(&domain).await.expect_problem(409, "domain-in-use");
    let foreign = client.delete(&format!("{domain}?moveTo=litware.example")).await.expect(422);
    assert_eq!(foreign.fields(), ["moveTo"]);
    let console = format!("/console/accounts/{}/domains/remove", world.contoso);
    let asked = page(&client, Method::POST, &console, &[("domain", "contoso-mail.example")]).await;
    assert_eq!(asked.status, 409);
    assert!(text(&asked).contains("1 login name uses it.") && text(&asked).contains("Move and remove"));

    client.delete(&format!("{domain}?moveTo=contoso.example")).await.expect(204);
    let moved = client.get(&format!("/users/{}", created["id"].as_str().unwrap())).await.expect(200).value();
    assert_eq!(moved["loginName"], "robin@contoso.example");
    client
        .post(&format!("/accounts/{}/domains", world.contoso), &json!({"domain": "contoso-mail.example"}))
        .await
        .expect(201);
    client.post(&users, &new_user("robin@contoso-mail.example")).await.expect_problem(409, "login-name-taken");
}
