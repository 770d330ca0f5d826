//! One connection to the server, asked one thing after the other: as little as it takes, so that it costs nothing itself.

use crate::failure::{During as _, Failure};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

#[derive(Debug)]
pub struct Connection(BufReader<TcpStream>);

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Connection {
    pub fn open(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).during(format!("cannot connect to {address}"))?;
        stream.set_nodelay(true).during("cannot send at once")?;
        Ok(Self(BufReader::new(stream)))
    }

    pub fn ask(&mut self, head: &str, body: &str) -> Result<Answer, Failure> {
        let length = body.len();
        let request = format!("{head}\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}");
        self.0.get_mut().write_all(request.as_bytes()).during("cannot send a request")?;
        self.read().during(format!("no answer to {}", head.lines().next().unwrap_or_default()))
    }

    fn read(&mut self) -> std::io::Result<Answer> {
        let status = self.line()?.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
        let (mut length, mut in_chunks) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap_or_default(),
                Some(("transfer-encoding", "chunked")) => in_chunks = true,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        if in_chunks {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).unwrap_or_default();
                self.take(size, &mut body)?;
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.take(length, &mut body)?;
        }
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn take(&mut self, size: usize, into: &mut Vec<u8>) -> std::io::Result<()> {
        self.0.by_ref().take(size as u64).read_to_end(into).map(|_| ())
    }
}
