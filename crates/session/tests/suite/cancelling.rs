//! Twenty thousand calls that fail, hang and are given up at random.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::result::ConnectorError;
use fastrand::Rng;
use tokio::time::timeout;

use crate::common::*;
use crate::script::{Answered, End, Scripted, answers, body, fails, io_error, response};

const CALLS: u64 = 20_000;
const TASKS: u64 = 256;

fn micros(least: u64, most: u64, random: &mut Rng) -> Duration {
    Duration::from_micros(random.u64(least..=most))
}

/// What becomes of a request, if the simulator is not to answer it.
fn fate(random: &mut Rng) -> Option<Answered> {
    let pause = micros(0, 8000, random);
    let error = "<ErrorResponse><Error><Code>Odd</Code></Error></ErrorResponse>";
    Some(match random.u8(..20) {
        0 => fails(io_error(std::io::ErrorKind::ConnectionReset)),
        1 => fails(ConnectorError::timeout("late".into())),
        2 => Box::pin(std::future::pending()),
        3 => answers(response(200, &[], body("<a", pause, End::Cut))),
        4 => answers(response(503, &[], body("<a", pause, End::Cut))),
        5 => answers(response(200, &[], body("<a", pause, End::Never))),
        6 => answers(response(503, &[], body("busy", pause, End::Whole))),
        7 => answers(response(400, &[], body(error, pause, End::Whole))),
        _ => return None,
    })
}

/// Fails one attempt in ten, before it is sent.
#[derive(Debug)]
struct Moody(Mutex<Rng>);

impl Intercept for Moody {
    fn name(&self) -> &'static str {
        "Moody"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.lock().unwrap().u8(..10) == 0 { Err("moody".into()) } else { Ok(()) }
    }
}

#[tokio::test(start_paused = true)]
async fn of_twenty_thousand_calls_given_up_at_random_nothing_stays_held() {
    for (seed, most) in [(1, 128), (2, 8)] {
        let simulator = slow_organization(1, Duration::from_millis(3), []);
        let random = Mutex::new(Rng::with_seed(seed));
        let client = Scripted::new(simulator.http_client(), move |_, _| fate(&mut random.lock().unwrap()));
        let builder = builder(&simulator).http_client(client.clone()).answer_timeout(Duration::from_secs(1));
        let hub = builder.limiter(in_flight(most)).load().await.unwrap();
        let config = Builder::from(&*hub.config()).interceptor(Moody(Mutex::new(Rng::with_seed(seed + 100))));
        let clients = Arc::new([Client::new(&hub.config()), Client::from_conf(config.build())]);

        let calls = if most == 128 { CALLS } else { CALLS / 10 };
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let (clients, mut random) = (clients.clone(), Rng::with_seed(1000 * seed + task));
                tokio::spawn(async move {
                    let mut ended = 0;
                    for _ in (task..calls).step_by(TASKS as usize) {
                        let patience = match random.bool() {
                            true => micros(50, 12_000, &mut random),
                            false => Duration::from_millis(200),
                        };
                        let client = random.choice(&*clients).unwrap();
                        ended +=
                            u64::from(timeout(patience, client.get_caller_identity().send()).await.is_ok());
                    }
                    ended
                })
            })
            .collect();
        let mut ended = 0;
        for task in tasks {
            ended += task.await.unwrap();
        }

        let (limiter, sent) = (hub.limiter(), client.sent().len() as u64);
        let counts = hub.calls();
        println!(
            "seed {seed}: {calls} calls, {ended} not given up, {} permits, {sent} requests, {} at once",
            counts.calls, counts.peak_in_flight
        );
        assert_eq!(granted(limiter), counts.calls);
        assert!(sent <= counts.calls && sent > calls / 4 && ended > calls / 10 && ended < calls);
        assert_eq!(counts.peak_in_flight, u64::from(most), "full, and never more");
        assert!(is_forgotten(limiter), "nothing is held");
        // Every place is there again, and none twice.
        let hub_key = probe();
        let mut places = Vec::new();
        while let Some(place) = futures::FutureExt::now_or_never(limiter.acquire(&hub_key)) {
            places.push(place.unwrap());
        }
        assert_eq!(places.len(), most as usize);
    }
}
