//! Every crate takes the workspace's lints.

use super::Finding;
use crate::workspace::SourceFile;

pub fn check(file: &SourceFile) -> Option<Finding> {
    let is_crate = file.path.ends_with("/Cargo.toml");
    (is_crate && !takes_workspace_lints(&file.text))
        .then(|| Finding::new(&file.path, 0, "`[lints] workspace = true` is missing"))
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let mut section = "";
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        }
        let without_spaces: String = line.split_whitespace().collect();
        match section {
            "[lints]" if without_spaces == "workspace=true" => return true,
            "" if without_spaces == "lints.workspace=true" => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&SourceFile { path: path.to_owned(), text: text.to_owned() }).into_iter().count()
    }

    #[test]
    fn a_crate_must_take_the_workspace_lints() {
        assert_eq!(findings("crates/app/Cargo.toml", "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"), 0);
        assert_eq!(findings("crates/app/Cargo.toml", "[package]\nname = \"a\"\n"), 1);
    }

    #[test]
    fn workspace_true_of_another_section_does_not_count() {
        assert_eq!(findings("crates/app/Cargo.toml", "[lints]\n[dependencies.a]\nworkspace = true\n"), 1);
    }

    #[test]
    fn the_workspace_itself_is_no_crate() {
        assert_eq!(findings("Cargo.toml", "[workspace]\n"), 0);
    }
}
