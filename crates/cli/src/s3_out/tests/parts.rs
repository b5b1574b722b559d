use super::*;

#[test]
fn parts_end_with_targets_and_settle_there() {
    let stage = Stage::calm();
    let spec = stage.spec("a", 8);
    let (mut sink, after) = stage.open(&spec, None);
    assert_eq!(after, 0);
    for (outcome, count) in [(1, 3), (2, 3), (4, 5), (7, 4), (8, 1)] {
        write(&mut *sink, outcome, count).unwrap();
    }
    let end = sink.finish(false).unwrap().unwrap();
    assert_eq!((end.through, end.state.as_str()), (8, "3"));
    let expected = objects([
        ("rows-00001.ndjson", &[(1, 3), (2, 3)]),
        // At five of eight it goes on, and is full before the target ends.
        ("rows-00002.ndjson", &[(4, 5), (7, 3)]),
        ("rows-00003.ndjson", &[]),
    ]);
    let found = stage.objects(&spec);
    assert_eq!(found.len(), 3);
    assert_eq!(found["rows-00001.ndjson"], expected["rows-00001.ndjson"]);
    assert_eq!(found["rows-00002.ndjson"], expected["rows-00002.ndjson"]);
    assert_eq!(found["rows-00003.ndjson"], [&rows(7, 4)[3..], &rows(8, 1)[..]].concat());
    assert_eq!(sink.finish(false).unwrap(), Some(end), "once more, it changes nothing");
    assert_eq!(stage.calls("PutObject"), 3);
}

#[test]
fn a_part_that_ends_inside_a_target_settles_nothing_before_the_target_is_whole() {
    let stage = Stage::calm();
    let spec = stage.spec("a", 4);
    let (mut sink, _) = stage.open(&spec, None);
    write(&mut *sink, 1, 2).unwrap();
    // Two parts end in it; the third is put after them, so those have been put.
    write(&mut *sink, 2, 13).unwrap();
    assert_eq!(sink.settle().unwrap(), None);
    write(&mut *sink, 3, 1).unwrap();
    assert_eq!(sink.finish(false).unwrap().unwrap().through, 3);
    assert_eq!(stage.objects(&spec).values().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4, 3, 1]);
}

#[test]
fn a_run_that_goes_on_takes_the_next_part_and_leaves_the_others_alone() {
    let stage = Stage::calm();
    let spec = stage.spec("a", 4);
    let (mut sink, _) = stage.open(&spec, None);
    write(&mut *sink, 3, 2).unwrap();
    let settled = sink.finish(false).unwrap();
    drop(sink);
    let before = stage.objects(&spec);
    let (mut sink, after) = stage.open(&spec, settled.as_ref());
    assert_eq!(after, 3);
    write(&mut *sink, 5, 1).unwrap();
    sink.finish(true).unwrap();
    let expected = objects([("rows-00001.ndjson", &[(3, 2)]), ("rows-00002.ndjson", &[(5, 1)])]);
    assert_eq!(before["rows-00001.ndjson"], expected["rows-00001.ndjson"]);
    assert_eq!(stage.objects(&spec), expected);
    assert_eq!(stage.calls("PutObject"), 2);
}

#[test]
fn what_a_crash_left_unsettled_is_put_again_under_the_same_keys() {
    // Killed after any number of outcomes, or after its end, with what was settled at any moment before that.
    let outcomes = [(1, 2), (2, 5), (3, 1), (5, 9), (6, 3), (9, 2), (10, 4)];
    let stage = Stage::calm();
    for (killed, ended) in (1..=outcomes.len()).flat_map(|killed| [(killed, false), (killed, true)]) {
        for remembered in 0..=killed {
            let spec = stage.spec(&format!("{killed}-{ended}-{remembered}"), 6);
            let (mut sink, _) = stage.open(&spec, None);
            let mut settled = None;
            for (place, (outcome, count)) in outcomes[..killed].iter().enumerate() {
                write(&mut *sink, *outcome, *count).unwrap();
                if place < remembered {
                    settled = sink.settle().unwrap().or(settled);
                }
            }
            if ended {
                sink.finish(false).unwrap();
            }
            drop(sink);
            let (mut sink, after) = stage.open(&spec, Some(&settled.unwrap_or_default()));
            for (outcome, count) in outcomes.iter().filter(|(outcome, _)| *outcome > after) {
                write(&mut *sink, *outcome, *count).unwrap();
            }
            sink.finish(true).unwrap();
            let found: Vec<_> = stage.objects(&spec).into_values().flatten().collect();
            let expected: Vec<_> = outcomes.iter().flat_map(|(outcome, n)| rows(*outcome, *n)).collect();
            assert_eq!(found, expected, "killed after {killed} ({ended}), settled after {remembered}");
        }
    }
}

#[test]
fn nothing_is_put_before_every_target_completed_where_that_is_required() {
    let stage = Stage::calm();
    let spec = SinkSpec { only_complete: true, ..stage.spec("a", 4) };
    let (mut sink, _) = stage.open(&spec, None);
    let all = [(1, 4), (2, 3), (3, 1)];
    all[..2].iter().for_each(|(outcome, count)| write(&mut *sink, *outcome, *count).unwrap());
    assert_eq!((sink.settle().unwrap(), sink.finish(false).unwrap()), (None, None));
    assert_eq!((stage.objects(&spec).len(), stage.calls("PutObject")), (0, 0));
    drop(sink);
    let (mut sink, after) = stage.open(&spec, Some(&Settled::default()));
    assert_eq!(after, 0, "it is all to be given again");
    all.iter().for_each(|(outcome, count)| write(&mut *sink, *outcome, *count).unwrap());
    assert_eq!(stage.calls("PutObject"), 0);
    assert_eq!(sink.finish(true).unwrap().unwrap().through, 3);
    let [one, two, three] = ["rows-00001.ndjson", "rows-00002.ndjson", "rows-00003.ndjson"];
    let expected = objects([(one, &[(1, 4)]), (two, &[(2, 3)]), (three, &[(3, 1)])]);
    assert_eq!(stage.objects(&spec), expected);
}

#[test]
fn without_a_row_there_is_no_object() {
    let stage = Stage::calm();
    let spec = stage.spec("a", 4);
    let (mut sink, _) = stage.open(&spec, None);
    assert_eq!(sink.finish(true).unwrap(), None);
    assert_eq!(stage.objects(&spec).len(), 0);
}

#[test]
fn nothing_stays_on_this_machine() {
    let stage = Stage::calm();
    let spec = stage.spec("a", 4);
    let out = S3Out::default();
    let mut sink = {
        let _inside = stage.runtime.enter();
        out.open(&spec, None).unwrap().0
    };
    let folder = out.0.lock()[0].folder().unwrap();
    write(&mut *sink, 1, 3).unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    // The program ends while the sink is still at work.
    out.clear();
    assert!(!folder.exists());
    assert!(sink.finish(true).is_err());
}
