use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_credential_types::Credentials;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use orgwide_limit::Permit;
use orgwide_names::ServiceName;

use crate::credential_cell::CredentialCell;
use crate::handover::Handover;

/// One attempt of a call, from the gate to the end of its answer, with its permit.
///
/// Several hold it, since only together they see every way in which an attempt can end; whoever comes first
/// releases the permit, and once is all there is.
#[derive(Debug)]
pub(crate) struct Attempt {
    permit: Permit,
    service: ServiceName,
    /// None for what is not signed with credentials of a session's.
    signer: Option<Signer>,
    /// Whether the connector has taken it over.
    claimed: AtomicBool,
}

/// Whose credentials an attempt is signed with.
#[derive(Debug)]
pub(crate) struct Signer {
    pub(crate) cell: Arc<CredentialCell>,
    pub(crate) credentials: Credentials,
}

impl Attempt {
    pub(crate) fn new(permit: Permit, service: ServiceName, signer: Option<Signer>) -> Arc<Self> {
        Arc::new(Self { permit, service, signer, claimed: AtomicBool::new(false) })
    }

    /// AWS says that the credentials it was signed with have ended. Tells whether another attempt may be signed with
    /// others.
    pub(crate) fn expired(&self) -> bool {
        self.signer.as_ref().is_some_and(|signer| signer.cell.expired(signer.credentials.access_key_id()))
    }

    pub(crate) fn permit(&self) -> &Permit {
        &self.permit
    }

    /// Whom it asks: one code can mean different things in the answers of two services.
    pub(crate) fn service(&self) -> &ServiceName {
        &self.service
    }

    pub(crate) fn claim(&self) {
        self.claimed.store(true, Ordering::Release);
    }
}

/// The operation's hold on its attempt: the SDK keeps it as long as the operation runs.
///
/// It releases the permit where no connector did: the call was never sent (signing failed, it was presigned, it
/// was cancelled), or the answer is a stream that outlives the call.
pub(crate) struct Held {
    attempt: Arc<Attempt>,
    handover: Arc<Handover>,
    address: usize,
}

impl Held {
    pub(crate) fn new(attempt: Arc<Attempt>, handover: Arc<Handover>, address: usize) -> Self {
        handover.put(address, attempt.clone());
        Self { attempt, handover, address }
    }

    /// Ends the attempt before the next one of the same operation waits: it must never wait for itself.
    pub(crate) fn release(&self) {
        self.attempt.permit.release();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.attempt.claimed.load(Ordering::Acquire) {
            self.handover.remove(self.address, &self.attempt);
        }
        self.release();
    }
}

impl Storable for Held {
    type Storer = StoreReplace<Self>;
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}
