//! How well a server's limit that nobody knows is found and used:
//! `cargo run --release -p orgwide-limit --example adaptation`. Paused clock, so the figures are exact.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use common::{Goal, bucket, figure, key, limiter, paused};
use orgwide_limit::{Limiter, Quota};
use tokio::time::{Instant, sleep};

/// A server's bucket, and when it served calls and refused others.
struct Server {
    rate: f64,
    burst: f64,
    tokens: f64,
    seen: f64,
    log: Vec<(f64, bool)>,
}

impl Server {
    fn serve(&mut self, now: f64) -> bool {
        self.tokens = (self.tokens + self.rate * (now - self.seen)).min(self.burst);
        self.seen = now;
        let served = self.tokens >= 1.0;
        self.tokens -= f64::from(u8::from(served));
        self.log.push((now, served));
        served
    }

    /// Calls served and calls refused in a stretch of seconds.
    fn between(&self, from: f64, to: f64) -> (f64, f64) {
        let calls = || self.log.iter().filter(|(at, _)| (from..to).contains(at));
        let served = calls().filter(|(_, served)| *served).count();
        (served as f64, (calls().count() - served) as f64)
    }
}

/// A hundred callers whose limiter is told five times what the server allows.
fn callers(allowed: f64, latency: Duration) -> (Limiter, Rc<RefCell<Server>>) {
    let configured = Quota::new(5.0 * allowed, (5.0 * allowed).ceil() as u32).unwrap();
    let limiter = limiter([bucket(configured)]);
    let server = Server { rate: allowed, burst: allowed, tokens: allowed, seen: 0.0, log: Vec::new() };
    let server = Rc::new(RefCell::new(server));
    let start = Instant::now();
    for _ in 0..100 {
        let (limiter, server) = (limiter.clone(), Rc::clone(&server));
        tokio::task::spawn_local(async move {
            let key = key(0);
            loop {
                let permit = limiter.acquire(&key).await.unwrap();
                sleep(latency / 2).await;
                let served = server.borrow_mut().serve(start.elapsed().as_secs_f64());
                sleep(latency / 2).await;
                if served { permit.succeeded() } else { permit.throttled(None) }
            }
        });
    }
    (limiter, server)
}

/// The percentage of what the server allows that is used, and that of calls which it refuses, in seconds 10 to 600.
async fn used(allowed: f64, latency: Duration) -> (f64, f64) {
    let (_limiter, server) = callers(allowed, latency);
    sleep(Duration::from_secs(600)).await;
    let (served, refused) = server.borrow().between(10.0, 600.0);
    (100.0 * served / (590.0 * allowed), 100.0 * refused / (served + refused))
}

/// How many calls pass after the server's limit triples until 95 % of it is used over two seconds.
async fn after_tripling(allowed: f64) -> f64 {
    let (limiter, server) = callers(allowed, Duration::from_millis(50));
    let mut now = 300.0;
    sleep(Duration::from_secs_f64(now)).await;
    let tripled = 3.0 * allowed;
    (server.borrow_mut().rate, server.borrow_mut().burst) = (tripled, tripled);
    let before = limiter.counters().total.granted;
    while server.borrow().between(now - 2.0, now).0 < 0.95 * tripled * 2.0 {
        sleep(Duration::from_millis(500)).await;
        now += 0.5;
    }
    (limiter.counters().total.granted - before) as f64
}

fn main() {
    // With half a second a call, a hundred callers cannot reach 200 a second.
    for (allowed, latencies) in
        [(2.0, &[10, 50, 500][..]), (5.0, &[10, 50, 500]), (20.0, &[10, 50, 500]), (200.0, &[10, 50])]
    {
        let runs: Vec<_> =
            latencies.iter().map(|&millis| paused(used(allowed, Duration::from_millis(millis)))).collect();
        let least = runs.iter().map(|run| run.0).fold(f64::INFINITY, f64::min);
        let most = runs.iter().map(|run| run.1).fold(0.0, f64::max);
        figure(&format!("unknown limit of {allowed}/s: used"), least, "%", Goal::AtLeast(95.0));
        figure(&format!("unknown limit of {allowed}/s: throttled"), most, "%", Goal::AtMost(1.0));
    }
    let calls = paused(after_tripling(20.0));
    figure("limit of 20/s triples: calls until 95 % is used", calls, "", Goal::AtMost(2000.0));
}
