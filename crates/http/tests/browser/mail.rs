//! Mails as the product files them: `.eml`, read just far enough for a test.

use std::fs;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The file as it is.
    pub raw: String,
}

impl Mail {
    /// Every mail in a folder, the oldest first. A folder that does not exist yet has none.
    pub fn read_all(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
            .collect();
        files.sort();
        files.iter().filter_map(|(_, path)| Some(Self { raw: fs::read_to_string(path).ok()? })).collect()
    }

    /// A header with its folded lines joined, empty if there is none. Encoded words stay encoded.
    pub fn header(&self, name: &str) -> String {
        header(&self.raw, name)
    }

    pub fn is_to(&self, address: &str) -> bool {
        let to = self.header("To");
        to == address || to.ends_with(&format!("<{address}>"))
    }

    /// The plain-text part, decoded.
    pub fn text(&self) -> String {
        text_part(&self.raw.replace("\r\n", "\n")).unwrap_or_default()
    }

    /// The URLs in the plain-text part.
    pub fn links(&self) -> Vec<String> {
        let is_link = |word: &&str| word.starts_with("http://") || word.starts_with("https://");
        self.text().split_whitespace().filter(is_link).map(str::to_owned).collect()
    }
}

fn header(part: &str, name: &str) -> String {
    let mut found = String::new();
    let mut inside = false;
    for line in part.lines().take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            if inside {
                found.push(' ');
                found.push_str(line.trim());
            }
        } else {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            inside = field.eq_ignore_ascii_case(name);
            if inside {
                value.trim().clone_into(&mut found);
            }
        }
    }
    found
}

/// Looks through the parts of a message, and through their parts.
fn text_part(part: &str) -> Option<String> {
    let (_, body) = part.split_once("\n\n")?;
    let kind = header(part, "Content-Type");
    if kind.to_ascii_lowercase().starts_with("multipart/") {
        let boundary = kind.split_once("boundary=")?.1.split(';').next()?.trim_matches('"');
        let separator = format!("--{boundary}");
        return body.split(&separator).skip(1).find_map(|part| text_part(part.trim_start_matches('\n')));
    }
    if !kind.is_empty() && !kind.to_ascii_lowercase().starts_with("text/plain") {
        return None;
    }
    let bytes = match header(part, "Content-Transfer-Encoding").to_ascii_lowercase().as_str() {
        "quoted-printable" => from_quoted_printable(body),
        "base64" => from_base64(body),
        _ => body.as_bytes().to_vec(),
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn from_quoted_printable(body: &str) -> Vec<u8> {
    let joined = body.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(part.bytes().skip(2));
            }
            None => bytes.extend(part.bytes()),
        }
    }
    bytes
}

fn from_base64(body: &str) -> Vec<u8> {
    use base64::Engine as _;
    let digits: String = body.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(raw: &str) -> Mail {
        Mail { raw: raw.replace('\n', "\r\n") }
    }

    #[test]
    fn a_plain_mail_is_read() {
        let mail = mail(
            "From: a@a.example\nTo: \"Avery Quinn\"\n <avery@contoso.example>\nSubject: Hi\n\nOpen\nhttps://a.example/x\n",
        );
        assert!(mail.is_to("avery@contoso.example"));
        assert_eq!(mail.header("subject"), "Hi");
        assert_eq!(mail.links(), ["https://a.example/x"]);
    }

    #[test]
    fn the_text_part_of_a_multipart_mail_is_decoded() {
        let encodings = [
            ("quoted-printable", "Zo=C3=AB http://127.0.0.1/p/a=3Db=\nc\n"),
            ("base64", "Wm/DqyBodHRwOi8vMTI3LjAu\nMC4xL3AvYT1iYw==\n"),
        ];
        for (encoding, body) in encodings {
            let raw = format!(
                "To: a@a.example\nContent-Type: multipart/alternative; boundary=\"b1\"\n\n\
                 --b1\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}\n\
                 --b1\nContent-Type: text/html\n\n<p>http://elsewhere.example</p>\n--b1--\n"
            );
            let mail = mail(&raw);
            assert!(mail.text().starts_with("Zoë "), "{encoding}");
            assert_eq!(mail.links(), ["http://127.0.0.1/p/a=bc"], "{encoding}");
        }
    }
}
