use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::{Rng as _, rand_core::UnwrapErr, rngs::SysRng};
use sha2::Sha256;
use thiserror::Error;

use crate::hex;

const FINGERPRINT_LABEL: &[u8] = b"tenantry fingerprint of the secret key";
/// Long enough for every form of a key, and short enough to read a wrong file without harm.
const LONGEST_FILE: u64 = 1024;

/// The installation's secret key: 32 bytes. Whatever else needs a key gets one derived from it. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

/// The secret key cannot be had.
#[derive(Debug, Error)]
pub enum SecretKeyError {
    #[error("cannot read the secret key file `{path}`: {cause}")]
    Read { path: PathBuf, cause: io::Error },
    #[error("cannot create the secret key file `{path}`: {cause}")]
    Create { path: PathBuf, cause: io::Error },
    #[error("the secret key file `{path}` must hold 32 bytes as 64 hexadecimal digits or as base64")]
    Malformed { path: PathBuf },
}

impl SecretKey {
    /// Reads the key from its file; if there is none, makes a random one and a file that only its owner may read.
    ///
    /// Of several processes that start at once all get the same key, and one that dies here leaves no half-written file.
    ///
    /// # Errors
    /// [`SecretKeyError`]. A file that holds anything else than one key is never overwritten.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretKeyError> {
        if let Some(key) = Self::load(path)? {
            return Ok(key);
        }
        create(path).map_err(|cause| SecretKeyError::Create { path: path.to_owned(), cause })?;
        let vanished = || SecretKeyError::Read { path: path.to_owned(), cause: io::ErrorKind::NotFound.into() };
        Self::load(path)?.ok_or_else(vanished)
    }

    fn load(path: &Path) -> Result<Option<Self>, SecretKeyError> {
        let mut text = String::new();
        match File::open(path).and_then(|file| file.take(LONGEST_FILE).read_to_string(&mut text)) {
            Ok(_) => parse(text.trim()).map(Some).ok_or_else(|| SecretKeyError::Malformed { path: path.to_owned() }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) if cause.kind() == io::ErrorKind::InvalidData => {
                Err(SecretKeyError::Malformed { path: path.to_owned() })
            }
            Err(cause) => Err(SecretKeyError::Read { path: path.to_owned(), cause }),
        }
    }

    /// Tells keys apart without telling the key. The database remembers it, so that a start with the wrong file fails.
    pub fn fingerprint(&self) -> String {
        hex::encode(&self.derive(&[FINGERPRINT_LABEL]))
    }

    /// HMAC-SHA-256 of the parts, one after the other, under this key. No label of one use may begin another's.
    pub(crate) fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC fills a short key up with zeros to the block of its hash.
        let mut block = [0; 64];
        let (start, _) = block.split_at_mut(self.0.len());
        start.copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
impl SecretKey {
    pub(crate) const fn of(byte: u8) -> Self {
        Self([byte; 32])
    }
}

fn parse(text: &str) -> Option<SecretKey> {
    let bytes = if text.len() == 64 { hex::decode(text)? } else { decode_base64(text)? };
    bytes.try_into().ok().map(SecretKey)
}

/// Of either alphabet, with padding or without.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet::URL_SAFE, config).decode(text.replace('+', "-").replace('/', "_")).ok()
}

/// Writes a new key under another name and links it to its own, which fails if that exists by now; then the other's key is taken.
fn create(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut random = [0; 40];
    UnwrapErr(SysRng).fill_bytes(&mut random);
    let (key, suffix) = random.split_at(32);
    let draft = folder.join(format!(".secret-key-{}", hex::encode(suffix)));
    let linked = write_draft(&draft, &hex::encode(key)).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    });
    fs::remove_file(&draft)?;
    linked?;
    File::open(folder)?.sync_all()
}

fn write_draft(path: &Path, key: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{key}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt as _, thread};

    use super::*;

    fn load_text(text: &[u8]) -> Result<SecretKey, SecretKeyError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, text).unwrap();
        let loaded = SecretKey::load_or_create(&path);
        assert_eq!(fs::read(&path).unwrap(), text, "a key file is never changed");
        loaded
    }

    #[test]
    fn a_missing_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/secret.key");
        let made = SecretKey::load_or_create(&path).unwrap();
        assert_eq!(SecretKey::load_or_create(&path).unwrap().0, made.0);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left");
        let other = SecretKey::load_or_create(&folder.path().join("other.key")).unwrap();
        assert_ne!(other.0, made.0);
        assert_ne!(other.fingerprint(), made.fingerprint());
    }

    #[test]
    fn processes_that_start_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let starters: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                thread::spawn(move || SecretKey::load_or_create(&path).unwrap().fingerprint())
            })
            .collect();
        let mut fingerprints: Vec<_> = starters.into_iter().map(|starter| starter.join().unwrap()).collect();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), 1);
    }

    #[test]
    fn hexadecimal_and_base64_are_read() {
        let expected = [0xFB; 32];
        for text in [
            "fb".repeat(32),
            "FB".repeat(32) + "\r\n",
            format!("{}+/s=", "+/v7".repeat(10)),
            format!("{}-_s\n", "-_v7".repeat(10)),
        ] {
            assert_eq!(load_text(text.as_bytes()).unwrap().0, expected, "{text}");
        }
    }

    #[test]
    fn anything_but_32_bytes_is_refused() {
        for text in
            ["", "\n", "00", &"0".repeat(62), &"0".repeat(66), &"x".repeat(64), &"A".repeat(40), &"A".repeat(4096)]
        {
            assert!(matches!(load_text(text.as_bytes()), Err(SecretKeyError::Malformed { .. })), "{text}");
        }
        assert!(matches!(load_text(&[0xFF; 32]), Err(SecretKeyError::Malformed { .. })));
    }

    #[test]
    fn a_folder_in_its_place_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(SecretKey::load_or_create(folder.path()), Err(SecretKeyError::Read { .. })));
    }

    #[test]
    fn derived_keys_are_hmac_sha_256() {
        // RFC 4231, test case 1 has a key of 20 bytes; HMAC pads with zeros, so it is a key of 32 bytes as well.
        let mut key = [0; 32];
        key[..20].fill(0x0B);
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(hex::encode(&SecretKey(key).derive(&[b"Hi ", b"There"])), expected);
    }

    #[test]
    fn nothing_of_the_key_is_shown() {
        let key = SecretKey::of(7);
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        assert_eq!(key.fingerprint().len(), 64);
        assert!(!key.fingerprint().contains("0707"));
    }
}
