//! What on the wire means that calls come too fast, for whom, and for how long.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_sts::error::ProvideErrorMetadata;
use aws_smithy_types::body::SdkBody;
use orgwide_limit::Payer;
use orgwide_session::{Call, Failure, Session};
use orgwide_simulator::{Answer, Fault, Simulator};

use crate::common::*;
use crate::raw::{query, send};
use crate::script::{End, Scripted, answers, body, response};

/// An answer, and whether it says that calls come too fast.
struct Row {
    name: &'static str,
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: Vec<u8>,
    means_too_fast: bool,
}

fn row(
    name: &'static str,
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: impl AsRef<[u8]>,
    means_too_fast: bool,
) -> Row {
    Row { name, status, header, body: body.as_ref().to_vec(), means_too_fast }
}

fn rows() -> Vec<Row> {
    let query = "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
    let ec2 = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors></Response>";
    let s3 = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>";
    let quota = "<ErrorResponse><Error><Code>LimitExceeded</Code><Message>Cannot exceed quota for RolesPerAccount: 1000</Message></Error></ErrorResponse>";
    let late = format!("<Error><Padding>{}</Padding><Code>Throttling</Code></Error>", "x".repeat(4096));
    let url = "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/";
    vec![
        row("query", 400, None, query, true),
        row("EC2", 503, None, ec2, true),
        row(
            "JSON",
            400,
            None,
            r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"}"#,
            true,
        ),
        row(
            "REST, code in a header",
            429,
            Some(("x-amzn-errortype", url)),
            r#"{"message":"slow down"}"#,
            true,
        ),
        row("REST, status 400", 400, Some(("x-amzn-errortype", "TooManyRequestsException")), "{}", true),
        row("query through JSON", 400, Some(("x-amzn-query-error", "RequestThrottled;Sender")), "{}", true),
        row("SNS", 429, None, "<ErrorResponse><Error><Code>Throttled</Code></Error></ErrorResponse>", true),
        row("429 and nothing else", 429, None, "", true),
        row("S3", 503, None, s3, true),
        row("code in lower case", 400, None, r#"{"code" : "TooManyRequests"}"#, true),
        row("CBOR", 400, None, b"\xbf\x66__type\x78\x26com.amazonaws.logs#ThrottlingException\xff", true),
        row("message only", 400, None, r#"{"message":"Rate exceeded"}"#, true),
        row(
            "a header's code with such a message",
            400,
            Some(("x-amzn-errortype", "ClientException")),
            r#"{"message":"Rate exceeded"}"#,
            true,
        ),
        row("503 of a load balancer", 503, None, "<html>Service Unavailable</html>", false),
        row("AccessDenied", 403, None, denied, false),
        row("a quota of IAM", 409, None, quota, false),
        row("the same in a header", 409, Some(("x-amzn-errortype", "LimitExceededException")), "{}", false),
        row("a code after 4 KiB", 400, None, late, false),
        row("a success that speaks of it", 200, None, query, false),
    ]
}

/// Ten accounts on one HTTP client. The next call of `victim`, once that is set, gets the answer.
struct Stage {
    simulator: Simulator,
    hub: Session,
    members: Vec<Session>,
    victim: Arc<Mutex<Option<String>>>,
}

impl Stage {
    async fn new(
        make: impl Fn() -> aws_smithy_runtime_api::client::orchestrator::HttpResponse + Send + Sync + 'static,
    ) -> Self {
        let simulator = organization(11, []);
        let victim: Arc<Mutex<Option<String>>> = Arc::default();
        let of_script = victim.clone();
        let client = Scripted::new(simulator.http_client(), move |_, request| {
            let key = request.headers().get("authorization")?;
            let mut victim = of_script.lock().unwrap();
            victim.take_if(|victim| key.contains(victim.as_str())).map(|_| answers(make()))
        });
        let builder = builder(&simulator).http_client(client);
        let limiter = limits_in_flight(&["sts=20/s burst 50"], 100);
        let hub = builder.limiter(limiter).load().await.unwrap();
        let members = (1..=10).map(|index| hub.assumed(&role(id_in(&simulator, index)))).collect();
        Self { simulator, hub, members, victim }
    }

    async fn set_victim(&self, member: usize) {
        let credentials = self.members[member].credentials().await.unwrap();
        *self.victim.lock().unwrap() = Some(credentials.access_key_id().to_owned());
    }

    async fn all_call(&self) {
        let calls = self.members.iter().flat_map(|member| (0..5).map(move |_| who(member)));
        futures::future::join_all(calls).await;
    }

    /// The accounts whose rate has been cut.
    fn slowed(&self) -> Vec<Payer> {
        self.hub.limiter().learned().iter().map(|learned| learned.account.unwrap()).collect()
    }
}

fn id_in(simulator: &Simulator, index: usize) -> orgwide_names::AccountId {
    simulator.truth().accounts[index].id.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_answer_that_means_too_fast_slows_the_account_it_was_for_and_no_other_does() {
    for (number, row) in rows().into_iter().enumerate() {
        let (name, victim, expected) = (row.name, number % 10, row.means_too_fast);
        let stage = Stage::new(move || {
            let headers: Vec<_> = row.header.into_iter().collect();
            response(row.status, &headers, SdkBody::from(row.body.clone()))
        })
        .await;
        stage.all_call().await;
        assert_eq!(stage.slowed(), [], "{name}");
        stage.set_victim(victim).await;
        stage.all_call().await;
        assert!(stage.victim.lock().unwrap().is_none(), "{name}: the answer was given");
        let slowed = if expected { vec![stage.members[victim].payer()] } else { Vec::new() };
        assert_eq!(stage.slowed(), slowed, "{name}");
        let throttled = u64::from(expected);
        assert_eq!(stage.hub.limiter().counters().total.throttled, throttled, "{name}");
        assert_eq!(stage.hub.calls().throttled, throttled, "{name}");
        assert_eq!(stage.hub.calls().calls, stage.simulator.log().len() as u64 + 1, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttle_that_is_cut_off_or_given_up_counts_when_it_has_said_so() {
    let said = "<ErrorResponse><Error><Code>Throttling</Code>";
    for (text, end, throttled) in
        [(said, End::Cut, 1), (said, End::Never, 1), ("<ErrorResponse>", End::Cut, 0), ("", End::Never, 0)]
    {
        let stage = Stage::new(move || response(400, &[], body(text, Duration::ZERO, end))).await;
        stage.set_victim(3).await;
        drop(tokio::time::timeout(Duration::from_secs(3), who(&stage.members[3])).await);
        assert_eq!(stage.hub.limiter().counters().total.throttled, throttled, "{text} {end:?}");
        assert_eq!(stage.slowed().len() as u64, throttled, "{text} {end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttle_that_the_head_of_an_answer_tells_is_known_before_its_body_has_come() {
    for (status, headers) in [(429, &[][..]), (400, &[("x-amzn-errortype", "ThrottlingException")])] {
        let stage = Stage::new(move || response(status, headers, body("", Duration::ZERO, End::Never))).await;
        stage.set_victim(3).await;
        let mut call = std::pin::pin!(who(&stage.members[3]));
        assert!(tokio::time::timeout(Duration::from_millis(1), &mut call).await.is_err(), "it goes on");
        assert_eq!(stage.slowed(), [stage.members[3].payer()], "{status}");
        assert_eq!(stage.hub.calls().throttled, 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_error_reaches_the_caller_whole_though_it_was_looked_at() {
    let message = "x".repeat(20_000);
    let text =
        format!("<ErrorResponse><Error><Code>Odd</Code><Message>{message}</Message></Error></ErrorResponse>");
    let simulator = organization(1, []);
    let client = Scripted::new(simulator.http_client(), move |_, _| {
        Some(answers(response(400, &[], body(&text, Duration::ZERO, End::Whole))))
    });
    let hub = builder(&simulator).http_client(client).load().await.unwrap();
    let error = aws_sdk_sts::Client::new(&hub.config()).get_caller_identity().send().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("Odd"), Some(&*message)));
}

#[tokio::test(start_paused = true)]
async fn limit_exceeded_is_a_throttle_in_the_answers_of_kinesis_alone() {
    for (service_id, signing_name, calls, throttled) in [("Kinesis", "kinesis", 3, 3), ("KMS", "kms", 1, 0)] {
        let simulator = organization(1, []);
        let client = Scripted::new(simulator.http_client(), |_, _| {
            let text = r#"{"__type":"LimitExceededException","message":"Rate exceeded for stream"}"#;
            Some(answers(response(400, &[], SdkBody::from(text))))
        });
        let hub = builder(&simulator).http_client(client).load().await.unwrap();
        let error = send(&hub, query(service_id, signing_name, "ListThings")).await.unwrap_err();
        // The SDK tries this again for any service.
        assert_eq!(hub.calls().calls, calls);
        assert_eq!(hub.calls().throttled, throttled, "{service_id}: {error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_keeps_the_bucket_closed_for_everybody_and_for_a_minute_at_most() {
    for (asked, expected) in [(3, 3), (59, 59), (3600, 60), (u32::MAX, 60)] {
        let simulator = organization(
            3,
            [Fault::on("sts", "GetCallerIdentity")
                .account(id(1).as_str())
                .answers([Answer::ThrottlingAfter(asked)])],
        );
        let hub = builder(&simulator).limiter(limits(&["sts=100/s burst 100"])).load().await.unwrap();
        let (first, second) = (hub.assumed(&role(id(1))), hub.assumed(&role(id(2))));
        for member in [&first, &second] {
            member.credentials().await.unwrap();
        }
        let begun = simulator.elapsed();
        let told = AtomicBool::new(false);
        let (a, b, c) = tokio::join!(
            async {
                let answer = who(&first).await;
                told.store(true, SeqCst);
                answer
            },
            async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                who(&first).await
            },
            async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                who(&second).await
            },
        );
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        let log = requests(&simulator, "GetCallerIdentity");
        assert_eq!(log.len(), 4);
        let after = |request: &orgwide_simulator::Request| (arrival(request) - begun).as_secs_f64();
        for request in &log[1..] {
            let seconds = after(request);
            if request.account.as_deref() == Some(id(2).as_str()) {
                assert!(seconds < 0.1, "another account waited: {seconds}");
            } else {
                let expected = f64::from(expected);
                // The SDK backs off on its own for a second or so, which may end a little later.
                assert!((expected..expected + 1.5).contains(&seconds), "{asked}: {seconds}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_header_of_aws_counts_in_milliseconds_and_an_error_that_is_no_throttle_closes_nothing() {
    for (status, code, header, least) in [
        (400, "Throttling", ("x-amz-retry-after", "2500"), 2.5),
        (400, "Throttling", ("retry-after", "2"), 2.0),
        // What cannot be read counts for nothing: left is the wait for a token at the halved rate of 50/s.
        (400, "Throttling", ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"), 0.02),
        (400, "Throttling", ("retry-after", "-5"), 0.02),
        (503, "ServiceUnavailable", ("retry-after", "20"), 0.0),
    ] {
        let simulator = organization(1, []);
        let text = format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
        let client = Scripted::new(simulator.http_client(), move |number, _| {
            (number == 0).then(|| answers(response(status, &[header], SdkBody::from(text.as_str()))))
        });
        let builder = builder(&simulator).http_client(client).limiter(limits(&["sts=100/s burst 100"]));
        let hub = builder.load().await.unwrap();
        let once = aws_sdk_sts::config::Builder::from(&*hub.config())
            .retry_config(aws_sdk_sts::config::retry::RetryConfig::disabled())
            .build();
        let error = aws_sdk_sts::Client::from_conf(once).get_caller_identity().send().await.unwrap_err();
        let failure = Failure::of(&error, Call::new("sts", "GetCallerIdentity"));
        assert_eq!(failure.code(), Some(code));
        let begun = simulator.elapsed();
        who(&hub).await.unwrap();
        let waited = (simulator.elapsed() - begun).as_secs_f64();
        assert!((least..least + 0.01).contains(&waited), "{header:?}: {waited}");
    }
}
