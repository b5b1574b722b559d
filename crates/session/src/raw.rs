//! Operations of services whose SDK crates are not in the tree, on the SDK's own runtime.

mod answer;
mod error;
mod request;
mod retries;

use std::fmt;

use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{PayloadSigningOverride, SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthScheme};
use aws_smithy_runtime::client::identity::no_auth::NoAuthIdentityResolver;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, SensitiveOutput};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::config_bag::{Layer, Storable, StoreReplace};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};

pub use answer::RawAnswer;
use answer::{Opaque, Reader};
pub use error::RawError;
pub use request::{RawRequest, Signing};
use retries::Retries;

/// Sends requests that its user has written, as the SDK sends its own: signed, limited, retried and pooled.
///
/// It is for services whose client would bring a hundred times its code along. The caller says where a request
/// goes and what is in it, and reads the answer. Clones share what is known of the difference between the clocks.
#[derive(Clone)]
pub struct RawClient {
    config: SdkConfig,
    clock_skew: SharedInterceptor,
}

/// Says that a call is one of a series that reads a list page by page.
#[derive(Debug)]
pub(crate) struct Paged;

impl Storable for Paged {
    type Storer = StoreReplace<Self>;
}

impl RawClient {
    /// A client with the credentials and settings of `config`, which comes from a session.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let clock_skew = SharedInterceptor::new(ServiceClockSkewInterceptor::new());
        Self { config: config.clone(), clock_skew }
    }

    /// The settings it was made with.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The endpoint configured for a service, by its id in the SDKs such as `EC2`: the session's for the service in
    /// the region, or in any; the session's for all; the environment's for the service (`AWS_ENDPOINT_URL_EC2`, or
    /// the profile's) or for all. None where AWS's own is to be used.
    #[must_use]
    pub fn configured_endpoint(&self, service_id: &str) -> Option<String> {
        crate::endpoints::configured_endpoint(&self.config, service_id)
    }

    /// Sends the request and reads the answer with `read`, for each attempt whose answer arrived whole; that of
    /// the last counts.
    ///
    /// Tried again, three times in all by default and each time through the gate, is what the SDK tries again, and
    /// besides every answer that means that calls come too fast. An account's used-up quota of resources is not.
    ///
    /// # Errors
    ///
    /// What clients of the SDK return: the service's error, as `read` made it out, or what kept it from being
    /// asked.
    pub async fn send<T>(
        &self,
        request: RawRequest,
        read: impl Fn(RawAnswer<'_>) -> Result<T, RawError> + Send + Sync + 'static,
    ) -> Result<T, SdkError<RawError, HttpResponse>>
    where
        T: Send + Sync + 'static,
    {
        let construction = |error: BoxError| SdkError::construction_failure(error);
        request.check().map_err(construction)?;
        let config = &self.config;
        let (Some(http), Some(gate), Some(credentials), Some(sleep)) = (
            config.http_client(),
            config.identity_cache(),
            config.credentials_provider(),
            config.sleep_impl(),
        ) else {
            return Err(construction("the configuration does not come from a session".into()));
        };

        let mut layer = Layer::new("orgwide raw operation");
        // The gate counts the call in the region that is signed for.
        let own_region = || config.region().map_or_else(|| "us-east-1".to_owned(), ToString::to_string);
        layer.store_put(Region::new(request.signing.region().map_or_else(own_region, ToOwned::to_owned)));
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(ApiMetadata::new("orgwide", env!("CARGO_PKG_VERSION")));
        layer.store_put(SensitiveOutput);
        if let Some(app_name) = config.app_name() {
            layer.store_put(app_name.clone());
        }
        if request.paged {
            layer.store_put(Paged);
        }
        let mut components = RuntimeComponentsBuilder::new("orgwide raw operation")
            .with_identity_cache(Some(gate))
            .with_interceptor(self.clock_skew.clone());
        let scheme = match &request.signing {
            Signing::None => {
                components = components
                    .with_auth_scheme(SharedAuthScheme::new(NoAuthScheme::default()))
                    .with_identity_resolver(
                        NO_AUTH_SCHEME_ID,
                        SharedIdentityResolver::new(NoAuthIdentityResolver::new()),
                    );
                NO_AUTH_SCHEME_ID
            }
            signed => {
                sign(signed, &mut layer);
                components = components
                    .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
                    .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
                SCHEME_ID
            }
        };
        let components = components.with_auth_scheme_option_resolver(Some(
            SharedAuthSchemeOptionResolver::new(StaticAuthSchemeOptionResolver::new(vec![scheme])),
        ));
        let mut operation = Operation::builder()
            .service_name(request.service_id.clone())
            .operation_name(request.operation.clone())
            .http_client(http)
            .endpoint_url(&request.endpoint)
            .standard_retry(&config.retry_config().cloned().unwrap_or_else(RetryConfig::standard))
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<RawError>::new())
            .retry_classifier(ServiceClockSkewClassifier::<RawError>::new())
            .retry_classifier(Retries::of(&request.service_id))
            .timeout_config(config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled))
            .sleep_impl(sleep)
            .with_connection_poisoning()
            .interceptor(InvocationIdInterceptor::new())
            .interceptor(RequestInfoInterceptor::new())
            .interceptor(UserAgentInterceptor::new());
        if let Some(version) = config.behavior_version() {
            operation = operation.behavior_version(version);
        }
        if let Some(protection) = config.stalled_stream_protection() {
            operation = operation.stalled_stream_protection(protection);
        }
        if let Some(time) = config.time_source() {
            operation = operation.time_source(time);
        }
        operation
            .serializer(RawRequest::into_http)
            .deserializer_impl::<Opaque<T>, RawError>(Reader::new(request.largest_body, read))
            .runtime_plugin(
                StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components),
            )
            .build()
            .invoke(request)
            .await
            .map(Opaque::into_inner)
    }
}

fn sign(signing: &Signing, layer: &mut Layer) {
    let Signing::V4 { name, region, encodes_twice, normalizes_path, sends_hash, signs_body } = signing else {
        return;
    };
    layer.store_put(SigningName::from(name.clone().into_owned()));
    layer.store_put(SigningRegion::from(Region::new(region.clone().into_owned())));
    // It cannot be built at once from outside its crate.
    let mut signing_options = SigningOptions::default();
    signing_options.double_uri_encode = *encodes_twice;
    signing_options.normalize_uri_path = *normalizes_path;
    signing_options.content_sha256_header = *sends_hash;
    layer.store_put(SigV4OperationSigningConfig { signing_options, ..Default::default() });
    if !signs_body {
        layer.store_put(PayloadSigningOverride::unsigned_payload());
    }
}

impl fmt::Debug for RawClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawClient").field("region", &self.config.region()).finish_non_exhaustive()
    }
}
