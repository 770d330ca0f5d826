//! Defining a role, giving it, asking why it allows something, and changing it.

#![expect(clippy::expect_used, reason = "a harness that fails is a test that fails")]

use fantoccini::Locator;
use serde_json::json;

use crate::driver::Browser;
use crate::people::{last_part, sign_in_as};
use crate::server::Server;

/// Chooses in the drop-down of this id: rows of a form have the same labels.
async fn select(browser: &Browser, id: &str, option: &str) {
    let element = browser.client().find(Locator::Id(id)).await.expect("the form has this drop-down");
    element.select_by_label(option).await.expect("the drop-down has this option");
}

/// How a time is typed depends on the browser's language.
async fn set_time(browser: &Browser, id: &str, value: &str) {
    let script = "document.getElementById(arguments[0]).value = arguments[1]";
    browser.client().execute(script, vec![json!(id), json!(value)]).await.expect("the form has this field");
}

/// Ends at a new role that lets one see and add users in the account where it is given. Returns its address.
async fn define_desk(browser: &Browser) -> String {
    browser.click_in("nav.nav", "Roles").await;
    browser.see("Roles of Contoso").await;
    browser.click("Define a Role").await;
    browser.fill("Name", "Phone desk").await;
    browser.fill("Description", "Looks up callers.").await;
    browser.choose("View company info in this account").await;
    // Adding needs viewing, which is ticked along.
    browser.choose("Add users in this account").await;
    browser.see("Also ticked: View users in this account.").await;
    browser.click("Define Role").await;
    browser.see("Phone desk was defined.").await;
    browser.see("Nobody whom you may view.").await;
    browser.url().await
}

/// To the access of a user of the account one is working in. Returns its address.
async fn open_access(browser: &Browser, server: &Server, name: &str) -> String {
    browser.click_in("nav.nav", "Users").await;
    browser.click(name).await;
    browser.see("General information").await;
    let address = format!("{}/console/users/{}/access", server.url(), last_part(browser).await);
    browser.click_in("nav.tabs", "Access").await;
    browser.see("Ask, and the grant that allows it is named here").await;
    address
}

async fn ask(browser: &Browser, action: &str, area: &str, account: &str) {
    for (id, option) in [("action", action), ("resource", area), ("accountId", account)] {
        select(browser, id, option).await;
    }
    browser.click("Explain").await;
}

#[tokio::test]
async fn a_role_is_defined_given_explained_used_and_changed() {
    let server = Server::start();
    let (riley, dana) = (Browser::start().await, Browser::start().await);
    sign_in_as(&riley, &server, "Contoso", "reseller_administrator").await;
    sign_in_as(&dana, &server, "Contoso", "user").await;
    assert_eq!(dana.count("nav.nav a[href$='/roles']").await, 0);
    let role = define_desk(&riley).await;
    let access = open_access(&riley, &server, "Dana Novak").await;
    ask(&riley, "view", "Users", "Wingtip Toys").await;
    riley.see("No. Dana may not view users in Wingtip Toys.").await;
    riley.see("The only grant in effect, User of Contoso, does not allow it.").await;
    riley.see("It can be given by you").await;

    riley.click("Add a grant").await;
    select(&riley, "grants.1.anchorAccountId", "Wingtip Toys").await;
    select(&riley, "grants.1.role", "Phone desk").await;
    set_time(&riley, "grants.1.endsAt", "2020-01-01T00:00").await;
    riley.click("Save Grants").await;
    riley.see("Until of grant 2: Choose an end that is still to come.").await;
    set_time(&riley, "grants.1.endsAt", "2099-01-01T00:00").await;
    riley.click("Save Grants").await;
    riley.see("The grants of Dana Novak were saved.").await;
    ask(&riley, "view", "Users", "Wingtip Toys").await;
    riley.see("Yes. Dana may view users in Wingtip Toys.").await;
    riley.see("in the grant Phone desk, anchored at Wingtip Toys").await;

    // Her session is from before; the right is there with the next request.
    dana.goto(&format!("{}/console/accounts", server.url())).await;
    let wingtip =
        riley.client().find(Locator::Css("#accountId option:checked")).await.expect("an account is asked about");
    let wingtip = wingtip.attr("value").await.expect("an option can be read").expect("an option has a value");
    let users = format!("{}/console/accounts/{wingtip}/users", server.url());
    dana.goto(&users).await;
    dana.see("carla.jensen@wingtip.example").await;
    dana.see("Create New User").await;

    riley.goto(&role).await;
    riley.see("Dana Novak").await;
    riley.see("1 person has it. Once nobody has it any more, it can be removed.").await;
    riley.click("Edit").await;
    riley.see("1 person has this role. What you change holds for them as soon as it is saved.").await;
    let tick = riley.client().find(Locator::Id("own.users.add")).await.expect("the cell is in the matrix");
    tick.click().await.expect("the cell can be unticked");
    riley.click("Save Role").await;
    riley.see("Phone desk was saved.").await;
    dana.goto(&users).await;
    dana.see("carla.jensen@wingtip.example").await;
    assert!(!dana.sees("Create New User").await);

    riley.goto(&access.replace("/access", "/grants")).await;
    riley.choose("Remove this grant").await;
    riley.click("Save Grants").await;
    riley.see("The grants of Dana Novak were saved.").await;
    dana.goto(&users).await;
    dana.see("There is nothing here").await;
    riley.goto(&role).await;
    riley.click("Remove").await;
    riley.see("It cannot be brought back.").await;
    riley.click("Remove Phone desk").await;
    riley.see("Phone desk was removed.").await;
}

#[tokio::test]
async fn nobody_defines_a_role_of_more_than_one_holds() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Adventure Works", "customer_administrator").await;
    browser.click_in("nav.nav", "Roles").await;
    browser.see("No roles of your own yet").await;
    browser.click_in(".page-head", "Define a Role").await;
    assert!(browser.is_enabled("Edit users in this account").await);
    assert!(!browser.is_enabled("Edit users in child accounts").await);
    browser.see("What is greyed out needs rights which you do not hold at Adventure Works.").await;
    browser.choose("View users in this account").await;
    browser.click("Define Role").await;
    browser.see("Name: ").await;
    browser.fill("Name", "Reader").await;
    browser.click("Define Role").await;
    browser.see("Reader was defined.").await;
}

#[tokio::test]
async fn a_role_saved_by_somebody_else_meanwhile_is_not_overwritten_unasked() {
    let server = Server::start();
    let (first, second) = (Browser::start().await, Browser::start().await);
    sign_in_as(&first, &server, "Contoso", "full_access").await;
    sign_in_as(&second, &server, "Contoso", "reseller_administrator").await;
    let role = define_desk(&first).await;
    first.click("Edit").await;
    first.fill("Description", "Answers the phone.").await;
    second.goto(&format!("{role}/edit")).await;
    second.fill("Name", "Telephone desk").await;
    second.click("Save Role").await;
    second.see("Telephone desk was saved.").await;
    first.click("Save Role").await;
    first.see("Somebody saved this role while you were editing it.").await;
    assert_eq!(first.value("Description").await, "Answers the phone.");
    first.click("Save Role").await;
    first.see("Phone desk was saved.").await;
    first.click("Define one like this").await;
    first.see("Define Role").await;
    assert_eq!(first.value("Description").await, "Answers the phone.");
}

#[tokio::test]
async fn grants_are_set_without_scripts() {
    let server = Server::start();
    let browser = Browser::without_script().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_access(&browser, &server, "Dana Novak").await;
    browser.click("Add a grant").await;
    select(&browser, "grants.1.anchorAccountId", "Wingtip Toys").await;
    browser.click("Add another row").await;
    browser.see("Grant 3, new").await;
    select(&browser, "grants.1.role", "Helpdesk").await;
    select(&browser, "grants.2.role", "User").await;
    browser.click("Save Grants").await;
    browser.see("Account of grant 3: Choose an account.").await;
    select(&browser, "grants.2.anchorAccountId", "Fabrikam").await;
    browser.click("Save Grants").await;
    browser.see("The grants of Dana Novak were saved.").await;
    browser.see("Helpdesk").await;
    browser.see("Fabrikam").await;
}

#[tokio::test]
async fn a_new_user_can_have_a_role_of_ones_own() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    browser.click_in("nav.nav", "Users").await;
    browser.click("Dana Novak").await;
    browser.click("Edit").await;
    browser.choose("Helpdesk").await;
    browser.click("Save User Profile").await;
    browser.see("Helpdesk of Contoso").await;
    browser.click_in("nav.nav", "Users").await;
    browser.click_in("form[data-search]", "Role").await;
    browser.click_in("form[data-search]", "Helpdesk").await;
    browser.see("1 user").await;
    browser.see("dana.novak@contoso.example").await;
}
