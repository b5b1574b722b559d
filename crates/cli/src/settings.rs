//! From the configuration file to flags: what was not given is as the file says.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use orgwide_config::{Config, ConfigError, Limit, MOST_BYTES, MaxFailures, Problem, Settings};
use orgwide_fanout::FailureBudget;

use crate::args::{
    AccountArgs, ConnectionArgs, InventoryArgs, LimitArgs, LimitsVerb, RegionArgs, RunArgs, SettingsArgs,
    Verb,
};
use crate::printer;
use crate::stop::Stop;

/// Fills in the flags of a verb from the file that --config names.
pub(crate) fn fill_in(verb: &mut Verb) -> Result<(), Stop> {
    match verb {
        Verb::Inventory(args) => {
            let Some(settings) = chosen(&args.run.connection.settings)? else { return Ok(()) };
            inventory(&settings, args);
            run(settings, &mut args.run);
            Ok(())
        }
        Verb::Call(args) => {
            let Some(settings) = chosen(&args.run.connection.settings)? else { return Ok(()) };
            run(settings, &mut args.run);
            Ok(())
        }
        Verb::Accounts(args) => {
            let Some(settings) = chosen(&args.connection.settings)? else { return Ok(()) };
            accounts(&settings, args.connection.settings.config.as_deref(), &mut args.accounts);
            connection(settings, &mut args.connection);
            Ok(())
        }
        Verb::Targets(args) | Verb::Regions(args) => {
            let Some(settings) = chosen(&args.connection.settings)? else { return Ok(()) };
            accounts(&settings, args.connection.settings.config.as_deref(), &mut args.accounts);
            regions(&settings, &mut args.regions);
            connection(settings, &mut args.connection);
            Ok(())
        }
        Verb::Whoami(args) => {
            let Some(settings) = chosen(&args.connection.settings)? else { return Ok(()) };
            args.configured_roles.clone_from(&settings.roles);
            connection(settings, &mut args.connection);
            Ok(())
        }
        Verb::Limits(args) => {
            let (from, limited) = match &mut args.verb {
                Some(LimitsVerb::Explain(explain)) => (&explain.settings, &mut explain.limits),
                None => (&args.settings, &mut args.limits),
            };
            let Some(settings) = chosen(from)? else { return Ok(()) };
            limits(&settings, limited);
            Ok(())
        }
        Verb::Runs(_)
        | Verb::Query(_)
        | Verb::Diff(_)
        | Verb::Config(_)
        | Verb::Simulate(_)
        | Verb::Completions(_) => Ok(()),
    }
}

fn inventory(settings: &Settings, args: &mut InventoryArgs) {
    let chosen = &settings.inventory;
    if args.types.is_empty() {
        args.types.clone_from(&chosen.types);
    }
    args.configured_details.clone_from(&chosen.details);
    if args.collectors.is_empty() {
        let config = args.run.connection.settings.config.as_deref();
        args.collectors = chosen.collectors.iter().map(|file| beside(config, file)).collect();
    }
}

fn run(settings: Settings, args: &mut RunArgs) {
    let config = args.connection.settings.config.clone();
    let file = |named: &Option<String>| named.as_ref().map(|file| beside(config.as_deref(), file));
    let pace = &mut args.pace;
    pace.item_timeout = pace.item_timeout.or(settings.item_timeout);
    pace.deadline = pace.deadline.or(settings.deadline);
    pace.max_failures = pace.max_failures.or(settings.max_failures.map(|most| match most {
        MaxFailures::Count(targets) => FailureBudget::count(targets),
        MaxFailures::Percent(share) => FailureBudget::percent(share),
    }));
    pace.canary |= settings.canary.unwrap_or_default();
    let output = &settings.output;
    args.resume.store = args.resume.store.take().or_else(|| file(&output.store));
    if args.output.out.is_empty() {
        args.output.out = output.out.iter().map(|file| beside(config.as_deref(), file)).collect();
    }
    args.require_complete |= output.require_complete.unwrap_or_default();
    args.summary = args.summary.take().or_else(|| file(&output.summary));
    args.errors_out = args.errors_out.take().or_else(|| file(&output.errors_out));
    accounts(&settings, config.as_deref(), &mut args.accounts);
    regions(&settings, &mut args.regions);
    connection(settings, &mut args.connection);
}

/// The ledger that a run is in by the configuration file, where the file says so.
pub(crate) fn store(args: &SettingsArgs) -> Result<Option<PathBuf>, Stop> {
    let store = chosen(args)?.and_then(|settings| settings.output.store);
    Ok(store.map(|file| beside(args.config.as_deref(), &file)))
}

/// A file that the configuration file names is from where that is; stdout and what is no file are as they are.
fn beside(config: Option<&Path>, file: &str) -> PathBuf {
    if file == "-" || file.contains("://") {
        return file.into();
    }
    config.and_then(Path::parent).unwrap_or(Path::new("")).join(file)
}

/// What the file says, if one is named.
fn chosen(args: &SettingsArgs) -> Result<Option<Settings>, Stop> {
    let Some(path) = &args.config else { return Ok(None) };
    let config = read(path)?;
    let Some(set) = &args.set else { return Ok(Some(config.settings().clone())) };
    config.set(set).map(Some).map_err(|error| Stop::usage(error).about(&path.display().to_string()))
}

/// Inclusions by flag take the place of the file's; exclusions of both hold.
fn accounts(settings: &Settings, config: Option<&Path>, args: &mut AccountArgs) {
    let chosen = &settings.accounts;
    if args.includes_nothing() {
        args.org = chosen.organization;
        args.account.clone_from(&chosen.accounts);
        args.ou.clone_from(&chosen.units);
        args.accounts_file.extend(chosen.file.as_ref().map(|file| beside(config, file)));
        if args.tag.is_empty() {
            args.tag = chosen.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        }
    }
    args.not_account.extend_from_slice(&chosen.not_accounts);
    args.not_ou.extend_from_slice(&chosen.not_units);
    args.verify_identity |= settings.verify_identity.unwrap_or_default();
    args.configured_roles.clone_from(&settings.roles);
    for role in &mut args.configured_roles {
        role.session_name = role.session_name.take().filter(|_| args.session_name.is_none());
        role.external_id = role.external_id.take().filter(|_| args.external_id.is_none());
    }
}

fn regions(settings: &Settings, args: &mut RegionArgs) {
    if args.region.is_empty() {
        args.region.clone_from(&settings.regions);
    }
    args.not_region.extend_from_slice(&settings.not_regions);
}

fn connection(settings: Settings, args: &mut ConnectionArgs) {
    limits(&settings, &mut args.limits);
    // What is simulated has nothing of AWS about it.
    if args.simulate.is_none() {
        args.profile = args.profile.take().or(settings.profile);
        args.endpoint_url = args.endpoint_url.take().or(settings.endpoint_url);
        args.home_region = settings.home_region;
        args.endpoints = settings.endpoints;
    }
}

/// Of rules that are equally specific the first counts: flags come before the file.
fn limits(settings: &Settings, args: &mut LimitArgs) {
    args.limit.extend(settings.limits.iter().map(Limit::to_rule));
    args.in_flight = args.in_flight.or(settings.in_flight);
}

/// Reads a configuration file, and tells everything that is wrong with it.
pub(crate) fn read(path: &Path) -> Result<Config, Stop> {
    let bytes = bytes(path)?;
    Config::parse(&bytes, |name| std::env::var(name).ok()).map_err(|error| refuse(path, &error))
}

/// What is in a file, as far as any is read.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| Stop::usage(format!("{} cannot be read: {error}", path.display())))?;
    Ok(bytes)
}

/// Every problem on a line of its own, as compilers have it.
pub(crate) fn refuse(path: &Path, error: &ConfigError) -> Stop {
    tell(path, error.problems(), error.more());
    let count = error.problems().len() + error.more();
    Stop::usage(format!("{}: {count} {}", path.display(), if count == 1 { "problem" } else { "problems" }))
        .next_step("see above; `orgwide config schema` has every key there is")
}

pub(crate) fn tell(path: &Path, problems: &[Problem], more: usize) {
    for problem in problems {
        printer::note(&format!("{}:{problem}", path.display()));
    }
    if more > 0 {
        printer::note(&format!("and {more} more"));
    }
}
