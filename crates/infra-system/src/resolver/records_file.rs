use std::{
    fs, io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tenantry_app::ports::{DomainResolver, ResolverError};

use super::ResolverSetupError;

/// Takes TXT records from a file instead of the DNS: a name, a blank and a value on each line; `#` begins a comment line. Read anew
/// for every lookup, so that a record can be added at any time.
#[derive(Debug, Clone)]
pub struct RecordsFile {
    path: PathBuf,
}

impl RecordsFile {
    /// The records of this file.
    ///
    /// # Errors
    /// [`ResolverSetupError`] if it cannot be read.
    pub fn open(path: PathBuf) -> Result<Self, ResolverSetupError> {
        read(&path)?;
        Ok(Self { path })
    }
}

fn read(path: &Path) -> Result<Vec<(String, String)>, ResolverSetupError> {
    let failed = |cause: io::Error| ResolverSetupError::File { path: path.to_owned(), cause };
    parse(&fs::read_to_string(path).map_err(failed)?)
        .map_err(|line| ResolverSetupError::Line { path: path.to_owned(), line })
}

/// The records, or the number of the line that holds none.
fn parse(text: &str) -> Result<Vec<(String, String)>, usize> {
    let lines = text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let record = |(line, number): (&str, usize)| {
        let (name, value) = line.split_once(char::is_whitespace).ok_or(number)?;
        Ok((name.trim_end_matches('.').to_ascii_lowercase(), value.trim().to_owned()))
    };
    lines.map(record).collect()
}

#[async_trait]
impl DomainResolver for RecordsFile {
    async fn txt_records(&self, name: &str) -> Result<Vec<String>, ResolverError> {
        let path = self.path.clone();
        let records = tokio::task::spawn_blocking(move || read(&path)).await;
        let records = records.map_err(|error| ResolverError(error.to_string()))?;
        let records = records.map_err(|error| ResolverError(error.to_string()))?;
        let name = name.to_ascii_lowercase();
        Ok(records.into_iter().filter(|(known, _)| *known == name).map(|(_, value)| value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[tokio::test]
    async fn records_are_found_by_name_whatever_its_case() {
        let text = "# of Contoso\n\n_tenantry.Contoso.example. one  two\n_tenantry.contoso.example\tthree \nother.example four\n";
        let (_folder, path) = file(text);
        let records = RecordsFile::open(path.clone()).unwrap();
        assert_eq!(records.txt_records("_tenantry.contoso.example").await.unwrap(), ["one  two", "three"]);
        assert_eq!(records.txt_records("contoso.example").await.unwrap(), Vec::<String>::new());

        fs::write(&path, "contoso.example added").unwrap();
        assert_eq!(records.txt_records("contoso.example").await.unwrap(), ["added"]);
        fs::remove_file(&path).unwrap();
        assert!(records.txt_records("contoso.example").await.is_err());
    }

    #[test]
    fn a_file_that_is_not_there_or_not_right_is_named() {
        let (folder, path) = file("a.example b\n\nc.example\n");
        let wrong = RecordsFile::open(path.clone()).unwrap_err().to_string();
        assert!(wrong.contains("line 3") && wrong.contains(&*path.to_string_lossy()), "{wrong}");
        let missing = folder.path().join("missing");
        let wrong = RecordsFile::open(missing.clone()).unwrap_err().to_string();
        assert!(wrong.contains(&*missing.to_string_lossy()), "{wrong}");
    }
}
