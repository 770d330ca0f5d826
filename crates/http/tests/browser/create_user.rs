//! Creating a user, step by step as the article tells it.

use std::io::Write as _;

use base64::Engine as _;

use crate::driver::Browser;
use crate::people::{NewPerson, last_part, open_form, set_first_password, sign_in_as};
use crate::server::Server;

const PASSWORD: &str = "plover kestrel oboe 93";

/// 8 by 8 pixels.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mNwaDiAFTEMLQkAYvNgAQlPC90AAAAASUVORK5CYII=";

#[tokio::test]
async fn full_access_administrator_creates_a_user_who_signs_in() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    let person = NewPerson {
        first_name: "Mara",
        last_name: "Lindqvist",
        login_name: "mara.lindqvist",
        email: "mara@lindqvist.example",
        role: "Customer Administrator",
    };
    person.fill_in(&browser).await;
    assert_eq!(browser.value("Display name").await, "Mara Lindqvist");
    assert_eq!(browser.value("Domain of the login name").await, "contoso.example");
    assert_eq!(browser.value("City").await, "Seattle");
    browser.see("mara.lindqvist@contoso.example is free").await;
    browser.see("Will be sent to mara@lindqvist.example").await;
    let mut image = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    image.write_all(&base64::engine::general_purpose::STANDARD.decode(PNG).unwrap()).unwrap();
    browser.attach("Image", image.path()).await;
    browser.click("Save User Profile").await;

    browser.see("Mara Lindqvist was created").await;
    browser.see("The password link goes to mara@lindqvist.example").await;
    browser.client().execute("window.sameDocument = true", vec![]).await.unwrap();
    browser.see("Connected services Done").await;
    let same = browser.client().execute("return window.sameDocument === true", vec![]).await.unwrap();
    assert_eq!(same, true, "the state changes without a reload");
    browser.click("Back to Users").await;
    browser.see("mara.lindqvist@contoso.example").await;
    assert!(browser.count("img[src*='/avatar']").await > 0, "the image is in the list");

    let newcomer = Browser::start().await;
    let login_name = "mara.lindqvist@contoso.example";
    set_first_password(&newcomer, &server, person.email, login_name, PASSWORD).await;
    newcomer.see("Hello, Mara").await;
    newcomer.see("Create users in this account.").await;
    newcomer.click_in("nav.nav", "Users").await;
    newcomer.see("Create New User").await;
}

#[tokio::test]
async fn basic_access_creates_users_in_child_accounts_only() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "basic_access").await;
    browser.click_in("nav.nav", "Users").await;
    browser.see("You may not view the users of Contoso").await;
    assert!(!browser.sees("Create New User").await);
    browser.goto(&format!("{}/new", browser.url().await)).await;
    browser.see("You may not do this").await;

    browser.click_in("nav.nav", "Accounts").await;
    browser.click_in("tr:has(a[href*='/console/accounts/']):last-of-type", "Work here: Wingtip Toys").await;
    browser.see("In Wingtip Toys, as").await;
    open_form(&browser).await;
    for role in ["Full Access", "Basic Access", "No Access", "Reseller Administrator", "Customer Administrator", "User"]
    {
        assert!(browser.is_enabled(role).await, "{role}");
    }
    let person = NewPerson {
        first_name: "Ines",
        last_name: "Vogel",
        login_name: "ines.vogel",
        email: "ines@vogel.example",
        role: "Full Access",
    };
    person.fill_in(&browser).await;
    browser.click("Save User Profile").await;
    browser.see("Ines Vogel was created").await;
    browser.see("Full Access of Wingtip Toys").await;
    browser.click("Create another user").await;
    browser.see("Every field is needed unless it is marked optional.").await;
    assert_eq!(browser.value("City").await, "San Francisco");
    assert_eq!(browser.value("First name").await, "");
}

#[tokio::test]
async fn customer_administrator_gives_no_more_than_the_own_rights() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Adventure Works", "customer_administrator").await;
    open_form(&browser).await;
    for role in ["Full Access", "Basic Access", "Reseller Administrator"] {
        assert!(!browser.is_enabled(role).await, "{role}");
    }
    browser.see("which you do not hold at Adventure Works").await;
    let person = NewPerson {
        first_name: "Jonas",
        last_name: "Weidmann",
        login_name: "jonas",
        email: "jonas@weidmann.example",
        role: "User",
    };
    person.fill_in(&browser).await;
    browser.click("Save User Profile").await;
    browser.see("Jonas Weidmann was created").await;
    browser.see("User of Adventure Works").await;

    let newcomer = Browser::start().await;
    set_first_password(&newcomer, &server, person.email, "jonas@adventure-works.example", PASSWORD).await;
    newcomer.see("Hello, Jonas").await;
    newcomer.see("See the company information of this account.").await;
    assert_eq!(newcomer.count("nav.nav a[href$='/users']").await, 0);
}

#[tokio::test]
async fn a_user_is_created_without_scripts() {
    let server = Server::start();
    let browser = Browser::without_script().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    let person = NewPerson {
        first_name: "Eleni",
        last_name: "Papadaki",
        login_name: "eleni",
        email: "eleni@papadaki.example",
        role: "User",
    };
    person.fill_in(&browser).await;
    browser.select("Domain of the login name", "contoso-mail.example").await;
    browser.click("Save User Profile").await;
    browser.see("Eleni Papadaki was created").await;
    let user_id = last_part(&browser).await;
    browser.goto(&format!("{}/console/users/{user_id}", server.url())).await;
    browser.see("eleni@contoso-mail.example").await;

    let newcomer = Browser::without_script().await;
    set_first_password(&newcomer, &server, person.email, "eleni@contoso-mail.example", PASSWORD).await;
    newcomer.see("Hello, Eleni").await;
}

#[tokio::test]
async fn a_double_submit_creates_one_user() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_form(&browser).await;
    let person = NewPerson {
        first_name: "Olu",
        last_name: "Adeyemi",
        login_name: "olu",
        email: "olu@adeyemi.example",
        role: "No Access",
    };
    person.fill_in(&browser).await;
    let twice = "const form = document.querySelector('form[data-new-user]'); \
                 const send = () => fetch(form.action, { method: 'POST', body: new FormData(form) }); \
                 const both = await Promise.all([send(), send()]); \
                 return both.map((answer) => answer.url).join(' ');";
    let urls = browser
        .client()
        .execute_async(&format!("const done = arguments[0]; (async () => {{ {twice} }})().then(done)"), vec![])
        .await
        .unwrap();
    let urls: Vec<&str> = urls.as_str().unwrap().split(' ').collect();
    assert!(urls[0].contains("?created="), "{urls:?}");
    assert_eq!(urls[0], urls[1]);
}
