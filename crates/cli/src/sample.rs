use std::collections::BTreeMap;
use std::sync::Arc;

use comfy_table::Table;
use orgwide_ledger::{Settled, Sink, SinkError};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::Value;

use crate::escape::for_terminal;
use crate::task::NAMED;
use crate::{printer, table};

/// Rows shown to a person whose rows go nowhere else, and kinds of rows among them.
const SHOWN: usize = 20;
/// Characters of an answer that are shown there.
const SHOWN_OF_ANSWER: usize = 160;

/// The first rows of each kind in a run, and how many there are: for a person at a terminal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    rows: BTreeMap<String, Vec<Shown>>,
    by_kind: BTreeMap<String, u64>,
}

impl Kept {
    /// As many rows as are shown, of all kinds alike, kind by kind.
    fn shown(&self) -> Vec<&Shown> {
        let mut left = SHOWN;
        let mut counts = vec![0; self.rows.len()];
        for place in 0..SHOWN {
            for (count, rows) in counts.iter_mut().zip(self.rows.values()) {
                if left > 0 && place < rows.len() {
                    *count += 1;
                    left -= 1;
                }
            }
        }
        self.rows.values().zip(counts).flat_map(|(rows, count)| rows.iter().take(count)).collect()
    }
}

/// What people are shown of a row: of a resource, or of a page of an answer.
#[derive(Debug, Deserialize)]
struct Shown {
    account_id: String,
    account_name: Option<String>,
    region: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<String>,
    name: Option<String>,
    page: Option<u64>,
    data: Value,
}

/// Only what the count by kind needs.
#[derive(Debug, Deserialize)]
struct Counted<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<&'a str>,
}

impl Sink for Sample {
    fn write(&mut self, _outcome: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        let unreadable = |error: serde_json::Error| SinkError::Row(error.to_string());
        let mut kept = self.0.lock();
        for json in rows {
            let counted: Counted<'_> = serde_json::from_slice(json).map_err(unreadable)?;
            let kind = counted.kind.unwrap_or("pages");
            let is_new = !kept.rows.contains_key(kind);
            if !is_new || kept.rows.len() < SHOWN {
                let rows = kept.rows.entry(kind.to_owned()).or_default();
                if rows.len() < SHOWN {
                    rows.push(serde_json::from_slice(json).map_err(unreadable)?);
                }
            }
            match kept.by_kind.get_mut(kind) {
                Some(count) => *count += 1,
                None => _ = kept.by_kind.insert(kind.to_owned(), 1),
            }
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        Ok(None)
    }

    fn finish(&mut self, _complete: bool) -> Result<Option<Settled>, SinkError> {
        Ok(None)
    }

    fn discard(&mut self) {}
}

impl Sample {
    /// Prints it to stderr, with how to keep or see all of them: `more` says so.
    pub(crate) fn print(&self, more: &str) {
        let kept = self.0.lock();
        let shown = kept.shown();
        let Some(first) = shown.first() else { return };
        let mut table = first.table();
        shown.iter().for_each(|row| row.show(&mut table));
        printer::block(&table.to_string());
        let total: u64 = kept.by_kind.values().sum();
        let kinds: Vec<_> = kept.by_kind.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let hidden = total.saturating_sub(shown.len() as u64);
        if hidden > 0 {
            printer::note(&format!("… and {hidden} more: {more}"));
        }
        // Of more there is a table.
        if kinds.len() <= NAMED {
            printer::note(&kinds.join(", "));
        }
    }
}

impl Shown {
    /// The table it is shown in.
    fn table(&self) -> Table {
        if self.page.is_none() {
            table::new(["account", "name", "region", "type", "id", "resource name"])
        } else {
            table::new(["account", "name", "region", "page", "data"])
        }
    }

    /// How it is shown in its table.
    fn show(&self, table: &mut Table) {
        let safe = |text: Option<&str>| for_terminal(text.unwrap_or("-")).into_owned();
        let place =
            [safe(Some(&self.account_id)), safe(self.account_name.as_deref()), safe(Some(&self.region))];
        let Some(page) = self.page else {
            let what = [self.kind.as_deref(), self.id.as_deref(), self.name.as_deref()].map(safe);
            table.add_row(place.into_iter().chain(what));
            return;
        };
        let data = self.data.to_string();
        let data = match data.char_indices().nth(SHOWN_OF_ANSWER) {
            Some((end, _)) => format!("{}…", data.get(..end).unwrap_or_default()),
            None => data,
        };
        table.add_row(place.into_iter().chain([page.to_string(), safe(Some(&data))]));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shown_of_an_answer_is_short_and_plain() {
        let row = json!({
            "account_id": "111122223333", "account_name": "\u{1b}[31mred", "region": "eu-west-1",
            "page": 3, "data": {"Vpcs": ["\u{202e}evil", "x".repeat(1_000)]},
        });
        let row: Shown = serde_json::from_value(row).unwrap();
        let mut table = row.table();
        row.show(&mut table);
        let shown = table.to_string();
        assert!(shown.contains("111122223333") && shown.contains('…'), "{shown}");
        assert!(!shown.contains(['\u{202e}', '\u{1b}']) && !shown.contains(&"x".repeat(200)), "{shown}");
    }

    #[test]
    fn rows_of_all_kinds_are_shown_and_those_beyond_are_counted() {
        let mut sample = Sample::default();
        for number in 0..50_u32 {
            let kind = if number % 5 == 0 { "s3:bucket" } else { "ec2:instance" };
            let row =
                json!({"account_id": "1", "region": "r", "type": kind, "id": "i", "data": {}}).to_string();
            sample.write(1, &[row.as_bytes()]).unwrap();
        }
        let kept = sample.0.lock();
        assert_eq!((kept.by_kind["s3:bucket"], kept.by_kind["ec2:instance"]), (10, 40));
        let kinds: Vec<_> = kept.shown().iter().filter_map(|row| row.kind.clone()).collect();
        assert_eq!(kinds, [vec!["ec2:instance"; 10], vec!["s3:bucket"; 10]].concat());
    }

    #[test]
    fn of_few_rows_all_are_shown_and_of_many_kinds_as_many_as_there_is_room_for() {
        let shown = |kinds: usize, each: usize| {
            let mut sample = Sample::default();
            for number in 0..kinds * each {
                let kind = format!("t:{}", number % kinds);
                let row = json!({"account_id": "1", "region": "r", "type": kind, "id": "i", "data": {}});
                sample.write(1, &[row.to_string().as_bytes()]).unwrap();
            }
            sample.0.lock().shown().len()
        };
        assert_eq!([shown(1, 7), shown(3, 2), shown(1, 50), shown(7, 50), shown(60, 3)], [7, 6, 20, 20, 20]);
    }
}
