//! The judge of rates.

use std::time::Duration;

use orgwide_simulator::{Request, Windows};
use serde_json::json;

/// Calls that arrived at these microseconds.
fn calls(arrivals: impl IntoIterator<Item = u64>) -> Vec<Request> {
    let call = |arrived_us: u64| {
        let entry = json!({
            "seq": 1, "connection": 0, "arrived": "", "arrived_us": arrived_us, "finished_us": arrived_us,
            "in_flight": 1, "access_key_is_base": true, "operation": "ListBuckets",
        });
        serde_json::from_value(entry).unwrap()
    };
    arrivals.into_iter().map(call).collect()
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn a_caller_at_its_limit_has_no_excess_and_one_call_more_is_one() {
    // 2 at once, then one every 100 ms, at odd beginnings: 0.1 × 3 is not 0.3 in binary.
    let kept = [333, 333, 100_333, 200_333, 300_333, 700_333, 700_333, 700_333];
    assert_eq!(Windows::new(10.0, 2).excess(&calls(kept[..5].to_vec())), 0.0);
    // By 700 ms there was room for 2.
    assert_eq!(Windows::new(10.0, 2).excess(&calls(kept)), 1.0);
    // A call 1 µs early is 10⁻⁵ of one too many.
    let early = Windows::new(10.0, 1).excess(&calls([0, 99_999]));
    assert!((early - 1e-5).abs() < 1e-9, "{early}");
    // A single call.
    assert_eq!(Windows::new(10.0, 3).excess(&calls([5])), -2.0);
}

#[test]
fn two_bursts_on_both_sides_of_a_second_are_found() {
    // What a counter of 10 per calendar second lets through: 20 calls within 100 ms.
    let arrivals = [950_000; 10].into_iter().chain([1_050_000; 10]);
    assert_eq!(Windows::new(10.0, 10).excess(&calls(arrivals)), 9.0);
}

#[test]
fn the_worst_window_is_found_wherever_it_is() {
    let slow = |from: u64| (0..25).map(move |n| from + n * 2_000_000);
    let arrivals = slow(0).chain([20_500_000; 7]).chain(slow(60_000_000));
    // The seven and the one at 20 s are 8; half a second with a burst of 1 allows 1.5.
    assert_eq!(Windows::new(1.0, 1).excess(&calls(arrivals)), 6.5);
}

#[test]
fn the_order_of_the_log_does_not_matter() {
    assert_eq!(Windows::new(1.0, 1).excess(&calls([9_000_000, 0, 9_000_000, 4_000_000])), 1.0);
}

#[test]
fn jitter_allows_what_may_have_been_sent_before() {
    // Sent at 0 and 1 s; the first took 200 ms longer.
    let log = calls([200_000, 1_000_000]);
    let excess = |jitter| Windows::new(1.0, 1).jitter(ms(jitter)).excess(&log);
    assert!((excess(0) - 0.2).abs() < 1e-9);
    assert_eq!(excess(200), 0.0);
    assert!((excess(300) + 0.1).abs() < 1e-9);
}

#[test]
fn a_change_keeps_each_rate_for_its_time_and_gives_no_new_burst() {
    // 10/s with 5 at once; from 1 s on 2/s with 20.
    let limit = Windows::new(10.0, 5).then(ms(1_000), 2.0, 20);
    // All of the first second: 5 + 10; then two more by 2 s.
    let kept = [0; 5].into_iter().chain((1..=10).map(|n| n * 100_000)).chain([1_500_000, 2_000_000]);
    assert_eq!(limit.excess(&calls(kept.clone())), 0.0);
    assert_eq!(limit.excess(&calls(kept.chain([2_000_000]))), 1.0);
    // A burst of 20 is one when the bucket had the time to fill, not when it comes with the change.
    assert_eq!(limit.excess(&calls([9_000_000; 20])), 0.0);
    let spanning = limit.excess(&calls([999_000].into_iter().chain([1_000_000; 20])));
    assert!((spanning - 15.99).abs() < 1e-9, "{spanning}");
    // To a smaller burst.
    let limit = Windows::new(10.0, 20).then(ms(1_000), 10.0, 2);
    assert_eq!(limit.excess(&calls([999_999; 20])), 0.0);
    assert_eq!(limit.excess(&calls([1_000_000; 20])), 18.0);
    // What arrives after the change may have been sent before it.
    assert!((limit.jitter(ms(1)).excess(&calls([1_000_500; 20])) + 0.01).abs() < 1e-9);
}

#[test]
fn of_no_calls_there_is_no_excess_to_speak_of() {
    let none = Windows::new(1.0, 1).excess(&[]);
    assert!(none.is_nan());
    #[allow(clippy::neg_cmp_op_on_partial_ord)]
    let fails = !(none <= 0.0);
    assert!(fails);
}

/// All pairs of calls, and the integral of the rate piece by piece.
fn by_all_pairs(arrivals: &[u64], steps: &[(f64, f64, f64)], jitter: f64) -> f64 {
    let seconds: Vec<f64> = arrivals.iter().map(|at| *at as f64 / 1e6).collect();
    let mut worst = f64::NEG_INFINITY;
    for (i, first) in seconds.iter().enumerate() {
        for (j, last) in seconds.iter().enumerate().skip(i) {
            let begin = first - jitter;
            let burst = steps.iter().rfind(|step| step.0 <= begin).unwrap_or(&steps[0]).2;
            let mut allowed = burst;
            for (number, (from, rate, _)) in steps.iter().enumerate() {
                let from = if number == 0 { f64::NEG_INFINITY } else { *from };
                let until = steps.get(number + 1).map_or(f64::INFINITY, |next| next.0);
                allowed += rate * (until.min(*last) - from.max(begin)).max(0.0);
            }
            worst = worst.max((j - i + 1) as f64 - allowed);
        }
    }
    worst
}

#[test]
fn one_pass_finds_what_all_pairs_find() {
    for seed in 0..300 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut arrivals: Vec<u64> = (0..rng.usize(1..60)).map(|_| rng.u64(0..3_000_000)).collect();
        arrivals.sort_unstable();
        let mut rate = || (0.1 + rng.f64() * 40.0, rng.u32(1..20));
        let figures = [rate(), rate(), rate()];
        let at = [0, 700 + seed, 1_900];
        let jitter = rng.u64(0..50);
        let steps: Vec<(f64, f64, f64)> =
            figures.iter().zip(at).map(|((r, b), at)| (at as f64 / 1e3, *r, f64::from(*b))).collect();
        let limit = Windows::new(figures[0].0, figures[0].1)
            // In any order.
            .then(ms(at[2]), figures[2].0, figures[2].1)
            .then(ms(at[1]), figures[1].0, figures[1].1)
            .jitter(ms(jitter));
        let (ours, all) =
            (limit.excess(&calls(arrivals.clone())), by_all_pairs(&arrivals, &steps, jitter as f64 / 1e3));
        assert!((ours - all).abs() < 1e-6, "seed {seed}: {ours} {all}");
    }
}
