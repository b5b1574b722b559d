use clap::CommandFactory as _;
use clap_complete::generate;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::Exit;
use crate::output::stdout;
use crate::printer;
use crate::stop::Stop;

/// Prints what makes a shell complete the command line. It calls nothing.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "orgwide", &mut script);
    printer::data(String::from_utf8_lossy(&script).trim_end()).map_err(stdout)?;
    Ok(Exit::Complete)
}
