//! No secret gets out, by whatever is printed.

use std::io;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use orgwide_session::{RoleRequest, SecretSource, Session};
use orgwide_simulator::{Answer, Fault};
use tracing_subscriber::fmt::MakeWriter;

use crate::common::*;
use crate::loopback::Loopback;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Sink {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Everything that is logged while the guards live, as much as can be.
fn record() -> (Sink, impl Sized) {
    let sink = Sink::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(sink.clone())
        .finish();
    // While there is one subscriber only, tracing asks the thread that first comes by a callsite whether anybody
    // cares, and that may be another test's. With a second one it asks them all.
    let second = tracing::Dispatch::new(tracing_subscriber::registry());
    (sink, (tracing::subscriber::set_default(subscriber), second))
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Over sockets and with the session's own client: in process a body is at hand in whole, and the SDK prints it
/// before it knows that it is secret.
#[tokio::test]
async fn no_secret_is_logged_at_trace_or_printed_by_debug() {
    let (sink, _recording) = record();
    let script = [
        Fault::on("sts", "AssumeRole").account(id(2).as_str()).answers([Answer::AccessDenied]),
        Fault::on("sts", "GetCallerIdentity")
            .account(id(1).as_str())
            .answers([Answer::Ok, Answer::AccessDenied]),
    ];
    let server = organization(3, script).serve(0).await.unwrap();
    let own =
        Credentials::new("AKIACANARY", "CANARYSECRETKEY", Some("CANARYSESSIONTOKEN".into()), None, "test");
    let building =
        Session::builder().credentials(own).region(HOME.parse().unwrap()).endpoint_url(server.endpoint_url());
    let mut printed = vec![format!("{building:?}"), format!("{building:#?}")];
    let hub = building.load().await.unwrap();
    let (member, denied) = (hub.assumed(&role(id(1))), hub.assumed(&role(id(2))));

    who(&hub).await.unwrap();
    who(&member).await.unwrap();
    for session in [&member, &denied] {
        let config = session.config();
        let error = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap_err();
        printed.push(format!("{error:?}\n{error:#?}\n{error}"));
        printed.push(format!("{}", aws_sdk_sts::error::DisplayErrorContext(&error)));
        let failure = orgwide_session::Failure::of(&error, who_call(session));
        printed.push(format!("{failure:?}\n{failure}\n{}", failure.next_step()));
    }
    for session in [&hub, &member, &denied] {
        printed.push(debug(session));
    }
    let given = member.credentials().await.unwrap();
    printed.push(format!("{given:?}"));

    server.shutdown().await;
    let mut out = sink.text();
    assert!(out.contains("role assumed"), "our events are captured");
    assert!(out.contains("TRACE aws_smithy_runtime") && out.contains("aws_sigv4"), "and the SDK's");
    assert!(out.contains(given.access_key_id()), "and what stands beside the secrets");
    out.push_str(&printed.join("\n"));
    let token = given.session_token().unwrap();
    for secret in ["CANARYSECRETKEY", "CANARYSESSIONTOKEN", given.secret_access_key(), token] {
        assert!(secret.len() >= 15);
        let hits: Vec<&str> = out.lines().filter(|line| line.contains(secret)).take(3).collect();
        assert!(hits.is_empty(), "{secret} in {hits:#?}");
    }
}

/// What a session and all that comes with it print.
fn debug(session: &Session) -> String {
    let config = session.config();
    format!("{session:?} {config:?} {:?} {:?}", config.identity_cache(), config.credentials_provider())
}

/// What proves who asks for a role is in the body of a request, which the SDK would print when it sends it.
#[tokio::test]
async fn nothing_that_guards_a_role_is_logged_at_trace_or_printed_by_debug() {
    let (sink, _recording) = record();
    // Whatever it is asked, it says who the caller is; that is no answer here.
    let server = Loopback::serve([]).await;
    let hub = over(&server.url()).load().await.unwrap();
    let arn = role(id(1)).role().clone();
    let secret = |text: &str| {
        let text = text.to_owned();
        SecretSource::asking(move || std::future::ready(Ok(text.clone())))
    };
    let requests = [
        role(id(1))
            .external_id("CANARYEXTERNALID")
            .policy("{\"Sid\":\"CANARYPOLICY\"}")
            .tag("team", "CANARYTAG")
            .mfa("GAHT12345678", secret("739182")),
        RoleRequest::web_identity(arn.clone(), secret("CANARYTOKEN")).policy("CANARYPOLICY"),
        RoleRequest::saml(arn, "arn:aws:iam::111122223333:saml-provider/Corp", secret("CANARYASSERTION")),
        role(id(2)).external_id("CANARYEXTERNALID?"),
        role(id(2)).mfa("GAHT12345678", secret("CANARYCODE")),
    ];
    let mut printed = Vec::new();
    for request in &requests {
        let member = hub.assumed(request);
        let config = member.config();
        let error = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap_err();
        let failure = hub.assume_role(request).await.unwrap_err();
        printed.push(format!("{request:?} {error:#?} {}", aws_sdk_sts::error::DisplayErrorContext(&error)));
        printed.push(format!(
            "{failure:?} {failure} {} {} {:?}",
            failure.next_step(),
            debug(&member),
            request.check()
        ));
    }
    let mut out = sink.text();
    assert_eq!(server.arrivals().len(), 3, "the last two are refused here");
    assert_eq!(out.matches("transmitting request").count(), 3);
    assert!(out.contains("inner: BoxBody"), "where the bodies would be");
    out.push_str(&printed.join("\n"));
    for word in ["CANARY", "739182"] {
        let hits: Vec<&str> = out.lines().filter(|line| line.contains(word)).take(3).collect();
        assert!(hits.is_empty(), "{word} in {hits:#?}");
    }
}
