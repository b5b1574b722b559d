use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use orgwide_account::RoleHop;
use orgwide_config::{Endpoint, Role};
use orgwide_limit::Rule;
use orgwide_names::{AccountId, RegionName, RoleSpec};

use crate::duration;

mod inventory;
mod ledger;
mod run;

pub(crate) use inventory::InventoryArgs;
pub(crate) use ledger::{DiffArgs, QueryArgs, RunRef, RunsArgs, STORE, StoreArgs};
pub(crate) use run::{ResumeArgs, Retry, RunArgs};

/// Run AWS calls over every account and every region of an organization.
///
/// Every selected target ends in exactly one outcome, and the exit code tells the truth: 0 all complete,
/// 1 some are not, 2 usage, 3 nothing could start, 4 stopped early, 5 output not written, 130/143 signal,
/// 141 the reader of stdout left.
#[derive(Debug, Parser)]
#[command(name = "orgwide", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Collect resources from every selected account and region
    Inventory(InventoryArgs),
    /// Call any operation of any AWS service in every selected account and region
    ///
    /// A row is a page of the answer, its members called as in the API: times are ISO 8601 in UTC, bytes base64. All
    /// pages are asked for, also of lists that the AWS CLI knows only the first page of. What may change something
    /// or reads a secret needs --yes, and is told before.
    Call(CallArgs),
    /// List the accounts: who is in, and why the others are not
    Accounts(AccountsArgs),
    /// List the targets: every selected account in every selected region
    Targets(PlacesArgs),
    /// List the regions of every selected account: which are in, and why the others are not
    Regions(PlacesArgs),
    /// List the runs in a ledger
    Runs(RunsArgs),
    /// Ask a ledger in SQL; it is only read
    ///
    /// The name of a view alone shows all of it. Of the newest run (or of --run) there are `resources`; counts of them
    /// `by_type`, `by_account`, `by_region` and `by_ou`; those that are `untagged` or `public`; and what is
    /// `incomplete`, so that the others may lack it. Of all runs: `rows`, `targets` and `runs`. Members of tags and data
    /// by ->>, such as data ->> 'InstanceType'.
    Query(QueryArgs),
    /// Compare two runs of a ledger: which resources were added, removed or changed
    ///
    /// What changed is told by the paths of its members, such as `data.State.Name` or `tags.owner`. Where a target did
    /// not complete in one of the runs, what became of its resources is unknown, and said so. The exit code is 0 when
    /// nothing differs and 1 when something does.
    Diff(DiffArgs),
    /// Say who the calls are made as: the caller, and who it becomes in an account
    Whoami(WhoamiArgs),
    /// List the limits in force, or explain those of one call
    Limits(LimitsArgs),
    /// Look at a configuration file, or make one from another tool's
    ///
    /// Its keys are the flags, with _ for -; a run reads it with --config FILE. Sets in it are settings of their own
    /// under a name, which --set picks.
    Config(ConfigArgs),
    /// Serve a simulated organization on loopback, for trying things out without AWS
    Simulate(SimulateArgs),
    /// Print a script that completes commands, for a shell to read
    ///
    /// For bash: `orgwide completions bash > ~/.local/share/bash-completion/completions/orgwide`. For zsh, into a file
    /// `_orgwide` in a folder of $fpath. For fish: ~/.config/fish/completions/orgwide.fish.
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// The service, as the AWS CLI or the API calls it, such as `ec2`
    #[arg(value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// The operation, as the API or the AWS CLI calls it: `DescribeVpcs`, `describe-vpcs`
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: Option<String>,
    /// Print the services there are, or the operations of one, and stop
    #[arg(long, conflicts_with = "describe")]
    pub(crate) list: bool,
    /// Print what the operation takes and answers, and stop
    #[arg(long)]
    pub(crate) describe: bool,
    /// The operation's parameters as JSON, or a file of it; members are called as in the API, bytes are base64
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) params: Option<String>,
    /// What to keep of each page, as for the AWS CLI, such as 'Vpcs[].VpcId'
    #[arg(long, value_name = "JMESPATH")]
    pub(crate) query: Option<String>,
    /// Ask for the first page only
    #[arg(long)]
    pub(crate) no_paginate: bool,
    /// Make calls that may change something or read a secret
    #[arg(long)]
    pub(crate) yes: bool,
    /// Models of services in the layout of botocore's data, before those that come along
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) models: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AccountsArgs {
    #[command(flatten)]
    pub(crate) accounts: AccountArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlacesArgs {
    #[command(flatten)]
    pub(crate) accounts: AccountArgs,
    #[command(flatten)]
    pub(crate) regions: RegionArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct WhoamiArgs {
    /// Say who the caller becomes in this account as well, by entering it
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    /// The role to assume there: NAME, PATH/NAME, a template with {account}, or an ARN; repeat for a chain
    /// [default: OrganizationAccountAccessRole]
    #[arg(long, value_name = "ROLE", requires = "account")]
    pub(crate) role: Vec<RoleSpec>,
    /// The chain that the configuration file has, for when no flag names a role.
    #[arg(skip)]
    pub(crate) configured_roles: Vec<Role>,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell that will read it
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Accounts")]
pub(crate) struct AccountArgs {
    /// Every account of the organization
    #[arg(long)]
    pub(crate) org: bool,
    /// Accounts by id, or by name with * and ?; ids alone need no call to the organization
    /// [default: the caller's own]
    #[arg(long, value_name = "ID|NAME-GLOB", value_delimiter = ',')]
    pub(crate) account: Vec<String>,
    /// Accounts in an organizational unit or in those below it: by id, or by names such as 'Workloads/Prod*', where
    /// ** stands for units at any depth
    #[arg(long, value_name = "ID|PATH-GLOB", value_delimiter = ',')]
    pub(crate) ou: Vec<String>,
    /// Accounts listed in a file, or on stdin with `-`: ids or names, one a line or in the first column of a table
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) accounts_file: Vec<PathBuf>,
    /// Keep only accounts with this tag; * and ? stand for characters of the value; all of several have to be there
    #[arg(long, value_name = "KEY=VALUE", value_delimiter = ',')]
    pub(crate) tag: Vec<String>,
    /// Accounts to leave out; always wins
    #[arg(long, value_name = "ID|NAME-GLOB", value_delimiter = ',')]
    pub(crate) not_account: Vec<String>,
    /// Organizational units to leave out, with those below; always wins
    #[arg(long, value_name = "ID|PATH-GLOB", value_delimiter = ',')]
    pub(crate) not_ou: Vec<String>,
    /// The role to assume in each account but the caller's own: NAME, PATH/NAME, or a template with
    /// {account}; repeat for a chain, in which a full ARN may lead through another account
    /// [default: OrganizationAccountAccessRole]
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Vec<RoleSpec>,
    /// The chain that the configuration file has, for when no flag names a role.
    #[arg(skip)]
    pub(crate) configured_roles: Vec<Role>,
    /// The external id that the trust policies of the roles ask for
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// The name of the sessions in the accounts' CloudTrail [default: orgwide- and the time]
    #[arg(long, value_name = "NAME", value_parser = session_name)]
    pub(crate) session_name: Option<String>,
    /// Make sure by a call in each account that AWS takes the caller for one of that account
    #[arg(long)]
    pub(crate) verify_identity: bool,
}

impl AccountArgs {
    /// The roles on the way into an account, one after another.
    pub(crate) fn roles(&self) -> Vec<RoleHop> {
        hops(&self.role, &self.configured_roles)
    }

    /// Whether no flag says which accounts are meant.
    pub(crate) fn includes_nothing(&self) -> bool {
        !self.org && self.account.is_empty() && self.ou.is_empty() && self.accounts_file.is_empty()
    }
}

/// The roles that flags name, else those of the configuration file, else the default one.
pub(crate) fn hops(named: &[RoleSpec], configured: &[Role]) -> Vec<RoleHop> {
    let configured_hop = |role: &Role| {
        RoleHop::from(role.name.clone())
            .external_id(role.external_id.clone())
            .session_name(role.session_name.clone())
            .duration(role.duration)
    };
    match (named, configured) {
        ([], []) => vec![RoleSpec::default().into()],
        ([], configured) => configured.iter().map(configured_hop).collect(),
        (named, _) => named.iter().cloned().map(RoleHop::from).collect(),
    }
}

/// As AWS STS takes it, unchanged.
fn session_name(text: &str) -> Result<String, String> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || "=,.@-_+".contains(c);
    if (2..=64).contains(&text.len()) && text.chars().all(is_legal) {
        Ok(text.to_owned())
    } else {
        Err("a session name is 2 to 64 letters, digits and any of =,.@-_+".to_owned())
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Regions")]
pub(crate) struct RegionArgs {
    /// Regions by name, by pattern, or all that are `enabled`; names alone need no call to the accounts
    /// [default: enabled]
    #[arg(long, value_name = "NAME|GLOB|enabled", value_delimiter = ',')]
    pub(crate) region: Vec<String>,
    /// Regions to leave out; `global` leaves out services that have no regions
    #[arg(long, value_name = "NAME|GLOB|global", value_delimiter = ',')]
    pub(crate) not_region: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Use a simulated organization instead of AWS, of that many accounts
    #[arg(
        long,
        value_name = "ACCOUNTS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "25",
        value_parser = clap::value_parser!(u32).range(1..=100_000)
    )]
    pub(crate) simulate: Option<u32>,
    /// The profile of the shared AWS configuration [default: AWS_PROFILE]
    #[arg(long, value_name = "NAME", conflicts_with = "simulate")]
    pub(crate) profile: Option<String>,
    /// Send every call here instead of to AWS
    #[arg(long, value_name = "URL", conflicts_with = "simulate", value_hint = ValueHint::Url)]
    pub(crate) endpoint_url: Option<String>,
    #[arg(skip)]
    pub(crate) home_region: Option<RegionName>,
    #[arg(skip)]
    pub(crate) endpoints: Vec<Endpoint>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Log to stderr, such as `debug` or `orgwide_session=debug`
    #[arg(long, value_name = "FILTER")]
    pub(crate) log: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Rate of calls, such as 'ec2:Describe*=20/s burst 100' (per account, region and operation),
    /// 'ec2=20/s' (over the whole service) or 'ec2=500/s per run' (over all accounts and regions);
    /// repeat for more
    #[arg(long, value_name = "MATCH=RATE")]
    pub(crate) limit: Vec<Rule>,
    /// The most calls in flight at once, over all accounts [default: 128]
    #[arg(long, value_name = "N")]
    pub(crate) in_flight: Option<NonZeroU32>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingsArgs {
    /// Read settings from this file; flags win over it, and what either leaves out stays out
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// The set of the file to go by
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(crate) set: Option<String>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct LimitsArgs {
    #[command(subcommand)]
    pub(crate) verb: Option<LimitsVerb>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LimitsVerb {
    /// Say which limits one call is under, where they come from, and which they stand before
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The call, such as ec2:DescribeInstances
    #[arg(value_name = "SERVICE:OPERATION")]
    pub(crate) call: String,
    /// The account that pays for it, where limits differ by account
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    /// The region it is made in, where limits differ by region
    #[arg(long, value_name = "NAME", default_value = "us-east-1")]
    pub(crate) region: RegionName,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) verb: ConfigVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigVerb {
    /// Say everything that is wrong with a file, or print what it means: variables filled in, aliases resolved
    Check {
        /// The file
        #[arg(value_name = "FILE", default_value = "orgwide.yaml", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Print what holds when this set of the file is picked
        #[arg(long, value_name = "NAME")]
        set: Option<String>,
    },
    /// Print the JSON schema of the file, for editors
    Schema,
    /// Print a file made from one of c7n-org (accounts.yml) or cs.aws_account, and say what is not carried over
    Import {
        /// The other tool's file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Write rows to this file (.ndjson, .csv or .parquet), to stdout with `-`, or, of `inventory` and `call`, to
    /// objects under s3://BUCKET/PREFIX/date=…/run=…/ (s3://BUCKET/PREFIX/, with *.ndjson, *.csv or *.parquet behind
    /// it for a format; each run has a folder of its own); repeat for more [default: stdout, as a table on a terminal]
    #[arg(long, value_name = "FILE|S3URL", value_hint = ValueHint::FilePath)]
    pub(crate) out: Vec<PathBuf>,
    /// Replace an --out file that exists
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Print no progress and no closing table, only errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// How many accounts the organization has
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) accounts: u32,
    /// The regions that are enabled: names, or how many [default: five of them]
    #[arg(long, value_name = "N|NAME", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    /// Instances per account and region, on average
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) instances: u32,
    /// How many of the accounts are suspended
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) suspended: u32,
    /// How many organizational units it has, in three levels
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(0..=2_000))]
    pub(crate) units: u32,
    /// The same seed makes the same organization
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How long every answer takes
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration::parse_or_zero)]
    pub(crate) latency: Duration,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
    /// Write what there is in the organization to this file, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) truth: Option<PathBuf>,
    /// Write every request to this file, a JSON object a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) log: Option<PathBuf>,
    /// Answer every call, however many there are; otherwise the limits AWS publishes hold
    #[arg(long)]
    pub(crate) no_throttling: bool,
    /// Read limits from this file, in front of AWS's: a JSON array such as
    /// [{"service":"ec2","operation":"Describe*","rate":2,"bucket":10}]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_throttling")]
    pub(crate) rates: Option<PathBuf>,
    /// Read roles and whom they trust from this file: a JSON array such as
    /// [{"role":"OrganizationAccountAccessRole","account":"…","external_id":"…","mfa":true}]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) roles: Option<PathBuf>,
    /// Read what policies deny from this file: a JSON array such as
    /// [{"service":"ec2","operation":"Describe*","account":"…","region":"eu-*","policy":"service_control_policy"}]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) denials: Option<PathBuf>,
    /// Read scripted answers from this file: a JSON array such as
    /// [{"service":"sts","operation":"AssumeRole","account":"…","answers":["access_denied"],"repeat":true}]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) faults: Option<PathBuf>,
}
