use std::fmt;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_types::SdkConfig;
use aws_types::region::Region;
use orgwide_limit::{Limiter, Payer};
use orgwide_names::{AccountId, Partition, RegionName, RoleArn};

use crate::frame::Frame;
use crate::stack::Stack;
use crate::{CallCounts, Failure, Identity, InvalidRoleRequest, RoleRequest, SessionBuilder};

/// Who a program is on AWS, and the one road its calls take.
///
/// [`config`](Self::config) is what every client of the AWS SDK is made from: with it come credentials
/// that renew themselves, one pool of connections, a retry budget per account, region and service, and the
/// gate at which every attempt waits for its rate.
///
/// A session is a stack of identities: the base, and the roles assumed on top of it. Clones share the stack, from
/// any number of tasks: when one [assumes a role](Self::assume_role) or [reverts](Self::revert), the others see it
/// with their next [`config`](Self::config), while what was handed out before stays what it was. A program that acts
/// in many accounts at once makes a session for each with [`assumed`](Self::assumed), which changes nothing that is
/// shared.
#[derive(Clone)]
pub struct Session {
    stack: Arc<Stack>,
}

impl Session {
    /// Starts to describe a session.
    #[must_use]
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    /// A session with a stack of its own, whose lowest identity is this one.
    pub(crate) fn at(frame: Arc<Frame>) -> Self {
        Self { stack: Arc::new(Stack::new(frame)) }
    }

    /// The identity on top.
    pub(crate) fn frame(&self) -> Arc<Frame> {
        self.stack.top()
    }

    /// Assumes a role with the current identity, at once, and makes it the current identity of this session and all
    /// its clones. Where several do so at the same time, one waits for the other and assumes its role from the
    /// other's.
    ///
    /// # Errors
    ///
    /// The [`Failure`] to assume it; the stack is then as it was.
    pub async fn assume_role(&self, request: &RoleRequest) -> Result<(), Failure> {
        let _turn = self.stack.turn().await;
        loop {
            let below = self.frame();
            let frame = below.assumed(request);
            frame.credentials.get().await?;
            if self.stack.push(&below, frame) {
                return Ok(());
            }
            // Reverted meanwhile: the role has to be assumed from what is on top now.
        }
    }

    /// Makes a role the current identity without assuming it: its first call does, and fails if that cannot be.
    ///
    /// # Errors
    ///
    /// A request that AWS would refuse in any case; the stack is then as it was.
    pub fn assume_role_deferred(&self, request: &RoleRequest) -> Result<(), InvalidRoleRequest> {
        request.check()?;
        loop {
            let below = self.frame();
            if self.stack.push(&below, below.assumed(request)) {
                return Ok(());
            }
        }
    }

    /// Goes back to the identity before the last role, and returns a session that stays that role, with a stack of its
    /// own. None at the base, which stays.
    pub fn revert(&self) -> Option<Self> {
        self.stack.pop().map(Self::at)
    }

    /// How many roles are on the stack.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.stack.depth()
    }

    /// A session of its own that is `request`'s role, assumed with the current identity of this one when credentials
    /// are first needed.
    ///
    /// Nothing is shared that changes: this session stays who it is, and the new one has nothing to revert to.
    /// Sessions assumed from the same one by equal requests share one set of credentials, fetched once, and one
    /// [`config`](Self::config). Assuming a role the session may not assume fails at its first call, once, and is not
    /// tried again while any such session is in use.
    #[must_use]
    pub fn assumed(&self, request: &RoleRequest) -> Self {
        Self::at(self.frame().assumed(request))
    }

    /// The same through a chain of roles, each assumed with the one before it. With none it is the current identity.
    #[must_use]
    pub fn assumed_chain<'a>(&self, requests: impl IntoIterator<Item = &'a RoleRequest>) -> Self {
        Self::at(requests.into_iter().fold(self.frame(), |frame, request| frame.assumed(request)))
    }

    /// The SDK's configuration in the home region: `aws_sdk_sts::Client::new(&session.config())`.
    ///
    /// It is the same allocation until the stack changes, and clients made from it stay who they are when it does.
    /// A client whose own configuration replaces the credentials or the HTTP client goes round the gate: make a
    /// session for other credentials instead.
    #[must_use]
    pub fn config(&self) -> Arc<SdkConfig> {
        self.frame().config.clone()
    }

    /// The SDK's configuration in another region, the same in everything else.
    #[must_use]
    pub fn config_in(&self, region: &RegionName) -> SdkConfig {
        let frame = self.frame();
        let mut config = frame.config.to_builder().region(Region::new(region.to_string()));
        if let Some(endpoints) = &frame.shared.endpoints {
            config = endpoints.apply(config, region);
        }
        config.build()
    }

    /// Who AWS takes the current identity for: one sts:GetCallerIdentity for base credentials, and none for an
    /// assumed role, whose assumption told. Remembered once known.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of that call, or of getting the credentials for it. It is not remembered.
    pub async fn identity(&self) -> Result<Identity, Failure> {
        let frame = self.frame();
        frame.identity.get_or_try_init(|| frame.ask_identity()).await.cloned()
    }

    /// Asks AWS, by one sts:GetCallerIdentity, whether it takes the current identity for one of the account it should
    /// be in.
    ///
    /// # Errors
    ///
    /// The [`Failure`] of that call, or one that names both accounts when they are not the same.
    pub async fn verify_identity(&self) -> Result<Identity, Failure> {
        self.frame().verify_identity().await
    }

    /// The current credentials, fetched or renewed if they have to be.
    ///
    /// # Errors
    ///
    /// The [`Failure`] to get them: no source, or a role that cannot be assumed.
    pub async fn credentials(&self) -> Result<Credentials, Failure> {
        self.frame().credentials.get().await.map(|grant| grant.credentials)
    }

    /// The account of the current identity where it is known without a call: always for an assumed role, and for
    /// the base once [`identity`](Self::identity) has been asked.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.frame().account()
    }

    /// The role of the current identity; none for the base.
    #[must_use]
    pub fn role(&self) -> Option<RoleArn> {
        self.frame().role.clone()
    }

    /// The region whose endpoints serve calls that name no other.
    #[must_use]
    pub fn home_region(&self) -> &RegionName {
        &self.stack.shared().home
    }

    /// The partition of the home region. Credentials of one partition are unknown in the others.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.stack.shared().partition
    }

    /// The limiter at this session's gate.
    #[must_use]
    pub fn limiter(&self) -> &Limiter {
        &self.stack.shared().limiter
    }

    /// Who pays for the current identity's calls, as limits know it.
    #[must_use]
    pub fn payer(&self) -> Payer {
        self.frame().payer()
    }

    /// What has been asked of AWS so far, over all sessions that come from the same base.
    #[must_use]
    pub fn calls(&self) -> CallCounts {
        self.stack.shared().counters.snapshot()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account().map_or_else(|| "base".to_owned(), |account| account.to_string());
        f.debug_struct("Session").field("account", &account).finish_non_exhaustive()
    }
}
