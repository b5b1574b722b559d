//! The power fails: of what was written after the last commit that was told, the disk has any part.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use orgwide_ledger::{Again, Follow, Ledger, Reader};
use rusqlite::{Connection, OpenFlags};

use crate::support::{collect, new_run, target};

/// The head of a WAL, and of each frame in it; a page follows that.
const HEAD: usize = 32;
const FRAME: usize = 24 + 8192;

/// The outcomes that are there, each with the rows it says it has and those it has.
fn outcomes(path: &Path) -> BTreeMap<String, (i64, i64)> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    let mut select = connection
        .prepare(
            "SELECT job, rows, (SELECT count(*) FROM rows WHERE rows.type = job AND rows.run = targets.run)
             FROM targets WHERE outcome IS NOT NULL",
        )
        .unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_is_there_and_no_target_is_there_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let (path, log) = (folder.path().join("l.sqlite"), folder.path().join("l.sqlite-wal"));
    let ledger = Ledger::open(&path).unwrap();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    let run = recorder.run();
    let keys: Vec<_> = (0..40).map(|key| format!("{key}{}", "x".repeat(200))).collect();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    for number in 0..5 {
        collect(&recorder, &target(1, "", &format!("told{number}")), &keys).await;
    }
    recorder.settle().await.unwrap();
    let (database, told) = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    for number in 0..5 {
        collect(&recorder, &target(1, "", &format!("later{number}")), &keys).await;
    }
    recorder.settle().await.unwrap();
    let all = fs::read(&log).unwrap();
    assert_eq!(fs::read(&path).unwrap(), database, "nothing was copied back meanwhile");
    assert!(all.starts_with(&told[..told.len()]) && (all.len() - HEAD).is_multiple_of(FRAME));
    let frames = (all.len() - told.len()) / FRAME;
    assert!(frames >= 20, "{frames} frames are too few to tell anything");

    let mut seen = Vec::new();
    let cuts = (0..=frames).flat_map(|frame| [(frame, 0), (frame, 10), (frame, FRAME / 2)]);
    for (frame, into) in cuts {
        for torn in [false, true] {
            let cut = (told.len() + frame * FRAME + into).min(all.len());
            let mut left = all[..cut].to_vec();
            if torn {
                // Or the length of the file came to the disk, and its content did not.
                left.resize((cut + FRAME).min(all.len()), 0);
            }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("l.sqlite");
            fs::write(&path, &database).unwrap();
            fs::write(folder.path().join("l.sqlite-wal"), &left).unwrap();
            let there = {
                let ledger = Ledger::open(&path).unwrap();
                let there = outcomes(&path);
                for (job, (said, had)) in &there {
                    assert!(
                        *said == 40 && *had == 40,
                        "{job} has {had} rows, and says {said}; cut at {frame}"
                    );
                }
                let count = (0..5).filter(|number| there.contains_key(&format!("told{number}"))).count();
                assert_eq!(count, 5, "cut at frame {frame}, {into} bytes into it");
                if frame % 8 == 0 && into == 0 {
                    // It goes on from there.
                    let recorder = ledger.resume(run, Again::Unfinished, vec![], Follow::default()).unwrap();
                    collect(&recorder, &target(1, "", "after"), &keys).await;
                    let totals = recorder.settle().await.unwrap();
                    assert_eq!(totals.rows, 40 * (there.len() as u64 + 1));
                }
                there
            };
            seen.push(there.len());
        }
    }
    assert_eq!((seen.iter().min(), seen.iter().max()), (Some(&5), Some(&10)));
    drop(recorder);
}

#[tokio::test]
async fn damage_before_the_end_of_the_log_loses_no_more_than_what_follows() {
    let folder = tempfile::tempdir().unwrap();
    let (path, log) = (folder.path().join("l.sqlite"), folder.path().join("l.sqlite-wal"));
    let ledger = Ledger::open(&path).unwrap().inline();
    let recorder = ledger.begin(new_run(), vec![], Follow::default()).unwrap();
    for number in 0..5 {
        collect(&recorder, &target(1, "", &format!("job{number}")), &["a"; 40]).await;
    }
    let (database, mut bytes) = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    fs::write(&path, &database).unwrap();
    fs::write(folder.path().join("l.sqlite-wal"), &bytes).unwrap();
    let there = outcomes(&path);
    assert!((1..5).contains(&there.len()), "{there:?}");
    assert!(there.values().all(|rows| *rows == (40, 40)), "{there:?}");
    assert_eq!(Reader::open(&path).unwrap().runs().unwrap().len(), 1);
}
