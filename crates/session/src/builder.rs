use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_config::AppName;
use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_types::SdkConfig;
use aws_types::region::Region;
use orgwide_limit::{Limiter, Rules};
use orgwide_names::{Partition, RegionName, ServiceName};

use crate::base::{Given, ca_bundle, from_environment};
use crate::ca_bundle::trusting;
use crate::endpoints::EndpointMap;
use crate::frame::Frame;
use crate::shared::{Parts, Shared};
use crate::{InvalidRoleRequest, OnWait, Session, http_client};

/// Attempts of one call, the first included.
const ATTEMPTS: u32 = 3;
/// The home region when nothing names one: every account of the `aws` partition has it.
const FALLBACK_REGION: &str = "us-east-1";

/// Gathers what a [`Session`] should be, and makes it.
///
/// Nothing is required: a session from the environment, with the built-in limits, is what
/// `Session::builder().load()` gives.
#[derive(Debug, Clone, Default)]
pub struct SessionBuilder {
    profile: Option<String>,
    region: Option<RegionName>,
    endpoint_url: Option<String>,
    limiter: Option<Limiter>,
    on_wait: OnWait,
    http_client: Option<SharedHttpClient>,
    time_source: Option<SharedTimeSource>,
    credentials: Option<SharedCredentialsProvider>,
    endpoints: EndpointMap,
    ca_bundle: Option<PathBuf>,
    connect_timeout: Option<Duration>,
    answer_timeout: Option<Duration>,
}

/// A session could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// TLS or the proxy settings are unusable.
    #[error("the HTTP client could not be made: {0}")]
    HttpClient(String),
    /// The configured region is not one of AWS.
    #[error(
        "the configured region is unusable: {0}; set AWS_REGION to a region of AWS, such as eu-central-1"
    )]
    Region(String),
    /// The certificates to trust cannot be used.
    #[error(
        "the certificates in {} are unusable: {reason}; correct the file, or AWS_CA_BUNDLE or the profile's ca_bundle which name it",
        path.display()
    )]
    CaBundle {
        /// The file that was named.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An endpoint is no URL.
    #[error("`{0}` is not an endpoint: write a URL with a host, such as https://sts.example.com")]
    Endpoint(String),
    /// A role of the session's is one that AWS would refuse in any case.
    #[error(transparent)]
    Role(#[from] InvalidRoleRequest),
}

impl SessionBuilder {
    /// Uses this profile of the shared configuration files instead of `AWS_PROFILE` or the default one.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Uses this home region, whose endpoints serve STS, instead of the configured one.
    #[must_use]
    pub fn region(mut self, region: RegionName) -> Self {
        self.region = Some(region);
        self
    }

    /// Sends every call of every service to this URL instead of to AWS.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Sends the calls of one service to this URL: in one region, or in every region that has no URL of its own. What
    /// this does not speak of goes where it would go without, to [`endpoint_url`](Self::endpoint_url) or the
    /// environment's endpoints, else to AWS.
    ///
    /// The region is that of the client's configuration: [`Session::config_in`] finds it, a region that is set on a
    /// client of the home region does not.
    #[must_use]
    pub fn endpoint(
        mut self,
        service: ServiceName,
        region: Option<RegionName>,
        url: impl Into<String>,
    ) -> Self {
        self.endpoints.insert((service, region), url.into());
        self
    }

    pub(crate) fn endpoints(mut self, endpoints: EndpointMap) -> Self {
        self.endpoints.extend(endpoints);
        self
    }

    /// Trusts the certificates in this file in PEM, and no others, instead of those that `AWS_CA_BUNDLE` or the
    /// profile's `ca_bundle` names, else the system's. An own [`http_client`](Self::http_client) knows nothing of it.
    #[must_use]
    pub fn ca_bundle(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_bundle = Some(path.into());
        self
    }

    /// Lets calls through at the rates of this limiter; by default at those of the built-in table.
    #[must_use]
    pub fn limiter(mut self, limiter: Limiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Has waits reported.
    #[must_use]
    pub fn on_wait(mut self, on_wait: OnWait) -> Self {
        self.on_wait = on_wait;
        self
    }

    /// Sends requests through this client instead of one of the session's own.
    #[must_use]
    pub fn http_client(mut self, client: impl HttpClient + 'static) -> Self {
        self.http_client = Some(SharedHttpClient::new(client));
        self
    }

    /// Takes the time from here, for signatures and for the expiry of credentials.
    #[must_use]
    pub fn time_source(mut self, time: impl TimeSource + 'static) -> Self {
        self.time_source = Some(SharedTimeSource::new(time));
        self
    }

    /// Uses these credentials and nothing of the environment: no variable, no file, no proxy, no metadata.
    #[must_use]
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.credentials_provider(credentials)
    }

    /// Uses this provider's credentials and nothing of the environment. It is asked again before they end, and given
    /// up after a minute.
    #[must_use]
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(crate::base::bounded(provider));
        self
    }

    /// Sets how long a connection may take to be made. Default 5 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets how long an answer may take to begin. Default 60 s.
    #[must_use]
    pub fn answer_timeout(mut self, timeout: Duration) -> Self {
        self.answer_timeout = Some(timeout);
        self
    }

    /// Makes the session. No call to AWS is made; where the environment names no region, the metadata of
    /// the instance is asked, for about a second at most.
    ///
    /// # Errors
    ///
    /// [`SessionError`] when TLS, the proxy, an endpoint or the configured region is unusable.
    pub async fn load(self) -> Result<Session, SessionError> {
        let client = self.client(self.certificates().await)?;
        Ok(Session::at(self.load_base(client).await?))
    }

    /// The file of the certificates to trust; none for the system's.
    pub(crate) async fn certificates(&self) -> Option<PathBuf> {
        match &self.ca_bundle {
            Some(path) => Some(path.clone()),
            None if self.credentials.is_some() || self.http_client.is_some() => None,
            None => ca_bundle(self.profile.as_deref()).await,
        }
    }

    /// The HTTP client given, or one that trusts these certificates.
    pub(crate) fn client(&self, certificates: Option<PathBuf>) -> Result<SharedHttpClient, SessionError> {
        if let Some(client) = &self.http_client {
            return Ok(client.clone());
        }
        let unusable = |path, reason| SessionError::CaBundle { path, reason };
        let trust = certificates.map(|path| trusting(&path).map_err(|reason| unusable(path, reason)));
        let proxies = self.credentials.is_none();
        http_client::pooled(proxies, trust.transpose()?).map_err(|e| SessionError::HttpClient(e.to_string()))
    }

    pub(crate) fn shared_limiter(&self) -> Limiter {
        self.limiter.clone().unwrap_or_else(|| Limiter::new(Rules::new([])))
    }

    pub(crate) async fn load_base(self, http: SharedHttpClient) -> Result<Arc<Frame>, SessionError> {
        let urls = self.endpoints.values().chain(&self.endpoint_url);
        if let Some(url) = urls.into_iter().find(|url| !is_endpoint(url)) {
            return Err(SessionError::Endpoint(url.clone()));
        }
        let limiter = self.shared_limiter();
        let region = self.region.map(|region| Region::new(region.to_string()));
        let (config, provider) = match self.credentials {
            Some(provider) => {
                let mut config = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12());
                config.set_region(region).set_endpoint_url(self.endpoint_url);
                (config.build(), provider)
            }
            None => {
                let given = Given { profile: self.profile, region, endpoint_url: self.endpoint_url };
                from_environment(given, http.clone()).await
            }
        };
        let home = config.region().map_or(FALLBACK_REGION, |region| region.as_ref());
        let home: RegionName = home
            .parse()
            .map_err(|e: orgwide_names::ParseRegionNameError| SessionError::Region(e.to_string()))?;
        let partition = Partition::of_region(&home)
            .ok_or_else(|| SessionError::Region(format!("no partition of AWS has a region `{home}`")))?;
        let time = self.time_source.or_else(|| config.time_source()).unwrap_or_default();

        // The wait for a rate counts inside operation and attempt timeouts, so both stay unset.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(self.connect_timeout.unwrap_or(Duration::from_secs(5)))
            .read_timeout(self.answer_timeout.unwrap_or(Duration::from_secs(60)))
            .disable_operation_timeout()
            .disable_operation_attempt_timeout()
            .build();
        let mut config = config.into_builder();
        config
            .set_region(Region::new(home.to_string()))
            .set_timeout_config(Some(timeouts))
            .set_retry_config(Some(RetryConfig::standard().with_max_attempts(ATTEMPTS)))
            .set_time_source(Some(time.clone()))
            .set_app_name(AppName::new("orgwide").ok());
        let config = config.sleep_impl(TokioSleep::new()).build();

        let (endpoints, on_wait) = (self.endpoints, self.on_wait);
        let parts = Parts { config, endpoints, http, limiter, on_wait, time, home, partition };
        Ok(Frame::base(Arc::new(Shared::new(parts)), provider))
    }
}

fn is_endpoint(url: &str) -> bool {
    let Ok(parts) = url.parse::<http::Uri>().map(http::Uri::into_parts) else { return false };
    parts.authority.is_some()
        && parts.scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https"))
}
