//! A token service that gives everybody every role, tells what it was asked for, and refuses as a test says.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;
use orgwide_names::{AccountId, RoleArn};
use orgwide_session::{RoleRequest, Session, SessionBuilder};
use orgwide_simulator::WallClock;

use crate::common::*;
use crate::script::{Answered, Scripted, answers, response};

/// A request that was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) form: BTreeMap<String, String>,
    /// The access key that signed it.
    pub(crate) signer: Option<String>,
    pub(crate) host: String,
    pub(crate) at: SystemTime,
    /// How long the credentials that signed it were still good for; none for those of the base.
    pub(crate) left: Option<Duration>,
}

impl Asked {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(String::as_str)
    }
}

/// What is refused: status, code and message for the requests it is told of; none is answered as asked.
type Refuse = dyn Fn(&Asked) -> Option<(u16, &'static str, String)> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Sts {
    asked: Arc<Mutex<Vec<Asked>>>,
    /// When each key ends.
    ends: Arc<Mutex<HashMap<String, SystemTime>>>,
    refuse: Arc<Refuse>,
    time: WallClock,
    latency: Duration,
    lies: bool,
}

impl Sts {
    pub(crate) fn new() -> Self {
        Self::refusing(|_| None)
    }

    pub(crate) fn refusing(
        refuse: impl Fn(&Asked) -> Option<(u16, &'static str, String)> + Send + Sync + 'static,
    ) -> Self {
        Self {
            asked: Arc::default(),
            ends: Arc::default(),
            refuse: Arc::new(refuse),
            time: WallClock::start(),
            latency: Duration::ZERO,
            lies: false,
        }
    }

    pub(crate) fn slow(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// The same, but every key is of one account, whatever was asked for.
    pub(crate) fn lying(&self) -> Self {
        Self { lies: true, ..self.clone() }
    }

    pub(crate) fn builder(&self) -> SessionBuilder {
        // Everything is answered here, so nothing gets behind.
        let (behind, sts) = (SharedHttpClient::new(organization(1, []).http_client()), self.clone());
        Session::builder()
            .credentials(Credentials::new("AKIAHUB", "hub-secret", None, None, "test"))
            .region(HOME.parse().unwrap())
            .http_client(Scripted::new(behind, move |_, request| Some(sts.answer(request))))
            .time_source(self.time.clone())
            .limiter(limits(&["sts=unlimited"]))
    }

    pub(crate) async fn session(&self) -> Session {
        self.builder().load().await.unwrap()
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.time.now()
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.asked().iter().filter(|asked| asked.get("Action") == Some(operation)).count()
    }

    fn answer(&self, request: &HttpRequest) -> Answered {
        let body = request.body().bytes().expect("the body can be read, though it cannot be printed");
        let authorization = request.headers().get("authorization");
        let signer = authorization
            .and_then(|text| Some(text.split_once("Credential=")?.1.split_once('/')?.0.to_owned()));
        let uri: http::Uri = request.uri().parse().unwrap();
        let end = signer.as_ref().and_then(|key| self.ends.lock().unwrap().get(key).copied());
        let asked = Asked {
            form: form_urlencoded::parse(body).into_owned().collect(),
            signer,
            host: uri.host().unwrap().to_owned(),
            at: self.now(),
            left: end.map(|end| end.duration_since(self.now()).unwrap_or_default()),
        };
        let number = {
            let mut all = self.asked.lock().unwrap();
            all.push(asked.clone());
            all.len()
        };
        let answer = match (self.refuse)(&asked) {
            Some((status, code, message)) => {
                let body = format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                     <RequestId>request-{number}</RequestId></ErrorResponse>"
                );
                let id = format!("request-{number}");
                response(
                    status,
                    &[("content-type", "text/xml"), ("x-amzn-requestid", &id)],
                    SdkBody::from(body),
                )
            }
            None => {
                response(200, &[("content-type", "text/xml")], SdkBody::from(self.success(&asked, number)))
            }
        };
        if self.latency.is_zero() {
            return answers(answer);
        }
        let pause = tokio::time::sleep(self.latency);
        Box::pin(async move {
            pause.await;
            Ok(answer)
        })
    }

    fn success(&self, asked: &Asked, number: usize) -> String {
        let operation = asked.get("Action").unwrap();
        let result = if operation == "GetCallerIdentity" {
            // A key says in its end which account it is for.
            let key = asked.signer.as_deref().unwrap();
            let own = key.strip_prefix("ASIA").filter(|_| !self.lies);
            let account = own.map_or("111122223333", |rest| &rest[..12]);
            format!(
                "<Arn>arn:aws:iam::{account}:user/x</Arn><UserId>AIDA</UserId><Account>{account}</Account>"
            )
        } else {
            let role: RoleArn = asked.get("RoleArn").unwrap().parse().unwrap();
            let (account, name) = (role.account(), asked.get("RoleSessionName").unwrap_or("x"));
            let life = asked.get("DurationSeconds").map_or(3600, |text| text.parse().unwrap());
            let end = self.now() + Duration::from_secs(life);
            self.ends.lock().unwrap().insert(format!("ASIA{account}N{number}"), end);
            let end = DateTime::from(end).fmt(Format::DateTime).unwrap();
            format!(
                "<AssumedRoleUser><AssumedRoleId>AROA:{name}</AssumedRoleId>\
                 <Arn>arn:aws:sts::{account}:assumed-role/{}/{name}</Arn></AssumedRoleUser>\
                 <Credentials><AccessKeyId>ASIA{account}N{number}</AccessKeyId>\
                 <SecretAccessKey>SECRETKEY{number}</SecretAccessKey><SessionToken>SESSIONTOKEN{number}</SessionToken>\
                 <Expiration>{end}</Expiration></Credentials>",
                role.role()
            )
        };
        format!(
            "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result>{result}\
             </{operation}Result><ResponseMetadata><RequestId>request-{number}</RequestId></ResponseMetadata>\
             </{operation}Response>"
        )
    }
}

/// The id of an account there is for every number.
pub(crate) fn numbered(number: usize) -> AccountId {
    format!("{number:012}").parse().unwrap()
}

pub(crate) fn role_in(number: usize) -> RoleRequest {
    RoleRequest::new(format!("arn:aws:iam::{}:role/Audit", numbered(number)).parse().unwrap())
}
