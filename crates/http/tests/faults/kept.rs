//! A connection that is kept from request to request, as browsers and programs keep theirs.

use std::{
    io::{BufRead as _, BufReader, Error, ErrorKind, Read as _, Result, Write as _},
    net::TcpStream,
    time::Duration,
};

use crate::client::{Answer, Client, header};

const PATIENCE: Duration = Duration::from_secs(40);

pub struct Kept<'a> {
    client: &'a Client,
    stream: Option<BufReader<TcpStream>>,
}

impl<'a> Kept<'a> {
    pub const fn new(client: &'a Client) -> Self {
        Self { client, stream: None }
    }

    /// The next request comes over a new connection.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// Where a connection that was used before turns out to be closed, without a byte of an answer, the same is asked once over a
    /// new one: every HTTP client does so with what may be repeated.
    pub fn ask(&mut self, what: &str, headers: &str, body: &str) -> Result<Answer> {
        let request = format!(
            "{what} HTTP/1.1\r\nHost: {}\r\n{}{headers}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.client.address,
            self.client.bearer(),
            body.len()
        );
        if let Some(stream) = self.stream.take()
            && let Some(answer) = self.ask_over(stream, &request)?
        {
            return Ok(answer);
        }
        let stream = TcpStream::connect(&self.client.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let answer = self.ask_over(BufReader::new(stream), &request)?;
        answer.ok_or_else(|| Error::new(ErrorKind::ConnectionReset, "a new connection was closed without an answer"))
    }

    /// `None` if it was closed without a word.
    fn ask_over(&mut self, mut stream: BufReader<TcpStream>, request: &str) -> Result<Option<Answer>> {
        let mut head = String::new();
        if stream.get_mut().write_all(request.as_bytes()).is_err() || is_closed(stream.read_line(&mut head))? {
            return Ok(None);
        }
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Err(Error::new(ErrorKind::UnexpectedEof, "half an answer"));
            }
        }
        let mut body = vec![0; header(&head, "content-length").unwrap_or(0) as usize];
        stream.read_exact(&mut body)?;
        if !head.contains("connection: close") {
            self.stream = Some(stream);
        }
        Ok(Answer::read(&head, &String::from_utf8_lossy(&body)))
    }
}

fn is_closed(read: Result<usize>) -> Result<bool> {
    match read {
        Ok(count) => Ok(count == 0),
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Ok(true),
        Err(error) => Err(error),
    }
}
