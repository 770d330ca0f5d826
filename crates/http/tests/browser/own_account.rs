//! One's own profile, sessions, theme, and the account one works in.

use fantoccini::Locator;

use crate::driver::Browser;
use crate::people::{sign_in, sign_in_as};
use crate::server::Server;

#[tokio::test]
async fn a_user_edits_the_own_profile() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "user").await;
    browser.click("Your profile").await;
    browser.fill("First name", "Daniela").await;
    assert_eq!(browser.value("Display name").await, "Daniela Novak");
    browser.fill("Phone", "nonsense").await;
    browser.click("Save profile").await;
    browser.see("Phone: Enter a phone number").await;
    assert_eq!(browser.value("First name").await, "Daniela");
    browser.fill("Phone", "+1 206 555 0199").await;
    browser.click("Save profile").await;
    browser.see("Your profile was saved.").await;
    browser.see("Daniela Novak").await;
}

#[tokio::test]
async fn no_access_only_reads_the_own_profile() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Northwind", "no_access").await;
    browser.click("Look at your profile").await;
    browser.see("Your role does not let you change this.").await;
    assert!(!browser.sees("Save profile").await);
}

#[tokio::test]
async fn a_session_elsewhere_can_be_ended() {
    let server = Server::start();
    let (here, elsewhere) = (Browser::start().await, Browser::start().await);
    sign_in_as(&elsewhere, &server, "Contoso", "user").await;
    sign_in_as(&here, &server, "Contoso", "user").await;
    here.goto(&format!("{}/console/profile", server.url())).await;
    here.see("(this one)").await;
    here.click_in(".feed form", "End the session Chrome on Linux").await;
    here.see("The session was ended.").await;
    elsewhere.goto(&format!("{}/console/profile", server.url())).await;
    elsewhere.see("Your session has ended. Sign in to go on.").await;
    let user = server.demo_user("Contoso", "user");
    elsewhere.fill("Login name", &user.login_name).await;
    elsewhere.fill("Password", &user.password).await;
    elsewhere.click("Sign in").await;
    // Back where one wanted to go.
    elsewhere.see("Your profile").await;
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "user").await;
    browser.client().find(Locator::Css(".who summary")).await.unwrap().click().await.unwrap();
    browser.click("Sign out").await;
    browser.see("Sign in to contoso.example").await;
    browser.goto(&format!("{}/console/profile", server.url())).await;
    browser.see("Sign in to Tenantry").await;
    let user = server.demo_user("Contoso", "user");
    sign_in(&browser, &server, &user.login_name, &user.password).await;
    browser.see("Hello, Dana").await;
}

#[tokio::test]
async fn the_chosen_theme_stays() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "user").await;
    browser.click("Theme").await;
    browser.click("Dark").await;
    browser.goto(&format!("{}/console/profile", server.url())).await;
    browser.see("Your profile").await;
    assert_eq!(browser.count("html[data-theme='dark']").await, 1);
}
