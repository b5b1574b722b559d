//! Services that are reached elsewhere.

use orgwide_names::{RegionName, ServiceName};
use orgwide_session::{RawClient, RawError, RawRequest, Session, SessionBuilder, SessionError, Signing};

use crate::common::*;
use crate::sts::Sts;

fn service(name: &str) -> ServiceName {
    name.parse().unwrap()
}

fn region(name: &str) -> RegionName {
    name.parse().unwrap()
}

fn overridden(builder: SessionBuilder) -> SessionBuilder {
    builder
        .endpoint(service("sts"), None, "https://sts.everywhere.example")
        .endpoint(service("sts"), Some(region("eu-west-1")), "https://sts.ireland.example")
        .endpoint(service("ec2"), Some(region("eu-west-1")), "https://ec2.ireland.example:8443/path")
}

/// The host a typed client of the token service asks in a region.
async fn host(sts: &Sts, session: &Session, name: &str) -> String {
    let client = aws_sdk_sts::Client::new(&session.config_in(&region(name)));
    client.get_caller_identity().send().await.unwrap();
    sts.asked().last().unwrap().host.clone()
}

fn raw(session: &Session, service: &str, name: &str) -> Option<String> {
    RawClient::new(&session.config_in(&region(name))).configured_endpoint(service)
}

#[tokio::test(start_paused = true)]
async fn the_most_specific_endpoint_serves_typed_and_raw_clients_and_other_regions_get_the_default() {
    let sts = Sts::new();
    let session = overridden(sts.builder()).load().await.unwrap();
    who(&session).await.unwrap();
    assert_eq!(sts.asked()[0].host, "sts.everywhere.example", "the home region has none of its own");
    assert_eq!(host(&sts, &session, "eu-west-1").await, "sts.ireland.example");
    assert_eq!(host(&sts, &session, "us-east-1").await, "sts.everywhere.example");
    assert_eq!(raw(&session, "STS", "eu-west-1").as_deref(), Some("https://sts.ireland.example"));
    assert_eq!(raw(&session, "STS", "us-east-1").as_deref(), Some("https://sts.everywhere.example"));
    assert_eq!(raw(&session, "EC2", "eu-west-1").as_deref(), Some("https://ec2.ireland.example:8443/path"));
    assert_eq!((raw(&session, "EC2", "us-east-1"), raw(&session, "S3", "eu-west-1")), (None, None));

    // A role's session inherits them.
    let member = session.assumed(&crate::sts::role_in(1));
    assert_eq!(host(&sts, &member, "eu-west-1").await, "sts.ireland.example");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_for_all_services_is_the_default_of_those_without_one() {
    let sts = Sts::new();
    let session = overridden(sts.builder().endpoint_url("https://all.example")).load().await.unwrap();
    assert_eq!(host(&sts, &session, "us-east-1").await, "sts.everywhere.example");
    assert_eq!(host(&sts, &session, "eu-west-1").await, "sts.ireland.example");
    assert_eq!(raw(&session, "S3", "eu-west-1").as_deref(), Some("https://all.example"));
    assert_eq!(raw(&session, "EC2", "us-east-1").as_deref(), Some("https://all.example"));

    let plain = sts.builder().endpoint_url("https://all.example").load().await.unwrap();
    assert_eq!(host(&sts, &plain, "eu-west-1").await, "all.example");
    assert_eq!(raw(&plain, "STS", "eu-west-1").as_deref(), Some("https://all.example"));
}

#[tokio::test]
async fn so_it_is_where_the_environment_is_read() {
    let simulator = organization(1, []);
    let all = Session::builder().region(region(HOME)).http_client(simulator.http_client());
    let session = overridden(all.endpoint_url("https://all.example")).load().await.unwrap();
    let sdk = |name: &str| {
        // The SDK's own clients look here first when the general endpoint was not set by code.
        let config = session.config_in(&region(name));
        assert!(!config.get_origin("endpoint_url").is_client_config());
        raw(&session, "STS", name)
    };
    assert_eq!(sdk("eu-west-1").as_deref(), Some("https://sts.ireland.example"));
    assert_eq!(sdk("us-east-1").as_deref(), Some("https://sts.everywhere.example"));
    assert_eq!(raw(&session, "S3", "us-east-1").as_deref(), Some("https://all.example"));
}

#[tokio::test(start_paused = true)]
async fn a_request_sent_to_a_configured_endpoint_arrives_there() {
    let sts = Sts::new();
    let session = overridden(sts.builder()).load().await.unwrap();
    let client = RawClient::new(&session.config_in(&region("eu-west-1")));
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let endpoint = client.configured_endpoint("STS").unwrap();
    let request =
        RawRequest::post("STS", "GetCallerIdentity", endpoint, Signing::v4("sts", "eu-west-1"), body);
    client.send(request, |answer| Ok::<_, RawError>(answer.status)).await.unwrap();
    assert_eq!(sts.asked()[0].host, "sts.ireland.example");
}

#[tokio::test]
async fn what_is_no_endpoint_is_refused_by_name() {
    for bad in ["", "sts.example.com", "ftp://x", "localhost:8080", "https://"] {
        let general = Session::builder().endpoint_url(bad);
        let special = Session::builder().endpoint(service("sts"), None, bad);
        for builder in [general, special] {
            let builder = builder.credentials(orgwide_session::Credentials::new("a", "b", None, None, "t"));
            let error = builder.load().await.unwrap_err();
            assert!(matches!(&error, SessionError::Endpoint(url) if url == bad), "{error}");
        }
    }
}
