use std::{
    fmt::Display,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;
use tenantry_app::ports::{AnchorError, AuditAnchor, Checkpoint};

/// A file of one line.
#[derive(Debug)]
pub struct AnchorFile(PathBuf);

impl AnchorFile {
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn error(&self, cause: impl Display) -> AnchorError {
        AnchorError { place: self.0.display().to_string(), cause: cause.to_string() }
    }

    /// Either the old line or the new one, whatever happens meanwhile.
    fn replace(&self, line: &str) -> io::Result<()> {
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut draft = NamedTempFile::new_in(folder)?;
        writeln!(draft, "{line}")?;
        draft.as_file().sync_data()?;
        draft.persist(&self.0)?;
        Ok(())
    }
}

impl AuditAnchor for AnchorFile {
    fn load(&self) -> Result<Option<Checkpoint>, AnchorError> {
        match fs::read_to_string(&self.0) {
            Ok(line) => line.trim().parse().map(Some).map_err(|error: &str| self.error(error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.error(error)),
        }
    }

    fn store(&self, checkpoint: Checkpoint) -> Result<(), AnchorError> {
        self.replace(&checkpoint.to_string()).map_err(|error| self.error(error))
    }
}

#[cfg(test)]
mod tests {
    use tenantry_app::ports::AuditMark;

    use super::*;

    #[test]
    fn what_was_stored_last_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let anchor = AnchorFile::new(folder.path().join("audit.checkpoint"));
        assert_eq!(anchor.load().unwrap(), None);
        for byte in [7, 8] {
            let checkpoint = Checkpoint { number: byte.into(), mark: AuditMark([byte; 32]) };
            anchor.store(checkpoint).unwrap();
            assert_eq!(anchor.load().unwrap(), Some(checkpoint));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_file_is_not_taken_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.checkpoint");
        for text in ["", "7", "7:abc", "x:00"] {
            fs::write(&path, text).unwrap();
            let error = AnchorFile::new(path.clone()).load().unwrap_err();
            assert!(error.to_string().contains("audit.checkpoint"), "{error}");
        }
    }
}
