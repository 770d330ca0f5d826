//! Lists of users.

use serde_json::Value;
use tenantry_app::testing::NewUser;
use tenantry_domain::{permission::BuiltInRole, user::ProvisioningState};

use crate::support::{Client, World};

async fn all(client: &Client, path: &str, limit: usize) -> Vec<Value> {
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let page = client.get(&format!("{path}&limit={limit}{after}")).await.expect(200);
        let items = page.items();
        assert!(items.len() <= limit);
        seen.extend(items);
        match page.value()["nextCursor"].as_str() {
            Some(cursor) => after = format!("&after={cursor}"),
            None => return seen,
        }
    }
}

fn logins(users: &[Value]) -> Vec<&str> {
    users.iter().map(|user| user["loginName"].as_str().unwrap().split('@').next().unwrap()).collect()
}

/// Four users of Contoso and one each of the accounts below; the asker is among them.
async fn people(world: &World) -> Client {
    let new =
        |account, login: &str, first: &str| NewUser::new(account, BuiltInRole::User).login(login).named(first, "Doe");
    let asker = NewUser::new(world.contoso, BuiltInRole::FullAccess).login("d").named("Ada", "Doe");
    let asker = world.add_user(asker).await;
    world.add(new(world.contoso, "c", "bea").suspended()).await;
    world.add(new(world.contoso, "b", "Cleo").provisioning(ProvisioningState::Failed)).await;
    world.add(new(world.contoso, "a", "Dan").removed_at(world.app.now())).await;
    world.add(new(world.contoso, "e", "Eve")).await;
    world.add(new(world.tailspin, "t", "Tia")).await;
    world.add(new(world.litware, "l", "Lou")).await;
    world.client_of(asker).await
}

pub async fn users_are_listed_page_by_page_in_every_order(world: World) {
    let client = people(&world).await;
    let path = format!("/accounts/{}/users", world.contoso);
    for (sort, expected) in [
        ("", ["d", "c", "b", "e"]),
        ("name", ["d", "c", "b", "e"]),
        ("-name", ["e", "b", "c", "d"]),
        ("loginName", ["b", "c", "d", "e"]),
        ("-loginName", ["e", "d", "c", "b"]),
        ("createdAt", ["d", "c", "b", "e"]),
        ("-createdAt", ["e", "b", "c", "d"]),
    ] {
        for limit in [1, 3, 4] {
            let users = all(&client, &format!("{path}?sort={sort}"), limit).await;
            assert_eq!(logins(&users), expected, "{sort} by {limit}");
        }
    }
}

pub async fn users_are_searched_and_filtered(world: World) {
    let client = people(&world).await;
    let path = format!("/accounts/{}/users?sort=loginName", world.contoso);
    for (query, expected) in [
        ("&q=BEA", vec!["c"]),
        ("&q=e@CONTOSO", vec!["e"]),
        ("&q=%25", vec![]),
        ("&q=_", vec![]),
        ("&q=%00", vec![]),
        ("&q=nobody", vec![]),
        ("&status=active", vec!["b", "d", "e"]),
        ("&status=suspended", vec!["c"]),
        ("&status=removed", vec!["a"]),
        ("&role=full_access", vec!["d"]),
        ("&provisioning=failed", vec!["b"]),
        ("&status=active&role=user&provisioning=provisioned", vec!["e"]),
        ("&unknown=1&Status=suspended", vec!["b", "c", "d", "e"]),
        ("&scope=subtree&q=doe", vec!["b", "c", "d", "e", "t"]),
    ] {
        assert_eq!(logins(&all(&client, &format!("{path}{query}"), 50).await), expected, "{query}");
    }
    let row = &all(&client, &format!("{path}&q=bea"), 1).await[0];
    assert_eq!(
        (&row["displayName"], &row["status"], &row["provisioning"]["state"]),
        (&"bea Doe".into(), &"suspended".into(), &"provisioned".into())
    );
}

pub async fn wrong_parameters_are_named(world: World) {
    let client = people(&world).await;
    let path = format!("/accounts/{}/users", world.contoso);
    for (query, fields) in [
        ("?scope=all", vec!["scope"]),
        ("?status=gone", vec!["status"]),
        ("?role=emperor", vec!["role"]),
        ("?provisioning=x", vec!["provisioning"]),
        ("?sort=lastSignInAt", vec!["sort"]),
        ("?limit=0", vec!["limit"]),
        ("?limit=-1", vec!["limit"]),
        ("?limit=65536", vec!["limit"]),
        ("?limit=99999999999999999999", vec!["limit"]),
        ("?after=x", vec!["after"]),
        ("?after=eyJ9", vec!["after"]),
        ("?limit=1&limit=2", vec!["limit"]),
        ("?scope=x&sort=y&limit=z", vec!["scope", "sort", "limit"]),
    ] {
        assert_eq!(client.get(&format!("{path}{query}")).await.expect(422).fields(), fields, "{query}");
    }
    let long = format!("{path}?q={}", "x".repeat(201));
    assert_eq!(client.get(&long).await.expect(422).fields(), ["q"]);
    let cursor = client.get(&format!("{path}?limit=1")).await.expect(200).text("/nextCursor");
    let other_order = format!("{path}?sort=createdAt&after={cursor}");
    assert_eq!(client.get(&other_order).await.expect(422).fields(), ["after"]);
}

pub async fn subtree_shows_only_what_is_in_view(world: World) {
    people(&world).await;
    let basic = world.client(world.contoso, BuiltInRole::BasicAccess).await;
    let path = format!("/accounts/{}/users", world.contoso);
    basic.get(&path).await.expect(403);
    assert_eq!(logins(&all(&basic, &format!("{path}?scope=subtree"), 1).await), ["t"]);
    let administrator = world.client(world.contoso, BuiltInRole::CustomerAdministrator).await;
    let seen = all(&administrator, &format!("{path}?scope=subtree&q=doe"), 50).await;
    assert_eq!(logins(&seen), ["d", "c", "b", "e"]);
    let user = world.client(world.contoso, BuiltInRole::User).await;
    user.get(&format!("{path}?scope=subtree")).await.expect(403);
}

/// Of several people who were removed, each role lists those whose pages it is shown, superiors among them.
pub async fn removed_users_are_listed_to_whoever_sees_their_pages(world: World) {
    let mut removed = Vec::new();
    for account in [world.contoso, world.tailspin, world.litware] {
        for role in [BuiltInRole::User, BuiltInRole::FullAccess] {
            removed.push(world.add_user(NewUser::new(account, role).removed_at(world.app.now())).await);
        }
    }
    let path = format!("/accounts/{}/users?status=removed&scope=subtree", world.contoso);
    let mut seen = 0;
    for role in
        [BuiltInRole::FullAccess, BuiltInRole::BasicAccess, BuiltInRole::CustomerAdministrator, BuiltInRole::User]
    {
        let client = world.client(world.contoso, role).await;
        let answer = client.get(&path).await;
        let listed = if answer.status == 200 { answer.items() } else { Vec::new() };
        for id in removed.iter().map(ToString::to_string) {
            let is_shown = client.get(&format!("/users/{id}")).await.status == 200;
            assert_eq!(listed.iter().any(|user| user["id"] == *id), is_shown, "{role:?} and {id}");
            seen += usize::from(is_shown);
        }
    }
    // Both of Contoso, and those of Tailspin as well for roles that reach below.
    assert!(seen > 4, "{seen} shown");
}
