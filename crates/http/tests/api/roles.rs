//! Who may do what to users.

use serde_json::json;
use tenantry_app::testing::NewUser;
use tenantry_domain::{AccountId, permission::BuiltInRole};

use crate::{
    requirements::{ROLES, Relation, UNKNOWN, holds, views_account},
    support::{Client, World, new_user, with},
};

const RELATIONS: [Relation; 6] = {
    use Relation::{Child, Grandchild, Own, Parent, Sibling, Unknown};
    [Own, Child, Grandchild, Parent, Sibling, Unknown]
};

/// What one cannot see is not there, what one can see but not do is refused.
fn status(in_view: bool, held: bool, done: u16) -> u16 {
    match (in_view, held) {
        (false, _) => 404,
        (true, false) => 403,
        (true, true) => done,
    }
}

pub async fn each_role_can_do_to_users_what_the_table_says(world: World) {
    for role in ROLES {
        let client = world.client(world.contoso, BuiltInRole::parse(role).unwrap()).await;
        for relation in RELATIONS {
            let account_id = relation.account(&world);
            let target = match relation {
                Relation::Unknown => UNKNOWN.to_owned(),
                _ => world.add_user(NewUser::new(account_id, BuiltInRole::NoAccess)).await.to_string(),
            };
            let told = format!("{role} to {relation:?}");
            check_account(&client, role, relation, account_id, &told).await;
            check_user(&client, role, relation, &target, &told).await;
        }
    }
}

async fn check_account(client: &Client, role: &str, relation: Relation, account_id: AccountId, told: &str) {
    let in_view = views_account(role, relation);
    let (views, adds) = (holds("users.view", role, relation), holds("users.add", role, relation));
    let users = format!("/accounts/{account_id}/users");
    assert_eq!(client.get(&users).await.status, status(in_view, views, 200), "list: {told}");
    let body = new_user(&format!("{role}.new@{}", relation.domain()));
    assert_eq!(client.post(&users, &body).await.status, status(in_view, adds, 201), "add: {told}");
}

async fn check_user(client: &Client, role: &str, relation: Relation, target: &str, told: &str) {
    let (views, changes) = (holds("users.view", role, relation), holds("users.edit", role, relation));
    let user = format!("/users/{target}");
    let expected = status(views, changes, 200);
    assert_eq!(client.get(&user).await.status, status(views, true, 200), "view: {told}");
    assert_eq!(client.patch(&user, &json!({"jobTitle": "Buyer"})).await.status, expected, "edit: {told}");
    for act in ["suspend", "activate"] {
        assert_eq!(client.act(&format!("{user}/{act}")).await.status, expected, "{act}: {told}");
    }
    let link = json!({"recipient": {"kind": "primary"}});
    let sent = client.post(&format!("{user}/password-links"), &link).await.status;
    assert_eq!(sent, status(views, changes, 201), "link: {told}");
    assert_eq!(client.delete(&user).await.status, status(views, changes, 204), "remove: {told}");
    assert_eq!(client.act(&format!("{user}/restore")).await.status, expected, "restore: {told}");
}

/// Which roles each role can give: none above itself, everything below where it holds everything.
fn grantable(role: &str, relation: Relation) -> &'static [&'static str] {
    match (role, relation) {
        ("full_access" | "reseller_administrator", Relation::Own | Relation::Child | Relation::Grandchild)
        | ("basic_access", Relation::Child | Relation::Grandchild) => &ROLES,
        ("customer_administrator", Relation::Own) => &["customer_administrator", "user", "no_access"],
        _ => &[],
    }
}

pub async fn each_role_can_give_the_roles_it_covers(world: World) {
    for role in ROLES {
        let client = world.client(world.contoso, BuiltInRole::parse(role).unwrap()).await;
        for relation in [Relation::Own, Relation::Child, Relation::Grandchild] {
            let given = grantable(role, relation);
            let (account_id, domain) = (relation.account(&world), relation.domain());
            for wanted in ROLES {
                let login_name = format!("{role}.{wanted}@{domain}");
                let body = with(new_user(&login_name), json!({"role": wanted}));
                let answer = client.post(&format!("/accounts/{account_id}/users"), &body).await;
                let told = format!("{role} gives {wanted} at {relation:?}");
                assert_eq!(answer.status == 201, given.contains(&wanted), "{told}: {}", answer.status);
                if answer.status == 403 && !given.is_empty() {
                    assert_eq!(answer.text("/code"), "role-not-covered", "{told}");
                }
            }
        }
    }
}

pub async fn superiors_are_guarded(world: World) {
    let administrator = world.client(world.contoso, BuiltInRole::CustomerAdministrator).await;
    let superior = world.user(world.contoso, BuiltInRole::FullAccess).await;
    let user = format!("/users/{superior}");
    administrator.get(&user).await.expect(200);
    let link = json!({"recipient": {"kind": "custom", "email": "eve@elsewhere.example"}, "reason": "asked", "actorPassword": "x"});
    for answer in [
        administrator.patch(&user, &json!({"email": "eve@elsewhere.example"})).await,
        administrator.patch(&user, &json!({"role": "no_access"})).await,
        administrator.act(&format!("{user}/suspend")).await,
        administrator.act(&format!("{user}/provisioning")).await,
        administrator.post(&format!("{user}/password-links"), &link).await,
        administrator.put(&format!("{user}/password"), &json!({"password": "lantern orbit velvet canyon"})).await,
        administrator.delete(&format!("{user}/image")).await,
        administrator.get(&format!("{user}/mails")).await,
        administrator.delete(&user).await,
    ] {
        answer.expect_problem(403, "superior-user");
    }
    let role = json!({"role": "full_access"});
    let peer = world.user(world.contoso, BuiltInRole::User).await;
    administrator.patch(&format!("/users/{peer}"), &role).await.expect_problem(403, "role-not-covered");
}

pub async fn nobody_changes_the_own_role_or_status(world: World) {
    let user_id = world.user(world.contoso, BuiltInRole::FullAccess).await;
    world.user(world.contoso, BuiltInRole::FullAccess).await;
    let client = world.client_of(user_id).await;
    let own = format!("/users/{user_id}");
    client.patch(&own, &json!({"role": "basic_access"})).await.expect_problem(403, "own-account");
    client.act(&format!("{own}/suspend")).await.expect_problem(403, "own-account");
    client.delete(&own).await.expect_problem(403, "own-account");
    client
        .put(&format!("{own}/password"), &json!({"password": "lantern orbit velvet canyon"}))
        .await
        .expect_problem(403, "own-account");
    client.patch(&own, &json!({"jobTitle": "Owner", "role": "full_access"})).await.expect(200);
}
