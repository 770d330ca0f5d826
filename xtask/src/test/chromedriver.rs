//! The program that drives the browser. It starts a browser for every session that a test asks for.

use super::companion::{Companion, Stop, free_port, temporary_folder};
use crate::failure::Failure;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[derive(Debug)]
pub struct Chromedriver {
    pub url: String,
    _process: Companion,
}

pub fn start(program: &Path) -> Result<Chromedriver, Failure> {
    let folder = temporary_folder("chromedriver")?;
    let port = free_port()?;
    let mut command = Command::new(program);
    command.arg(format!("--port={port}"));
    // Browser profiles are made here, so that they go with the folder.
    command.env("TMPDIR", folder.path());
    let companion = Companion::start(&command, folder, Stop::Terminate)?;
    companion.wait_until_ready("chromedriver", || is_ready(port).unwrap_or(false))?;
    Ok(Chromedriver { url: format!("http://127.0.0.1:{port}"), _process: companion })
}

fn is_ready(port: u16) -> io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET /status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")?;
    // The connection stays open, so there is no end to read to; the status line says enough.
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line.contains(" 200 "))
}
