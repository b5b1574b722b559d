mod listing;

use std::sync::Arc;

use orgwide_call::Effect;
use orgwide_models::Catalog;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::args::{CallArgs, STORE};
use crate::call::{self, Callee, OperationCall};
use crate::exit::Exit;
use crate::invocation::Invocation;
use crate::launch::{Wanted, launch};
use crate::query::Query;
use crate::stop::Stop;
use crate::task::Task;
use crate::{logging, printer, rows, selected};

/// Calls an operation in every selected account and region, or says what there is to call.
pub(crate) async fn run(args: CallArgs) -> Result<Exit, Stop> {
    logging::start(args.run.connection.log.as_deref())?;
    let catalog = call::catalog(args.models.as_deref())?;
    match (args.service.as_deref(), args.operation.as_deref()) {
        (None, _) if args.list => listing::services(&catalog, &args.run.output),
        (Some(service), None) if args.list => listing::operations(&catalog, service, &args.run.output),
        (Some(service), Some(operation)) if args.describe => {
            listing::describe(&Callee::find(&catalog, service, operation)?)
        }
        (Some(service), Some(operation)) if !args.list => {
            let callee = Callee::find(&catalog, service, operation)?;
            perform(callee, args).await
        }
        (service, _) => Err(incomplete(&catalog, service, args.list)),
    }
}

async fn perform(callee: Callee, args: CallArgs) -> Result<Exit, Stop> {
    let input = call::read_params(args.params.as_deref())?;
    callee.check(&input).map_err(|stop| {
        if args.run.resume.run().is_some() && args.params.is_none() {
            stop.next_step("give --params again as they were: of what is not a plain read they are not kept")
        } else {
            stop
        }
    })?;
    let query = args.query.as_deref().map(Query::parse).transpose().map_err(|error| {
        Stop::usage(format!("--query: {error}"))
            .next_step("write JMESPath, as for the AWS CLI: 'Reservations[].Instances[].InstanceId'")
    })?;
    let effect = callee.effect(&input);
    if effect != Effect::Read {
        if !args.yes || !args.run.output.quiet {
            call::announce(&callee, &input, &args.run).iter().for_each(|line| printer::note(line));
        }
        if !args.yes {
            let what = if effect == Effect::Write { "is not known to be a read" } else { "reads a secret" };
            return Err(Stop::usage(format!("{} {what}, and --yes is not given", callee.name()))
                .next_step("look at what it would do above; add --yes to have it done"));
        }
    }
    let mut run = args.run;
    run.again = match (effect, args.params.is_some()) {
        (Effect::Read, _) => "",
        (_, true) => " --yes --params JSON",
        (_, false) => " --yes",
    };
    if run.resume.run().is_some() {
        run.resume.store.get_or_insert_with(|| STORE.into());
    }
    let mut selection = selected::of(&run);
    selection.insert("calls".to_owned(), json!(callee.name()));
    if let Some(query) = &args.query {
        selection.insert("--query".to_owned(), json!(query));
    }
    if args.no_paginate {
        selection.insert("--no-paginate".to_owned(), json!(true));
    }
    // What is written may be a secret, and a file of parameters may change: of both only a hash is kept.
    let hash: String = Sha256::digest(input.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
    selection.insert("hash of --params".to_owned(), json!(hash));
    let words = run.words.clone();
    let words = if effect == Effect::Read { words } else { words.without("params") };
    let first_page = args.no_paginate;
    let wanted = Wanted {
        doing: &format!("calling {}", callee.name()),
        columns: rows::ANSWER,
        verb: "call",
        invocation: Invocation { words, selection },
    };
    launch(run, wanted, |partition| {
        let call = OperationCall::new(callee, input, query, first_page, partition);
        Ok(vec![Task::Call(Arc::new(call))])
    })
    .await
}

/// What is missing, or one name too many.
fn incomplete(catalog: &Arc<Catalog>, service: Option<&str>, list: bool) -> Stop {
    if list {
        return Stop::usage("--list takes a service at most")
            .next_step("see what an operation takes with `orgwide call --describe SERVICE OPERATION`");
    }
    let Some(service) = service else {
        return Stop::usage("a service and an operation are missing")
            .next_step("write `orgwide call SERVICE OPERATION`, such as `orgwide call ec2 describe-vpcs`");
    };
    match catalog.service(service) {
        Err(error) => call::unknown(&error.into()),
        Ok(service) => Stop::usage(format!("which operation of {}?", service.name))
            .next_step(format!("`orgwide call --list {}` shows what there is", service.name)),
    }
}
