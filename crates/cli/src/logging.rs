use std::io::{self, IsTerminal};

use tracing::{Level, Metadata};
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::fmt::format;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::escape::for_terminal;
use crate::stop::Stop;

/// Makes the SDK print whole bodies, credentials among them.
const SENSITIVE: &str = "LOG_SENSITIVE_BODIES";

/// Writes what the crates and the SDK report to stderr, as far as `filter` lets it through.
pub(crate) fn start(filter: Option<&str>) -> Result<(), Stop> {
    if std::env::var_os(SENSITIVE).is_some() {
        return Err(Stop::usage(format!("{SENSITIVE} is set, which makes logs contain credentials"))
            .next_step(format!("unset {SENSITIVE}")));
    }
    let filter = filter.unwrap_or("warn,aws_config=error");
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Stop::usage(format!("`{filter}` is not a log filter: {error}"))
            .next_step("write a level such as `debug`, or `orgwide_session=debug,warn`")
    })?;
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colours = io::stderr().is_terminal() && !no_color;
    // What AWS says stands in events: an event is one line, and nothing in it steers the terminal.
    let fields = format::debug_fn(|writer, field, value| {
        let text = format!("{value:?}");
        match field.name() {
            "message" => write!(writer, "{}", for_terminal(&text)),
            name => write!(writer, "{name}={}", for_terminal(&text)),
        }
    });
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(colours).fmt_fields(fields.delimited(" "));
    tracing_subscriber::registry()
        .with(filter)
        .with(lines.with_filter(filter_fn(may_be_logged)))
        .try_init()
        .map_err(|error| Stop::usage(format!("logging could not be started: {error}")))
}

/// At TRACE the SDK prints the bodies of answers: customers' data. Only our own crates may go that far.
fn may_be_logged(event: &Metadata<'_>) -> bool {
    *event.level() != Level::TRACE || event.target().starts_with("orgwide")
}
