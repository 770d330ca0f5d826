use std::{sync::Arc, time::SystemTime};

use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentDisposition, ContentId, ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use tenantry_app::ports::{Clock, MailToSend, MailerError};

use crate::{
    MailerSetupError,
    letters::{self, Letter, clean_sender_name},
};

/// RFC 5322, section 2.1.1, without the line break.
const LONGEST_LINE: usize = 998;

/// Writes letters as messages of RFC 5322, from one sender.
#[derive(Clone)]
pub struct MessageWriter {
    from: Mailbox,
    clock: Arc<dyn Clock>,
}

/// A message for one recipient.
pub struct WrittenMessage {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

impl MessageWriter {
    /// # Errors
    /// [`MailerSetupError::From`] if no mail can be sent from this address.
    pub fn new(from_address: &str, from_name: &str, clock: Arc<dyn Clock>) -> Result<Self, MailerSetupError> {
        let address = from_address.parse::<Address>().ok().filter(|_| from_address.is_ascii());
        let address = address.ok_or_else(|| MailerSetupError::From(from_address.to_owned()))?;
        Ok(Self { from: mailbox(from_name, address), clock })
    }

    /// # Errors
    /// [`MailerError::Never`]: a message that cannot be written now never can.
    pub(crate) fn write(&self, mail: &MailToSend) -> Result<WrittenMessage, MailerError> {
        let never = |what: &str| MailerError::Never(format!("the message cannot be written: {what}"));
        let to: Address = mail.to.as_str().parse().map_err(|_| never("the recipient's address is not understood"))?;
        if !is_message_id(&mail.message_id) {
            return Err(never("its Message-ID is malformed"));
        }
        let letter = letters::write(mail).map_err(|_| never("its template failed"))?;
        // Given rather than found in the headers: exactly one recipient, whatever name stands before the address.
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.clone()]);
        let envelope = envelope.map_err(|_| never("it has no recipient"))?;
        let message = Message::builder()
            .message_id(Some(format!("<{}>", mail.message_id)))
            .date(SystemTime::from(self.clock.now()))
            .from(self.from.clone())
            .to(mailbox(&mail.display_name, to))
            .subject(letter.subject.as_str())
            .raw_header(automatic())
            .envelope(envelope)
            .multipart(alternatives(letter, mail.looks.logo.clone()))
            .map_err(|_| never("its headers are malformed"))?;
        Ok(WrittenMessage { bytes: message.formatted(), envelope: message.envelope().clone() })
    }
}

fn mailbox(name: &str, address: Address) -> Mailbox {
    let name = clean_sender_name(name);
    Mailbox::new(Some(name).filter(|name| !name.is_empty()), address)
}

fn alternatives(letter: Letter, logo: Option<Vec<u8>>) -> MultiPart {
    let text = SinglePart::builder().content_type(ContentType::TEXT_PLAIN).body(encode(letter.text));
    let html = SinglePart::builder().content_type(ContentType::TEXT_HTML).body(encode(letter.html));
    let alternatives = MultiPart::alternative().singlepart(text);
    let Some(logo) = logo else { return alternatives.singlepart(html) };
    // Beside the page that shows it, as `cid:logo`.
    let logo = SinglePart::builder()
        .content_type(ContentType::parse("image/png").unwrap_or(ContentType::TEXT_PLAIN))
        .header(ContentDisposition::inline())
        .header(ContentId::from("<logo>".to_owned()))
        .body(Body::new(logo));
    alternatives.multipart(MultiPart::related().singlepart(html).singlepart(logo))
}

/// Plain ASCII is sent as it is, as far as RFC 5322 allows, so that the address of a page stays in one piece for whoever looks
/// at the raw message; lettre would break lines from 77 characters.
fn encode(part: String) -> Body {
    let is_plain = part.bytes().all(|byte| byte == b'\n' || byte == b' ' || byte.is_ascii_graphic());
    if is_plain && part.lines().all(|line| line.len() <= LONGEST_LINE) {
        let lines: String = part.lines().flat_map(|line| [line, "\r\n"]).collect();
        return Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit);
    }
    Body::new_with_encoding(part, ContentTransferEncoding::QuotedPrintable).unwrap_or_else(Body::new)
}

/// So that nobody's out-of-office assistant answers (RFC 3834).
fn automatic() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

/// Printable ASCII with one `@`, and short enough never to be folded.
fn is_message_id(id: &str) -> bool {
    let is_plain = id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"' | b'\\' | b'(' | b')'));
    is_plain
        && id.len() <= 200
        && id.split('@').filter(|part| !part.is_empty()).count() == 2
        && id.matches('@').count() == 1
}

#[cfg(test)]
mod tests;
