use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use orgwide_ledger::{Follow, Ledger, LedgerError, Reader};
use rusqlite::Connection;

use crate::support::{collect, new_run, target};

#[test]
fn a_second_writer_is_refused_at_once_and_let_in_when_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    let begun = Instant::now();
    let error = Ledger::open(&path).unwrap_err();
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
    let LedgerError::Locked { by, .. } = &error else { panic!("{error}") };
    assert!(by.starts_with(&format!("process {}, since 20", std::process::id())), "{by}");
    // By another name it is the same.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&path, folder.path().join("alias.sqlite")).unwrap();
        assert!(matches!(Ledger::open(folder.path().join("alias.sqlite")), Err(LedgerError::Locked { .. })));
    }
    drop(ledger);
    Ledger::open(&path).unwrap();
}

/// Runs itself, to be killed.
#[cfg(unix)]
#[test]
fn a_writer_that_was_killed_holds_nothing() {
    use std::io::Read;
    use std::process::Stdio;
    const INSIDE: &str = "ORGWIDE_LEDGER_KILLED";
    if let Ok(path) = std::env::var(INSIDE) {
        let _ledger = Ledger::open(path).unwrap();
        eprintln!("ready");
        std::thread::park();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "opening::a_writer_that_was_killed_holds_nothing", "--nocapture"])
        .env(INSIDE, &path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    holder.stderr.as_mut().unwrap().read_exact(&mut [0; 5]).unwrap();
    let begun = Instant::now();
    let error = Ledger::open(&path).map(drop);
    let took = begun.elapsed();
    holder.kill().unwrap();
    holder.wait().unwrap();
    let Err(LedgerError::Locked { by, .. }) = error else { panic!("{error:?}") };
    assert!(by.starts_with(&format!("process {}, ", holder.id())), "{by}");
    assert!(took < Duration::from_millis(100), "{took:?}");
    assert_eq!(Ledger::open(&path).unwrap().runs().unwrap(), []);
}

#[tokio::test]
async fn a_run_holds_the_lock_as_long_as_anybody_records_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap().inline();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    assert!(matches!(ledger.begin(new_run(), vec![], Follow::default()), Err(LedgerError::Busy)));
    drop(ledger);
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Locked { .. })));
    drop(recorder);
    assert_eq!(Ledger::open(&path).unwrap().runs().unwrap().len(), 1);
}

#[test]
fn what_is_no_ledger_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let other = folder.path().join("other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x); PRAGMA user_version = 1").unwrap();
    let other = fs::read(&other).unwrap();
    for content in
        [b"x".as_slice(), b"{\"json\":true}\n", &[0; 5000], &b"SQLite format 3\0".repeat(100), &other]
    {
        fs::write(&path, content).unwrap();
        for error in [Ledger::open(&path).map(drop).unwrap_err(), Reader::open(&path).map(drop).unwrap_err()]
        {
            assert!(matches!(error, LedgerError::NotALedger { .. }), "{error:?}");
        }
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::Unusable { .. })));
    assert!(matches!(Ledger::open(folder.path().join("no/l.sqlite")), Err(LedgerError::Unusable { .. })));
    assert!(matches!(Reader::open(folder.path().join("none")), Err(LedgerError::Unusable { .. })));
    assert!(!folder.path().join("none").exists());
}

#[test]
fn an_empty_file_becomes_a_ledger() {
    // As a crash leaves it between its making and its first commit.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    fs::write(&path, "").unwrap();
    assert_eq!(Ledger::open(&path).unwrap().runs().unwrap(), []);
    assert!(path.exists());
}

#[test]
fn one_of_a_later_version_is_refused_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    drop(Ledger::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for error in [Ledger::open(&path).map(drop).unwrap_err(), Reader::open(&path).map(drop).unwrap_err()] {
        assert!(matches!(error, LedgerError::Newer { version: 99, .. }), "{error:?}");
        assert!(error.to_string().contains("schema version 99"), "{error}");
    }
}

#[tokio::test]
async fn damage_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    let ledger = Ledger::open(&path).unwrap().inline();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    collect(&recorder, &target(1, "", "a"), &["a"]).await;
    recorder.settle().await.unwrap();
    drop(recorder);
    drop(ledger);
    let mut bytes = fs::read(&path).unwrap();
    bytes[8192..].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let error = Reader::open(&path).and_then(|reader| reader.runs()).unwrap_err();
    assert!(matches!(error, LedgerError::Damaged { .. }), "{error:?}");
}

/// Runs itself with a umask of its own: that of a process is common to all its threads.
#[cfg(unix)]
#[test]
fn all_files_are_the_owners_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    const INSIDE: &str = "ORGWIDE_LEDGER_FOLDER";
    if let Ok(folder) = std::env::var(INSIDE) {
        let path = std::path::Path::new(&folder).join("l.sqlite");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ledger = Ledger::open(path).unwrap();
        let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
        runtime.block_on(collect(&recorder, &target(1, "", "a"), &["a"]));
        runtime.block_on(recorder.settle()).unwrap();
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(names, ["l.sqlite", "l.sqlite-lock", "l.sqlite-shm", "l.sqlite-wal"]);
        return;
    }
    for umask in ["000", "022", "277"] {
        let folder = tempfile::tempdir().unwrap();
        let test = std::env::current_exe().unwrap();
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("umask {umask}; exec \"$0\" --exact opening::all_files_are_the_owners_alone_whatever_the_umask"))
            .arg(test)
            .env(INSIDE, folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "umask {umask}: {said}");
    }
}
