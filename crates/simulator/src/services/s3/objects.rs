//! What was put into buckets, in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::time::SystemTime;

use bytes::Bytes;
use parking_lot::Mutex;

/// Bytes that all objects and parts together may have.
const ROOM: u64 = 1 << 30;

/// An object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: String,
    pub(crate) put: SystemTime,
    pub(crate) etag: String,
}

/// A part of an object that is being put together.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) bytes: Bytes,
    pub(crate) etag: String,
}

/// An object that is being put together. It is not there before it is whole.
#[derive(Debug)]
struct Upload {
    bucket: String,
    key: String,
    content_type: String,
    parts: BTreeMap<u32, Part>,
}

#[derive(Debug, Default)]
struct Held {
    objects: BTreeMap<(String, String), Object>,
    uploads: BTreeMap<String, Upload>,
    begun: u64,
    bytes: u64,
}

/// The objects of all buckets.
#[derive(Debug, Default)]
pub(crate) struct Objects(Mutex<Held>);

/// Why something is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// There is no room for it.
    Full,
    /// There is no such upload, or no longer.
    NoUpload,
    /// A part is missing, or is another than was named.
    NoPart,
    /// The parts are not named in order.
    Order,
    /// A part that is not the last is too small.
    Small,
}

/// The least bytes of every part but the last.
const SMALLEST: usize = 5 << 20;

impl Objects {
    /// Keeps an object, in place of one of this name.
    pub(crate) fn put(&self, bucket: &str, key: &str, object: Object) -> Result<(), NotKept> {
        let mut held = self.0.lock();
        held.take_room(object.bytes.len())?;
        held.keep(bucket, key, object);
        Ok(())
    }

    pub(crate) fn get(&self, bucket: &str, key: &str) -> Option<Object> {
        self.0.lock().objects.get(&(bucket.to_owned(), key.to_owned())).cloned()
    }

    /// The objects whose keys begin with `prefix` and come after `after`, by their keys: at most `count`, and whether
    /// there are more.
    pub(crate) fn list(
        &self,
        bucket: &str,
        prefix: &str,
        after: &str,
        count: usize,
    ) -> (Vec<(String, Object)>, bool) {
        let held = self.0.lock();
        let from = if after >= prefix {
            Bound::Excluded((bucket.to_owned(), after.to_owned()))
        } else {
            Bound::Included((bucket.to_owned(), prefix.to_owned()))
        };
        let mut found = held
            .objects
            .range((from, Bound::Unbounded))
            .take_while(|((of, key), _)| of == bucket && key.starts_with(prefix))
            .map(|((_, key), object)| (key.clone(), object.clone()));
        let page: Vec<_> = found.by_ref().take(count).collect();
        let more = found.next().is_some();
        (page, more)
    }

    /// All objects of a bucket, by their keys.
    pub(crate) fn all(&self, bucket: &str) -> BTreeMap<String, Bytes> {
        let held = self.0.lock();
        let of_bucket = held.objects.iter().filter(|((of, _), _)| of == bucket);
        of_bucket.map(|((_, key), object)| (key.clone(), object.bytes.clone())).collect()
    }

    /// Begins an object of several parts, and says by what it is known until it is whole.
    pub(crate) fn begin(&self, bucket: &str, key: &str, content_type: &str) -> String {
        let mut held = self.0.lock();
        held.begun += 1;
        let id = format!("simulated-upload-{}", held.begun);
        let upload = Upload {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            content_type: content_type.to_owned(),
            parts: BTreeMap::new(),
        };
        held.uploads.insert(id.clone(), upload);
        id
    }

    /// Keeps a part, in place of one of this number.
    pub(crate) fn add(
        &self,
        place: (&str, &str),
        upload: &str,
        number: u32,
        part: Part,
    ) -> Result<(), NotKept> {
        let mut held = self.0.lock();
        if !held.uploads.get(upload).is_some_and(|upload| upload.is_of(place)) {
            return Err(NotKept::NoUpload);
        }
        held.take_room(part.bytes.len())?;
        let before = held.uploads.get_mut(upload).and_then(|upload| upload.parts.insert(number, part));
        held.bytes -= before.map_or(0, |part| part.bytes.len() as u64);
        Ok(())
    }

    /// Makes one object of the parts named, and forgets the upload.
    pub(crate) fn complete(
        &self,
        place: (&str, &str),
        upload: &str,
        named: &[(u32, String)],
        (etag, put): (&str, SystemTime),
    ) -> Result<(), NotKept> {
        let mut held = self.0.lock();
        let found = held.uploads.get(upload).filter(|upload| upload.is_of(place)).ok_or(NotKept::NoUpload)?;
        if named.is_empty() || named.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
            return Err(NotKept::Order);
        }
        let mut whole = Vec::new();
        for (place, (number, etag)) in named.iter().enumerate() {
            let part = found.parts.get(number).filter(|part| part.etag == *etag).ok_or(NotKept::NoPart)?;
            if place + 1 < named.len() && part.bytes.len() < SMALLEST {
                return Err(NotKept::Small);
            }
            whole.extend_from_slice(&part.bytes);
        }
        let content_type = found.content_type.clone();
        held.forget(upload);
        held.bytes += whole.len() as u64;
        held.keep(place.0, place.1, Object { bytes: whole.into(), content_type, put, etag: etag.to_owned() });
        Ok(())
    }

    /// Forgets an upload with all its parts.
    pub(crate) fn abort(&self, place: (&str, &str), upload: &str) -> Result<(), NotKept> {
        let mut held = self.0.lock();
        held.uploads.get(upload).filter(|upload| upload.is_of(place)).ok_or(NotKept::NoUpload)?;
        held.forget(upload);
        Ok(())
    }

    /// How many uploads have neither been completed nor aborted.
    pub(crate) fn uploads(&self) -> usize {
        self.0.lock().uploads.len()
    }
}

impl Upload {
    fn is_of(&self, (bucket, key): (&str, &str)) -> bool {
        self.bucket == bucket && self.key == key
    }
}

impl Held {
    fn take_room(&mut self, bytes: usize) -> Result<(), NotKept> {
        let all = self.bytes + bytes as u64;
        if all > ROOM {
            return Err(NotKept::Full);
        }
        self.bytes = all;
        Ok(())
    }

    fn keep(&mut self, bucket: &str, key: &str, object: Object) {
        let before = self.objects.insert((bucket.to_owned(), key.to_owned()), object);
        self.bytes -= before.map_or(0, |object| object.bytes.len() as u64);
    }

    fn forget(&mut self, upload: &str) {
        let parts = self.uploads.remove(upload).map(|upload| upload.parts).unwrap_or_default();
        self.bytes -= parts.values().map(|part| part.bytes.len() as u64).sum::<u64>();
    }
}
