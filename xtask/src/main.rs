//! The tasks of this repository that cargo lacks. `cargo xtask` lists them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to whoever runs it")]

mod bench;
mod botocore;
mod cargo;
mod data;
mod judged;
mod lint;
mod models;
mod moto;
mod soak;
mod steps;
mod test;
mod tidy;
mod tree;
mod venv;
mod workspace;

use std::process::ExitCode;

/// One task: its name, its arguments, what it does, and the function that does it.
struct Task {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

const TASKS: &[Task] = &[
    Task {
        name: "test",
        arguments: "[--no-moto] [FILTER..]",
        about: "every test, moto's included; makes what it needs under target/",
        run: test::run,
    },
    Task {
        name: "lint",
        arguments: "",
        about: "rustfmt, clippy, rustdoc, tidy, and `data` and `models` where botocore is at hand",
        run: lint::run,
    },
    Task {
        name: "tidy",
        arguments: "",
        about: "the rules of this repository that no compiler checks",
        run: tidy::run,
    },
    Task {
        name: "data",
        arguments: "[--check]",
        about: "write the tables of regions and services from botocore, or compare them",
        run: data::run,
    },
    Task {
        name: "models",
        arguments: "[--check]",
        about: "write the API models from botocore's source distribution, or compare them",
        run: models::run,
    },
    Task {
        name: "bench",
        arguments: "limiter [--gate | --bless]",
        about: "what the limiter costs and achieves; --gate: its instruction counts against those recorded",
        run: bench::run,
    },
    Task {
        name: "soak",
        arguments: "[--seeds N]",
        about: "the random tests of limiter, fan-out and ledger many times over, and N simulated runs, in release",
        run: soak::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(name) = arguments.first() else {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "-h" | "--help" | "help") {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprint!("no task is called {name:?}\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (task.run)(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let width = |task: &Task| task.name.len() + 1 + task.arguments.len();
    let widest = TASKS.iter().map(width).max().unwrap_or_default();
    let mut text = String::from("cargo xtask TASK\n\n");
    for task in TASKS {
        let call = format!("{} {}", task.name, task.arguments);
        text.push_str(&format!("  {call:widest$}  {}\n", task.about));
    }
    text
}
