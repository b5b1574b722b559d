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
use crate::causes::{self, chain, has};
use crate::credential_cell::FAILURE_KEPT;
use crate::cut_off::{is_cut_off, is_web_page};
use crate::denial::policy_in;
use crate::error_body::{bare, request_id_in};
use crate::expired_answer::ExpiredAnswer;
use crate::retry_after::retry_after;
use crate::transport::{NoSuchHost, Untrusted};
use crate::{Class, Denial, RawError, Session};

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
    policy: Option<String>,
    /// How long to wait before another call; none where time changes nothing.
    pause: Option<Duration>,
    /// Boxed: it is large, and most failures have none.
    asked: Option<Box<Asked>>,
}

/// The service of a call for base credentials, which is none of AWS's.
pub(crate) const BASE: &str = "base";
/// Its operation.
pub(crate) const BASE_CREDENTIALS: &str = "credentials";

/// Where the metadata of an error have the id of the request, when its answer has it in the body.
const REQUEST_ID: &str = "aws_request_id";

/// Longer texts are cut: a proxy's page is not an explanation.
const LONGEST_MESSAGE: usize = 600;

/// Characters that are told of a page that came instead of an answer.
const LONGEST_BEGINNING: usize = 200;

/// How long to wait for a call whose credentials have been replaced meanwhile.
const RENEWED: Duration = Duration::from_secs(1);

/// AWS is not taken at its word beyond this.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

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
        let expired = causes::find::<ExpiredAnswer>(error);
        let response = error.raw_response();
        let status = response.map(|response| response.status().as_u16());
        let body = response.and_then(|response| response.body().bytes()).unwrap_or_default();
        let code = error.code().map(bare).or_else(|| expired.map(|expired| &*expired.code));
        let class = class_of(error, &call.service, status, code, body);
        let message = match error.message() {
            // Of an answer of AWS's not even a part is told: it may hold a secret.
            None if class == Class::NotFromAws && is_web_page(body) => beginning(body),
            None => chain(error),
            Some(message) => message.to_owned(),
        };
        let in_metadata = || error.meta().extra(REQUEST_ID).map(str::to_owned);
        let in_body = || request_id_in(&String::from_utf8_lossy(body)).map(str::to_owned);
        let request_id = error.request_id().map(str::to_owned).or_else(in_metadata);
        let request_id = request_id.or_else(|| expired?.request_id.clone()).or_else(in_body);
        let limited = causes::find::<RateLimited>(error).map(|limited| limited.retry_after);
        let wanted = limited.or_else(|| response.and_then(|response| retry_after(response.headers())));
        let pause = match (expired, wanted) {
            (Some(_), _) => Some(RENEWED),
            (None, Some(wanted)) if !wanted.is_zero() => class.pause().map(|_| wanted.min(LONGEST_PAUSE)),
            (None, _) => class.pause(),
        };
        let code = code.map(str::to_owned);
        Self::build(call, class, message, |inner| Inner { code, status, request_id, pause, ..inner })
    }

    /// The failure of a call whose answer succeeded and is not what the operation gives.
    #[must_use]
    pub fn not_from_aws(call: Call, message: &str) -> Self {
        Self::without_answer(call, Class::NotFromAws, message)
    }

    /// The failure of a call whose answer broke off.
    #[must_use]
    pub fn cut_off(call: Call, message: &str) -> Self {
        Self::without_answer(call, Class::CutOff, message)
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
        let by_caller = self.0.asked.as_deref().is_some_and(|asked| asked.signed && asked.from.is_none());
        about_credentials && (self.0.call.service == BASE || by_caller)
    }

    /// A failure that no answer of AWS stands behind.
    pub(crate) fn without_answer(call: Call, class: Class, message: impl Into<String>) -> Self {
        Self::build(call, class, message.into(), |inner| inner)
    }

    fn build(call: Call, class: Class, message: String, more: impl FnOnce(Inner) -> Inner) -> Self {
        let policy = policy_in(&message).filter(|_| class.is_denied()).map(str::to_owned);
        let message: String = message.chars().take(LONGEST_MESSAGE).collect();
        Self(Arc::new(more(Inner {
            call,
            class,
            code: None,
            message,
            status: None,
            request_id: None,
            policy,
            pause: class.pause(),
            asked: None,
        })))
    }

    /// The same failure, as one to assume a role.
    pub(crate) fn assuming(self, asked: Asked) -> Self {
        let class = match self.0.class {
            Class::Denied(Denial::NoPermission) => Class::Denied(Denial::RoleNotAssumable),
            class => class,
        };
        self.changed(|inner| Inner { class, asked: Some(Box::new(asked)), ..inner })
    }

    /// The same failure, its text without any of these.
    pub(crate) fn without(self, secrets: &[&str]) -> Self {
        // What is shorter is no secret, and would tear words apart.
        let long = secrets.iter().filter(|secret| secret.len() >= 6);
        let message = long.fold(self.0.message.clone(), |text, secret| text.replace(secret, "***"));
        self.changed(|inner| Inner { message, ..inner })
    }

    /// The role that was to be assumed, if that was it.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.0.asked.as_deref()
    }

    fn changed(&self, change: impl FnOnce(Inner) -> Inner) -> Self {
        Self(Arc::new(change((*self.0).clone())))
    }

    /// The failure inside an error of an SDK client, if the session was the one that failed.
    #[must_use]
    pub fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        causes::find(error)
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

    /// The policy that refused, where AWS names it: one of the organization by its id, such as `p-abcd1234`, any other
    /// by its ARN. [`Denial::policy_kind`] has what kind it is.
    #[must_use]
    pub fn policy(&self) -> Option<&str> {
        self.0.policy.as_deref()
    }

    /// How long to wait before it is worth calling again, with nothing changed but the time: as long as AWS asked for,
    /// five minutes at the most, else some seconds by [class](Class). None where time changes nothing.
    ///
    /// A call whose credentials ended before their time is worth another one once they have been replaced, although
    /// its class is not [transient](Class::is_transient).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let pause = self.0.pause?;
        // Sooner the failure to get credentials would only be told again.
        let is_of_credentials = self.0.asked.is_some() || self.0.call.service == BASE;
        Some(if is_of_credentials { pause.max(FAILURE_KEPT) } else { pause })
    }

    /// The role that could not be assumed, if that was it.
    #[must_use]
    pub fn role(&self) -> Option<&RoleArn> {
        self.0.asked.as_deref().map(|asked| &asked.role)
    }

    /// The place in the stack of the role that could not be assumed, if that was it: 1 for one assumed with the base
    /// credentials, 2 for one assumed from that, and so on.
    #[must_use]
    pub fn frame(&self) -> Option<usize> {
        self.0.asked.as_deref().map(|asked| asked.frame)
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

fn class_of<E>(
    error: &SdkError<E, HttpResponse>,
    service: &str,
    status: Option<u16>,
    code: Option<&str>,
    body: &[u8],
) -> Class
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let broke_off = || causes::find(error).is_some_and(RawError::is_cut_off) || is_cut_off(body);
    match error {
        SdkError::ConstructionFailure(_) => Class::Bug,
        SdkError::TimeoutError(_) => Class::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => Class::TimedOut,
        SdkError::DispatchFailure(_) if has::<RateLimited>(error) => Class::RateLimited,
        SdkError::DispatchFailure(_) if has::<CredentialsError>(error) => Class::NoCredentials,
        SdkError::DispatchFailure(_) if has::<Untrusted>(error) => Class::Untrusted,
        // STS is in every region: its name being unknown says something of the network, or of the region's name.
        SdkError::DispatchFailure(_) if has::<NoSuchHost>(error) && service != "sts" => Class::ServiceAbsent,
        SdkError::DispatchFailure(failure) if failure.is_user() => Class::Bug,
        SdkError::DispatchFailure(failure)
            if failure.is_io() || failure.as_other().is_some() || has::<std::io::Error>(error) =>
        {
            Class::Unreachable
        }
        SdkError::DispatchFailure(_) => Class::Other,
        SdkError::ResponseError(_) if has::<ExpiredAnswer>(error) => Class::Expired,
        SdkError::ResponseError(_) => Class::CutOff,
        _ => match Class::of_answer(service, status, code, error.message().unwrap_or_default()) {
            Class::NotFromAws if broke_off() => Class::CutOff,
            class => class,
        },
    }
}

/// What a page begins with, without what terminals obey.
fn beginning(page: &[u8]) -> String {
    let text = String::from_utf8_lossy(page);
    let begins: String = text.trim_start().chars().take(LONGEST_BEGINNING).collect();
    format!("a web page came instead of an answer: {}", begins.escape_debug())
}
