//! Logos and colours of accounts, for anybody: pages before sign-in show them. A logo is asked for by its content hash and a
//! stylesheet by its colours, so that neither tells whose it is, and both may be kept for ever.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tenantry_app::accounts::find_logo;
use tenantry_domain::account::{BrandColor, Branding};

use crate::{
    console::pages::{PageError, Query},
    problem::Problem,
    request::HttpState,
    routes::{Routes, get},
};

const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// In the place of a colour that is not set.
const NONE: &str = "none";

pub fn routes() -> Routes {
    Routes::new().route("/brand/logos/{hash}", get(logo)).route("/brand/colors/{colors}", get(colors))
}

/// Where a logo is.
pub fn logo_path(hash: &str) -> String {
    format!("/brand/logos/{hash}")
}

/// The stylesheet that sets an account's accent, if it has one that can be read.
pub fn stylesheet(branding: &Branding) -> Option<String> {
    let is_used = THEMES.iter().any(|theme| branding.accent_on(&theme.surfaces).is_some());
    is_used.then(|| format!("/brand/colors/{}.css", name(branding)))
}

/// The same for a part of a page that shows what the account will look like, whether or not the colours can be read.
pub fn preview_stylesheet(branding: &Branding) -> String {
    format!("/brand/colors/{}.css?for=preview", name(branding))
}

fn name(branding: &Branding) -> String {
    let part = |color: Option<BrandColor>| color.map_or_else(|| NONE.to_owned(), BrandColor::digits);
    format!("{}-{}", part(branding.primary), part(branding.secondary))
}

/// What is to be said about colours that cannot be read everywhere.
pub fn notes(branding: &Branding) -> Vec<String> {
    if branding.primary.is_none() && branding.secondary.is_none() {
        return Vec::new();
    }
    THEMES.iter().map(|theme| theme.note(branding)).collect()
}

/// One of the two looks of the console, with the colours that `assets/console.css` gives it.
struct Theme {
    word: &'static str,
    /// What text of the accent colour stands on; the first is the page.
    surfaces: [BrandColor; 3],
    /// Where the accent goes when it is pointed at.
    toward: BrandColor,
    /// Accent, pointed at, soft, on the accent: what is ours.
    ours: [BrandColor; 4],
}

const fn rgb(number: u32) -> BrandColor {
    let [_, red, green, blue] = number.to_be_bytes();
    BrandColor::new(red, green, blue)
}

static THEMES: [Theme; 2] = [
    Theme {
        word: "light",
        surfaces: [rgb(0xff_ffff), rgb(0xf5_f7f7), rgb(0xff_ffff)],
        toward: BrandColor::BLACK,
        ours: [rgb(0x0b_5a70), rgb(0x08_4757), rgb(0xe4_f0f3), rgb(0xff_ffff)],
    },
    Theme {
        word: "dark",
        surfaces: [rgb(0x15_191c), rgb(0x10_1315), rgb(0x1e_2428)],
        toward: BrandColor::WHITE,
        ours: [rgb(0x74_c4da), rgb(0x93_d3e4), rgb(0x13_303a), rgb(0x06_222b)],
    },
];

impl Theme {
    fn tokens(&self, branding: &Branding) -> [BrandColor; 4] {
        let Some(accent) = branding.accent_on(&self.surfaces) else { return self.ours };
        let [page, ..] = self.surfaces;
        // As much of the accent as leaves text of the accent readable on it.
        let soft = (0..=6).rev().map(|step| page.mixed(accent, 2 * step));
        let soft = soft.into_iter().find(|soft| accent.is_readable_on(&[*soft])).unwrap_or(page);
        let on_accent = accent.readable_on_it();
        // Pointed at, it must still be read.
        let hover = Some(accent.mixed(self.toward, 15)).filter(|hover| on_accent.is_readable_on(&[*hover]));
        [accent, hover.unwrap_or(accent), soft, on_accent]
    }

    fn note(&self, branding: &Branding) -> String {
        let word = self.word;
        let Some(accent) = branding.accent_on(&self.surfaces) else {
            let contrast = branding.primary.or(branding.secondary).map_or(1.0, |color| self.contrast(color));
            return format!(
                "In the {word} theme neither colour can be read ({contrast:.1} to 1, 4.5 is needed): ours is shown there."
            );
        };
        let which = if branding.primary == Some(accent) { "primary" } else { "secondary" };
        format!("In the {word} theme the {which} colour is shown ({:.1} to 1).", self.contrast(accent))
    }

    fn contrast(&self, color: BrandColor) -> f64 {
        self.surfaces.iter().map(|surface| color.contrast(*surface)).fold(f64::INFINITY, f64::min)
    }
}

/// `GET /brand/logos/{hash}?size=`
async fn logo(
    State(state): State<HttpState>,
    Path(hash): Path<String>,
    query: Result<Query, PageError>,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let png = find_logo(&state.app, &hash, query.text("size") == "small").await?.ok_or_else(Problem::not_found)?;
    Ok(kept(HeaderValue::from_static("image/png"), png.into_response()))
}

/// `GET /brand/colors/{primary}-{secondary}.css?for=`
async fn colors(Path(name): Path<String>, query: Result<Query, PageError>) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let branding = parse(&name).ok_or_else(Problem::not_found)?;
    let scope = if query.text("for") == "preview" { ".brand-preview" } else { ":root" };
    Ok(kept(HeaderValue::from_static("text/css; charset=utf-8"), rule(scope, &branding).into_response()))
}

fn parse(name: &str) -> Option<Branding> {
    let (primary, secondary) = name.strip_suffix(".css")?.split_once('-')?;
    let color = |raw: &str| if raw == NONE { Some(None) } else { BrandColor::parse(raw).ok().map(Some) };
    Some(Branding { logo: None, primary: color(primary)?, secondary: color(secondary)? })
}

fn rule(scope: &str, branding: &Branding) -> String {
    if branding.is_empty() {
        // Nothing is set: it looks like whatever is around it.
        return String::new();
    }
    let [light, dark] = &THEMES;
    let (light, dark) = (light.tokens(branding), dark.tokens(branding));
    let mut rule = format!("{scope} {{\n");
    let names = ["--accent", "--accent-hover", "--accent-soft", "--on-accent"];
    for ((name, light), dark) in names.into_iter().zip(light).zip(dark) {
        let _ = writeln!(rule, "  {name}: light-dark({light}, {dark});");
    }
    rule.push_str("}\n");
    rule
}

fn kept(content_type: HeaderValue, mut response: Response) -> Response {
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branding(primary: BrandColor, secondary: Option<BrandColor>) -> Branding {
        Branding { logo: None, primary: Some(primary), secondary }
    }

    #[test]
    fn whatever_the_colours_everything_can_be_read() {
        let steps = || (0..=255).step_by(51);
        for (red, green, blue) in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| (r, g, b)))) {
            let color = BrandColor::new(red, green, blue);
            for theme in &THEMES {
                let [accent, hover, soft, on_accent] = theme.tokens(&branding(color, None));
                assert!(accent.is_readable_on(&theme.surfaces) && accent.is_readable_on(&[soft]), "{color}");
                assert!(on_accent.is_readable_on(&[accent, hover]), "{color} in the {} theme", theme.word);
            }
        }
    }

    #[test]
    fn the_stylesheet_tells_the_colours_of_both_themes() {
        let looks = parse("0b5a70-ffe600.css").unwrap();
        assert_eq!(stylesheet(&looks).unwrap(), "/brand/colors/0b5a70-ffe600.css");
        let rule = rule(":root", &looks);
        assert!(rule.contains("--accent: light-dark(#0b5a70, #ffe600);"), "{rule}");
        let none = parse("none-none.css").unwrap();
        assert!(none.is_empty());
        assert_eq!(super::rule(".brand-preview", &none), "", "it looks like the account above");
        assert_eq!(stylesheet(&Branding::default()), None);
        for wrong in ["0b5a70.css", "0b5a70-none", "x-none.css", "none-none-none.css", "0b5a70}-none.css"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_themes_are_those_of_the_stylesheet() {
        let css = include_str!("../assets/console.css");
        let names = ["--accent:", "--accent-hover:", "--accent-soft:", "--on-accent:"];
        for (at, name) in names.into_iter().enumerate() {
            let line = css.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
            let [light, dark] = &THEMES;
            let ours = format!("light-dark({}, {})", light.ours[at], dark.ours[at]);
            assert!(line.contains(&ours), "{line} is not {ours}");
        }
        for (at, name) in ["--bg:", "--bg-sunken:", "--bg-raised:"].into_iter().enumerate() {
            let line = css.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
            let [light, dark] = &THEMES;
            let ours = format!("light-dark({}, {})", light.surfaces[at], dark.surfaces[at]);
            assert!(line.contains(&ours), "{line} is not {ours}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let notes = notes(&branding(BrandColor::parse("#ffe600").unwrap(), None));
        assert!(notes[0].starts_with("In the light theme neither colour can be read (1.2 to 1"), "{notes:?}");
        assert!(notes[1].starts_with("In the dark theme the primary colour is shown"), "{notes:?}");
    }
}
