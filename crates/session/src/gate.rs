//! Where every attempt of every client waits for its rate, before it is signed.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use aws_credential_types::attributes::AccountId as PayingAccount;
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::{Credentials, Token};
use aws_smithy_runtime::client::identity::no_auth::NoAuthIdentity;
use aws_smithy_runtime::client::retries::TokenBucket;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::{
    Identity, IdentityFuture, ResolveCachedIdentity, ResolveIdentity, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer, Layer};
use aws_types::region::Region;
use orgwide_limit::{Key, Limiter, Payer};
use orgwide_names::{OperationName, RegionName, ServiceName};
use parking_lot::Mutex;

use crate::OnWait;
use crate::calls::Counters;

/// Tokens for retries of one service in one account and region; a retry costs 5 to 14 of them.
const RETRY_BUDGET: usize = 100;
/// Tokens that come back per second: a drained budget would otherwise stay drained.
const RETRY_REFILL: f32 = 10.0;

/// Stands in for the SDK's identity cache, which it asks once per attempt, before signing.
///
/// In this order: the credentials, then the rate. Credentials first, because fetching them can take long
/// and a rate token in hand meanwhile would leave late, in a burst. The answer also carries the retry
/// budget, which the SDK would otherwise share among all accounts of the process.
pub(crate) struct Gate {
    payer: Payer,
    limiter: Limiter,
    counters: Arc<Counters>,
    on_wait: OnWait,
    budgets: Mutex<HashMap<(RegionName, ServiceName), TokenBucket>>,
}

impl Gate {
    pub(crate) fn new(payer: Payer, limiter: Limiter, counters: Arc<Counters>, on_wait: OnWait) -> Self {
        Self { payer, limiter, counters, on_wait, budgets: Mutex::default() }
    }

    async fn pass(
        &self,
        resolver: SharedIdentityResolver,
        components: &RuntimeComponents,
        bag: &ConfigBag,
    ) -> Result<Identity, BoxError> {
        let identity = resolver.resolve_identity(components, bag).await?;
        let key = self.key(bag)?;
        let grant = self.limiter.acquire_with(&key, || self.on_wait.begin()).await;
        let is_retry = bag.load::<RequestAttempts>().is_some_and(|attempt| attempt.attempts() > 1);
        let is_assume_role = key.service.as_str() == "sts" && key.operation.as_str() == "AssumeRole";
        self.counters.attempt(is_retry, is_assume_role, grant.waited());
        let budget = self.budget(key.region, key.service);
        with_budget(identity, budget)
    }

    fn key(&self, bag: &ConfigBag) -> Result<Key, BoxError> {
        let metadata = bag.load::<Metadata>().ok_or("the call names no operation")?;
        // Services without regions, and names of a form AWS does not use, count as one region.
        let region = bag.load::<Region>().and_then(|region| region.as_ref().parse().ok());
        Ok(Key {
            account: self.payer,
            region: region.unwrap_or_else(RegionName::global),
            service: metadata.service().parse::<ServiceName>()?,
            operation: metadata.name().parse::<OperationName>()?,
        })
    }

    fn budget(&self, region: RegionName, service: ServiceName) -> TokenBucket {
        self.budgets
            .lock()
            .entry((region, service))
            .or_insert_with(|| {
                TokenBucket::builder().capacity(RETRY_BUDGET).refill_rate(RETRY_REFILL).build()
            })
            .clone()
    }
}

impl ResolveCachedIdentity for Gate {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        bag: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(self.pass(resolver, components, bag))
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("payer", &self.payer).finish_non_exhaustive()
    }
}

/// The same identity, with a layer that puts `budget` in place of the SDK's.
///
/// An identity cannot be added to, only built again: everything the SDK reads from it is carried over. One
/// of a kind not known here is left as it is and keeps the SDK's budget.
fn with_budget(identity: Identity, budget: TokenBucket) -> Result<Identity, BoxError> {
    let mut builder = Identity::builder();
    if let Some(credentials) = identity.data::<Credentials>() {
        builder.set_data(credentials.clone());
    } else if let Some(token) = identity.data::<Token>() {
        builder.set_data(token.clone());
    } else if identity.data::<NoAuthIdentity>().is_some() {
        builder.set_data(NoAuthIdentity::new());
    } else {
        return Ok(identity);
    }
    let mut layer = Layer::new("orgwide");
    layer.store_put(budget);
    if let Some(old) = identity.property::<FrozenLayer>() {
        for feature in old.load::<AwsCredentialFeature>() {
            layer.store_append(feature.clone());
        }
    }
    builder.set_property(layer.freeze());
    if let Some(account) = identity.property::<PayingAccount>() {
        builder.set_property(account.clone());
    }
    builder.set_expiration(identity.expiration());
    Ok(builder.build()?)
}
