//! Models as they are stored: postcard, deflated, behind a head that tells damage.

use std::io;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::Model;

/// What every stored model begins with. The digit is the version of the form.
const MAGIC: [u8; 4] = *b"owm1";

/// Magic, CRC-32 of what follows it, length before compression: four bytes each, the least significant first.
const HEAD: usize = 12;

/// The longest model taken, in bytes before compression; the longest known, EC2's, has a tenth of that.
const LONGEST: usize = 16 << 20;

/// The bytes are no stored model of this version.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// They begin otherwise, or with another version.
    #[error("not a stored model of this version")]
    NotAModel,
    /// They changed after they were written, or some are missing.
    #[error("the stored model is damaged")]
    Damaged,
    /// It is longer than a model may be.
    #[error("a model of {length} bytes is too long; at most {LONGEST} are read")]
    TooLong {
        /// How long it says it is before compression.
        length: usize,
    },
    /// They are as they were written, and what was written is no model.
    #[error("the stored model makes no sense: {0}")]
    Broken(String),
}

impl Model {
    /// The model in the form it is stored in: compressed as well as deflate can, the same bytes for the same model.
    ///
    /// # Errors
    ///
    /// The model is longer than [`decode`](Self::decode) takes.
    pub fn encode(&self) -> io::Result<Vec<u8>> {
        let plain = postcard::to_allocvec(self).map_err(io::Error::other)?;
        if plain.len() > LONGEST {
            return Err(io::Error::other(DecodeError::TooLong { length: plain.len() }));
        }
        let mut stored = Vec::with_capacity(HEAD + plain.len() / 2 + 64);
        stored.extend(MAGIC);
        stored.extend([0; 4]);
        stored.extend((plain.len() as u32).to_le_bytes());
        let mut compress = Compress::new(Compression::best(), false);
        loop {
            let rest = plain.get(compress.total_in() as usize..).unwrap_or_default();
            if compress.compress_vec(rest, &mut stored, FlushCompress::Finish)? == Status::StreamEnd {
                break;
            }
            stored.reserve(stored.len());
        }
        let sum = crc32fast::hash(&stored[8..]).to_le_bytes();
        stored[4..8].copy_from_slice(&sum);
        Ok(stored)
    }

    /// The model that [`encode`](Self::encode) stored. EC2's, the largest, takes about two milliseconds.
    ///
    /// # Errors
    ///
    /// The bytes are damaged or no stored model, or what they hold does not fit together.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        let (head, deflated) = stored.split_at_checked(HEAD).ok_or(DecodeError::NotAModel)?;
        let [m0, m1, m2, m3, s0, s1, s2, s3, l0, l1, l2, l3] =
            <[u8; HEAD]>::try_from(head).map_err(|_| DecodeError::NotAModel)?;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(DecodeError::NotAModel);
        }
        if crc32fast::hash(&stored[8..]) != u32::from_le_bytes([s0, s1, s2, s3]) {
            return Err(DecodeError::Damaged);
        }
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if length > LONGEST {
            return Err(DecodeError::TooLong { length });
        }
        let mut plain = Vec::with_capacity(length);
        let status = Decompress::new(false).decompress_vec(deflated, &mut plain, FlushDecompress::Finish);
        if !matches!(status, Ok(Status::StreamEnd)) || plain.len() != length {
            return Err(DecodeError::Damaged);
        }
        let (model, rest) = postcard::take_from_bytes::<Self>(&plain)
            .map_err(|error| DecodeError::Broken(error.to_string()))?;
        if !rest.is_empty() {
            return Err(DecodeError::Broken(format!("{} bytes follow it", rest.len())));
        }
        model.check().map_err(DecodeError::Broken)?;
        Ok(model)
    }
}
