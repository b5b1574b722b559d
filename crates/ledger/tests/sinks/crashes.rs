//! Ended at any moment and gone on with, a sink has in the end what it has without that, byte for byte.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use orgwide_ledger::{Format, Settled, SinkSpec, open};

use crate::support::{FORMS, files, folder, spec, target, write, write_all};

type Targets = [(u64, Vec<Vec<u8>>)];

/// What the ledger does: it remembers what the sink settled last, and delivers what came after.
struct Follower<'a> {
    spec: &'a SinkSpec,
    random: fastrand::Rng,
    known: Settled,
    crashes: u32,
}

/// The process ended.
struct Crash;

impl Follower<'_> {
    fn may_crash(&mut self, of: u32) -> Result<(), Crash> {
        if self.crashes > 0 && self.random.u32(..of) == 0 {
            self.crashes -= 1;
            return Err(Crash);
        }
        Ok(())
    }

    /// One sitting: whatever is not settled is delivered, in calls as they come.
    fn sit(&mut self, targets: &Targets, is_first: bool, complete: bool) -> Result<(), Crash> {
        let (mut sink, after) = open(self.spec, (!is_first).then_some(&self.known)).unwrap();
        assert!(after <= self.known.through);
        self.may_crash(20)?;
        for (outcome, rows) in targets.iter().filter(|(outcome, _)| *outcome > after) {
            let mut rows = rows.as_slice();
            loop {
                let (now, later) = rows.split_at(self.random.usize(..=rows.len()));
                write(&mut *sink, *outcome, now);
                self.may_crash(60)?;
                rows = later;
                if rows.is_empty() {
                    break;
                }
            }
            if self.random.u8(..) < 60 {
                let settled = sink.settle().unwrap();
                // It ended before this was stored.
                self.may_crash(30)?;
                if let Some(settled) = settled {
                    assert!(settled.through <= *outcome);
                    self.known = settled;
                }
            }
        }
        let settled = sink.finish(complete).unwrap();
        self.may_crash(3)?;
        self.known = settled.unwrap();
        Ok(())
    }

    /// Sits down again for as long as it crashes.
    fn follow(&mut self, targets: &Targets, is_first: bool, complete: bool) {
        let mut is_first = is_first;
        while self.sit(targets, is_first, complete).is_err() {
            is_first = false;
            self.tear();
        }
    }

    /// What was not synced may be there in part, or not.
    fn tear(&mut self) {
        let path = &self.spec.path;
        let partial = path.with_file_name(format!("{}.partial", path.file_name().unwrap().display()));
        if self.spec.format == Format::Parquet {
            if self.random.bool() {
                let writing = format!(".{}.writing", path.file_name().unwrap().display());
                std::fs::write(path.with_file_name(writing), "PAR1 and then").unwrap();
            }
            return;
        }
        let path = if partial.exists() { &partial } else { path };
        if self.random.bool() {
            let mut file = OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"{\"account_id\":\"0000").unwrap();
        } else if self.known.through == 0 && self.random.bool() {
            std::fs::remove_file(path).unwrap();
        }
    }
}

fn small(folder: &Path, name: &str, seed: u64) -> SinkSpec {
    let mut spec = spec(folder, name);
    spec.only_complete = seed.is_multiple_of(3);
    spec.parts.rows = 10 + seed % 30;
    spec.parts.bytes = if seed.is_multiple_of(5) { 2_000 } else { u64::MAX };
    spec
}

/// How many seeds; more with `ORGWIDE_SOAK`.
fn seeds() -> std::ops::Range<u64> {
    let times = std::env::var("ORGWIDE_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    0..1_000 * times
}

#[test]
fn ended_anywhere_and_gone_on_with_it_is_as_if_it_never_was() {
    let mut crashes = 0;
    for &(_, name) in FORMS {
        for seed in seeds() {
            let mut random = fastrand::Rng::with_seed(seed);
            let count = random.u64(1..30);
            let targets: Vec<_> = (1..=count).map(|n| (n * 2, target(n, &mut random))).collect();
            let whole = folder();
            write_all(&small(whole.path(), name, seed), &targets);

            let broken = folder();
            let spec = small(broken.path(), name, seed);
            let given = random.u32(..8);
            let mut follower = Follower { spec: &spec, random, known: Settled::default(), crashes: given };
            // Sometimes it ended before all was planned, and went on.
            let first = follower.random.usize(..=targets.len());
            follower.follow(&targets[..first], true, first == targets.len());
            if first < targets.len() {
                follower.follow(&targets, false, true);
            }
            crashes += given - follower.crashes;
            assert!(files(broken.path()) == files(whole.path()), "{name}, seed {seed}");
        }
    }
    assert!(crashes as usize > seeds().count() * FORMS.len(), "only {crashes} crashes");
}

#[test]
fn what_it_settled_is_delivered_no_more() {
    for &(format, name) in FORMS {
        let folder = folder();
        let mut spec = spec(folder.path(), name);
        spec.parts.rows = 4;
        let rows: Vec<_> = (0..4).map(|n| crate::support::row(n, None, serde_json::Value::Null)).collect();
        let mut sink = crate::support::open_new(&spec);
        assert_eq!(sink.settle().unwrap(), None, "nothing came");
        write(&mut *sink, 7, &rows);
        write(&mut *sink, 9, &rows[..1]);
        let settled = sink.settle().unwrap().unwrap();
        // A part counts once it is closed.
        let through = if format == Format::Parquet { 7 } else { 9 };
        assert_eq!(settled.through, through);
        drop(sink);
        let (mut sink, after) = open(&spec, Some(&settled)).unwrap();
        assert_eq!(after, through);
        assert_eq!(sink.settle().unwrap(), Some(settled));
    }
}

#[test]
fn what_is_gone_or_too_short_is_written_again() {
    for &(_, name) in FORMS {
        for spoil in [(|path: &Path| std::fs::remove_file(path).unwrap()) as fn(&Path), |path| {
            OpenOptions::new().write(true).truncate(true).open(path).map(drop).unwrap()
        }] {
            let folder = folder();
            let mut spec = spec(folder.path(), name);
            spec.parts.rows = 4;
            let mut random = fastrand::Rng::with_seed(9);
            let targets: Vec<_> = (1..30).map(|n| (n, target(n, &mut random))).collect();
            let settled = write_all(&spec, &targets).unwrap();
            let whole = files(folder.path());
            spoil(&spec.path);
            let mut follower = Follower { spec: &spec, random, known: settled, crashes: 0 };
            if name.ends_with("parquet") && spec.path.exists() {
                // A part that changed is none that was left too short by a crash: parts are whole or not there.
                let error = open(&spec, Some(&follower.known)).err().unwrap().to_string();
                assert!(error.contains("is not what this run wrote there"), "{error}");
                continue;
            }
            follower.follow(&targets, false, true);
            assert!(files(folder.path()) == whole, "{name}");
        }
    }
}

#[test]
fn another_file_in_its_place_is_left_alone() {
    for &(_, name) in FORMS {
        let folder = folder();
        let mut spec = spec(folder.path(), name);
        spec.parts.rows = 4;
        let mut random = fastrand::Rng::with_seed(9);
        let targets: Vec<_> = (1..30).map(|n| (n, target(n, &mut random))).collect();
        let settled = write_all(&spec, &targets).unwrap();
        let other = vec![b'x'; 1 << 20];
        std::fs::write(&spec.path, &other).unwrap();
        let error = open(&spec, Some(&settled)).err().unwrap();
        assert!(matches!(error, orgwide_ledger::SinkError::Changed { .. }), "{error}");
        assert!(std::fs::read(&spec.path).unwrap() == other);
    }
}
