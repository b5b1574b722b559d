use orgwide_ledger::{Format, SinkError, open};
use serde_json::{Value, json};

use crate::support::{
    FORMS, expected, files, folder, hostile, names, open_new, read, row, spec, target, write, write_all,
};

#[test]
fn rows_stand_once_and_in_order() {
    for &(format, name) in FORMS {
        let folder = folder();
        let mut random = fastrand::Rng::with_seed(1);
        let targets: Vec<_> = (1..300).map(|outcome| (outcome * 3, target(outcome, &mut random))).collect();
        let spec = spec(folder.path(), name);
        write_all(&spec, &targets);
        let rows: Vec<_> = targets.into_iter().flat_map(|(_, rows)| rows).collect();
        assert_eq!(read(format, &spec.path), expected(format, &rows), "{name}");
    }
}

#[test]
fn hostile_text_comes_back_as_it_was() {
    for &(format, name) in FORMS {
        let folder = folder();
        let spec = spec(folder.path(), name);
        let of = |(n, text): (usize, &String)| {
            row(n, Some(text), json!({ text.as_str(): text, "list": [text, null, -1.5] }))
        };
        let mut rows: Vec<_> = hostile().iter().enumerate().map(of).collect();
        rows.push(row(1, None, Value::Null));
        rows.push(b"{}".to_vec());
        rows.push(br#"{"name":"missing others"}"#.to_vec());
        write_all(&spec, &[(1, rows.clone())]);
        let mut wanted = expected(format, &rows);
        if format != Format::Ndjson {
            // What is missing is null in a table.
            for row in wanted.iter_mut().rev().take(2) {
                for name in ["account_id", "page", "included", "name", "tags"] {
                    row.as_object_mut().unwrap().entry(name).or_insert(Value::Null);
                }
            }
        }
        let read = read(format, &spec.path);
        assert_eq!(read.len(), wanted.len(), "{name}");
        for (n, (read, wanted)) in read.iter().zip(&wanted).enumerate() {
            assert!(
                read == wanted,
                "{name}: row {n}: {:.200} is not {:.200}",
                read.to_string(),
                wanted.to_string()
            );
        }
    }
}

#[test]
fn without_a_row_a_table_has_its_header_and_its_schema() {
    for &(format, name) in FORMS {
        let folder = folder();
        let spec = spec(folder.path(), name);
        let mut sink = open_new(&spec);
        sink.write(1, &[]).unwrap();
        sink.finish(true).unwrap();
        assert_eq!(names(folder.path()), [name]);
        assert_eq!(read(format, &spec.path), Vec::<Value>::new());
        match format {
            Format::Ndjson => assert_eq!(files(folder.path())[name], b""),
            Format::Csv => assert_eq!(files(folder.path())[name], b"account_id,page,included,name,tags\r\n"),
            Format::Parquet => {}
        }
    }
}

#[test]
fn a_row_that_is_not_of_its_columns_is_told_by_its_column() {
    for &(format, name) in FORMS.iter().filter(|(format, _)| *format != Format::Ndjson) {
        for (row, says) in [
            (r#"{"secret":1}"#, "`secret` is no column"),
            (r#"{"page":"hush"}"#, "`page` is not a whole number"),
            (r#"{"name":["hush"]}"#, "`name` is not a string"),
            ("hush", "no JSON object"),
        ] {
            let folder = folder();
            let (mut sink, _) = open(&spec(folder.path(), name), None).unwrap();
            let error = sink.write(1, &[row.as_bytes()]).unwrap_err();
            assert!(matches!(error, SinkError::Row(_)), "{format:?}");
            let error = error.to_string();
            assert!(error.contains(says) && !error.contains("hush"), "{format:?}: {error}");
        }
    }
}

#[test]
fn a_row_of_two_lines_is_none() {
    let folder = folder();
    let mut sink = open_new(&spec(folder.path(), "rows.ndjson"));
    assert!(matches!(sink.write(1, &[b"{}", b"{\n}"]), Err(SinkError::Row(_))));
    drop(sink);
    assert_eq!(files(folder.path())["rows.ndjson"], b"");
}

#[test]
fn ended_twice_is_ended() {
    for &(_, name) in FORMS {
        for complete in [false, true] {
            let folder = folder();
            let mut spec = spec(folder.path(), name);
            spec.only_complete = true;
            let mut sink = open_new(&spec);
            write(&mut *sink, 5, &[row(1, Some("a"), Value::Null)]);
            let settled = sink.finish(complete).unwrap();
            assert_eq!(settled.as_ref().unwrap().through, 5);
            let before = files(folder.path());
            assert_eq!(sink.finish(complete).unwrap(), settled);
            sink.discard();
            drop(sink);
            assert_eq!(files(folder.path()), before);
        }
    }
}
