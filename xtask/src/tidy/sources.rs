//! Rules on Rust sources and on everything else that people write by hand.

use super::Finding;
use crate::workspace::SourceFile;
use std::path::Path;

const MOST_LINES: usize = 500;

/// Names that would fit any module, and so tell nothing about one.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "impl", "impls"];

/// Written in two halves, so that this file does not find itself.
const MARKERS: &[&str] = &[
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
];

/// Ways to learn from a request which host it thinks it talks to. Whoever sends the request decides that.
const REQUEST_HOSTS: &[&str] = &[
    "\"x-forwarded-host\"",
    "\"x-forwarded-proto\"",
    "\"forwarded\"",
    "header::HOST",
    "header::FORWARDED",
    "extract::Host",
];

pub fn check(file: &SourceFile) -> Vec<Finding> {
    let mut findings = markers(file);
    if file.extension() == "rs" {
        findings.extend(length(file));
        findings.extend(file_name(file));
        findings.extend(module_declarations(file));
        findings.extend(request_hosts(file));
    }
    findings
}

fn is_generated(file: &SourceFile) -> bool {
    file.path.ends_with("_table.rs")
        || file.text.lines().take(5).any(|line| line.starts_with("//") && line.contains("@generated"))
}

fn length(file: &SourceFile) -> Option<Finding> {
    let lines = lines_without_tests(&file.text);
    let counted = !file.is_test_code() && !is_generated(file);
    (counted && lines > MOST_LINES).then(|| {
        Finding::new(&file.path, 0, format!("{lines} lines without tests; {MOST_LINES} are the limit, 300 the aim"))
    })
}

/// Lines before the inline test module. A mere `mod tests;` does not end the count.
pub fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let starts_tests = |(index, line): (usize, &&str)| {
        *line == "#[cfg(test)]"
            && lines
                .iter()
                .skip(index + 1)
                .find(|next| !next.starts_with("#["))
                .is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'))
    };
    lines.iter().enumerate().position(starts_tests).unwrap_or(lines.len())
}

fn file_name(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let path = Path::new(&file.path);
    if path.file_name().is_some_and(|name| name == "mod.rs") {
        findings.push(Finding::new(&file.path, 0, "a module `foo` lives in foo.rs, not in foo/mod.rs"));
    }
    let folders = path.parent().into_iter().flat_map(Path::components).map(|part| part.as_os_str().to_string_lossy());
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    for name in folders.chain(stem).filter(|name| EMPTY_NAMES.contains(&name.as_ref())) {
        findings.push(Finding::new(&file.path, 0, says_nothing(&name)));
    }
    findings
}

fn module_declarations(file: &SourceFile) -> Vec<Finding> {
    let declared = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
        let name: String =
            line.strip_prefix("mod ")?.chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect();
        Some(name)
    };
    file.lines()
        // A module with a file of its own is found by the name of the file.
        .filter(|(_, line)| line.trim_end().ends_with('{'))
        .filter_map(|(number, line)| Some((number, declared(line)?)))
        .filter(|(_, name)| EMPTY_NAMES.contains(&name.as_str()))
        .map(|(number, name)| Finding::new(&file.path, number, says_nothing(&name)))
        .collect()
}

fn says_nothing(name: &str) -> String {
    format!("the module name `{name}` says nothing; name what it holds")
}

fn markers(file: &SourceFile) -> Vec<Finding> {
    // Prose may speak of the markers; code, templates and configuration may not hold them.
    if file.extension() == "md" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        for marker in MARKERS.iter().filter(|marker| contains_word(line, marker)) {
            findings.push(Finding::new(
                &file.path,
                number,
                format!("`{marker}` is not for the main line; finish it or open an issue"),
            ));
        }
    }
    findings
}

/// Whether `word` stands in `line` with no letter or digit directly before it, nor directly after it if it ends in one.
fn contains_word(line: &str, word: &str) -> bool {
    let joins = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        let goes_on = joins(word.chars().next_back()) && joins(after);
        !(joins(before) || goes_on)
    })
}

fn request_hosts(file: &SourceFile) -> Vec<Finding> {
    if !file.path.starts_with("crates/http/src/") {
        return Vec::new();
    }
    let shipped = lines_without_tests(&file.text);
    file.lines()
        .take(shipped)
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter(|(_, line)| REQUEST_HOSTS.iter().any(|source| contains_ignoring_case(line, source)))
        .map(|(number, _)| {
            Finding::new(&file.path, number, "URLs come from the configured base URL, never from a request header")
        })
        .collect()
}

fn contains_ignoring_case(line: &str, part: &str) -> bool {
    line.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.to_owned() }
    }

    fn rules_broken_by(file: &SourceFile) -> Vec<String> {
        check(file).into_iter().map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn a_plain_file_breaks_no_rule() {
        assert_eq!(check(&rust("crates/app/src/users/create_user.rs", "pub fn create() {}\n")), []);
    }

    #[test]
    fn the_line_limit_leaves_out_the_test_module() {
        let code = "fn a() {}\n".repeat(MOST_LINES);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    // test\n".repeat(50));
        assert_eq!(check(&rust("crates/app/src/a.rs", &format!("{code}{tests}"))), []);
        assert_eq!(check(&rust("crates/app/src/a.rs", &format!("{code}fn b() {{}}\n{tests}"))).len(), 1);
    }

    #[test]
    fn a_test_module_in_another_file_does_not_end_the_count() {
        let code = format!("#[cfg(test)]\nmod tests;\n{}", "fn a() {}\n".repeat(MOST_LINES));
        assert_eq!(lines_without_tests(&code), MOST_LINES + 2);
    }

    #[test]
    fn an_attribute_may_stand_between_cfg_and_the_test_module() {
        assert_eq!(lines_without_tests("a\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n}\n"), 1);
    }

    #[test]
    fn generated_files_and_integration_tests_may_be_long() {
        let long = "fn a() {}\n".repeat(MOST_LINES + 1);
        assert_eq!(check(&rust("crates/domain/src/contact/country_table.rs", &long)), []);
        assert_eq!(check(&rust("crates/http/tests/users.rs", &long)), []);
        assert_eq!(check(&rust("crates/domain/src/a.rs", &format!("// @generated by xtask\n{long}"))), []);
        assert_eq!(check(&rust("crates/domain/src/a.rs", &long)).len(), 1);
    }

    #[test]
    fn mod_rs_is_refused() {
        assert_eq!(rules_broken_by(&rust("crates/app/src/users/mod.rs", "")).len(), 1);
    }

    #[test]
    fn names_that_say_nothing_are_refused_as_file_folder_and_inline_module() {
        for path in ["crates/app/src/utils.rs", "crates/app/src/common/names.rs"] {
            assert_eq!(check(&rust(path, "")).len(), 1, "{path}");
        }
        assert_eq!(check(&rust("crates/app/src/a.rs", "pub mod helpers {\n}\n")).len(), 1);
        assert_eq!(check(&rust("crates/app/src/services.rs", "pub mod commons {\n}\n")), []);
    }

    #[test]
    fn forgotten_markers_are_found_as_words() {
        for marker in MARKERS {
            assert_eq!(check(&rust("crates/app/src/a.rs", &format!("    {marker}\n"))).len(), 1, "{marker}");
        }
        let longer = format!("let folder = \"tmp.{}\";\n", MARKERS[1].repeat(2));
        assert_eq!(check(&rust("crates/app/src/a.rs", &longer)), []);
    }

    #[test]
    fn a_request_header_is_no_source_of_urls() {
        let reading = "let host = headers.get(\"X-Forwarded-Host\");\n";
        assert_eq!(check(&rust("crates/http/src/console/links.rs", reading)).len(), 1);
        assert_eq!(check(&rust("crates/http/tests/links.rs", reading)), []);
        let in_test = format!("#[cfg(test)]\nmod tests {{\n{reading}}}\n");
        assert_eq!(check(&rust("crates/http/src/console/links.rs", &in_test)), []);
    }
}
