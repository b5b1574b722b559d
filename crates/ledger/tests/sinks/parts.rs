use std::fs::{self, File};
use std::path::PathBuf;

use arrow_array::Array as _;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use orgwide_ledger::{Kind, SinkError, open};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

use crate::support::{COLUMNS, expected, folder, names, open_new, parts, row, spec, write, write_all};

/// The rows of these files, one file after the other.
pub(crate) fn read(parts: &[PathBuf]) -> Vec<Value> {
    let mut rows = Vec::new();
    for part in parts {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(part).unwrap()).unwrap();
        let schema = reader.schema();
        assert!(
            schema.fields().iter().map(|field| field.name()).eq(COLUMNS.iter().map(|column| column.name))
        );
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            for n in 0..batch.num_rows() {
                let cell = |at: usize| {
                    let column = batch.column(at);
                    if column.is_null(n) {
                        return Value::Null;
                    }
                    match COLUMNS[at].kind {
                        Kind::Text | Kind::Any => json!(column.as_string::<i32>().value(n)),
                        Kind::Integer => json!(column.as_primitive::<Int64Type>().value(n)),
                        Kind::Boolean => json!(column.as_boolean().value(n)),
                        _ => serde_json::from_str(column.as_string::<i32>().value(n)).unwrap(),
                    }
                };
                let object: Map<_, _> = (0..5).map(|at| (COLUMNS[at].name.to_owned(), cell(at))).collect();
                rows.push(Value::Object(object));
            }
        }
    }
    rows
}

fn rows(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| row(n, Some("name"), Value::Null)).collect()
}

fn counts(first: &std::path::Path) -> Vec<usize> {
    parts(first).iter().map(|part| read(std::slice::from_ref(part)).len()).collect()
}

#[test]
fn a_part_ends_with_a_target_once_it_is_three_quarters_full() {
    for (targets, wanted) in [
        (vec![3; 10], vec![9, 9, 9, 3]),
        (vec![8, 8, 8], vec![8, 8, 8]),
        (vec![7, 7, 7], vec![10, 10, 1]),
        (vec![25], vec![10, 10, 5]),
        (vec![25, 1, 9, 1], vec![10, 10, 10, 6]),
        (vec![10], vec![10]),
        (vec![1; 20], vec![8, 8, 4]),
        (vec![0, 0], vec![0]),
    ] {
        let folder = folder();
        let mut spec = spec(folder.path(), "rows.parquet");
        spec.parts.rows = 10;
        let targets: Vec<_> =
            targets.iter().zip(1..).map(|(count, outcome)| (outcome, rows(*count))).collect();
        write_all(&spec, &targets);
        assert_eq!(counts(&spec.path), wanted);
    }
}

#[test]
fn a_part_is_bounded_by_the_bytes_of_its_rows_too() {
    let folder = folder();
    let mut spec = spec(folder.path(), "rows.parquet");
    spec.parts.bytes = 10 * rows(2)[1].len() as u64;
    write_all(&spec, &[(1, rows(25))]);
    assert!(counts(&spec.path).len() >= 3, "{:?}", counts(&spec.path));
}

#[test]
fn a_target_of_several_parts_settles_at_its_end() {
    let folder = folder();
    let mut spec = spec(folder.path(), "rows.parquet");
    spec.parts.rows = 10;
    let mut sink = open_new(&spec);
    write(&mut *sink, 1, &rows(9));
    write(&mut *sink, 2, &rows(15));
    assert_eq!(sink.settle().unwrap().unwrap().through, 1);
    write(&mut *sink, 2, &rows(13));
    let settled = sink.settle().unwrap().unwrap();
    assert_eq!(settled.through, 1);
    assert_eq!(
        names(folder.path()),
        [".rows.parquet.writing", "rows.2.parquet", "rows.3.parquet", "rows.parquet"]
    );
    drop(sink);

    let (mut sink, after) = open(&spec, Some(&settled)).unwrap();
    assert_eq!(after, 1);
    write(&mut *sink, 2, &rows(28));
    write(&mut *sink, 3, &rows(1));
    assert_eq!(sink.settle().unwrap().unwrap().through, 2);
    sink.finish(true).unwrap();
    assert_eq!(counts(&spec.path), [9, 10, 10, 8, 1]);
}

#[test]
fn a_last_part_that_is_not_full_is_taken_back() {
    let folder = folder();
    let mut spec = spec(folder.path(), "rows.parquet");
    spec.parts.rows = 10;
    let settled = write_all(&spec, &[(1, rows(8)), (2, rows(3))]).unwrap();
    assert_eq!(settled.through, 2);
    let (mut sink, after) = open(&spec, Some(&settled)).unwrap();
    assert_eq!(after, 1);
    write(&mut *sink, 2, &rows(3));
    write(&mut *sink, 3, &rows(3));
    sink.finish(true).unwrap();
    assert_eq!(counts(&spec.path), [8, 6]);
    let all = [rows(8), rows(3), rows(3)].concat();
    assert_eq!(read(&parts(&spec.path)), expected(spec.format, &all));
}

#[test]
fn parts_of_another_run_are_refused_or_replaced_all() {
    for other in ["rows.2.parquet", "rows.7.parquet"] {
        for only_complete in [false, true] {
            let folder = folder();
            let mut spec = spec(folder.path(), "rows.parquet");
            (spec.parts.rows, spec.only_complete) = (10, only_complete);
            let mine = ["rows.02.parquet", "rows.2.parquet.bak", "other.2.parquet"];
            for name in mine.iter().chain([&other]) {
                fs::write(folder.path().join(name), "precious").unwrap();
            }
            let error = open(&spec, None).err().unwrap();
            assert!(matches!(error, SinkError::Exists { path } if path.ends_with(other)));
            spec.overwrite = true;
            open_new(&spec).discard();
            assert_eq!(names(folder.path()).len(), 4);
            write_all(&spec, &[(1, rows(8)), (2, rows(3))]);
            let mut wanted = [&mine[..], &["rows.2.parquet", "rows.parquet"]].concat();
            wanted.sort_unstable();
            assert_eq!(names(folder.path()), wanted);
            assert_eq!(counts(&spec.path), [8, 3]);
        }
    }
}

#[test]
fn a_device_takes_no_parquet() {
    let folder = folder();
    let path = folder.path().join("rows.parquet");
    std::os::unix::fs::symlink("/dev/null", &path).unwrap();
    let error = orgwide_ledger::SinkSpec::of(&path, COLUMNS).unwrap_err().to_string();
    assert!(error.contains("a file that can be gone back in"), "{error}");
}
