use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::time::SharedTimeSource;
use aws_types::SdkConfig;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use orgwide_limit::Payer;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::assume::Assumption;
use crate::base::{ended, failed, load_base};
use crate::broker::CellId;
use crate::failure::{BASE, BASE_CREDENTIALS};
use crate::retry_budgets::RetryBudgets;
use crate::{Class, Failure, Identity, OnWait, Wait};

/// Old credentials serve, while new ones are fetched, from this long before they end at the latest …
const LONGEST_ADVANCE: Duration = Duration::from_secs(15 * 60);
/// … or from this part of their life before its end, if that is shorter.
const ADVANCE_PART: f64 = 0.2;
/// From here to the end nobody uses the old ones any more: they could end on the way.
const MANDATORY: Duration = Duration::from_secs(60);
/// How long a failure that may pass is remembered, so that those who wait do not all ask again.
pub(crate) const FAILURE_KEPT: Duration = Duration::from_secs(5);

/// Credentials that AWS takes for ended are replaced no more often than this.
const EXPIRED_APART: Duration = Duration::from_secs(60);

/// Where a cell's credentials come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// The process's own: environment, profile, web identity, instance metadata …
    Base(SharedCredentialsProvider),
    /// A role, assumed with the parent's.
    Role(Assumption),
}

/// Credentials with who they are; what a source gives.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) credentials: Credentials,
    /// Known from the answer of AssumeRole; not for base credentials.
    pub(crate) identity: Option<Identity>,
}

/// One set of credentials, fetched once however many ask, and renewed before they end.
pub(crate) struct CredentialCell {
    id: CellId,
    source: Source,
    time: SharedTimeSource,
    on_wait: OnWait,
    state: Mutex<State>,
    retry_budgets: Arc<RetryBudgets>,
    /// What clients that use them are made from, as long as somebody holds it.
    config: Mutex<Weak<SdkConfig>>,
}

type Flight = Shared<BoxFuture<'static, Result<Grant, Failure>>>;

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<Flight>,
    failed: Option<Failed>,
    /// The access key that AWS has refused last, and how long that is remembered.
    refused: Option<(String, Instant)>,
    /// When credentials were given up last because AWS took them for ended.
    expired_at: Option<Instant>,
}

struct Held {
    grant: Grant,
    refresh_at: Option<SystemTime>,
    must_refresh_at: Option<SystemTime>,
}

struct Failed {
    failure: Failure,
    /// None: for as long as the cell lives.
    until: Option<Instant>,
}

impl CredentialCell {
    pub(crate) fn new(id: CellId, source: Source, time: SharedTimeSource, on_wait: OnWait) -> Arc<Self> {
        let (state, retry_budgets, config) = (Mutex::default(), Arc::default(), Mutex::default());
        Arc::new(Self { id, source, time, on_wait, state, retry_budgets, config })
    }

    pub(crate) fn id(&self) -> CellId {
        self.id
    }

    /// The budgets for retries of the calls made with these credentials.
    pub(crate) fn retry_budgets(&self) -> Arc<RetryBudgets> {
        self.retry_budgets.clone()
    }

    /// The configuration that uses these credentials: one for all sessions that have them.
    pub(crate) fn config(&self, make: impl FnOnce() -> SdkConfig) -> Arc<SdkConfig> {
        let mut config = self.config.lock();
        config.upgrade().unwrap_or_else(|| {
            let made = Arc::new(make());
            *config = Arc::downgrade(&made);
            made
        })
    }

    /// Credentials that are good for a minute at least, at once if the cell has them.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Grant, Failure> {
        let flight = {
            let mut state = self.state.lock();
            let now = self.time.now();
            let reached = |at: Option<SystemTime>| at.is_some_and(|at| at <= now);
            if let Some(held) = &state.held
                && !reached(held.must_refresh_at)
            {
                let grant = held.grant.clone();
                if reached(held.refresh_at) && state.flight.is_none() && state.failure().is_none() {
                    state.flight = Some(self.start());
                }
                return Ok(grant);
            }
            if let Some(failure) = state.failure() {
                return Err(failure);
            }
            state.flight.get_or_insert_with(|| self.start()).clone()
        };
        let _waiting = self.on_wait.begin(&self.source.wait());
        flight.await
    }

    /// Fetches new credentials if those with this access key, which AWS does not take any more, are still the ones
    /// held. Tells whether there are others now. A source that gives the same again is left alone for some seconds.
    pub(crate) async fn renewed(self: &Arc<Self>, refused: &str) -> Result<bool, Failure> {
        {
            let mut state = self.state.lock();
            let is_held =
                state.held.as_ref().is_some_and(|held| held.grant.credentials.access_key_id() == refused);
            let is_known =
                state.refused.as_ref().is_some_and(|(key, until)| key == refused && *until > Instant::now());
            if is_held && !is_known {
                state.held = None;
                state.refused = Some((refused.to_owned(), Instant::now() + FAILURE_KEPT));
            }
        }
        Ok(self.get().await?.credentials.access_key_id() != refused)
    }

    /// AWS says that the role's credentials with this access key have ended, whatever it said when it gave them. Tells
    /// whether another attempt may be signed with others: those already there, or new ones, which are fetched once in
    /// some time, for credentials that are refused as soon as they are given will go on being so.
    ///
    /// Of base credentials the source mostly has no others: see [`renewed`](Self::renewed).
    pub(crate) fn expired(&self, key: &str) -> bool {
        if matches!(self.source, Source::Base(_)) {
            return false;
        }
        let mut state = self.state.lock();
        let is_held = state.held.as_ref().is_some_and(|held| held.grant.credentials.access_key_id() == key);
        if is_held {
            if state.expired_at.is_some_and(|at| at.elapsed() < EXPIRED_APART) {
                return false;
            }
            state.held = None;
            state.expired_at = Some(Instant::now());
        }
        true
    }

    /// Fetches in a task of its own: whoever asked first may be cancelled, and the others still wait.
    fn start(self: &Arc<Self>) -> Flight {
        let cell = Arc::clone(self);
        let task = tokio::spawn(async move {
            let landing = Landing(cell);
            let cell = &landing.0;
            let result = cell.source.load(&cell.time).await;
            cell.state.lock().settle(cell.time.now(), &result);
            result
        });
        let cell = Arc::clone(self);
        async move {
            // Stopped: the runtime is shutting down, or a provider panicked.
            let failed = |stopped| cell.source.failed(format!("fetching credentials stopped: {stopped}"));
            task.await.unwrap_or_else(|stopped| Err(failed(stopped)))
        }
        .boxed()
        .shared()
    }
}

/// Ends a cell's flight, however it ends, so that the next one can start: nobody may be waiting for this one.
struct Landing(Arc<CredentialCell>);

impl Drop for Landing {
    fn drop(&mut self) {
        self.0.state.lock().flight = None;
    }
}

impl State {
    /// The failure still remembered, if any.
    fn failure(&mut self) -> Option<Failure> {
        if self.failed.as_ref()?.until.is_some_and(|until| until <= Instant::now()) {
            self.failed = None;
        }
        self.failed.as_ref().map(|failed| failed.failure.clone())
    }

    fn settle(&mut self, now: SystemTime, result: &Result<Grant, Failure>) {
        match result {
            Ok(grant) => {
                self.failed = None;
                self.held = Some(Held::new(grant.clone(), now));
            }
            Err(failure) => {
                // Nothing but a change at AWS helps against the one, and nothing at all against the other.
                let for_good = failure.class().is_denied() || failure.class() == Class::Invalid;
                let until = (!for_good).then(|| Instant::now() + FAILURE_KEPT);
                self.failed = Some(Failed { failure: failure.clone(), until });
            }
        }
    }
}

impl Held {
    fn new(grant: Grant, now: SystemTime) -> Self {
        let expiry = grant.credentials.expiry();
        let before = |expiry: SystemTime, span: Duration| expiry.checked_sub(span).unwrap_or(now);
        let refresh_at = expiry.map(|expiry| {
            let life = expiry.duration_since(now).unwrap_or_default();
            let advance = LONGEST_ADVANCE.min(life.mul_f64(ADVANCE_PART));
            // Up to a quarter earlier, so that accounts assumed together are not renewed together.
            before(expiry, advance.mul_f64(1.0 + 0.25 * fastrand::f64()))
        });
        Self { grant, refresh_at, must_refresh_at: expiry.map(|expiry| before(expiry, MANDATORY)) }
    }
}

impl Source {
    async fn load(&self, time: &SharedTimeSource) -> Result<Grant, Failure> {
        match self {
            Self::Base(provider) => {
                let credentials = load_base(provider).await?;
                match credentials.expiry() {
                    Some(end) if end <= time.now() => Err(ended(end)),
                    _ => Ok(Grant { credentials, identity: None }),
                }
            }
            Self::Role(assumption) => assumption.load().await,
        }
    }

    /// What it is to wait for it.
    fn wait(&self) -> Wait<'_> {
        match self {
            Self::Base(_) => Wait::for_credentials(BASE, BASE_CREDENTIALS, Payer::Base, None),
            Self::Role(assumption) => assumption.wait(),
        }
    }

    fn failed(&self, message: String) -> Failure {
        match self {
            Self::Base(_) => failed(message),
            Self::Role(assumption) => assumption.without_answer(Class::Other, message),
        }
    }
}

impl fmt::Debug for CredentialCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialCell").field("source", &self.source).finish_non_exhaustive()
    }
}

/// A cell as the SDK asks for it.
#[derive(Debug, Clone)]
pub(crate) struct CellProvider(pub(crate) Arc<CredentialCell>);

impl ProvideCredentials for CellProvider {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        provider::future::ProvideCredentials::new(async {
            self.0.get().await.map(|grant| grant.credentials).map_err(CredentialsError::provider_error)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Panics when it is asked for the second time; its credentials are to be renewed from the start.
    #[derive(Debug, Default)]
    struct Frail(AtomicUsize);

    impl ProvideCredentials for Frail {
        fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let turn = self.0.fetch_add(1, Ordering::Relaxed);
            assert_ne!(turn, 1, "frail");
            let soon = SystemTime::now() + Duration::from_secs(70);
            provider::future::ProvideCredentials::ready(Ok(Credentials::new(
                "id",
                "x",
                None,
                Some(soon),
                "t",
            )))
        }
    }

    #[tokio::test]
    async fn a_renewal_that_panics_does_not_keep_the_next_one_from_starting() {
        let provider = SharedCredentialsProvider::new(Frail::default());
        let time = SharedTimeSource::new(aws_smithy_async::time::SystemTimeSource::new());
        let cell = CredentialCell::new(CellId(0), Source::Base(provider), time, OnWait::default());
        cell.get().await.unwrap();
        let lands = async |cell: &CredentialCell| {
            while cell.state.lock().flight.is_some() {
                tokio::task::yield_now().await;
            }
        };
        cell.state.lock().held.as_mut().unwrap().refresh_at = Some(SystemTime::UNIX_EPOCH);
        cell.get().await.unwrap();
        assert!(cell.state.lock().flight.is_some(), "the renewal has started");
        lands(&cell).await;
        cell.get().await.unwrap();
        assert!(cell.state.lock().flight.is_some(), "and another after the one that panicked");
        lands(&cell).await;
        assert_ne!(
            cell.state.lock().held.as_ref().unwrap().refresh_at,
            Some(SystemTime::UNIX_EPOCH),
            "which renewed"
        );
    }
}
