use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// Something that was asked for and stays good for a while.
#[derive(Debug)]
pub(crate) struct Aged<T>(Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Aged<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Aged<T> {
    /// What is there and not older than `age`, else what `ask` gives; of those who come at once one asks.
    pub(crate) async fn get<E>(
        &self,
        age: Duration,
        ask: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, E> {
        let mut kept = self.0.lock().await;
        if let Some((at, value)) = &*kept
            && at.elapsed() < age
        {
            return Ok(value.clone());
        }
        let asked = Instant::now();
        let value = Arc::new(ask.await?);
        *kept = (!age.is_zero()).then(|| (asked, value.clone()));
        Ok(value)
    }
}
