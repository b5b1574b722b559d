//! Sinks against the simulated organization, in process: its runtime has a thread and a paused clock of its own, as the
//! sink's caller has no runtime.

mod buckets;
mod parts;
mod puts;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;

use jiff::Timestamp;
use orgwide_ledger::{Parts, Settled, Sink, SinkError, SinkSpec};
use orgwide_session::{Credentials, Session};
use orgwide_simulator::{Fault, Simulator, WallClock, WorldSpec};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{S3Out, S3Url, Start, spec};
use crate::rows::ANSWER;
use crate::stop::Stop;

/// A simulated organization with a session in it.
struct Stage {
    simulator: Simulator,
    session: Session,
    runtime: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Stage {
    fn calm() -> Self {
        Self::set(world(), [])
    }

    fn set(world: WorldSpec, faults: impl IntoIterator<Item = Fault>) -> Self {
        let (end, ended) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let faults: Vec<_> = faults.into_iter().collect();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(async {
                let simulator = Simulator::builder(world).faults(faults).build().unwrap();
                let session = Session::builder()
                    .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
                    .region("us-east-1".parse().unwrap())
                    .http_client(simulator.http_client())
                    .time_source(WallClock::start())
                    .load()
                    .await
                    .unwrap();
                tell.send((simulator, session, Handle::current())).unwrap();
                ended.await.ok();
            });
        });
        let (simulator, session, runtime) = told.recv().unwrap();
        Self { simulator, session, runtime, end: Some(end), thread: Some(thread) }
    }

    /// A bucket of the caller's own account; the last one is not in the home region.
    fn bucket(&self) -> String {
        self.simulator.truth().accounts[0].buckets.last().unwrap().clone()
    }

    fn spec(&self, folder: &str, rows: u64) -> SinkSpec {
        let url = format!("s3://{}/{folder}/*.ndjson", self.bucket());
        let url = S3Url::parse(Path::new(&url)).unwrap().of_run(Start::at(Timestamp::UNIX_EPOCH));
        SinkSpec { parts: Parts { rows, bytes: u64::MAX }, ..spec(url, ANSWER) }
    }

    /// Opens a sink, and has it find its bucket.
    fn open(&self, spec: &SinkSpec, settled: Option<&Settled>) -> (Box<dyn Sink>, u64) {
        let out = S3Out::default();
        let opened = {
            let _inside = self.runtime.enter();
            out.open(spec, settled).unwrap()
        };
        self.connect(&out).unwrap();
        opened
    }

    fn connect(&self, out: &S3Out) -> Result<(), Stop> {
        let (tell, told) = mpsc::channel();
        let (out, session) = (out.clone(), self.session.clone());
        self.runtime.spawn(async move { tell.send(out.connect(&session).await) });
        told.recv().unwrap()
    }

    /// The objects of the sink: what is behind the folder of the run, and the lines in it.
    fn objects(&self, spec: &SinkSpec) -> BTreeMap<String, Vec<String>> {
        let url = S3Url::parse(&spec.path).unwrap();
        let lines =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().lines().map(str::to_owned).collect();
        let objects = self.simulator.objects(url.bucket());
        let own = |key: &str| key.strip_prefix(&url.key("")).map(str::to_owned);
        objects.iter().filter_map(|(key, bytes)| Some((own(key)?, lines(bytes)))).collect()
    }

    fn calls(&self, operation: &str) -> u64 {
        let calls = self.simulator.calls();
        calls.get(&("s3".to_owned(), operation.to_owned())).copied().unwrap_or(0)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.end.take().map(|end| end.send(()));
        self.thread.take().map(JoinHandle::join);
    }
}

/// Its management account has buckets, and the last of them is in another region than the caller.
fn world() -> WorldSpec {
    let world = WorldSpec { accounts: 3, seed: 4, ..WorldSpec::default() };
    WorldSpec { regions: vec!["eu-west-1".to_owned()], buckets: 3, ..world }
}

/// The rows of an outcome, told apart by their numbers.
fn rows(outcome: u64, count: u64) -> Vec<String> {
    (0..count).map(|number| format!("{{\"page\":{}}}", outcome * 1000 + number)).collect()
}

fn write(sink: &mut dyn Sink, outcome: u64, count: u64) -> Result<(), SinkError> {
    let rows = rows(outcome, count);
    sink.write(outcome, &rows.iter().map(String::as_bytes).collect::<Vec<_>>())
}

/// Objects of these names with the rows of these outcomes, `(outcome, rows)`.
fn objects<const N: usize>(expected: [(&str, &[(u64, u64)]); N]) -> BTreeMap<String, Vec<String>> {
    let all = |outcomes: &[(u64, u64)]| outcomes.iter().flat_map(|(outcome, n)| rows(*outcome, *n)).collect();
    expected.into_iter().map(|(name, outcomes)| (name.to_owned(), all(outcomes))).collect()
}
