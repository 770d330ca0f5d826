use jiff::SignedDuration;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// How long something works, rounded down to minutes: "30 minutes", "24 hours", "3 days".
pub fn in_words(duration: &SignedDuration) -> String {
    let minutes = duration.as_mins();
    let parts = if minutes >= 2 * DAY {
        [(minutes / DAY, "day"), (minutes % DAY / HOUR, "hour")]
    } else {
        [(minutes / HOUR, "hour"), (minutes % HOUR, "minute")]
    };
    let words: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, unit)| counted(count, unit)).collect();
    if words.is_empty() { "less than a minute".to_owned() } else { words.join(" and ") }
}

fn counted(count: i64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        for (seconds, words) in [
            (-5, "less than a minute"),
            (59, "less than a minute"),
            (61, "1 minute"),
            (30 * 60, "30 minutes"),
            (3600, "1 hour"),
            (5400, "1 hour and 30 minutes"),
            (24 * 3600, "24 hours"),
            (48 * 3600, "2 days"),
            (73 * 3600 + 59 * 60, "3 days and 1 hour"),
        ] {
            assert_eq!(in_words(&SignedDuration::from_secs(seconds)), words);
        }
    }
}
