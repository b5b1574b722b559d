use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::SinkSpec;
use crate::sink::destination::{partial, real, sync_folder_of};

/// The names of the parts of one sink.
pub(super) struct Names {
    /// The first part.
    first: PathBuf,
    only_complete: bool,
}

impl Names {
    pub(super) fn of(spec: &SinkSpec) -> io::Result<Self> {
        let (first, found) = real(&spec.path)?;
        match found {
            Some(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Some(found) if !found.is_file() => return Err(io::ErrorKind::NotSeekable.into()),
            _ => {}
        }
        if first.file_name().is_none() {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        Ok(Self { first, only_complete: spec.only_complete })
    }

    /// The part that is written now, whatever its number.
    pub(super) fn writing(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.first.file_name().unwrap_or_default());
        name.push(".writing");
        self.first.with_file_name(name)
    }

    /// A part, from 1, once it is closed.
    pub(super) fn written(&self, number: u32) -> PathBuf {
        if self.only_complete { partial(&self.complete_name(number)) } else { self.complete_name(number) }
    }

    /// Where a part that was closed is now.
    pub(super) fn found(&self, number: u32) -> PathBuf {
        let written = self.written(number);
        if written.exists() { written } else { self.complete_name(number) }
    }

    fn complete_name(&self, number: u32) -> PathBuf {
        if number == 1 {
            return self.first.clone();
        }
        let mut name = self.first.file_stem().unwrap_or_default().to_owned();
        name.push(format!(".{number}"));
        if let Some(ending) = self.first.extension() {
            name.push(".");
            name.push(ending);
        }
        self.first.with_file_name(name)
    }

    /// A part that is there, complete or not.
    pub(super) fn any(&self) -> io::Result<Option<PathBuf>> {
        Ok(self.there()?.into_iter().map(|(_, path)| path).next())
    }

    /// Makes the parts up to this number the only ones that are being written.
    pub(super) fn take_back(&self, kept: u32) -> io::Result<()> {
        for number in 1..=kept {
            let (found, written) = (self.found(number), self.written(number));
            if found != written {
                fs::rename(found, written)?;
            }
        }
        for (number, path) in self.there()? {
            if number > kept && path == self.written(number) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Gives the parts up to this number their names, in place of whatever has such a name.
    pub(super) fn complete(&self, parts: u32) -> io::Result<()> {
        if !self.only_complete {
            return Ok(());
        }
        // All of these first: when this is interrupted, what has the name of a part is one of ours.
        for (number, path) in self.there()? {
            if path == self.complete_name(number) {
                fs::remove_file(path)?;
            }
        }
        for number in 1..=parts {
            fs::rename(self.written(number), self.complete_name(number))?;
        }
        sync_folder_of(&self.first)
    }

    /// Every part that is there under either name, the lowest number first.
    fn there(&self) -> io::Result<Vec<(u32, PathBuf)>> {
        let folder = self.first.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut there = Vec::new();
        for entry in fs::read_dir(folder.unwrap_or(Path::new(".")))? {
            let name = entry?.file_name();
            if let Some(number) = self.number_of(&name) {
                there.push((number, self.first.with_file_name(name)));
            }
        }
        there.sort();
        Ok(there)
    }

    /// The number of the part of this name, if it is one.
    fn number_of(&self, name: &OsStr) -> Option<u32> {
        let name = name.as_encoded_bytes();
        let is = |number: u32| {
            let complete = self.complete_name(number);
            let partial = partial(&complete);
            let is = |path: &Path| path.file_name().is_some_and(|wanted| wanted.as_encoded_bytes() == name);
            is(&complete) || (self.only_complete && is(&partial))
        };
        if is(1) {
            return Some(1);
        }
        let stem = self.first.file_stem()?.as_encoded_bytes();
        let digits = name.strip_prefix(stem)?.strip_prefix(b".")?.split(|byte| *byte == b'.').next()?;
        let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        // The name is made anew from it, so that `rows.02.parquet` is none of ours.
        (number > 1 && is(number)).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, only_complete: bool) -> Names {
        Names { first: PathBuf::from(path), only_complete }
    }

    #[test]
    fn parts_are_numbered_from_the_second() {
        let of = names("out/rows.parquet", false);
        let written = [1, 2, 10].map(|number| of.written(number).display().to_string());
        assert_eq!(written, ["out/rows.parquet", "out/rows.2.parquet", "out/rows.10.parquet"]);
        assert_eq!(of.writing(), Path::new("out/.rows.parquet.writing"));
        assert_eq!(names("a.b.parquet", true).written(2), Path::new("a.b.2.parquet.partial"));
    }

    #[test]
    fn only_exact_names_are_parts() {
        let of = |name: &str, only_complete| names("rows.parquet", only_complete).number_of(name.as_ref());
        assert_eq!(of("rows.parquet", false), Some(1));
        assert_eq!(of("rows.2.parquet", false), Some(2));
        assert_eq!(of("rows.2.parquet.partial", true), Some(2));
        for other in [
            "rows.1.parquet",
            "rows.02.parquet",
            "rows.0.parquet",
            "rows.2.csv",
            "rows.2.parquet.bak",
            "rows2.parquet",
            "row.2.parquet",
            "rows.parquet.2",
            "rows.2.parquet.partial",
            ".rows.parquet.writing",
            "rows.x.parquet",
            "rows.+2.parquet",
        ] {
            assert_eq!(of(other, false), None, "{other}");
        }
    }
}
