use std::path::Path;

use orgwide_simulator::{Denial, Fault, RateRule, RoleRule, Simulator, Throttling, WorldSpec};
use serde::de::DeserializeOwned;

use crate::args::SimulateArgs;
use crate::exit::Exit;
use crate::output::stdout;
use crate::stop::Stop;
use crate::{printer, signals};

/// Regions taken in this order when only their number is given; all are enabled in every AWS account.
const REGIONS: [&str; 17] = [
    "us-east-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "ap-southeast-2",
    "us-east-2",
    "us-west-1",
    "ca-central-1",
    "sa-east-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
];

/// Serves until a signal comes.
pub(crate) async fn run(args: SimulateArgs) -> Result<Exit, Stop> {
    let signal = signals::first();
    let defaults = WorldSpec::default();
    let mut spec = WorldSpec {
        accounts: args.accounts as usize,
        regions: regions(&args.regions)?.unwrap_or(defaults.regions),
        seed: args.seed,
        instances: args.instances as usize,
        suspended: args.suspended as usize,
        units: args.units as usize,
        crowded: true,
        ..WorldSpec::default()
    };
    if let Some(path) = &args.roles {
        spec.roles = read::<RoleRule>("--roles", path)?;
    }
    if let Some(path) = &args.denials {
        spec.denials = read::<Denial>("--denials", path)?;
    }
    let mut builder = Simulator::builder(spec).latency(args.latency).keep_log(false);
    if let Some(path) = &args.faults {
        builder = builder.faults(read::<Fault>("--faults", path)?);
    }
    if args.no_throttling {
        builder = builder.throttling(Throttling::off());
    } else if let Some(path) = &args.rates {
        builder = builder.throttling(Throttling::aws().overridden_by(read::<RateRule>("--rates", path)?));
    }
    if let Some(path) = &args.log {
        builder = builder.log_file(path);
    }
    let simulator = builder.build().map_err(|error| match error {
        error @ orgwide_simulator::SimulatorError::LogFile { .. } => {
            Stop::new(Exit::Output, error.to_string())
        }
        error => Stop::usage(error),
    })?;
    if let Some(path) = &args.truth {
        let unwritable =
            |error: String| Stop::new(Exit::Output, format!("{} cannot be written: {error}", path.display()));
        let truth =
            serde_json::to_vec_pretty(simulator.truth()).map_err(|error| unwritable(error.to_string()))?;
        std::fs::write(path, truth).map_err(|error| unwritable(error.to_string()))?;
    }
    let server = simulator.serve(args.port).await.map_err(|error| {
        Stop::new(Exit::NothingStarted, format!("port {} cannot be served on: {error}", args.port))
            .next_step("take another port, or 0 for a free one")
    })?;
    let totals = &simulator.truth().totals;
    printer::note(&format!(
        "serving {} accounts, {} instances, {} buckets; put these lines into another shell, Ctrl-C ends it",
        totals.accounts, totals.instances, totals.buckets
    ));
    printer::data(&format!(
        "export AWS_ENDPOINT_URL={}\nexport AWS_ACCESS_KEY_ID=hub AWS_SECRET_ACCESS_KEY=simulated AWS_REGION=us-east-1",
        server.endpoint_url()
    ))
    .map_err(stdout)?;
    signal.await;
    server.shutdown().await;
    if let Some(error) = simulator.take_log_error() {
        return Err(Stop::new(Exit::Output, format!("the log is not complete: {error}")));
    }
    Ok(Exit::Complete)
}

fn regions(given: &[String]) -> Result<Option<Vec<String>>, Stop> {
    match given {
        [] => Ok(None),
        [count] if count.bytes().all(|b| b.is_ascii_digit()) => match count.parse::<usize>() {
            Ok(count) if (1..=REGIONS.len()).contains(&count) => {
                Ok(Some(REGIONS.iter().take(count).map(ToString::to_string).collect()))
            }
            _ => Err(Stop::usage(format!("--regions {count}: from 1 to {} can be had", REGIONS.len()))),
        },
        names => Ok(Some(names.to_vec())),
    }
}

fn read<T: DeserializeOwned>(flag: &str, path: &Path) -> Result<Vec<T>, Stop> {
    let wrong = |error: String| Stop::usage(format!("{flag} {}: {error}", path.display()));
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}
