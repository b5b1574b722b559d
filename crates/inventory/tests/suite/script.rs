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
use orgwide_account::Account;
use orgwide_call::CallError;
use orgwide_inventory::{Collectors, Gap, Record};
use orgwide_models::Catalog;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Credentials, Session};
use serde_json::Value;
use tokio::time::Instant;

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const REGION: &str = "eu-central-1";

/// What a request asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) host: String,
    /// Path and query.
    pub(crate) target: String,
    /// The operation, of protocols that name it in a header.
    pub(crate) operation: String,
    pub(crate) body: String,
    /// Requests under way, this one among them.
    pub(crate) at_once: usize,
}

impl Asked {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Status and body.
pub(crate) struct Answer(pub(crate) u16, pub(crate) String);

pub(crate) fn ok(body: impl ToString) -> Answer {
    Answer(200, body.to_string())
}

/// An error of a service that speaks JSON.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer(status, serde_json::json!({ "__type": code, "message": message }).to_string())
}

type Script = dyn Fn(&Asked) -> Answer + Send + Sync;

#[derive(Clone)]
pub(crate) struct Scripted {
    script: Arc<Script>,
    asked: Arc<Mutex<Vec<Asked>>>,
    under_way: Arc<Mutex<usize>>,
}

/// What a collection came to.
pub(crate) struct Collected {
    /// The records of each page.
    pub(crate) pages: Vec<Vec<Record>>,
    pub(crate) error: Option<CallError>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) asked: Vec<Asked>,
}

impl Collected {
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.pages.iter().flatten()
    }

    /// How often an operation was asked.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.asked.iter().filter(|asked| asked.operation == operation).count()
    }
}

/// Everything of a type, with details, that a script answers with.
pub(crate) async fn collect(
    collectors: &Collectors,
    kind: &str,
    region: &str,
    script: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> Collected {
    let client = Scripted { script: Arc::new(script), asked: Arc::default(), under_way: Arc::default() };
    let session = Session::builder()
        .credentials(Credentials::new("AKIAHUB", "secret", None, None, "test"))
        .region(REGION.parse().unwrap())
        .http_client(client.clone())
        .time_source(Time { base: SystemTime::now(), start: Instant::now() })
        .load()
        .await
        .unwrap();
    let account = Account::new(ACCOUNT.parse().unwrap(), None, session);
    let here = RegionalAccount::new(account, region.parse().unwrap());
    let collector = collectors.find(&[kind]).unwrap()[0].with_details();
    let mut pages = collector.pages(&here).unwrap();
    let (mut found, mut error) = (Vec::new(), None);
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => found.push(page),
            Err(failed) => error = Some(failed),
        }
    }
    let asked = client.asked.lock().unwrap().clone();
    Collected { pages: found, error, gaps: pages.gaps().to_vec(), asked }
}

/// The built-in types, and those of a file.
pub(crate) fn with_file(text: &str) -> Collectors {
    let built_in = Collectors::built_in(Catalog::embedded()).unwrap();
    built_in.with_file(text).unwrap_or_else(|error| panic!("{error}"))
}

impl HttpClient for Scripted {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Scripted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri: http::Uri = request.uri().parse().unwrap();
        let target = uri.path_and_query().unwrap().to_string();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap()).into_owned();
        let header = request.headers().get("x-amz-target").and_then(|target| target.split('.').nth(1));
        let in_body = || body.split('&').find_map(|pair| pair.strip_prefix("Action="));
        let operation = header.or_else(in_body).unwrap_or_default().to_owned();
        *self.under_way.lock().unwrap() += 1;
        let at_once = *self.under_way.lock().unwrap();
        let asked = Asked { host: uri.host().unwrap().to_owned(), target, operation, body, at_once };
        self.asked.lock().unwrap().push(asked.clone());
        let Answer(status, body) = (self.script)(&asked);
        let response = http::Response::builder().status(status).body(SdkBody::from(body)).unwrap();
        let response = HttpResponse::try_from(response).unwrap();
        let under_way = Arc::clone(&self.under_way);
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            *under_way.lock().unwrap() -= 1;
            Ok(response)
        })
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
