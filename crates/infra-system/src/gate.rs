use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Lets a few in at a time, a bounded number wait, and nobody wait for long.
#[derive(Debug)]
pub struct Gate {
    inside: Arc<Semaphore>,
    queue: Semaphore,
    longest_wait: Duration,
}

impl Gate {
    pub fn new(inside: usize, waiting: usize, longest_wait: Duration) -> Self {
        Self { inside: Arc::new(Semaphore::new(inside)), queue: Semaphore::new(waiting), longest_wait }
    }

    /// Waits for its turn. The permit is to be kept for as long as the work runs, even if nobody waits for its result any more.
    pub async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.inside).try_acquire_owned() {
            return Some(permit);
        }
        let _place = self.queue.try_acquire().ok()?;
        timeout(self.longest_wait, Arc::clone(&self.inside).acquire_owned()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_too_long_is_turned_away() {
        let gate = Gate::new(1, 1, Duration::from_millis(20));
        let permit = gate.enter().await;
        assert!(permit.is_some());
        assert!(gate.enter().await.is_none());
        drop(permit);
        assert!(gate.enter().await.is_some());
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_turned_away_at_once() {
        let gate = Gate::new(1, 1, Duration::from_mins(1));
        let permit = gate.enter().await;
        let (waited, turned_away) = tokio::join!(gate.enter(), async {
            let second = gate.enter().await;
            drop(permit);
            second
        });
        assert!(waited.is_some());
        assert!(turned_away.is_none());
    }
}
