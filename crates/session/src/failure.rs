use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use orgwide_limit::RateLimited;
use orgwide_names::{AccountId, RegionName, RoleArn};

use crate::asked::Asked;
use crate::{Class, Denial, Session};

/// Which call it was: the operation, and where it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The service, as the AWS CLI spells it.
    pub service: Cow<'static, str>,
    /// The operation, as the API spells it.
    pub operation: Cow<'static, str>,
    /// The account whose credentials were used, where it is known.
    pub account: Option<AccountId>,
    /// The region it was sent to; none for services without regions.
    pub region: Option<RegionName>,
}

impl Call {
    /// A call of `operation`, with where it was made still to be said.
    #[must_use]
    pub fn new(service: impl Into<Cow<'static, str>>, operation: impl Into<Cow<'static, str>>) -> Self {
        Self { service: service.into(), operation: operation.into(), account: None, region: None }
    }

    /// Says where it was made. The region `global` counts as none.
    #[must_use]
    pub fn at(self, account: AccountId, region: &RegionName) -> Self {
        let region = (!region.is_global()).then(|| region.clone());
        Self { account: Some(account), region, ..self }
    }
}

/// A call to AWS that failed: which one, what it means and what to do next.
///
/// It is data as much as an error. It holds no request and no secret, only what AWS said and what the
/// caller already knew. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Failure(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    call: Call,
    class: Class,
    code: Option<String>,
    message: String,
    status: Option<u16>,
    request_id: Option<String>,
    asked: Option<Asked>,
}

/// The service of a call for base credentials, which is none of AWS's.
pub(crate) const BASE: &str = "base";
/// Its operation.
pub(crate) const BASE_CREDENTIALS: &str = "credentials";

/// Where the metadata of an error have the id of the request, when its answer has it in the body.
const REQUEST_ID: &str = "aws_request_id";

/// Longer texts are cut: a proxy's page is not an explanation.
const LONGEST_MESSAGE: usize = 600;

impl Failure {
    /// What the error of an SDK client's call means.
    ///
    /// When the credentials for the call could not be had, the failure is that of the call for them, such
    /// as sts:AssumeRole.
    pub fn of<E>(error: &SdkError<E, HttpResponse>, call: Call) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        if let Some(own) = Self::find(error) {
            return own.clone();
        }
        let status = error.raw_response().map(|response| response.status().as_u16());
        let code = error.code().map(|code| crate::throttle::bare(code).to_owned());
        let message = match error.message() {
            Some(message) => message.to_owned(),
            None => chain(error),
        };
        let class = match error {
            SdkError::ConstructionFailure(_) => Class::Invalid,
            SdkError::TimeoutError(_) => Class::TimedOut,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Class::TimedOut,
            SdkError::DispatchFailure(_) if has::<RateLimited>(error) => Class::RateLimited,
            SdkError::DispatchFailure(_) if has::<CredentialsError>(error) => Class::NoCredentials,
            SdkError::DispatchFailure(failure) if failure.is_io() || has::<std::io::Error>(error) => {
                Class::Unreachable
            }
            SdkError::DispatchFailure(_) => Class::Other,
            SdkError::ResponseError(_) => Class::NotFromAws,
            _ => Class::of_answer(&call.service, status, code.as_deref(), &message),
        };
        let in_body = || error.meta().extra(REQUEST_ID);
        let request_id = error.request_id().or_else(in_body).map(str::to_owned);
        Self::build(call, class, message, |inner| Inner { code, status, request_id, ..inner })
    }

    /// The failure of a call whose answer succeeded and is not what the operation gives.
    #[must_use]
    pub fn not_from_aws(call: Call, message: &str) -> Self {
        Self::without_answer(call, Class::NotFromAws, message)
    }

    /// The failure of STS to say within `waited` who a session is: AWS is out of reach.
    #[must_use]
    pub fn no_answer(session: &Session, waited: Duration) -> Self {
        let region = Some(session.home_region().clone());
        let call = Call { region, ..Call::new("sts", "GetCallerIdentity") };
        Self::without_answer(
            call,
            Class::Unreachable,
            format!("no answer within {:.1} s", waited.as_secs_f32()),
        )
    }

    /// Whether it is about the base credentials themselves: there are none, or they have ended.
    #[must_use]
    pub fn is_of_callers_own(&self) -> bool {
        let about_credentials = matches!(self.class(), Class::Expired | Class::NoCredentials);
        // With bad credentials of its own, the caller cannot assume a role either. A role in between has its own.
        let by_caller = self.0.asked.as_ref().is_some_and(|asked| asked.signed && asked.from.is_none());
        about_credentials && (self.0.call.service == BASE || by_caller)
    }

    /// A failure that no answer of AWS stands behind.
    pub(crate) fn without_answer(call: Call, class: Class, message: impl Into<String>) -> Self {
        Self::build(call, class, message.into(), |inner| inner)
    }

    fn build(call: Call, class: Class, message: String, more: impl FnOnce(Inner) -> Inner) -> Self {
        let message: String = message.chars().take(LONGEST_MESSAGE).collect();
        let bare = Inner { call, class, code: None, message, status: None, request_id: None, asked: None };
        Self(Arc::new(more(bare)))
    }

    /// The same failure, as one to assume a role.
    pub(crate) fn assuming(self, asked: Asked) -> Self {
        let class = match self.0.class {
            Class::Denied(Denial::NoPermission) => Class::Denied(Denial::RoleNotAssumable),
            class => class,
        };
        self.changed(|inner| Inner { class, asked: Some(asked), ..inner })
    }

    /// The same failure, its text without any of these.
    pub(crate) fn without(self, secrets: &[&str]) -> Self {
        // What is shorter is no secret, and would tear words apart.
        let long = secrets.iter().filter(|secret| secret.len() >= 6);
        let message = long.fold(self.0.message.clone(), |text, secret| text.replace(secret, "***"));
        self.changed(|inner| Inner { message, ..inner })
    }

    fn changed(&self, change: impl FnOnce(Inner) -> Inner) -> Self {
        Self(Arc::new(change((*self.0).clone())))
    }

    /// The failure inside an error of an SDK client, if the session was the one that failed.
    #[must_use]
    pub fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        causes(error).find_map(|error| error.downcast_ref())
    }

    /// The call that failed.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.0.call
    }

    /// What the failure means.
    #[must_use]
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// AWS's code for it, if it gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What AWS, or the transport, said.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id to give to AWS Support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The role that could not be assumed, if that was it.
    #[must_use]
    pub fn role(&self) -> Option<&RoleArn> {
        self.0.asked.as_ref().map(|asked| &asked.role)
    }

    /// The place in the stack of the role that could not be assumed, if that was it: 1 for one assumed with the base
    /// credentials, 2 for one assumed from that, and so on.
    #[must_use]
    pub fn frame(&self) -> Option<usize> {
        self.0.asked.as_ref().map(|asked| asked.frame)
    }

    /// What the reader of the report should do next.
    #[must_use]
    pub fn next_step(&self) -> String {
        let Call { service, operation, region, .. } = &self.0.call;
        let asked = self.0.asked.as_ref();
        if let Some(step) =
            asked.and_then(|asked| asked.next_step(self.class(), self.message(), region.as_ref()))
        {
            return step;
        }
        match self.0.class {
            Class::RateLimited => {
                format!("try {service}:{operation} again later, or let its limit make calls wait")
            }
            Class::Throttled => {
                format!("lower the rate of {service}:{operation}, or run again when the account is quieter")
            }
            Class::Unavailable | Class::TimedOut => {
                "run again: the service did not answer as it should".to_owned()
            }
            Class::Unreachable if self.message().contains("invalid peer certificate") => {
                "name a file with the certificate of the proxy's or endpoint's authority in AWS_CA_BUNDLE"
                    .to_owned()
            }
            Class::Unreachable => "check the network, the proxy and the endpoint".to_owned(),
            Class::Denied(Denial::RoleNotAssumable) => {
                "check that the role exists and that its trust policy names the caller".to_owned()
            }
            Class::Denied(Denial::CallerMayNotAssume) => {
                "allow the caller sts:AssumeRole on the role, in the caller's own account".to_owned()
            }
            Class::Denied(Denial::OrganizationPolicy) => {
                format!("a policy of the organization forbids {service}:{operation}: ask who keeps it")
            }
            Class::Denied(Denial::ExplicitDeny) => {
                format!("find the policy that denies {service}:{operation}")
            }
            Class::Denied(Denial::NoPermission) => {
                format!("allow {service}:{operation} in the policies of the role or user that calls")
            }
            Class::RegionDisabled => match region {
                Some(region) => format!("enable {region} in the account, or leave it out"),
                None => "enable the region in the account, or leave it out".to_owned(),
            },
            Class::Expired => "sign in again".to_owned(),
            Class::NoCredentials if self.0.status.is_some() => {
                "check that the credentials are valid and that the region is enabled in the account"
                    .to_owned()
            }
            Class::NoCredentials => {
                "sign in (`aws sso login`, `aws configure`), set AWS_PROFILE, or name a profile".to_owned()
            }
            Class::NotFromAws => {
                "check what stands between here and AWS: a proxy, a portal, the endpoint".to_owned()
            }
            Class::NotFound | Class::Invalid | Class::Other => "see what AWS says above".to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { call, class, code, message, request_id, asked, .. } = &*self.0;
        if call.service == BASE {
            return write!(f, "no usable AWS credentials: {message}");
        }
        write!(f, "{}:{}", call.service, call.operation)?;
        if let Some(asked) = asked {
            write!(f, " of {asked}")?;
        } else if let Some(account) = call.account {
            write!(f, " in {account}")?;
        }
        if let Some(region) = &call.region {
            write!(f, " ({region})")?;
        }
        write!(f, ": {}", code.as_deref().unwrap_or_else(|| class.as_str()))?;
        if !message.is_empty() {
            write!(f, ": {message}")?;
        }
        if let Some(id) = request_id {
            write!(f, " [request {id}]")?;
        }
        Ok(())
    }
}

impl Error for Failure {}

fn has<T: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|error| error.is::<T>())
}

/// The error, then what caused it, then what caused that.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// What an error and those below it say, without saying anything twice.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    for error in causes(error) {
        let text = error.to_string();
        // The upper ones only name the stage; some repeat the one below.
        let is_stage =
            ["dispatch failure", "service error", "other", "unhandled error"].contains(&text.as_str());
        if !is_stage && !said.iter().any(|before| before.contains(&text)) {
            said.push(text);
        }
    }
    said.join(": ")
}
