//! One operation of a service whose SDK crate is not worth its weight, on the SDK's own runtime.

use std::error::Error;
use std::fmt;

use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use aws_types::service_config::ServiceConfigKey;
use bytes::Bytes;
use orgwide_names::{Partition, RegionName};
use quick_xml::escape::unescape;

use crate::throttle::code_in;

/// A request of one operation, to be sent as the SDK sends its own: signed, limited, retried and pooled.
///
/// It is for single small operations, such as `ec2:DescribeRegions`, whose client would bring a hundred
/// times their code along. The caller writes the body and reads the answer.
#[derive(Debug, Clone)]
pub struct RawRequest {
    /// The service id of the SDKs, such as `EC2`.
    pub service_id: &'static str,
    /// The name the service signs with and its hosts begin with, such as `ec2`.
    pub signing_name: &'static str,
    /// The operation, as the API spells it.
    pub operation: &'static str,
    /// The form-encoded body.
    pub body: String,
}

/// The answer to a [`RawRequest`] that succeeded.
#[derive(Debug, Clone)]
pub struct RawResponse {
    /// The body, whole.
    pub body: Bytes,
}

/// The answer to a [`RawRequest`] that did not.
#[derive(Debug)]
pub struct RawError(ErrorMetadata);

impl RawRequest {
    /// Sends the request in the region and with the credentials of `config`, which comes from a session.
    ///
    /// # Errors
    ///
    /// What clients of the SDK return: the service's error, or what kept it from being asked.
    pub async fn send(self, config: &SdkConfig) -> Result<RawResponse, SdkError<RawError, HttpResponse>> {
        let construction = |error: BoxError| SdkError::construction_failure(error);
        let region = config.region().cloned().unwrap_or_else(|| Region::new("us-east-1"));
        let endpoint = self.endpoint(config, &region).map_err(construction)?;
        let (Some(http), Some(gate), Some(credentials), Some(sleep)) = (
            config.http_client(),
            config.identity_cache(),
            config.credentials_provider(),
            config.sleep_impl(),
        ) else {
            return Err(construction("the configuration does not come from a session".into()));
        };

        let mut layer = Layer::new("orgwide raw operation");
        layer.store_put(SigningName::from_static(self.signing_name));
        layer.store_put(SigningRegion::from(region.clone()));
        layer.store_put(region);
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(SigV4OperationSigningConfig::default());
        let components = RuntimeComponentsBuilder::new("orgwide raw operation")
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(
                StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]),
            )))
            .with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials))
            .with_identity_cache(Some(gate));
        let mut operation = Operation::builder()
            .service_name(self.service_id)
            .operation_name(self.operation)
            .http_client(http)
            .endpoint_url(&endpoint)
            .standard_retry(&config.retry_config().cloned().unwrap_or_else(RetryConfig::standard))
            .retry_classifier(AwsErrorCodeClassifier::<RawError>::default())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<RawError>::new())
            .timeout_config(config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled))
            .sleep_impl(sleep)
            .interceptor(InvocationIdInterceptor::new())
            .interceptor(RequestInfoInterceptor::new());
        if let Some(time) = config.time_source() {
            operation = operation.time_source(time);
        }
        operation
            .serializer(|body: String| {
                let request = http::Request::builder()
                    .method("POST")
                    .uri("/")
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("content-length", body.len())
                    .body(SdkBody::from(body))?;
                HttpRequest::try_from(request).map_err(BoxError::from)
            })
            .deserializer(read)
            .runtime_plugin(
                StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components),
            )
            .build()
            .invoke(self.body)
            .await
    }

    /// The configured endpoint: the code's, the service's own, the general one; else AWS's for the region.
    fn endpoint(&self, config: &SdkConfig, region: &Region) -> Result<String, BoxError> {
        if let Some(url) = config.endpoint_url() {
            return Ok(url.to_owned());
        }
        let key = ServiceConfigKey::builder()
            .service_id(self.service_id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()?;
        if let Some(url) = config.service_config().and_then(|source| source.load_config(key)) {
            return Ok(url);
        }
        let name: RegionName = region.as_ref().parse()?;
        let partition = Partition::of_region(&name).ok_or("the region is in no partition of AWS")?;
        // Where the region has no such host, the call fails rather than going to one that is not certified.
        let fips = if config.use_fips() == Some(true) { "-fips" } else { "" };
        Ok(format!("https://{}{fips}.{name}.{}", self.signing_name, partition.dns_suffix()))
    }
}

fn read(response: &HttpResponse) -> Result<RawResponse, OrchestratorError<RawError>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return Ok(RawResponse { body: Bytes::copy_from_slice(body) });
    }
    let text = String::from_utf8_lossy(body);
    let mut metadata = ErrorMetadata::builder();
    if let Some(code) = code_in(&text) {
        metadata = metadata.code(code);
    }
    if let Some(message) = text.split_once("<Message>").and_then(|(_, rest)| rest.split_once("</Message>")) {
        metadata = metadata.message(unescape(message.0).unwrap_or(message.0.into()));
    }
    Err(OrchestratorError::operation(RawError(metadata.build())))
}

impl ProvideErrorMetadata for RawError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

impl fmt::Display for RawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.code().unwrap_or("the answer was an error without a code"))
    }
}

impl Error for RawError {}
