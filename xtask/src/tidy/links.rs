//! Relative links in Markdown lead somewhere.

use super::Finding;
use crate::workspace::SourceFile;

/// `exists` answers for a path relative to the root of the repository.
pub fn check(file: &SourceFile, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    if file.extension() != "md" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut in_code = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            continue;
        }
        for target in targets(&without_code_spans(line)) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            if path.is_empty() || is_absolute(path) {
                continue;
            }
            let found = resolve(&file.path, path).is_some_and(|path| path.is_empty() || exists(&path));
            if !found {
                findings.push(Finding::new(&file.path, number, format!("the link to `{path}` leads nowhere")));
            }
        }
    }
    findings
}

fn is_absolute(target: &str) -> bool {
    target.starts_with('/') || target.starts_with("mailto:") || target.contains("://")
}

/// What stands between backticks is code, not a link.
fn without_code_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Targets of `[text](target)`, `[name]: target`, `src="target"` and `href="target"`.
fn targets(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (opening, closing) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        for rest in line.split(opening).skip(1) {
            let target = rest.split(closing).next().unwrap_or_default();
            // A title may follow the target.
            found.extend(target.split_whitespace().next().map(|target| target.trim_matches(['<', '>']).to_owned()));
        }
    }
    let names_target = line.starts_with('[') && !line.starts_with("[^");
    if let Some((_, target)) = line.split_once("]: ").filter(|_| names_target) {
        found.extend(target.split_whitespace().next().map(str::to_owned));
    }
    found
}

/// The target as a path from the root, or nothing if it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead_links(text: &str) -> Vec<String> {
        let file = SourceFile { path: "docs/adr/0001.md".to_owned(), text: text.to_owned() };
        let known = ["README.md", "docs/style.md", "docs/adr"];
        check(&file, &|path| known.contains(&path)).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn links_are_followed_from_the_folder_of_their_file() {
        assert_eq!(
            dead_links("[a](../style.md#names) and [b](../../README.md \"title\") and [c](.)"),
            Vec::<String>::new()
        );
        assert_eq!(dead_links("[a](style.md)"), ["the link to `style.md` leads nowhere"]);
    }

    #[test]
    fn every_form_of_link_is_seen() {
        for form in ["![x](gone.png)", "[x]: gone.png", "<img src=\"gone.png\">", "<a href=\"gone.png\">x</a>"] {
            assert_eq!(dead_links(form), ["the link to `gone.png` leads nowhere"], "{form}");
        }
    }

    #[test]
    fn other_hosts_anchors_and_code_are_left_alone() {
        let text = "[a](https://example.org/x) [b](#below) `[c](gone.md)` \n[^1]: gone\n```\n[d](gone.md)\n```\n";
        assert_eq!(dead_links(text), Vec::<String>::new());
    }

    #[test]
    fn a_link_out_of_the_repository_is_dead() {
        assert_eq!(dead_links("[a](../../../elsewhere.md)").len(), 1);
    }
}
