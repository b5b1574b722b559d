//! Requests as an SDK sends them, written by hand.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use orgwide_simulator::{Simulator, Throttling, WorldSpec};

/// Credentials; the secret key is not needed, as nothing is really signed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) token: Option<String>,
}

impl Key {
    pub(crate) fn hub() -> Self {
        Self { id: "AKIAIOSFODNN7EXAMPLE".into(), token: None }
    }
}

/// An answer with its whole body.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The texts of all elements of this name.
    pub(crate) fn texts(&self, element: &str) -> Vec<String> {
        texts(&self.body, element)
    }

    /// The text of the one element of this name.
    pub(crate) fn text(&self, element: &str) -> String {
        let found = self.texts(element);
        assert_eq!(found.len(), 1, "<{element}> in {self:?}");
        found[0].clone()
    }

    /// The first text of an element of this name, if there is one.
    pub(crate) fn maybe(&self, element: &str) -> Option<String> {
        self.texts(element).first().cloned()
    }
}

/// The texts of all elements of this name, read by a real parser, which also shows that the document is whole.
pub(crate) fn texts(xml: &str, element: &str) -> Vec<String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut found, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {xml}")) {
            Event::Start(start) if start.name().as_ref() == element => {
                inside = true;
                found.push(String::new());
            }
            Event::End(end) if end.name().as_ref() == element => inside = false,
            Event::Text(text) if inside => found.last_mut().unwrap().push_str(&text),
            Event::GeneralRef(name) if inside => {
                let entity = format!("&{};", &*name);
                found.last_mut().unwrap().push_str(&quick_xml::escape::unescape(&entity).unwrap());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// A simulator without rate limits: most tests ask faster than AWS lets anybody.
pub(crate) fn simulator(change: impl FnOnce(&mut WorldSpec)) -> Simulator {
    let mut spec = WorldSpec::default();
    change(&mut spec);
    Simulator::builder(spec).throttling(Throttling::off()).build().unwrap()
}

/// A signed request without a body.
pub(crate) fn signed(key: &Key, service: &str, region: &str) -> http::request::Builder {
    let scope = format!("{}/20250131/{region}/{service}/aws4_request", key.id);
    let builder = Request::builder()
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=5ec4e7"),
        )
        .header("x-amz-date", "20250131T120000Z")
        .header("amz-sdk-invocation-id", "0f9a1b2c-0000-4000-8000-00000000abcd")
        .header("amz-sdk-request", "attempt=2; max=3");
    match &key.token {
        Some(token) => builder.header("x-amz-security-token", token),
        None => builder,
    }
}

/// A call of STS or EC2.
pub(crate) fn form(key: &Key, service: &str, region: &str, pairs: &[(&str, &str)]) -> Request<String> {
    let version = match service {
        "ec2" => "2016-11-15",
        "iam" => "2010-05-08",
        _ => "2011-06-15",
    };
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .append_pair("Version", version)
        .finish();
    signed(key, service, region)
        .method("POST")
        .uri("http://127.0.0.1/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .unwrap()
}

/// A call of Organizations.
pub(crate) fn organizations(key: &Key, operation: &str, body: serde_json::Value) -> Request<String> {
    signed(key, "organizations", "us-east-1")
        .method("POST")
        .uri("http://127.0.0.1/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSOrganizationsV20161128.{operation}"))
        .body(body.to_string())
        .unwrap()
}

/// A call of Account Management.
pub(crate) fn list_regions(key: &Key, body: serde_json::Value) -> Request<String> {
    signed(key, "account", "us-east-1")
        .method("POST")
        .uri("http://127.0.0.1/listRegions")
        .header("content-type", "application/json")
        .body(body.to_string())
        .unwrap()
}

/// A call of S3 without a body.
pub(crate) fn s3(key: &Key, path_and_query: &str) -> Request<String> {
    signed(key, "s3", "us-east-1")
        .method("GET")
        .uri(format!("http://127.0.0.1{path_and_query}"))
        .body(String::new())
        .unwrap()
}

pub(crate) fn describe_instances(key: &Key, region: &str, more: &[(&str, &str)]) -> Request<String> {
    form(key, "ec2", region, &[&[("Action", "DescribeInstances")], more].concat())
}

pub(crate) fn assume(key: &Key, role_arn: &str) -> Request<String> {
    assume_with(key, role_arn, &[("RoleSessionName", "unit-test")])
}

pub(crate) fn assume_with(key: &Key, role_arn: &str, more: &[(&str, &str)]) -> Request<String> {
    form(key, "sts", "us-east-1", &[&[("Action", "AssumeRole"), ("RoleArn", role_arn)], more].concat())
}

pub(crate) fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole")
}

/// Sends a request in process.
pub(crate) async fn try_send(
    simulator: &Simulator,
    request: Request<String>,
    read_timeout: Option<Duration>,
) -> Result<Answered, ConnectorError> {
    let request = HttpRequest::try_from(request.map(SdkBody::from)).unwrap();
    let response = simulator.http_connector(read_timeout).call(request).await?;
    let response = response.try_into_http1x().unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(ConnectorError::io)?;
    let body = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    Ok(Answered { status: parts.status.as_u16(), headers: parts.headers, body })
}

pub(crate) async fn send(simulator: &Simulator, request: Request<String>) -> Answered {
    try_send(simulator, request, None).await.unwrap()
}

/// Status and code of an answer in any protocol.
pub(crate) async fn refused(sim: &Simulator, request: Request<String>) -> (u16, String) {
    let answer = send(sim, request).await;
    let code = match answer.header("content-type") {
        "application/json" => answer.header("x-amzn-errortype").to_owned(),
        "application/x-amz-json-1.1" => answer.json()["__type"].as_str().unwrap().to_owned(),
        _ => answer.text("Code"),
    };
    (answer.status, code)
}

pub(crate) fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Assumes the role of account number `index`.
pub(crate) async fn member(simulator: &Simulator, index: usize) -> Key {
    let id = simulator.truth().accounts[index].id.clone();
    let answer = send(simulator, assume(&Key::hub(), &role(&id))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    Key { id: answer.text("AccessKeyId"), token: Some(answer.text("SessionToken")) }
}
