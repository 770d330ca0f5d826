use jiff::{Timestamp, Unit};
use tenantry_app::ports::{Clock, IdSource};
use uuid::Uuid;

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the adapter behind the `Clock` port")]
        let now = Timestamp::now();
        to_microseconds(now)
    }
}

/// Rounding may only fail at the ends of the range of time.
fn to_microseconds(instant: Timestamp) -> Timestamp {
    let rounding = jiff::TimestampRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Trunc);
    instant.round(rounding).unwrap_or(instant)
}

/// Version 7 UUIDs: each greater than the one before it in this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7Ids;

impl IdSource for UuidV7Ids {
    fn next(&self) -> Uuid {
        #[expect(clippy::disallowed_methods, reason = "this is the adapter behind the `IdSource` port")]
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_cut_to_microseconds_not_rounded() {
        let instant: Timestamp = "2026-03-01T12:00:00.123456789Z".parse().unwrap();
        assert_eq!(to_microseconds(instant).to_string(), "2026-03-01T12:00:00.123456Z");
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1000, 0);
    }

    #[test]
    fn ids_are_version_7_and_rise() {
        let ids: Vec<Uuid> = (0..1000).map(|_| UuidV7Ids.next()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.is_sorted_by(|a, b| a < b));
    }
}
