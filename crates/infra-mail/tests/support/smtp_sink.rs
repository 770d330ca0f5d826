use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    messages::eml_files,
    python::{python, script},
};

/// A mail server of its own for each test; it ends with the test.
pub struct SmtpSink {
    server: Child,
    port: u16,
    folder: TempDir,
}

impl SmtpSink {
    /// Starts the server with these options of `smtp_server.py`; for TLS its certificate names `host`.
    pub fn start(mut options: Value, host: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_certificates(folder.path(), host);
        let received = folder.path().join("received");
        fs::create_dir(&received).unwrap();
        options["folder"] = json!(received);
        options["certificate"] = json!(folder.path().join("server.pem"));
        options["key"] = json!(folder.path().join("server.key"));
        let mut server = Command::new(python())
            .arg(script("smtp_server.py"))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { server, port: port.trim().parse().expect("the server prints its port"), folder }
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The root certificate, for `ca=`.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub fn received_folder(&self) -> PathBuf {
        self.folder.path().join("received")
    }

    /// The envelopes of all messages taken.
    pub fn envelopes(&self) -> Vec<Value> {
        let files = eml_files(&self.received_folder());
        files
            .iter()
            .map(|file| serde_json::from_slice(&fs::read(file.with_extension("json")).unwrap()).unwrap())
            .collect()
    }

    /// Everything clients sent, as the server decrypted it.
    pub fn wire(&self) -> String {
        let bytes = fs::read(self.received_folder().join("wire.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Nothing but greetings, and neither a message nor a password.
    pub fn assert_nothing_was_said(&self) {
        let wire = self.wire();
        for verb in ["AUTH", "MAIL", "RCPT", "DATA", "s3cret"] {
            assert!(!wire.contains(verb), "{wire}");
        }
        assert!(self.envelopes().is_empty());
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn write_certificates(folder: &Path, host: &str) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    fs::write(folder.join("server.pem"), server.pem()).unwrap();
    fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}
