//! What users hold, where, and for how long.

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_app::testing::NewUser;
use tenantry_domain::{AccountId, permission::BuiltInRole};

use crate::support::{World, request};

fn grant(role: &str, anchor: AccountId) -> Value {
    json!({"role": role, "anchorAccountId": anchor.to_string()})
}

pub async fn grants_are_set_together_and_count_with_the_next_request(world: World) {
    let boss_id = world.user(world.contoso, BuiltInRole::FullAccess).await;
    let boss = world.client_of(boss_id).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let user = world.client_of(user_id).await;
    let path = format!("/users/{user_id}/grants");
    user.get(&format!("/accounts/{}/users", world.tailspin)).await.expect(404);

    let body = json!({"grants": [grant("user", world.contoso), grant("customer_administrator", world.tailspin)]});
    let set = boss.put(&path, &body).await.expect(200);
    assert_eq!(set.header("etag"), Some("\"2\""));
    let items = set.items();
    assert_eq!(items.len(), 2);
    assert_eq!(items[1]["roleName"], "Customer Administrator");
    assert_eq!(items[1]["anchorAccountName"], "Tailspin");
    assert_eq!(items[1]["givenBy"]["userId"], boss_id.to_string());
    user.get(&format!("/accounts/{}/users", world.tailspin)).await.expect(200);
    let access = boss.get(&format!("/users/{user_id}/access?accountId={}", world.tailspin)).await.expect(200).value();
    assert!(access["cells"].as_array().unwrap().contains(&json!("own.users.add")), "{access}");

    boss.put(&path, &json!({"grants": [grant("user", world.contoso)]})).await.expect(200);
    user.get(&format!("/accounts/{}/users", world.tailspin)).await.expect(404);
    let stale = request(Method::PUT, &path).header("If-Match", "\"2\"");
    boss.json(stale, &body).await.expect_problem(412, "stale-version");
}

pub async fn grant_counts_inside_its_window_only(world: World) {
    let boss = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let at = |minutes: i64| (world.app.now() + jiff::SignedDuration::from_mins(minutes)).to_string();
    let mut temporary = grant("customer_administrator", world.tailspin);
    temporary["startsAt"] = json!(at(5));
    temporary["endsAt"] = json!(at(10));
    let body = json!({"grants": [grant("user", world.contoso), temporary]});
    boss.put(&format!("/users/{user_id}/grants"), &body).await.expect(200);
    let user = world.client_of(user_id).await;
    let users = format!("/accounts/{}/users", world.tailspin);
    for expected in [404, 200, 404] {
        user.get(&users).await.expect(expected);
        world.clock.advance(jiff::SignedDuration::from_mins(6));
    }
}

pub async fn wrong_grants_name_their_field(world: World) {
    let boss = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let path = format!("/users/{user_id}/grants");
    let home = grant("user", world.contoso);
    let with = |other: Value| json!({"grants": [home, other]});
    let past = (world.app.now() - jiff::SignedDuration::from_mins(1)).to_string();
    let ended = json!({"role": "user", "anchorAccountId": world.tailspin.to_string(), "endsAt": past});
    for (body, fields) in [
        (json!({}), vec!["grants"]),
        (json!({"grants": []}), vec!["grants"]),
        (json!({"grants": [grant("user", world.tailspin)]}), vec!["grants"]),
        (with(json!({})), vec!["grants[1].role", "grants[1].anchorAccountId"]),
        (with(grant("root", world.tailspin)), vec!["grants[1].role"]),
        (with(grant("user", world.contoso)), vec!["grants[1].anchorAccountId"]),
        (with(grant("user", world.litware)), vec!["grants[1].anchorAccountId"]),
        (
            with(grant("user", "0195a0b0-0000-7000-8000-00000000ffff".parse().unwrap())),
            vec!["grants[1].anchorAccountId"],
        ),
        (with(ended), vec!["grants[1].endsAt"]),
        (
            with(json!({"role": "user", "anchorAccountId": world.tailspin.to_string(), "startsAt": "tomorrow"})),
            vec!["grants[1].startsAt"],
        ),
    ] {
        assert_eq!(boss.put(&path, &body).await.expect(422).fields(), fields, "{body}");
    }
    assert_eq!(boss.get(&path).await.expect(200).items().len(), 1);
}

pub async fn nobody_gives_more_than_they_hold_anywhere(world: World) {
    let administrator_id = world.user(world.contoso, BuiltInRole::CustomerAdministrator).await;
    let administrator = world.client_of(administrator_id).await;
    let user_id = world.user(world.contoso, BuiltInRole::User).await;
    let path = format!("/users/{user_id}/grants");
    let set = |role: &str| json!({"grants": [grant(role, world.contoso)]});
    administrator.put(&path, &set("customer_administrator")).await.expect(200);
    administrator.put(&path, &set("full_access")).await.expect_problem(403, "role-not-covered");
    let own = format!("/users/{administrator_id}/grants");
    administrator.put(&own, &set("user")).await.expect_problem(403, "own-account");

    let boss = world.client(world.northwind, BuiltInRole::FullAccess).await;
    let superior = json!({"grants": [grant("user", world.contoso), grant("full_access", world.fabrikam)]});
    boss.put(&path, &superior).await.expect(200);
    administrator.put(&path, &set("user")).await.expect_problem(403, "superior-user");
}

pub async fn grants_out_of_view_are_neither_shown_nor_touched(world: World) {
    let boss = world.client(world.northwind, BuiltInRole::FullAccess).await;
    let user_id = world.add_user(NewUser::new(world.contoso, BuiltInRole::User)).await;
    let path = format!("/users/{user_id}/grants");
    let body = json!({"grants": [grant("user", world.contoso), grant("no_access", world.litware)]});
    boss.put(&path, &body).await.expect(200);
    let administrator = world.client(world.contoso, BuiltInRole::FullAccess).await;
    assert_eq!(administrator.get(&path).await.expect(200).items().len(), 1);
    administrator.put(&path, &json!({"grants": [grant("no_access", world.contoso)]})).await.expect(200);
    let roles: Vec<Value> = boss.get(&path).await.expect(200).items().iter().map(|item| item["role"].clone()).collect();
    assert_eq!(roles, ["no_access", "no_access"]);
}

pub async fn the_last_administrator_is_not_put_on_time(world: World) {
    let basic = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let last = world.user(world.fabrikam, BuiltInRole::CustomerAdministrator).await;
    let path = format!("/users/{last}/grants");
    let mut ending = grant("customer_administrator", world.fabrikam);
    ending["endsAt"] = json!((world.app.now() + jiff::SignedDuration::from_hours(1)).to_string());
    let body = json!({"grants": [ending]});
    basic.put(&path, &body).await.expect_problem(409, "last-administrator");
    world.user(world.fabrikam, BuiltInRole::CustomerAdministrator).await;
    basic.put(&path, &body).await.expect(200);
}
