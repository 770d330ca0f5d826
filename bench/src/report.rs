//! The tables, in Markdown.

use crate::{engine::Kind, measurement::Measurement};

const ROWS: &[Kind] = &[
    Kind::Bound,
    Kind::FrozenBound,
    Kind::Paths,
    Kind::Numbers,
    Kind::Ids,
    Kind::CedarRoles,
    Kind::CedarPeople,
    Kind::CasbinAll,
    Kind::CasbinPeople,
];

const RATIOS: &[(Kind, Kind)] = &[
    (Kind::Numbers, Kind::Bound),
    (Kind::Paths, Kind::Bound),
    (Kind::CedarRoles, Kind::Numbers),
    (Kind::CedarPeople, Kind::Numbers),
    (Kind::CasbinAll, Kind::Numbers),
    (Kind::CasbinPeople, Kind::Numbers),
];

/// The times, their ratios, and the memory, each with a column for every tree.
pub fn render(measurements: &[Measurement], rounds: usize) -> String {
    let times = ROWS.iter().map(|kind| {
        (label(*kind), cells(measurements, |measurement| measurement.find(*kind).map(|result| result.nanoseconds)))
    });
    let ratios = RATIOS.iter().map(|(one, other)| {
        let ratio = |measurement: &Measurement| {
            Some(measurement.find(*one)?.nanoseconds / measurement.find(*other)?.nanoseconds)
        };
        (format!("{one} / {other}"), cells(measurements, ratio))
    });
    let bytes = ROWS.iter().map(|kind| {
        let share = |measurement: &Measurement| {
            Some(measurement.find(*kind)?.tree_bytes as f64 / f64::from(measurement.accounts))
        };
        (label(*kind), cells(measurements, share))
    });
    [
        introduction(measurements, rounds),
        table("nanoseconds a decision", measurements, times),
        table("ratio", measurements, ratios),
        table("the tree's bytes an account", measurements, bytes),
    ]
    .join("\n")
}

fn introduction(measurements: &[Measurement], rounds: usize) -> String {
    let questions = measurements.first().map_or(0, |measurement| measurement.questions);
    let yes: Vec<String> =
        measurements.iter().map(|measurement| format!("{} %", measurement.allowed * 100 / questions)).collect();
    format!(
        "{questions} questions for each tree, answered alike by all ({} yes); medians of {rounds} rounds, one thread.\n",
        yes.join(", ")
    )
}

fn table(title: &str, measurements: &[Measurement], rows: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let head = measurements.iter().map(|measurement| format!("{} accounts", measurement.accounts)).collect();
    let line = |label: &str, cells: Vec<String>| format!("| {label} | {} |\n", cells.join(" | "));
    let mut text = line(title, head) + "|---" + &*"|---:".repeat(measurements.len()) + "|\n";
    text.extend(rows.map(|(label, cells)| line(&label, cells)));
    text
}

fn cells(measurements: &[Measurement], value: impl Fn(&Measurement) -> Option<f64>) -> Vec<String> {
    measurements.iter().map(|measurement| value(measurement).map_or_else(|| "–".to_owned(), shown)).collect()
}

/// Three digits are more than such figures are worth.
fn shown(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// With the version, where it is somebody else's.
fn label(kind: Kind) -> String {
    let name = kind.to_string();
    let package = name.split(',').next().unwrap_or_default();
    match locked_version(package) {
        Some(version) => name.replacen(package, &format!("{package} {version}"), 1),
        None => name,
    }
}

fn locked_version(package: &str) -> Option<&'static str> {
    let (_, rest) = include_str!("../Cargo.lock").split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}
