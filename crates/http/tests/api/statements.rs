//! What a page costs does not depend on how much there is.

use std::sync::atomic::Ordering;

use axum::http::Request;
use tenantry_app::testing::samples;
use tenantry_domain::{
    AccountId,
    account::{AccountKind, AccountPath},
    permission::BuiltInRole,
};
use tenantry_http::cookies;

use crate::support::{Client, World};

/// Customers below Contoso, and one of them with a user each.
async fn add_customers(world: &World, above: &AccountPath, numbers: std::ops::Range<u64>) {
    let uow = world.storage.begin().await.unwrap();
    for number in numbers {
        let id = AccountId::new(samples::uuid(10_000 + number));
        let (name, domain) = (format!("Customer {number:03}"), format!("customer{number}.example"));
        let account = samples::account(above.child(id), AccountKind::Customer, &name, &domain);
        uow.accounts().insert(&account, samples::instant(0)).await.unwrap();
    }
    uow.commit().await.unwrap();
}

async fn statements_of(world: &World, client: &Client, path: &str) -> u64 {
    let before = world.statements.load(Ordering::Relaxed);
    let cookie = format!("{}={}", cookies::SESSION, client.token());
    let request = client.signed(Request::builder().uri(path).header("Cookie", cookie));
    let answer = client.send_as_is(request, "").await;
    assert_eq!(answer.status, 200, "{path}");
    world.statements.load(Ordering::Relaxed) - before
}

pub async fn pages_take_as_many_statements_with_many_accounts_as_with_few(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let (contoso, tailspin) = (world.contoso, world.tailspin);
    let above = world.directory.find_account(contoso).await.unwrap().unwrap().account.path;
    let user = world.user(tailspin, BuiltInRole::User).await;
    let paths = [
        "/console".to_owned(),
        "/console/accounts".to_owned(),
        "/console/accounts?view=tree".to_owned(),
        "/console/accounts?q=customer".to_owned(),
        "/console/accounts?switch=1".to_owned(),
        "/console/account-choices?q=customer&may=work".to_owned(),
        format!("/console/accounts/{contoso}"),
        format!("/console/accounts/{contoso}/users?scope=subtree"),
        format!("/console/accounts/{tailspin}/move"),
        format!("/console/users/{user}/grants"),
        "/api/v1/accounts".to_owned(),
        format!("/api/v1/accounts?parent={contoso}"),
    ];
    add_customers(&world, &above, 0..55).await;
    let mut with_few = Vec::new();
    for path in &paths {
        // The first time a session is used in a minute, that is noted.
        statements_of(&world, &client, path).await;
        with_few.push(statements_of(&world, &client, path).await);
    }
    add_customers(&world, &above, 55..360).await;
    for (path, few) in paths.iter().zip(with_few) {
        let many = statements_of(&world, &client, path).await;
        assert_eq!(many, few, "{path}");
        println!("{path}: {many} statements");
    }
}

/// One says who asks; the rest is what is shown.
pub async fn what_is_read_most_takes_few_statements(world: World) {
    let client = world.client(world.contoso, BuiltInRole::FullAccess).await;
    let user = world.user(world.tailspin, BuiltInRole::User).await;
    let (contoso, tailspin) = (world.contoso, world.tailspin);
    // Storage in memory takes none; making these people took some on every other.
    let is_asked = u64::from(world.statements.load(Ordering::Relaxed) > 0);
    for (path, expected) in [
        (format!("/api/v1/users/{user}"), 2),
        (format!("/api/v1/accounts/{contoso}/users"), 2),
        (format!("/api/v1/accounts/{tailspin}/users"), 3),
        ("/api/v1/me".to_owned(), 3),
    ] {
        // The first time a session is used in a minute, that is noted.
        statements_of(&world, &client, &path).await;
        assert_eq!(statements_of(&world, &client, &path).await, expected * is_asked, "{path}");
    }
}
