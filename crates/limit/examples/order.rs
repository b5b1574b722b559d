//! How many looks at a bucket a call costs, and whether calls overtake each other, when thousands wait:
//! `cargo run --release -p orgwide-limit --example order`. Paused clock, so the figures are exact.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures")]

mod common;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;

use common::{Goal, bucket, figure, key, limiter, paused};
use orgwide_limit::{Match, Quota, Rule};

const CALLERS: usize = 10_000;
const BURST: u32 = 6;

/// Looks for each call, and how many passed after one that had asked later.
fn run(rules: Vec<Rule>) -> (f64, usize) {
    paused(async {
        let limiter = limiter(rules);
        let passed = Rc::new(RefCell::new(Vec::new()));
        let looks = Rc::new(Cell::new(0_u64));
        let callers: Vec<_> = (0..CALLERS)
            .map(|number| {
                let (limiter, passed, looks) = (limiter.clone(), Rc::clone(&passed), Rc::clone(&looks));
                tokio::task::spawn_local(async move {
                    let key = key(0);
                    let mut call = pin!(limiter.acquire(&key));
                    let mut polls = 0;
                    let polled = poll_fn(|context| {
                        polls += 1;
                        call.as_mut().poll(context)
                    });
                    drop(polled.await.unwrap());
                    // Each time a call goes on it looks once, but for the first if it only gets in line.
                    let gets_in_line = number > BURST as usize;
                    looks.set(looks.get() + polls - u64::from(gets_in_line));
                    passed.borrow_mut().push(number);
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        let mut latest = 0;
        let passed = passed.borrow();
        let overtaken = passed.iter().filter(|&&number| {
            latest = latest.max(number);
            number < latest
        });
        (looks.get() as f64 / CALLERS as f64, overtaken.count())
    })
}

fn main() {
    let rule = bucket(Quota::new(1000.0, BURST).unwrap());
    let ceiling = Rule::ceiling(Match::ANYTHING, Quota::new(2000.0, 100).unwrap());
    for (rules, levels) in [(vec![rule.clone()], "one bucket"), (vec![rule, ceiling], "and a ceiling")] {
        let (looks, overtaken) = run(rules);
        figure(&format!("looks a grant, 10,000 callers, {levels}"), looks, "", Goal::AtMost(2.0));
        figure(&format!("overtakings, 10,000 callers, {levels}"), overtaken as f64, "", Goal::AtMost(0.0));
    }
}
