#![doc = include_str!("../README.md")]

use anyhow::Result;
use orgwide_fanout::{JobError, Target, Verdict};
use orgwide_names::AccountId;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, Failure, Session};
use orgwide_simulator::{Simulator, WorldSpec};

/// The session an example starts from: a simulated organization, or AWS when `--aws` is given.
///
/// # Errors
///
/// When the simulator cannot be made or the environment's configuration is unusable.
pub async fn hub() -> Result<Session> {
    if std::env::args().any(|argument| argument == "--aws") {
        return Ok(Session::builder().load().await?);
    }
    let simulator = Simulator::new(WorldSpec::default())?;
    let credentials = Credentials::new("hub", "simulated", None, None, "simulator");
    let builder = Session::builder().credentials(credentials).http_client(simulator.http_client());
    Ok(builder.region("us-east-1".parse()?).load().await?)
}

/// A target of the examples: one account in one region. Its account is its lane, so accounts take turns.
#[derive(Debug, Clone)]
pub struct Here(pub RegionalAccount);

impl Target for Here {
    type Lane = AccountId;

    fn lane(&self) -> AccountId {
        self.0.id()
    }
}

/// What a call of the examples failed with.
#[derive(Debug)]
pub struct Failed(pub Failure);

impl JobError for Failed {
    fn verdict(&self) -> Verdict {
        match self.0.retry_after() {
            Some(after) => Verdict::Again { after },
            None if self.0.class().is_denied() => Verdict::Denied,
            None => Verdict::Failed,
        }
    }
}
