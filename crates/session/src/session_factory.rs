use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use orgwide_limit::Limiter;
use orgwide_names::{RegionName, ServiceName};
use parking_lot::Mutex;
use tokio::sync::Mutex as Turn;

use crate::endpoints::EndpointMap;
use crate::frame::Frame;
use crate::{RoleRequest, Session, SessionBuilder, SessionError};

/// What a session of a [`SessionFactory`] should be. Nothing is required; the order in which things are said makes no
/// difference, but for roles, which are assumed one from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SessionParams {
    base: BaseParams,
    roles: Vec<RoleRequest>,
}

/// Those that make the base.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct BaseParams {
    profile: Option<String>,
    region: Option<RegionName>,
    endpoint_url: Option<String>,
    endpoints: EndpointMap,
}

/// Gives one session for equal parameters, to whoever asks.
///
/// A session that nobody holds any more is dropped, and made anew when it is asked for. Sessions of one factory share
/// the limiter and, as far as they trust the same certificates, the connections; those that differ in their roles only
/// share the base, and the credentials of each role that both have. All bases together count as one payer: limits do
/// not know which accounts they belong to.
pub struct SessionFactory {
    template: SessionBuilder,
    limiter: Limiter,
    clients: Turn<HashMap<Option<PathBuf>, SharedHttpClient>>,
    bases: Mutex<HashMap<BaseParams, Arc<Base>>>,
    sessions: Mutex<HashMap<SessionParams, Weak<Session>>>,
}

/// One base, held while it is looked for or made.
type Base = Turn<Weak<Frame>>;

impl SessionParams {
    /// Base credentials and region from this profile of the shared configuration files.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.base.profile = Some(name.into());
        self
    }

    /// The home region.
    #[must_use]
    pub fn region(mut self, region: RegionName) -> Self {
        self.base.region = Some(region);
        self
    }

    /// The endpoint of every service; see [`SessionBuilder::endpoint_url`].
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.base.endpoint_url = Some(url.into());
        self
    }

    /// The endpoint of one service, in one region or in all; see [`SessionBuilder::endpoint`].
    #[must_use]
    pub fn endpoint(
        mut self,
        service: ServiceName,
        region: Option<RegionName>,
        url: impl Into<String>,
    ) -> Self {
        self.base.endpoints.insert((service, region), url.into());
        self
    }

    /// A role to assume, when it is first needed, from what comes before it; it goes on the session's stack.
    #[must_use]
    pub fn role(mut self, request: RoleRequest) -> Self {
        self.roles.push(request);
        self
    }
}

impl SessionFactory {
    /// A factory of sessions that are like `template` in all that the parameters do not say. A template that has
    /// credentials reads no profile, whatever the parameters say.
    #[must_use]
    pub fn new(template: SessionBuilder) -> Self {
        let limiter = template.shared_limiter();
        let template = template.limiter(limiter.clone());
        Self {
            template,
            limiter,
            clients: Turn::default(),
            bases: Mutex::default(),
            sessions: Mutex::default(),
        }
    }

    /// The session for these parameters: the same to all who ask while one of them holds it.
    ///
    /// Its stack is shared as well: who assumes or reverts a role in it does so for all. No call to AWS is made.
    ///
    /// # Errors
    ///
    /// As [`SessionBuilder::load`], and for a role that AWS would refuse in any case.
    pub async fn get(&self, params: &SessionParams) -> Result<Arc<Session>, SessionError> {
        if let Some(session) = self.made(params) {
            return Ok(session);
        }
        let base = self.bases.lock().entry(params.base.clone()).or_default().clone();
        let mut base = base.lock().await;
        // Whoever had the turn before may have made it.
        if let Some(session) = self.made(params) {
            return Ok(session);
        }
        let frame = match base.upgrade() {
            Some(frame) => frame,
            None => self.load(&params.base).await?,
        };
        let session = Session::at(frame.clone());
        for role in &params.roles {
            session.assume_role_deferred(role)?;
        }
        *base = Arc::downgrade(&frame);
        let session = Arc::new(session);
        self.sessions.lock().insert(params.clone(), Arc::downgrade(&session));
        drop(base);
        self.sweep();
        Ok(session)
    }

    /// The limiter of all its sessions.
    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    fn made(&self, params: &SessionParams) -> Option<Arc<Session>> {
        self.sessions.lock().get(params)?.upgrade()
    }

    async fn load(&self, params: &BaseParams) -> Result<Arc<Frame>, SessionError> {
        let BaseParams { profile, region, endpoint_url, endpoints } = params.clone();
        let mut builder = self.template.clone().endpoints(endpoints);
        if let Some(profile) = profile {
            builder = builder.profile(profile);
        }
        if let Some(region) = region {
            builder = builder.region(region);
        }
        if let Some(url) = endpoint_url {
            builder = builder.endpoint_url(url);
        }
        let bundle = builder.certificates().await;
        let mut clients = self.clients.lock().await;
        let client = match clients.get(&bundle) {
            Some(client) => client.clone(),
            None => {
                let client = builder.client(bundle.clone())?;
                clients.insert(bundle, client.clone());
                client
            }
        };
        drop(clients);
        builder.load_base(client).await
    }

    /// Forgets what nobody holds any more, once it outnumbers what is in use.
    fn sweep(&self) {
        let mut sessions = self.sessions.lock();
        // Growth by a half since the last sweep would need a counter; a power of two is as good a moment.
        if !sessions.len().is_power_of_two() {
            return;
        }
        sessions.retain(|_, session| session.strong_count() > 0);
        drop(sessions);
        let is_used = |base: &Base| base.try_lock().map_or(true, |frame| frame.strong_count() > 0);
        self.bases.lock().retain(|_, base| Arc::strong_count(base) > 1 || is_used(base));
    }
}

impl fmt::Debug for SessionFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFactory")
            .field("sessions", &self.sessions.lock().len())
            .finish_non_exhaustive()
    }
}
