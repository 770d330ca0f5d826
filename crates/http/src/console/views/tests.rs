//! What holds for every page, whatever it shows.

use std::{collections::BTreeSet, fs, path::Path};

use super::samples::{HOSTILE, all};
use crate::console::assets::asset_url;

/// The opening tags of a page, as `(name, attributes)`.
fn tags(html: &str) -> Vec<(&str, &str)> {
    html.split('<')
        .skip(1)
        .filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
        .map(|rest| {
            let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
            tag.split_once(char::is_whitespace).unwrap_or((tag, ""))
        })
        .collect()
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let marker = format!("{name}=\"");
    let mut rest = attributes;
    while let Some(at) = rest.find(&marker) {
        let whole = at == 0 || rest[..at].ends_with(char::is_whitespace);
        let value = &rest[at + marker.len()..];
        let value = &value[..value.find('"').unwrap_or(value.len())];
        if whole {
            return Some(value);
        }
        rest = &rest[at + marker.len()..];
    }
    None
}

#[test]
fn every_id_is_unique_and_every_reference_finds_one() {
    for (name, html) in all() {
        let mut ids = BTreeSet::new();
        for (_, attributes) in tags(&html) {
            if let Some(id) = attribute(attributes, "id") {
                assert!(ids.insert(id), "{name}: the id {id} is used twice");
            }
        }
        for (tag, attributes) in tags(&html) {
            for reference in ["for", "aria-labelledby", "aria-describedby", "list", "popovertarget", "form"] {
                for id in attribute(attributes, reference).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {reference} of a {tag} names {id}, which is not there");
                }
            }
            let target = attribute(attributes, "href").and_then(|href| href.strip_prefix('#'));
            assert!(target.is_none_or(|id| ids.contains(id)), "{name}: the link to {target:?} leads nowhere");
        }
    }
}

#[test]
fn every_control_has_a_name_for_those_who_do_not_see_it() {
    for (name, html) in all() {
        let labelled: BTreeSet<&str> =
            tags(&html).into_iter().filter_map(|(_, attributes)| attribute(attributes, "for")).collect();
        for (tag, attributes) in tags(&html) {
            let kind = attribute(attributes, "type").unwrap_or_default();
            let is_control = matches!(tag, "select" | "textarea") || (tag == "input" && kind != "hidden");
            if !is_control || attributes.contains("aria-hidden") {
                continue;
            }
            let has_label = attribute(attributes, "id").is_some_and(|id| labelled.contains(id));
            assert!(has_label || attributes.contains("aria-label="), "{name}: no label for {attributes}");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (name, html) in all() {
        for (tag, attributes) in tags(&html) {
            assert!(attribute(attributes, "style").is_none(), "{name}: style of {tag}");
            assert!(!attributes.contains(" on") || tag == "p" || !attributes.contains("=\"javascript"), "{name}");
            let handler = ["onclick", "onload", "onsubmit", "onerror", "onchange"]
                .iter()
                .find(|handler| attribute(attributes, handler).is_some());
            assert_eq!(handler, None, "{name}: {tag}");
            assert_ne!(tag, "style", "{name}");
            if tag == "script" {
                assert!(attribute(attributes, "src").is_some(), "{name}: inline script");
            }
            let fetched = [attribute(attributes, "src"), attribute(attributes, "action")];
            let linked = (tag == "link" || tag == "use").then(|| attribute(attributes, "href")).flatten();
            for address in fetched.into_iter().flatten().chain(linked) {
                assert!(!address.contains("//") && !address.contains(':'), "{name}: {tag} fetches {address}");
                assert!(!address.is_empty(), "{name}: {tag} without an address");
            }
        }
    }
}

#[test]
fn what_people_type_stays_text() {
    for (name, html) in all() {
        assert!(!html.contains(HOSTILE) && !html.contains("<script>"), "{name}: markup came through");
    }
}

#[test]
fn every_page_has_one_heading_a_title_and_a_main_part() {
    for (name, html) in all() {
        let count = |wanted: &str| tags(&html).iter().filter(|(tag, _)| *tag == wanted).count();
        assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1), "{name}");
        assert!(html.trim_start().starts_with("<!doctype html>"), "{name}: starts with {:?}", html.get(..40));
    }
}

#[test]
fn every_asset_the_pages_name_exists() {
    for (name, html) in all() {
        for address in html.split("/console/assets/").skip(1) {
            let file = address.split(['?', '"', '#']).next().unwrap_or_default();
            assert!(!asset_url(file).is_empty(), "{name}: there is no asset {file}");
        }
        let icons = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/icons.svg")).unwrap();
        for icon in html.split("#i-").skip(1) {
            let icon = icon.split('"').next().unwrap_or_default();
            assert!(icons.contains(&format!("id=\"i-{icon}\"")), "{name}: there is no icon {icon}");
        }
    }
}

fn page(wanted: &str) -> String {
    all().into_iter().find(|(name, _)| name == wanted).map(|(_, html)| html).unwrap_or_default()
}

#[test]
fn a_cell_one_does_not_hold_cannot_be_changed_and_is_not_lost() {
    let html = page("role-edit");
    let boxes: Vec<&str> = tags(&html)
        .into_iter()
        .map(|(_, attributes)| attributes)
        .filter(|one| one.contains("price_schedules"))
        .collect();
    let shown = |one: &&&str| attribute(one, "type") == Some("checkbox");
    assert_eq!(boxes.iter().filter(shown).count(), 8);
    for one in boxes.iter().filter(shown) {
        assert!(one.contains(" disabled") && attribute(one, "name").is_none(), "{one}");
        assert_eq!(attribute(one, "aria-describedby"), Some("cells-why"));
    }
    let kept: Vec<_> = boxes.iter().filter(|one| attribute(one, "type") == Some("hidden")).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(attribute(kept[0], "value"), Some("child.price_schedules.view"));
}

#[test]
fn a_role_one_may_not_give_can_be_read_but_not_chosen_unless_it_is_the_present_one() {
    let html = page("grants");
    assert!(html.contains("<option value=\"full_access\" disabled>Full Access (more than you hold here)</option>"));
    assert!(html.contains("<option value=\"customer_administrator\" selected>"));
}

/// Leaves the pages in `target/console-samples`, laid out so that any static server shows them as they are.
#[test]
fn samples_are_written_for_looking_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("../../target/console-samples");
    let assets = folder.join("console/assets");
    fs::create_dir_all(&assets).unwrap();
    for (name, html) in all() {
        fs::write(folder.join(name).with_extension("html"), html).unwrap();
    }
    for file in fs::read_dir(root.join("assets")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), assets.join(file.file_name())).unwrap();
    }
}
