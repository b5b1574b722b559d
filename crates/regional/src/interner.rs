use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

/// Entries kept before the first look for those nobody uses.
const FEW: usize = 64;

/// One object for each key, for as long as somebody holds it.
pub(crate) struct Interner<K, V>(Mutex<Slots<K, V>>);

struct Slots<K, V> {
    of: HashMap<K, Arc<Slot<V>>>,
    /// How many there may be before those nobody uses are looked for.
    room: usize,
}

/// Whoever makes the object holds it locked meanwhile.
type Slot<V> = tokio::sync::Mutex<Weak<V>>;

impl<K: Eq + Hash, V> Interner<K, V> {
    /// One that holds nothing yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Slots { of: HashMap::new(), room: FEW }))
    }

    /// The object for `key`: the one in use, else what `make` gives.
    ///
    /// Of several who ask at once for what is not there yet, one makes it, and the others wait for it. When it
    /// fails or is dropped, the next of them tries; nothing of the failure is remembered. While `make` runs, it must
    /// not ask for the same key.
    pub(crate) async fn get<E>(&self, key: K, make: impl Future<Output = Result<V, E>>) -> Result<Arc<V>, E> {
        let slot = self.0.lock().slot(key);
        let mut held = slot.lock().await;
        if let Some(object) = held.upgrade() {
            return Ok(object);
        }
        let object = Arc::new(make.await?);
        *held = Arc::downgrade(&object);
        Ok(object)
    }
}

impl<K: Eq + Hash, V> Slots<K, V> {
    fn slot(&mut self, key: K) -> Arc<Slot<V>> {
        if self.of.len() >= self.room {
            self.of.retain(|_, slot| is_used(slot));
            // Twice what is left: on average each is looked at once.
            self.room = FEW.max(self.of.len() * 2);
        }
        Arc::clone(self.of.entry(key).or_insert_with(|| Arc::new(Slot::new(Weak::new()))))
    }
}

/// Somebody holds the object, or is about to make or to take it.
fn is_used<V>(slot: &Arc<Slot<V>>) -> bool {
    Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|object| object.strong_count() > 0)
}

impl<K, V> fmt::Debug for Interner<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys may hold what nobody should read.
        f.debug_struct("Interner").field("in_memory", &self.0.lock().of.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::time::Duration;

    use futures::future::join_all;
    use tokio::time::sleep;

    use super::*;

    async fn word(words: &Interner<u32, String>, key: u32) -> Arc<String> {
        words.get(key, async { Ok::<_, Infallible>(key.to_string()) }).await.unwrap()
    }

    #[tokio::test]
    async fn equal_keys_give_the_same_object_and_others_another() {
        let words = Interner::new();
        let (one, two) = (word(&words, 1).await, word(&words, 2).await);
        assert!(Arc::ptr_eq(&one, &word(&words, 1).await));
        assert_eq!((one.as_str(), two.as_str()), ("1", "2"));
    }

    #[tokio::test]
    async fn what_nobody_holds_is_gone_and_made_again_when_asked_for() {
        let words = Interner::new();
        let gone = Arc::downgrade(&word(&words, 1).await);
        assert!(gone.upgrade().is_none());
        assert_eq!(*word(&words, 1).await, "1");
    }

    #[tokio::test]
    async fn memory_follows_those_in_use_and_not_those_ever_made() {
        let words = Interner::new();
        let kept = join_all((0..100).map(|key| word(&words, key))).await;
        for key in 100..10_000 {
            word(&words, key).await;
        }
        assert!(words.0.lock().of.len() <= 2 * kept.len(), "{}", words.0.lock().of.len());
        for (key, kept) in (0..).zip(&kept) {
            assert!(Arc::ptr_eq(kept, &word(&words, key).await), "{key}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn five_hundred_who_ask_at_once_have_it_made_once() {
        let (words, made) = (Interner::new(), AtomicUsize::new(0));
        let asked = (0..500).map(|_| {
            words.get("key", async {
                made.fetch_add(1, Relaxed);
                sleep(Duration::from_secs(1)).await;
                Ok::<_, Infallible>(0)
            })
        });
        let all = join_all(asked).await;
        assert_eq!(made.load(Relaxed), 1);
        assert!(all.iter().all(|one| Arc::ptr_eq(one.as_ref().unwrap(), all[0].as_ref().unwrap())));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_failure_or_a_cancelled_try_the_next_one_makes_it() {
        let words = Interner::<&str, u32>::new();
        assert_eq!(words.get("key", async { Err("broken") }).await, Err("broken"));
        let second = Duration::from_secs(1);
        let never = words.get("key", std::future::pending::<Result<u32, &str>>());
        let next = words.get("key", async { Ok::<_, &str>(7) });
        let (cancelled, next) = tokio::join!(tokio::time::timeout(second, never), next);
        assert!(cancelled.is_err());
        assert_eq!(*next.unwrap(), 7);
    }
}
