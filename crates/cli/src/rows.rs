//! What runs give: resources and pages of answers, as the ledger keeps them.

use orgwide_inventory::Record;
use orgwide_ledger::{Column, Columns, Kind, Row};
use sha2::{Digest, Sha256};

use crate::call::Answer;

/// The members of a row of `inventory`.
pub(crate) const RECORD: Columns = &[
    Column::new("account_id", Kind::Text),
    Column::new("account_name", Kind::Text),
    Column::new("ou_path", Kind::Text),
    Column::new("partition", Kind::Text),
    Column::new("region", Kind::Text),
    Column::new("type", Kind::Text),
    Column::new("id", Kind::Text),
    Column::new("arn", Kind::Text),
    Column::new("name", Kind::Text),
    Column::new("tags", Kind::Json),
    Column::new("data", Kind::Json),
    Column::new("collected_at", Kind::Text),
];

/// The members of a row of `call`.
pub(crate) const ANSWER: Columns = &[
    Column::new("account_id", Kind::Text),
    Column::new("account_name", Kind::Text),
    Column::new("region", Kind::Text),
    Column::new("service", Kind::Text),
    Column::new("operation", Kind::Text),
    Column::new("page", Kind::Integer),
    Column::new("data", Kind::Json),
    Column::new("collected_at", Kind::Text),
];

/// A resource as a row, known by its id.
pub(crate) fn of_record(record: &Record) -> serde_json::Result<Row> {
    let json = serde_json::to_vec(record)?;
    // How the account is called and where it stands is not the resource's doing.
    Ok(Row { key: record.id.clone(), digest: digest(&json, b",\"partition\":"), json })
}

/// A page of an answer as a row, known by its number.
pub(crate) fn of_answer(answer: Answer) -> Row {
    let (key, json) = (answer.page().to_string(), answer.into_line());
    Row { key, digest: digest(&json, b",\"region\":"), json }
}

/// A hash of a row from one member on, without the time it was made at, which is its last.
///
/// It is compared with those of runs made years before, so it is not one of the hashes that change from version to
/// version.
fn digest(json: &[u8], from: &[u8]) -> u64 {
    // Neither text occurs inside a JSON string: a quote there has a backslash before it.
    let position = |text: &[u8]| json.windows(text.len()).position(|window| window == text);
    let last = |text: &[u8]| json.windows(text.len()).rposition(|window| window == text);
    let from = position(from).unwrap_or(0);
    let to = last(b",\"collected_at\":\"").filter(|to| *to > from).unwrap_or(json.len());
    let hash = Sha256::digest(json.get(from..to).unwrap_or(json));
    hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, data: &str, time: &str) -> Vec<u8> {
        format!(
            r#"{{"account_id":"1","account_name":{name},"ou_path":null,"partition":"aws","data":{data},"collected_at":"{time}"}}"#
        )
        .into_bytes()
    }

    #[test]
    fn neither_the_time_nor_the_name_of_the_account_makes_a_row_another() {
        let of = |json: &[u8]| digest(json, b",\"partition\":");
        let first = of(&row(r#""a""#, r#"{"x":1}"#, "2026-01-01T00:00:00.000Z"));
        assert_eq!(first, of(&row(r#""b""#, r#"{"x":1}"#, "2026-02-02T00:00:00.000Z")));
        assert_ne!(first, of(&row(r#""a""#, r#"{"x":2}"#, "2026-01-01T00:00:00.000Z")));
    }

    #[test]
    fn names_that_look_like_members_change_nothing() {
        let of = |json: &[u8]| digest(json, b",\"partition\":");
        let hostile = serde_json::to_string(r#"x","partition":"y","collected_at":"z"#).unwrap();
        let plain = of(&row("null", r#"{"x":1}"#, "t"));
        assert_eq!(of(&row(&hostile, r#"{"x":1}"#, "t")), plain);
        let inside = format!(r#"{{"collected_at":{hostile},"x":1}}"#);
        assert_ne!(
            of(&row("null", &inside, "t")),
            of(&row("null", &inside.replace("\"x\":1", "\"x\":2"), "t"))
        );
    }

    #[test]
    fn the_columns_are_the_members_in_their_order() {
        let members = |columns: Columns| columns.iter().map(|column| column.name).collect::<Vec<_>>();
        assert_eq!(members(RECORD)[5..8], ["type", "id", "arn"]);
        assert_eq!(members(ANSWER)[5..], ["page", "data", "collected_at"]);
    }
}
