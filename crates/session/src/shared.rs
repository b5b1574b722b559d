use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use orgwide_limit::Limiter;
use orgwide_names::{Partition, RegionName};

use crate::OnWait;
use crate::broker::{Broker, CellId};
use crate::calls::Counters;
use crate::credential_cell::{CredentialCell, Source};
use crate::endpoints::{EndpointMap, Endpoints};
use crate::handover::Handover;
use crate::wire::Wire;

/// What all sessions that come from one base have in common.
pub(crate) struct Shared {
    /// Everything of the SDK's configuration that does not depend on the account.
    pub(crate) config: SdkConfig,
    pub(crate) endpoints: Option<Arc<Endpoints>>,
    pub(crate) limiter: Limiter,
    pub(crate) counters: Arc<Counters>,
    pub(crate) handover: Arc<Handover>,
    pub(crate) on_wait: OnWait,
    pub(crate) broker: Broker,
    pub(crate) home: RegionName,
    pub(crate) partition: Partition,
    time: SharedTimeSource,
    cells: AtomicU64,
}

/// What a [`Shared`] is made from.
pub(crate) struct Parts {
    pub(crate) config: SdkConfig,
    pub(crate) endpoints: EndpointMap,
    pub(crate) http: SharedHttpClient,
    pub(crate) limiter: Limiter,
    pub(crate) on_wait: OnWait,
    pub(crate) time: SharedTimeSource,
    pub(crate) home: RegionName,
    pub(crate) partition: Partition,
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { config, endpoints, http, limiter, on_wait, time, home, partition } = parts;
        let counters = Arc::new(Counters::default());
        let handover = Arc::new(Handover::default());
        let wire = Wire::new(http, counters.clone(), handover.clone());
        let endpoints = Endpoints::new(endpoints, &config);
        let mut config = config.into_builder().http_client(wire);
        if let Some(endpoints) = &endpoints {
            config = endpoints.apply(config, &home);
        }
        let (config, broker, cells) = (config.build(), Broker::default(), AtomicU64::new(0));
        Self { config, endpoints, limiter, counters, handover, on_wait, broker, home, partition, time, cells }
    }

    pub(crate) fn cell(&self, source: Source) -> Arc<CredentialCell> {
        let id = CellId(self.cells.fetch_add(1, Relaxed));
        CredentialCell::new(id, source, self.time.clone(), self.on_wait.clone())
    }
}
