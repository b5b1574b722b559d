use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, rfc3339_millis};
use crate::session_request::SessionRequest;

/// A request the simulator received, as it is kept in the log.
///
/// No secret is in it: no signature, no session token, no secret key, and of the access key only whether it is
/// the caller's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The number of the request in order of arrival, from 1.
    pub seq: u64,
    /// The number of its TCP connection, from 1; 0 for a request in process.
    pub connection: u64,
    /// When it arrived: RFC 3339 with milliseconds, UTC.
    pub arrived: String,
    /// When it arrived, in microseconds since the simulator was made.
    pub arrived_us: u64,
    /// When its answer was ready, in microseconds since the simulator was made. For a client that left before
    /// that, when it did.
    pub finished_us: u64,
    /// How many requests, this one included, were being answered when it arrived.
    pub in_flight: usize,
    /// The account whose credentials signed it: 12 digits, or none if nobody's did or they were not accepted.
    pub account: Option<String>,
    /// Whether it was signed with the caller's own key, not with one that STS handed out.
    pub access_key_is_base: bool,
    /// The region it was signed for.
    pub region: Option<String>,
    /// The service it was signed for.
    pub service: Option<String>,
    /// The operation, as the API names it.
    pub operation: String,
    /// The permission it needs, as IAM names it; none for one whose service is not known.
    #[serde(default)]
    pub action: Option<String>,
    /// Which attempt of its call it was, as the SDK says, from 1.
    pub attempt: Option<u32>,
    /// The call it was an attempt of, as the SDK says.
    pub invocation_id: Option<String>,
    /// When it was signed, as its sender's clock has it: RFC 3339 in whole seconds.
    pub signed_at: Option<String>,
    /// The status of the answer; none if there was no answer.
    pub status: Option<u16>,
    /// The error code of the answer, if it had one.
    pub code: Option<String>,
    /// The role that credentials were asked for.
    pub role_arn: Option<String>,
    /// What else was asked for of the session.
    #[serde(default)]
    pub session: Option<SessionRequest>,
}

/// The requests so far, and the figures that are kept whether the requests are or not.
#[derive(Debug)]
pub(crate) struct Log {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    keep: bool,
    finished: Vec<Request>,
    file: Option<File>,
    file_error: Option<io::Error>,
    calls: BTreeMap<(String, String), u64>,
    last_seq: u64,
    connections: u64,
    in_flight: usize,
    peak: usize,
}

impl Log {
    pub(crate) fn new(clock: Clock, keep: bool, file: Option<File>) -> Self {
        let state = State {
            keep,
            finished: Vec::new(),
            file,
            file_error: None,
            calls: BTreeMap::new(),
            last_seq: 0,
            connections: 0,
            in_flight: 0,
            peak: 0,
        };
        Self { clock, state: Mutex::new(state) }
    }

    /// Counts a new connection and returns its number.
    pub(crate) fn connected(&self) -> u64 {
        let mut state = self.state.lock();
        state.connections += 1;
        state.connections
    }

    /// Opens the entry of a request that has just arrived.
    pub(crate) fn arrive(&self, connection: u64) -> Entry<'_> {
        let mut state = self.state.lock();
        let elapsed = self.clock.elapsed();
        state.last_seq += 1;
        state.in_flight += 1;
        state.peak = state.peak.max(state.in_flight);
        let request = Request {
            seq: state.last_seq,
            connection,
            arrived: rfc3339_millis(self.clock.at(elapsed)),
            arrived_us: elapsed.as_micros() as u64,
            finished_us: 0,
            in_flight: state.in_flight,
            account: None,
            access_key_is_base: false,
            region: None,
            service: None,
            operation: String::new(),
            action: None,
            attempt: None,
            invocation_id: None,
            signed_at: None,
            status: None,
            code: None,
            role_arn: None,
            session: None,
        };
        Entry { log: self, request }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        let mut requests = self.state.lock().finished.clone();
        requests.sort_by_key(|request| request.seq);
        requests
    }

    pub(crate) fn connections(&self) -> u64 {
        self.state.lock().connections
    }

    pub(crate) fn peak(&self) -> usize {
        self.state.lock().peak
    }

    pub(crate) fn calls(&self) -> BTreeMap<(String, String), u64> {
        self.state.lock().calls.clone()
    }

    pub(crate) fn take_file_error(&self) -> Option<io::Error> {
        self.state.lock().file_error.take()
    }
}

/// A request being answered. It is logged when this is dropped: with an answer, or without one if the client
/// left first.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    log: &'a Log,
    pub(crate) request: Request,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut state = self.log.state.lock();
        let elapsed = self.log.clock.elapsed();
        self.request.finished_us = elapsed.as_micros() as u64;
        state.in_flight -= 1;
        let service = self.request.service.clone().unwrap_or_default();
        *state.calls.entry((service, self.request.operation.clone())).or_default() += 1;
        if let Some(file) = state.file.as_mut()
            && let Err(error) = write_line(file, &self.request)
        {
            // Half a line may stand there now: more lines would make the file look whole.
            state.file = None;
            state.file_error = Some(error);
        }
        if state.keep {
            state.finished.push(self.request.clone());
        }
    }
}

fn write_line(file: &mut File, request: &Request) -> io::Result<()> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    file.write_all(&line)
}
