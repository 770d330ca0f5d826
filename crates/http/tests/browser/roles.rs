//! Who is no administrator does not even see that there is something to administer.

use crate::driver::Browser;
use crate::people::sign_in_as;
use crate::server::Server;

async fn sees_nothing_of_users(account: &str, role: &str) {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, account, role).await;
    assert_eq!(browser.count("a[href*='/users']").await, 0, "{role} at {account} sees a way to users");
    assert!(!browser.sees("Create New User").await);
    let home = browser
        .client()
        .execute("return fetch('/api/v1/me').then((me) => me.json()).then((me) => me.account.id)", vec![])
        .await;
    let home = home.ok().and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
    for path in ["users", "users/new"] {
        browser.goto(&format!("{}/console/accounts/{home}/{path}", server.url())).await;
        browser.see("You may not do this").await;
        assert!(!browser.sees("Create New User").await);
    }
    browser.goto(&format!("{}/console/users/01900000-0000-7000-8000-000000000000", server.url())).await;
    browser.see("There is nothing here").await;
}

#[tokio::test]
async fn role_user_sees_no_users() {
    sees_nothing_of_users("Contoso", "user").await;
}

#[tokio::test]
async fn no_access_sees_no_users() {
    sees_nothing_of_users("Northwind", "no_access").await;
}

#[tokio::test]
async fn no_access_has_only_the_dashboard() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Northwind", "no_access").await;
    browser.see("This page is all your role shows in Northwind.").await;
    assert_eq!(browser.count("nav.nav .nav-item").await, 1);
    assert_eq!(browser.count(".switcher").await, 0);
}

#[tokio::test]
async fn an_account_out_of_reach_does_not_exist() {
    let server = Server::start();
    let (above, beside) = (Browser::start().await, Browser::start().await);
    sign_in_as(&above, &server, "Northwind", "full_access").await;
    above.click_in("nav.nav", "Accounts").await;
    above.click("Litware").await;
    above.see("Company information").await;
    let address = above.url().await;
    sign_in_as(&beside, &server, "Contoso", "full_access").await;
    for path in ["", "/users", "/users/new"] {
        beside.goto(&format!("{address}{path}")).await;
        beside.see("There is nothing here").await;
    }
}
