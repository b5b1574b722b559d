use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::stop::Stop;

/// Where rows go: files and stdout, a JSON object a line.
///
/// Nothing of a file that is there already is touched before the first row, and a file made for a command
/// that could not start is removed again. Lines are whole, whatever happens.
#[derive(Debug)]
pub(crate) struct Output {
    sinks: Vec<Sink>,
    lines: Vec<u8>,
}

#[derive(Debug)]
enum Sink {
    File(FileSink),
    Stdout(BufWriter<io::Stdout>),
}

#[derive(Debug)]
struct FileSink {
    path: PathBuf,
    file: BufWriter<File>,
    /// Bytes of whole pages written; none before the first.
    good: Option<u64>,
    made_here: bool,
    is_regular: bool,
}

impl Output {
    /// Opens what the command line names. Without `--out`, rows go to stdout unless it is a terminal.
    pub(crate) fn open(args: &OutputArgs) -> Result<Self, Stop> {
        let mut output = Self { sinks: Vec::new(), lines: Vec::new() };
        let mut seen: Vec<&Path> = Vec::new();
        for path in &args.out {
            if seen.contains(&path.as_path()) {
                output.discard();
                return Err(Stop::usage(format!("--out {} is given twice", path.display())));
            }
            seen.push(path);
            let sink = if path.as_os_str() == "-" {
                Ok(Sink::Stdout(BufWriter::new(io::stdout())))
            } else {
                FileSink::open(path, args.overwrite).map(Sink::File)
            };
            match sink {
                Ok(sink) => output.sinks.push(sink),
                Err(stop) => {
                    output.discard();
                    return Err(stop);
                }
            }
        }
        if args.out.is_empty() && !io::stdout().is_terminal() {
            output.sinks.push(Sink::Stdout(BufWriter::new(io::stdout())));
        }
        Ok(output)
    }

    /// Whether rows have nowhere to go, so that a person at a terminal wants to see them.
    pub(crate) fn is_for_eyes(&self) -> bool {
        self.sinks.is_empty()
    }

    /// Writes rows that belong together, to every sink.
    pub(crate) fn write<R: Serialize>(&mut self, rows: &[R]) -> Result<(), Stop> {
        self.write_lines(|lines| {
            for row in rows {
                serde_json::to_writer(&mut *lines, row)?;
                lines.push(b'\n');
            }
            Ok(())
        })
    }

    /// Writes the whole lines that `fill` appends, to every sink.
    pub(crate) fn write_lines(
        &mut self,
        fill: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>,
    ) -> Result<(), Stop> {
        self.lines.clear();
        fill(&mut self.lines)
            .map_err(|error| Stop::new(Exit::Output, format!("a row could not be written: {error}")))?;
        for sink in &mut self.sinks {
            match sink {
                Sink::File(file) => file.write(&self.lines)?,
                Sink::Stdout(out) => out.write_all(&self.lines).and_then(|()| out.flush()).map_err(stdout)?,
            }
        }
        Ok(())
    }

    /// Makes sure everything is written. Files that got no row are left empty.
    pub(crate) fn finish(mut self) -> Result<(), Stop> {
        self.sinks.iter_mut().try_for_each(|sink| match sink {
            Sink::File(file) => file.write(&[]),
            Sink::Stdout(out) => out.flush().map_err(stdout),
        })
    }

    /// Leaves everything as it was: nothing started.
    pub(crate) fn discard(self) {
        for sink in self.sinks {
            if let Sink::File(FileSink { path, made_here: true, good: None, .. }) = sink
                && let Err(error) = std::fs::remove_file(&path)
            {
                tracing::warn!(path = %path.display(), %error, "an empty output file stays");
            }
        }
    }
}

pub(crate) fn stdout(error: io::Error) -> Stop {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Stop::new(Exit::ReaderLeft, "the reader of stdout left")
    } else {
        Stop::new(Exit::Output, format!("stdout cannot be written: {error}"))
    }
}

impl FileSink {
    fn open(path: &Path, overwrite: bool) -> Result<Self, Stop> {
        let unwritable = |error: io::Error| {
            Stop::new(Exit::Output, format!("{} cannot be written: {error}", path.display()))
                .next_step("check the folder and its permissions, or name another file")
        };
        // A link that leads nowhere is taken for missing, and then not followed.
        let found = std::fs::metadata(path).ok();
        let is_regular = found.as_ref().is_none_or(std::fs::Metadata::is_file);
        if is_regular && path.extension().is_none_or(|extension| extension != "ndjson") {
            return Err(Stop::usage(format!("--out {}: rows are written as .ndjson", path.display()))
                .next_step("end the name in .ndjson, or write to stdout with `--out -`"));
        }
        if found.is_some() && is_regular && !overwrite {
            return Err(Stop::usage(format!("--out {} exists already", path.display()))
                .next_step("name another file, or replace it with --overwrite"));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(found.is_none());
        let file = options.open(path).map_err(unwritable)?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            good: None,
            made_here: found.is_none(),
            is_regular,
        })
    }

    fn write(&mut self, lines: &[u8]) -> Result<(), Stop> {
        let result = self.try_write(lines);
        result.map_err(|error| {
            // Half a line is worse than none: back to the end of the last whole page.
            if self.is_regular {
                self.file.get_ref().set_len(self.good.unwrap_or(0)).ok();
            }
            let message = format!("{} cannot be written: {error}", self.path.display());
            Stop::new(Exit::Output, message).next_step("make room or name another file, and run again")
        })
    }

    fn try_write(&mut self, lines: &[u8]) -> io::Result<()> {
        let before = match self.good {
            Some(good) => good,
            None if self.is_regular => {
                self.file.get_ref().set_len(0)?;
                self.file.seek(SeekFrom::Start(0))?
            }
            None => 0,
        };
        self.good = Some(before);
        self.file.write_all(lines)?;
        self.file.flush()?;
        self.good = Some(before + lines.len() as u64);
        Ok(())
    }
}
