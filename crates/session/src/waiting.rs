use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Told when a call begins to wait for something other than its own answer: for its rate, or for
/// credentials that are being fetched.
///
/// Whoever measures how long a job works hands one in; it returns a guard, and the wait ends when that
/// guard is dropped. The default does nothing.
#[derive(Clone, Default)]
pub struct OnWait(Option<Arc<dyn Fn() -> Guard + Send + Sync>>);

/// Ends the wait it stands for when it is dropped.
type Guard = Option<Box<dyn Any + Send>>;

impl OnWait {
    /// Calls `begin` at the start of each wait, in the task that waits, and drops what it returned at the
    /// end.
    pub fn new<G: Send + 'static>(begin: impl Fn() -> Option<G> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(move || begin().map(|guard| Box::new(guard) as Box<dyn Any + Send>))))
    }

    pub(crate) fn begin(&self) -> Guard {
        self.0.as_ref().and_then(|begin| begin())
    }
}

impl fmt::Debug for OnWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnWait(set)" } else { "OnWait(none)" })
    }
}
