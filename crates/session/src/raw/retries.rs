use aws_runtime::retries::classifiers::TRANSIENT_ERRORS;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::ErrorKind;
use orgwide_names::ServiceName;
use std::time::Duration;

use super::RawError;
use crate::throttle::is_throttle;

/// What the codes of answers mean for trying again.
///
/// It stands in for the SDK's own list, which knows neither a bare 429 nor SNS's `Throttled`, and takes a used-up
/// quota of resources for a throttle. Its word is the last, after that of the status.
#[derive(Debug)]
pub(super) struct Retries {
    service: Option<ServiceName>,
}

impl Retries {
    pub(super) fn of(service_id: &str) -> Self {
        Self { service: service_id.parse().ok() }
    }
}

impl ClassifyRetry for Retries {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let Some(error) = error.as_operation_error().and_then(|error| error.downcast_ref::<RawError>())
        else {
            return RetryAction::NoActionIndicated;
        };
        let response = context.response();
        let status = response.map(|response| response.status().as_u16());
        let header = response.and_then(|response| response.headers().get("x-amz-retry-after"));
        let retry_after = header.and_then(|millis| millis.trim().parse().ok()).map(Duration::from_millis);
        let again = |kind| RetryAction::RetryIndicated(RetryReason::RetryableError { kind, retry_after });
        let (service, code) = (self.service.as_ref().map(ServiceName::as_str), error.code());
        if is_throttle(service, status, code, error.message().unwrap_or_default()) {
            again(ErrorKind::ThrottlingError)
        } else if error.is_transient() || code.is_some_and(|code| TRANSIENT_ERRORS.contains(&code)) {
            again(ErrorKind::TransientError)
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "codes of throttling"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::http_status_code_classifier())
    }
}
