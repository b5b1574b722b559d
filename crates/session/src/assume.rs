use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::types::{AssumedRoleUser, PolicyDescriptorType, Tag};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::asked::Asked;
use crate::credential_cell::Grant;
use crate::frame::Frame;
use crate::role_request::{Inner, Proof};
use crate::{Call, Class, Failure, Identity, RoleRequest, SecretSource, Wait};

/// How long credentials last where nothing else is asked for, and the most a role assumed from a role is given.
const HOUR: Duration = Duration::from_secs(3600);

/// A role to be assumed from a session, again and again.
pub(crate) struct Assumption {
    parent: Arc<Frame>,
    request: RoleRequest,
    /// AWS has refused to give more than an hour.
    an_hour_only: AtomicBool,
}

/// What proves something to AWS in one call, read for it.
struct Proofs {
    code: Option<String>,
    token: Option<String>,
}

type Answered = (Option<aws_sdk_sts::types::Credentials>, Option<AssumedRoleUser>);

impl Assumption {
    pub(crate) fn new(parent: Arc<Frame>, request: RoleRequest) -> Self {
        Self { parent, request, an_hour_only: AtomicBool::new(false) }
    }

    /// Asks STS for credentials, at the regional endpoint of the parent's home region.
    ///
    /// The regional endpoint matters: its tokens are valid in every region, those of the global one are not.
    ///
    /// The SDK would print codes, tokens and policies where it traces requests, were the body not wrapped by its
    /// protection against uploads that stall: a test watches over it.
    pub(crate) async fn load(&self) -> Result<Grant, Failure> {
        let inner = self.request.inner();
        if let Err(invalid) = self.request.check() {
            return Err(self.without_answer(Class::Invalid, invalid.to_string()));
        }
        let signing = match inner.proof {
            Proof::Credentials => Some(self.parent.credentials.get().await?.credentials),
            Proof::WebIdentity { .. } | Proof::Saml { .. } => None,
        };
        let proofs = self.read_proofs(inner).await?;
        let mut answered = self.ask(&proofs).await;
        // A code is good for one call, so with one there is no second.
        if let Err(failure) = &answered
            && self.is_too_long(failure)
            && proofs.code.is_none()
        {
            tracing::debug!(role = %inner.role, "only an hour is granted");
            self.an_hour_only.store(true, Relaxed);
            answered = self.ask(&proofs).await;
        }
        // The parent's credentials may have been replaced at their source before their time.
        if let (Err(failure), Some(used)) = (&answered, signing)
            && (failure.class() == Class::NoCredentials
                // Those of a role have been replaced on the way.
                || failure.class() == Class::Expired && self.parent.role.is_none())
            && failure.status().is_some()
            && self.parent.credentials.renewed(used.access_key_id()).await?
        {
            answered = self.ask(&proofs).await;
        }
        self.grant(answered?)
    }

    async fn read_proofs(&self, inner: &Inner) -> Result<Proofs, Failure> {
        let read = async |what: &str, source: &SecretSource| {
            source
                .get()
                .await
                .map_err(|error| self.without_answer(Class::Other, format!("there is no {what}: {error}")))
        };
        let mut proofs = Proofs { code: None, token: None };
        if let Some((_, source)) = &inner.mfa {
            let code = read("code of the MFA device", source).await?;
            if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
                let wrong = "the code of the MFA device is not six digits";
                return Err(self.without_answer(Class::Invalid, wrong));
            }
            proofs.code = Some(code);
        }
        match &inner.proof {
            Proof::Credentials => {}
            Proof::WebIdentity { token, .. } => proofs.token = Some(read("identity token", token).await?),
            Proof::Saml { assertion, .. } => proofs.token = Some(read("SAML assertion", assertion).await?),
        }
        Ok(proofs)
    }

    async fn ask(&self, proofs: &Proofs) -> Result<Answered, Failure> {
        let inner = self.request.inner();
        let client = aws_sdk_sts::Client::new(&self.parent.config);
        let (role, name) = (inner.role.to_string(), inner.session_name.clone());
        let seconds = i32::try_from(self.duration().as_secs()).ok();
        let arns: Vec<_> =
            inner.policy_arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect();
        let arns = (!arns.is_empty()).then_some(arns);
        match &inner.proof {
            Proof::Credentials => {
                let mut tags = Vec::new();
                for (key, value) in &inner.tags {
                    let tag = Tag::builder().key(key).value(value).build();
                    tags.push(tag.map_err(|error| self.without_answer(Class::Invalid, error.to_string()))?);
                }
                let keys: Vec<_> = inner.transitive_tags.iter().cloned().collect();
                let answer = client
                    .assume_role()
                    .role_arn(role)
                    .role_session_name(name)
                    .set_duration_seconds(seconds)
                    .set_policy(inner.policy.clone())
                    .set_policy_arns(arns)
                    .set_tags((!tags.is_empty()).then_some(tags))
                    .set_transitive_tag_keys((!keys.is_empty()).then_some(keys))
                    .set_external_id(inner.external_id.clone())
                    .set_source_identity(inner.source_identity.clone())
                    .set_serial_number(inner.mfa.as_ref().map(|(serial, _)| serial.clone()))
                    .set_token_code(proofs.code.clone())
                    .send()
                    .await
                    .map_err(|error| self.failure(&error, proofs))?;
                Ok((answer.credentials, answer.assumed_role_user))
            }
            Proof::WebIdentity { provider, .. } => {
                let answer = client
                    .assume_role_with_web_identity()
                    .role_arn(role)
                    .role_session_name(name)
                    .set_web_identity_token(proofs.token.clone())
                    .set_provider_id(provider.clone())
                    .set_duration_seconds(seconds)
                    .set_policy(inner.policy.clone())
                    .set_policy_arns(arns)
                    .send()
                    .await
                    .map_err(|error| self.failure(&error, proofs))?;
                Ok((answer.credentials, answer.assumed_role_user))
            }
            Proof::Saml { provider, .. } => {
                let answer = client
                    .assume_role_with_saml()
                    .role_arn(role)
                    .principal_arn(provider)
                    .set_saml_assertion(proofs.token.clone())
                    .set_duration_seconds(seconds)
                    .set_policy(inner.policy.clone())
                    .set_policy_arns(arns)
                    .send()
                    .await
                    .map_err(|error| self.failure(&error, proofs))?;
                Ok((answer.credentials, answer.assumed_role_user))
            }
        }
    }

    /// A role assumed from a role is never given more than an hour (AWS STS, role chaining).
    fn duration(&self) -> Duration {
        let inner = self.request.inner();
        let is_chained = inner.proof == Proof::Credentials && self.parent.number > 0;
        match inner.duration {
            Some(asked) if is_chained || self.an_hour_only.load(Relaxed) => asked.min(HOUR),
            Some(asked) => asked,
            None => HOUR,
        }
    }

    /// Whether an hour would be granted and what was asked for was not.
    fn is_too_long(&self, failure: &Failure) -> bool {
        failure.code() == Some("ValidationError")
            && failure.message().contains("DurationSeconds exceeds")
            && self.duration() > HOUR
    }

    fn grant(&self, (given, user): Answered) -> Result<Grant, Failure> {
        let incomplete =
            |what: &str| self.without_answer(Class::NotFromAws, format!("the answer has no {what}"));
        let given = given.ok_or_else(|| incomplete("credentials"))?;
        let user = user.ok_or_else(|| incomplete("user"))?;
        let expiry =
            SystemTime::try_from(*given.expiration()).map_err(|_| incomplete("usable expiration"))?;
        let role = self.request.role();
        let credentials = Credentials::builder()
            .access_key_id(given.access_key_id())
            .secret_access_key(given.secret_access_key())
            .session_token(given.session_token())
            .expiry(expiry)
            .account_id(role.account().as_str())
            .provider_name("orgwide")
            .build();
        tracing::debug!(%role, "role assumed");
        let identity =
            Identity::new(role.account(), user.arn().to_owned(), user.assumed_role_id().to_owned());
        Ok(Grant { credentials, identity: Some(identity) })
    }

    fn failure<E>(&self, error: &SdkError<E, HttpResponse>, proofs: &Proofs) -> Failure
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        // The parent's credentials could not be had: what failed is an earlier hop, or the base.
        if let Some(earlier) = Failure::find(error) {
            return earlier.clone();
        }
        let inner = self.request.inner();
        let secrets = [&proofs.code, &proofs.token, &inner.external_id, &inner.policy];
        let secrets: Vec<&str> = secrets.into_iter().flatten().map(String::as_str).collect();
        Failure::of(error, self.call()).without(&secrets).assuming(self.asked())
    }

    /// What it is to wait for it.
    pub(crate) fn wait(&self) -> Wait<'_> {
        let operation = self.request.inner().proof.operation();
        Wait::for_credentials("sts", operation, self.parent.payer(), Some(&self.parent.shared.home))
    }

    /// A failure to assume that no answer of AWS stands behind.
    pub(crate) fn without_answer(&self, class: Class, message: impl Into<String>) -> Failure {
        Failure::without_answer(self.call(), class, message).assuming(self.asked())
    }

    fn call(&self) -> Call {
        Call {
            account: self.parent.account(),
            region: Some(self.parent.shared.home.clone()),
            ..Call::new("sts", self.request.inner().proof.operation())
        }
    }

    fn asked(&self) -> Asked {
        let inner = self.request.inner();
        Asked {
            role: inner.role.clone(),
            frame: self.parent.number + 1,
            from: self.parent.role.clone(),
            external_id: inner.external_id.is_some(),
            mfa: inner.mfa.is_some(),
            signed: inner.proof == Proof::Credentials,
        }
    }
}

impl fmt::Debug for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assumption").field("request", &self.request).finish_non_exhaustive()
    }
}
