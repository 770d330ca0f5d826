//! Passwords made by hand, shown once, mailed, and links that do not work.

use crate::driver::Browser;
use crate::people::{NewPerson, open_form, sign_in, sign_in_as};
use crate::server::Server;

const SOMEBODY: NewPerson = NewPerson {
    first_name: "Idris",
    last_name: "Bello",
    login_name: "idris.bello",
    email: "idris@bello.example",
    role: "User",
};

#[tokio::test]
async fn a_generated_password_is_shown_once_and_must_be_changed() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    SOMEBODY.fill_in(&browser).await;
    browser.choose("Manually set a password").await;
    browser.click("Generate a password").await;
    browser.see("Generated password, shown only now").await;
    let password = browser.text("[data-secret-value]").await;
    assert_eq!(browser.value("Password").await, password);
    assert_eq!(browser.value("Password again").await, password);
    browser.click("Save User Profile").await;
    browser.see("Idris Bello was created").await;
    browser.see("It must be changed at the first sign-in.").await;
    assert!(!browser.sees(&password).await);

    let newcomer = Browser::start().await;
    sign_in(&newcomer, &server, "idris.bello@contoso.example", &password).await;
    newcomer.see("Choose your own password").await;
    newcomer.goto(&format!("{}/console/profile", server.url())).await;
    newcomer.see("Choose your own password").await;
    newcomer.fill("Current password", &password).await;
    newcomer.fill("New password", "quokka harbour lantern 41").await;
    newcomer.fill("New password again", "quokka harbour lantern 41").await;
    newcomer.click("Change password").await;
    newcomer.see("Your password was changed.").await;
    newcomer.see("Hello, Idris").await;
}

#[tokio::test]
async fn a_password_is_generated_without_scripts() {
    let server = Server::start();
    let browser = Browser::without_script().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    SOMEBODY.fill_in(&browser).await;
    browser.choose("Manually set a password").await;
    browser.click("Generate a password").await;
    browser.see("Generated password, shown only now").await;
    assert_eq!(browser.value("First name").await, "Idris", "what was typed is kept");
    let password = browser.text("[data-secret-value]").await;
    browser.click("Save User Profile").await;
    browser.see("Idris Bello was created").await;
    assert!(!browser.sees(&password).await);
    let newcomer = Browser::without_script().await;
    sign_in(&newcomer, &server, "idris.bello@contoso.example", &password).await;
    newcomer.see("Choose your own password").await;
}

#[tokio::test]
async fn a_password_is_mailed_only_where_the_account_allows_it() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    SOMEBODY.fill_in(&browser).await;
    browser.choose("Manually set a password").await;
    browser.click("Generate a password").await;
    browser.choose("E-mail the new password").await;
    browser.see("The password is sent in plain text.").await;
    let password = browser.value("Password").await;
    browser.click("Save User Profile").await;
    browser.see("The password goes to idris@bello.example in plain text").await;
    assert!(server.mail_to("idris@bello.example").await.text().contains(&password));

    let elsewhere = Browser::start().await;
    sign_in_as(&elsewhere, &server, "Adventure Works", "customer_administrator").await;
    open_form(&elsewhere).await;
    elsewhere.choose("Manually set a password").await;
    elsewhere.see("Generate a password").await;
    assert!(!elsewhere.sees("E-mail the new password").await);
}

#[tokio::test]
async fn a_link_that_is_cut_off_or_spent_says_so() {
    let server = Server::start();
    let browser = Browser::start().await;
    browser.goto(&format!("{}/console/set-password?token=cut-off", server.url())).await;
    browser.see("This link does not work").await;
    let unknown = "A".repeat(43);
    browser.goto(&format!("{}/console/set-password?token={unknown}", server.url())).await;
    browser.see("This link can no longer be used").await;
    browser.click("Ask for a new link").await;
    browser.fill("Login name", "nobody@nowhere.example").await;
    browser.click("Send me a link").await;
    browser.see("If this login name exists and may sign in, a link is on its way").await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_link() {
    let server = Server::start();
    let browser = Browser::start().await;
    let user = server.demo_user("Contoso", "user");
    browser.goto(&format!("{}/console", server.url())).await;
    browser.click("Forgot your password?").await;
    browser.fill("Login name", &user.login_name).await;
    browser.click("Send me a link").await;
    browser.see("Check your mail").await;
    let link = server.mail_to(&user.login_name).await.links().remove(0);
    // Mail scanners look at links; that spends nothing.
    browser.goto(&link).await;
    browser.goto(&link).await;
    browser.fill("New password", "short").await;
    browser.fill("New password again", "short").await;
    browser.click("Set password").await;
    browser.see("One field needs a change before your password can be set").await;
    browser.fill("New password", "quokka harbour lantern 41").await;
    browser.fill("New password again", "quokka harbour lantern 41").await;
    browser.click("Set password").await;
    browser.see("Your password is set").await;
    browser.goto(&link).await;
    browser.see("This link can no longer be used").await;
    sign_in(&browser, &server, &user.login_name, "quokka harbour lantern 41").await;
    browser.see("What you may do here").await;
}
