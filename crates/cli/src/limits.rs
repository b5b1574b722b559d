//! The limits of a run: those of the flags, the built-in ones, and what may be in flight.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use orgwide_limit::{Basis, Limiter, Origin, Rule, Rules, Scope};
use orgwide_names::ServiceName;

use crate::args::LimitArgs;
use crate::descriptors;
use crate::stop::Stop;

/// Calls in flight over all accounts, where nobody says otherwise.
const IN_FLIGHT: NonZeroU32 = NonZeroU32::MIN.saturating_add(127);
/// Calls in flight in one account: CloudTrail records each of them, and the account's owner looks at it.
const IN_FLIGHT_PER_ACCOUNT: u32 = 20;

/// Everything calls are held to.
pub(crate) fn rules(args: &LimitArgs) -> Result<Rules, Stop> {
    for rule in &args.limit {
        if let Some(service) = rule.matches().service_name() {
            known(service).map_err(|stop| stop.about(&format!("--limit {rule}")))?;
        }
    }
    let chosen = |reason| Origin::BuiltIn { basis: Basis::Chosen(reason) };
    // Fewer where the system lets the process have few connections.
    let most = NonZeroU32::new(descriptors::calls()).map_or(IN_FLIGHT, |most| most.min(IN_FLIGHT));
    let run = Rule::in_flight_ceiling(args.in_flight.unwrap_or(most)).with_origin(chosen("--in-flight"));
    let few = NonZeroU32::MIN.saturating_add(IN_FLIGHT_PER_ACCOUNT - 1);
    let account = Rule::in_flight_ceiling(few)
        .with_scope(Scope::ACCOUNT)
        .with_origin(chosen("no account is to see a flood"));
    Ok(Rules::new(args.limit.iter().cloned().chain([run, account])))
}

/// Refuses a service AWS does not have: a limit on it would never hold anything back.
pub(crate) fn known(service: &ServiceName) -> Result<(), Stop> {
    if service.is_known() {
        return Ok(());
    }
    let stop = Stop::usage(format!("no service of AWS is called `{service}`"));
    Err(match ServiceName::nearest(service.as_str()) {
        Some(near) => stop.next_step(format!("did you mean `{near}`?")),
        None => stop.next_step("name it as the AWS CLI does, such as `ec2`"),
    })
}

/// What AWS taught the limiter: where it allows less than was asked for, a line for each operation.
pub(crate) fn learned(limiter: &Limiter) -> impl Iterator<Item = String> {
    let mut slowed: BTreeMap<String, (u64, f64, f64)> = BTreeMap::new();
    for learned in limiter.learned() {
        let service = learned.service.map_or_else(|| "*".to_owned(), |service| service.to_string());
        let call = match learned.operation {
            Some(operation) => format!("{service}:{operation}"),
            None => service,
        };
        let (places, slowest, configured) =
            slowed.entry(call).or_insert((0, f64::INFINITY, learned.configured));
        *places += 1;
        *slowest = slowest.min(learned.rate);
        *configured = configured.max(learned.configured);
    }
    slowed.into_iter().map(|(call, (places, slowest, configured))| {
        format!("AWS allows less than {configured}/s of {call} in {places} places: slowed to {slowest:.2}/s at the least")
    })
}
