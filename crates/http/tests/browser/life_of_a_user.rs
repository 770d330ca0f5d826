//! Editing, suspending, activating, removing and restoring a user.

use crate::driver::Browser;
use crate::people::{last_part, open_form, sign_in, sign_in_as};
use crate::server::Server;

async fn open_user(browser: &Browser, name: &str) -> String {
    browser.click_in("nav.nav", "Users").await;
    browser.click(name).await;
    browser.see("General information").await;
    last_part(browser).await
}

#[tokio::test]
async fn a_suspended_user_is_out_at_once_and_back_after_activation() {
    let server = Server::start();
    let (browser, other) = (Browser::start().await, Browser::start().await);
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    let user = sign_in_as(&other, &server, "Contoso", "user").await;
    open_user(&browser, "Dana Novak").await;
    browser.click("Suspend").await;
    browser.see("Suspend Dana Novak?").await;
    browser.click("Suspend Dana Novak").await;
    browser.see("Dana Novak was suspended.").await;

    other.goto(&format!("{}/console/profile", server.url())).await;
    other.see("Your session has ended. Sign in to go on.").await;
    other.fill("Login name", &user.login_name).await;
    other.fill("Password", &user.password).await;
    other.click("Sign in").await;
    other.see("The login name or the password is wrong, or you may not sign in.").await;

    browser.click("Activate").await;
    browser.see("Dana Novak was activated.").await;
    sign_in(&other, &server, &user.login_name, &user.password).await;
    other.see("Hello, Dana").await;
}

#[tokio::test]
async fn a_removed_user_can_be_restored() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_user(&browser, "Dana Novak").await;
    browser.click("Remove").await;
    browser.see("For 30 days they can be restored.").await;
    browser.click("Remove Dana Novak").await;
    browser.see("Dana Novak was removed.").await;
    browser.click_in("nav.nav", "Users").await;
    browser.see("Users of Contoso").await;
    assert!(!browser.sees("dana.novak@contoso.example").await);
    browser.click_in("form[data-search]", "Status").await;
    browser.click_in("form[data-search]", "Removed").await;
    browser.click("Dana Novak").await;
    browser.click("Restore").await;
    browser.see("Dana Novak was restored.").await;

    let (restored, user) = (Browser::start().await, server.demo_user("Contoso", "user"));
    sign_in(&restored, &server, &user.login_name, &user.password).await;
    restored.see("Hello, Dana").await;
}

#[tokio::test]
async fn an_edit_is_saved_and_one_over_a_newer_state_is_not() {
    let server = Server::start();
    let (browser, other) = (Browser::start().await, Browser::start().await);
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    sign_in_as(&other, &server, "Contoso", "reseller_administrator").await;
    open_user(&browser, "Dana Novak").await;
    browser.click("Edit").await;
    browser.fill("Job title", "Head of support").await;
    open_user(&other, "Dana Novak").await;
    other.click("Edit").await;
    other.fill("Department", "Helpdesk").await;
    other.choose("Customer Administrator").await;
    other.click("Save User Profile").await;
    other.see("Dana Novak was saved.").await;
    other.see("Customer Administrator of Contoso").await;

    browser.click("Save User Profile").await;
    browser.see("Somebody saved this profile while you were editing it.").await;
    assert_eq!(browser.value("Job title").await, "Head of support");
    browser.click("Save User Profile").await;
    browser.see("Dana Novak was saved.").await;
    browser.see("Head of support").await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Adventure Works", "customer_administrator").await;
    open_user(&browser, "Priya Raman").await;
    browser.see("Your profile").await;
    assert!(!browser.sees("Suspend").await, "nobody suspends themselves");
    browser.goto(&format!("{}/suspend", browser.url().await)).await;
    browser.see("This cannot be done to your own account.").await;
}

#[tokio::test]
async fn a_link_goes_to_another_address_only_with_reason_and_password() {
    let server = Server::start();
    let browser = Browser::start().await;
    let administrator = sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_user(&browser, "Dana Novak").await;
    browser.click("Send a password link").await;
    browser.choose("Another address").await;
    browser.fill("Other e-mail address", "dana@elsewhere.example").await;
    browser.click("Send link").await;
    browser.see("Reason: Say why the link goes to another address.").await;
    browser.fill("Reason", "Her mailbox is lost").await;
    browser.fill("Your own password", &administrator.password).await;
    browser.click("Send link").await;
    browser.see("A password link is on its way to dana@elsewhere.example.").await;
    assert_eq!(server.mail_to("dana@elsewhere.example").await.links().len(), 1);
    // The usual mailbox is told, and gets no link.
    assert!(!server.mail_to("dana.novak@contoso.example").await.text().contains("set-password"));
}

#[tokio::test]
async fn the_list_is_searched_as_one_types_and_follows_the_address() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    browser.click_in("nav.nav", "Users").await;
    browser.see("dana.novak@contoso.example").await;
    browser.fill("Search users", "riley").await;
    browser.see("1 user").await;
    assert!(!browser.sees("dana.novak@contoso.example").await);
    assert!(browser.url().await.ends_with("?q=riley"));
    browser.click("Clear filters").await;
    browser.see("dana.novak@contoso.example").await;
    browser.click_in("form[data-search]", "Accounts").await;
    browser.click_in("form[data-search]", "Contoso and below").await;
    browser.see("carla.jensen@wingtip.example").await;
    open_form(&browser).await;
}
