//! A browser as a person uses it: by labels, visible words and looking. Everything waits up to ten seconds for the page.

#![expect(clippy::expect_used, clippy::panic, reason = "a harness that fails is a test that fails")]

use crate::http;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// The first size of a window; [`Browser::resize`] changes it.
const SIZE: (u32, u32) = (1440, 900);

const ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=en-US",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// A window with a profile of its own: no cookies, nothing remembered. Dropping it closes it.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// Where chromedriver listens, and the name of this session there.
    webdriver: String,
    session: String,
    size: std::sync::Mutex<(u32, u32)>,
}

impl Browser {
    /// # Panics
    /// Where `cargo xtask test` has not started chromedriver, as with every other failure here.
    pub async fn start() -> Self {
        Self::open(json!({})).await
    }

    /// A browser that runs no scripts of pages.
    pub async fn without_script() -> Self {
        Self::open(json!({ "profile.managed_default_content_settings.javascript": 2 })).await
    }

    async fn open(preferences: Value) -> Self {
        let webdriver = variable("TENANTRY_TEST_WEBDRIVER_URL");
        let options = json!({ "args": ARGUMENTS, "prefs": preferences, "binary": variable("TENANTRY_TEST_CHROMIUM") });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&webdriver)
            .await
            .expect("chromedriver opens a browser");
        let session = client.session_id().await.expect("a session has a name").expect("a session has a name");
        let browser = Self { client, webdriver, session, size: std::sync::Mutex::new(SIZE) };
        browser.resize(SIZE.0, SIZE.1).await;
        browser
    }

    /// Everything that this harness has no word for.
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("cannot open {url}: {error}"));
    }

    pub async fn url(&self) -> String {
        self.client.current_url().await.expect("a page has an address").into()
    }

    /// Replaces what stands in the text field with this label.
    pub async fn fill(&self, label: &str, value: &str) {
        self.act(&control(label), "field", label, async |element| {
            element.clear().await?;
            element.send_keys(value).await
        })
        .await;
    }

    /// What stands in the field with this label.
    pub async fn value(&self, label: &str) -> String {
        let value = self.act(&control(label), "field", label, async |element| element.prop("value").await).await;
        value.unwrap_or_default()
    }

    /// Chooses, in the drop-down with this label, the option with these words.
    pub async fn select(&self, label: &str, option: &str) {
        self.act(&control(label), "drop-down", label, async |element| {
            element
                .find(Locator::XPath(&format!(".//option[normalize-space(.)={}]", quoted(option))))
                .await?
                .click()
                .await
        })
        .await;
    }

    /// Ticks the radio button or check box with this label; one that is ticked stays so.
    pub async fn choose(&self, label: &str) {
        self.act(&control(label), "choice", label, async |element| {
            if element.is_selected().await? { Ok(()) } else { element.click().await }
        })
        .await;
    }

    /// Hands a file to the file field with this label.
    pub async fn attach(&self, label: &str, file: &Path) {
        let file = file.to_string_lossy().into_owned();
        self.act(&control(label), "file field", label, async |element| element.send_keys(&file).await).await;
    }

    /// Whether the control with this label can be used; it waits for the control, not for the answer.
    pub async fn is_enabled(&self, label: &str) -> bool {
        self.act(&control(label), "control", label, async |element| element.is_enabled().await).await
    }

    /// Clicks the first visible button, link or menu with these words, or of this name.
    pub async fn click(&self, words: &str) {
        self.click_in("html", words).await;
    }

    /// The same inside the first element that the CSS selector finds.
    pub async fn click_in(&self, css: &str, words: &str) {
        let target = clickable(words);
        self.wait_for(&format!("a button or link `{words}` in `{css}`"), async || {
            let place = self.client.find(Locator::Css(css)).await?;
            let Some(element) = first_displayed(place.find_all(Locator::XPath(&target)).await?).await? else {
                return Ok(None);
            };
            self.scroll_to(&element).await?;
            element.click().await.map(Some)
        })
        .await;
    }

    /// Presses keys where the focus is; `fantoccini::key::Key` names those without a character.
    pub async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("what has the focus takes keys");
    }

    /// The visible text of the first element that the CSS selector finds.
    pub async fn text(&self, css: &str) -> String {
        self.wait_for(&format!("`{css}`"), async || self.client.find(Locator::Css(css)).await?.text().await.map(Some))
            .await
    }

    /// How many elements the CSS selector finds right now.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("a CSS selector").len()
    }

    /// Waits until these words are visible on the page.
    pub async fn see(&self, words: &str) {
        self.wait_for(&format!("the words `{words}`"), async || {
            Ok(self.page_text().await?.contains(&one_spaced(words)).then_some(()))
        })
        .await;
    }

    /// Whether these words are visible right now. After an action, wait with [`Browser::see`] for what it leads to first.
    pub async fn sees(&self, words: &str) -> bool {
        self.page_text().await.expect("a page has text").contains(&one_spaced(words))
    }

    async fn page_text(&self) -> Result<String, CmdError> {
        Ok(one_spaced(&self.client.find(Locator::Css("body")).await?.text().await?))
    }

    /// Sets the size of the page in CSS pixels; unlike a real window it may be as narrow as a phone.
    pub async fn resize(&self, width: u32, height: u32) {
        *self.size.lock().expect("nobody panics while holding this") = (width, height);
        self.set_viewport(width, height).await;
    }

    async fn set_viewport(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// What the system is said to prefer; it stays for the pages that follow.
    pub async fn prefer(&self, theme: Theme) {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Photographs the whole page, at the width that is set, into `target/screenshots/<name>.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let (width, height) = *self.size.lock().expect("nobody panics while holding this");
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let page_height = metrics.pointer("/cssContentSize/height").and_then(Value::as_f64).unwrap_or_default();
        // What sticks to the lower edge then stands at the end of the page, and covers nothing.
        self.set_viewport(width, whole_pixels(page_height).max(height)).await;
        let image = self.client.screenshot().await.expect("a page can be photographed");
        self.set_viewport(width, height).await;
        let file = screenshot_folder().join(format!("{name}.png"));
        std::fs::write(&file, image).expect("the screenshot can be written");
        file
    }

    /// Sends a command of the Chrome DevTools protocol and returns its answer.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let answer = self.client.issue_cmd(DevtoolsCommand { command, parameters }).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Finds the first visible element and does something with it, again from the start while the page changes under it.
    async fn act<T>(
        &self,
        xpath: &str,
        kind: &str,
        label: &str,
        action: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> T {
        self.wait_for(&format!("a {kind} labelled `{label}`"), async || {
            match self.client.find_all(Locator::XPath(xpath)).await?.into_iter().next() {
                Some(element) => {
                    self.scroll_to(&element).await?;
                    action(element).await.map(Some)
                }
                None => Ok(None),
            }
        })
        .await
    }

    /// As a person does, to the middle: at the edge, a bar that sticks there may cover what is to be clicked.
    async fn scroll_to(&self, element: &Element) -> Result<(), CmdError> {
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let element = serde_json::to_value(element).map_err(CmdError::Json)?;
        self.client.execute(script, vec![element]).await.map(|_| ())
    }

    async fn wait_for<T>(&self, what: &str, attempt: impl AsyncFn() -> Result<Option<T>, CmdError>) -> T {
        let mut last_error = None;
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                match attempt().await {
                    Ok(Some(found)) => break found,
                    Ok(None) => last_error = None,
                    Err(error) => last_error = Some(error),
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        match found.await {
            Ok(found) => found,
            Err(_) => self.give_up(what, last_error).await,
        }
    }

    async fn give_up(&self, what: &str, last_error: Option<CmdError>) -> ! {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = self.screenshot(&format!("failed-{test}")).await;
        let visible = self.page_text().await.unwrap_or_default();
        let error = last_error.map(|error| format!(" (last error: {error})")).unwrap_or_default();
        panic!(
            "waited in vain for {what}{error}\nat {}\nphotographed in {}\nthe page says: {visible}",
            self.url().await,
            picture.display()
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Also when a test panics, and without a runtime to wait on. A browser that is gone already needs no goodbye.
        let _ = http::status_of("DELETE", &self.webdriver, &format!("/session/{}", self.session));
    }
}

#[derive(Debug)]
struct DevtoolsCommand {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevtoolsCommand {
    fn endpoint(&self, base_url: &url::Url, session_id: Option<&str>) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!("session/{}/goog/cdp/execute", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _request_url: &url::Url) -> (axum::http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (axum::http::Method::POST, Some(body.to_string()))
    }
}

/// Labels often hold more than their words: "optional", or the address that a choice stands for. So each piece of its text
/// counts as well as all of it.
fn control(label: &str) -> String {
    let label = quoted(label);
    let labelled = format!("label[normalize-space(.)={label} or descendant::text()[normalize-space(.)={label}]]");
    format!(
        "//*[self::input or self::select or self::textarea][not(@type='hidden')]\
         [@aria-label={label} or @id=//{labelled}/@for or ancestor::{labelled}]"
    )
}

fn clickable(words: &str) -> String {
    let words = quoted(words);
    format!(
        ".//*[self::a or self::button or self::summary or @role='button'][normalize-space(.)={words} or @aria-label={words}]\
         | .//input[@type='submit' or @type='button'][@value={words}]"
    )
}

/// XPath has no escapes: words with both kinds of quotes are glued together.
fn quoted(words: &str) -> String {
    if !words.contains('"') {
        return format!("\"{words}\"");
    }
    let parts: Vec<String> = words.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}

async fn first_displayed(elements: Vec<Element>) -> Result<Option<Element>, CmdError> {
    for element in elements {
        if element.is_displayed().await? {
            return Ok(Some(element));
        }
    }
    Ok(None)
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the height of a page, in pixels")]
fn whole_pixels(length: f64) -> u32 {
    length.ceil() as u32
}

/// `target/screenshots`, wherever cargo builds.
fn screenshot_folder() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo's folder for tests stands in target");
    let folder = target.join("screenshots");
    std::fs::create_dir_all(&folder).expect("target can be written");
    folder
}

#[expect(clippy::disallowed_methods, reason = "the test command says by environment where the services are")]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `cargo xtask test`"))
}
