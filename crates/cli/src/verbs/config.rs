use orgwide_config::{import, schema};

use crate::args::ConfigVerb;
use crate::exit::Exit;
use crate::output::stdout;
use crate::stop::Stop;
use crate::{printer, settings};

/// Looks at a configuration file. It calls nothing.
pub(crate) fn run(verb: ConfigVerb) -> Result<Exit, Stop> {
    let text = match verb {
        ConfigVerb::Schema => format!("{:#}", schema()),
        ConfigVerb::Check { file, set } => {
            let config = settings::read(&file)?;
            match set {
                None => config.to_yaml(),
                Some(set) => config
                    .set(&set)
                    .map_err(|error| Stop::usage(error).about(&file.display().to_string()))?
                    .to_yaml(),
            }
        }
        ConfigVerb::Import { file } => {
            let import = import(&settings::bytes(&file)?).map_err(|error| settings::refuse(&file, &error))?;
            settings::tell(&file, &import.notes, import.more_notes);
            import.yaml
        }
    };
    printer::data(text.trim_end()).map_err(stdout)?;
    Ok(Exit::Complete)
}
