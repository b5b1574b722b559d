//! The simulator as an HTTP client of the AWS SDK.

use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;

use crate::body::Body;
use crate::incoming::Incoming;
use crate::simulator::{Ending, Simulator};

/// Answers in the caller's own task.
#[derive(Debug, Clone)]
pub(crate) struct InProcess {
    simulator: Simulator,
    read_timeout: Option<Duration>,
}

impl InProcess {
    pub(crate) fn new(simulator: Simulator, read_timeout: Option<Duration>) -> Self {
        Self { simulator, read_timeout }
    }

    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
        let entry = self.simulator.arrive(0);
        let answer = self.simulator.answer(entry, Incoming::new(parts, body));
        let ending = match self.read_timeout {
            None => answer.await,
            Some(limit) => tokio::time::timeout(limit, answer).await.map_err(|_| {
                let error = io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {limit:?}"));
                ConnectorError::timeout(error.into())
            })?,
        };
        match ending {
            Ending::Answered(mut response) => {
                let length = response.body().announced().into();
                response.headers_mut().insert(http::header::CONTENT_LENGTH, length);
                let body = |body: Body| match body.into_whole() {
                    Ok(bytes) => SdkBody::from(bytes),
                    Err(body) => SdkBody::from_body_1_x(body),
                };
                HttpResponse::try_from(response.map(body))
                    .map_err(|error| ConnectorError::other(error.into(), None))
            }
            Ending::Dropped => {
                let error =
                    io::Error::new(io::ErrorKind::ConnectionReset, "connection closed before an answer");
                Err(ConnectorError::io(error.into()))
            }
        }
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Self::new(self.simulator.clone(), settings.read_timeout()))
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().exchange(request))
    }
}
