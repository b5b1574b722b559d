//! A session whose every request is answered with one page of instances, and what the page looks like.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use orgwide_limit::{Limiter, Rule, Rules};
use orgwide_session::{Credentials, Session};

/// Instances on the page: the most that EC2 puts on one.
pub(crate) const INSTANCES: usize = 1000;

/// A session without limits that gets `page` for whatever it asks.
pub(crate) async fn session(page: Bytes) -> anyhow::Result<Session> {
    let unlimited: Rule = "ec2=unlimited".parse()?;
    let builder = Session::builder()
        .credentials(Credentials::new("key", "secret", None, None, "bench"))
        .http_client(Always(page))
        .limiter(Limiter::new(Rules::new([unlimited])));
    Ok(builder.region("us-east-1".parse()?).load().await?)
}

#[derive(Debug, Clone)]
struct Always(Bytes);

impl HttpClient for Always {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Always {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from(self.0.clone());
        let answer = http::Response::new(body);
        HttpConnectorFuture::ready(
            HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None)),
        )
    }
}

/// One page as EC2 sends it: as many instances, each its own reservation, with what an instance of a
/// group in a network has.
pub(crate) fn page(instances: usize) -> Bytes {
    let mut xml = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
    <reservationSet>
"#,
    );
    for number in 0..instances {
        xml.push_str(&ITEM.replace("{n}", &format!("{number:08x}")));
    }
    xml.push_str("    </reservationSet>\n</DescribeInstancesResponse>\n");
    xml.into()
}

const ITEM: &str = include_str!("instance.xml");
