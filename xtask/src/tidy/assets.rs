//! What the console serves is written here: no libraries, no fonts, no minified files, nothing from another host.

use super::Finding;
use crate::workspace::SourceFile;

const ASSETS: &str = "crates/http/assets/";

/// File name endings of what others make: minified files, source maps, fonts, archives.
const FOREIGN_ENDINGS: &[&str] =
    &[".min.js", ".min.css", ".map", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".wasm", ".zip", ".gz", ".tgz"];

/// How libraries introduce themselves.
const BANNERS: &[&str] = &["/*!", "@license", "@preserve", "sourceMappingURL", "Copyright (c)"];

/// Ways for a stylesheet or script to reach another host.
const OTHER_HOSTS: &[&str] =
    &["url(http", "url(\"http", "url('http", "url(//", "@import", "importScripts", "from \"http", "import(\"http"];

/// Nobody writes such lines by hand.
const LONGEST_LINE: usize = 1000;

pub fn check_name(path: &str) -> Option<Finding> {
    let lower = path.to_ascii_lowercase();
    let foreign = lower.starts_with(ASSETS) && FOREIGN_ENDINGS.iter().any(|ending| lower.ends_with(ending));
    foreign.then(|| Finding::new(path, 0, "third-party or packed asset; the console serves only what is written here"))
}

pub fn check_text(file: &SourceFile) -> Vec<Finding> {
    if !file.path.starts_with(ASSETS) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        if BANNERS.iter().any(|banner| line.contains(banner)) {
            findings.push(Finding::new(&file.path, number, "looks like a third-party file"));
        }
        if OTHER_HOSTS.iter().any(|address| line.contains(address)) {
            findings.push(Finding::new(&file.path, number, "loads something from elsewhere"));
        }
        if line.len() > LONGEST_LINE && file.extension() != "svg" {
            findings.push(Finding::new(
                &file.path,
                number,
                format!("{} characters in one line: minified?", line.len()),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(text: &str) -> SourceFile {
        SourceFile { path: "crates/http/assets/console.js".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn our_own_files_pass() {
        assert_eq!(check_name("crates/http/assets/console.css"), None);
        assert_eq!(check_text(&asset("document.querySelector('form');\n")), []);
    }

    #[test]
    fn packed_files_and_fonts_are_refused_by_name() {
        for name in ["htmx.min.js", "fonts/inter.woff2", "console.js.map"] {
            assert!(check_name(&format!("{ASSETS}{name}")).is_some(), "{name}");
        }
        assert_eq!(check_name("docs/console.js.map"), None);
    }

    #[test]
    fn banners_other_hosts_and_minified_lines_are_refused_by_content() {
        assert_eq!(check_text(&asset("/*! some library 1.0 */")).len(), 1);
        assert_eq!(check_text(&asset("a { background: url(https://cdn.example/a.png) }")).len(), 1);
        assert_eq!(check_text(&asset(&"x".repeat(LONGEST_LINE + 1))).len(), 1);
    }
}
