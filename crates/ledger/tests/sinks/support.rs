use std::collections::BTreeMap;
use std::path::Path;
#[cfg(feature = "parquet")]
use std::path::PathBuf;

use orgwide_ledger::{Column, Columns, Format, Kind, Settled, Sink, SinkSpec, open};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

pub(crate) const COLUMNS: Columns = &[
    Column::new("account_id", Kind::Text),
    Column::new("page", Kind::Integer),
    Column::new("included", Kind::Boolean),
    Column::new("name", Kind::Text),
    Column::new("tags", Kind::Json),
];

/// Every format of this build, with the name of its file.
pub(crate) const FORMS: &[(Format, &str)] = &[
    (Format::Ndjson, "rows.ndjson"),
    (Format::Csv, "rows.csv"),
    #[cfg(feature = "parquet")]
    (Format::Parquet, "rows.parquet"),
];

/// Text that has broken writers and readers of tables.
pub(crate) fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        "plain",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=cmd|' /C calc'!A0",
        "  =1",
        "'",
        "'=1",
        "''",
        "\"",
        "\"\"",
        "a\"b",
        "a,b",
        "a;b",
        "a\nb",
        "a\r\nb",
        "\n",
        "\r",
        "\0",
        "a\0b",
        "\u{1b}[31mred\u{1b}[0m",
        "\u{202e}evil\u{202c}",
        "\u{feff}bom",
        "é ü ß 漢字 🦀",
        "e\u{301}",
        "＝1",
        "null",
        "NULL",
        "true",
        "012345678901",
        "1e5",
        "\\",
        "\\n",
        "\\N",
        "{\"a\":1}",
        "[]",
        "<script>",
        "%s%n",
        "\u{7f}",
        "\u{2028}",
        "${x}",
        ",",
        "\"\n,\"",
    ]
    .map(String::from)
    .to_vec();
    all.push("x".repeat(1 << 20));
    all.push("\"é\n,".repeat(50_000));
    all
}

/// A row of these columns.
pub(crate) fn row(account: usize, name: Option<&str>, tags: Value) -> Vec<u8> {
    let page = if account.is_multiple_of(7) { Value::Null } else { json!(account as i64 - 3) };
    let included = [json!(true), json!(false), Value::Null][account % 3].clone();
    let account = format!("{account:012}");
    // Written out, so that members stand in the order of the columns.
    format!(
        r#"{{"account_id":"{account}","page":{page},"included":{included},"name":{},"tags":{tags}}}"#,
        json!(name)
    )
    .into_bytes()
}

/// Rows of a target whose outcome has this number, by a seed.
pub(crate) fn target(outcome: u64, random: &mut fastrand::Rng) -> Vec<Vec<u8>> {
    let names = ["=1", "a,\"b\"\nc", "plain", "", "\0", "name of some length, as they are"];
    let count = if random.u8(..) < 12 { random.usize(20..60) } else { random.usize(0..6) };
    let make = |_| {
        let name = random.choice(names);
        let tags = if random.bool() { json!({ "outcome": outcome, "k": name }) } else { Value::Null };
        row(random.usize(..1000), name, tags)
    };
    (0..count).map(make).collect()
}

/// A folder in memory where there is one: these tests settle often, and no power fails here.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) fn spec(folder: &Path, name: &str) -> SinkSpec {
    SinkSpec::of(&folder.join(name), COLUMNS).unwrap()
}

pub(crate) fn open_new(spec: &SinkSpec) -> Box<dyn Sink> {
    let (sink, after) = open(spec, None).unwrap();
    assert_eq!(after, 0);
    sink
}

pub(crate) fn write(sink: &mut dyn Sink, outcome: u64, rows: &[Vec<u8>]) {
    let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
    sink.write(outcome, &rows).unwrap();
}

/// Everything written, in one sitting.
pub(crate) fn write_all(spec: &SinkSpec, targets: &[(u64, Vec<Vec<u8>>)]) -> Option<Settled> {
    let mut sink = open_new(spec);
    for (outcome, rows) in targets {
        write(&mut *sink, *outcome, rows);
    }
    sink.finish(true).unwrap()
}

/// The files in a folder, hidden ones too.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entry = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())
    };
    std::fs::read_dir(folder).unwrap().map(entry).collect()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    files(folder).into_keys().collect()
}

/// The rows of a sink as a reader sees them: null and the empty string are one in a table of text.
pub(crate) fn read(format: Format, path: &Path) -> Vec<Value> {
    match format {
        Format::Ndjson => {
            let text = std::fs::read_to_string(path).unwrap();
            assert!(text.is_empty() || text.ends_with('\n'), "a line is not whole");
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        }
        Format::Csv => read_csv(path),
        #[cfg(feature = "parquet")]
        Format::Parquet => crate::parts::read(&parts(path)),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => unreachable!(),
    }
}

/// The rows as they should be read.
pub(crate) fn expected(format: Format, rows: &[Vec<u8>]) -> Vec<Value> {
    let mut rows: Vec<Value> = rows.iter().map(|row| serde_json::from_slice(row).unwrap()).collect();
    if format == Format::Csv {
        for row in &mut rows {
            for value in row.as_object_mut().unwrap().values_mut().filter(|value| *value == "") {
                *value = Value::Null;
            }
        }
    }
    rows
}

/// The parts there are, by number.
#[cfg(feature = "parquet")]
pub(crate) fn parts(first: &Path) -> Vec<PathBuf> {
    let part = |n: u32| if n == 1 { first.to_owned() } else { first.with_extension(format!("{n}.parquet")) };
    (1..).map(part).take_while(|path| path.exists()).collect()
}

fn read_csv(path: &Path) -> Vec<Value> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    assert_eq!(header, COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>());
    let object = |record: csv::StringRecord| {
        let cells = COLUMNS.iter().zip(&record).map(|(column, cell)| {
            let value = match column.kind {
                _ if cell.is_empty() => Value::Null,
                Kind::Text | Kind::Any => json!(cell.strip_prefix('\'').unwrap_or(cell)),
                Kind::Integer | Kind::Boolean | Kind::Json => serde_json::from_str(cell).unwrap(),
            };
            (column.name.to_owned(), value)
        });
        Value::Object(cells.collect::<Map<_, _>>())
    };
    reader.records().map(|record| object(record.unwrap())).collect()
}
