//! Where a request goes, and how it is signed there: the endpoint rules of a service, evaluated.

mod arn;
mod error;
mod evaluation;
mod functions;
mod global;
mod parameters;
mod resolved;
#[cfg(test)]
mod suite;
mod url;
mod value;

use orgwide_models::Model;
use orgwide_models::endpoint_rules::EndpointRules;

pub use error::EndpointError;
pub use global::is_global;
pub(crate) use parameters::Parameters;
pub(crate) use resolved::{AuthScheme, Endpoint};

use evaluation::Evaluation;

/// The endpoint that the rules of a service give for these parameters.
///
/// It costs about a microsecond, so nothing is kept for the next call.
///
/// # Errors
/// The rules refuse the parameters or have no endpoint for them, or they are broken; see [`EndpointError`].
pub(crate) fn resolve(model: &Model, parameters: &Parameters) -> Result<Endpoint, EndpointError> {
    resolve_by(model.endpoint_rules(), parameters)
}

fn resolve_by(rules: &EndpointRules, parameters: &Parameters) -> Result<Endpoint, EndpointError> {
    let endpoint = Evaluation::new(rules, parameters)?.endpoint()?;
    // What is put into a host comes from users too, and not every rule set looks at it.
    if url::Url::parse(&endpoint.url).is_none() {
        return Err(EndpointError::NotAUrl { url: endpoint.url });
    }
    Ok(endpoint)
}
