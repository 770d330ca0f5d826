//! What is wrong is said beside the field, and what was typed stays.

use crate::driver::Browser;
use crate::people::{open_form, sign_in_as};
use crate::server::Server;

async fn fill_in_wrongly(browser: &Browser) {
    browser.fill("First name", "Kim").await;
    browser.fill("Last name", "").await;
    browser.fill("Login name", "dana.novak").await;
    browser.fill("E-mail", "no address").await;
    browser.fill("Street address", "12 Long Lane").await;
    browser.fill("Phone", "abc").await;
    browser.choose("User").await;
    browser.choose("Manually set a password").await;
    browser.fill("Password", "short").await;
    browser.fill("Password again", "shorter").await;
    browser.click("Save User Profile").await;
}

async fn sees_what_is_wrong_and_what_was_typed(browser: &Browser) {
    browser.see("fields need a change before Kim can be created").await;
    for words in [
        "Last name: Enter a value.",
        "E-mail: Enter an e-mail address",
        "Phone: Enter a phone number",
        "Password: Use at least 15 characters.",
        "Password again: The two do not agree.",
    ] {
        browser.see(words).await;
    }
    assert_eq!(browser.value("First name").await, "Kim");
    assert_eq!(browser.value("E-mail").await, "no address");
    assert_eq!(browser.value("Street address").await, "12 Long Lane");
    assert_eq!(browser.value("Phone").await, "abc");
    assert_eq!(browser.value("Password").await, "", "passwords are not given back");
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once_and_nothing_typed_is_lost() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    fill_in_wrongly(&browser).await;
    sees_what_is_wrong_and_what_was_typed(&browser).await;
    // Each line of the summary leads to its field.
    browser.click("E-mail: Enter an e-mail address such as avery@contoso.example.").await;
    let focused = browser.client().execute("return document.activeElement.id", vec![]).await;
    assert_eq!(focused.ok().as_ref().and_then(serde_json::Value::as_str), Some("email"));

    browser.fill("Last name", "Park").await;
    browser.fill("E-mail", "kim@park.example").await;
    browser.fill("Phone", "+1 425 555 0142").await;
    browser.choose("Set password by e-mail link").await;
    browser.click("Save User Profile").await;
    browser.see("Login name: This login name is taken.").await;
    browser.fill("Login name", "kim.park").await;
    browser.click("Save User Profile").await;
    browser.see("Kim Park was created").await;
}

#[tokio::test]
async fn errors_are_the_same_without_scripts() {
    let server = Server::start();
    let browser = Browser::without_script().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    fill_in_wrongly(&browser).await;
    sees_what_is_wrong_and_what_was_typed(&browser).await;
}

#[tokio::test]
async fn an_address_follows_its_country_and_goes_back_to_the_company() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    browser.select("Country", "Canada").await;
    browser.select("Province", "Ontario").await;
    browser.fill("City", "Ottawa").await;
    browser.click("Reset to company address").await;
    browser.see("ZIP code").await;
    assert_eq!(browser.value("City").await, "Seattle");
    assert_eq!(browser.value("State").await, "WA");
}

#[tokio::test]
async fn a_wrong_password_keeps_the_login_name_and_says_nothing_more() {
    let server = Server::start();
    let browser = Browser::start().await;
    for login_name in ["jordan.blake@contoso.example", "nobody@contoso.example"] {
        browser.goto(&format!("{}/console/sign-in", server.url())).await;
        browser.fill("Login name", login_name).await;
        browser.fill("Password", "not the password").await;
        browser.click("Sign in").await;
        browser.see("The login name or the password is wrong, or you may not sign in.").await;
        assert_eq!(browser.value("Login name").await, login_name);
    }
}
