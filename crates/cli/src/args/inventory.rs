//! What is collected.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::RunArgs;

/// What `inventory` takes.
#[derive(Debug, Args)]
pub(crate) struct InventoryArgs {
    /// Types to collect, such as `ec2:instance` or `s3:*`; --list shows them
    /// [default: the 20 common ones]
    #[arg(value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// Print the types there are, or those named: where each is asked for, by which calls, with which permissions
    #[arg(long)]
    pub(crate) list: bool,
    /// With --list, print the permissions alone, in one line to paste into a policy
    #[arg(long, requires = "list")]
    pub(crate) permissions: bool,
    /// Ask further of each resource what the list of them does not tell, of all types or of those that are named or
    /// match a pattern; it takes more calls, which --list tells
    #[arg(
        long,
        value_name = "TYPE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "*",
        value_delimiter = ','
    )]
    pub(crate) details: Vec<String>,
    /// What the configuration file says of it, for when no flag does.
    #[arg(skip)]
    pub(crate) configured_details: Vec<String>,
    /// Types of your own, declared in this YAML file; they go before those of their names, and those of a later file
    /// before those of an earlier one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) collectors: Vec<PathBuf>,
    /// Models of services in the layout of botocore's data, before those that come along
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) models: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use orgwide_inventory::Collectors;
    use orgwide_models::Catalog;

    use crate::args::Cli;

    #[test]
    fn the_help_says_how_many_types_are_common() {
        let common = Collectors::built_in(Catalog::embedded()).unwrap().common().count();
        let mut command = Cli::command();
        let help = command.find_subcommand_mut("inventory").unwrap().render_long_help().to_string();
        let words: Vec<_> = help.split_whitespace().collect();
        assert!(
            words.join(" ").contains(&format!("[default: the {common} common ones]")),
            "{common}\n{help}"
        );
    }
}
