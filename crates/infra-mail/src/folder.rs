use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use tenantry_app::ports::{MailToSend, Mailer, MailerError};

use crate::{MailerSetupError, MessageWriter};

/// Puts each message into a folder, as a file `<Message-ID>.eml`. A repeated message replaces itself.
///
/// A file is there whole or not at all, and on the disk once the mailer says so. Links and passwords stand in these files:
/// only their owner may read them.
pub struct FolderMailer {
    folder: PathBuf,
    writer: MessageWriter,
}

impl FolderMailer {
    /// # Errors
    /// [`MailerSetupError::Folder`] if the folder is not there and cannot be made.
    pub fn new(folder: PathBuf, writer: MessageWriter) -> Result<Self, MailerSetupError> {
        match create_folder(&folder) {
            Ok(()) => Ok(Self { folder, writer }),
            Err(cause) => Err(MailerSetupError::Folder { path: folder, cause }),
        }
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, mail: &MailToSend) -> Result<(), MailerError> {
        let message = self.writer.write(mail)?;
        let (folder, name) = (self.folder.clone(), file_name(&mail.message_id));
        let stored = tokio::task::spawn_blocking(move || store(&folder, &name, &message.bytes)).await;
        let stored = stored.unwrap_or_else(|stopped| Err(io::Error::other(stopped)));
        stored.map_err(|cause| MailerError::Later(format!("cannot write to the mail folder: {cause}")))
    }
}

/// The Message-ID, with nothing in it that means something to a file system.
fn file_name(message_id: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-' | '_');
    let name: String = message_id.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    format!("{}.eml", name.trim_start_matches('.'))
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn store(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    static DRAFTS: AtomicU64 = AtomicU64::new(0);

    create_folder(folder)?;
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!(".{name}.{}.{number}.draft", process::id()));
    let stored = write_draft(&draft, bytes).and_then(|()| fs::rename(&draft, folder.join(name)));
    if stored.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&draft);
    }
    stored?;
    File::open(folder)?.sync_all()
}

fn write_draft(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
