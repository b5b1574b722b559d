//! An HTTP client that answers every request by a script, and keeps what was asked.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use orgwide_call::Caller;
use orgwide_limit::{Limiter, Rule, Rules};
use orgwide_session::{Credentials, Session};
use tokio::time::Instant;

/// What a request asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Scheme and host.
    pub(crate) origin: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

/// Status, headers and body.
pub(crate) struct Answer(pub(crate) u16, pub(crate) Vec<(&'static str, String)>, pub(crate) String);

/// Answers the request of a number, from 0.
type Script = dyn Fn(usize, &Asked) -> Answer + Send + Sync;

#[derive(Clone)]
pub(crate) struct Scripted {
    script: Arc<Script>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The account of the base credentials.
pub(crate) const ACCOUNT: &str = "111122223333";
/// The region that is asked.
pub(crate) const HOME: &str = "eu-central-1";

pub(crate) fn ok(body: impl Into<String>) -> Answer {
    Answer(200, Vec::new(), body.into())
}

pub(crate) fn status(status: u16, body: impl Into<String>) -> Answer {
    Answer(status, Vec::new(), body.into())
}

impl Answer {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.1.push((name, value.into()));
        self
    }
}

/// A caller whose requests, numbered from 0, are answered by the script.
pub(crate) struct World {
    pub(crate) session: Session,
    pub(crate) caller: Caller,
    client: Scripted,
}

impl World {
    pub(crate) async fn new(script: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::limited(&["*=unlimited"], script).await
    }

    pub(crate) async fn limited(
        rules: &[&str],
        script: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let client = Scripted { script: Arc::new(script), asked: Arc::default() };
        let rules = rules.iter().map(|rule| rule.parse::<Rule>().unwrap());
        let session = Session::builder()
            .credentials(Credentials::new("AKIAHUB", "canary-secret-key", None, None, "test"))
            .region(HOME.parse().unwrap())
            .http_client(client.clone())
            .time_source(Time { base: SystemTime::now(), start: Instant::now() })
            .limiter(Limiter::new(Rules::new(rules)))
            .load()
            .await
            .unwrap();
        let caller = Caller::new(&session.config()).account(ACCOUNT.parse().unwrap());
        Self { session, caller, client }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.client.asked.lock().unwrap().clone()
    }

    /// The same with an endpoint of the user's.
    pub(crate) fn at(&self, url: &str) -> Caller {
        Caller::new(&self.session.config().to_builder().endpoint_url(url).build())
    }

    /// The same in another region.
    pub(crate) fn in_region(&self, region: &str) -> Caller {
        Caller::new(&self.session.config_in(&region.parse().unwrap()))
    }
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Region and service that were signed for.
    pub(crate) fn signed_for(&self) -> Option<String> {
        let scope = self.header("authorization")?.split("Credential=AKIAHUB/").nth(1)?;
        let mut parts = scope.split('/').skip(1);
        Some(format!("{}/{}", parts.next()?, parts.next()?))
    }
}

impl HttpClient for Scripted {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Scripted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (origin, target) = {
            let uri = request.uri();
            let slash = uri.find("://").map(|at| at + 3 + uri[at + 3..].find('/').unwrap()).unwrap();
            (uri[..slash].to_owned(), uri[slash..].to_owned())
        };
        let asked = Asked {
            origin,
            target,
            headers: request.headers().iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            body: String::from_utf8_lossy(request.body().bytes().unwrap()).into_owned(),
            at: Instant::now(),
        };
        let number = {
            let mut all = self.asked.lock().unwrap();
            all.push(asked.clone());
            all.len() - 1
        };
        let Answer(status, headers, body) = (self.script)(number, &asked);
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        let response = HttpResponse::try_from(response.body(SdkBody::from(body)).unwrap()).unwrap();
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

/// Wall time that moves with tokio's clock.
#[derive(Debug, Clone)]
struct Time {
    base: SystemTime,
    start: Instant,
}

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        self.base + self.start.elapsed()
    }
}
