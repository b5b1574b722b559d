//! CBOR bodies.

use aws_smithy_types::base64;
use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// A body may not nest deeper than this.
const DEEPEST: usize = 64;

/// The object that a body holds; nothing is an empty one.
pub(super) fn read(body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match value(&mut Decoder::new(body), DEEPEST) {
        Some(Value::Object(members)) => Ok(Value::Object(members)),
        _ => Err(Refusal::unreadable()),
    }
}

fn value(decoder: &mut Decoder<'_>, depth: usize) -> Option<Value> {
    let inner = depth.checked_sub(1)?;
    Some(match decoder.datatype().ok()? {
        Type::Bool => decoder.bool().ok()?.into(),
        Type::Null => decoder.null().map(|()| Value::Null).ok()?,
        Type::Undefined => decoder.undefined().map(|()| Value::Null).ok()?,
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64().ok()?.into(),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => decoder.i64().ok()?.into(),
        Type::F16 | Type::F32 | Type::F64 => decoder.f64().ok()?.into(),
        Type::String | Type::StringIndef => text(decoder)?.into(),
        Type::Bytes | Type::BytesIndef => {
            let pieces: Result<Vec<&[u8]>, _> = decoder.bytes_iter().ok()?.collect();
            base64::encode(pieces.ok()?.concat()).into()
        }
        Type::Tag => {
            decoder.tag().ok()?;
            value(decoder, inner)?
        }
        Type::Array | Type::ArrayIndef => {
            let (length, mut items) = (decoder.array().ok()?, Vec::new());
            while more(decoder, length, items.len())? {
                items.push(value(decoder, inner)?);
            }
            items.into()
        }
        Type::Map | Type::MapIndef => {
            let (length, mut members, mut read) = (decoder.map().ok()?, Map::new(), 0);
            while more(decoder, length, read)? {
                let name = text(decoder)?;
                let held = value(decoder, inner)?;
                if !held.is_null() {
                    members.insert(name, held);
                }
                read += 1;
            }
            Value::Object(members)
        }
        _ => return None,
    })
}

/// Whether a list or map goes on: one without a length ends with a mark, which is taken.
fn more(decoder: &mut Decoder<'_>, length: Option<u64>, read: usize) -> Option<bool> {
    if let Some(length) = length {
        return Some((read as u64) < length);
    }
    if decoder.datatype().ok()? == Type::Break {
        decoder.skip().ok()?;
        return Some(false);
    }
    Some(true)
}

fn text(decoder: &mut Decoder<'_>) -> Option<String> {
    let pieces: Result<Vec<&str>, _> = decoder.str_iter().ok()?.collect();
    Some(pieces.ok()?.concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_and_nonsense_is_refused() {
        // {"a": [1, -2, true, null], "b": 1(0.5 as half), _ "c": _ "x" "y"}, from RFC 8949's rules.
        let body = b"\xbf\x61a\x84\x01\x21\xf5\xf6\x61b\xc1\xf9\x38\x00\x61c\x7f\x61x\x61y\xff\xff";
        assert_eq!(read(body).unwrap(), json!({ "a": [1, -2, true, null], "b": 0.5, "c": "xy" }));
        assert_eq!(read(b"").unwrap(), json!({}));
        for bad in [&b"\x80"[..], b"\xa1\x61a", b"\xff", &[0x81; 200]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
