//! A reseller's customers: created step by step, suspended, moved, removed and taken back.

use crate::branding;
use crate::driver::Browser;
use crate::people::{set_first_password, sign_in_as};
use crate::pictures::photograph;
use crate::server::Server;

const PASSWORD: &str = "plover kestrel oboe 93";

/// From any page to the first step of the wizard.
async fn open_wizard(browser: &Browser) {
    browser.click_in("nav.nav", "Accounts").await;
    browser.click("Add Customer").await;
    browser.see("Continue to the first user").await;
}

async fn fill_in_account(browser: &Browser, name: &str, domain: &str) {
    browser.select("Country", "Austria").await;
    browser.fill("Postal code", "8010").await;
    fill_in_but_for_the_country(browser, name, domain).await;
    browser.fill("Phone", "+43 316 555 018").await;
}

/// Without a script, what is asked for follows the country only after sending.
async fn fill_in_but_for_the_country(browser: &Browser, name: &str, domain: &str) {
    browser.fill("Name", name).await;
    browser.fill("Reference ID", "C-1047").await;
    browser.fill("City", "Graz").await;
    browser.fill("Street address", "Hafnergasse 9").await;
    browser.fill("Support e-mail", &format!("help@{domain}")).await;
    browser.fill("Primary domain", domain).await;
}

async fn fill_in_person(browser: &Browser) {
    browser.fill("First name", "Mara").await;
    browser.fill("Last name", "Lindqvist").await;
    browser.fill("E-mail", "mara@lindqvist.example").await;
}

#[tokio::test]
async fn a_reseller_administrator_creates_a_customer_whose_first_user_sees_no_other_account() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "reseller_administrator").await;
    branding::set(&browser, &server).await;
    open_wizard(&browser).await;
    photograph(&browser, "wizard-account").await;
    fill_in_account(&browser, "Harbour Dental", "harbour-dental.example").await;
    browser.click("Add additional domain").await;
    browser.fill("Additional domain 1", "harbour.example").await;
    browser.click("Continue to the first user").await;

    browser.see("The first person who signs in to Harbour Dental.").await;
    fill_in_person(&browser).await;
    assert_eq!(browser.value("Login name").await, "mara.lindqvist");
    assert_eq!(browser.value("Domain of the login name").await, "harbour-dental.example");
    browser.select("Domain of the login name", "harbour.example").await;
    browser.see("Will be sent to mara@lindqvist.example").await;
    photograph(&browser, "wizard-user").await;
    browser.click("Continue to the review").await;

    browser.see("Nothing was created yet.").await;
    for words in
        ["Hafnergasse 9", "mara.lindqvist@harbour.example", "A link to set it is sent to mara@lindqvist.example."]
    {
        browser.see(words).await;
    }
    photograph(&browser, "wizard-review").await;
    browser.click("Back").await;
    assert_eq!(browser.value("First name").await, "Mara");
    browser.click("Back").await;
    assert_eq!(browser.value("Additional domain 1").await, "harbour.example");
    assert_eq!(browser.value("City").await, "Graz");
    browser.click("Continue to the first user").await;
    assert_eq!(browser.value("Domain of the login name").await, "harbour.example");
    browser.click("Continue to the review").await;
    browser.click("Create customer").await;

    browser.see("Mara Lindqvist was created").await;
    browser.see("Customer Administrator of Harbour Dental").await;
    browser.see("The password link goes to mara@lindqvist.example").await;
    photograph(&browser, "account-created").await;
    let draft = browser.client().execute("return Object.keys(sessionStorage).length", vec![]).await.unwrap();
    assert_eq!(draft, 0, "no draft is left");
    browser.click("To Harbour Dental").await;
    browser.see("Customer, below Contoso").await;
    browser.see("C-1047").await;
    photograph(&browser, "account-page").await;

    let newcomer = Browser::start().await;
    let login_name = "mara.lindqvist@harbour.example";
    set_first_password(&newcomer, &server, "mara@lindqvist.example", login_name, PASSWORD).await;
    newcomer.see("Hello, Mara").await;
    assert_eq!(newcomer.count(".nav-account img.brand-logo").await, 1, "the reseller's logo");
    newcomer.click_in("nav.nav", "Support").await;
    newcomer.see("help@harbour-dental.example").await;
    photograph(&newcomer, "newcomer-support").await;
    assert_eq!(newcomer.count("nav.nav a[href='/console/accounts']").await, 0, "there is no list of accounts to go to");
    assert_eq!(newcomer.count(".switcher").await, 0, "there is no account to switch to");
    newcomer.goto(&format!("{}/console/accounts", server.url())).await;
    newcomer.see("1 account").await;
    newcomer.goto(&format!("{}/console/accounts?view=tree", server.url())).await;
    newcomer.see("No accounts below Harbour Dental").await;
    assert!(!newcomer.sees("Contoso").await && !newcomer.sees("Add Customer").await);
}

#[tokio::test]
async fn errors_lead_to_the_step_that_holds_them_and_lose_nothing() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_wizard(&browser).await;
    browser.fill("Name", "Harbour Dental").await;
    browser.fill("Primary domain", "contoso.example").await;
    browser.click("Continue to the first user").await;
    browser.see("fields need a change before Harbour Dental can be created").await;
    photograph(&browser, "wizard-errors").await;
    assert_eq!(browser.value("Name").await, "Harbour Dental");
    fill_in_account(&browser, "Harbour Dental", "contoso.example").await;
    browser.click("Continue to the first user").await;
    fill_in_person(&browser).await;
    browser.choose("Manually set a password").await;
    browser.click("Continue to the review").await;
    browser.fill("Password", PASSWORD).await;
    browser.fill("Password again", "something else entirely").await;
    browser.click("Create customer").await;
    browser.see("The two do not agree.").await;
    browser.fill("Password", PASSWORD).await;
    browser.fill("Password again", PASSWORD).await;
    browser.click("Create customer").await;
    // Only the database knows that somebody has this domain: the first step is shown again.
    browser.see("is not available").await;
    browser.fill("Primary domain", "harbour-dental.example").await;
    browser.click("Continue to the first user").await;
    assert_eq!(browser.value("First name").await, "Mara");
    browser.click("Continue to the review").await;
    browser.fill("Password", PASSWORD).await;
    browser.fill("Password again", PASSWORD).await;
    browser.click("Create customer").await;
    browser.see("Mara Lindqvist was created").await;
    browser.see("The password was set by hand").await;
}

#[tokio::test]
async fn a_draft_outlives_the_session() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_wizard(&browser).await;
    fill_in_account(&browser, "Harbour Dental", "harbour-dental.example").await;
    browser.click("Continue to the first user").await;
    fill_in_person(&browser).await;
    browser.client().delete_all_cookies().await.unwrap();
    browser.click("Continue to the review").await;
    browser.see("Sign in to Tenantry").await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_wizard(&browser).await;
    browser.see("You began an account here before.").await;
    photograph(&browser, "wizard-draft").await;
    browser.click("Go on with it").await;
    assert_eq!(browser.value("First name").await, "Mara");
    browser.click("Back").await;
    assert_eq!(browser.value("City").await, "Graz");
}

#[tokio::test]
async fn an_account_is_created_without_scripts_and_without_a_user() {
    let server = Server::start();
    let browser = Browser::without_script().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    open_wizard(&browser).await;
    fill_in_but_for_the_country(&browser, "Harbour Dental", "harbour-dental.example").await;
    browser.fill("State", "WA").await;
    browser.fill("ZIP code", "98052").await;
    browser.fill("Phone", "+1 425 555 0180").await;
    browser.click("Add additional domain").await;
    browser.fill("Additional domain 1", "a.harbour.example").await;
    browser.click("Add additional domain").await;
    browser.fill("Additional domain 2", "b.harbour.example").await;
    browser.click("Remove Additional domain 1").await;
    assert_eq!(browser.value("Additional domain 1").await, "b.harbour.example");
    browser.click("Create without a user").await;
    browser.see("Harbour Dental was created.").await;
    browser.see("b.harbour.example").await;
    assert!(!browser.sees("a.harbour.example").await);
}

#[tokio::test]
async fn an_account_is_edited_suspended_removed_and_restored() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Contoso", "full_access").await;
    browser.click_in("nav.nav", "Accounts").await;
    photograph(&browser, "accounts-table").await;
    browser.click("Tree").await;
    browser.see("Wingtip Toys").await;
    photograph(&browser, "accounts-tree").await;
    browser.click("Wingtip Toys").await;
    browser.see("Company information").await;
    browser.fill("Another domain", "contoso.example").await;
    browser.click("Add domain").await;
    browser.see("This domain is not available.").await;
    photograph(&browser, "account-domain-taken").await;
    browser.fill("Another domain", "toys.example").await;
    browser.click("Add domain").await;
    browser.see("toys.example was added.").await;
    browser.click("Make primary: toys.example").await;
    browser.see("toys.example is the primary domain now.").await;
    browser.click("Remove wingtip.example").await;
    browser.see("3 login names use it.").await;
    photograph(&browser, "account-domain-move").await;
    browser.click("Move and remove").await;
    browser.see("wingtip.example was removed.").await;
    browser.click("Edit").await;
    browser.fill("Name", "Wingtip").await;
    browser.fill("Sales manager", "Ana Silva").await;
    photograph(&browser, "account-edit").await;
    browser.click("Save Account").await;
    browser.see("Wingtip was saved.").await;
    browser.see("Ana Silva").await;

    browser.click("More").await;
    browser.click("Suspend…").await;
    browser.see("Suspend Wingtip?").await;
    browser.click("Suspend Wingtip").await;
    browser.see("Wingtip was suspended.").await;
    browser.click("Resume").await;
    browser.see("Wingtip was resumed.").await;
    browser.click("More").await;
    browser.click("Remove…").await;
    browser.see("Its domains and login names stay taken until then.").await;
    browser.click("Remove Wingtip").await;
    browser.see("Wingtip was removed.").await;
    browser.goto(&format!("{}/console/accounts?status=removed", server.url())).await;
    photograph(&browser, "accounts-removed").await;
    browser.click("Restore Wingtip").await;
    browser.see("Wingtip was restored.").await;
}

#[tokio::test]
async fn an_account_is_moved_after_seeing_who_gains_and_who_loses() {
    let server = Server::start();
    let browser = Browser::start().await;
    sign_in_as(&browser, &server, "Northwind", "full_access").await;
    browser.click_in("nav.nav", "Accounts").await;
    browser.click("Wingtip Toys").await;
    browser.click("More").await;
    browser.click("Move…").await;
    browser.see("It is below Contoso now.").await;
    browser.choose("Northwind").await;
    browser.click("Show what would change").await;
    browser.see("Who loses").await;
    photograph(&browser, "account-move").await;
    browser.click("Move Wingtip Toys below Northwind").await;
    browser.see("Wingtip Toys is below Northwind now.").await;
    browser.click("More").await;
    browser.click("Remove…").await;
    browser.see("Remove Wingtip Toys?").await;
    photograph(&browser, "account-remove").await;
}
