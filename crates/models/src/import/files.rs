//! Files of models, as botocore's source and its installed packages have them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use super::ImportError;

/// The longest description read, in bytes; the longest known, EC2's, has 4.3 MB.
const LONGEST: u64 = 64 << 20;

/// The text of a file, or of the one with `.gz` behind its name; none when there is neither.
pub(crate) fn read(file: &Path) -> Result<Option<(PathBuf, String)>, ImportError> {
    if let Some(open) = open(file)? {
        return text(file.to_owned(), open).map(Some);
    }
    let packed = packed(file);
    match open(&packed)? {
        Some(open) => text(packed, GzDecoder::new(open)).map(Some),
        None => Ok(None),
    }
}

/// Whether there is a file to read.
pub(crate) fn is_there(file: &Path) -> bool {
    file.is_file() || packed(file).is_file()
}

fn packed(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".gz");
    PathBuf::from(name)
}

fn open(file: &Path) -> Result<Option<File>, ImportError> {
    match File::open(file) {
        Ok(open) => Ok(Some(open)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ImportError::File { file: file.to_owned(), error }),
    }
}

fn text(file: PathBuf, read: impl Read) -> Result<(PathBuf, String), ImportError> {
    let mut text = String::new();
    let read = read.take(LONGEST + 1).read_to_string(&mut text);
    let read = read.and_then(|read| match read as u64 > LONGEST {
        true => Err(io::Error::other(format!("it is longer than {LONGEST} bytes"))),
        false => Ok(()),
    });
    match read {
        Ok(()) => Ok((file, text)),
        Err(error) => Err(ImportError::File { file, error }),
    }
}
