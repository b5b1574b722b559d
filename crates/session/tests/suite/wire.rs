//! What goes out is what the SDK would send without us.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_sdk_sts::config::IdentityCache;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use orgwide_simulator::{Answer, Fault};

use crate::common::*;

type Headers = BTreeMap<String, String>;

/// Notes the headers of each request on its way.
#[derive(Debug, Clone)]
struct Noting {
    client: SharedHttpClient,
    seen: Arc<Mutex<Vec<Headers>>>,
}

#[derive(Debug)]
struct NotingConnector {
    connector: SharedHttpConnector,
    seen: Arc<Mutex<Vec<Headers>>>,
}

impl HttpClient for Noting {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, parts);
        SharedHttpConnector::new(NotingConnector { connector, seen: self.seen.clone() })
    }
}

impl HttpConnector for NotingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let headers =
            request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.seen.lock().unwrap().push(headers);
        self.connector.call(request)
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_agent_and_the_signed_headers_are_those_of_a_plain_client() {
    let simulator = organization(1, []);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut own = Credentials::builder()
        .access_key_id("AKIAHUB")
        .secret_access_key("secret")
        .session_token("token")
        .account_id(id(0).as_str())
        .provider_name("test")
        .build();
    own.get_property_mut_or_default::<Vec<AwsCredentialFeature>>()
        .push(AwsCredentialFeature::CredentialsEnvVars);
    let noting = Noting { client: simulator.http_client(), seen: seen.clone() };
    let session = builder(&simulator).credentials(own).http_client(noting).load().await.unwrap();

    who(&session).await.unwrap();
    let plain = session.config().to_builder().identity_cache(IdentityCache::no_cache()).build();
    aws_sdk_sts::Client::new(&plain).get_caller_identity().send().await.unwrap();
    assert_eq!(session.calls().calls, 1, "the second went round the gate");

    let seen = seen.lock().unwrap();
    let [ours, plain] = &seen[..] else { panic!("{seen:?}") };
    for header in ["user-agent", "x-amz-user-agent"] {
        assert_eq!(ours[header], plain[header]);
    }
    let agent = &ours["x-amz-user-agent"];
    // T: the account id was known; g: credentials of the environment's variables.
    let metrics = agent.split(' ').find_map(|part| part.strip_prefix("m/")).unwrap();
    assert!(metrics.split(',').any(|metric| metric == "T"), "{agent}");
    assert!(metrics.split(',').any(|metric| metric == "g"), "{agent}");
    assert!(agent.contains("app/orgwide"), "{agent}");
    let signed = |headers: &Headers| {
        let (_, rest) = headers["authorization"].split_once("SignedHeaders=").unwrap();
        rest.split_once(',').unwrap().0.to_owned()
    };
    assert_eq!(signed(ours), signed(plain));
    assert!(signed(ours).contains("x-amz-security-token"), "{}", signed(ours));
    assert_eq!(ours.keys().collect::<Vec<_>>(), plain.keys().collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn requests_in_flight_are_those_the_server_sees_whatever_becomes_of_them() {
    let bad = [Answer::Reset, Answer::AccessDenied, Answer::Throttling, Answer::Unavailable, Answer::Hang];
    let faults = [Fault::on("sts", "GetCallerIdentity").answers(bad)];
    let simulator = slow_organization(1, Duration::from_millis(100), faults);
    let hub = builder(&simulator).answer_timeout(Duration::from_secs(1)).load().await.unwrap();
    let together = |calls| futures::future::join_all((0..calls).map(|_| who(&hub)));

    together(5).await;
    assert!(tokio::time::timeout(Duration::from_millis(50), together(4)).await.is_err(), "given up");
    assert_eq!(hub.calls().peak_in_flight, 5, "what has ended is not in flight");
    assert!(together(7).await.iter().all(Result::is_ok));
    assert_eq!(hub.calls().peak_in_flight, 7);
    assert_eq!(simulator.peak_in_flight(), 7);
    assert_eq!(hub.calls().calls, simulator.log().len() as u64);
}
