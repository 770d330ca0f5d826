//! A database of its own on the PostgreSQL server of the test run, made with the few messages that takes: the server is
//! private and asks for no password, and SQL libraries stay in the storage crate.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io::{Read, Write},
    net::TcpStream,
};

/// The address of a new, empty database. It is left behind: the server is thrown away after the run.
pub fn new_database() -> String {
    let maintenance = maintenance_address();
    let name = format!("tenantry_api_{:016x}", RandomState::new().build_hasher().finish());
    let rest = maintenance.split_once("://").expect("a PostgreSQL address").1;
    let (authority, _) = rest.split_once('/').expect("an address with a database");
    let (user, server) = authority.split_once('@').expect("an address with a user");
    run(server, user, &format!("CREATE DATABASE {name}"));
    format!("postgres://{authority}/{name}")
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn maintenance_address() -> String {
    std::env::var("TENANTRY_TEST_POSTGRES_URL")
        .unwrap_or_else(|_| panic!("this test needs PostgreSQL: run `cargo xtask test`, which starts a private server"))
}

fn run(server: &str, user: &str, statement: &str) {
    let mut stream = TcpStream::connect(server).expect("the PostgreSQL server of the test run");
    let mut startup = vec![0, 3, 0, 0];
    startup.extend(format!("user\0{user}\0database\0postgres\0\0").bytes());
    write(&mut stream, &[], &startup);
    assert_eq!(read_until_ready(&mut stream), None);
    write(&mut stream, b"Q", format!("{statement}\0").as_bytes());
    assert_eq!(read_until_ready(&mut stream), None);
}

fn write(stream: &mut TcpStream, kind: &[u8], body: &[u8]) {
    let length = u32::try_from(body.len() + 4).expect("a short message").to_be_bytes();
    stream.write_all(&[kind, &length, body].concat()).expect("to write");
}

/// Reads until the server waits for a statement; the error, if it reported one.
fn read_until_ready(stream: &mut TcpStream) -> Option<String> {
    let mut error = None;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head).expect("a message");
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let mut body = vec![0; length as usize - 4];
        stream.read_exact(&mut body).expect("a whole message");
        match head[0] {
            b'Z' => return error,
            b'E' => error = Some(String::from_utf8_lossy(&body).into_owned()),
            b'R' => assert_eq!(body, [0; 4], "the server asks for a password"),
            _ => {}
        }
    }
}
