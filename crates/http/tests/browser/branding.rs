//! A reseller's logo and colours, and who looks at them.

use std::path::Path;

use crate::driver::Browser;
use crate::people::sign_in_as;
use crate::pictures::photograph;
use crate::server::Server;

/// The way to the page from any other one.
async fn open(browser: &Browser, server: &Server) {
    browser.goto(&format!("{}/console/accounts?q=contoso.example", server.url())).await;
    browser.click_in("main", "Contoso").await;
    browser.click("Change branding").await;
}

/// Gives the reseller one is in a logo and a colour.
pub async fn set(browser: &Browser, server: &Server) {
    open(browser, server).await;
    browser.attach("Logo", Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/logo.png"))).await;
    browser.fill("Primary colour", "#8a1538").await;
    browser.see("In the light theme the primary colour is shown").await;
    browser.see("In the dark theme neither colour can be read").await;
    browser.fill("Secondary colour", "#f2a7bd").await;
    browser.see("In the dark theme the secondary colour is shown").await;
    photograph(browser, "branding").await;
    browser.click("Save Branding").await;
    browser.see("The branding was saved.").await;
}

#[tokio::test]
async fn a_logo_and_colours_are_seen_while_they_are_chosen_and_then_by_everybody_below() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "reseller_administrator").await;
    set(&browser, &server).await;
    assert_eq!(browser.count(".nav-account img.brand-logo").await, 1);
    photograph(&browser, "branded-account").await;

    let visitor = Browser::start().await;
    visitor.goto(&format!("{}/console/sign-in", server.url())).await;
    visitor.see("Sign in to Tenantry").await;
    assert_eq!(visitor.count(".gate-brand img.brand-logo").await, 0);
    visitor.fill("Login name", "somebody@contoso.example").await;
    visitor.press("\u{E004}").await;
    visitor.see("Sign in to contoso.example").await;
    assert_eq!(visitor.count(".gate-brand img.brand-logo").await, 1);
    photograph(&visitor, "branded-sign-in").await;
}

#[tokio::test]
async fn what_is_no_image_is_refused_beside_the_field_with_and_without_a_script() {
    let server = Server::start();
    for browser in [Browser::start().await, Browser::without_script().await] {
        sign_in_as(&browser, &server, "Contoso", "full_access").await;
        open(&browser, &server).await;
        browser.attach("Logo", Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/branding.rs"))).await;
        browser.fill("Primary colour", "teal").await;
        browser.click("Save Branding").await;
        browser.see("Enter a colour such as #0b5a70.").await;
        assert_eq!(browser.value("Primary colour").await, "teal");
    }
}
