//! Bad input: 4xx, naming every field.

use serde_json::{Value, json};
use tenantry_app::testing::NewUser;
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Answer, Client, World, new_user, request, with};

async fn administrator(world: &World) -> (Client, String) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    (client, format!("/accounts/{}/users", world.contoso))
}

fn sorted(answer: &Answer) -> Vec<String> {
    let mut fields = answer.fields();
    fields.sort();
    fields
}

pub async fn missing_fields_are_named_all_at_once(world: World) {
    let (client, users) = administrator(&world).await;
    let answer = client.post(&users, &json!({})).await.expect_problem(422, "invalid-fields");
    assert_eq!(sorted(&answer), ["email", "firstName", "lastName", "loginName", "security.method"]);
    let nobody = json!({"security": {"recipient": null}});
    let answer = client.post(&users, &with(new_user("a@contoso.example"), nobody)).await;
    assert_eq!(answer.expect(422).fields(), ["security.recipient.kind"]);
    let body = json!({"address": {}, "security": {"method": "manual"}});
    let answer = client.post(&users, &body).await.expect(422);
    let expected = [
        "address.city",
        "address.country",
        "address.street",
        "email",
        "firstName",
        "lastName",
        "loginName",
        "security.password",
    ];
    assert_eq!(sorted(&answer), expected);
    assert!(answer.value()["errors"].as_array().unwrap().iter().all(|error| error["code"] == "required"));
}

pub async fn empty_fields_are_named_all_at_once(world: World) {
    let (client, users) = administrator(&world).await;
    for blank in ["", "   "] {
        let body = filled_with(&json!(blank));
        let expected = [
            "address.city",
            "address.country",
            "address.street",
            "displayName",
            "email",
            "firstName",
            "lastName",
            "loginName",
            "phone",
            "role",
            "security.method",
            "status",
        ];
        assert_eq!(sorted(&client.post(&users, &body).await.expect(422)), expected, "{blank:?}");
    }
}

/// Every text of a new user replaced.
fn filled_with(text: &Value) -> Value {
    let mut body = new_user("a@contoso.example");
    let fields = body.as_object_mut().unwrap();
    for value in fields.values_mut() {
        match value {
            Value::Object(object) if !object.contains_key("method") => {
                object.values_mut().for_each(|value| *value = text.clone());
            }
            Value::Object(_) => *value = json!({"method": text}),
            _ => *value = text.clone(),
        }
    }
    body
}

pub async fn long_fields_are_named_all_at_once(world: World) {
    let (client, users) = administrator(&world).await;
    let everything = [
        "address.city",
        "address.country",
        "address.postalCode",
        "address.state",
        "address.street",
        "alternativeEmail",
        "company",
        "department",
        "displayName",
        "email",
        "firstName",
        "jobTitle",
        "lastName",
        "loginName",
        "phone",
        "role",
        "security.method",
        "status",
    ];
    for text in ["x".repeat(300), "é".repeat(300), "x".repeat(3000)] {
        let answer = client.post(&users, &filled_with(&json!(text))).await.expect(422);
        assert_eq!(sorted(&answer), everything);
    }
    let long = json!({"method": "manual", "password": "x".repeat(257)});
    let answer = client.post(&users, &with(new_user("a@contoso.example"), json!({"security": long}))).await;
    assert_eq!(answer.expect(422).fields(), ["security.password"]);
}

pub async fn control_characters_are_refused_in_every_field(world: World) {
    let (client, users) = administrator(&world).await;
    let texts = [
        "firstName",
        "lastName",
        "displayName",
        "company",
        "jobTitle",
        "department",
        "loginName",
        "email",
        "alternativeEmail",
        "phone",
    ];
    for odd in ['\0', '\n', '\r', '\u{7f}', '\u{85}', '\u{2028}', '\u{202e}', '\u{1b}'] {
        for field in texts {
            let body = with(new_user("a@contoso.example"), json!({field: format!("a{odd}b")}));
            assert_eq!(client.post(&users, &body).await.expect(422).fields(), [field], "{odd:?}");
        }
        for field in ["country", "state", "city", "postalCode", "street"] {
            let body = with(new_user("a@contoso.example"), json!({"address": {field: format!("a{odd}b")}}));
            let named = format!("address.{field}");
            assert!(client.post(&users, &body).await.expect(422).fields().contains(&named), "{field} {odd:?}");
        }
    }
}

pub async fn wrong_values_name_their_field(world: World) {
    let (client, users) = administrator(&world).await;
    let wrong: Vec<(Value, &str)> = vec![
        (json!({"address": {"country": "XX"}}), "address.country"),
        (json!({"address": {"country": "USA"}}), "address.country"),
        (json!({"address": {"state": "Bavaria"}}), "address.state"),
        (json!({"address": {"state": null}}), "address.state"),
        (json!({"address": {"postalCode": "K1A 0B1"}}), "address.postalCode"),
        (json!({"address": {"postalCode": ""}}), "address.postalCode"),
        (json!({"phone": "call me"}), "phone"),
        (json!({"phone": "+1"}), "phone"),
        (json!({"phone": "+999 123456"}), "phone"),
        (json!({"phone": "+14255550100 ext. 7"}), "phone"),
        (json!({"loginName": "avery"}), "loginName"),
        (json!({"loginName": "avery@"}), "loginName"),
        (json!({"loginName": "a b@contoso.example"}), "loginName"),
        (json!({"loginName": "a@b@contoso.example"}), "loginName"),
        (json!({"loginName": "avery@nowhere.example"}), "loginName"),
        (json!({"loginName": "avery@fabrikam.example"}), "loginName"),
        (json!({"loginName": "avery@litware.example"}), "loginName"),
        (json!({"email": "avery"}), "email"),
        (json!({"email": "a@x.example,b@y.example"}), "email"),
        (json!({"email": "Avery <avery@contoso.example>"}), "email"),
        (json!({"alternativeEmail": "nobody"}), "alternativeEmail"),
        (json!({"status": "removed"}), "status"),
        (json!({"role": "emperor"}), "role"),
        (json!({"security": {"method": "magic"}}), "security.method"),
        (json!({"security": {"recipient": {"kind": "nobody"}}}), "security.recipient.kind"),
        (json!({"security": {"recipient": {"kind": "alternative"}}}), "security.recipient.kind"),
        (json!({"security": {"recipient": {"kind": "custom"}}}), "security.recipient.email"),
        (json!({"security": {"recipient": {"kind": "custom", "email": "x"}}}), "security.recipient.email"),
        (json!({"security": {"method": "manual", "password": "too short"}}), "security.password"),
        (json!({"security": {"method": "manual", "password": "passwordpassword"}}), "security.password"),
        (json!({"security": {"method": "manual", "password": "avery quinn avery"}}), "security.password"),
        (json!({"security": {"method": "generated", "emailTo": {"kind": "primary"}}}), "security.emailTo"),
    ];
    for (changes, field) in wrong {
        let answer = client.post(&users, &with(new_user("a@contoso.example"), changes.clone())).await;
        assert_eq!(answer.expect(422).fields(), [field], "{changes}");
    }
    assert_eq!(world.find_by_login("a@contoso.example").await, None);
}

pub async fn unknown_fields_are_refused_by_name(world: World) {
    let (client, users) = administrator(&world).await;
    for (changes, field) in [
        (json!({"isAdministrator": true}), "isAdministrator"),
        (json!({"id": "7"}), "id"),
        (json!({"first_name": "Avery"}), "first_name"),
        (json!({"address": {"zip": "1"}}), "address.zip"),
        (json!({"security": {"token": "1"}}), "security.token"),
        (json!({"security": {"recipient": {"name": "1"}}}), "security.recipient.name"),
    ] {
        let answer = client.post(&users, &with(new_user("a@contoso.example"), changes)).await.expect(422);
        assert_eq!(answer.fields(), [field]);
        assert_eq!(answer.value()["errors"][0]["code"], "unknown-field");
    }
    let twice = r#"{"firstName": "Avery", "firstName": "Eve"}"#;
    let head = request(axum::http::Method::POST, &users).header("content-type", "application/json");
    let answer = client.send(head, twice).await.expect(422);
    assert_eq!(
        (answer.fields(), &answer.value()["errors"][0]["code"]),
        (vec!["firstName".to_owned()], &json!("repeated-field"))
    );
}

pub async fn wrong_types_are_refused_by_name(world: World) {
    let (client, users) = administrator(&world).await;
    for (changes, field) in [
        (json!({"firstName": 7}), "firstName"),
        (json!({"email": ["a@x.example", "b@y.example"]}), "email"),
        (json!({"email": {"address": "a@x.example"}}), "email"),
        (json!({"address": "1 Main St"}), "address"),
        (json!({"address": {"city": true}}), "address.city"),
        (json!({"security": "link"}), "security"),
        (json!({"security": {"mustChange": "yes"}}), "security.mustChange"),
        (json!({"security": {"recipient": {"kind": 1}}}), "security.recipient.kind"),
        (json!({"security": {"recipient": "primary"}}), "security.recipient"),
    ] {
        let answer = client.post(&users, &with(new_user("a@contoso.example"), changes)).await.expect(422);
        assert_eq!(answer.fields(), [field]);
        assert_eq!(answer.value()["errors"][0]["code"], "wrong-type");
    }
    for body in [json!([]), json!("x"), json!(7), json!(null)] {
        assert_eq!(client.post(&users, &body).await.expect(422).fields(), ["body"], "{body}");
    }
}

pub async fn taken_login_names_are_conflicts_in_any_case(world: World) {
    let (client, users) = administrator(&world).await;
    client.post(&users, &new_user("avery@contoso.example")).await.expect(201);
    for taken in ["avery@contoso.example", "AVERY@contoso.example", "Avery@CONTOSO.Example", " avery@contoso.example "]
    {
        let answer = client.post(&users, &new_user(taken)).await.expect_problem(409, "login-name-taken");
        assert_eq!(answer.fields(), ["loginName"]);
    }
    let other = client.post(&users, &new_user("blake@contoso.example")).await.expect(201).text("/id");
    let taken = json!({"loginName": "AVERY@contoso.example"});
    client.patch(&format!("/users/{other}"), &taken).await.expect_problem(409, "login-name-taken");
    client.delete(&format!("/users/{other}")).await.expect(204);
    client.post(&users, &new_user("Blake@contoso.example")).await.expect_problem(409, "login-name-taken");
    client.post(&users, &new_user("avery@contoso-mail.example")).await.expect(201);
}

pub async fn look_alikes_of_login_names_are_refused(world: World) {
    let (client, users) = administrator(&world).await;
    client.post(&users, &new_user("mike@contoso.example")).await.expect(201);
    for odd in [
        "ｍike@contoso.example",
        "mıke@contoso.example",
        "mi\u{212a}e@contoso.example",
        "mike\u{200b}@contoso.example",
        "mike@contoso.exаmple",
        "mike@ｃontoso.example",
        "ᴹike@contoso.example",
        "mike\u{301}@contoso.example",
        "mike@contoso\u{3002}example",
        "mike@con\u{ad}toso.example",
    ] {
        let answer = client.post(&users, &new_user(odd)).await.expect(422);
        assert_eq!(answer.fields(), ["loginName"], "{odd:?}");
    }
}

pub async fn wrong_changes_name_their_field(world: World) {
    let (client, _) = administrator(&world).await;
    let target = world.add_user(NewUser::new(world.contoso, BuiltInRole::User)).await;
    let user = format!("/users/{target}");
    for (changes, field) in [
        (json!({"firstName": ""}), "firstName"),
        (json!({"firstName": null}), "firstName"),
        (json!({"email": null}), "email"),
        (json!({"phone": null}), "phone"),
        (json!({"role": null}), "role"),
        (json!({"role": "emperor"}), "role"),
        (json!({"loginName": "avery@litware.example"}), "loginName"),
        (json!({"company": "x".repeat(101)}), "company"),
        (json!({"status": "suspended"}), "status"),
        (json!({"accountId": target.to_string()}), "accountId"),
        (json!({"version": 7}), "version"),
        (json!({"address": {"country": "US", "city": "Redmond", "street": "1", "state": "WA"}}), "address.postalCode"),
    ] {
        assert_eq!(client.patch(&user, &changes).await.expect(422).fields(), [field], "{changes}");
    }
    let answer = client.patch(&user, &json!({"address": null})).await.expect(422);
    assert_eq!(answer.fields(), ["address.country", "address.city", "address.street"]);
    let answer = client.patch(&user, &json!({"firstName": "", "email": "x", "phone": "1"})).await.expect(422);
    assert_eq!(sorted(&answer), ["email", "firstName", "phone"]);
}
