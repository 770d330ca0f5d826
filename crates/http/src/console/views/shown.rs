//! Small things that many pages show: people, states, points in time.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

/// One entry of a drop-down or a filter menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// Choices under one heading of a drop-down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceGroup {
    pub title: String,
    pub choices: Vec<GroupedChoice>,
}

/// One entry of a grouped drop-down; one with a reason can be read, but not chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupedChoice {
    pub value: String,
    pub label: String,
    /// A few words behind the label: `more than you hold here`.
    pub refused: Option<String>,
}

/// A person's picture, or initials on a colour that follows from the id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Avatar {
    /// Two letters, see [`initials_of`].
    pub initials: String,
    /// 1 to 8, see [`hue_of`].
    pub hue: u8,
    /// Address of the picture, if there is one.
    pub image_url: Option<String>,
}

impl Avatar {
    /// The picture-less avatar of somebody called `name` with the id `id`.
    pub fn of(id: &str, name: &str) -> Self {
        Self { initials: initials_of(name), hue: hue_of(id), image_url: None }
    }
}

/// The colour class of an id: always the same for the same id, 1 to 8.
pub fn hue_of(id: &str) -> u8 {
    let sum = id.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    sum % 8 + 1
}

/// First letters of the first and the last word; of a single word its first two letters.
pub fn initials_of(name: &str) -> String {
    let mut words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    match words.next_back() {
        Some(last) => first.chars().take(1).chain(last.chars().take(1)).collect::<String>().to_uppercase(),
        None => first.chars().take(2).collect(),
    }
}

/// A phone number as a `tel:` address wants it.
pub fn dialled(phone: &str) -> String {
    phone.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect()
}

/// An `https` address as it is read.
pub fn without_scheme(url: &str) -> &str {
    url.trim_start_matches("https://").trim_end_matches('/')
}

/// A point in time as words. The script turns the exact words into the reader's own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, UTC: `2026-11-22T09:41:00Z`.
    pub iso: String,
    /// `22 November 2026, 09:41 UTC`.
    pub exact: String,
    /// `2 minutes ago`, `yesterday`, `in 21 hours`.
    pub relative: String,
}

impl Moment {
    /// Words for `at`, seen from `now`.
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
        Self {
            iso: whole.to_string(),
            exact: at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string(),
            relative: relative_words(now.as_second() - at.as_second()),
        }
    }
}

fn relative_words(seconds_ago: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let distance = seconds_ago.abs();
    let (count, unit) = match distance {
        _ if distance < 45 => return "just now".to_owned(),
        _ if distance < HOUR => ((distance + 30) / MINUTE, "minute"),
        _ if distance < DAY => (distance / HOUR, "hour"),
        _ if distance < 14 * DAY => (distance / DAY, "day"),
        _ if distance < 60 * DAY => (distance / (7 * DAY), "week"),
        _ if distance < 730 * DAY => (distance / (30 * DAY), "month"),
        _ => (distance / (365 * DAY), "year"),
    };
    let count = count.max(1);
    let plural = if count == 1 { "" } else { "s" };
    if seconds_ago >= 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// The state of a user or an account: always an icon and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusChip {
    Active,
    Suspended,
    /// Active itself, but below an account that is suspended.
    SuspendedAbove,
    /// Active, but no password has been set by the link yet.
    Invited,
    Provisioning,
    /// A connected service refused the user.
    Failed,
    /// Removed and still restorable.
    Removed,
}

impl StatusChip {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::SuspendedAbove => "Suspended above",
            Self::Invited => "Invited",
            Self::Provisioning => "Provisioning…",
            Self::Failed => "Failed",
            Self::Removed => "Removed",
        }
    }

    pub fn class(&self) -> &'static str {
        match self {
            Self::Active => "chip-active",
            Self::Suspended | Self::SuspendedAbove => "chip-suspended",
            Self::Invited => "chip-invited",
            Self::Provisioning => "chip-provisioning",
            Self::Failed => "chip-failed",
            Self::Removed => "chip-removed",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            Self::Active => "ok",
            Self::Suspended | Self::SuspendedAbove => "pause",
            Self::Invited => "mail",
            Self::Provisioning => "arc",
            Self::Failed => "fail",
            Self::Removed => "trash",
        }
    }
}

/// Whether an account has shown that it controls a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainChip {
    Verified,
    NotVerified,
}

impl DomainChip {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Verified => "Verified",
            Self::NotVerified => "Not verified",
        }
    }

    pub fn class(&self) -> &'static str {
        match self {
            Self::Verified => "chip-active",
            Self::NotVerified => "chip-plain",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            Self::Verified => "ok",
            Self::NotVerified => "info",
        }
    }
}

/// How far one step of background work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Waiting,
    Now,
    Done,
    Failed,
}

/// One step of background work, such as one connected service being told about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `Mail service`.
    pub name: String,
    /// A second line: why it failed, or how long it usually takes.
    pub note: Option<String>,
    pub state: StepState,
}

impl Step {
    pub fn class(&self) -> &'static str {
        match self.state {
            StepState::Waiting => "waiting",
            StepState::Now => "now",
            StepState::Done => "done",
            StepState::Failed => "bad",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self.state {
            StepState::Waiting | StepState::Now => "arc",
            StepState::Done => "ok",
            StepState::Failed => "fail",
        }
    }

    pub fn word(&self) -> &'static str {
        match self.state {
            StepState::Waiting => "Waiting",
            StepState::Now => "In progress…",
            StepState::Done => "Done",
            StepState::Failed => "Failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        let of = |name| initials_of(name);
        assert_eq!(
            (of("Mara Lindqvist"), of("Contoso"), of("Ірина (Ira) Бондар")),
            ("ML".into(), "Co".into(), "ІБ".into())
        );
        assert_eq!(of(""), "");
    }

    #[test]
    fn a_distance_in_time_is_said_in_its_largest_unit() {
        let said = [10, 60, 3_599, 7_300, 90_000, -86_400 * 3, 86_400 * 800].map(relative_words);
        let words =
            ["just now", "1 minute ago", "60 minutes ago", "2 hours ago", "1 day ago", "in 3 days", "2 years ago"];
        assert_eq!(said, words);
    }
}
