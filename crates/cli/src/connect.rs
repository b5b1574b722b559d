use std::time::Duration;

use orgwide_config::Endpoint;
use orgwide_limit::Limiter;
use orgwide_names::{AccountId, RegionName};
use orgwide_session::{Credentials, Failure, OnWait, Session};
use orgwide_simulator::{Server, Simulator, WorldSpec};

use crate::args::ConnectionArgs;
use crate::exit::Exit;
use crate::limits;
use crate::stop::Stop;

/// How long STS may take to answer the first question before AWS counts as out of reach.
const REACH: Duration = Duration::from_millis(4500);

/// The session a command works from, and the simulated organization behind it, if it is one.
pub(crate) struct Hub {
    pub(crate) session: Session,
    /// Serves until it is dropped.
    _simulator: Option<Server>,
}

impl Hub {
    /// Makes the session. Nothing of AWS is called yet.
    pub(crate) async fn connect(args: &ConnectionArgs, on_wait: OnWait) -> Result<Self, Stop> {
        let limiter = Limiter::new(limits::rules(&args.limits)?);
        let mut builder = Session::builder().limiter(limiter).on_wait(on_wait);
        let mut simulator = None;
        if let Some(accounts) = args.simulate {
            let server = simulate(accounts).await?;
            builder = builder
                .credentials(Credentials::new("hub", "simulated", None, None, "simulator"))
                .endpoint_url(server.endpoint_url())
                .region(home()?);
            simulator = Some(server);
        }
        if let Some(profile) = &args.profile {
            builder = builder.profile(profile);
        }
        if let Some(region) = &args.home_region {
            builder = builder.region(region.clone());
        }
        for Endpoint { service, region, url, .. } in &args.endpoints {
            builder = builder.endpoint(service.clone(), region.clone(), url);
        }
        if let Some(url) = &args.endpoint_url {
            builder = builder.endpoint_url(url);
        }
        let session =
            builder.load().await.map_err(|error| Stop::new(Exit::NothingStarted, error.to_string()))?;
        Ok(Self { _simulator: simulator, ..Self::of(session) })
    }

    /// With this session, whatever is behind it.
    pub(crate) fn of(session: Session) -> Self {
        Self { session, _simulator: None }
    }

    /// Makes sure there are credentials and that AWS answers, within seconds; says whose they are.
    pub(crate) async fn reach(&self) -> Result<AccountId, Failure> {
        self.session.credentials().await?;
        match tokio::time::timeout(REACH, self.session.identity()).await {
            Ok(identity) => identity.map(|identity| identity.account()),
            Err(_) => Err(Failure::no_answer(&self.session, REACH)),
        }
    }
}

async fn simulate(accounts: u32) -> Result<Server, Stop> {
    let failed = |error: String| Stop::new(Exit::NothingStarted, format!("the simulator failed: {error}"));
    let spec = WorldSpec { accounts: accounts as usize, crowded: true, ..WorldSpec::default() };
    let simulator =
        Simulator::builder(spec).keep_log(false).build().map_err(|error| failed(error.to_string()))?;
    simulator.serve(0).await.map_err(|error| failed(error.to_string()))
}

/// The simulated caller's home region.
fn home() -> Result<RegionName, Stop> {
    "us-east-1".parse().map_err(Stop::usage)
}
