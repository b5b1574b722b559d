use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::SdkConfig;
use aws_types::origin::Origin;
use aws_types::sdk_config::Builder;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use orgwide_names::{RegionName, ServiceName};

/// How the SDK asks for the endpoint of a service, among its other settings.
pub(crate) const ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";

/// Endpoints that replace AWS's own: for a service in one region, or in every region that has none of its own.
pub(crate) type EndpointMap = BTreeMap<(ServiceName, Option<RegionName>), String>;

/// Endpoints by service and region, with what holds where they say nothing.
#[derive(Debug)]
pub(crate) struct Endpoints {
    own: EndpointMap,
    /// The configuration without them: its endpoint for all services, and the settings of the environment.
    behind: SdkConfig,
}

/// The endpoints as clients of one region see them.
#[derive(Debug)]
struct InRegion {
    endpoints: Arc<Endpoints>,
    region: RegionName,
}

impl Endpoints {
    /// None where nothing is replaced: then the configuration serves as it is.
    pub(crate) fn new(own: EndpointMap, behind: &SdkConfig) -> Option<Arc<Self>> {
        (!own.is_empty()).then(|| Arc::new(Self { own, behind: behind.clone() }))
    }

    /// Has the clients made from the configuration find them.
    pub(crate) fn apply(self: &Arc<Self>, config: Builder, region: &RegionName) -> Builder {
        let endpoints = self.clone();
        let mut config = config.service_config(InRegion { endpoints, region: region.clone() });
        // Clients do not look at settings of a service when the general endpoint was set by code.
        config.insert_origin("endpoint_url", Origin::unknown());
        config
    }

    fn get(&self, service: &ServiceName, region: &RegionName) -> Option<&String> {
        let of = |region| self.own.get(&(service.clone(), region));
        of(Some(region.clone())).or_else(|| of(None))
    }
}

impl LoadServiceConfig for InRegion {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let Endpoints { behind, .. } = &*self.endpoints;
        if key.env() == ENDPOINT_URL {
            let service = key.service_id().parse::<ServiceName>().ok();
            if let Some(url) = service.and_then(|service| self.endpoints.get(&service, &self.region)) {
                return Some(url.clone());
            }
            return configured(behind, key);
        }
        behind.service_config()?.load_config(key)
    }
}

/// The endpoint a client of the service would use: the code's, the service's own, the general one.
fn configured(config: &SdkConfig, key: ServiceConfigKey<'_>) -> Option<String> {
    let general = || config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return general();
    }
    config.service_config().and_then(|settings| settings.load_config(key)).or_else(general)
}

/// The endpoint configured for a service, by its id in the SDKs; none where AWS's own is to be used.
pub(crate) fn configured_endpoint(config: &SdkConfig, service_id: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env(ENDPOINT_URL)
        .profile("endpoint_url")
        .build()
        .ok()?;
    configured(config, key)
}
