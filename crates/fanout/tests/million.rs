//! What a target costs: 20,000 of them, and a million when `ORGWIDE_SOAK` is set.
//!
//! `ORGWIDE_SOAK=1 cargo test --release -p orgwide-fanout --test million -- --nocapture` prints the figures.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use orgwide_fanout::{Fanout, Planned, Target};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const WINDOW: usize = 512;

#[derive(Clone)]
struct Place {
    account: u32,
}

impl Target for Place {
    type Lane = u32;
    fn lane(&self) -> u32 {
        self.account
    }
}

#[tokio::test(start_paused = true)]
async fn a_million_targets_take_no_more_memory_than_the_first_and_no_slot_is_idle() {
    let soak = std::env::var_os("ORGWIDE_SOAK").is_some();
    let count: u32 = if soak { 1_000_000 } else { 20_000 };
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let plan = stream::iter((0..count).map(|number| Planned::Run(Place { account: number / 100 })));
    let mut run = Fanout::new().window(WINDOW).run(plan, move |_| {
        let now = Arc::clone(&now);
        most.fetch_max(now.fetch_add(1, Relaxed) + 1, Relaxed);
        async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            now.fetch_sub(1, Relaxed);
            Ok::<_, Infallible>(())
        }
    });
    let (began, virtual_began) = (Instant::now(), tokio::time::Instant::now());
    // The first tenth has filled whatever there is to fill.
    assert_eq!(run.by_ref().take(count as usize / 10).count().await, count as usize / 10);
    let early = MEMORY.peak_usage();
    assert_eq!(run.by_ref().count().await, count as usize * 9 / 10);
    let (late, took, virtual_took) = (MEMORY.peak_usage(), began.elapsed(), virtual_began.elapsed());
    println!(
        "{count} targets: {took:.2?}, {:.2?} each; peak {} KiB after a tenth, {} KiB after all",
        took / count,
        early / 1024,
        late / 1024
    );
    assert_eq!((run.summary().completed, seen.load(Relaxed)), (u64::from(count), WINDOW));
    // A millisecond for each window full.
    assert_eq!(virtual_took, Duration::from_millis(u64::from(count).div_ceil(WINDOW as u64)));
    // Room for what the 20,000 have not filled yet; a quarter of a byte for each of a million.
    assert!(late <= early + 256 * 1024, "{early} {late}");
    assert!(!soak || cfg!(debug_assertions) || took <= Duration::from_secs(20), "{took:?}");
}
