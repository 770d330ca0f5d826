//! The table, in Markdown.

use super::load::Figures;
use crate::test::companion::Memory;
use std::fmt::Write as _;

/// One kind of request, over one connection and over many.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub one: Figures,
    pub many: Figures,
}

/// Everything measured on one database.
#[derive(Debug)]
pub struct Report {
    database: &'static str,
    pub ceilings: Vec<Row>,
    /// Each with the name of the ceiling it is held against.
    pub ours: Vec<(Row, Option<&'static str>)>,
    /// Before anybody asked for anything.
    pub idle: Memory,
    /// The most memory of its own after any of the rows, in KiB.
    pub most_own: u64,
}

impl Report {
    pub fn new(database: &'static str) -> Self {
        Self { database, ceilings: Vec::new(), ours: Vec::new(), idle: Memory::default(), most_own: 0 }
    }

    pub fn render(&self) -> String {
        let mut text = format!(
            "| {} | 1 connection: p50 | p99 | requests/s | 64 connections: p50 | p99 | requests/s | of the ceiling |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
            self.database
        );
        let rows = self.ceilings.iter().map(|row| (row, None));
        for (row, ceiling) in rows.chain(self.ours.iter().map(|(row, ceiling)| (row, *ceiling))) {
            let ratio =
                ceiling.and_then(|name| self.ratio(row, name)).map_or_else(String::new, |ratio| format!("{ratio:.2}"));
            // Writing to a text cannot fail.
            let _ = writeln!(text, "| {} | {} | {} | {ratio} |", row.name, figures(row.one), figures(row.many));
        }
        let [idle, own, most] = [self.idle.resident, self.idle.own, self.most_own].map(|kibibytes| kibibytes / 1024);
        let _ = writeln!(
            text,
            "\nMemory: {idle} MiB idle, {own} of them no pages of files; {most} MiB of such at the most."
        );
        text
    }

    fn ratio(&self, row: &Row, ceiling: &str) -> Option<f64> {
        let ceiling = self.ceilings.iter().find(|row| row.name == ceiling)?;
        Some(row.many.per_second / ceiling.many.per_second)
    }
}

/// Where some were refused, it says how many of a hundred.
fn figures(Figures { per_second, median, p99, refused }: Figures) -> String {
    let refused = if refused > 0.0 { format!(", {:.1} % refused", refused * 100.0) } else { String::new() };
    format!("{median:.2} | {p99:.2} | {per_second:.0}{refused}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, per_second: f64) -> Row {
        let figures = Figures { per_second, median: 0.5, p99: 1.25, refused: 0.0 };
        Row { name: name.to_owned(), one: figures, many: figures }
    }

    #[test]
    fn a_row_is_held_against_its_ceiling() {
        let mut report = Report::new("SQLite");
        report.ceilings = vec![row("hello", 1000.0), row("point", 200.0)];
        report.ours = vec![(row("GET /me", 150.0), Some("point")), (row("other", 1.0), None)];
        let text = report.render();
        assert!(text.contains("| hello | 0.50 | 1.25 | 1000 | 0.50 | 1.25 | 1000 |  |"), "{text}");
        assert!(text.contains("| GET /me | 0.50 | 1.25 | 150 | 0.50 | 1.25 | 150 | 0.75 |"), "{text}");
        report.ours[1].0.many.refused = 0.125;
        let text = [text, report.render()].concat();
        assert!(text.contains("| 1, 12.5 % refused |"), "{text}");
        assert!(text.contains("| other | 0.50 | 1.25 | 1 | 0.50 | 1.25 | 1 |  |"), "{text}");
    }
}
