use std::fmt;
use std::sync::Arc;

use aws_types::SdkConfig;
use orgwide_models::Catalog;
use orgwide_names::AccountId;
use orgwide_session::{Call, Failure, RawAnswer, RawClient, RawError, RawRequest};
use serde_json::Value;

use crate::bucket_regions::{self, BucketRegions};
use crate::callee::Callee;
use crate::discovery::Discovery;
use crate::reading;
use crate::request::{self, WriteOptions};
use crate::special::{self, Changed, Written};
use crate::{CallError, Items, Pages, check, checksum, destination, paging};

/// The longest answer that is read where nothing else is said: 64 MiB.
const LARGEST_ANSWER: usize = 64 << 20;

/// Calls any operation of any service by its name: the account, the region and the limits are those of the
/// configuration it is made from.
///
/// Inputs and answers are JSON, their members called as in the API and in what the AWS CLI takes and prints: times
/// as ISO 8601 in UTC, bytes as base64. Every attempt of every call passes the session's gate. Cloning shares all.
#[derive(Clone)]
pub struct Caller {
    client: RawClient,
    catalog: Arc<Catalog>,
    account: Option<AccountId>,
    largest_answer: usize,
    discovery: Arc<Discovery>,
    bucket_regions: Arc<BucketRegions>,
}

impl Caller {
    /// With the credentials, the region and the settings of `config`, which comes from a session.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self {
            client: RawClient::new(config),
            catalog: Catalog::embedded(),
            account: None,
            largest_answer: LARGEST_ANSWER,
            discovery: Arc::default(),
            bucket_regions: Arc::default(),
        }
    }

    /// With other models than those that come along.
    #[must_use]
    pub fn catalog(self, catalog: Arc<Catalog>) -> Self {
        Self { catalog, ..self }
    }

    /// With the account whose credentials these are, which failures then tell.
    #[must_use]
    pub fn account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// With another bound on the length of answers, in bytes; 64 MiB if it is not set. A longer one is a failure
    /// with the code `AnswerTooLarge`.
    #[must_use]
    pub fn largest_answer(self, bytes: usize) -> Self {
        Self { largest_answer: bytes, ..self }
    }

    /// Calls an operation once, and so gets one page of a list.
    ///
    /// The service by any of its usual names, the operation as the API or as the AWS CLI spells it.
    ///
    /// # Errors
    ///
    /// The [`CallError`] says whether anything was sent: only [`CallError::Failed`] can have been.
    pub async fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, CallError> {
        let callee = self.find(service, operation)?;
        self.send(&callee, &input, reading::answer).await
    }

    /// All pages of an answer, one call each. The tokens that lead from one to the next are seen to; one in
    /// the input says where to begin.
    ///
    /// An operation without pages has one.
    ///
    /// # Errors
    ///
    /// There is no such service or operation.
    pub fn pages(&self, service: &str, operation: &str, input: Value) -> Result<Pages, CallError> {
        Ok(Pages::new(self.clone(), self.find(service, operation)?, input))
    }

    /// The items of the list that an operation answers with, over all pages.
    ///
    /// # Errors
    ///
    /// There is no such service or operation.
    pub fn items(&self, service: &str, operation: &str, input: Value) -> Result<Items, CallError> {
        Items::new(self.clone(), self.find(service, operation)?, input)
    }

    fn find(&self, service: &str, operation: &str) -> Result<Arc<Callee>, CallError> {
        Callee::find(&self.catalog, service, operation)
    }

    /// The region that is asked.
    fn region(&self) -> &str {
        self.client.config().region().map_or("us-east-1", AsRef::as_ref)
    }

    pub(crate) async fn send<T: Send + Sync + 'static>(
        &self,
        callee: &Arc<Callee>,
        input: &Value,
        read: impl Fn(&Arc<Callee>, Changed, RawAnswer<'_>) -> Result<T, RawError> + Send + Sync + 'static,
    ) -> Result<T, CallError> {
        let read = Arc::new(read);
        let mut was_redirected = false;
        loop {
            let (request, changed) = self.request(callee, input).await?;
            let region = request.signing.region().map(str::to_owned);
            let (reader, own) = (Arc::clone(callee), Arc::clone(&read));
            let sent = self.client.send(request, move |answer| own(&reader, changed, answer)).await;
            let error = match sent {
                Ok(read) => return Ok(read),
                Err(error) => error,
            };
            // A bucket elsewhere is asked there, once.
            let there =
                error.raw_response().and_then(|response| response.headers().get(bucket_regions::HEADER));
            let there = there.filter(|there| region.as_deref().is_some_and(|region| region != *there));
            let is_aws = || self.client.configured_endpoint(&callee.model.service().id).is_none();
            let learns = |there: &str| is_aws() && self.bucket_regions.learn(callee, input, there);
            if !was_redirected && there.is_some_and(learns) {
                was_redirected = true;
                continue;
            }
            return Err(CallError::Failed(Failure::of(&error, self.call_of(callee, region.as_deref()))));
        }
    }

    /// What a failure says of a call of the operation, signed for that region.
    pub(crate) fn call_of(&self, callee: &Callee, signed_for: Option<&str>) -> Call {
        let mut call = Call::new(callee.service().to_owned(), callee.name().to_owned());
        call.account = self.account;
        // Where another region than the one asked is signed for, the service is the same in all of them.
        if signed_for.is_none_or(|region| region == self.region()) {
            call.region = self.region().parse().ok();
        }
        call
    }

    async fn request(&self, callee: &Arc<Callee>, input: &Value) -> Result<(RawRequest, Changed), CallError> {
        let Callee { model, operation } = &**callee;
        check::refuse(callee, input, self.region())?;
        let paged = paging::is_paged(model, operation, input);
        let mut input = input.clone();
        if input.is_null() {
            input = Value::Object(serde_json::Map::new());
        }
        let changed = special::fix_input(model, operation, &mut input);

        // The rules have the bucket in the endpoint, be it in the host or in the path.
        let options = WriteOptions { without_bucket: true, ..WriteOptions::default() };
        let mut parts = request::write(model, operation, &input, &options)
            .map_err(|error| CallError::Input { operation: callee.id(), error })?;
        let configured = self.client.configured_endpoint(&model.service().id);
        let elsewhere = self.bucket_regions.of(callee, &input).filter(|_| configured.is_none());
        let config = self.client.config();
        let mut destination =
            destination::find(config, elsewhere.as_deref(), configured.as_deref(), callee, &input)?;
        if configured.is_none() {
            if operation.needs_endpoint_discovery {
                destination.discovered(self.discovery.find(self, callee).await?);
            } else if let Some(prefix) = &parts.host_prefix
                && destination::takes_prefix(callee)
            {
                destination.prefix(prefix);
            }
        }
        let headers = &mut parts.headers;
        for (name, value) in destination.headers.drain(..) {
            headers.retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
            headers.push((name, value));
        }
        special::fix_request(model, operation, Written { headers: &mut *headers, body: &mut parts.body });
        checksum::add(model, operation, &input, headers, &parts.body).map_err(|algorithm| {
            let known = "CRC32 and SHA256 are; or give the checksum itself";
            callee.unsupported(format!("checksums by {algorithm} are not made here, {known}"))
        })?;
        let (endpoint, target) = destination.with(&parts.target);
        let headers = parts.headers.into_iter().map(|(name, value)| (name.into(), value)).collect();
        let request = RawRequest {
            service_id: model.service().id.clone().into(),
            operation: callee.name().to_owned().into(),
            method: parts.method.into(),
            endpoint,
            target,
            headers,
            body: parts.body.into(),
            signing: destination.signing,
            paged,
            largest_body: self.largest_answer,
        };
        Ok((request, changed))
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("account", &self.account).field("region", &self.region()).finish()
    }
}

#[cfg(test)]
mod tests {
    use orgwide_names::{OperationName, ServiceName};

    use super::*;

    #[test]
    fn every_call_counts_under_the_names_that_users_write_in_limits() {
        let catalog = Catalog::embedded();
        for summary in catalog.services() {
            let written: ServiceName = summary.name.parse().unwrap();
            let counted: ServiceName = summary.id.parse().unwrap();
            assert_eq!(written, counted, "{}", summary.name);
            let model = catalog.model(&summary.name).unwrap();
            for operation in model.operations() {
                let name = model.text(operation.name);
                assert!(name.parse::<OperationName>().is_ok(), "{}:{name}", summary.name);
            }
        }
    }
}
