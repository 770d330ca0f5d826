//! Where things are in the repository.

use crate::failure::{During as _, Failure};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder with the workspace's `Cargo.toml`.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Dot folders that hold files of ours; all others are somebody else's.
const OWN_DOT_FOLDERS: &[&str] = &[".cargo", ".ci", ".config", ".github"];
/// What builds and runs leave behind.
const LEFT_BEHIND: &[&str] = &["target", "data"];

/// One text file, with its path relative to the root in the form `crates/app/src/app.rs`.
#[derive(Debug)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

impl SourceFile {
    pub fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or("")
    }

    /// Integration tests and their harnesses, as opposed to what is shipped.
    pub fn is_test_code(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Every file of the repository with one of these extensions, sorted by path.
pub fn read_files(extensions: &[&str]) -> Result<Vec<SourceFile>, Failure> {
    let mut paths = Vec::new();
    collect(root(), &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| extensions.contains(&extension))
        {
            let text = fs::read_to_string(&path).during(format!("cannot read {}", path.display()))?;
            files.push(SourceFile { path: relative(&path), text });
        }
    }
    Ok(files)
}

/// Every file of the repository by name only, sorted.
pub fn list_files() -> Result<Vec<String>, Failure> {
    let mut paths = Vec::new();
    collect(root(), &mut paths)?;
    paths.sort();
    Ok(paths.iter().map(|path| relative(path)).collect())
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let complaint = || format!("cannot list {}", folder.display());
    for entry in fs::read_dir(folder).during(complaint())? {
        let entry = entry.during(complaint())?;
        let kind = entry.file_type().during(complaint())?;
        if kind.is_file() {
            into.push(entry.path());
        } else if kind.is_dir() && is_ours(&entry.file_name().to_string_lossy()) {
            collect(&entry.path(), into)?;
        }
    }
    Ok(())
}

fn is_ours(folder_name: &str) -> bool {
    if folder_name.starts_with('.') {
        OWN_DOT_FOLDERS.contains(&folder_name)
    } else {
        !LEFT_BEHIND.contains(&folder_name)
    }
}

/// Where cargo builds: it built this program as `<target>/debug/xtask`.
pub fn target_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.ancestors().nth(2).map_or_else(|| root().join("target"), Path::to_owned)
}
