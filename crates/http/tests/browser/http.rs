//! The little HTTP that the harness itself speaks. The product is spoken to by the browser.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// The status code of one request without a body, to `http://host:port` and a path.
pub fn status_of(method: &str, origin: &str, path: &str) -> io::Result<u16> {
    let address = origin.strip_prefix("http://").unwrap_or(origin);
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
    // No further than this line: chromedriver promises to close the connection, and does not.
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::other(format!("not an HTTP answer: `{line}`")))
}
