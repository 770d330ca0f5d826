//! The harness, tried on a page of its own, so that a failing page test means a failing page.

#![expect(clippy::unwrap_used, reason = "a harness that fails is a test that fails")]

use crate::driver::{Browser, Theme};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

const PAGE: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Self-test</title>
<style>body { color-scheme: light dark; background: light-dark(white, black); min-height: 3000px } @media (max-width: 500px) { .wide { display: none } }</style></head>
<body>
<h1>Self-test</h1>
<p class="wide">A wide page</p>
<p id="scripts">Scripts are off</p>
<form action="/sent">
<label for="first">First name</label><input id="first" name="first" value="old">
<label for="company">Company <span>optional</span></label><input id="company" name="company">
<label>City <input name="city"></label>
<select name="domain" aria-label="Domain of the login name"><option>a.example</option><option>b.example</option></select>
<input type="radio" id="primary" name="recipient" value="primary" checked><label for="primary">Primary e-mail<span>a@a.example</span></label>
<input type="radio" id="custom" name="recipient" value="custom"><label for="custom">Say "another" address</label>
<input type="radio" id="owner" name="recipient" value="owner" disabled><label for="owner">The owner</label>
<label for="image">Image</label><input id="image" name="image" type="file">
<button hidden type="submit">Save</button><button name="button" value="visible" type="submit">Save</button>
</form>
<footer><a href="/about">Save</a></footer>
<script>
document.querySelector('#scripts').textContent = 'Scripts are on';
setTimeout(() => { const late = document.createElement('button'); late.textContent = 'Late'; late.onclick = () => document.title = 'clicked'; document.body.append(late) }, 300);
</script></body></html>"#;

/// Serves the page at `/`; elsewhere it says which address was asked for. It lasts as long as the test's process.
fn serve() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = String::new();
                reader.read_line(&mut request).unwrap();
                let mut header = String::new();
                while reader.read_line(&mut header).is_ok_and(|length| length > 2) {
                    header.clear();
                }
                let path = request.split(' ').nth(1).unwrap_or("/");
                let body = if path == "/" { PAGE.to_owned() } else { format!("<p>asked for {path}</p>") };
                let length = body.len();
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
            });
        }
    });
    url
}

#[tokio::test]
async fn a_form_is_filled_in_by_its_labels() {
    let url = serve();
    let browser = Browser::start().await;
    browser.goto(&url).await;
    assert_eq!(browser.value("First name").await, "old");
    browser.fill("First name", "Avery").await;
    browser.fill("Company", "Contoso").await;
    browser.fill("City", "Redmond").await;
    browser.select("Domain of the login name", "b.example").await;
    browser.choose("Primary e-mail").await;
    browser.choose("Say \"another\" address").await;
    assert!(!browser.is_enabled("The owner").await);
    let file = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    browser.attach("Image", file.path()).await;
    assert_ne!(browser.value("Image").await, "");
    browser.click("Save").await;
    browser.see("asked for /sent?first=Avery&company=Contoso&city=Redmond&domain=b.example&recipient=custom").await;
    assert!(browser.url().await.contains("button=visible"));
}

#[tokio::test]
async fn what_appears_late_is_waited_for() {
    let url = serve();
    let browser = Browser::start().await;
    browser.goto(&url).await;
    browser.see("Scripts are on").await;
    browser.click("Late").await;
    assert_eq!(browser.client().title().await.unwrap(), "clicked");
}

#[tokio::test]
async fn a_click_can_be_kept_to_a_part_of_the_page() {
    let url = serve();
    let browser = Browser::start().await;
    browser.goto(&url).await;
    browser.click_in("footer", "Save").await;
    browser.see("asked for /about").await;
}

#[tokio::test]
async fn keys_go_where_the_focus_is() {
    let url = serve();
    let browser = Browser::start().await;
    browser.goto(&url).await;
    browser.fill("First name", "Avery").await;
    browser.press("\u{e004}Contoso\u{e007}").await;
    browser.see("company=Contoso").await;
}

#[tokio::test]
async fn a_browser_without_script_still_reads_and_clicks() {
    let url = serve();
    let browser = Browser::without_script().await;
    browser.goto(&url).await;
    browser.see("Scripts are off").await;
    assert_eq!(browser.text("h1").await, "Self-test");
    browser.fill("First name", "Avery").await;
    browser.click("Save").await;
    browser.see("first=Avery").await;
}

#[tokio::test]
async fn width_and_theme_are_set_for_the_pages_that_follow() {
    let url = serve();
    let browser = Browser::start().await;
    browser.resize(390, 800).await;
    browser.prefer(Theme::Dark).await;
    browser.goto(&url).await;
    assert!(!browser.sees("A wide page").await);
    let ground =
        || async { browser.client().execute("return getComputedStyle(document.body).backgroundColor", vec![]).await };
    assert_eq!(ground().await.unwrap(), "rgb(0, 0, 0)");
    browser.resize(1440, 900).await;
    browser.prefer(Theme::Light).await;
    browser.goto(&url).await;
    browser.see("A wide page").await;
    assert_eq!(ground().await.unwrap(), "rgb(255, 255, 255)");
}

#[tokio::test]
async fn a_screenshot_shows_the_whole_page_at_the_width_that_is_set() {
    let url = serve();
    let browser = Browser::start().await;
    browser.resize(390, 800).await;
    browser.goto(&url).await;
    let file = browser.screenshot("self-test").await;
    let image = std::fs::read(file).unwrap();
    // Width and height stand in the first chunk of a PNG.
    let number = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap());
    assert_eq!(number(16), 390);
    assert!(number(20) >= 3000);
    assert_eq!(browser.count("h1").await, 1);
}
