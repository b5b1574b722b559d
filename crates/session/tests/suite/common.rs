//! What every test here begins with.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use futures::FutureExt;
use orgwide_limit::{Key, Limiter, Payer, Rule, Rules};
use orgwide_names::{AccountId, Partition, RoleSpec};
use orgwide_session::{Call, Failure, RoleRequest, Session, SessionBuilder};
use orgwide_simulator::{Fault, Request, Simulator, WallClock, WorldSpec};

pub(crate) const HOME: &str = "eu-central-1";
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// An organization of `accounts` that answers at once, but for the faults.
pub(crate) fn organization(accounts: usize, faults: impl IntoIterator<Item = Fault>) -> Simulator {
    slow_organization(accounts, Duration::ZERO, faults)
}

/// The same, each answer taking `latency`.
pub(crate) fn slow_organization(
    accounts: usize,
    latency: Duration,
    faults: impl IntoIterator<Item = Fault>,
) -> Simulator {
    Simulator::builder(spec(accounts)).latency(latency).faults(faults).build().unwrap()
}

pub(crate) fn spec(accounts: usize) -> WorldSpec {
    WorldSpec { accounts, instances: 0, buckets: 0, ..WorldSpec::default() }
}

/// The id of account number `index` in any organization made here that has so many.
pub(crate) fn id(index: usize) -> AccountId {
    let simulator = Simulator::new(spec(index + 1)).unwrap();
    simulator.truth().accounts[index].id.parse().unwrap()
}

pub(crate) fn limits(rules: &[&str]) -> Limiter {
    Limiter::new(Rules::new(rules.iter().map(|rule| rule.parse::<Rule>().unwrap())))
}

pub(crate) fn builder(simulator: &Simulator) -> SessionBuilder {
    Session::builder()
        .credentials(Credentials::new("AKIAHUB", "hub-secret", None, None, "test"))
        .region(HOME.parse().unwrap())
        .http_client(simulator.http_client())
        .time_source(WallClock::start())
        .limiter(limits(&["sts=unlimited", "ec2=unlimited"]))
}

/// Over sockets, in the machine's time.
pub(crate) fn over(url: &str) -> SessionBuilder {
    Session::builder()
        .credentials(Credentials::new("AKIAHUB", "hub-secret", None, None, "test"))
        .region(HOME.parse().unwrap())
        .endpoint_url(url)
}

pub(crate) async fn hub(simulator: &Simulator) -> Session {
    builder(simulator).load().await.unwrap()
}

/// The role of the simulated organization in an account.
pub(crate) fn role(account: AccountId) -> RoleRequest {
    RoleRequest::new(RoleSpec::default().resolve(Partition::aws(), account).unwrap())
}

/// One plain call of a plain client.
pub(crate) async fn who(session: &Session) -> Result<String, Failure> {
    aws_sdk_sts::Client::new(&session.config())
        .get_caller_identity()
        .send()
        .await
        .map(|answer| answer.account().unwrap().to_owned())
        .map_err(|error| Failure::of(&error, who_call(session)))
}

pub(crate) fn who_call(session: &Session) -> Call {
    Call {
        account: session.account(),
        region: Some(session.home_region().clone()),
        ..Call::new("sts", "GetCallerIdentity")
    }
}

/// The requests of one operation, in order of arrival.
pub(crate) fn requests(simulator: &Simulator, operation: &str) -> Vec<Request> {
    simulator.log().into_iter().filter(|request| request.operation == operation).collect()
}

/// The requests to assume a role in one account.
pub(crate) fn assumptions(simulator: &Simulator, account: AccountId) -> Vec<Request> {
    let part = format!("::{account}:role/");
    let mut asked = requests(simulator, "AssumeRole");
    asked.retain(|request| request.role_arn.as_deref().unwrap().contains(&part));
    asked
}

/// When a request arrived, since the simulator was made.
pub(crate) fn arrival(request: &Request) -> Duration {
    Duration::from_micros(request.arrived_us)
}

/// How old a request's signature was when it arrived, in seconds.
pub(crate) fn age_of_signature(request: &Request) -> f64 {
    let seconds = |text: &str| DateTime::from_str(text, Format::DateTime).unwrap().as_secs_f64();
    seconds(&request.arrived) - seconds(request.signed_at.as_deref().unwrap())
}

/// A limiter that lets so many calls be in flight at the same time, and does not care for rates.
pub(crate) fn in_flight(most: u32) -> Limiter {
    limits_in_flight(&["sts=unlimited", "s3=unlimited"], most)
}

pub(crate) fn limits_in_flight(rules: &[&str], most: u32) -> Limiter {
    let rules = rules.iter().map(|rule| rule.parse::<Rule>().unwrap());
    let ceiling = Rule::in_flight_ceiling(most.try_into().unwrap());
    Limiter::new(Rules::new(rules.chain([ceiling])))
}

/// Whether a call could leave now, which takes the place for no time. [`granted`] does not count it.
pub(crate) fn is_free(limiter: &Limiter) -> bool {
    limiter.acquire(&probe()).now_or_never().is_some_and(|permit| permit.is_ok())
}

/// A call that nobody makes.
pub(crate) fn probe() -> Key {
    Key {
        account: Payer::Base,
        region: HOME.parse().unwrap(),
        service: "sts".parse().unwrap(),
        operation: "Probe".parse().unwrap(),
        paged: false,
    }
}

/// How many attempts were let pass, probes apart.
pub(crate) fn granted(limiter: &Limiter) -> u64 {
    let counters = limiter.counters();
    let Key { service, operation, .. } = probe();
    let probes = counters.by_operation.get(&(service, operation));
    counters.total.granted - probes.map_or(0, |probes| probes.granted)
}

/// Whether nothing at all is left of any call: no permit, no place in a queue, no attempt that waits to be handed
/// over, for each of these keeps its bucket in memory.
pub(crate) fn is_forgotten(limiter: &Limiter) -> bool {
    limiter.sweep();
    limiter.in_memory() == 0
}
