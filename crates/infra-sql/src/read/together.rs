//! Questions that are asked so often that they meet.
//!
//! To send a statement and to wake up for its rows costs more than to find a row. So only so many statements of a kind are under way;
//! whoever comes meanwhile waits for one to end, and the next answers all who wait. Nothing is kept: an answer was read after it was
//! asked for.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tenantry_app::ports::StorageError;
use tokio::{runtime::Handle, sync::oneshot, task, time::timeout};

/// How many statements of a kind are under way: one is carried out while another's rows are read.
const AT_ONCE: usize = 2;
/// How many are answered by one statement, so that none takes long.
const MOST: usize = 64;
/// How long a statement counts as under way: where it takes longer, its connection may be dead, and others need not be.
const PATIENCE: Duration = Duration::from_millis(100);

/// What can be asked about many at once.
#[async_trait]
pub(super) trait Question: Send + Sync + 'static {
    type Key: Copy + Eq + Hash + Send + Sync;
    type Answer: Clone + Send + Sync;

    /// What there is of these, at least one and none twice. Where one's rows cannot be read, that is its answer, and not the others'.
    async fn ask(&self, keys: &[Self::Key]) -> Result<Answers<Self>, StorageError>;
}

pub(super) type Answers<Q> = HashMap<<Q as Question>::Key, Result<<Q as Question>::Answer, StorageError>>;

type Answer<Q> = Result<Option<<Q as Question>::Answer>, StorageError>;

/// Asks a question for all who have it. A clone stands for the same one.
pub(super) struct Together<Q: Question> {
    shared: Arc<Shared<Q>>,
}

struct Shared<Q: Question> {
    question: Q,
    patience: Duration,
    queue: Mutex<Queue<Q>>,
}

struct Queue<Q: Question> {
    under_way: usize,
    waiting: Vec<Waiting<Q>>,
}

struct Waiting<Q: Question> {
    key: Q::Key,
    answer: oneshot::Sender<Answer<Q>>,
}

/// The place of one of the statements that are under way. Whoever leaves it, for whatever reason, has all who wait asked for.
struct Place<Q: Question> {
    shared: Arc<Shared<Q>>,
}

impl<Q: Question> Together<Q> {
    pub fn new(question: Q) -> Self {
        Self::with_patience(question, PATIENCE)
    }

    fn with_patience(question: Q, patience: Duration) -> Self {
        let queue = Mutex::new(Queue { under_way: 0, waiting: Vec::new() });
        Self { shared: Arc::new(Shared { question, patience, queue }) }
    }

    /// What there is of `key`.
    pub async fn ask(&self, key: Q::Key) -> Answer<Q> {
        match self.enter(key) {
            Ok(place) => place.keep(self.shared.ask_alone(key)).await,
            Err(waiting) => waiting.await.unwrap_or_else(|_| Err(StorageError::Unavailable("nobody asked".to_owned()))),
        }
    }

    /// A place if there is one, or else where the answer will be.
    fn enter(&self, key: Q::Key) -> Result<Place<Q>, oneshot::Receiver<Answer<Q>>> {
        let mut queue = self.shared.queue();
        if queue.under_way < AT_ONCE {
            queue.under_way += 1;
            return Ok(Place { shared: Arc::clone(&self.shared) });
        }
        let (answer, waiting) = oneshot::channel();
        queue.waiting.push(Waiting { key, answer });
        Err(waiting)
    }
}

impl<Q: Question> Shared<Q> {
    fn queue(&self) -> MutexGuard<'_, Queue<Q>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask_alone(&self, key: Q::Key) -> Answer<Q> {
        self.question.ask(&[key]).await?.remove(&key).transpose()
    }

    async fn answer(&self, waiting: Vec<Waiting<Q>>) {
        let mut of_key: HashMap<Q::Key, Vec<oneshot::Sender<Answer<Q>>>> = HashMap::with_capacity(waiting.len());
        for Waiting { key, answer } in waiting {
            of_key.entry(key).or_default().push(answer);
        }
        let keys: Vec<Q::Key> = of_key.keys().copied().collect();
        let found = self.question.ask(&keys).await;
        for (key, waiting) in of_key {
            let answer = found.as_ref().map_err(Clone::clone).and_then(|found| found.get(&key).cloned().transpose());
            for waiting in waiting {
                // Who has left needs none.
                let _ = waiting.send(answer.clone());
            }
        }
    }
}

impl<Q: Question> Queue<Q> {
    /// Adds those who wait, up to [`MOST`].
    fn take(&mut self, taken: &mut Vec<Waiting<Q>>) {
        self.waiting.retain(|waiting| !waiting.answer.is_closed());
        let room = MOST.saturating_sub(taken.len()).min(self.waiting.len());
        taken.extend(self.waiting.drain(..room));
    }
}

impl<Q: Question> Drop for Place<Q> {
    fn drop(&mut self) {
        let mut waiting = Vec::new();
        let mut queue = self.shared.queue();
        queue.take(&mut waiting);
        match Handle::try_current() {
            Ok(runtime) if !waiting.is_empty() => {
                drop(queue);
                runtime.spawn(Self { shared: Arc::clone(&self.shared) }.serve(waiting));
            }
            _ => queue.under_way -= 1,
        }
    }
}

impl<Q: Question> Place<Q> {
    async fn serve(self, mut waiting: Vec<Waiting<Q>>) {
        // Those who are about to ask come along.
        task::yield_now().await;
        let shared = Arc::clone(&self.shared);
        shared.queue().take(&mut waiting);
        self.keep(shared.answer(waiting)).await;
    }

    /// Waits for a statement, but does not keep the place for longer than [`PATIENCE`].
    async fn keep<T>(self, statement: impl Future<Output = T>) -> T {
        let mut statement = pin!(statement);
        if let Ok(done) = timeout(self.shared.patience, statement.as_mut()).await {
            return done;
        }
        drop(self);
        statement.await
    }
}

impl<Q: Question> Clone for Together<Q> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<Q: Question> fmt::Debug for Together<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue = self.shared.queue();
        f.debug_struct("Together").field("under_way", &queue.under_way).field("waiting", &queue.waiting.len()).finish()
    }
}
