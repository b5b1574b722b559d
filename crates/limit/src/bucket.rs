use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::cell::Cell;
use crate::quota::Pace;

/// A gate before a cell: callers pass the gate in the order they came, and one at a time.
///
/// So only the first of a queue looks at the cell and has a timer, however many stand behind.
pub(crate) struct Bucket {
    gate: Mutex<()>,
    cell: Cell,
}

impl Bucket {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { gate: Mutex::new(()), cell: Cell::new(pace) }
    }

    /// Waits for a token and takes it; says how long that took, or nothing when one was there at once.
    ///
    /// `on_wait` is called before the first wait, and what it returns is dropped when the wait is over. No
    /// await lies between taking the token and returning, so dropping the future takes none.
    pub(crate) async fn take<G>(&self, on_wait: impl FnOnce() -> G) -> Option<Duration> {
        // tokio's mutex hands itself to who stands first, so this cannot pass anyone by.
        let first = match self.gate.try_lock() {
            Ok(gate) => match self.cell.check() {
                Ok(()) => return None,
                Err(at) => Some((gate, at)),
            },
            Err(_) => None,
        };
        let _waiting = on_wait();
        let since = Instant::now();
        let (_gate, mut at) = match first {
            Some((gate, at)) => (gate, Some(at)),
            None => (self.gate.lock().await, None),
        };
        loop {
            if let Some(at) = at {
                sleep_until(at).await;
            }
            match self.cell.check() {
                Ok(()) => return Some(since.elapsed()),
                Err(later) => at = Some(later),
            }
        }
    }

    /// Whether it is as good as new. Only for one that nobody else can reach.
    pub(crate) fn is_full(&self) -> bool {
        self.cell.is_full()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex as StdMutex};

    use super::*;
    use crate::Quota;

    fn bucket(rate: f64, burst: u32) -> Arc<Bucket> {
        Arc::new(Bucket::new(Quota::new(rate, burst).unwrap().pace().unwrap()))
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_waiters_pass_in_order_with_two_looks_each() {
        for waiters in [1, 100, 10_000] {
            let bucket = bucket(1000.0, 6);
            let passed = Arc::new(StdMutex::new(Vec::new()));
            let tasks: Vec<_> = (0..waiters)
                .map(|number| {
                    let (bucket, passed) = (Arc::clone(&bucket), Arc::clone(&passed));
                    tokio::spawn(async move {
                        bucket.take(|| ()).await;
                        passed.lock().unwrap().push(number);
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(*passed.lock().unwrap(), (0..waiters).collect::<Vec<u32>>());
            let checks = bucket.cell.checks();
            assert!(checks <= 2 * u64::from(waiters), "{checks} looks for {waiters} grants");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_alone_looks_twice_for_each_grant_it_waits_for() {
        let bucket = bucket(10.0, 1);
        for _ in 0..100 {
            bucket.take(|| ()).await;
        }
        assert_eq!(bucket.cell.checks(), 1 + 2 * 99);
    }

    #[tokio::test(start_paused = true)]
    async fn a_bucket_is_full_again_when_its_tokens_are_back_and_looking_takes_none() {
        let bucket = bucket(10.0, 3);
        assert!(bucket.is_full());
        for _ in 0..2 {
            assert_eq!(bucket.take(|| ()).await, None);
        }
        tokio::time::advance(Duration::from_millis(199)).await;
        assert!(!bucket.is_full());
        tokio::time::advance(Duration::from_millis(1)).await;
        for _ in 0..10 {
            assert!(bucket.is_full());
        }
        for _ in 0..3 {
            assert_eq!(bucket.take(|| ()).await, None);
        }
        assert_eq!(bucket.take(|| ()).await, Some(Duration::from_millis(100)));
    }
}
