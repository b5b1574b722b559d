use orgwide_fanout::Fanout;
use tracing::{Instrument, Span, info_span};

use crate::common::{Fault, all, lane, plan};

#[tokio::test(start_paused = true)]
async fn a_job_runs_in_the_span_the_run_is_polled_in() {
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry());
    let span = info_span!("run");
    let expected = span.id();
    assert!(expected.is_some());
    let mut run = Fanout::new().run(plan(lane(0, 1)), move |_| {
        let expected = expected.clone();
        async move {
            tokio::task::yield_now().await;
            if Span::current().id() == expected { Ok(0) } else { Err(Fault::Broken) }
        }
    });
    all(&mut run).instrument(span).await;
    assert_eq!(run.summary().completed, 1);
}
