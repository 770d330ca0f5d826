//! What the tests have in common: signing in, and filling in the form for a new user.

#![expect(clippy::expect_used, reason = "a harness that fails is a test that fails")]

use crate::driver::Browser;
use crate::server::{DemoUser, Server};

pub async fn sign_in(browser: &Browser, server: &Server, login_name: &str, password: &str) {
    browser.goto(&format!("{}/console/sign-in", server.url())).await;
    browser.fill("Login name", login_name).await;
    browser.fill("Password", password).await;
    browser.click("Sign in").await;
}

/// Signs in as somebody of the demo tree and waits for the dashboard.
pub async fn sign_in_as(browser: &Browser, server: &Server, account: &str, role: &str) -> DemoUser {
    let user = server.demo_user(account, role);
    sign_in(browser, server, &user.login_name, &user.password).await;
    browser.see("What you may do here").await;
    user
}

/// From any page to the form for a new user, as the article says: *Users* on the left, *Create New User* above the list.
pub async fn open_form(browser: &Browser) {
    browser.click_in("nav.nav", "Users").await;
    browser.click("Create New User").await;
    browser.see("Every field is needed unless it is marked optional.").await;
}

/// Somebody who does not exist yet.
pub struct NewPerson {
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub login_name: &'static str,
    pub email: &'static str,
    pub role: &'static str,
}

impl NewPerson {
    pub async fn fill_in(&self, browser: &Browser) {
        browser.fill("First name", self.first_name).await;
        browser.fill("Last name", self.last_name).await;
        browser.fill("Login name", self.login_name).await;
        browser.fill("E-mail", self.email).await;
        browser.choose(self.role).await;
    }
}

/// The last part of the address that the browser is at: an id, on the page of one thing.
pub async fn last_part(browser: &Browser) -> String {
    let url = browser.url().await;
    url.rsplit(['/', '=']).next().expect("an address has a last part").to_owned()
}

/// Follows the link of the newest mail to an address, sets a password with it, and signs in.
pub async fn set_first_password(browser: &Browser, server: &Server, email: &str, login_name: &str, password: &str) {
    let mail = server.mail_to(email).await;
    let [link] = mail.links().try_into().expect("a link mail holds exactly one address");
    browser.goto(&link).await;
    browser.see(&format!("For {login_name}")).await;
    // The token does not stay in the address.
    assert!(browser.url().await.ends_with("/console/set-password"));
    browser.fill("New password", password).await;
    browser.fill("New password again", password).await;
    browser.click("Set password").await;
    browser.see("Your password is set").await;
    sign_in(browser, server, login_name, password).await;
}
