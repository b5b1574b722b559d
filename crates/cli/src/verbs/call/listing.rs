use std::sync::Arc;

use orgwide_call::Effect;
use orgwide_inventory::Scope;
use orgwide_ledger::{Column, Columns, Kind};
use orgwide_models::{Catalog, Operation, ServiceSummary};
use orgwide_names::Partition;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::OutputArgs;
use crate::call::{Callee, service_name, unknown};
use crate::escape::for_terminal;
use crate::exit::Exit;
use crate::output::{print, stdout};
use crate::stop::Stop;
use crate::{printer, table};

/// The members of a row of `call --list`.
const SERVICE: Columns = &[
    Column::new("service", Kind::Text),
    Column::new("name", Kind::Text),
    Column::new("operations", Kind::Integer),
];

/// The members of a row of `call --list SERVICE`.
const OPERATION: Columns = &[
    Column::new("operation", Kind::Text),
    Column::new("effect", Kind::Text),
    Column::new("pages", Kind::Boolean),
    Column::new("deprecated", Kind::Boolean),
];

/// A row of `call --list`.
#[derive(Debug, Serialize)]
struct ServiceRow {
    service: String,
    name: String,
    operations: usize,
}

/// A row of `call --list SERVICE`.
#[derive(Debug, Serialize)]
struct OperationRow {
    operation: String,
    effect: &'static str,
    /// Whether it answers with a list that may take several calls.
    pages: bool,
    deprecated: bool,
}

/// Lists the services there are models of. It calls nothing.
pub(super) fn services(catalog: &Arc<Catalog>, output: &OutputArgs) -> Result<Exit, Stop> {
    let row = |service: &ServiceSummary| {
        let name = service_name(&service.id).ok()?.to_string();
        // A service that has two models under one id is listed as the one its name finds.
        let found = catalog.service(&name).is_ok_and(|found| found.name == service.name);
        let ServiceSummary { full_name, operations, .. } = service;
        found.then(|| ServiceRow { service: name, name: full_name.to_string(), operations: *operations })
    };
    let mut rows: Vec<ServiceRow> = catalog.services().filter_map(row).collect();
    rows.sort_by(|a, b| a.service.cmp(&b.service));
    print(output, SERVICE, &rows, || {
        let mut table = table::new(["service", "name", "operations"]);
        for row in &rows {
            table.add_row([&row.service, &*for_terminal(&row.name), &row.operations.to_string()]);
        }
        table
    })?;
    Ok(Exit::Complete)
}

/// Lists the operations of a service. It calls nothing.
pub(super) fn operations(catalog: &Arc<Catalog>, service: &str, output: &OutputArgs) -> Result<Exit, Stop> {
    let model = catalog.model(service).map_err(|error| unknown(&error.into()))?;
    let nothing = Value::Object(Map::new());
    let row = |operation: &Operation| OperationRow {
        operation: model.text(operation.name).to_owned(),
        effect: word(orgwide_call::effect(&model, operation, &nothing)),
        pages: operation.paginator.is_some(),
        deprecated: operation.is_deprecated,
    };
    let rows: Vec<OperationRow> = model.operations().map(row).collect();
    print(output, OPERATION, &rows, || {
        let mut table = table::new(["operation", "effect", "pages", ""]);
        for row in &rows {
            let pages = if row.pages { "yes" } else { "-" };
            let deprecated = if row.deprecated { "deprecated" } else { "" };
            table.add_row([&*for_terminal(&row.operation), row.effect, pages, deprecated]);
        }
        table
    })?;
    Ok(Exit::Complete)
}

/// Says what an operation takes and answers. It calls nothing.
pub(super) fn describe(callee: &Callee) -> Result<Exit, Stop> {
    let scope = match callee.scope(Partition::aws()) {
        Scope::Global | Scope::Organization => "once per account",
        Scope::Regional => "in each region",
    };
    // Models of the user's own may have anything in their names.
    let tree = callee.model.describe(&callee.operation).to_string();
    let tree: Vec<_> = tree.lines().map(for_terminal).collect();
    let text = format!(
        "{}\neffect: {}\ncalled: {scope}\npermission: {}",
        tree.join("\n"),
        word(callee.effect(&Value::Object(Map::new()))),
        callee.action()
    );
    printer::data(&text).map_err(stdout)?;
    Ok(Exit::Complete)
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::SecretRead => "secret",
        Effect::Write => "write",
    }
}
