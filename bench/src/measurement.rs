//! All engines on one tree: that they agree, and how long they take.

use crate::{
    bound, casbin, cedar,
    engine::{Engine, Kind},
    ours,
    workload::{Question, Workload},
};
use std::time::Duration;

/// A slice of the questions takes about this long. On a machine that is not ours alone most slices of this length are not
/// interrupted, so that a median leaves the interruptions out; much shorter ones would time the clock.
const SLICE: Duration = Duration::from_micros(200);

/// An engine whose turn takes longer takes fewer turns: its median is not about microseconds.
const LONG_TURN: Duration = Duration::from_secs(1);
const LONG_TURNS: usize = 3;

/// What one size of tree gave; a column of the table.
pub struct Measurement {
    pub accounts: u32,
    pub questions: usize,
    /// How many of the answers are a yes.
    pub allowed: usize,
    pub results: Vec<EngineResult>,
}

pub struct EngineResult {
    pub kind: Kind,
    /// Nanoseconds for one decision.
    pub nanoseconds: f64,
    /// What its tree holds on the heap.
    pub tree_bytes: usize,
}

impl Measurement {
    /// # Errors
    /// If two engines answer a question differently: then what they do cannot be compared.
    pub fn take(accounts: u32, rounds: usize) -> Result<Self, String> {
        let workload = Workload::new(accounts);
        let (bound, ours) = (bound::Prepared::new(&workload), ours::Prepared::new(&workload));
        let (cedar, casbin) = (cedar::Prepared::new(&workload), casbin::Prepared::new(&workload));
        let mut engines = bound.engines(&workload);
        engines.extend(ours.engines(&workload));
        engines.extend(cedar.engines(&workload));
        engines.extend(casbin.engines(&workload));

        let allowed = compare(&engines, &workload.questions)?;
        let results = time(&engines, rounds);
        Ok(Self { accounts, questions: workload.questions.len(), allowed, results })
    }

    pub fn find(&self, kind: Kind) -> Option<&EngineResult> {
        self.results.iter().find(|result| result.kind == kind)
    }
}

/// How many questions are answered with yes, by every engine.
fn compare(engines: &[Box<dyn Engine + '_>], questions: &[Question]) -> Result<usize, String> {
    let answers: Vec<Vec<bool>> = engines.iter().map(|engine| engine.answers()).collect();
    for (engine, given) in engines.iter().zip(&answers) {
        if let Some(place) = (0..questions.len()).find(|place| given[*place] != answers[0][*place]) {
            let (one, other) = (engine.kind(), engines[0].kind());
            return Err(format!("{one} and {other} answer {:?} differently", questions[place]));
        }
    }
    Ok(answers[0].iter().filter(|allowed| **allowed).count())
}

/// The engines take turns, so that whatever else the machine does hits all alike.
fn time(engines: &[Box<dyn Engine + '_>], rounds: usize) -> Vec<EngineResult> {
    let pace = |engine: &dyn Engine| {
        let turn = engine.take_turn(engine.question_count()).into_iter().sum();
        (slice(engine.question_count(), turn), if turn > LONG_TURN { rounds.min(LONG_TURNS) } else { rounds })
    };
    let paces: Vec<(usize, usize)> = engines.iter().map(|engine| pace(engine.as_ref())).collect();
    let mut turns: Vec<Vec<Vec<Duration>>> = engines.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for ((engine, (slice, rounds)), turns) in engines.iter().zip(&paces).zip(&mut turns) {
            if round < *rounds {
                turns.push(engine.take_turn(*slice));
            }
        }
    }
    let result = |engine: &dyn Engine, turns: &[Vec<Duration>]| EngineResult {
        kind: engine.kind(),
        nanoseconds: usual_duration(turns).as_secs_f64() * 1e9 / engine.question_count() as f64,
        tree_bytes: engine.tree_bytes(),
    };
    engines.iter().zip(&turns).map(|(engine, turns)| result(engine.as_ref(), turns)).collect()
}

/// How many of `count` questions, which take a `turn`, are answered in the time of a slice.
fn slice(count: usize, turn: Duration) -> usize {
    let share = SLICE.as_secs_f64() / turn.as_secs_f64();
    ((count as f64 * share) as usize).clamp(1, count)
}

/// The sum, over the slices, of the median of what that slice took in each turn.
fn usual_duration(turns: &[Vec<Duration>]) -> Duration {
    let slices = turns.first().map_or(0, Vec::len);
    let median = |slice: usize| {
        let mut durations: Vec<Duration> = turns.iter().map(|turn| turn[slice]).collect();
        durations.sort();
        durations[durations.len() / 2]
    };
    (0..slices).map(median).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_does_not_count() {
        let turn = |first: u64, second: u64| vec![Duration::from_millis(first), Duration::from_millis(second)];
        let turns = [turn(2, 3), turn(100, 3), turn(2, 90)];
        assert_eq!(usual_duration(&turns), Duration::from_millis(5));
    }
}
