use std::io::{self, Write};
use std::path::Path;

use super::lines::lines;
use super::{Settled, Sink, SinkError};

/// Rows as NDJSON for whoever reads stdout: each call's at once, and never taken back.
pub(super) struct Stdout<W = io::Stdout> {
    out: W,
    /// Kept for its room.
    text: Vec<u8>,
}

impl Stdout {
    pub(super) fn new() -> Self {
        Self { out: io::stdout(), text: Vec::new() }
    }
}

impl<W: Write + Send> Sink for Stdout<W> {
    fn write(&mut self, _: u64, rows: &[&[u8]]) -> Result<(), SinkError> {
        self.text.clear();
        lines(rows, &mut self.text)?;
        self.out.write_all(&self.text).and_then(|()| self.out.flush()).map_err(told)
    }

    fn settle(&mut self) -> Result<Option<Settled>, SinkError> {
        Ok(None)
    }

    fn finish(&mut self, _: bool) -> Result<Option<Settled>, SinkError> {
        self.out.flush().map_err(told)?;
        Ok(None)
    }

    fn discard(&mut self) {}
}

fn told(error: io::Error) -> SinkError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => SinkError::ReaderLeft,
        _ => SinkError::unwritable(Path::new("stdout"), error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(out: impl Write + Send + 'static) -> impl Sink {
        Stdout { out, text: Vec::new() }
    }

    #[test]
    fn a_reader_that_leaves_is_known() {
        let (reader, writer) = io::pipe().unwrap();
        let mut sink = on(writer);
        sink.write(1, &[b"{}"]).unwrap();
        drop(reader);
        assert!(matches!(sink.write(2, &[b"{}"]), Err(SinkError::ReaderLeft)));
    }

    #[test]
    fn a_line_is_out_as_soon_as_it_is_written_and_settles_nothing() {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut sink = on(io::BufWriter::new(writer));
        sink.write(1, &[br#"{"a":1}"#, br#"{"a":2}"#]).unwrap();
        let mut seen = [0; 16];
        io::Read::read_exact(&mut reader, &mut seen).unwrap();
        assert_eq!(&seen, b"{\"a\":1}\n{\"a\":2}\n");
        assert_eq!((sink.settle().unwrap(), sink.finish(true).unwrap()), (None, None));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_told_with_the_name_of_stdout() {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let error = on(full).write(1, &[b"{}"]).unwrap_err().to_string();
        assert!(error.starts_with("stdout cannot be written: "), "{error}");
    }
}
