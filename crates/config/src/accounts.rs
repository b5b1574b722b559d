//! Which accounts: ids, names, units, tags.

use orgwide_names::AccountId;

use crate::Accounts;
use crate::node::Node;
use crate::problem::quoted;
use crate::reader::{Objection, Reader};

pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Accounts {
    let list = |reader: &mut Reader<'_>, key: &str| {
        node.get(key).map_or_else(Vec::new, |list| reader.all_parsed(list, "an account", id_or_name))
    };
    let units = |reader: &mut Reader<'_>, key: &str| {
        node.get(key)
            .map_or_else(Vec::new, |list| reader.texts(list).into_iter().map(|unit| unit.value).collect())
    };
    Accounts {
        organization: node.get("org").and_then(|flag| reader.flag(flag)).unwrap_or_default(),
        units: units(reader, "ou"),
        accounts: list(reader, "account"),
        file: node.get("accounts_file").and_then(|file| reader.text(file)).map(|file| file.value),
        tags: node.get("tag").map_or_else(Vec::new, |tags| reader.all_parsed(tags, "KEY=VALUE", tag)),
        not_accounts: list(reader, "not_account"),
        not_units: units(reader, "not_ou"),
    }
}

/// Text of digits that is as long as an id, or nearly, is an id and nothing else.
fn id_or_name(text: &str) -> Result<String, Objection> {
    if text.len() >= 10 && text.bytes().all(|b| b.is_ascii_digit()) {
        let digits = text.len();
        return text.parse::<AccountId>().map(|id| id.to_string()).map_err(|_| Objection {
            message: format!("`{}` has {digits} digits, and the id of an account has 12", quoted(text)),
            hint: Some(
                if digits < 12 { "did leading zeros get lost?" } else { "is a digit too many?" }.to_owned(),
            ),
        });
    }
    Ok(text.to_owned())
}

fn tag(text: &str) -> Result<(String, String), Objection> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(Objection {
            message: format!("`{}` is not KEY=VALUE", quoted(text)),
            hint: Some("write such as `env=prod`".to_owned()),
        }),
    }
}
