//! `cargo xtask pages`: how long pages take on a large database.

mod visitor;

use crate::failure::Failure;
use crate::process::{cargo, now, run as run_command};
use crate::seed;
use crate::test::Prerequisites;
use crate::test::companion::{Companion, Stop, free_port, temporary_folder};
use crate::test::postgres;
use crate::workspace;
use std::net::TcpStream;
use std::process::Command;
use visitor::Visitor;

pub const HELP: &str = "
usage: cargo xtask pages [--requests N] [--postgres]

Starts the release build of `tenantry` on the database that `cargo xtask seed` filled, signs in as the two administrators that it
named, and asks for the console's lists, one request after the other. Prints the median and the 99th percentile of each page in
milliseconds, as Markdown; 200 requests a page unless said otherwise. With --postgres a private server is started, filled first, and
thrown away at the end; else it is the SQLite file target/seed/tenantry.db.
";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (requests, on_postgres) = parse(arguments)?;
    run_command(&mut cargo(&["build", "--release", "--package", "tenantry-http", "--bin", "tenantry"]))?;
    if !on_postgres {
        return time_pages(&seed::default_database(), &seed::remembered_people()?, requests);
    }
    let server = postgres::start(&Prerequisites::gather()?.postgres_folder)?;
    let people = seed::fill(&["--database".to_owned(), server.url.clone()])?;
    time_pages(&server.url, &people, requests)
}

fn parse(arguments: &[String]) -> Result<(usize, bool), Failure> {
    let (mut requests, mut on_postgres) = (200, false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--postgres" => on_postgres = true,
            "--requests" => {
                let number = rest.next().map(|number| number.parse().ok().filter(|count| *count > 0));
                requests = number.flatten().ok_or_else(|| Failure::new("--requests takes a number"))?;
            }
            other => return Err(Failure::new(format!("unexpected argument `{other}`"))),
        }
    }
    Ok((requests, on_postgres))
}

fn time_pages(database: &str, people: &str, requests: usize) -> Result<(), Failure> {
    let (_server, address) = serve(database)?;
    println!("| page | as | median | p99 |");
    println!("|---|---|---:|---:|");
    for line in people.lines().filter_map(|line| line.strip_prefix("seed: ")) {
        let mut visitor = Visitor::sign_in(&address, line)?;
        for (name, path) in visitor.pages()? {
            let (median, p99) = time(&mut visitor, &path, requests)?;
            println!("| {name} | {} | {median:.1} | {p99:.1} |", visitor.role);
        }
    }
    Ok(())
}

/// The median and the 99th percentile, in milliseconds.
fn time(visitor: &mut Visitor, path: &str, requests: usize) -> Result<(f64, f64), Failure> {
    // What every page needs only once, such as statements being prepared.
    for _ in 0..5 {
        visitor.page(path)?;
    }
    let mut times = Vec::with_capacity(requests);
    for _ in 0..requests {
        let since = now();
        visitor.page(path)?;
        times.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |hundredth: usize| times.get((times.len() * hundredth / 100).min(times.len() - 1)).copied();
    Ok((at(50).unwrap_or_default(), at(99).unwrap_or_default()))
}

fn serve(database: &str) -> Result<(Companion, String), Failure> {
    let folder = temporary_folder("pages")?;
    let address = format!("127.0.0.1:{}", free_port()?);
    let mut command = Command::new(workspace::target_folder().join("release").join("tenantry"));
    command.args(["serve", "--database", database, "--listen", &address, "--data-dir"]).arg(folder.path().join("data"));
    command.arg("--secret-key-file").arg(seed::key_file()?);
    let server = Companion::start(&command, folder, Stop::Terminate)?;
    server.wait_until_ready("tenantry", || TcpStream::connect(&address).is_ok())?;
    Ok((server, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(usize, bool), String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn two_hundred_requests_on_sqlite_unless_said_otherwise() {
        assert_eq!(read(""), Ok((200, false)));
        assert_eq!(read("--postgres --requests 50"), Ok((50, true)));
        assert_eq!(read("--requests none").unwrap_err(), "--requests takes a number");
        assert_eq!(read("--mysql").unwrap_err(), "unexpected argument `--mysql`");
    }
}
