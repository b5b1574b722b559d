//! What is sent to S3, taken out of its wrapping and compared with its checksum.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;

/// The header, or the trailer, that has the checksum.
const CHECKSUM: &str = "x-amz-checksum-crc32";

/// What was sent.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) bytes: Bytes,
    /// Its CRC32 in Base64, where one came with it.
    pub(crate) checksum: Option<String>,
}

/// Why what was sent cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It is not wrapped as it says.
    Wrapping,
    /// Its checksum is another.
    Checksum,
}

impl Payload {
    pub(crate) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Broken> {
        let header = |name: &str| headers.get(name)?.to_str().ok();
        let is_wrapped = header("content-encoding")
            .is_some_and(|how| how.split(',').any(|how| how.trim() == "aws-chunked"));
        let (bytes, trailer) =
            if is_wrapped { unwrapped(body).ok_or(Broken::Wrapping)? } else { (body.clone(), None) };
        let length = header("x-amz-decoded-content-length").filter(|_| is_wrapped);
        if length.is_some_and(|length| length.parse() != Ok(bytes.len())) {
            return Err(Broken::Wrapping);
        }
        let checksum = trailer.or_else(|| header(CHECKSUM).map(str::to_owned));
        match checksum {
            Some(told) if told != crc32(&bytes) => Err(Broken::Checksum),
            checksum => Ok(Self { bytes, checksum }),
        }
    }
}

/// CRC32 as S3 writes it.
pub(super) fn crc32(bytes: &[u8]) -> String {
    STANDARD.encode(crc32fast::hash(bytes).to_be_bytes())
}

/// Takes `aws-chunked` apart: lengths in hexadecimal before each piece, then trailers, of which that of the checksum
/// is told.
fn unwrapped(body: &Bytes) -> Option<(Bytes, Option<String>)> {
    let mut whole = BytesMut::new();
    let mut rest = body.clone();
    loop {
        let line = line(&mut rest)?;
        let length = usize::from_str_radix(line.split(';').next()?, 16).ok()?;
        if length == 0 {
            break;
        }
        if rest.len() < length {
            return None;
        }
        whole.extend_from_slice(&rest.split_to(length));
        if !self::line(&mut rest)?.is_empty() {
            return None;
        }
    }
    let mut checksum = None;
    while let Some(trailer) = line(&mut rest).filter(|line| !line.is_empty()) {
        let (name, value) = trailer.split_once(':')?;
        if name.eq_ignore_ascii_case(CHECKSUM) {
            checksum = Some(value.trim().to_owned());
        }
    }
    Some((whole.freeze(), checksum))
}

fn line(rest: &mut Bytes) -> Option<String> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = rest.split_to(end);
    let _ = rest.split_to(2);
    String::from_utf8(line.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &'static str)], body: &'static str) -> Result<(Bytes, bool), Broken> {
        let headers = headers.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
        });
        let payload = Payload::read(&headers.collect(), &Bytes::from_static(body.as_bytes()))?;
        Ok((payload.bytes, payload.checksum.is_some()))
    }

    // The check value of CRC-32: `123456789` gives cbf43926.
    const NINE: &str = "y/Q5Jg==";

    #[test]
    fn the_wrapping_is_taken_off_and_the_checksum_behind_it_counts() {
        let wrapped = [("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", "9")];
        let body = "4\r\n1234\r\n5;chunk-signature=00\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
        assert_eq!(read(&wrapped, body), Ok((Bytes::from_static(b"123456789"), true)));
        let other = "9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
        assert_eq!(read(&wrapped, other), Err(Broken::Checksum));
        assert_eq!(read(&wrapped, "4\r\n1234\r\n0\r\n\r\n"), Err(Broken::Wrapping));
        for broken in ["9\r\n1234", "x\r\n", "", "4\r\n12345\r\n0\r\n\r\n"] {
            assert_eq!(read(&wrapped, broken), Err(Broken::Wrapping), "{broken:?}");
        }
    }

    #[test]
    fn what_is_sent_as_it_is_may_have_its_checksum_before_it() {
        assert_eq!(read(&[], "123456789"), Ok((Bytes::from_static(b"123456789"), false)));
        assert_eq!(read(&[(CHECKSUM, NINE)], "123456789"), Ok((Bytes::from_static(b"123456789"), true)));
        assert_eq!(read(&[(CHECKSUM, NINE)], "12345678"), Err(Broken::Checksum));
    }
}
