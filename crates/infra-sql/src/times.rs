//! Instants at the edge. chrono writes UTC as `+00:00`, which sorts right as text on SQLite whatever the fraction; microseconds
//! are what PostgreSQL keeps.

use chrono::{DateTime, SecondsFormat, Utc};
use jiff::Timestamp;

pub(crate) fn to_column(instant: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.as_microsecond()).unwrap_or(DateTime::UNIX_EPOCH)
}

pub(crate) fn from_column(instant: DateTime<Utc>) -> Timestamp {
    // chrono knows years that jiff does not; none of them was written here.
    Timestamp::from_microsecond(instant.timestamp_micros()).unwrap_or(Timestamp::MAX)
}

/// As SQLite is given it.
pub(crate) fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
