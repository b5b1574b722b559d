//! What the server sees of a rate limit, in every window of time, whatever callers and their limits do meanwhile.

use std::time::Duration;

use fastrand::Rng;
use orgwide_limit::{Key, Limiter, Payer, Quota};
use orgwide_session::Session;
use orgwide_simulator::{Answer, Fault, Request, Simulator, Throttling, Windows, WorldSpec};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::common::*;

const MS: Duration = Duration::from_millis(1);
/// The log counts whole microseconds.
const LOGGED: Duration = Duration::from_micros(1);

pub(crate) fn who_key(payer: Payer) -> Key {
    Key {
        account: payer,
        region: HOME.parse().unwrap(),
        service: "sts".parse().unwrap(),
        operation: "GetCallerIdentity".parse().unwrap(),
        paged: false,
    }
}

fn quota(rate: f64, burst: u32) -> Quota {
    Quota::new(rate, burst).unwrap()
}

/// A limit as it was from each time of the simulator on, for the limiter and for the judge.
struct Course {
    steps: Vec<(Duration, f64, u32)>,
}

impl Course {
    fn windows(&self) -> Windows {
        let (_, rate, burst) = self.steps[0];
        let first = Windows::new(rate, burst).jitter(LOGGED);
        self.steps[1..].iter().fold(first, |windows, (at, rate, burst)| windows.then(*at, *rate, *burst))
    }

    /// What all of it allows by this time.
    fn allowance(&self, end: Duration) -> f64 {
        let ends = self.steps[1..].iter().map(|(at, ..)| *at).chain([end]);
        let parts =
            self.steps.iter().zip(ends).map(|((from, rate, _), end)| rate * (end - *from).as_secs_f64());
        f64::from(self.steps[0].2) + parts.sum::<f64>()
    }
}

/// Callers of one account, each making calls, giving some up, until the end.
async fn callers(hub: &Session, count: u64, end: Instant, seed: u64) {
    let calls = (0..count).map(|number| {
        let mut random = Rng::with_seed(seed * 1000 + number);
        async move {
            while Instant::now() < end {
                let patience = Duration::from_secs_f64(random.f64() * random.f64() * 3.0);
                let call = who(hub);
                match random.u8(..3) {
                    0 => drop(timeout(patience, call).await),
                    1 => {
                        sleep(patience / 4).await;
                        drop(call.await);
                    }
                    _ => drop(call.await),
                }
            }
        }
    });
    drop(tokio::time::timeout_at(end, futures::future::join_all(calls)).await);
}

/// Changes the limit now and then: halved, doubled, a lower burst, a higher one.
async fn changes(
    limiter: &Limiter,
    simulator: &Simulator,
    course: &mut Course,
    end: Instant,
    random: &mut Rng,
) {
    loop {
        sleep(Duration::from_secs_f64(2.0 + random.f64() * 8.0)).await;
        if Instant::now() >= end {
            return;
        }
        let (_, rate, burst) = *course.steps.last().unwrap();
        let (rate, burst) = match random.u8(..4) {
            0 => (rate * 0.5, burst),
            1 => ((rate * 2.0).min(40.0), burst),
            2 => (rate, (burst / 2).max(1)),
            _ => (rate, burst * 2),
        };
        limiter.set_quota(&who_key(Payer::Base), quota(rate, burst));
        course.steps.push((simulator.elapsed(), rate, burst));
    }
}

#[tokio::test(start_paused = true)]
async fn every_window_of_twenty_random_schedules_is_within_its_limit() {
    for seed in 0..20 {
        let mut random = Rng::with_seed(seed);
        let (rate, burst) = (2.0 + random.f64() * 28.0, random.u32(1..30));
        let mut spec = WorldSpec { accounts: 1, instances: 0, buckets: 0, ..WorldSpec::default() };
        spec.seed = seed;
        let failing = (0..200).map(|_| if random.u8(..6) == 0 { Answer::Unavailable } else { Answer::Ok });
        let failing: Vec<_> = failing.collect();
        let simulator = Simulator::builder(spec)
            .latency(random.u32(0..120) * MS)
            .throttling(Throttling::off())
            .faults([Fault::on("sts", "*").answers(failing)])
            .build()
            .unwrap();
        let limiter = limits(&[&format!("sts={rate}/s burst {burst}")]);
        let hub = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();
        let mut course = Course { steps: vec![(Duration::ZERO, rate, burst)] };
        let end = Instant::now() + Duration::from_secs(60);
        tokio::join!(
            callers(&hub, 60, end, seed),
            changes(&limiter, &simulator, &mut course, end, &mut random)
        );

        let log = simulator.log();
        let excess = course.windows().excess(&log);
        let used = log.len() as f64 / course.allowance(simulator.elapsed());
        println!(
            "seed {seed}: {} requests, {} changes, excess {excess:+.3}, used {used:.3}",
            log.len(),
            course.steps.len() - 1
        );
        assert!(excess <= 0.0, "seed {seed}: {:?}", course.steps);
        assert!(excess > -0.1, "seed {seed}: it never came to its limit, so nothing was judged");
        assert!(log.len() > 100, "seed {seed}");
        assert!(is_settled(&limiter).await, "seed {seed}");
    }
}

/// Whether the limiter forgets everything once its buckets are full again, but what was set.
async fn is_settled(limiter: &Limiter) -> bool {
    sleep(Duration::from_secs(600)).await;
    is_forgotten(limiter)
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stalls_gets_no_burst_when_it_goes_on() {
    let simulator =
        Simulator::builder(WorldSpec { accounts: 1, instances: 0, buckets: 0, ..WorldSpec::default() })
            .latency(40 * MS)
            .throttling(Throttling::off())
            .build()
            .unwrap();
    let limiter = limits_in_flight(&["sts=50/s burst 10"], 20);
    let hub = builder(&simulator).limiter(limiter.clone()).load().await.unwrap();
    let start = Instant::now();
    let end = start + Duration::from_secs(30);
    let calls = (0..60).map(|_| async {
        while Instant::now() < end {
            who(&hub).await.unwrap();
        }
    });
    tokio::join!(futures::future::join_all(calls), async {
        sleep_until(start + Duration::from_secs(5)).await;
        simulator.stall(Duration::from_secs(10));
    });

    let log = simulator.log();
    let excess = Windows::new(50.0, 10).jitter(LOGGED).excess(&log);
    let arrived = |from: u64, to: u64| {
        let within = |request: &&Request| (from * 1000..to * 1000).contains(&request.arrived_us);
        log.iter().filter(within).count()
    };
    println!("{} requests, excess {excess:+.3}", log.len());
    assert!(excess <= 0.0, "{excess}");
    assert_eq!(simulator.peak_in_flight(), 20);
    // 20 come in until all places are taken, then none for the rest of the stall, then the rate goes on: as much as the
    // burst at first, for nobody was let pass meanwhile.
    assert!((15..=22).contains(&arrived(5_000, 14_990)), "{}", arrived(5_000, 14_990));
    assert!(arrived(6_000, 14_990) == 0);
    assert!((495..=511).contains(&arrived(15_000, 25_000)), "{}", arrived(15_000, 25_000));
}
