use serde_json::{Map, Number, Value};

/// CBOR as JSON: bytes as an array of numbers, a time as `{"time": seconds}`.
///
/// It shares no code with what it judges, and reads only what botocore writes.
pub(super) fn decode(bytes: &[u8]) -> Result<Value, String> {
    let mut reader = Reader(bytes);
    let value = reader.value()?;
    if reader.0.is_empty() { Ok(value) } else { Err(format!("{} bytes after the value", reader.0.len())) }
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], String> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("it ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self, info: u8) -> Result<u64, String> {
        let count = match info {
            0..24 => return Ok(u64::from(info)),
            24..28 => 1 << (info - 24),
            _ => return Err(format!("a length of kind {info}")),
        };
        Ok(self.take(count)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn value(&mut self) -> Result<Value, String> {
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 31);
        if major == 7 {
            return self.simple(info);
        }
        // Without a length: until the mark of the end.
        if info == 31 && matches!(major, 4 | 5) {
            return self.parts(major, u64::MAX);
        }
        let number = self.number(info)?;
        Ok(match major {
            0 => Value::from(number),
            1 => Value::from(-1 - i64::try_from(number).map_err(|_| "too small")?),
            2 => Value::from(self.take(number as usize)?.to_vec()),
            3 => Value::from(std::str::from_utf8(self.take(number as usize)?).map_err(|e| e.to_string())?),
            6 => Value::Object(Map::from_iter([(format!("tag {number}"), self.value()?)])),
            _ => self.parts(major, number)?,
        })
    }

    fn parts(&mut self, major: u8, count: u64) -> Result<Value, String> {
        let (mut list, mut map) = (Vec::new(), Map::new());
        for _ in 0..count {
            if count == u64::MAX && self.0.first() == Some(&0xff) {
                self.take(1)?;
                break;
            }
            let value = self.value()?;
            if major == 4 {
                list.push(value);
            } else {
                let Value::String(key) = value else { return Err("a key is no text".to_owned()) };
                if map.insert(key.clone(), self.value()?).is_some() {
                    return Err(format!("{key} is there twice"));
                }
            }
        }
        Ok(if major == 4 { Value::Array(list) } else { Value::Object(map) })
    }

    fn simple(&mut self, info: u8) -> Result<Value, String> {
        let real =
            |number: f64| Number::from_f64(number).map_or(Value::from(number.to_string()), Value::Number);
        Ok(match info {
            20 | 21 => Value::Bool(info == 21),
            22 | 23 => Value::Null,
            25 => match self.number(25)? {
                0x7c00 => real(f64::INFINITY),
                0xfc00 => real(f64::NEG_INFINITY),
                0x7e00 => real(f64::NAN),
                other => return Err(format!("half a float: {other:x}")),
            },
            26 => real(f64::from(f32::from_bits(self.number(26)? as u32))),
            27 => real(f64::from_bits(self.number(27)?)),
            _ => return Err(format!("a simple value of kind {info}")),
        })
    }
}

#[test]
fn it_reads_the_examples_of_the_standard() {
    // RFC 8949, appendix A.
    for (bytes, json) in [
        (&[0x19, 0x03, 0xe8][..], "1000"),
        (&[0x38, 0x63], "-100"),
        (&[0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], "1.1"),
        (&[0xfa, 0x47, 0xc3, 0x50, 0x00], "100000.0"),
        (&[0x44, 1, 2, 3, 4], "[1,2,3,4]"),
        (&[0x63, 0xc3, 0xbc, 0x21], "\"ü!\""),
        (&[0xa1, 0x61, 0x61, 0x82, 0xf5, 0xf6], r#"{"a":[true,null]}"#),
        (&[0xbf, 0x61, 0x61, 0x9f, 1, 2, 0xff, 0xff], r#"{"a":[1,2]}"#),
        (&[0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0], r#"{"tag 1":1363896240}"#),
    ] {
        assert_eq!(decode(bytes).unwrap().to_string(), json);
    }
    assert!(decode(&[0x82, 1]).is_err());
    assert!(decode(&[1, 1]).is_err());
}
