//! Changes of the tree that meet each other, on real connections: whatever happens, it is as if they had come one after the
//! other, and the tree is a tree.

mod calls;
mod model;
mod rounds;
mod stage;

use tokio::task::JoinSet;

use self::{model::Ended, rounds::Dice, stage::Stage};
use crate::support::{self, Fresh};

const ROUNDS: u64 = 500;
/// Most of a round is waiting for each other: several are played at a time, on a database each.
const PLAYED_AT_ONCE: u64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_meet_are_as_if_one_after_the_other_on_sqlite() {
    play_all(support::sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_meet_are_as_if_one_after_the_other_on_postgres() {
    play_all(support::postgres).await;
}

async fn play_all<F: Future<Output = Fresh> + Send + 'static>(fresh: fn() -> F) {
    let playing: JoinSet<(usize, usize)> =
        (1..=PLAYED_AT_ONCE).map(|seed| async move { play(fresh().await, seed).await }).collect();
    let ended = playing.join_all().await;
    let done: usize = ended.iter().map(|(done, _)| done).sum();
    let refused: usize = ended.iter().map(|(_, refused)| refused).sum();
    assert!(refused > 200 && done > 600, "too few of some kind to mean anything: {refused} refused, {done} done");
}

/// How many calls were done, and how many refused.
async fn play(fresh: Fresh, seed: u64) -> (usize, usize) {
    let stage = Stage::new(&fresh).await;
    let mut dice = Dice::new(seed);
    let mut all = Vec::new();
    for number in 0..ROUNDS / PLAYED_AT_ONCE {
        let (start, calls) = rounds::choose(&mut dice);
        stage.reset(&start).await;
        let ended = stage.run(number, &calls).await;
        let after = stage.tree().await;
        let possible = model::serial_orders(&start, &calls);
        assert!(
            possible.contains(&(ended.clone(), after.clone())),
            "round {number} of {seed}: no order of {calls:#?} ends with {ended:?} and {after:#?} from {start:#?}"
        );
        all.extend(ended);
    }
    let count = |what| all.iter().filter(|ended| **ended == what).count();
    (count(Ended::Done), count(Ended::Refused))
}
