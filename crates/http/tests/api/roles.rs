//! Who may do what to users: the rules as required, transcribed here and not taken from the code.

use serde_json::json;
use tenantry_app::testing::NewUser;
use tenantry_domain::{AccountId, permission::BuiltInRole};

use crate::support::{Client, World, new_user, with};

const ROLES: [&str; 6] =
    ["full_access", "basic_access", "no_access", "reseller_administrator", "customer_administrator", "user"];

/// Own and child cell for each of [`ROLES`], as in the product's table: anything but `–` and `n/a` is a yes.
const TABLE: [(&str, &str); 4] = [
    ("account_info.view", "●/● | ●/● | –/– | ◇/◇ | ○/– | ●/–"),
    ("accounts.view", "n/a/○ | n/a/○ | –/– | n/a/○ | –/– | –/–"),
    ("users.view", "○/○ | –/○ | –/– | ◇/○ | ○/– | –/–"),
    ("users.add, edit, remove", "●/● | –/● | –/– | ◇/● | ●/– | –/–"),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Relation {
    Own,
    Child,
    Grandchild,
    Parent,
    Sibling,
    Unknown,
}

const RELATIONS: [Relation; 6] = {
    use Relation::{Child, Grandchild, Own, Parent, Sibling, Unknown};
    [Own, Child, Grandchild, Parent, Sibling, Unknown]
};

fn holds(row: &str, role: &str, relation: Relation) -> bool {
    let cells = TABLE.iter().find(|(name, _)| *name == row).unwrap().1;
    let cell = cells.split(" | ").nth(ROLES.iter().position(|name| *name == role).unwrap()).unwrap();
    let (own, child) = cell.rsplit_once('/').unwrap();
    let symbol = match relation {
        Relation::Own => own,
        Relation::Child | Relation::Grandchild => child,
        Relation::Parent | Relation::Sibling | Relation::Unknown => "–",
    };
    !matches!(symbol, "–" | "n/a")
}

/// What one cannot see is not there, what one can see but not do is refused.
fn status(in_view: bool, held: bool, done: u16) -> u16 {
    match (in_view, held) {
        (false, _) => 404,
        (true, false) => 403,
        (true, true) => done,
    }
}

fn account(world: &World, relation: Relation) -> AccountId {
    match relation {
        Relation::Own => world.contoso,
        Relation::Child => world.fabrikam,
        Relation::Grandchild => world.tailspin,
        Relation::Parent => world.northwind,
        Relation::Sibling => world.litware,
        Relation::Unknown => "0195a0b0-0000-7000-8000-00000000ffff".parse().unwrap(),
    }
}

fn domain(relation: Relation) -> &'static str {
    match relation {
        Relation::Own | Relation::Unknown => "contoso.example",
        Relation::Child => "fabrikam.example",
        Relation::Grandchild => "tailspin.example",
        Relation::Parent => "northwind.example",
        Relation::Sibling => "litware.example",
    }
}

pub async fn each_role_can_do_to_users_what_the_table_says(world: World) {
    for role in ROLES {
        let client = world.client(world.contoso, BuiltInRole::parse(role).unwrap()).await;
        for relation in RELATIONS {
            let account_id = account(&world, relation);
            let target = match relation {
                Relation::Unknown => "0195a0b0-0000-7000-8000-00000000eeee".to_owned(),
                _ => world.add_user(NewUser::new(account_id, BuiltInRole::NoAccess)).await.to_string(),
            };
            let told = format!("{role} to {relation:?}");
            check_account(&client, role, relation, account_id, &told).await;
            check_user(&client, role, relation, &target, &told).await;
        }
    }
}

async fn check_account(client: &Client, role: &str, relation: Relation, account_id: AccountId, told: &str) {
    let in_view = relation == Relation::Own
        || holds("account_info.view", role, relation)
        || holds("accounts.view", role, relation);
    let (views, adds) = (holds("users.view", role, relation), holds("users.add, edit, remove", role, relation));
    let users = format!("/accounts/{account_id}/users");
    assert_eq!(client.get(&users).await.status, status(in_view, views, 200), "list: {told}");
    let body = new_user(&format!("{role}.new@{}", domain(relation)));
    assert_eq!(client.post(&users, &body).await.status, status(in_view, adds, 201), "add: {told}");
}

async fn check_user(client: &Client, role: &str, relation: Relation, target: &str, told: &str) {
    let (views, changes) = (holds("users.view", role, relation), holds("users.add, edit, remove", role, relation));
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
            let (account_id, domain) = (account(&world, relation), domain(relation));
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
