//! Images, mail, connected services and the DNS.

use std::{
    collections::{HashMap, VecDeque},
    fmt::Write,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;

use super::{digest, lock};
use crate::ports::{
    Connector, ConnectorError, DomainResolver, ImageError, ImageProcessor, MailToSend, Mailer, MailerError,
    ResolverError, StoredImage, UserRecord,
};

/// Takes any upload for an image but an empty one and one that begins with `bad`.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeImages;

#[async_trait]
impl ImageProcessor for FakeImages {
    async fn process_profile_image(&self, upload: Vec<u8>) -> Result<StoredImage, ImageError> {
        if upload.is_empty() || upload.starts_with(b"bad") {
            return Err(ImageError::Unreadable);
        }
        let hash = digest(&upload).iter().fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        Ok(StoredImage { hash, png: [b"png:", &*upload].concat(), thumbnail: [b"thumbnail:", &*upload].concat() })
    }

    async fn process_logo(&self, upload: Vec<u8>) -> Result<StoredImage, ImageError> {
        self.process_profile_image(upload).await
    }
}

/// Keeps every mail that was sent, and can be told not to send. A clone is another handle on the same mailer.
#[derive(Debug, Clone, Default)]
pub struct RecordingMailer(Arc<Mutex<Mails>>);

#[derive(Debug, Default)]
struct Mails {
    sent: Vec<MailToSend>,
    answers: VecDeque<MailerError>,
}

impl RecordingMailer {
    /// The mails sent so far, oldest first.
    pub fn sent(&self) -> Vec<MailToSend> {
        lock(&self.0).sent.clone()
    }

    /// The mails sent so far, which are forgotten.
    pub fn take_sent(&self) -> Vec<MailToSend> {
        std::mem::take(&mut lock(&self.0).sent)
    }

    /// Refuses the next `times` mails for now.
    pub fn answer_later(&self, times: usize) {
        self.answer(MailerError::Later("the mail server is busy".to_owned()), times);
    }

    /// Refuses the next `times` mails for good.
    pub fn answer_never(&self, times: usize) {
        self.answer(MailerError::Never("no such mailbox".to_owned()), times);
    }

    fn answer(&self, error: MailerError, times: usize) {
        lock(&self.0).answers.extend(std::iter::repeat_n(error, times));
    }
}

#[async_trait]
impl Mailer for RecordingMailer {
    async fn send(&self, mail: &MailToSend) -> Result<(), MailerError> {
        let mut mails = lock(&self.0);
        if let Some(error) = mails.answers.pop_front() {
            return Err(error);
        }
        mails.sent.push(mail.clone());
        Ok(())
    }
}

/// Keeps every user it was told about, and can be told to fail. A clone is another handle on the same connector.
#[derive(Debug, Clone, Default)]
pub struct FakeConnector(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    users: Vec<UserRecord>,
    failures: usize,
}

impl FakeConnector {
    /// The users as it was told about them, oldest call first.
    pub fn told(&self) -> Vec<UserRecord> {
        lock(&self.0).users.clone()
    }

    /// Fails the next `times` calls.
    pub fn fail_next(&self, times: usize) {
        lock(&self.0).failures = times;
    }
}

#[async_trait]
impl Connector for FakeConnector {
    async fn provision(&self, user: &UserRecord) -> Result<(), ConnectorError> {
        let mut told = lock(&self.0);
        if let Some(left) = told.failures.checked_sub(1) {
            told.failures = left;
            return Err(ConnectorError("the connected service is down".to_owned()));
        }
        told.users.push(user.clone());
        Ok(())
    }
}

/// A DNS that shows what it was told to, and can be told not to answer. A clone is another handle on the same DNS.
#[derive(Debug, Clone, Default)]
pub struct FakeResolver(Arc<Mutex<Zone>>);

#[derive(Debug, Default)]
struct Zone {
    records: HashMap<String, Vec<String>>,
    failures: usize,
}

impl FakeResolver {
    /// Shows one more TXT record.
    pub fn publish(&self, name: &str, value: &str) {
        lock(&self.0).records.entry(name.to_owned()).or_default().push(value.to_owned());
    }

    /// Does not answer the next `times` times.
    pub fn fail_next(&self, times: usize) {
        lock(&self.0).failures = times;
    }
}

#[async_trait]
impl DomainResolver for FakeResolver {
    async fn txt_records(&self, name: &str) -> Result<Vec<String>, ResolverError> {
        let mut zone = lock(&self.0);
        if let Some(left) = zone.failures.checked_sub(1) {
            zone.failures = left;
            return Err(ResolverError("nobody is there".to_owned()));
        }
        Ok(zone.records.get(name).cloned().unwrap_or_default())
    }
}
