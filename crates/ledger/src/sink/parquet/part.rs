use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::sink::SinkError;
use crate::sink::cells::Cell;
use crate::{Column, Columns, Kind};

/// Rows, and bytes of their JSON, that are held as they are before they are encoded.
const BATCH: (u64, usize) = (4096, 1 << 20);

/// Bytes of JSON whose rows are held encoded before they are written: the memory a sink takes, and what a reader
/// reads at once.
const ROW_GROUP: usize = 32 << 20;

/// Bytes of one row that the format can hold, with room for the rest of its batch.
const ROW: usize = 1 << 30;

/// One file, under a name of its own until it is closed. Dropped before that, it is removed.
pub(super) struct Part {
    /// None once it is closed.
    writer: Option<ArrowWriter<File>>,
    path: PathBuf,
    schema: SchemaRef,
    cells: Vec<Builder>,
    rows: u64,
    bytes: u64,
    /// Of the batch, in the builders.
    batch: (u64, usize),
    /// Of the row group, in the writer.
    group: usize,
}

/// The cells of one column. JSON is text: what is in it differs from one type to the next, one schema serves them
/// all, and every reader of Parquet can take JSON apart.
enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Boolean(BooleanBuilder),
}

/// Why a part cannot be written.
pub(super) enum Fault {
    File(io::Error),
    Row(String),
}

impl Part {
    /// Opens it in place of one that was left behind.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] when one of that name is being written.
    pub(super) fn open(path: PathBuf, columns: Columns) -> io::Result<Self> {
        match File::open(&path) {
            Ok(left) if matches!(left.try_lock(), Err(TryLockError::WouldBlock)) => {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Ok(_) => fs::remove_file(&path)?,
            Err(_) => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        // Not every file system has locks, and none is needed to write.
        file.try_lock().ok();
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|error| {
            fs::remove_file(&path).ok();
            io::Error::other(error)
        })?;
        let cells = columns.iter().map(Builder::of).collect();
        Ok(Self { writer: Some(writer), path, schema, cells, rows: 0, bytes: 0, batch: (0, 0), group: 0 })
    }

    /// Rows in it.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes of JSON that its rows were.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a row that was `size` bytes of JSON.
    pub(super) fn push(&mut self, row: &[Cell<'_>], size: usize) -> Result<(), Fault> {
        if size > ROW {
            return Err(Fault::Row(format!("it is longer than {ROW} bytes")));
        }
        for (column, cell) in self.cells.iter_mut().zip(row) {
            column.push(cell)?;
        }
        self.rows += 1;
        self.bytes += size as u64;
        self.batch = (self.batch.0 + 1, self.batch.1 + size);
        if self.batch.0 >= BATCH.0 || self.batch.1 >= BATCH.1 {
            self.encode()?;
        }
        Ok(())
    }

    fn encode(&mut self) -> Result<(), Fault> {
        let Some(writer) = self.writer.as_mut().filter(|_| self.batch.0 > 0) else { return Ok(()) };
        let cells = self.cells.iter_mut().map(Builder::take).collect();
        writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), cells)?)?;
        self.group += self.batch.1;
        self.batch = (0, 0);
        if self.group >= ROW_GROUP {
            writer.flush()?;
            self.group = 0;
        }
        Ok(())
    }

    /// Closes it, makes it durable and gives it this name, whose folder is left to be synced. Says how long it is.
    pub(super) fn close(mut self, to: &Path) -> Result<u64, Fault> {
        self.encode()?;
        let Some(writer) = self.writer.take() else { return Ok(0) };
        let result = writer.into_inner().map_err(Fault::from).and_then(|file| {
            file.sync_all()?;
            let length = file.metadata()?.len();
            fs::rename(&self.path, to)?;
            Ok(length)
        });
        if result.is_err() {
            fs::remove_file(&self.path).ok();
        }
        result
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.writer.is_some() {
            fs::remove_file(&self.path).ok();
        }
    }
}

impl Builder {
    fn of(column: &Column) -> Self {
        match column.kind {
            Kind::Text | Kind::Json | Kind::Any => Self::Text(StringBuilder::new()),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) -> Result<(), Fault> {
        match (self, cell) {
            (Self::Text(text), Cell::Null) => text.append_null(),
            (Self::Text(text), Cell::Text(value)) => text.append_value(value),
            (Self::Text(text), Cell::Json(value)) => text.append_value(value),
            (Self::Integer(numbers), Cell::Null) => numbers.append_null(),
            (Self::Integer(numbers), Cell::Integer(value)) => numbers.append_value(*value),
            (Self::Boolean(truths), Cell::Null) => truths.append_null(),
            (Self::Boolean(truths), Cell::Boolean(value)) => truths.append_value(*value),
            _ => return Err(Fault::Row(String::from("a cell is not of its column"))),
        }
        Ok(())
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(text) => Arc::new(text.finish()),
            Self::Integer(numbers) => Arc::new(numbers.finish()),
            Self::Boolean(truths) => Arc::new(truths.finish()),
        }
    }
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        Kind::Text | Kind::Json | Kind::Any => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Boolean => DataType::Boolean,
    };
    Field::new(column.name, kind, true)
}

impl Fault {
    pub(super) fn told(self, path: &Path) -> SinkError {
        match self {
            Self::File(error) => SinkError::unwritable(path, error),
            Self::Row(what) => SinkError::Row(what),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        Self::Row(error.to_string())
    }
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => {
                Self::File(inner.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error))
            }
            other => Self::File(io::Error::other(other)),
        }
    }
}
