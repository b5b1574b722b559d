//! What a sink holds in memory does not grow with what went through it.
#![cfg(feature = "parquet")]

#[cfg(test)]
mod tests {
    use orgwide_ledger::{Column, Columns, Kind, SinkSpec, open};
    use peak_alloc::PeakAlloc;

    #[global_allocator]
    static MEMORY: PeakAlloc = PeakAlloc;

    const COLUMNS: Columns = &[Column::new("id", Kind::Text), Column::new("data", Kind::Json)];
    const MIB: usize = 1 << 20;

    #[test]
    fn parquet_takes_no_more_than_a_row_group_however_much_comes() {
        let folder = tempfile::tempdir().unwrap();
        let spec = SinkSpec::of(&folder.path().join("rows.parquet"), COLUMNS).unwrap();
        let (mut sink, _) = open(&spec, None).unwrap();
        let mut random = fastrand::Rng::with_seed(1);
        // Text that no compression makes small: the worst there is.
        let mut row = || {
            let noise: String = (0..3_000).map(|_| random.alphanumeric()).collect();
            format!(r#"{{"id":"i-{:017x}","data":{{"noise":"{noise}"}}}}"#, random.u64(..)).into_bytes()
        };
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let mut written = 0;
        for outcome in 1.. {
            let rows: Vec<Vec<u8>> = (0..100).map(|_| row()).collect();
            written += rows.iter().map(Vec::len).sum::<usize>();
            let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
            sink.write(outcome, &rows).unwrap();
            if written > 100 * MIB {
                break;
            }
        }
        sink.finish(true).unwrap();
        let peak = MEMORY.peak_usage() - before;
        let file = std::fs::metadata(&spec.path).unwrap().len();
        println!("{} MiB of rows, {} MiB of file, {} MiB held", written / MIB, file >> 20, peak / MIB);
        assert!(peak < 64 * MIB, "{} MiB", peak / MIB);
    }
}
