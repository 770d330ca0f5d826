//! Roles that accounts define.

use axum::http::Method;
use serde_json::{Value, json};
use tenantry_app::testing::NewUser;
use tenantry_domain::permission::BuiltInRole;

use crate::support::{Client, World, new_user, request, with};

const HELPDESK: [&str; 3] = ["own.account_info.view", "own.users.view", "own.users.edit"];

/// A role of these cells at Contoso; its id.
async fn define(world: &World, client: &Client, name: &str, cells: &[&str]) -> String {
    let body = json!({"name": name, "cells": cells});
    client.post(&format!("/accounts/{}/roles", world.contoso), &body).await.expect(201).text("/id")
}

pub async fn role_is_defined_listed_changed_and_removed(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let roles = format!("/accounts/{}/roles", world.contoso);
    let body = json!({"name": "Helpdesk", "description": "Helps.", "cells": HELPDESK, "editsOwnProfile": false});
    let created = client.post(&roles, &body).await.expect(201);
    let id = created.text("/id");
    assert_eq!(created.header("location"), Some(&*format!("/api/v1/roles/{id}")));
    assert_eq!(created.header("etag"), Some("\"1\""));
    let value = created.value();
    assert_eq!(value["cells"], json!(HELPDESK));
    assert_eq!((&value["builtIn"], &value["accountName"]), (&json!(false), &json!("Contoso")));

    let items = client.get(&roles).await.expect(200).items();
    let ids: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
    assert_eq!(ids.len(), 7);
    assert_eq!((ids[0], ids[6]), ("full_access", &*id));
    assert!(items.iter().all(|item| item["missing"] == json!([])), "full access covers them all");

    let role = format!("/roles/{id}");
    let changed = client.patch(&role, &json!({"name": "Service desk", "description": null})).await.expect(200);
    assert_eq!((changed.text("/name"), changed.header("etag")), ("Service desk".to_owned(), Some("\"2\"")));
    assert_eq!(changed.value()["description"], json!(null));
    let stale = request(Method::PATCH, &role).header("If-Match", "\"1\"");
    client.json(stale, &json!({"name": "Other"})).await.expect_problem(412, "stale-version");
    client.delete(&role).await.expect(204);
    client.get(&role).await.expect(404);
}

pub async fn wrong_roles_name_their_field(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let roles = format!("/accounts/{}/roles", world.contoso);
    assert_eq!(client.post(&roles, &json!({})).await.expect(422).fields(), ["name", "cells"]);
    let unknown = json!({"name": "x".repeat(101), "cells": ["own.users.fly"]});
    assert_eq!(client.post(&roles, &unknown).await.expect(422).fields(), ["name", "cells"]);
    for blind in ["own.users.edit", "own.users.add", "child.services.remove"] {
        let answer = client.post(&roles, &json!({"name": "Blind", "cells": [blind]})).await.expect(422);
        assert_eq!(answer.value()["errors"][0]["code"], "view-missing", "{blind}");
    }
    let other_scope = json!({"name": "Blind", "cells": ["own.users.view", "child.users.edit"]});
    assert_eq!(client.post(&roles, &other_scope).await.expect(422).fields(), ["cells"]);
    define(&world, &client, "Helpdesk", &HELPDESK).await;
    let taken = client.post(&roles, &json!({"name": "HELPDESK", "cells": []})).await;
    assert_eq!(taken.expect_problem(409, "role-name-taken").fields(), ["name"]);
}

pub async fn nobody_defines_more_than_they_hold(world: World) {
    let client = world.client(world.contoso, BuiltInRole::CustomerAdministrator).await;
    let roles = format!("/accounts/{}/roles", world.contoso);
    let more = json!({"name": "More", "cells": ["child.users.view"]});
    client.post(&roles, &more).await.expect_problem(403, "role-not-covered");
    client.post(&roles, &json!({"name": "Less", "cells": HELPDESK})).await.expect(201);
    let reader = world.client(world.contoso, BuiltInRole::User).await;
    reader.get(&roles).await.expect_problem(403, "permission-missing");
    reader.post(&roles, &json!({"name": "x", "cells": []})).await.expect_problem(403, "permission-missing");
    let beside = world.client(world.litware, BuiltInRole::FullAccess).await;
    beside.get(&roles).await.expect(404);
    beside.post(&roles, &json!({"name": "x", "cells": []})).await.expect(404);
}

pub async fn custom_role_gives_what_it_holds_now(world: World) {
    let boss = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let role = define(&world, &boss, "Helpdesk", &HELPDESK).await;
    let new = with(new_user("robin@contoso.example"), json!({"role": role}));
    let user = boss.post(&format!("/accounts/{}/users", world.contoso), &new).await.expect(201);
    assert_eq!((user.text("/role"), user.text("/roleName")), (role.clone(), "Helpdesk".to_owned()));
    let robin = world.client_of(user.text("/id").parse().unwrap()).await;
    let other = world.user(world.contoso, BuiltInRole::NoAccess).await;
    let job = json!({"jobTitle": "Buyer"});
    robin.patch(&format!("/users/{other}"), &job).await.expect(200);
    robin.delete(&format!("/users/{other}")).await.expect_problem(403, "permission-missing");

    let cells = json!({"cells": ["own.account_info.view", "own.users.view"]});
    boss.patch(&format!("/roles/{role}"), &cells).await.expect(200);
    robin.patch(&format!("/users/{other}"), &job).await.expect_problem(403, "permission-missing");
    let listed = boss.get(&format!("/accounts/{}/users?role={role}", world.contoso)).await.expect(200).items();
    assert_eq!(listed.iter().map(|user| user["roleName"].clone()).collect::<Vec<_>>(), ["Helpdesk"]);

    let shown = boss.get(&format!("/roles/{role}")).await.expect(200).value();
    assert_eq!(shown["holders"][0]["loginName"], "robin@contoso.example");
    boss.delete(&format!("/roles/{role}")).await.expect_problem(409, "role-in-use");
    robin.patch(&format!("/roles/{role}"), &cells).await.expect_problem(403, "permission-missing");
}

pub async fn roles_are_in_view_for_those_who_view_their_accounts_users(world: World) {
    let boss = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let role = define(&world, &boss, "Helpdesk", &HELPDESK).await;
    let below = world.client(world.fabrikam, BuiltInRole::FullAccess).await;
    below.get(&format!("/roles/{role}")).await.expect(404);
    let offered = below.get(&format!("/accounts/{}/roles", world.fabrikam)).await.expect(200).items();
    assert_eq!(offered.len(), 6, "what was defined above is not in view from below");
    let target = world.user(world.fabrikam, BuiltInRole::NoAccess).await;
    let answer = below.patch(&format!("/users/{target}"), &json!({"role": role})).await.expect(422);
    assert_eq!(answer.fields(), ["role"]);
    let inherited = boss.get(&format!("/accounts/{}/roles", world.tailspin)).await.expect(200).items();
    assert_eq!(inherited.last().unwrap()["id"], json!(role));
    boss.patch(&format!("/users/{target}"), &json!({"role": role})).await.expect(200);
    let seen = below.get(&format!("/users/{target}")).await.expect(200).value();
    assert_eq!(seen["roleName"], "Helpdesk", "whoever views a user reads what the role is called");
}

pub async fn nobody_changes_a_role_over_anybodys_head(world: World) {
    let boss = world.client(world.northwind, BuiltInRole::FullAccess).await;
    let role = define(&world, &boss, "Helpdesk", &HELPDESK).await;
    let editor_id = world.user(world.contoso, BuiltInRole::CustomerAdministrator).await;
    let editor = world.client_of(editor_id).await;
    let wider = json!({"cells": ["own.account_info.view", "own.users.view", "own.users.edit", "own.services.view"]});
    editor.patch(&format!("/roles/{role}"), &wider).await.expect(200);

    // Below Contoso, a customer administrator of Contoso holds nothing: what the role gives there is not theirs to change.
    let below = world.add_user(NewUser::new(world.fabrikam, BuiltInRole::NoAccess)).await;
    boss.patch(&format!("/users/{below}"), &json!({"role": role})).await.expect(200);
    let narrower: Value = json!({"cells": HELPDESK});
    editor.patch(&format!("/roles/{role}"), &narrower).await.expect_problem(403, "role-holder");

    boss.patch(&format!("/users/{below}"), &json!({"role": "user"})).await.expect(200);
    boss.patch(&format!("/users/{editor_id}"), &json!({"role": role})).await.expect(200);
    let again = world.client_of(editor_id).await;
    again.patch(&format!("/roles/{role}"), &json!({"name": "Mine"})).await.expect(200);
    again.patch(&format!("/roles/{role}"), &narrower).await.expect_problem(403, "own-role");
}
