//! What the environment says: region, endpoints, credentials. The one place that reads it.

use std::error::Error as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_config::BehaviorVersion;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::{ProvideRegion, RegionProviderChain};
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::service_config::ServiceConfigKey;

use crate::causes::chain;
use crate::failure::{BASE, BASE_CREDENTIALS};
use crate::{Call, Class, Failure};

/// Instance and container metadata answer within milliseconds where they exist; where something swallows
/// the question, this is how long anybody waits for it.
const METADATA: Duration = Duration::from_secs(2);
const METADATA_REGION: Duration = Duration::from_millis(1200);
/// A `credential_process` or a sign-in may ask a person; beyond this it hangs.
const PROVIDER: Duration = Duration::from_secs(60);

/// What of the environment the caller has decided already.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<Region>,
    pub(crate) endpoint_url: Option<String>,
}

/// The SDK's configuration from the environment and the shared files, and the provider of its credentials.
pub(crate) async fn from_environment(
    given: Given,
    http: SharedHttpClient,
) -> (SdkConfig, SharedCredentialsProvider) {
    let provider = ProviderConfig::without_region().with_http_client(http.clone());
    let imds = aws_config::imds::Client::builder()
        .configure(&provider)
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(Duration::from_secs(1))
        .max_attempts(1)
        .build();

    let region = match given.region {
        Some(region) => Some(region),
        None => region_of_environment(given.profile.as_deref(), &provider, &imds).await,
    };
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .no_credentials()
        .region(RegionProviderChain::first_try(region.clone()));
    if let Some(profile) = &given.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &given.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    let provider = provider
        .with_region(region)
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack());
    let credentials = credentials_of_environment(given.profile.as_deref(), &provider, imds);
    (config, credentials)
}

async fn region_of_environment(
    profile: Option<&str>,
    provider: &ProviderConfig,
    imds: &aws_config::imds::Client,
) -> Option<Region> {
    let mut of_profile = ProfileFileRegionProvider::builder().configure(provider);
    if let Some(profile) = profile {
        of_profile = of_profile.profile_name(profile);
    }
    // A variable that is set to nothing counts as not set.
    let named = |region: &Region| !region.as_ref().is_empty();
    if let Some(region) = EnvironmentVariableRegionProvider::new().region().await.filter(named) {
        return Some(region);
    }
    if let Some(region) = of_profile.build().region().await.filter(named) {
        return Some(region);
    }
    let of_instance = ImdsRegionProvider::builder().configure(provider).imds_client(imds.clone()).build();
    tokio::time::timeout(METADATA_REGION, of_instance.region()).await.ok().flatten()
}

/// The certificates to trust instead of the system's, from `AWS_CA_BUNDLE` or the profile's `ca_bundle`.
pub(crate) async fn ca_bundle(profile: Option<&str>) -> Option<PathBuf> {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .no_credentials()
        // Whichever: what is not asked for needs no metadata service.
        .region(Region::from_static("us-east-1"));
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    let key = ServiceConfigKey::builder()
        .service_id("orgwide")
        .env("AWS_CA_BUNDLE")
        .profile("ca_bundle")
        .build()
        .ok()?;
    let path = loader.load().await.service_config()?.load_config(key)?;
    (!path.is_empty()).then(|| path.into())
}

/// A provider that gives up after a minute, whatever it waits for.
pub(crate) fn bounded(inner: impl ProvideCredentials + 'static) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Bounded { inner, within: PROVIDER })
}

/// The same sources in the same order as the SDK's default chain, each with a bound in time.
fn credentials_of_environment(
    profile: Option<&str>,
    provider: &ProviderConfig,
    imds: aws_config::imds::Client,
) -> SharedCredentialsProvider {
    let mut of_profile = ProfileFileCredentialsProvider::builder().configure(provider);
    if let Some(profile) = profile {
        of_profile = of_profile.profile_name(profile);
    }
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(provider).build();
    let container = EcsCredentialsProvider::builder()
        .configure(provider)
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(METADATA)
        .build();
    let instance = ImdsCredentialsProvider::builder().configure(provider).imds_client(imds).build();
    let chain =
        CredentialsProviderChain::first_try("environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("profile", Bounded { inner: of_profile.build(), within: PROVIDER })
            .or_else("web identity", Bounded { inner: web_identity, within: PROVIDER })
            .or_else("container metadata", Bounded { inner: container, within: METADATA })
            .or_else("instance metadata", Bounded { inner: instance, within: METADATA });
    SharedCredentialsProvider::new(Explained { chain, profile: profile.map(str::to_owned) })
}

/// Asks for the base credentials.
pub(crate) async fn load_base(provider: &SharedCredentialsProvider) -> Result<Credentials, Failure> {
    provider.provide_credentials().await.map_err(|error| match error {
        // Only the reason inside is for people.
        CredentialsError::CredentialsNotLoaded(_) => failed(error.source().map_or_else(String::new, chain)),
        other => failed(chain(&other)),
    })
}

/// A failure to have base credentials.
pub(crate) fn failed(message: impl Into<String>) -> Failure {
    let call = Call::new(BASE, BASE_CREDENTIALS);
    Failure::without_answer(call, Class::NoCredentials, message)
}

/// The failure of a source that gives credentials which have ended already.
pub(crate) fn ended(end: SystemTime) -> Failure {
    let end = DateTime::from(end).fmt(Format::DateTime).unwrap_or_default();
    let call = Call::new(BASE, BASE_CREDENTIALS);
    Failure::without_answer(
        call,
        Class::Expired,
        format!("they ended at {end} and their source has no others"),
    )
}

/// The chain of sources, which says where it looked when it found nothing.
#[derive(Debug)]
struct Explained {
    chain: CredentialsProviderChain,
    profile: Option<String>,
}

impl Explained {
    fn nothing_found(&self) -> CredentialsError {
        let profile = match &self.profile {
            Some(name) => format!("the profile `{name}`"),
            None => "the profile".to_owned(),
        };
        CredentialsError::not_loaded(format!(
            "there are none in the environment, {profile}, a web identity token, or container or instance metadata"
        ))
    }
}

impl ProvideCredentials for Explained {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        provider::future::ProvideCredentials::new(async {
            self.chain.provide_credentials().await.map_err(|error| match error {
                CredentialsError::CredentialsNotLoaded(_) => self.nothing_found(),
                other => other,
            })
        })
    }
}

/// A provider that gives up in time.
#[derive(Debug)]
struct Bounded<P> {
    inner: P,
    within: Duration,
}

impl<P: ProvideCredentials> ProvideCredentials for Bounded<P> {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        provider::future::ProvideCredentials::new(async {
            match tokio::time::timeout(self.within, self.inner.provide_credentials()).await {
                Ok(result) => result,
                Err(_) => Err(CredentialsError::provider_timed_out(self.within)),
            }
        })
    }
}
