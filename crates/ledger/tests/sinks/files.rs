use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use orgwide_ledger::{Format, Settled, SinkError, SinkSpec, open};
use serde_json::Value;

use crate::support::{COLUMNS, FORMS, expected, files, folder, names, open_new, read, row, spec, write};

fn one() -> Vec<Vec<u8>> {
    vec![row(1, Some("a"), Value::Null)]
}

fn refused(spec: &SinkSpec) -> SinkError {
    open(spec, None).err().unwrap()
}

#[test]
fn what_is_there_is_refused() {
    for &(_, name) in FORMS {
        let folder = folder();
        fs::write(folder.path().join(name), "precious").unwrap();
        let spec = spec(folder.path(), name);
        let error = refused(&spec);
        assert!(matches!(error, SinkError::Exists { .. }));
        assert_eq!(error.to_string(), format!("--out {} exists already", spec.path.display()));
        assert_eq!(files(folder.path()), [(name.to_owned(), b"precious".to_vec())].into());
    }
}

#[test]
fn what_may_be_replaced_is_untouched_until_rows_come() {
    for &(_, name) in FORMS {
        for only_complete in [false, true] {
            let folder = folder();
            let path = folder.path().join(name);
            fs::write(&path, "precious").unwrap();
            let mut spec = spec(folder.path(), name);
            (spec.overwrite, spec.only_complete) = (true, only_complete);
            let mut sink = open_new(&spec);
            assert_eq!(sink.settle().unwrap(), None);
            sink.write(1, &[]).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"precious");
            sink.discard();
            drop(sink);
            assert_eq!(files(folder.path()), [(name.to_owned(), b"precious".to_vec())].into());

            let mut sink = open_new(&spec);
            write(&mut *sink, 1, &one());
            assert_eq!(fs::read(&path).is_ok_and(|there| there == b"precious"), only_complete, "{name}");
            sink.finish(true).unwrap();
            drop(sink);
            assert_eq!(names(folder.path()), [name]);
            assert_ne!(fs::read(&path).unwrap(), b"precious");
        }
    }
}

#[test]
fn what_did_not_begin_leaves_no_trace() {
    for &(_, name) in FORMS {
        for only_complete in [false, true] {
            let folder = folder();
            let mut spec = spec(folder.path(), name);
            spec.only_complete = only_complete;
            open_new(&spec).discard();
            assert_eq!(names(folder.path()), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn a_run_gone_on_with_that_does_not_begin_leaves_what_was_there() {
    for &(_, name) in FORMS {
        let folder = folder();
        let spec = spec(folder.path(), name);
        let mut sink = open_new(&spec);
        write(&mut *sink, 1, &one());
        let settled = sink.finish(false).unwrap();
        drop(sink);
        let before = files(folder.path());
        let (mut sink, _) = open(&spec, settled.as_ref()).unwrap();
        sink.discard();
        drop(sink);
        assert_eq!(files(folder.path()), before);
    }
}

#[test]
fn one_that_is_being_written_is_not_opened_twice() {
    for &(_, name) in FORMS {
        let folder = folder();
        let mut spec = spec(folder.path(), name);
        spec.overwrite = true;
        let sink = open_new(&spec);
        let mut again = spec.clone();
        again.path = folder.path().join(".").join(name);
        let error = refused(&again);
        assert!(matches!(error, SinkError::InUse { .. }), "{error}");
        drop(sink);
        open_new(&again);
    }
}

#[test]
fn only_what_is_complete_has_its_name() {
    for &(_, name) in FORMS {
        let folder = folder();
        let mut spec = spec(folder.path(), name);
        spec.only_complete = true;
        let partial = format!("{name}.partial");
        let mut sink = open_new(&spec);
        write(&mut *sink, 1, &one());
        let settled = sink.finish(false).unwrap();
        drop(sink);
        assert_eq!(names(folder.path()), [&*partial]);
        // Another run does not take it for its own.
        assert!(matches!(refused(&spec), SinkError::Exists { path } if path.ends_with(&partial)));

        let (mut sink, after) = open(&spec, settled.as_ref()).unwrap();
        if after == 0 {
            write(&mut *sink, 1, &one());
        }
        sink.finish(true).unwrap();
        assert_eq!(names(folder.path()), [name]);
    }
}

#[test]
fn what_was_complete_and_is_gone_on_with_is_not_complete() {
    for &(_, name) in FORMS {
        let folder = folder();
        let mut spec = spec(folder.path(), name);
        (spec.only_complete, spec.parts.rows) = (true, 1);
        let mut sink = open_new(&spec);
        write(&mut *sink, 1, &one());
        let settled = sink.finish(true).unwrap();
        drop(sink);
        let (mut sink, after) = open(&spec, settled.as_ref()).unwrap();
        assert_eq!((after, spec.path.exists()), (1, true), "nothing came yet");
        write(&mut *sink, 2, &one());
        assert!(!spec.path.exists() && folder.path().join(format!("{name}.partial")).exists(), "{name}");
        sink.finish(true).unwrap();
        drop(sink);
        assert_eq!(read(spec.format, &spec.path), expected(spec.format, &[one(), one()].concat()));
    }
}

#[test]
fn what_is_to_be_replaced_is_never_taken_for_what_was_written() {
    for &(_, name) in FORMS {
        let folder = folder();
        let mut spec = spec(folder.path(), name);
        (spec.overwrite, spec.only_complete) = (true, true);
        fs::write(&spec.path, "precious").unwrap();
        // The run ended before anything settled, and its file is gone.
        let (mut sink, after) = open(&spec, Some(&Settled::default())).unwrap();
        assert_eq!(after, 0);
        write(&mut *sink, 1, &one());
        assert_eq!(fs::read(&spec.path).unwrap(), b"precious");
        sink.finish(true).unwrap();
        assert_eq!(read(spec.format, &spec.path), expected(spec.format, &one()));
    }
}

#[test]
fn files_are_as_the_umask_says() {
    let folder = folder();
    File::create(folder.path().join("usual")).unwrap();
    let usual = fs::metadata(folder.path().join("usual")).unwrap().permissions().mode();
    for &(_, name) in FORMS {
        let spec = spec(folder.path(), name);
        open_new(&spec).finish(true).unwrap();
        assert_eq!(fs::metadata(&spec.path).unwrap().permissions().mode(), usual);
    }
}

#[test]
fn a_link_to_a_file_is_followed_and_one_that_leads_nowhere_is_not() {
    for &(_, name) in FORMS {
        for only_complete in [false, true] {
            let folder = folder();
            let real = folder.path().join("real");
            fs::create_dir(&real).unwrap();
            let target = real.join(name);
            symlink(&target, folder.path().join(name)).unwrap();
            let mut spec = spec(folder.path(), name);
            (spec.overwrite, spec.only_complete) = (true, only_complete);
            assert!(matches!(refused(&spec), SinkError::Unwritable { .. }));
            assert!(!target.exists());

            fs::write(&target, "old").unwrap();
            let mut sink = open_new(&spec);
            write(&mut *sink, 1, &one());
            sink.finish(true).unwrap();
            drop(sink);
            assert!(fs::symlink_metadata(&spec.path).unwrap().is_symlink());
            assert_ne!(fs::read(&target).unwrap(), b"old");
            assert_eq!(names(&real), [name]);
        }
    }
}

#[test]
fn a_folder_that_is_missing_or_in_the_way_is_told() {
    for &(_, name) in FORMS {
        let folder = folder();
        let error = refused(&spec(folder.path(), &format!("missing/{name}")));
        assert!(
            matches!(&error, SinkError::Unwritable { path, .. } if path.ends_with(format!("missing/{name}")))
        );
        assert!(error.to_string().contains("cannot be written"), "{error}");
        fs::create_dir(folder.path().join(name)).unwrap();
        let path = folder.path().join(name);
        let (format, columns) = (FORMS.iter().find(|form| form.1 == name).unwrap().0, COLUMNS);
        let spec = SinkSpec {
            path,
            format,
            columns,
            overwrite: true,
            only_complete: false,
            parts: Default::default(),
        };
        assert!(matches!(refused(&spec), SinkError::Unwritable { .. }));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn the_ending_of_the_name_is_the_format() {
    let of = |name: &str| SinkSpec::of(Path::new(name), COLUMNS).map(|spec| spec.format);
    for &(format, name) in FORMS {
        assert_eq!(of(name).unwrap(), format);
    }
    assert_eq!(of("-").unwrap(), Format::Ndjson);
    for (name, says) in [
        ("rows", ".ndjson, .csv or .parquet"),
        ("rows.json", ".ndjson, .csv or .parquet"),
        (".csv", ".ndjson, .csv or .parquet"),
    ] {
        let error = of(name).unwrap_err().to_string();
        assert!(error.starts_with(&format!("--out {name}: ")) && error.contains(says), "{error}");
    }
    if cfg!(not(feature = "parquet")) {
        assert!(of("rows.parquet").unwrap_err().to_string().contains("--features parquet"));
    }
}

#[test]
fn a_device_gets_lines_and_settles_nothing() {
    let null = SinkSpec::of(Path::new("/dev/null"), COLUMNS).unwrap();
    assert_eq!(null.format, Format::Ndjson);
    for only_complete in [false, true] {
        let mut spec = null.clone();
        spec.only_complete = only_complete;
        let mut sink = open_new(&spec);
        write(&mut *sink, 1, &one());
        assert_eq!((sink.settle().unwrap(), sink.finish(true).unwrap()), (None, None));
    }
    assert!(!Path::new("/dev/null.partial").exists());
}

#[test]
fn a_pipe_gets_the_lines_as_they_come() {
    let folder = folder();
    for (name, wanted) in [("pipe", one()[0].clone()), ("pipe.csv", b"account_id,".to_vec())] {
        let path = folder.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reader = std::thread::spawn({
            let path = path.clone();
            move || {
                let mut text = Vec::new();
                File::open(path).unwrap().read_to_end(&mut text).unwrap();
                text
            }
        });
        let mut sink = open_new(&SinkSpec::of(&path, COLUMNS).unwrap());
        write(&mut *sink, 1, &one());
        sink.finish(true).unwrap();
        drop(sink);
        let text = reader.join().unwrap();
        assert!(text.starts_with(&wanted) && text.ends_with(b"\n"), "{name}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_with_the_file() {
    let mut sink = open_new(&SinkSpec::of(Path::new("/dev/full"), COLUMNS).unwrap());
    let error = sink.write(1, &[b"{}"]).unwrap_err().to_string();
    assert!(error.starts_with("/dev/full cannot be written: No space left"), "{error}");
}
