//! The domain crate is read as the specification: every public type there has an example.

use super::Finding;
use super::sources::lines_without_tests;
use crate::workspace::SourceFile;

const KINDS: &[&str] = &["struct", "enum", "trait"];

pub fn check(file: &SourceFile) -> Vec<Finding> {
    if !file.path.starts_with("crates/domain/src/") || file.extension() != "rs" {
        return Vec::new();
    }
    let lines: Vec<&str> = file.text.lines().take(lines_without_tests(&file.text)).collect();
    let mut findings = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = public_type(line) else { continue };
        // Documentation and attributes stand directly above the type, behind an empty line.
        let above = lines.iter().take(index).rev().take_while(|line| !line.trim().is_empty());
        if !above.into_iter().any(|line| line.trim_start().starts_with("/// ```")) {
            findings.push(Finding::new(&file.path, index + 1, format!("`{name}` is public and has no example")));
        }
    }
    findings
}

fn public_type(line: &str) -> Option<&str> {
    let (kind, rest) = line.trim_start().strip_prefix("pub ")?.split_once(' ')?;
    let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next()?;
    KINDS.contains(&kind).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_without_example(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
        check(&file).into_iter().map(|finding| finding.to_string()).collect()
    }

    const WITH: &str =
        "/// A.\n///\n/// ```\n/// let a = 1;\n/// ```\n#[derive(\n    Debug,\n)]\npub struct A<T>(T);\n";

    #[test]
    fn a_public_type_needs_an_example_of_its_own() {
        let path = "crates/domain/src/a.rs";
        assert_eq!(names_without_example(path, WITH), Vec::<String>::new());
        let without = format!("{WITH}\n/// B.\npub enum B {{}}\n");
        assert_eq!(
            names_without_example(path, &without),
            ["crates/domain/src/a.rs:12: `B` is public and has no example"]
        );
    }

    #[test]
    fn what_nobody_outside_sees_needs_none() {
        for text in ["struct A;", "pub(super) struct A;", "pub fn a() {}", "pub type A = u8;"] {
            assert_eq!(names_without_example("crates/domain/src/a.rs", text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(names_without_example("crates/app/src/a.rs", "pub struct A;"), Vec::<String>::new());
        let in_tests = "#[cfg(test)]\nmod tests {\n    pub struct A;\n}\n";
        assert_eq!(names_without_example("crates/domain/src/a.rs", in_tests), Vec::<String>::new());
    }
}
