//! From flags to a run: what every verb that runs targets has in common.

use std::time::Duration;

use futures::{StreamExt, stream};
use orgwide_fanout::{Activity, Control};
use orgwide_inventory::Scope;
use orgwide_ledger::Columns;
use orgwide_names::Partition;
use orgwide_regional::RegionSelection;
use orgwide_session::OnWait;

use crate::args::RunArgs;
use crate::connect::Hub;
use crate::exit::Exit;
use crate::invocation::Invocation;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::replan::Replan;
use crate::report::Report;
use crate::runner::{Pace, Runner, Source, WINDOW};
use crate::select::Begun;
use crate::stop::Stop;
use crate::stopping::Stopping;
use crate::store::Store;
use crate::task::Task;
use crate::{canary, select, signals, task};

/// How long one target may work, where nobody says otherwise.
const ITEM_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// What a verb has to say about the run it wants.
pub(crate) struct Wanted<'a> {
    /// What it does, for people.
    pub(crate) doing: &'a str,
    /// The members of its rows.
    pub(crate) columns: Columns,
    /// Which verb it is.
    pub(crate) verb: &'static str,
    /// What the ledger keeps of it.
    pub(crate) invocation: Invocation,
}

/// Runs the tasks in every selected place, and says first what it does and where.
///
/// `tasks` gives them once it is known in which partition they run.
pub(crate) async fn launch(
    args: RunArgs,
    wanted: Wanted<'_>,
    tasks: impl FnOnce(Partition) -> Result<Vec<Task>, Stop>,
) -> Result<Exit, Stop> {
    let mut store = Store::open(&args.resume, wanted.verb, wanted.invocation)?;
    let recorder = match store.begin(&args, wanted.columns) {
        Ok(recorder) => recorder,
        Err(stop) => {
            store.discard();
            return Err(stop);
        }
    };
    let starting = async {
        let started = start(&args, &store, tasks).await?;
        store.objects().connect(&started.hub.session).await?;
        Ok(started)
    };
    let started = tokio::select! {
        started = starting => started.map_err(Err),
        exit = signals::first() => Err(Ok(exit)),
    };
    let Started { hub, source, repeatable, places } = match started {
        Ok(started) => started,
        Err(ended) => {
            // What cannot be taken back says so in the log; why nothing began is what matters.
            recorder.abandon().await.ok();
            store.discard();
            return ended;
        }
    };
    let report = Report::new(wanted.verb, &args, store);
    report.opening(&format!("{} {places}", wanted.doing), &recorder);
    let progress = Progress::start(args.output.quiet, hub.session.limiter(), &recorder);
    let runner = Runner {
        session: hub.session.clone(),
        source,
        recorder: recorder.clone(),
        window: WINDOW,
        pace: Pace {
            item_timeout: args.pace.item_timeout.unwrap_or(ITEM_TIMEOUT),
            deadline: args.pace.deadline,
            max_failures: args.pace.max_failures,
        },
        repeatable,
        resumed: report.store().is_resumed(),
    };
    let seen = progress.clone();
    let objects = report.store().objects().clone();
    let uploads = objects.is_used();
    let listen = move |control: &Control| Stopping::listen(control).for_uploads(uploads);
    let ran = runner.run(progress.clone(), move |event| seen.see(event), listen).await;
    progress.clear();
    let ended = report.closing(ran, recorder, hub.session.limiter()).await;
    objects.clear();
    // The simulated organization answers as long as the hub lives.
    drop(hub);
    ended
}

/// A run whose first account is known.
struct Started {
    hub: Hub,
    source: Source,
    /// Whether targets may be run more than once.
    repeatable: bool,
    /// Where the tasks are done, in words.
    places: String,
}

async fn start(
    args: &RunArgs,
    store: &Store,
    tasks: impl FnOnce(Partition) -> Result<Vec<Task>, Stop>,
) -> Result<Started, Stop> {
    let begun = select::begin(&args.accounts, &args.connection, on_wait()).await?;
    let partition = begun.hub.session.partition();
    let regions = select::regions(&args.regions, partition)?;
    let tasks = tasks(partition)?;
    let takes_place = |task: &Task| match task.scope() {
        Scope::Global | Scope::Organization => regions.includes_global(),
        Scope::Regional => !regions.is_empty(),
    };
    if !tasks.iter().any(takes_place) {
        let message = format!("the selection is empty: no region is left for {}", task::names(&tasks));
        return Err(Stop::new(Exit::NothingStarted, message).next_step("see --region and --not-region"));
    }
    let is_any = |scope| tasks.iter().any(|task| task.scope() == scope);
    let places = match (is_any(Scope::Regional), is_any(Scope::Global)) {
        (true, _) => format!("in regions: {regions}"),
        (false, true) => "once per account".to_owned(),
        (false, false) => "once, as the caller".to_owned(),
    };
    let repeatable = tasks.iter().all(Task::is_repeatable);
    let course = Course {
        regions,
        verify_identity: args.accounts.verify_identity,
        tasks,
        canary: args.pace.canary,
        strict_waves: args.pace.canary && args.pace.max_failures.is_none(),
        resumed: store.is_resumed(),
        is_planned: store.has_complete_plan(),
    };
    let (hub, source) = source(begun, course).await?;
    Ok(Started { hub, source, repeatable, places })
}

/// A target that waits for a rate does not work: its clock stands still meanwhile.
pub(crate) fn on_wait() -> OnWait {
    OnWait::new(|wait| {
        let activity = Activity::current()?;
        Some(activity.waiting_for(format!("{}:{}", wait.service, wait.operation)))
    })
}

/// What is done in every account, in which order, and what is known of it from before.
pub(crate) struct Course {
    pub(crate) regions: RegionSelection,
    pub(crate) verify_identity: bool,
    pub(crate) tasks: Vec<Task>,
    pub(crate) canary: bool,
    /// Whether a wave that does not complete ends the run.
    pub(crate) strict_waves: bool,
    /// Whether it was begun before.
    pub(crate) resumed: bool,
    /// Whether the ledger has every target of it.
    pub(crate) is_planned: bool,
}

/// Makes sure of the caller, and of the first account where these are not all known.
pub(crate) async fn source(begun: Begun, course: Course) -> Result<(Hub, Source), Stop> {
    let Course { regions, verify_identity, tasks, canary, strict_waves, resumed, is_planned } = course;
    if is_planned {
        let roles = begun.roles.clone();
        let (hub, own) = begun.callers_own().await?;
        let replan = Replan { hub: hub.session.clone(), own, roles, regions, verify_identity, tasks };
        return Ok((hub, Source::Ledger(replan)));
    }
    // What is done once asks for no account.
    let (hub, own, choices) = if tasks.iter().all(|task| task.scope() == Scope::Organization) {
        let (hub, own) = begun.callers_own().await?;
        (hub, own, stream::empty().boxed())
    } else {
        begun.choices().await?
    };
    let steps = if canary { canary::with(choices) } else { canary::without(choices) };
    let session = hub.session.clone();
    let plan = Plan { hub: session, own, steps, regions, verify_identity, tasks, strict_waves, resumed };
    Ok((hub, Source::Discovery(plan)))
}
