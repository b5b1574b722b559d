//! Where every attempt of every client waits for its rate, before it is signed.

use std::fmt;
use std::sync::Arc;

use aws_credential_types::attributes::AccountId as PayingAccount;
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::{Credentials, Token};
use aws_smithy_runtime::client::identity::no_auth::NoAuthIdentity;
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

use crate::attempt::{Attempt, Held, Signer};
use crate::calls::Counters;
use crate::credential_cell::CredentialCell;
use crate::handover::Handover;
use crate::raw::Paged;
use crate::retry_budgets::RetryBudgets;
use crate::{OnWait, Wait};

/// Stands in for the SDK's identity cache, which it asks once per attempt, before signing.
///
/// In this order: the credentials, then the rate and the permit in flight, taken together. Credentials first,
/// because fetching them can take long and a rate token in hand meanwhile would leave late, in a burst. The
/// answer also carries the retry budget, which the SDK would otherwise share among all accounts of the process,
/// and the hold on the permit, which ends with the operation at the latest.
pub(crate) struct Gate {
    payer: Payer,
    limiter: Limiter,
    counters: Arc<Counters>,
    on_wait: OnWait,
    credentials: Arc<CredentialCell>,
    budgets: Arc<RetryBudgets>,
    handover: Arc<Handover>,
}

impl Gate {
    pub(crate) fn new(
        payer: Payer,
        limiter: Limiter,
        counters: Arc<Counters>,
        on_wait: OnWait,
        credentials: Arc<CredentialCell>,
        handover: Arc<Handover>,
    ) -> Self {
        let budgets = credentials.retry_budgets();
        Self { payer, limiter, counters, on_wait, credentials, budgets, handover }
    }

    async fn pass(
        &self,
        resolver: SharedIdentityResolver,
        components: &RuntimeComponents,
        bag: &ConfigBag,
    ) -> Result<Identity, BoxError> {
        if let Some(attempt_before) = bag.load::<Held>() {
            attempt_before.release();
        }
        let identity = resolver.resolve_identity(components, bag).await?;
        let key = self.key(bag)?;
        let permit = self.limiter.acquire_with(&key, || self.on_wait.begin(&Wait::for_rate(&key))).await?;
        let is_retry = bag.load::<RequestAttempts>().is_some_and(|attempt| attempt.attempts() > 1);
        let is_assume_role =
            key.service.as_str() == "sts" && key.operation.as_str().starts_with("AssumeRole");
        self.counters.attempt(is_retry, is_assume_role, permit.waited());
        let budget = self.budgets.get(key.region, key.service.clone());
        let signer = identity
            .data::<Credentials>()
            .map(|credentials| Signer { cell: self.credentials.clone(), credentials: credentials.clone() });
        let attempt = Attempt::new(permit, key.service, signer);
        let (handover, address) = (self.handover.clone(), Handover::address(components));
        with_layer(identity, move |layer| {
            layer.store_put(budget);
            layer.store_put(Held::new(attempt, handover, address));
        })
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
            paged: bag.load::<Paged>().is_some(),
        })
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

/// The same identity, with what `fill` puts into the operation's configuration.
///
/// An identity cannot be added to, only built again: everything the SDK reads from it is carried over. One
/// of a kind not known here is left as it is: its calls have their rate, but no permit in flight, and the SDK's
/// retry budget.
fn with_layer(identity: Identity, fill: impl FnOnce(&mut Layer)) -> Result<Identity, BoxError> {
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
    fill(&mut layer);
    if let Some(old) = identity.property::<FrozenLayer>() {
        // They are read from the last to the first.
        let features: Vec<_> = old.load::<AwsCredentialFeature>().cloned().collect();
        for feature in features.into_iter().rev() {
            layer.store_append(feature);
        }
    }
    builder.set_property(layer.freeze());
    if let Some(account) = identity.property::<PayingAccount>() {
        builder.set_property(account.clone());
    }
    builder.set_expiration(identity.expiration());
    Ok(builder.build()?)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_smithy_runtime::client::retries::TokenBucket;

    use super::*;

    fn again(identity: Identity) -> Identity {
        with_layer(identity, |layer| _ = layer.store_put(TokenBucket::unlimited())).unwrap()
    }

    fn layer(identity: &Identity) -> &FrozenLayer {
        identity.property::<FrozenLayer>().unwrap()
    }

    #[test]
    fn credentials_keep_their_account_their_end_and_their_features_in_order() {
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        let mut credentials = Credentials::new("AKIA", "s", None, Some(end), "test");
        credentials.set_property(vec![
            AwsCredentialFeature::CredentialsEnvVars,
            AwsCredentialFeature::CredentialsCode,
        ]);
        let plain = Identity::from(credentials);
        let rebuilt = again(plain.clone());
        assert_eq!(rebuilt.expiration(), Some(end));
        assert_eq!(rebuilt.data::<Credentials>().unwrap().access_key_id(), "AKIA");
        let features =
            |identity: &Identity| layer(identity).load::<AwsCredentialFeature>().cloned().collect::<Vec<_>>();
        assert_eq!(features(&plain).len(), 2);
        assert_eq!(features(&rebuilt), features(&plain));
        assert!(layer(&rebuilt).load::<TokenBucket>().is_some());
        assert!(layer(&plain).load::<TokenBucket>().is_none());
    }

    #[test]
    fn the_account_of_credentials_is_there_for_endpoints() {
        let credentials = Credentials::builder()
            .access_key_id("AKIA")
            .secret_access_key("s")
            .account_id("012345678901")
            .provider_name("test")
            .build();
        let rebuilt = again(Identity::from(credentials));
        assert_eq!(rebuilt.property::<PayingAccount>().map(PayingAccount::as_str), Some("012345678901"));
    }

    #[test]
    fn tokens_and_calls_without_credentials_have_a_budget_too_and_what_is_unknown_is_left_alone() {
        let token = again(Identity::new(Token::new("t", None), None));
        assert_eq!(token.data::<Token>().unwrap().token(), "t");
        assert!(layer(&token).load::<TokenBucket>().is_some());
        let none = again(Identity::new(NoAuthIdentity::new(), None));
        assert!(none.data::<NoAuthIdentity>().is_some() && layer(&none).load::<TokenBucket>().is_some());
        let unknown = again(Identity::new(7_u8, None));
        assert!(unknown.data::<u8>() == Some(&7) && unknown.property::<FrozenLayer>().is_none());
    }
}
