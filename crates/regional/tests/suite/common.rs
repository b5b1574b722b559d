//! What every test here begins with.

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::HttpClient;
use orgwide_account::Account;
use orgwide_limit::Limiter;
use orgwide_names::{AccountId, Partition, RegionName, RoleSpec};
use orgwide_session::{RoleRequest, Session};
use orgwide_simulator::{Fault, Request, Simulator, WallClock, WorldSpec};

/// Two accounts, and four regions of which one is opted in to. Three more exist that are not.
pub(crate) fn organization(faults: impl IntoIterator<Item = Fault>) -> Simulator {
    let regions = ["us-west-2", "me-central-1", "eu-west-1", "ap-southeast-2"].map(str::to_owned).to_vec();
    let spec = WorldSpec { accounts: 2, regions, instances: 0, buckets: 0, ..WorldSpec::default() };
    Simulator::builder(spec).faults(faults).build().unwrap()
}

pub(crate) async fn hub(client: impl HttpClient + 'static) -> Session {
    Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region("eu-west-1".parse().unwrap())
        .http_client(client)
        .load()
        .await
        .unwrap()
}

/// The member account, entered from a caller who sends by this client.
pub(crate) async fn member(simulator: &Simulator, client: impl HttpClient + 'static) -> Account {
    let id: AccountId = simulator.truth().accounts[1].id.parse().unwrap();
    let role = RoleSpec::default().resolve(Partition::aws(), id).unwrap();
    Account::new(id, None, hub(client).await.assumed(&RoleRequest::new(role)))
}

pub(crate) fn names(regions: &[RegionName]) -> Vec<&str> {
    regions.iter().map(RegionName::as_str).collect()
}

/// The operations that were asked, in order, and none by another than whom.
pub(crate) fn operations(simulator: &Simulator) -> Vec<String> {
    simulator.log().into_iter().map(|request| request.operation).collect()
}

/// The member account of number `index`, under this limiter.
pub(crate) async fn limited_member(simulator: &Simulator, index: usize, limiter: &Limiter) -> Account {
    let id: AccountId = simulator.truth().accounts[index].id.parse().unwrap();
    let role = RoleSpec::default().resolve(Partition::aws(), id).unwrap();
    let hub = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region("eu-west-1".parse().unwrap())
        .http_client(simulator.http_client())
        .time_source(WallClock::start())
        .limiter(limiter.clone())
        .load()
        .await
        .unwrap();
    Account::new(id, None, hub.assumed(&RoleRequest::new(role)))
}

/// The requests of one operation, in order of arrival.
pub(crate) fn requests(simulator: &Simulator, operation: &str) -> Vec<Request> {
    simulator.log().into_iter().filter(|request| request.operation == operation).collect()
}
