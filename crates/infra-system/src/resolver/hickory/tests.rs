//! Against a DNS server of a few lines, on a port of its own.

use std::{net::UdpSocket, thread, time::Instant};

use super::*;

const NAME: &str = "_tenantry.contoso.example";
const NO_SUCH_NAME: u8 = 3;
const SERVER_FAILURE: u8 = 2;

/// How the server answers a question for `_tenantry.contoso.example`; another name is unknown to it.
#[derive(Clone, Copy)]
enum Answer {
    Texts(&'static [&'static [&'static str]]),
    Code(u8),
    Nothing,
}

fn server(answer: Answer) -> HickoryResolver {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut buffer) {
            if let Some(reply) = reply(&buffer[..length], answer) {
                socket.send_to(&reply, client).unwrap();
            }
        }
    });
    HickoryResolver::of_server(address)
}

/// The message of RFC 1035: header, the question as it came, and TXT records.
fn reply(query: &[u8], answer: Answer) -> Option<Vec<u8>> {
    let name_ends = 12 + query[12..].iter().position(|byte| *byte == 0)?;
    let question = &query[12..name_ends + 5];
    let is_known = spelled(&query[12..name_ends]) == NAME;
    let (code, texts): (u8, &[&[&str]]) = match answer {
        Answer::Texts(texts) if is_known => (0, texts),
        Answer::Texts(_) => (NO_SUCH_NAME, &[]),
        Answer::Code(code) => (code, &[]),
        Answer::Nothing => return None,
    };
    let count = u8::try_from(texts.len()).unwrap();
    let mut reply = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0];
    reply.extend_from_slice(question);
    for parts in texts {
        let data: Vec<u8> =
            parts.iter().flat_map(|part| [&[u8::try_from(part.len()).unwrap()], part.as_bytes()].concat()).collect();
        // The name of the question again, TXT, IN, a minute, the length.
        reply.extend_from_slice(&[0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).unwrap()]);
        reply.extend_from_slice(&data);
    }
    Some(reply)
}

/// `3www7example` with dots.
fn spelled(mut labels: &[u8]) -> String {
    let mut name = Vec::new();
    while let Some((length, rest)) = labels.split_first() {
        let (label, rest) = rest.split_at(usize::from(*length));
        name.push(String::from_utf8_lossy(label).to_lowercase());
        labels = rest;
    }
    name.join(".")
}

#[tokio::test]
async fn texts_come_whole_however_they_are_cut() {
    let resolver = server(Answer::Texts(&[&["tenantry-verification=", "abc"], &["v=spf1 -all"]]));
    let mut texts = resolver.txt_records(NAME).await.unwrap();
    texts.sort_unstable();
    assert_eq!(texts, ["tenantry-verification=abc", "v=spf1 -all"]);
}

#[tokio::test]
async fn a_name_without_records_is_an_answer() {
    assert_eq!(server(Answer::Code(NO_SUCH_NAME)).txt_records(NAME).await, Ok(Vec::new()));
    assert_eq!(server(Answer::Code(0)).txt_records(NAME).await, Ok(Vec::new()));
    let too_long = format!("_tenantry.{}.example", ["a"; 130].join("."));
    assert_eq!(server(Answer::Nothing).txt_records(&too_long).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_record_set_a_moment_ago_is_seen() {
    let unknown = server(Answer::Texts(&[&["x"]]));
    assert_eq!(unknown.txt_records("_tenantry.fabrikam.example").await, Ok(Vec::new()));
    assert_eq!(unknown.txt_records(NAME).await.unwrap(), ["x"], "asked anew, and the name alone");
}

#[tokio::test]
async fn a_server_that_fails_or_is_silent_is_an_error_within_the_time() {
    assert!(server(Answer::Code(SERVER_FAILURE)).txt_records(NAME).await.is_err());
    #[expect(clippy::disallowed_methods, reason = "what is measured is how long it really takes")]
    let asked_at = Instant::now();
    assert!(server(Answer::Nothing).txt_records(NAME).await.is_err());
    assert!(asked_at.elapsed() < ANSWERS_WITHIN + Duration::from_secs(1));
}
