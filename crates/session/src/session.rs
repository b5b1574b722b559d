use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use aws_types::region::Region;
use orgwide_limit::{Limiter, Payer};
use orgwide_names::{AccountId, Partition, RegionName};
use tokio::sync::OnceCell;

use crate::broker::{Broker, CellId};
use crate::calls::Counters;
use crate::credential_cell::{CellProvider, CredentialCell, Source};
use crate::gate::Gate;
use crate::handover::Handover;
use crate::wire::Wire;
use crate::{Call, CallCounts, Class, Failure, Identity, OnWait, RoleRequest, SessionBuilder};

/// Who a program is on AWS, and the one road its calls take.
///
/// [`config`](Self::config) is what every client of the AWS SDK is made from: with it come credentials
/// that renew themselves, one pool of connections, a retry budget per account, region and service, and the
/// gate at which every attempt waits for its rate. Cloning shares all of it; a session is safe to use from
/// any number of tasks.
#[derive(Clone)]
pub struct Session {
    frame: Arc<Frame>,
}

/// What all sessions of one process have in common.
pub(crate) struct Shared {
    /// Everything of the SDK's configuration that does not depend on the account.
    config: SdkConfig,
    limiter: Limiter,
    counters: Arc<Counters>,
    handover: Arc<Handover>,
    on_wait: OnWait,
    time: SharedTimeSource,
    broker: Broker,
    home: RegionName,
    partition: Partition,
    cells: AtomicU64,
}

/// One identity: credentials, and the configuration that uses them.
struct Frame {
    shared: Arc<Shared>,
    /// The account of the role; none for the base, which need not know its own.
    account: Option<AccountId>,
    credentials: Arc<CredentialCell>,
    config: Arc<SdkConfig>,
    identity: OnceCell<Identity>,
}

impl Shared {
    pub(crate) fn new(
        config: SdkConfig,
        http: SharedHttpClient,
        limiter: Limiter,
        on_wait: OnWait,
        time: SharedTimeSource,
        home: RegionName,
        partition: Partition,
    ) -> Self {
        let counters = Arc::new(Counters::default());
        let handover = Arc::new(Handover::default());
        let wire = Wire::new(http, counters.clone(), handover.clone());
        let config = config.into_builder().http_client(wire).build();
        let (broker, cells) = (Broker::default(), AtomicU64::new(0));
        Self { config, limiter, counters, handover, on_wait, time, broker, home, partition, cells }
    }

    fn cell(&self, source: Source) -> Arc<CredentialCell> {
        let id = CellId(self.cells.fetch_add(1, Relaxed));
        CredentialCell::new(id, source, self.time.clone(), self.on_wait.clone())
    }
}

impl Session {
    /// Starts to describe a session.
    #[must_use]
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    pub(crate) fn base(shared: Arc<Shared>, provider: SharedCredentialsProvider) -> Self {
        let cell = shared.cell(Source::Base(provider));
        Self::with(shared, None, cell)
    }

    fn with(shared: Arc<Shared>, account: Option<AccountId>, credentials: Arc<CredentialCell>) -> Self {
        let gate = Gate::new(
            payer(account),
            shared.limiter.clone(),
            shared.counters.clone(),
            shared.on_wait.clone(),
            credentials.retry_budgets(),
            shared.handover.clone(),
        );
        let provider = SharedCredentialsProvider::new(CellProvider(credentials.clone()));
        let config = shared.config.to_builder().credentials_provider(provider).identity_cache(gate).build();
        let config = Arc::new(config);
        Self { frame: Arc::new(Frame { shared, account, credentials, config, identity: OnceCell::new() }) }
    }

    /// A session that is `request`'s role, assumed with this one's credentials when they are first needed.
    ///
    /// Nothing is shared that changes: this session stays who it is. Sessions assumed from the same one by
    /// equal requests share one set of credentials, fetched once. Assuming a role the session may not
    /// assume fails at its first call, once, and is not tried again while any such session is in use.
    #[must_use]
    pub fn assumed(&self, request: &RoleRequest) -> Self {
        let shared = &self.frame.shared;
        let cell = shared.broker.cell(self.frame.credentials.id(), request, || {
            let source = Source::Role { parent: self.clone(), request: request.clone() };
            shared.cell(source)
        });
        Self::with(shared.clone(), Some(request.role().account()), cell)
    }

    /// The SDK's configuration in the home region: `aws_sdk_sts::Client::new(&session.config())`.
    ///
    /// It is the same allocation every time. A client whose own configuration replaces the credentials or
    /// the HTTP client goes round the gate: make a session for other credentials instead.
    #[must_use]
    pub fn config(&self) -> Arc<SdkConfig> {
        self.frame.config.clone()
    }

    /// The SDK's configuration in another region, the same in everything else.
    #[must_use]
    pub fn config_in(&self, region: &RegionName) -> SdkConfig {
        self.frame.config.to_builder().region(Region::new(region.to_string())).build()
    }

    /// Who AWS takes this session for: one sts:GetCallerIdentity for base credentials, and none for an
    /// assumed role, whose assumption told. Remembered once known.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of that call, or of getting the credentials for it. It is not remembered.
    pub async fn identity(&self) -> Result<&Identity, Failure> {
        self.frame.identity.get_or_try_init(|| self.ask_identity()).await
    }

    async fn ask_identity(&self) -> Result<Identity, Failure> {
        if let Some(identity) = self.frame.credentials.get().await?.identity {
            return Ok(identity);
        }
        let region = Some(self.home_region().clone());
        let call = Call { region, ..Call::new("sts", "GetCallerIdentity") };
        let answer = aws_sdk_sts::Client::new(&self.frame.config)
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| Failure::of(&error, call.clone()))?;
        let account = answer.account().and_then(|account| account.parse().ok());
        match (account, answer.arn(), answer.user_id()) {
            (Some(account), Some(arn), Some(user)) => Ok(Identity::new(account, arn.into(), user.into())),
            _ => Err(Failure::without_answer(call, Class::NotFromAws, "the answer names no account")),
        }
    }

    /// The current credentials, fetched or renewed if they have to be.
    ///
    /// # Errors
    ///
    /// The [`Failure`] to get them: no source, or a role that cannot be assumed.
    pub async fn credentials(&self) -> Result<Credentials, Failure> {
        self.frame.credentials.get().await.map(|grant| grant.credentials)
    }

    /// The account of this session where it is known without a call: always for an assumed role, and for
    /// the base once [`identity`](Self::identity) has been asked.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.frame.account.or_else(|| self.frame.identity.get().map(Identity::account))
    }

    /// The region whose endpoints serve calls that name no other.
    #[must_use]
    pub fn home_region(&self) -> &RegionName {
        &self.frame.shared.home
    }

    /// The partition of the home region. Credentials of one partition are unknown in the others.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.frame.shared.partition
    }

    /// The limiter at this session's gate.
    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.frame.shared.limiter
    }

    /// Who pays for this session's calls, as limits know it.
    #[must_use]
    pub fn payer(&self) -> Payer {
        payer(self.frame.account)
    }

    /// What has been asked of AWS so far, over all sessions that come from the same base.
    #[must_use]
    pub fn calls(&self) -> CallCounts {
        self.frame.shared.counters.snapshot()
    }
}

/// The base pays for itself, whichever account that is; an assumed role's account pays for its calls.
fn payer(account: Option<AccountId>) -> Payer {
    account.map_or(Payer::Base, Payer::Account)
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account().map_or_else(|| "base".to_owned(), |account| account.to_string());
        f.debug_struct("Session").field("account", &account).finish_non_exhaustive()
    }
}
