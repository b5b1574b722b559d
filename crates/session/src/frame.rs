use std::sync::Arc;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use orgwide_limit::Payer;
use orgwide_names::{AccountId, RoleArn};
use tokio::sync::OnceCell;

use crate::assume::Assumption;
use crate::credential_cell::{CellProvider, CredentialCell, Source};
use crate::gate::Gate;
use crate::shared::Shared;
use crate::{Call, Class, Failure, Identity, RoleRequest};

/// One identity: credentials, and the configuration that uses them. It never changes.
pub(crate) struct Frame {
    pub(crate) shared: Arc<Shared>,
    /// The identity it was assumed from; none for the base.
    pub(crate) parent: Option<Arc<Frame>>,
    /// How many there are below it.
    pub(crate) number: usize,
    /// None for the base, which need not know its own.
    pub(crate) role: Option<RoleArn>,
    pub(crate) credentials: Arc<CredentialCell>,
    pub(crate) config: Arc<SdkConfig>,
    pub(crate) identity: OnceCell<Identity>,
}

impl Frame {
    pub(crate) fn base(shared: Arc<Shared>, provider: SharedCredentialsProvider) -> Arc<Self> {
        let cell = shared.cell(Source::Base(provider));
        Self::new(shared, None, None, cell)
    }

    /// The role assumed from here. No call is made, and whoever asks for the same gets the same credentials.
    pub(crate) fn assumed(self: &Arc<Self>, request: &RoleRequest) -> Arc<Self> {
        let shared = &self.shared;
        let cell = shared.broker.cell(self.credentials.id(), request, || {
            shared.cell(Source::Role(Assumption::new(self.clone(), request.clone())))
        });
        Self::new(shared.clone(), Some(self.clone()), Some(request.role().clone()), cell)
    }

    fn new(
        shared: Arc<Shared>,
        parent: Option<Arc<Self>>,
        role: Option<RoleArn>,
        credentials: Arc<CredentialCell>,
    ) -> Arc<Self> {
        let config = credentials.config(|| {
            let gate = Gate::new(
                payer(role.as_ref()),
                shared.limiter.clone(),
                shared.counters.clone(),
                shared.on_wait.clone(),
                credentials.clone(),
                shared.handover.clone(),
            );
            let provider = SharedCredentialsProvider::new(CellProvider(credentials.clone()));
            shared.config.to_builder().credentials_provider(provider).identity_cache(gate).build()
        });
        let number = parent.as_ref().map_or(0, |parent| parent.number + 1);
        let identity = OnceCell::new();
        Arc::new(Self { shared, parent, number, role, credentials, config, identity })
    }

    pub(crate) fn payer(&self) -> Payer {
        payer(self.role.as_ref())
    }

    /// The account, where it is known without a call.
    pub(crate) fn account(&self) -> Option<AccountId> {
        let asked = || self.identity.get().map(Identity::account);
        self.role.as_ref().map(RoleArn::account).or_else(asked)
    }

    /// Who it is, from the answer that brought the credentials, else from STS.
    pub(crate) async fn ask_identity(&self) -> Result<Identity, Failure> {
        match self.credentials.get().await?.identity {
            Some(identity) => Ok(identity),
            None => self.call_identity().await,
        }
    }

    /// Asks STS who it is, and compares.
    pub(crate) async fn verify_identity(&self) -> Result<Identity, Failure> {
        let identity = self.call_identity().await?;
        match self.account() {
            Some(account) if account != identity.account() => {
                let wrong = format!("the credentials are of account {}, not {account}", identity.account());
                Err(Failure::without_answer(self.identity_call(), Class::NotFromAws, wrong))
            }
            _ => Ok(identity),
        }
    }

    async fn call_identity(&self) -> Result<Identity, Failure> {
        let call = self.identity_call();
        let answer = aws_sdk_sts::Client::new(&self.config)
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| Failure::of(&error, call.clone()))?;
        let account = answer.account().and_then(|account| account.parse().ok());
        match (account, answer.arn(), answer.user_id()) {
            (Some(account), Some(arn), Some(user)) => Ok(Identity::new(account, arn.into(), user.into())),
            _ => Err(Failure::without_answer(call, Class::NotFromAws, "the answer names no account")),
        }
    }

    fn identity_call(&self) -> Call {
        let region = Some(self.shared.home.clone());
        Call { account: self.account(), region, ..Call::new("sts", "GetCallerIdentity") }
    }
}

/// The base pays for itself, whichever account that is; an assumed role's account pays for its calls.
fn payer(role: Option<&RoleArn>) -> Payer {
    role.map_or(Payer::Base, |role| Payer::Account(role.account()))
}
