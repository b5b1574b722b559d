use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::LedgerError;

/// The right to write to a ledger: a lock of the system on the file beside it, gone with the process at the latest.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes it for the ledger at `ledger`, or says at once who has it.
    pub(crate) fn take(ledger: &Path) -> Result<Self, LedgerError> {
        let mut path = ledger.as_os_str().to_owned();
        path.push("-lock");
        let path = PathBuf::from(path);
        let unusable = |source| LedgerError::Unusable { path: path.clone(), source };
        loop {
            let mut file = open_private(&path).map_err(unusable)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LedgerError::Locked { path: ledger.to_owned(), by: holder(&mut file) });
                }
                Err(TryLockError::Error(error)) => return Err(unusable(error)),
            }
            // Its holder may have removed it between the two: then it is the lock of nothing.
            if !is_at(&file, &path) {
                continue;
            }
            let note = format!("process {}, since {}", std::process::id(), now());
            file.set_len(0).and_then(|()| file.write_all(note.as_bytes())).map_err(unusable)?;
            return Ok(Self { path, _file: file });
        }
    }

    /// Removes the file too: the ledger it was for is gone.
    pub(crate) fn remove(self) {
        // What stays is an empty file beside no ledger: a nuisance, not a fault.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens the file, made with mode 0600 whatever the umask if it was not there.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.clone().create_new(true).open(path) {
        Ok(file) => {
            // The umask may have taken more than it should.
            #[cfg(unix)]
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    }
}

/// Now, to the second.
fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()
}

/// What the holder wrote about itself.
fn holder(file: &mut File) -> String {
    let mut note = String::new();
    let read = file.rewind().and_then(|()| file.take(200).read_to_string(&mut note));
    match read {
        Ok(1..) => note.escape_debug().collect(),
        _ => "another process".to_owned(),
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.dev() == there.dev() && held.ino() == there.ino(),
        _ => false,
    }
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
