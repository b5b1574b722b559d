use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::position::{Found, Position, Tail};
use super::{SinkError, SinkSpec};

/// A file that grows by whole pieces, or a device or pipe that gets the same.
#[derive(Debug)]
pub(super) struct Destination {
    /// As the user named it.
    path: PathBuf,
    /// Where it stands now, where it stands while it is written, and where once it is complete.
    current: PathBuf,
    written: PathBuf,
    complete: PathBuf,
    file: File,
    is_regular: bool,
    made_here: bool,
    begun: bool,
    /// Bytes of it that count: those kept until it is begun, those written from then on.
    length: u64,
    tail: Tail,
    /// Whether something was written that has not been synced.
    dirty: bool,
}

impl Destination {
    /// Opens a new file, or one that was written up to a position. Whether that much of it is still there is in
    /// [`length`](Self::length).
    pub(super) fn open(spec: &SinkSpec, known: Option<Position>) -> Result<Self, SinkError> {
        let path = &spec.path;
        let unwritable = |error| SinkError::unwritable(path, error);
        let (complete, found) = real(path).map_err(unwritable)?;
        if found.as_ref().is_some_and(|found| !found.is_file()) {
            let file = OpenOptions::new().write(true).open(path).map_err(unwritable)?;
            return Ok(Self::new(path, complete, file, false));
        }
        let written = if spec.only_complete { partial(&complete) } else { complete.clone() };
        let (current, kept) = match known {
            None => (refuse_what_is_there(spec, found.is_some(), &written)?, None),
            Some(known) => find(path, &written, &complete, known)?,
        };
        let exists = fs::metadata(&current).is_ok();
        let file = OpenOptions::new().write(true).create_new(!exists).open(&current).map_err(unwritable)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(SinkError::InUse { path: path.clone() }),
            // Not every file system has locks, and none is needed to write.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut this = Self::new(path, current, file, true);
        (this.written, this.complete, this.made_here) = (written, complete, !exists);
        if let Some((length, tail)) = kept {
            (this.length, this.tail) = (length, tail);
        }
        Ok(this)
    }

    fn new(path: &Path, current: PathBuf, file: File, is_regular: bool) -> Self {
        Self {
            path: path.to_owned(),
            written: current.clone(),
            complete: current.clone(),
            current,
            file,
            is_regular,
            made_here: false,
            begun: false,
            length: 0,
            tail: Tail::default(),
            dirty: false,
        }
    }

    /// Bytes of it that count.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Appends this piece whole, or not at all where the file can be cut back.
    pub(super) fn append(&mut self, piece: &[u8]) -> Result<(), SinkError> {
        self.begin().and_then(|()| self.file.write_all(piece)).map_err(|error| {
            if self.is_regular {
                // Half a line is worse than none.
                self.file.set_len(self.length).ok();
            }
            SinkError::unwritable(&self.path, error)
        })?;
        self.length += piece.len() as u64;
        self.tail.push(piece);
        self.dirty = true;
        Ok(())
    }

    /// Cuts off what does not count.
    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        if self.is_regular {
            if self.current != self.written {
                fs::rename(&self.current, &self.written)?;
                self.current.clone_from(&self.written);
            }
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::Start(self.length))?;
        }
        (self.begun, self.dirty) = (true, true);
        Ok(())
    }

    /// Makes durable what was written, and says how far that is: none before anything counts, or of a device.
    pub(super) fn settle(&mut self) -> Result<Option<Position>, SinkError> {
        if !self.is_regular || (!self.begun && self.length == 0) {
            return Ok(None);
        }
        if self.dirty {
            self.file.sync_data().map_err(|error| SinkError::unwritable(&self.path, error))?;
            self.dirty = false;
        }
        Ok(Some(self.tail.at(self.length)))
    }

    /// Ends it; under its name if it is complete.
    pub(super) fn finish(&mut self, complete: bool) -> Result<Option<Position>, SinkError> {
        self.append(&[])?;
        if self.is_regular {
            self.end(complete).map_err(|error| SinkError::unwritable(&self.path, error))?;
        }
        self.settle()
    }

    fn end(&mut self, complete: bool) -> io::Result<()> {
        self.file.sync_all()?;
        self.dirty = false;
        if complete && self.current != self.complete {
            fs::rename(&self.current, &self.complete)?;
            self.current.clone_from(&self.complete);
        }
        sync_folder_of(&self.current)
    }

    /// Removes what was made here, if nothing came.
    pub(super) fn discard(&mut self) {
        if self.made_here && !self.begun {
            self.made_here = false;
            if let Err(error) = fs::remove_file(&self.current) {
                tracing::warn!(path = %self.current.display(), %error, "an empty output file stays");
            }
        }
    }
}

/// Where the file of this name really is, and what it is: what is renamed must not take the place of a link.
///
/// # Errors
///
/// It is a link that leads nowhere.
pub(super) fn real(path: &Path) -> io::Result<(PathBuf, Option<Metadata>)> {
    match fs::metadata(path) {
        Ok(found) => Ok((fs::canonicalize(path)?, Some(found))),
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => Ok((path.to_owned(), None)),
    }
}

/// The name of a file that is not complete.
pub(super) fn partial(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".partial");
    PathBuf::from(name)
}

/// Makes the names in the folder of this file durable.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn refuse_what_is_there(spec: &SinkSpec, is_there: bool, written: &Path) -> Result<PathBuf, SinkError> {
    if !spec.overwrite {
        if is_there {
            return Err(SinkError::Exists { path: spec.path.clone() });
        }
        if spec.only_complete && fs::metadata(written).is_ok() {
            return Err(SinkError::Exists { path: written.to_owned() });
        }
    }
    Ok(written.to_owned())
}

/// The file that was written up to this position, and what of it is kept.
fn find(
    path: &Path,
    written: &Path,
    complete: &Path,
    known: Position,
) -> Result<(PathBuf, Option<(u64, Tail)>), SinkError> {
    let look = |at: &Path| known.find_in(at).map_err(|error| SinkError::unwritable(path, error));
    match look(written)? {
        Found::Same(tail) => return Ok((written.to_owned(), Some((known.length, tail)))),
        Found::Other => return Err(SinkError::Changed { path: path.to_owned() }),
        Found::Less => {}
    }
    // Complete once, and gone on with.
    if written != complete
        && known.length > 0
        && fs::metadata(written).is_err()
        && let Found::Same(tail) = look(complete)?
    {
        return Ok((complete.to_owned(), Some((known.length, tail))));
    }
    Ok((written.to_owned(), None))
}
