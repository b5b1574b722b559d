//! From flags to what is selected.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use futures::StreamExt;
use futures::stream;
use orgwide_account::{Choices as Choosing, ParseSelectionError, RoleChain, Selection};
use orgwide_names::{AccountId, Partition};
use orgwide_regional::RegionSelection;
use orgwide_session::{Failure, OnWait, Session};

use crate::args::{AccountArgs, ConnectionArgs, RegionArgs};
use crate::connect::Hub;
use crate::exit::Exit;
use crate::places::Choices;
use crate::stop::Stop;

/// Longer lists of accounts than an organization can have are not lists of accounts.
const LONGEST_LIST: u64 = 64 << 20;

/// The accounts the flags ask for. With `--simulate`, all of them when nothing is asked for.
async fn accounts(args: &AccountArgs, connection: &ConnectionArgs) -> Result<Selection, Stop> {
    let mut selection = Selection::default();
    if args.org || (connection.simulate.is_some() && args.includes_nothing()) {
        selection.include_organization();
    } else if args.includes_nothing() && !args.tag.is_empty() {
        return Err(Stop::usage("--tag filters what is selected, and nothing is")
            .next_step("say of which accounts: --org, --ou, --account or --accounts-file"));
    }
    let each = |flag: &str,
                texts: &[String],
                add: &mut dyn FnMut(&str) -> Result<(), ParseSelectionError>| {
        texts.iter().try_for_each(|text| add(text)).map_err(|error| Stop::usage(format!("--{flag}: {error}")))
    };
    each("account", &args.account, &mut |text| selection.include(text))?;
    each("ou", &args.ou, &mut |text| selection.include_unit(text))?;
    each("tag", &args.tag, &mut |text| selection.filter_tag(text))?;
    each("not-account", &args.not_account, &mut |text| selection.exclude(text))?;
    each("not-ou", &args.not_ou, &mut |text| selection.exclude_unit(text))?;
    for path in &args.accounts_file {
        let list = read(path.clone()).await?;
        selection.include_list(&list).map_err(|error| unreadable(path, &error))?;
    }
    // Nothing included would be the caller's own account, which an empty list does not ask for.
    if selection.is_callers_own() && !args.accounts_file.is_empty() {
        return Err(Stop::new(Exit::NothingStarted, "the selection is empty: no account is in the list"));
    }
    Ok(selection)
}

/// The text of a file, or of stdin for `-`; reading may take as long as whoever writes it takes.
async fn read(path: PathBuf) -> Result<String, Stop> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        let read = if path == Path::new("-") {
            std::io::stdin().take(LONGEST_LIST).read_to_string(&mut text)
        } else {
            std::fs::File::open(&path).and_then(|file| file.take(LONGEST_LIST).read_to_string(&mut text))
        };
        match read {
            Ok(_) => Ok(text),
            Err(error) => Err(Stop::usage(format!("--accounts-file {}: {error}", path.display()))),
        }
    });
    reading.await.unwrap_or_else(|error| Err(Stop::usage(format!("--accounts-file: {error}"))))
}

fn unreadable(path: &Path, error: &ParseSelectionError) -> Stop {
    Stop::usage(format!("--accounts-file {}: {error}", path.display()))
        .next_step("write an id or a name on each line; # begins a comment")
}

/// The roles the flags give for entering accounts.
fn roles(args: &AccountArgs, hub: &Session) -> Result<RoleChain, Stop> {
    let mut hops = args.roles().into_iter();
    let first = hops.next().map(RoleChain::new).unwrap_or_default();
    let name = args.session_name.clone();
    let name = name.unwrap_or_else(|| format!("orgwide-{}", jiff::Timestamp::now().as_second()));
    let chain = hops.fold(first, RoleChain::then).session_name(&name).external_id(args.external_id.clone());
    // What no account's role could be asked for with is refused before the first.
    let sample: AccountId = "000000000000".parse().map_err(Stop::usage)?;
    let scratch = hub.assumed_chain([]);
    for request in chain.requests(hub.partition(), chain.only_account().unwrap_or(sample)).unwrap_or_default()
    {
        scratch.assume_role_deferred(&request).map_err(|error| {
            Stop::usage(format!("the {} is unusable: {}", error.parameter(), error.reason()))
        })?;
    }
    Ok(chain)
}

/// The regions the flags ask for.
pub(crate) fn regions(args: &RegionArgs, partition: Partition) -> Result<RegionSelection, Stop> {
    RegionSelection::parse(partition, &args.region, &args.not_region)
        .map_err(|error| Stop::usage(error).next_step("name regions as AWS does, such as eu-central-1"))
}

/// Connects; the selection is not looked up yet.
pub(crate) async fn begin(
    accounts: &AccountArgs,
    connection: &ConnectionArgs,
    on_wait: OnWait,
) -> Result<Begun, Stop> {
    let selection = self::accounts(accounts, connection).await?;
    let hub = Hub::connect(connection, on_wait).await?;
    let roles = roles(accounts, &hub.session)?;
    Begun::new(hub, selection, roles)
}

/// A selection that has not been looked up yet.
pub(crate) struct Begun {
    pub(crate) hub: Hub,
    pub(crate) selection: Selection,
    pub(crate) roles: RoleChain,
    choosing: Choosing,
}

impl Begun {
    pub(crate) fn new(hub: Hub, selection: Selection, roles: RoleChain) -> Result<Self, Stop> {
        let choosing = Choosing::new(&hub.session, selection.clone(), roles.clone())
            .map_err(|error| Stop::usage(format!("--role: {error}")))?;
        Ok(Self { hub, selection, roles, choosing })
    }

    /// Looks up who the caller is and the first account, both at once. From here on, what fails is part of the run.
    pub(crate) async fn choices(self) -> Result<(Hub, AccountId, Choices), Stop> {
        let mut choices = self.choosing.stream().boxed();
        let first = async { choices.next().await.transpose() };
        let (own, first) = tokio::try_join!(self.hub.reach(), first)
            .map_err(|failure: Failure| Stop::nothing_started(&failure))?;
        match first {
            None => Err(Stop::new(Exit::NothingStarted, "the selection is empty")),
            Some(first) => Ok((self.hub, own, stream::iter([Ok(first)]).chain(choices).boxed())),
        }
    }

    /// Looks up who the caller is, and no account.
    pub(crate) async fn callers_own(self) -> Result<(Hub, AccountId), Stop> {
        let own = self.hub.reach().await.map_err(|failure| Stop::nothing_started(&failure))?;
        Ok((self.hub, own))
    }
}
