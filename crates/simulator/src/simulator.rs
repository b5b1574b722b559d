use std::collections::BTreeMap;
use std::future::pending;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use bytes::Bytes;
use http::Response;

use crate::answer::Answer;
use crate::body::Body;
use crate::builder::{SimulatorBuilder, SimulatorError};
use crate::call::Call;
use crate::caller::Caller;
use crate::clock::{Clock, from_signature_date, http_date};
use crate::connector::InProcess;
use crate::credentials::{Rejected, Vault};
use crate::fault::Met;
use crate::incoming::Incoming;
use crate::log::{Entry, Log, Request};
use crate::meter::Meter;
use crate::page::Twist;
use crate::rate_rule::RateError;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources::truth::{self, ResourceTruth};
use crate::script::Script;
use crate::seed::word;
use crate::server::Server;
use crate::services::{self, Context, s3, sts};
use crate::spec::WorldSpec;
use crate::stall::Stall;
use crate::throttling::Throttling;
use crate::truth::Truth;
use crate::world::World;

/// A simulated AWS organization.
///
/// A clone is the same organization: credentials handed out by one are good at the other, and both write one
/// log. It answers over HTTP ([`serve`](Self::serve)), in process ([`http_client`](Self::http_client)), or both
/// at once. Its time is tokio's, so in process it works under a paused clock.
#[derive(Debug, Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    world: World,
    vault: Vault,
    objects: s3::Objects,
    script: Script,
    meter: Meter,
    stall: Stall,
    log: Log,
    clock: Clock,
    latency: Duration,
    truth: OnceLock<Truth>,
}

/// How a request ended.
pub(crate) enum Ending {
    Answered(Response<Body>),
    /// No answer: the connection is to be closed.
    Dropped,
}

impl Simulator {
    /// Makes an organization that answers at once and without faults, within the rate limits of AWS.
    ///
    /// # Errors
    ///
    /// When the specification describes no possible world.
    pub fn new(spec: WorldSpec) -> Result<Self, SimulatorError> {
        Self::builder(spec).build()
    }

    /// Begins the settings of an organization.
    pub fn builder(spec: WorldSpec) -> SimulatorBuilder {
        SimulatorBuilder::new(spec)
    }

    /// The organization as an HTTP client for the AWS SDK: no socket, and time is tokio's, paused or not.
    ///
    /// It keeps to the read timeout of the client's configuration. The endpoint and the secret keys do not matter.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(InProcess::new(self.clone(), None))
    }

    /// The same as a connector, for those who wrap one or send requests of their own making.
    ///
    /// An answer that takes longer than `read_timeout` is a timeout error.
    #[must_use]
    pub fn http_connector(&self, read_timeout: Option<Duration>) -> SharedHttpConnector {
        SharedHttpConnector::new(InProcess::new(self.clone(), read_timeout))
    }

    /// Starts to answer plain HTTP on 127.0.0.1 at `port`, or at any free port for 0.
    ///
    /// # Errors
    ///
    /// When the port cannot be had.
    pub async fn serve(&self, port: u16) -> io::Result<Server> {
        Server::start(self.clone(), port).await
    }

    /// Changes the rate limits from now on.
    ///
    /// Where a new rule differs from an old one in rate and bucket only, the tokens that are left stay, as far as
    /// there is room for them, and a full bucket stays full. The buckets of other new rules start full.
    ///
    /// # Errors
    ///
    /// When a rule is impossible; then the limits stay as they are.
    pub fn set_throttling(&self, throttling: Throttling) -> Result<(), RateError> {
        self.inner.meter.change(throttling, self.inner.clock.elapsed())
    }

    /// Stands still: from now on every answer, also to the requests being answered, is held back until this time
    /// has passed, and then all are given at once. A longer stall that is under way goes on.
    ///
    /// Requests are still taken in, and pay at the rate limits as they arrive.
    pub fn stall(&self, duration: Duration) {
        self.inner.stall.begin(duration);
    }

    /// Ends credentials now, the caller's own or a session's: whoever signs with this key from here on is told
    /// that it has expired.
    pub fn expire(&self, access_key: &str) {
        self.inner.vault.end(access_key);
    }

    /// The time since the simulator was made, by which the log counts.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner.clock.elapsed()
    }

    /// What the organization holds. It is worked out the first time, which takes memory for every id in it.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        self.inner.truth.get_or_init(|| Truth::of(&self.inner.world))
    }

    /// The objects that were put into a bucket, by their keys.
    #[must_use]
    pub fn objects(&self, bucket: &str) -> BTreeMap<String, Bytes> {
        self.inner.objects.all(bucket)
    }

    /// How many uploads of objects in parts have neither been completed nor aborted.
    #[must_use]
    pub fn uploads(&self) -> usize {
        self.inner.objects.uploads()
    }

    /// What account number `index` holds of every kind, each resource worked out as it is asked for. Nothing for a
    /// suspended account, which cannot be entered, and for a number that none has.
    pub fn resources(&self, index: usize) -> impl Iterator<Item = ResourceTruth> + use<'_> {
        let world = &self.inner.world;
        world.accounts.get(index).into_iter().flat_map(|account| truth::resources(world, account))
    }

    /// The requests that have ended, in order of arrival.
    #[must_use]
    pub fn log(&self) -> Vec<Request> {
        self.inner.log.requests()
    }

    /// How many requests have ended, by service and operation.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<(String, String), u64> {
        self.inner.log.calls()
    }

    /// How many TCP connections were accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.inner.log.connections()
    }

    /// The most requests that were being answered at one time.
    #[must_use]
    pub fn peak_in_flight(&self) -> usize {
        self.inner.log.peak()
    }

    /// What went wrong with the log's file, once. Nothing is written to the file after that.
    #[must_use]
    pub fn take_log_error(&self) -> Option<io::Error> {
        self.inner.log.take_file_error()
    }

    pub(crate) fn assemble(
        world: World,
        script: Script,
        meter: Meter,
        log: Log,
        clock: Clock,
        latency: Duration,
    ) -> Self {
        let (vault, stall, truth) = (Vault::default(), Stall::default(), OnceLock::new());
        let objects = s3::Objects::default();
        Self {
            inner: Arc::new(Inner {
                world,
                vault,
                objects,
                script,
                meter,
                stall,
                log,
                clock,
                latency,
                truth,
            }),
        }
    }

    pub(crate) fn connected(&self) -> u64 {
        self.inner.log.connected()
    }

    /// Opens the log entry of a request whose body may still be on its way.
    pub(crate) fn arrive(&self, connection: u64) -> Entry<'_> {
        self.inner.log.arrive(connection)
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, mut entry: Entry<'_>, incoming: Incoming) -> Ending {
        let inner = &*self.inner;
        let call = Call::read(&incoming);
        let request_id = inner.request_id(entry.request.seq);
        note(&mut entry.request, &call, &incoming);

        // Tokens are taken and faults dealt out on arrival, so that their order does not depend on how long
        // answers take.
        let admitted = inner.caller(&call).and_then(|caller| {
            let account = &inner.world.accounts[caller.account].id;
            entry.request.account = call.signature.as_ref().map(|_| account.clone());
            entry.request.access_key_is_base = caller.is_base;
            inner
                .meter
                .pay(&call, caller.account, inner.clock.elapsed())
                .map_err(|throttled| Refusal::throttled(&call, account).after(throttled.retry_after))?;
            let about = call.role_arn().and_then(sts::account_of).unwrap_or(account);
            let planned = inner.script.next(&Met {
                service: call.service(),
                operation: &call.operation,
                account: about,
                region: call.region(),
                at: inner.clock.elapsed(),
            });
            if planned == Answer::Expired {
                inner.vault.end(call.access_key());
            }
            Ok((caller, planned))
        });
        let delay = inner.latency + admitted.as_ref().map_or(Duration::ZERO, |(_, planned)| planned.delay());
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        inner.stall.over().await;
        let (caller, planned) = match admitted {
            Ok((_, Answer::Reset)) => return Ending::Dropped,
            Ok((_, Answer::Hang)) => pending().await,
            Ok((caller, planned)) => (Ok(caller), planned),
            Err(refusal) => (Err(refusal), Answer::Ok),
        };
        let reply = caller.and_then(|caller| inner.planned_answer(&call, &caller, &planned, &request_id));
        let reply = reply.unwrap_or_else(|refusal| refusal.reply(&call, &request_id));
        entry.request.status = Some(reply.status);
        entry.request.code.clone_from(&reply.code);
        let date = http_date(inner.clock.now());
        Ending::Answered(reply.into_http(call.protocol, &request_id, &date, planned.delivery()))
    }
}

/// In this form botocore knows a load balancer by its answer; any other it takes for a broken service.
const UNAVAILABLE_PAGE: &[u8] = b"<html><body><b>Http/1.1 Service Unavailable</b></body></html>";

const LOGIN_PAGE: &[u8] = b"<!DOCTYPE html><html><head><title>Sign in to the network</title></head>\
    <body><form><input name=\"user\"></form></body></html>";

impl Inner {
    fn caller(&self, call: &Call) -> Result<Caller, Refusal> {
        if call.unsigned_region.is_some() {
            // The role's account pays, as there is no caller's.
            let account = call.role_arn().and_then(sts::account_of).and_then(|id| self.world.account(id));
            return Ok(Caller::nobody(account.unwrap_or(self.world.hub()).index));
        }
        if call.signature.is_none() {
            return Err(Refusal::unsigned(call.protocol));
        }
        let token = call.session_token.as_deref();
        self.vault.caller(&self.world, call.access_key(), token, self.clock.now()).map_err(|rejected| {
            match rejected {
                Rejected::Unknown => Refusal::not_recognised(call.protocol),
                Rejected::Expired => Refusal::expired(call.protocol),
            }
        })
    }

    /// What a call is answered with.
    fn planned_answer(
        &self,
        call: &Call,
        caller: &Caller,
        planned: &Answer,
        request_id: &str,
    ) -> Result<Reply, Refusal> {
        let throttled = || Refusal::throttled(call, &self.world.accounts[caller.account].id);
        match planned {
            Answer::Unavailable => Ok(Reply::new(503, "text/html", UNAVAILABLE_PAGE.to_vec())),
            Answer::Html => Ok(Reply::new(200, "text/html", LOGIN_PAGE.to_vec())),
            Answer::Throttling => Err(throttled()),
            Answer::ThrottlingAfter(seconds) => Err(throttled().after(Some((*seconds).into()))),
            Answer::ThrottlingWith { header, value } => Err(throttled().with(header, value)),
            Answer::Internal => Err(Refusal::internal(call)),
            Answer::AccessDenied => Err(Refusal::denied(call, &caller.arn)),
            Answer::Expired => Err(Refusal::expired(call.protocol)),
            Answer::Suspended => Err(Refusal::suspended(call, &caller.arn)),
            Answer::Error { status, code, message } => {
                Err(Refusal::new(*status, code.clone(), message.clone()))
            }
            right => self.right_answer(call, caller, right.twist(), request_id),
        }
    }

    fn right_answer(
        &self,
        call: &Call,
        caller: &Caller,
        twist: Option<Twist>,
        request_id: &str,
    ) -> Result<Reply, Refusal> {
        let params = call.params.as_ref().ok_or_else(Refusal::unreadable)?;
        let (world, vault, objects, now) = (&self.world, &self.vault, &self.objects, self.clock.now());
        services::answer(&Context { world, vault, objects, call, params, caller, now, request_id, twist })
    }

    fn request_id(&self, seq: u64) -> String {
        let mut rng = self.world.seed().text("request").number(seq).rng();
        [8, 4, 4, 4, 12].map(|length| word(&mut rng, b"0123456789abcdef", length)).join("-")
    }
}

/// Notes what a request says about itself.
fn note(request: &mut Request, call: &Call, incoming: &Incoming) {
    // A stranger's words may be of any length; nothing genuine is longer than this.
    let short = |text: &str| text.chars().take(200).collect::<String>();
    let known = |text: &str| (!text.is_empty()).then(|| short(text));
    request.service = known(call.service());
    request.region = known(call.region());
    request.session = call.session_request();
    request.operation = short(&call.operation);
    request.action = known(call.service()).map(|_| short(&call.action()));
    request.role_arn = call.role_arn().map(|arn| arn.chars().take(2_048).collect());
    request.invocation_id = incoming.header("amz-sdk-invocation-id").map(short);
    request.signed_at = incoming.header("x-amz-date").and_then(from_signature_date);
    request.attempt = incoming.header("amz-sdk-request").and_then(|header| {
        let mut fields = header.split(';').filter_map(|field| field.trim().split_once('='));
        fields.find(|(name, _)| *name == "attempt")?.1.parse().ok()
    });
}
