use std::collections::BTreeMap;

use comfy_table::Table;
use orgwide_fanout::Control;
use orgwide_inventory::Record;
use tokio::sync::mpsc;

use crate::call::Answer;
use crate::escape::for_terminal;
use crate::output::Output;
use crate::printer;
use crate::progress::Progress;
use crate::stop::Stop;
use crate::table;

/// Rows shown to a person whose rows go nowhere else.
const SHOWN: usize = 20;
/// Characters of an answer that are shown there.
const SHOWN_OF_ANSWER: usize = 160;

/// What a run gives; all rows of a run are of one sort.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there are no small ones among the large ones to suffer")]
pub(crate) enum Row {
    /// A resource.
    Record(Record),
    /// A page of an answer.
    Answer(Answer),
}

impl From<Record> for Row {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl Row {
    /// Appends it as a line.
    fn write(&self, lines: &mut Vec<u8>) -> serde_json::Result<()> {
        match self {
            Self::Record(record) => serde_json::to_writer(&mut *lines, record)?,
            Self::Answer(answer) => lines.extend_from_slice(answer.line()),
        }
        lines.push(b'\n');
        Ok(())
    }

    /// What there are many of: a type of resource, or pages of an answer.
    fn kind(&self) -> String {
        match self {
            Self::Record(record) => record.kind.to_owned(),
            Self::Answer(answer) => format!("pages of {}", answer.call()),
        }
    }

    /// The table it is shown in.
    fn table(&self) -> Table {
        match self {
            Self::Record(_) => table::new(["account", "name", "region", "type", "id", "resource name"]),
            Self::Answer(_) => table::new(["account", "name", "region", "page", "data"]),
        }
    }

    /// How it is shown in its table.
    fn show(&self, table: &mut Table) {
        let name = |name: Option<&str>| for_terminal(name.unwrap_or("-")).into_owned();
        match self {
            Self::Record(row) => {
                table.add_row([
                    row.account_id.to_string(),
                    name(row.account_name.as_deref()),
                    row.region.to_string(),
                    row.kind.to_owned(),
                    for_terminal(&row.id).into_owned(),
                    name(row.name.as_deref()),
                ]);
            }
            Self::Answer(answer) => {
                let Some(row) = answer.shown() else { return };
                let data = row.data.to_string();
                let data = match data.char_indices().nth(SHOWN_OF_ANSWER) {
                    Some((end, _)) => format!("{}…", data.get(..end).unwrap_or_default()),
                    None => data,
                };
                table.add_row([
                    row.account_id,
                    name(row.account_name.as_deref()),
                    row.region,
                    row.page.to_string(),
                    for_terminal(&data).into_owned(),
                ]);
            }
        }
    }
}

/// The first rows of a run, and how many there are of each kind.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    rows: Vec<Row>,
    by_kind: BTreeMap<String, u64>,
}

/// Writes pages as they arrive, until no target is left, and gives the output back. A failure to write stops
/// the run.
pub(crate) fn write_rows(
    output: Output,
    mut arriving: mpsc::Receiver<Vec<Row>>,
    progress: &Progress,
    control: &Control,
) -> Result<(Output, Option<Sample>), Stop> {
    let mut output = output;
    let mut sample = output.is_for_eyes().then(Sample::default);
    while let Some(page) = arriving.blocking_recv() {
        let written = output.write_lines(|lines| page.iter().try_for_each(|row| row.write(lines)));
        if let Err(stop) = written {
            control.abort();
            return Err(stop);
        }
        progress.rows(page.len() as u64);
        if let Some(sample) = &mut sample {
            sample.take(page);
        }
    }
    Ok((output, sample))
}

impl Sample {
    fn take(&mut self, page: Vec<Row>) {
        for row in page {
            *self.by_kind.entry(row.kind()).or_default() += 1;
            if self.rows.len() < SHOWN {
                self.rows.push(row);
            }
        }
    }

    /// Prints it to stderr, with how to keep all of them.
    pub(crate) fn print(&self) {
        let Some(first) = self.rows.first() else { return };
        let mut table = first.table();
        self.rows.iter().for_each(|row| row.show(&mut table));
        printer::block(&table.to_string());
        let total: u64 = self.by_kind.values().sum();
        let kinds: Vec<_> = self.by_kind.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let hidden = total.saturating_sub(self.rows.len() as u64);
        if hidden > 0 {
            printer::note(&format!("… and {hidden} more: --out rows.ndjson keeps them all"));
        }
        printer::note(&kinds.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::call::Place;

    fn answer(data: &serde_json::Value) -> Row {
        let place = Place {
            account_id: "111122223333".parse().unwrap(),
            account_name: Some("\u{1b}[31mred"),
            region: &"eu-west-1".parse().unwrap(),
            service: "ec2",
            operation: "DescribeVpcs",
            page: 3,
        };
        Row::Answer(Answer::new(&"ec2:DescribeVpcs".into(), &place, data).unwrap())
    }

    #[test]
    fn what_is_shown_of_an_answer_is_short_and_plain() {
        let row = answer(&json!({"Vpcs": ["\u{202e}evil", "x".repeat(1_000)]}));
        let mut table = row.table();
        row.show(&mut table);
        let shown = table.to_string();
        assert!(shown.contains("111122223333") && shown.contains('…'), "{shown}");
        assert!(!shown.contains(['\u{202e}', '\u{1b}']) && !shown.contains(&"x".repeat(200)), "{shown}");
    }

    #[test]
    fn a_row_is_a_line() {
        let mut lines = Vec::new();
        for data in [json!(null), json!("a\nb")] {
            answer(&data).write(&mut lines).unwrap();
        }
        let lines = String::from_utf8(lines).unwrap();
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.ends_with("}\n") && lines.contains(r#""data":"a\nb""#), "{lines}");
    }
}
