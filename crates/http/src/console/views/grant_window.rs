//! From when until when somebody has a role.

use jiff::{Timestamp, tz::TimeZone};

use super::shown::Moment;

/// The time a grant is in effect, seen from now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantWindow {
    /// In effect.
    Now { since: Option<Moment>, until: Option<Moment> },
    /// Begins later.
    Later { from: Moment, until: Option<Moment> },
    /// Is over.
    Over { ended: Moment },
}

impl GrantWindow {
    pub fn new(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>, now: Timestamp) -> Self {
        let moment = |at| Moment::new(at, now);
        match (starts_at, ends_at) {
            (_, Some(end)) if end <= now => Self::Over { ended: moment(end) },
            (Some(start), _) if start > now => Self::Later { from: moment(start), until: ends_at.map(moment) },
            _ => Self::Now { since: starts_at.map(moment), until: ends_at.map(moment) },
        }
    }

    pub fn in_effect(&self) -> bool {
        matches!(self, Self::Now { .. })
    }
}

/// A point in time as a `datetime-local` control has it, in UTC: `2026-11-22T09:41`.
pub fn local_input(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_its_start_and_is_over_at_its_end() {
        let [before, start, end]: [Timestamp; 3] =
            ["2026-11-22T09:40:59Z", "2026-11-22T09:41:00Z", "2026-12-01T00:00:00Z"].map(|at| at.parse().unwrap());
        let seen = |now| GrantWindow::new(Some(start), Some(end), now);
        assert!(matches!(seen(before), GrantWindow::Later { .. }));
        assert!(seen(start).in_effect());
        assert!(matches!(seen(end), GrantWindow::Over { .. }));
        assert_eq!(GrantWindow::new(None, None, end), GrantWindow::Now { since: None, until: None });
        assert_eq!((local_input(Some(start)), local_input(None)), ("2026-11-22T09:41".into(), String::new()));
    }
}
