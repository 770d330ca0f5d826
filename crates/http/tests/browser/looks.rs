//! Pictures of the main pages, at three widths and in both themes, kept in `target/screenshots`; and what must hold for each.

use crate::driver::Browser;
use crate::people::{last_part, sign_in_as};
use crate::pictures::photograph_at;
use crate::server::Server;

#[tokio::test]
async fn pages_before_sign_in_fit_every_width() {
    let server = Server::start();
    let browser = Browser::start().await;
    for (name, path) in [
        ("sign-in", "/console/sign-in"),
        ("forgot-password", "/console/forgot-password"),
        ("link-unusable", "/console/set-password?token=x"),
    ] {
        photograph_at(&browser, name, &format!("{}{path}", server.url())).await;
    }
}

#[tokio::test]
async fn pages_of_an_administrator_fit_every_width() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    browser.click_in("nav.nav", "Users").await;
    browser.see("Dana Novak").await;
    let users = browser.url().await;
    browser.click("Dana Novak").await;
    browser.see("General information").await;
    let user = last_part(&browser).await;
    browser.click_in("nav.nav", "Roles").await;
    let roles = browser.url().await;
    browser.click("Helpdesk").await;
    browser.see("Who has it").await;
    let role = browser.url().await;
    let account = roles.split('/').rev().nth(1).unwrap_or_default();
    let page = |path: &str| format!("{}{path}", server.url());
    let pages = [
        ("dashboard", page("/console")),
        ("users", users.clone()),
        ("users-subtree", format!("{users}?scope=subtree")),
        ("users-no-match", format!("{users}?q=zzz")),
        ("create-user", format!("{users}/new")),
        ("user", page(&format!("/console/users/{user}"))),
        ("edit-user", page(&format!("/console/users/{user}/edit"))),
        ("suspend", page(&format!("/console/users/{user}/suspend"))),
        ("access", page(&format!("/console/users/{user}/access"))),
        (
            "access-explained",
            page(&format!("/console/users/{user}/access?action=add&resource=users&accountId={account}")),
        ),
        ("grants", page(&format!("/console/users/{user}/grants"))),
        ("roles", format!("{roles}?compare=customer_administrator&with=basic_access")),
        ("role-built-in", format!("{roles}/user")),
        ("role", role.clone()),
        ("role-edit", format!("{role}/edit")),
        ("role-new", format!("{roles}/new")),
        ("accounts", page("/console/accounts")),
        ("account", users.trim_end_matches("/users").to_owned()),
        ("profile", page("/console/profile")),
        ("password", page("/console/password")),
        ("not-found", page("/console/nowhere")),
        ("samples", page("/console/_samples")),
    ];
    for (name, url) in pages {
        photograph_at(&browser, name, &url).await;
    }
}

#[tokio::test]
async fn no_page_asks_another_host_and_the_first_is_small() {
    let server = Server::start();
    let browser = Browser::start().await;
    browser.goto(&format!("{}/console/sign-in", server.url())).await;
    browser.see("Sign in to Tenantry").await;
    let script = "const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]; \
                  const foreign = loaded.filter((one) => !one.name.startsWith(location.origin)).map((one) => one.name); \
                  return [foreign.join(' '), loaded.reduce((sum, one) => sum + one.transferSize, 0)]";
    let loaded = browser.client().execute(script, vec![]).await.unwrap_or_default();
    assert_eq!(loaded.pointer("/0").and_then(serde_json::Value::as_str), Some(""));
    let bytes = loaded.pointer("/1").and_then(serde_json::Value::as_u64).unwrap_or(u64::MAX);
    assert!(bytes < 60_000, "{bytes} bytes were transferred");
}
