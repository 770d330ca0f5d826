//! Pictures at three widths and in both themes, kept in `target/screenshots`.

use crate::driver::{Browser, Theme};

const WIDTHS: [(u32, u32); 3] = [(1440, 900), (900, 900), (390, 844)];

/// Photographs the page that is open, as it is. Nothing on it may be wider than the window.
pub async fn photograph(browser: &Browser, name: &str) {
    take(browser, name, None).await;
}

/// As [`photograph`], of the page at an address, which is loaded anew for every picture.
pub async fn photograph_at(browser: &Browser, name: &str, url: &str) {
    take(browser, name, Some(url)).await;
}

async fn take(browser: &Browser, name: &str, url: Option<&str>) {
    for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        browser.prefer(theme).await;
        for (width, height) in WIDTHS {
            browser.resize(width, height).await;
            if let Some(url) = url {
                browser.goto(url).await;
            }
            let wider = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wider = browser.client().execute(wider, vec![]).await.ok().and_then(|pixels| pixels.as_i64());
            assert_eq!(wider, Some(0), "{name} is wider than {width} pixels");
            browser.screenshot(&format!("{name}-{word}-{width}")).await;
        }
    }
    browser.prefer(Theme::Light).await;
    browser.resize(1440, 900).await;
}
