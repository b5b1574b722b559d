//! Templates: `https://{Region}.{PartitionResult#dnsSuffix}`, with `{{` and `}}` for braces.

use super::super::scope::Scope;
use super::super::{EndpointRulesError, Expression, Part};
use super::value;

/// The text, or a template if there are braces in it.
pub(super) fn template(text: &str, scope: &mut Scope) -> Result<Expression, EndpointRulesError> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else {
            let inside = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let Some((reference, after)) = inside else {
                let problem = format!("a single brace in `{}`", text.escape_debug());
                return Err(EndpointRulesError::new(problem));
            };
            if !literal.is_empty() {
                parts.push(Part::Text(scope.text(&std::mem::take(&mut literal))));
            }
            parts.push(referred(reference, scope)?);
            rest = after;
        }
    }
    literal.push_str(rest);
    if parts.is_empty() {
        return Ok(Expression::Text(scope.text(&literal)));
    }
    if !literal.is_empty() {
        parts.push(Part::Text(scope.text(&literal)));
    }
    Ok(Expression::Template(parts))
}

/// `Region`, `url#scheme`.
fn referred(reference: &str, scope: &Scope) -> Result<Part, EndpointRulesError> {
    Ok(match reference.split_once('#') {
        Some((name, path)) => Part::Attribute(scope.variable(name)?, value::attribute_path(path)?),
        None => Part::Variable(scope.variable(reference)?),
    })
}
