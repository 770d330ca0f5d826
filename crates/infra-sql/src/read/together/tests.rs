use std::{
    future,
    sync::atomic::{AtomicU32, Ordering},
};

use tokio::{sync::Semaphore, task::JoinHandle, time::sleep};

use super::*;

/// Fails for all that are asked with it.
const WRONG: u32 = 13;
/// Cannot be read.
const UNREADABLE: u32 = 14;
const UNKNOWN: u32 = 15;
const PANICS: u32 = 16;
/// From here on there is no answer at all.
const SILENT: u32 = 1000;

/// What there is of a number is the state at which it was looked at.
#[derive(Clone)]
struct Numbers {
    asked: Arc<Mutex<Vec<Vec<u32>>>>,
    state: Arc<AtomicU32>,
    may_answer: Arc<Semaphore>,
}

fn unavailable() -> StorageError {
    StorageError::Unavailable("down".to_owned())
}

#[async_trait]
impl Question for Numbers {
    type Key = u32;
    type Answer = (u32, u32);

    async fn ask(&self, keys: &[u32]) -> Result<Answers<Self>, StorageError> {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        self.asked.lock().unwrap().push(sorted);
        let state = self.state.load(Ordering::Relaxed);
        if keys.iter().any(|key| *key >= SILENT) {
            return future::pending().await;
        }
        self.may_answer.acquire().await.unwrap().forget();
        assert!(!keys.contains(&PANICS));
        if keys.contains(&WRONG) {
            return Err(unavailable());
        }
        let known = keys.iter().filter(|key| **key != UNKNOWN);
        Ok(known.map(|key| (*key, if *key == UNREADABLE { Err(unavailable()) } else { Ok((*key, state)) })).collect())
    }
}

struct World {
    numbers: Numbers,
    together: Together<Numbers>,
}

/// Longer than any of these tests takes.
const ENDLESS: Duration = Duration::from_hours(1);

impl World {
    fn new(patience: Duration) -> Self {
        let numbers = Numbers { asked: Arc::default(), state: Arc::default(), may_answer: Arc::new(Semaphore::new(0)) };
        Self { together: Together::with_patience(numbers.clone(), patience), numbers }
    }

    /// One where as many statements are under way as may be, and whoever asked for them.
    async fn busy(first: u32) -> (Self, Vec<JoinHandle<Answer<Numbers>>>) {
        let world = Self::new(ENDLESS);
        let mut under_way = Vec::new();
        for number in first..first + u32::try_from(AT_ONCE).unwrap() {
            under_way.push(world.ask(number).await);
        }
        assert_eq!(world.asked().len(), AT_ONCE);
        (world, under_way)
    }

    /// Returns when whoever asks waits for something.
    async fn ask(&self, key: u32) -> JoinHandle<Answer<Numbers>> {
        let together = self.together.clone();
        let asks = tokio::spawn(async move { together.ask(key).await });
        settle().await;
        asks
    }

    fn answer_all(&self) {
        self.numbers.may_answer.add_permits(1000);
    }

    fn asked(&self) -> Vec<Vec<u32>> {
        self.numbers.asked.lock().unwrap().clone()
    }

    /// Those asked since the first ones.
    fn asked_then(&self) -> Vec<Vec<u32>> {
        self.asked().split_off(AT_ONCE)
    }

    async fn assert_at_rest(&self) {
        settle().await;
        let queue = self.together.shared.queue();
        assert_eq!((queue.under_way, queue.waiting.len()), (0, 0));
    }
}

/// Lets all others go as far as they can.
async fn settle() {
    for _ in 0..50 {
        task::yield_now().await;
    }
}

#[tokio::test]
async fn those_who_come_meanwhile_are_answered_together() {
    let (world, under_way) = World::busy(1).await;
    let mut waiting = Vec::new();
    for key in [5, 6, 6, UNKNOWN] {
        waiting.push(world.ask(key).await);
    }
    assert!(world.asked_then().is_empty());
    world.answer_all();
    for (asks, expected) in under_way.into_iter().zip([Some((1, 0)), Some((2, 0))]) {
        assert_eq!(asks.await.unwrap().unwrap(), expected);
    }
    for (asks, expected) in waiting.into_iter().zip([Some((5, 0)), Some((6, 0)), Some((6, 0)), None]) {
        assert_eq!(asks.await.unwrap().unwrap(), expected);
    }
    assert_eq!(world.asked_then(), [[5, 6, UNKNOWN]]);
    world.assert_at_rest().await;
}

#[tokio::test]
async fn nobody_is_told_what_was_read_before_they_asked() {
    let (world, _under_way) = World::busy(1).await;
    world.numbers.state.store(1, Ordering::Relaxed);
    let asks = world.ask(1).await;
    world.answer_all();
    assert_eq!(asks.await.unwrap().unwrap(), Some((1, 1)));
}

#[tokio::test]
async fn who_waits_is_answered_though_the_first_have_left() {
    let (world, under_way) = World::busy(SILENT).await;
    let asks = world.ask(5).await;
    under_way.iter().for_each(JoinHandle::abort);
    world.answer_all();
    assert_eq!(asks.await.unwrap().unwrap(), Some((5, 0)));
    world.assert_at_rest().await;
}

#[tokio::test]
async fn nothing_is_asked_for_those_who_have_left() {
    let (world, _under_way) = World::busy(1).await;
    let (leaves, stays) = (world.ask(5).await, world.ask(6).await);
    leaves.abort();
    settle().await;
    world.answer_all();
    stays.await.unwrap().unwrap();
    assert_eq!(world.asked_then(), [[6]]);
    world.assert_at_rest().await;
}

#[tokio::test]
async fn who_waits_is_answered_though_the_first_never_are() {
    let world = World::new(Duration::from_millis(10));
    for silent in 0..u32::try_from(AT_ONCE).unwrap() {
        world.ask(SILENT + silent).await;
    }
    world.answer_all();
    let (one, other) = (world.ask(5).await, world.ask(6).await);
    assert_eq!(one.await.unwrap().unwrap(), Some((5, 0)));
    assert_eq!(other.await.unwrap().unwrap(), Some((6, 0)));
    assert_eq!(world.asked_then(), [[5, 6]]);
    world.assert_at_rest().await;
}

#[tokio::test]
async fn a_late_answer_is_still_one() {
    let world = World::new(Duration::from_millis(10));
    let late = world.ask(1).await;
    while world.together.shared.queue().under_way > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    world.answer_all();
    assert_eq!(late.await.unwrap().unwrap(), Some((1, 0)));
}

#[tokio::test]
async fn a_panic_is_told_to_those_it_hit_and_leaves_no_place_taken() {
    let (world, _under_way) = World::busy(1).await;
    let (hit, waits) = (world.ask(PANICS).await, world.ask(5).await);
    world.answer_all();
    hit.await.unwrap().unwrap_err();
    waits.await.unwrap().unwrap_err();
    assert_eq!(world.together.ask(5).await.unwrap(), Some((5, 0)));
    world.assert_at_rest().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_to_whoever_asked_for_it() {
    let (world, _under_way) = World::busy(1).await;
    let (one, other) = (world.ask(UNREADABLE).await, world.ask(5).await);
    world.answer_all();
    one.await.unwrap().unwrap_err();
    assert_eq!(other.await.unwrap().unwrap(), Some((5, 0)));
    assert_eq!(world.asked_then(), [[5, UNREADABLE]]);
}

#[tokio::test]
async fn what_fails_fails_for_all_who_asked_together_and_for_nobody_after_them() {
    let (world, _under_way) = World::busy(1).await;
    let (one, other) = (world.ask(WRONG).await, world.ask(5).await);
    world.answer_all();
    one.await.unwrap().unwrap_err();
    other.await.unwrap().unwrap_err();
    assert_eq!(world.together.ask(5).await.unwrap(), Some((5, 0)));
    world.assert_at_rest().await;
}

#[tokio::test]
async fn a_statement_answers_no_more_than_so_many() {
    let (world, _under_way) = World::busy(1).await;
    let mut waiting = Vec::new();
    for key in 100..230 {
        waiting.push(world.ask(key).await);
    }
    world.answer_all();
    for asks in waiting {
        asks.await.unwrap().unwrap();
    }
    let mut counts: Vec<usize> = world.asked_then().iter().map(Vec::len).collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, MOST, MOST]);
}
