//! However an attempt ends, its permit is given back once: with one call in flight and three attempts.

use std::io::ErrorKind;
use std::time::Duration;

use aws_smithy_runtime_api::client::result::ConnectorError;
use orgwide_session::Session;
use orgwide_simulator::{Answer, Fault};
use tokio::time::{Instant, timeout};

use crate::common::*;
use crate::loopback::{Act, Loopback};
use crate::script::{Answered, End, Scripted, answers, body, fails, io_error, response};

const MS: Duration = Duration::from_millis(1);

/// What becomes of one attempt.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Good,
    Unavailable,
    /// The connection is closed without an answer.
    Closed,
    /// No answer in time.
    Late,
    Refused,
    NoConnectionInTime,
    /// The body of a good answer breaks off, 30 ms after it began.
    Cut,
    /// That of an error.
    CutError,
}
use Fate::*;

/// Attempts of one call, and whether the call succeeds.
const ROWS: &[(&str, &[Fate], bool)] = &[
    ("the end of the body", &[Good], true),
    ("two errors, then an answer", &[Unavailable, Unavailable, Good], true),
    ("errors only", &[Unavailable; 3], false),
    ("bodies that break off", &[Cut; 3], false),
    ("bodies of errors that break off", &[CutError; 3], false),
    ("a body that breaks off, then an answer", &[Cut, Good], true),
    ("closed connections", &[Closed; 3], false),
    ("a closed connection, then an answer", &[Closed, Good], true),
    ("no answer in time", &[Late, Late, Late], false),
    ("no answer in time, then an answer", &[Late, Good], true),
    ("refused connections", &[Refused; 3], false),
    ("no connection in time", &[NoConnectionInTime; 3], false),
    ("one of each, then an answer", &[CutError, Closed, Good], true),
];

impl Fate {
    /// What the simulator answers.
    fn simulated(self) -> Answer {
        match self {
            Unavailable => Answer::Unavailable,
            Closed => Answer::Reset,
            Late => Answer::Hang,
            _ => Answer::Ok,
        }
    }

    /// What the simulator has no part in.
    fn scripted(self) -> Option<Answered> {
        let cut = |status| answers(response(status, &[], body("<Error", 30 * MS, End::Cut)));
        match self {
            Good | Unavailable | Closed | Late => None,
            Refused => Some(fails(io_error(ErrorKind::ConnectionRefused))),
            NoConnectionInTime => Some(fails(ConnectorError::timeout("no connection in time".into()))),
            Cut => Some(cut(200)),
            CutError => Some(cut(503)),
        }
    }

    /// What a server does.
    fn act(self) -> Act {
        match self {
            Unavailable => Act::Unavailable,
            Closed => Act::Close,
            Late => Act::Hang,
            Cut => Act::Cut(200),
            CutError => Act::Cut(503),
            Good | Refused | NoConnectionInTime => Act::Good,
        }
    }
}

/// Makes the call, keeps what comes of it, and looks whether anything else was kept.
async fn try_and_look(name: &str, hub: &Session, fates: &[Fate], succeeds: bool) {
    let limiter = hub.limiter();
    let kept = aws_sdk_sts::Client::new(&hub.config()).get_caller_identity().send().await;
    assert_eq!(kept.is_ok(), succeeds, "{name}: {kept:?}");
    assert_eq!(granted(limiter), fates.len() as u64, "{name}: a permit for each attempt");
    assert_eq!(hub.calls().calls, fates.len() as u64, "{name}");
    assert!(is_forgotten(limiter), "{name}: something is kept with the result");
    assert!(is_free(limiter), "{name}: the permit is not back");
    drop(kept);
    assert!(is_free(limiter), "{name}: it came back twice or not at all");
    assert_eq!(hub.calls().peak_in_flight, 1, "{name}");
}

#[tokio::test(start_paused = true)]
async fn the_permit_comes_back_once_however_an_attempt_ends() {
    for (name, fates, succeeds) in ROWS {
        let simulated: Vec<Answer> =
            fates.iter().filter(|fate| fate.scripted().is_none()).map(|fate| fate.simulated()).collect();
        let faults = (!simulated.is_empty()).then(|| Fault::on("sts", "*").answers(simulated.clone()));
        let simulator = organization(1, faults);
        let client = Scripted::new(simulator.http_client(), |number, _| fates.get(number)?.scripted());
        let builder = builder(&simulator).http_client(client).answer_timeout(Duration::from_secs(1));
        let hub = builder.limiter(in_flight(1)).load().await.unwrap();

        try_and_look(name, &hub, fates, *succeeds).await;

        assert_eq!(simulator.log().len(), simulated.len(), "{name}");
        timeout(MS, who(&hub)).await.expect(name).expect(name);
    }
}

#[tokio::test]
async fn over_sockets_the_permit_comes_back_once_too() {
    let rows = ROWS.iter().filter(|(_, fates, _)| !matches!(fates[0], NoConnectionInTime));
    let rows = rows.map(|(name, fates, succeeds)| async move {
        let server = Loopback::serve(fates.iter().map(|fate| fate.act())).await;
        let url = match fates[0] {
            Refused => Loopback::closed_port().await,
            _ => server.url(),
        };
        let hub = over(&url).answer_timeout(200 * MS).limiter(in_flight(1)).load().await.unwrap();

        try_and_look(name, &hub, fates, *succeeds).await;

        if !matches!(fates[0], Refused) {
            assert_eq!(server.arrivals().len(), fates.len(), "{name}");
            let begun = Instant::now();
            who(&hub).await.expect(name);
            assert!(begun.elapsed() < Duration::from_secs(2), "{name}");
        }
    });
    futures::future::join_all(rows).await;
}
