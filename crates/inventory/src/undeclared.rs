//! Types that nobody declared: operations of the models, and what Cloud Control knows.

use std::sync::Arc;

use orgwide_models::{Catalog, Model};
use orgwide_names::Glob;

use crate::problem::{nearest, quoted};
use crate::{Collector, TypeError, cloud_control, derived};

/// The collectors that a text asks for which names no declared type.
///
/// An operation that declared types are listed by means these: they ask for what is worth it, and know better what
/// tells what.
///
/// # Errors
///
/// Why there are none, and what to do instead.
pub(crate) fn find(
    catalog: &Arc<Catalog>,
    declared: &[Collector],
    text: &str,
) -> Result<Vec<Collector>, TypeError> {
    let told = |why: String| TypeError::new(text, &why);
    if let Some(name) = cloud_control::type_name(text) {
        let spec = cloud_control::spec(catalog, name).map_err(told)?;
        return Ok(vec![Collector::new(spec)]);
    }
    let Some((service, operation)) = text.split_once(':').filter(|(.., operation)| !operation.is_empty())
    else {
        return Err(unknown(declared, text, None));
    };
    if Glob::is_pattern(text) {
        let hint = "no declared type is called so, and operations are asked for one by one, as in `glue:ListCrawlers`";
        return Err(told(hint.to_owned()));
    }
    let model = catalog.model(service).map_err(|error| unknown(declared, text, Some(&error.to_string())))?;
    let (name, path) = match operation.split_once('.') {
        Some((name, path)) => (name, Some(path)),
        None => (operation, None),
    };
    let Some(operation) = model.operation(name) else {
        return Err(unknown(declared, text, Some(&no_operation(&model, name))));
    };
    let (service, name) = (model.service().name.as_str(), model.text(operation.name));
    let listed: Vec<_> =
        declared.iter().filter(|known| path.is_none() && known.lists_by(service, name)).collect();
    if !listed.is_empty() {
        return Ok(listed.into_iter().cloned().collect());
    }
    let spec = derived::spec(catalog, &model, operation, path).map_err(told)?;
    Ok(vec![Collector::new(spec)])
}

fn no_operation(model: &Model, name: &str) -> String {
    let near = model.nearest_operation(name);
    let near = near.map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
    format!("{} has no operation `{}`{near}", model.service().name, quoted(name))
}

fn unknown(declared: &[Collector], text: &str, more: Option<&str>) -> TypeError {
    let hint = nearest(text, declared.iter().map(|known| known.kind().as_str()));
    let more = more.unwrap_or("operations are asked for as in `glue:ListCrawlers`, types of Cloud Control as in `AWS::Logs::LogGroup`");
    TypeError::new(text, &format!("no declared type is called so{hint}; {more}"))
}
