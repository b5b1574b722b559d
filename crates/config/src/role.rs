use std::fmt;
use std::time::Duration;

use orgwide_names::RoleSpec;

use crate::keys;
use crate::node::{Node, Value};
use crate::problem::quoted;
use crate::reader::{Objection, Reader};

/// One role of a chain, and how to assume it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Role {
    /// Which role.
    pub name: RoleSpec,
    /// What its trust policy asks for. `Debug` does not show it.
    pub external_id: Option<String>,
    /// What the session is called in CloudTrail.
    pub session_name: Option<String>,
    /// How long its credentials last: 15 minutes to 12 hours, in a chain at most one.
    pub duration: Option<Duration>,
}

impl From<RoleSpec> for Role {
    /// With nothing said but its name.
    fn from(name: RoleSpec) -> Self {
        Self { name, external_id: None, session_name: None, duration: None }
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role")
            .field("name", &self.name)
            .field("external_id", &self.external_id.as_ref().map(|_| "(hidden)"))
            .field("session_name", &self.session_name)
            .field("duration", &self.duration)
            .finish()
    }
}

const LEAST: Duration = Duration::from_secs(15 * 60);
const MOST: Duration = Duration::from_secs(12 * 3600);
/// What AWS allows a role that is assumed from another.
const MOST_IN_CHAIN: Duration = Duration::from_secs(3600);

/// A role or a chain of them.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Vec<Role> {
    let items = reader.items(node);
    let chained = items.len() > 1;
    items
        .into_iter()
        .enumerate()
        .filter_map(|(place, item)| one(reader, item, chained && place > 0))
        .collect()
}

fn one(reader: &mut Reader<'_>, node: &Node, chained: bool) -> Option<Role> {
    if !matches!(node.value, Value::Map(_)) {
        return reader.parsed(node, "a role", str::parse::<RoleSpec>).map(Role::from);
    }
    if !reader.is_map(node, keys::ROLE.iter()) {
        return None;
    }
    let external_id = node.get("external_id").and_then(|id| reader.parsed(id, "an external id", external_id));
    let session_name =
        node.get("session_name").and_then(|name| reader.parsed(name, "the name of a session", session_name));
    let duration = node.get("duration").and_then(|span| {
        let read = reader.span(span)?;
        let most = if chained { MOST_IN_CHAIN } else { MOST };
        if (LEAST..=most).contains(&read) {
            return Some(read);
        }
        let bounds = if chained {
            "a role assumed from another lasts 15m to 1h"
        } else {
            "the credentials of a role last 15m to 12h"
        };
        reader.problems.add(span.place, bounds, None);
        None
    });
    let Some(name) = node.get("name") else {
        reader.problems.add(node.place, "which role? The key `name` is missing", None);
        return None;
    };
    let name = reader.parsed(name, "a role", str::parse::<RoleSpec>)?;
    Some(Role { name, external_id, session_name, duration })
}

/// The bounds are those of the STS API. The id itself is not repeated.
fn external_id(text: &str) -> Result<String, Objection> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    if (2..=1224).contains(&text.len()) && text.chars().all(legal) {
        return Ok(text.to_owned());
    }
    let message = "an external id has 2 to 1224 letters, digits and any of _+=,.@:/-".to_owned();
    Err(Objection { message, hint: None })
}

fn session_name(text: &str) -> Result<String, Objection> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (2..=64).contains(&text.len()) && text.chars().all(legal) {
        return Ok(text.to_owned());
    }
    let message = format!("`{}` cannot name a session", quoted(text));
    Err(Objection { message, hint: Some("use 2 to 64 letters, digits and any of _+=,.@-".to_owned()) })
}
